//! Asking the DNS: a stub resolver of our own. Every name gets an outcome of its own within the deadline, whatever
//! the servers do; fully qualified names, A first and AAAA only where A gave none; no cache, no `getaddrinfo`, which
//! nobody can cancel. The wire format is hickory-proto's.

#![expect(clippy::disallowed_methods, reason = "the network and its clock are here")]

mod engine;
mod message;
mod plan;
mod seeds;
mod servers;
mod sockets;
mod tcp;

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use crate::address::{Answer, Outcome, Question, Resolver, ResolverReport};
use crate::gate::ExitStatus;
use crate::settings::ResolverSettings;
use crate::sys::process::Interrupted;
use crate::sys::progress::Progress;
use engine::{Bounds, Engine, Watch, millis};
use servers::Servers;

/// The resolver of one run.
#[derive(Debug)]
pub struct Dns {
    settings: ResolverSettings,
    /// When every answer must be in.
    until: Instant,
    /// Whether a bar is wanted.
    bar: bool,
    broken_off: OnceLock<ExitStatus>,
}

impl Dns {
    /// A resolver whose answers are all in at `until`; with a bar that says how far it is, if wanted.
    #[must_use]
    pub fn new(settings: ResolverSettings, until: Instant, bar: bool) -> Self {
        Self {
            settings,
            until,
            bar,
            broken_off: OnceLock::new(),
        }
    }

    /// How the program ends, if the user broke the lookups off. What was known by then was given back.
    #[must_use]
    pub fn broken_off(&self) -> Option<ExitStatus> {
        self.broken_off.get().copied()
    }
}

/// For one name that only helps to judge others.
const BRIEF: Duration = Duration::from_millis(500);

impl Resolver for Dns {
    fn resolve(&self, questions: &[Question]) -> ResolverReport {
        self.ask(questions, self.settings.timeout)
    }

    fn resolve_briefly(&self, questions: &[Question]) -> ResolverReport {
        self.ask(questions, self.settings.timeout.min(BRIEF))
    }
}

impl Dns {
    fn ask(&self, questions: &[Question], timeout: Duration) -> ResolverReport {
        let started = Instant::now();
        let bounds = Bounds {
            timeout,
            until: self.until,
            rate: self.settings.rate,
        };
        if self.broken_off().is_some() {
            return unreachable_report(questions, "broken off");
        }
        // Without the handlers a signal ends the program by itself.
        let interrupted = Interrupted::watch().unwrap_or_else(|_| Interrupted::none());
        let watch = Watch {
            progress: Progress::new(self.bar),
            interrupted: interrupted.clone(),
        };
        let engine = Servers::new(&self.settings)
            .and_then(|servers| Engine::new(servers, questions, &self.settings.search, bounds, watch));
        let mut engine = match engine {
            Ok(engine) => engine,
            Err(why) => return unreachable_report(questions, &why),
        };
        let answers = engine.run();
        if let Some(status) = interrupted.told() {
            let _ = self.broken_off.set(status);
        }
        ResolverReport {
            answers: questions.iter().cloned().zip(answers).collect(),
            servers: engine.servers.shown(),
            any_answer: engine.servers.any_answer(),
            millis: millis(started.elapsed()),
        }
    }
}

fn unreachable_report(questions: &[Question], why: &str) -> ResolverReport {
    let answer = Answer::unasked(Outcome::NotReached, Some(why.to_owned()));
    ResolverReport {
        answers: questions
            .iter()
            .map(|question| (question.clone(), answer.clone()))
            .collect(),
        ..ResolverReport::default()
    }
}
