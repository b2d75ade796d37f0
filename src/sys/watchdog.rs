//! The last layer of the deadline: a thread that ends the process although everything else is stuck,
//! be it a name lookup, a slow disk or a pipe that nobody reads.

use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::time::Duration;

use super::clock::Started;
use super::terminal::complain;
use crate::gate::{Clock, ExitStatus};

/// The exit code at the deadline: undecided, until a verdict stands.
static CODE: AtomicU8 = AtomicU8::new(3);
/// When to end the process, in milliseconds since its start.
static END: AtomicU64 = AtomicU64::new(0);

/// Time that the rest of the program gets after its own deadline, to print what it knows.
pub const GRACE: Duration = Duration::from_millis(120);

fn end_of(deadline: Duration) -> u64 {
    u64::try_from(deadline.saturating_add(GRACE).as_millis()).unwrap_or(u64::MAX)
}

/// Ends the process at `deadline` after its start, plus [`GRACE`]. Armed before any file is read.
pub fn arm(started: Started, deadline: Duration) {
    END.store(end_of(deadline), Ordering::SeqCst);
    let spawned = std::thread::Builder::new()
        .name("watchdog".into())
        .spawn(move || watch(started));
    if spawned.is_err() {
        // Without the watchdog the deadline is not enforced: better no check than one that can hang.
        complain("tollgate: cannot start the watchdog thread\n");
        signal_hook::low_level::exit(i32::from(ExitStatus::Undecided.code()));
    }
}

/// Another deadline, once the policy is known.
pub fn set(deadline: Duration) {
    END.store(end_of(deadline), Ordering::SeqCst);
}

/// The deadline is over: what follows has timeouts of its own, and must not be broken off half way.
pub fn disarm() {
    END.store(u64::MAX, Ordering::SeqCst);
}

/// The deadline counts again, from now on.
pub fn rearm(started: Started, deadline: Duration) {
    END.store(
        started.millis().saturating_add(end_of(deadline)),
        Ordering::SeqCst,
    );
}

/// From now on the deadline ends the process with the verdict's code: only printing is left.
pub fn decided(status: ExitStatus) {
    CODE.store(status.code(), Ordering::SeqCst);
}

fn watch(started: Started) {
    // Short sleeps, because the deadline may be moved.
    loop {
        let left = END.load(Ordering::SeqCst).saturating_sub(started.millis());
        if left == 0 {
            break;
        }
        std::thread::sleep(Duration::from_millis(left.min(50)));
    }
    let code = CODE.load(Ordering::SeqCst);
    // The line is written by a thread of its own: a blocked standard error must not hold the exit up.
    let _ = std::thread::Builder::new().name("last-word".into()).spawn(|| {
        complain("tollgate: stopped at the deadline; what was not finished is unknown (TG906)\n");
    });
    std::thread::sleep(Duration::from_millis(20));
    signal_hook::low_level::exit(i32::from(code));
}
