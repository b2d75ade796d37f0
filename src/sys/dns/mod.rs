//! Asking the DNS: hickory-resolver as the transport, wrapped so that every name gets an outcome of its
//! own within the deadline, whatever the servers do. One question at a time per name, fully qualified,
//! A first and AAAA only where A gave none; no search list, no cache, no `getaddrinfo`.

mod breaker;
mod classify;
mod servers;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use hickory_resolver::TokioResolver;
use hickory_resolver::proto::rr::{Name, RecordType};
use tokio::time::{sleep, sleep_until, timeout, timeout_at};

use crate::address::{Answer, Outcome, Resolver, ResolverReport};
use crate::settings::ResolverSettings;
use breaker::Breaker;
use classify::{Reply, reply};
use servers::Servers;

/// Names in flight at most.
const IN_FLIGHT: usize = 512;
/// Questions per second: below what cloud resolvers drop (1,024 packets/s per interface).
const PER_SECOND: u32 = 900;
/// Questions that may go out at once at the start.
const BURST: u32 = 512;
/// Descriptors that one name in flight may take.
const DESCRIPTORS_PER_NAME: usize = 12;
/// Pause before a question is asked again after an answer that is none.
const RETRY_PAUSE: Duration = Duration::from_millis(50);

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
    fn resolve(&self, names: &[String]) -> ResolverReport {
        let servers = match Servers::new(&self.settings) {
            Ok(servers) => servers,
            Err(why) => return unreachable_report(names, &why),
        };
        let runtime = match tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()
        {
            Ok(runtime) => runtime,
            Err(error) => return unreachable_report(names, &error.to_string()),
        };
        let run = Arc::new(Run::new(names, servers, self));
        let report = runtime.block_on(run_all(Arc::clone(&run)));
        // Sockets close with the process; nothing waits for them here.
        runtime.shutdown_background();
        report
    }
}

fn unreachable_report(names: &[String], why: &str) -> ResolverReport {
    let answer = Answer {
        outcome: Outcome::NotReached,
        addresses: Vec::new(),
        millis: 0,
        detail: Some(why.to_owned()),
    };
    ResolverReport {
        answers: names.iter().map(|name| (name.clone(), answer.clone())).collect(),
        ..ResolverReport::default()
    }
}

/// What the tasks of a run share.
struct Run {
    names: Vec<String>,
    slots: Mutex<Vec<Option<Answer>>>,
    next: AtomicUsize,
    asked: AtomicUsize,
    breaker: Breaker,
    servers: Servers,
    timeout: Duration,
    until: Instant,
    started: tokio::time::Instant,
}

impl Run {
    fn new(names: &[String], servers: Servers, dns: &Dns) -> Self {
        Self {
            slots: Mutex::new(vec![None; names.len()]),
            names: names.to_vec(),
            next: AtomicUsize::new(0),
            asked: AtomicUsize::new(0),
            breaker: Breaker::default(),
            servers,
            timeout: dns.settings.timeout,
            until: dns.until,
            started: tokio::time::Instant::now(),
        }
    }

    fn put(&self, at: usize, answer: Answer) {
        if let Some(slot) = self
            .slots
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get_mut(at)
        {
            *slot = Some(answer);
        }
    }
}

async fn run_all(run: Arc<Run>) -> ResolverReport {
    let workers = in_flight().min(run.names.len()).max(1);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..workers {
        tasks.spawn(worker(Arc::clone(&run)));
    }
    let finished = async { while tasks.join_next().await.is_some() {} };
    // The deadline wins over every task; what is in the slots by then is the result.
    let _ = timeout_at(run.until.into(), finished).await;
    tasks.abort_all();
    let slots = std::mem::take(&mut *run.slots.lock().unwrap_or_else(PoisonError::into_inner));
    let reached = run.next.load(Ordering::SeqCst);
    let answers = run
        .names
        .iter()
        .cloned()
        .zip(slots.into_iter().enumerate().map(|(at, slot)| {
            slot.unwrap_or_else(|| Answer {
                // Asked and still waiting is a timeout; never asked is not.
                outcome: if at < reached {
                    Outcome::Timeout
                } else {
                    Outcome::NotReached
                },
                addresses: Vec::new(),
                millis: if at < reached {
                    millis(run.started.elapsed())
                } else {
                    0
                },
                detail: None,
            })
        }));
    ResolverReport {
        answers: answers.collect(),
        servers: run.servers.shown(),
        any_answer: run.breaker.any_answer(),
        millis: millis(run.started.elapsed()),
    }
}

