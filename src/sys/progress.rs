//! How far a run is: a bar on standard error, only on a terminal, only where it takes long.

#![expect(clippy::disallowed_methods, reason = "a bar is about time")]

use std::cell::RefCell;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// What takes less shows nothing.
const AFTER: Duration = Duration::from_millis(300);
/// Times a second that it is drawn.
const RATE: u8 = 10;

/// A bar that comes up by itself.
#[derive(Debug, Clone)]
pub struct Progress {
    wanted: bool,
    started: Instant,
    bar: RefCell<Option<ProgressBar>>,
}

impl Progress {
    /// A bar, where `wanted`: on a terminal, and not told to be quiet.
    #[must_use]
    pub fn new(wanted: bool) -> Self {
        Self {
            wanted,
            started: Instant::now(),
            bar: RefCell::new(None),
        }
    }

    /// Says how many of how many are done.
    pub fn tell(&self, done: usize, total: usize) {
        if !self.wanted || self.started.elapsed() < AFTER {
            return;
        }
        let mut bar = self.bar.borrow_mut();
        let bar = bar.get_or_insert_with(|| {
            let bar =
                ProgressBar::with_draw_target(Some(total as u64), ProgressDrawTarget::stderr_with_hz(RATE));
            if let Ok(style) = ProgressStyle::with_template("  looking up names {bar:30} {pos}/{len}") {
                bar.set_style(style);
            }
            bar
        });
        bar.set_length(total as u64);
        bar.set_position(done as u64);
    }

    /// Takes the bar away.
    pub fn end(&self) {
        if let Some(bar) = self.bar.borrow_mut().take() {
            bar.finish_and_clear();
        }
    }
}
