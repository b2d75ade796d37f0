//! The terminal: whether there is one, how wide it is, and writing to it without dying of a closed pipe.

use std::io::{ErrorKind, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use super::env::Env;
use crate::report::Look;

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Color {
    /// On a terminal, unless the environment says otherwise.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// A standard stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Results.
    Out,
    /// Progress, errors, hints.
    Err,
}

/// Columns used where there is no terminal.
const DEFAULT_WIDTH: usize = 80;
/// Lines longer than this are hard to read even where there is room.
const MAX_WIDTH: usize = 110;

/// Decides how a stream looks: the flag beats the environment, which beats what the stream is.
#[must_use]
pub fn look(stream: Stream, color: Color, env: &Env, verbose: bool, quiet: bool) -> Look {
    let (tty, size) = match stream {
        Stream::Out => (
            std::io::stdout().is_terminal(),
            rustix::termios::tcgetwinsize(std::io::stdout()),
        ),
        Stream::Err => (
            std::io::stderr().is_terminal(),
            rustix::termios::tcgetwinsize(std::io::stderr()),
        ),
    };
    let color = match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto if env.no_color => false,
        Color::Auto if env.force_color => true,
        Color::Auto => tty && !env.dumb,
    };
    let columns = size
        .ok()
        .map(|size| usize::from(size.ws_col))
        .filter(|columns| tty && *columns > 0);
    let width = columns.or(env.columns.filter(|_| tty)).unwrap_or(DEFAULT_WIDTH);
    Look {
        color,
        unicode: env.utf8,
        width: width.clamp(40, MAX_WIDTH),
        verbose,
        quiet,
    }
}

/// Whether a result was lost on its way out.
static LOST: AtomicBool = AtomicBool::new(false);

/// Writes to standard output. A reader that went away is not an error: the exit code stays. A disk that is
/// full is one: whoever reads the file would take an old result for the new one.
pub fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::BrokenPipe => {}
        Err(error) => {
            if !LOST.swap(true, Ordering::Relaxed) {
                let why = super::fs::describe(&error);
                complain(&format!("error: the result cannot be written: {why}\n"));
            }
        }
    }
}

/// Whether a result could not be written.
#[must_use]
pub fn lost_a_result() -> bool {
    LOST.load(Ordering::Relaxed)
}

/// Asks for a line, where somebody is there to type it: both the question's and the answer's end are a
/// terminal.
#[must_use]
pub fn ask(question: &str) -> Option<String> {
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return None;
    }
    complain(question);
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).ok()?;
    Some(line.trim().to_owned())
}

/// Writes to standard error. A log that a CI system reads may be made of it, and what is complained about may have been
/// put there by anybody: no part of it is a command.
pub fn complain(text: &str) {
    complain_as_it_is(&crate::report::escape::without_commands(text));
}

/// The same for our own commands.
pub fn complain_as_it_is(text: &str) {
    let mut err = std::io::stderr().lock();
    let _ = err.write_all(text.as_bytes()).and_then(|()| err.flush());
}

/// Everything on standard input, as text.
///
/// # Errors
/// What the system says, and more than `most` bytes.
pub fn read_input(most: u64) -> Result<String, String> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().take(most + 1).read_to_end(&mut bytes);
    read.map_err(|error| format!("standard input: {error}"))?;
    if bytes.len() as u64 > most {
        return Err(format!("standard input: more than {most} bytes"));
    }
    String::from_utf8(bytes).map_err(|_| "standard input is not UTF-8".into())
}