/// Takes names until there are none left, or the servers are known dead.
async fn worker(run: Arc<Run>) {
    loop {
        if run.breaker.is_dead(run.started.elapsed()) {
            return;
        }
        let at = run.next.fetch_add(1, Ordering::SeqCst);
        let Some(name) = run.names.get(at) else {
            run.next.fetch_sub(1, Ordering::SeqCst);
            return;
        };
        let answer = one(&run, name).await;
        run.breaker.note(name, &answer);
        run.put(at, answer);
    }
}

/// Waits for this question's turn.
async fn pace(run: &Run) {
    let nth = u32::try_from(run.asked.fetch_add(1, Ordering::SeqCst)).unwrap_or(u32::MAX);
    // The first burst goes out at once; what follows keeps the average of any second below the rate.
    let turn = if nth < BURST {
        Duration::ZERO
    } else {
        Duration::from_secs_f64(f64::from(nth) / f64::from(PER_SECOND))
    };
    sleep_until(run.started + turn).await;
}

async fn one(run: &Run, text: &str) -> Answer {
    let resolver = run.servers.of(text);
    let Ok(mut name) = Name::from_ascii(text) else {
        return Answer {
            outcome: Outcome::Malformed,
            addresses: Vec::new(),
            millis: 0,
            detail: None,
        };
    };
    name.set_fqdn(true);
    pace(run).await;
    let asked = tokio::time::Instant::now();
    let found = timeout(run.timeout, ask_both(run, resolver, &name)).await;
    let mut answer = found.unwrap_or(Answer {
        outcome: Outcome::Timeout,
        addresses: Vec::new(),
        millis: 0,
        detail: None,
    });
    answer.millis = millis(asked.elapsed());
    answer
}

async fn ask_both(run: &Run, resolver: &TokioResolver, name: &Name) -> Answer {
    let first = ask(run, resolver, name, RecordType::A).await;
    // Only "exists, but not of this type" asks on: NXDOMAIN to A is the name's, to AAAA it may be a
    // broken server's (RFC 4074).
    if first.outcome != Outcome::Nodata {
        return first;
    }
    pace(run).await;
    let second = ask(run, resolver, name, RecordType::AAAA).await;
    match second.outcome {
        Outcome::Nxdomain => first,
        _ => second,
    }
}

/// Asks until there is an answer that is one; the caller's timeout ends it.
async fn ask(run: &Run, resolver: &TokioResolver, name: &Name, record: RecordType) -> Answer {
    loop {
        match reply(resolver.lookup(name.clone(), record).await) {
            Reply::Answer(answer) => {
                run.breaker.answered();
                return answer;
            }
            Reply::Silence => {}
            Reply::Junk => sleep(RETRY_PAUSE).await,
        }
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// How many names may be in flight with the descriptors this process may open.
fn in_flight() -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let wanted = limit.maximum.unwrap_or(u64::MAX).min(8192);
    if limit.current.is_some_and(|current| current < wanted) {
        let _ = setrlimit(
            Resource::Nofile,
            Rlimit {
                current: Some(wanted),
                maximum: limit.maximum,
            },
        );
    }
    let open = getrlimit(Resource::Nofile).current.unwrap_or(8192);
    usize::try_from(open)
        .unwrap_or(8192)
        .div_euclid(DESCRIPTORS_PER_NAME)
        .clamp(1, IN_FLIGHT)
}
