//! The program: arguments to `commands::dispatch`, its status to the exit code.

use std::process::ExitCode;

use tollgate::commands::dispatch;
use tollgate::sys::clock::Started;

fn main() -> ExitCode {
    let started = Started::now();
    ExitCode::from(dispatch(std::env::args_os(), started))
}
