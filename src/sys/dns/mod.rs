//! Asking the DNS: a stub resolver of our own. Every name gets an outcome of its own within the deadline, whatever
//! the servers do; fully qualified names, A first and AAAA only where A gave none; no cache, no `getaddrinfo`, which
//! nobody can cancel. The wire format is hickory-proto's.

mod engine;
mod message;
mod plan;
mod servers;
mod sockets;
mod tcp;

use std::time::Instant;

use crate::address::{Answer, Outcome, Question, Resolver, ResolverReport};
use crate::settings::ResolverSettings;
use engine::{Bounds, Engine, millis};
use servers::Servers;

/// The resolver of one run.
#[derive(Debug, Clone)]
pub struct Dns {
    settings: ResolverSettings,
    /// When every answer must be in.
    until: Instant,
}

impl Dns {
    /// A resolver whose answers are all in at `until`.
    #[must_use]
    pub fn new(settings: ResolverSettings, until: Instant) -> Self {
        Self { settings, until }
    }
}

impl Resolver for Dns {
    fn resolve(&self, questions: &[Question]) -> ResolverReport {
        let started = Instant::now();
        let bounds = Bounds {
            timeout: self.settings.timeout,
            until: self.until,
            rate: self.settings.rate,
        };
        let engine = Servers::new(&self.settings)
            .and_then(|servers| Engine::new(servers, questions, &self.settings.search, bounds));
        let mut engine = match engine {
            Ok(engine) => engine,
            Err(why) => return unreachable_report(questions, &why),
        };
        let answers = engine.run();
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
