//! The loop that asks: one thread, a few UDP sockets, every name with an outcome of its own within the deadline,
//! whatever the servers do. Every name is asked once before any is asked again, so that silent ones hold nobody
//! up. An answer that comes late is still an answer.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, VecDeque};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::message::{self, Rcode, Record, Reply};
use super::plan::{Plan, Step};
use super::servers::Servers;
use super::sockets::{Received, Sockets};
use super::tcp::{self, Pool};
use crate::address::{Answer, Outcome, Question};
use crate::sys::process::Interrupted;
use crate::sys::progress::Progress;

/// Questions whose time is running, at most.
const IN_FLIGHT: usize = 512;
/// Questions that may go out at once at the start.
const BURST: u32 = 512;
/// How long a question waits before it is asked again. An answer that comes later still counts, so that a short
/// wait costs datagrams only, and finds a name where every fourth of them is lost.
const WAIT: Duration = Duration::from_millis(250);
/// Pause before a question is asked again after an answer that says nothing.
const PAUSE: Duration = Duration::from_millis(50);
/// Names that are passed over in one round because their servers are busy.
const PASSED_OVER: usize = 64;
/// The longest sleep while something outside of the sockets is waited for.
const NAP: Duration = Duration::from_millis(5);

/// What a run may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// For one name, waiting for answers.
    pub(super) timeout: Duration,
    pub(super) until: Instant,
    /// Questions per second; 0 for no limit.
    pub(super) rate: u32,
}

/// A name on its way.
#[derive(Debug)]
struct Active {
    plan: Plan,
    /// Counts what happens to it, so that timers and queue entries of the past are known as such.
    turn: u32,
    /// Times that the present question was sent.
    asked: usize,
    /// Servers that said SERVFAIL or REFUSED, once for each time.
    unwilling: Vec<usize>,
    attempts: u32,
    waited: Duration,
    first: Option<Instant>,
    /// The server whose time is running, and how long it has.
    running: Option<(usize, Duration)>,
    by_tcp: bool,
    /// SERVFAIL or REFUSED, while others are asked.
    bad: Option<Answer>,
    ids: Vec<(usize, u16)>,
    answer: Option<Answer>,
}

/// A datagram that may still be answered.
#[derive(Debug)]
struct Sent {
    name: usize,
    text: String,
    record: Record,
    server: usize,
    edns: bool,
}

/// An entry of the queue: not before, whose, at which turn.
type Entry = (Instant, usize, u32);

pub(super) struct Engine {
    pub(super) servers: Servers,
    sockets: Sockets,
    bounds: Bounds,
    started: Instant,
    names: Vec<Active>,
    queue: VecDeque<Entry>,
    timers: BinaryHeap<Reverse<(Instant, usize, u32)>>,
    waiting: HashMap<(usize, u16), Sent>,
    sent: u32,
    open: usize,
    in_flight: usize,
    tcp: Pool,
    tcp_ended: Receiver<tcp::Ended>,
    tcp_open: usize,
    watch: Watch,
}

/// Who is told of a run, and who may end it.
#[derive(Debug, Clone)]
pub(super) struct Watch {
    pub(super) progress: Progress,
    pub(super) interrupted: Interrupted,
}

impl Engine {
    /// Opens the sockets. `Err` says why nothing can be asked.
    pub(super) fn new(
        servers: Servers,
        questions: &[Question],
        search: &[String],
        bounds: Bounds,
        watch: Watch,
    ) -> Result<Self, String> {
        let addresses: Vec<_> = servers.all.iter().map(|server| server.address).collect();
        let sockets = Sockets::open(&addresses)?;
        let now = Instant::now();
        let names: Vec<Active> = questions
            .iter()
            .map(|question| Active {
                plan: Plan::new(question, search),
                turn: 0,
                asked: 0,
                unwilling: Vec::new(),
                attempts: 0,
                waited: Duration::ZERO,
                first: None,
                running: None,
                by_tcp: false,
                bad: None,
                ids: Vec::new(),
                answer: None,
            })
            .collect();
        let (ended, tcp_ended) = channel();
        Ok(Self {
            servers,
            sockets,
            bounds,
            started: now,
            queue: (0..names.len()).map(|at| (now, at, 0)).collect(),
            open: names.len(),
            names,
            timers: BinaryHeap::new(),
            waiting: HashMap::new(),
            sent: 0,
            in_flight: 0,
            tcp: Pool::new(ended),
            tcp_ended,
            tcp_open: 0,
            watch,
        })
    }

    /// Asks until everything is known or the time is over; an answer for each question, in their order.
    pub(super) fn run(&mut self) -> Vec<Answer> {
        while self.open > 0 {
            let now = Instant::now();
            if now >= self.bounds.until || self.watch.interrupted.told().is_some() {
                break;
            }
            self.watch
                .progress
                .tell(self.names.len() - self.open, self.names.len());
            while let Ok(ended) = self.tcp_ended.try_recv() {
                self.tcp_open = self.tcp_open.saturating_sub(1);
                self.by_tcp(ended, now);
            }
            self.time_out(now);
            self.send(now);
            if self.open > 0 {
                self.wait();
            }
        }
        self.watch.progress.end();
        let names = std::mem::take(&mut self.names);
        names.into_iter().map(at_the_end).collect()
    }

    /// What the clock says.
    fn time_out(&mut self, now: Instant) {
        while let Some(Reverse((at, name, turn))) = self.timers.peek().copied() {
            if at > now {
                return;
            }
            self.timers.pop();
            if self.names[name].turn == turn && self.names[name].answer.is_none() {
                self.unanswered(name, now);
            }
        }
    }

    /// Nobody answered the present question in its time.
    fn unanswered(&mut self, name: usize, now: Instant) {
        let active = &mut self.names[name];
        if let Some((server, waited)) = active.running {
            active.waited += waited;
            let zone = active.plan.name.clone();
            self.servers.all[server].silent(&zone);
        }
        self.idle(name);
        self.again(name, now, now);
    }

    /// The present question is asked again, unless its time is over.
    fn again(&mut self, name: usize, not_before: Instant, now: Instant) {
        let active = &mut self.names[name];
        active.asked += 1;
        if active.waited >= self.bounds.timeout {
            let answer = active
                .bad
                .take()
                .unwrap_or_else(|| Answer::unasked(Outcome::Timeout, None));
            let step = active.plan.settle(answer);
            self.follow(name, step, now);
        } else {
            let entry = (not_before, name, active.turn);
            self.queue.push_back(entry);
        }
    }

    /// The present question's time does not run any more.
    fn idle(&mut self, name: usize) {
        let active = &mut self.names[name];
        active.turn += 1;
        if let Some((server, _)) = active.running.take() {
            self.in_flight = self.in_flight.saturating_sub(1);
            let server = &mut self.servers.all[server];
            server.in_flight = server.in_flight.saturating_sub(1);
        }
    }

    /// Whether another question may go out now.
    fn may_send(&self, now: Instant) -> bool {
        self.in_flight < IN_FLIGHT && self.turn_of_next().is_none_or(|turn| turn <= now)
    }

    /// When the next question may go out; [`None`] for at once. The first burst goes out together, what follows
    /// keeps the average below the rate.
    fn turn_of_next(&self) -> Option<Instant> {
        if self.bounds.rate == 0 || self.sent < BURST {
            return None;
        }
        let after = f64::from(self.sent) / f64::from(self.bounds.rate);
        Some(self.started + Duration::from_secs_f64(after))
    }

    fn send(&mut self, now: Instant) {
        let mut passed: Vec<Entry> = Vec::new();
        while passed.len() < PASSED_OVER && self.may_send(now) {
            let Some(entry) = self.queue.pop_front() else {
                break;
            };
            let (not_before, name, turn) = entry;
            if self.names[name].turn != turn || self.names[name].answer.is_some() {
                continue;
            }
            if not_before > now || !self.ask(name, now) {
                passed.push(entry);
            }
        }
        // To the end: names whose server has no room must not stand before those whose server has.
        self.queue.extend(passed);
    }

    /// Sends the present question of a name; `false` where its server has no room now.
    fn ask(&mut self, name: usize, now: Instant) -> bool {
        let active = &self.names[name];
        let (text, record, nth) = (active.plan.name.clone(), active.plan.record, active.asked);
        let bad = active.bad.as_ref().map(|bad| bad.outcome);
        let unwilling = self.given_up(active, bad);
        let Some(server) = self.servers.choose(&text, nth, now, &unwilling) else {
            if let Some(bad) = self.names[name].bad.take() {
                let step = self.names[name].plan.settle(bad);
                self.follow(name, step, now);
                return true;
            }
            let active = &self.names[name];
            let outcome = match active.first {
                Some(_) => Outcome::Timeout,
                None => Outcome::NotReached,
            };
            let answer = Answer::unasked(outcome, Some("no name server answers".into()));
            self.end(name, answer, now);
            return true;
        };
        if !self.servers.all[server].has_room(IN_FLIGHT) {
            return false;
        }
        let id = self.free_id(server);
        let edns = self.servers.all[server].edns;
        let Some((socket, id)) = id else {
            self.unreachable(name, server, now);
            return true;
        };
        // Some servers say nothing to a question with EDNS; whoever has said nothing yet is asked without.
        let edns = edns && (self.servers.all[server].answered || nth < 2);
        let Some(bytes) = message::query(id, &text, record, edns) else {
            let step = self.names[name].plan.unaskable();
            self.follow(name, step, now);
            return true;
        };
        match self.sockets.send(socket, &bytes) {
            Ok(true) => {}
            Ok(false) => return false,
            Err(()) => {
                self.unreachable(name, server, now);
                return true;
            }
        }
        self.sent = self.sent.saturating_add(1);
        self.in_flight += 1;
        self.servers.all[server].asked(now);
        let active = &mut self.names[name];
        let wait = WAIT
            .min(self.bounds.timeout.saturating_sub(active.waited))
            .max(Duration::from_millis(1));
        active.running = Some((server, wait));
        active.attempts += 1;
        active.first.get_or_insert(now);
        active.ids.push((socket, id));
        self.timers.push(Reverse((now + wait, name, active.turn)));
        self.waiting.insert(
            (socket, id),
            Sent {
                name,
                text,
                record,
                server,
                edns,
            },
        );
        true
    }

    /// A name whose server cannot be asked is asked of another one, or again.
    fn unreachable(&mut self, name: usize, server: usize, now: Instant) {
        self.closed(server, now);
        let active = &mut self.names[name];
        active.first.get_or_insert(now);
        active.waited += PAUSE;
        self.again(name, now + PAUSE, now);
    }

    /// A socket of a server with an id that no open question has.
    fn free_id(&mut self, server: usize) -> Option<(usize, u16)> {
        let socket = self.sockets.of(server)?;
        (0..64).find_map(|_| {
            let id = self.sockets.id();
            (!self.waiting.contains_key(&(socket, id))).then_some((socket, id))
        })
    }

    /// Nothing listens at a server: what waits for it is asked elsewhere, or again.
    fn closed(&mut self, server: usize, now: Instant) {
        self.servers.all[server].closed(now);
        if self.servers.all[server].in_flight == 0 {
            return;
        }
        let running: Vec<usize> = self
            .waiting
            .values()
            .filter(|sent| sent.server == server)
            .map(|sent| sent.name)
            .collect();
        for name in running {
            if self.names[name].running.is_some_and(|(at, _)| at == server) {
                self.idle(name);
                self.names[name].waited += PAUSE;
                self.again(name, now + PAUSE, now);
            }
        }
    }

    /// Waits for datagrams, until the next thing that the clock brings.
    fn wait(&mut self) {
        let now = Instant::now();
        let mut next = self.bounds.until;
        if let Some(Reverse((at, ..))) = self.timers.peek() {
            next = next.min(*at);
        }
        if !self.queue.is_empty() && self.in_flight < IN_FLIGHT {
            let turn = self.turn_of_next().filter(|turn| *turn > now);
            next = next.min(turn.unwrap_or(now + NAP).min(now + NAP));
        }
        if self.tcp_open > 0 {
            next = next.min(now + NAP);
        }
        let left = next.saturating_duration_since(now);
        let timeout = Timespec {
            tv_sec: i64::try_from(left.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: left.subsec_nanos().into(),
        };
        let readable: Vec<usize> = {
            let sockets = self.sockets.all.iter();
            let mut polled: Vec<PollFd<'_>> = sockets
                .map(|(_, socket)| PollFd::new(socket, PollFlags::IN))
                .collect();
            if poll(&mut polled, Some(&timeout)).is_err() {
                return;
            }
            let ready = polled.iter().enumerate();
            ready
                .filter(|(_, polled)| !polled.revents().is_empty())
                .map(|(at, _)| at)
                .collect()
        };
        let now = Instant::now();
        for socket in readable {
            self.receive(socket, now);
        }
    }

    fn receive(&mut self, socket: usize, now: Instant) {
        let mut buffer = [0_u8; 4096];
        // A flood of junk must not keep the clock from being read.
        for _ in 0..256 {
            match self.sockets.receive(socket, &mut buffer) {
                Received::Datagram(length) => self.datagram(socket, &buffer[..length], now),
                Received::Nothing => return,
                Received::Closed => {
                    let server = self.sockets.all[socket].0;
                    self.closed(server, now);
                    return;
                }
            }
        }
    }

    /// Whatever is no answer to a question of ours is ignored.
    fn datagram(&mut self, socket: usize, bytes: &[u8], now: Instant) {
        let Some(id) = message::id_of(bytes) else {
            return;
        };
        let Some(sent) = self.waiting.get(&(socket, id)) else {
            return;
        };
        let Some(reply) = message::reply(bytes, &sent.text, sent.record) else {
            return;
        };
        let (name, server, edns) = (sent.name, sent.server, sent.edns);
        self.servers.all[server].spoke();
        let active = &self.names[name];
        let current = active.plan.name == sent.text && active.plan.record == sent.record;
        if current && active.answer.is_none() && !active.by_tcp {
            // The same datagram may come twice; it was one answer.
            self.waiting.remove(&(socket, id));
            self.idle(name);
            if reply.rcode == Rcode::Unknown && edns {
                self.servers.all[server].edns = false;
                let turn = self.names[name].turn;
                self.queue.push_front((now, name, turn));
            } else {
                self.replied(name, server, &reply, now);
            }
        }
    }

    fn replied(&mut self, name: usize, server: usize, reply: &Reply, now: Instant) {
        if reply.truncated {
            self.ask_by_tcp(name, server, now);
        } else if matches!(reply.rcode, Rcode::ServFail | Rcode::Refused | Rcode::Unknown)
            && self.ask_another(name, server, reply, now)
        {
            // Somebody else may know it.
        } else {
            let address = self.servers.all[server].address;
            let step = self.names[name].plan.reply(reply, address);
            self.follow(name, step, now);
        }
    }

    /// Servers that are not asked again about a name. A server that fails may fail once only; one that does not
    /// want to will not want to.
    fn given_up(&self, active: &Active, bad: Option<Outcome>) -> Vec<usize> {
        let alone = self.servers.of(&active.plan.name).len() == 1;
        let most = if alone && bad == Some(Outcome::Servfail) {
            2
        } else {
            1
        };
        let times = |server: &usize| active.unwilling.iter().filter(|other| *other == server).count();
        let servers = active.unwilling.iter().copied();
        servers.filter(|server| times(server) >= most).collect()
    }

    /// Whether another server, or the same once more, is asked after an answer that says nothing.
    fn ask_another(&mut self, name: usize, server: usize, reply: &Reply, now: Instant) -> bool {
        let outcome = if reply.rcode == Rcode::Refused {
            Outcome::Refused
        } else {
            Outcome::Servfail
        };
        let active = &mut self.names[name];
        active.unwilling.push(server);
        active.asked += 1;
        let active = &self.names[name];
        let unwilling = self.given_up(active, Some(outcome));
        let other = self.servers.choose(&active.plan.name, 0, now, &unwilling);
        if other.is_none() || active.waited >= self.bounds.timeout {
            return false;
        }
        let active = &mut self.names[name];
        active.bad = Some(Answer {
            server: Some(self.servers.all[server].address),
            rcode: Some(reply.shown.clone()),
            ..Answer::unasked(outcome, None)
        });
        self.queue.push_back((now + PAUSE, name, active.turn));
        true
    }

    fn ask_by_tcp(&mut self, name: usize, server: usize, now: Instant) {
        let health = &self.servers.all[server];
        let active = &mut self.names[name];
        let left = self.bounds.timeout.saturating_sub(active.waited).max(WAIT);
        let query = message::query(
            self.sockets.id(),
            &active.plan.name,
            active.plan.record,
            health.edns,
        );
        match query.filter(|_| !health.tcp_is_dead()) {
            Some(query) => {
                active.by_tcp = true;
                self.tcp_open += 1;
                self.tcp.push(tcp::Job {
                    name,
                    turn: active.turn,
                    server,
                    address: health.address,
                    query,
                    // Half of the time: a server that does not speak TCP is known by then.
                    patience: left / 2,
                    until: self.bounds.until,
                });
            }
            None => self.cut(name, server, now),
        }
    }

    fn by_tcp(&mut self, ended: tcp::Ended, now: Instant) {
        let active = &mut self.names[ended.name];
        if active.turn != ended.turn || active.answer.is_some() {
            return;
        }
        active.by_tcp = false;
        let reply = ended
            .bytes
            .and_then(|bytes| message::reply(&bytes, &active.plan.name, active.plan.record))
            .filter(|reply| !reply.truncated);
        self.servers.all[ended.server].tcp_ended(reply.is_some());
        if self.servers.all[ended.server].tcp_is_dead() {
            // What still waits for this server waits for nothing.
            for job in self.tcp.give_up(ended.server) {
                self.tcp_open = self.tcp_open.saturating_sub(1);
                if self.names[job.name].turn == job.turn && self.names[job.name].answer.is_none() {
                    self.names[job.name].by_tcp = false;
                    self.cut(job.name, job.server, now);
                }
            }
        }
        match reply {
            Some(reply) => self.replied(ended.name, ended.server, &reply, now),
            None => self.cut(ended.name, ended.server, now),
        }
    }

    /// The answer was cut, and could not be had whole.
    fn cut(&mut self, name: usize, server: usize, now: Instant) {
        let answer = Answer {
            server: Some(self.servers.all[server].address),
            ..Answer::unasked(Outcome::Truncated, Some("no whole answer by TCP".into()))
        };
        // Another server may give it whole.
        self.names[name].unwilling.push(server);
        let unwilling = self.given_up(&self.names[name], Some(Outcome::Truncated));
        let text = &self.names[name].plan.name;
        if self.servers.choose(text, 0, now, &unwilling).is_some() {
            self.names[name].bad = Some(answer);
            self.again(name, now, now);
            return;
        }
        let step = self.names[name].plan.settle(answer);
        self.follow(name, step, now);
    }

    fn follow(&mut self, name: usize, step: Step, now: Instant) {
        match step {
            Step::Done(answer) => self.end(name, answer, now),
            Step::Ask => {
                let active = &mut self.names[name];
                active.turn += 1;
                active.asked = 0;
                active.unwilling.clear();
                active.bad = None;
                let entry = (now, name, active.turn);
                self.queue.push_front(entry);
            }
        }
    }

    fn end(&mut self, name: usize, answer: Answer, now: Instant) {
        self.idle(name);
        let active = &mut self.names[name];
        let millis = active
            .first
            .map_or(0, |first| millis(now.saturating_duration_since(first)));
        active.answer = Some(Answer {
            millis,
            attempts: active.attempts,
            ..answer
        });
        self.open -= 1;
        for key in std::mem::take(&mut active.ids) {
            self.waiting.remove(&key);
        }
    }
}

/// What is known of a name when the run is over. Asked and still waiting is a timeout; never asked is not.
fn at_the_end(active: Active) -> Answer {
    let Active {
        answer,
        bad,
        first,
        attempts,
        by_tcp,
        ..
    } = active;
    answer.unwrap_or_else(|| {
        let outcome = match (by_tcp, first) {
            (true, _) => Outcome::Truncated,
            (false, Some(_)) => Outcome::Timeout,
            (false, None) => Outcome::NotReached,
        };
        let answer = bad.unwrap_or_else(|| Answer::unasked(outcome, None));
        let millis = first.map_or(0, |first| millis(first.elapsed()));
        Answer {
            millis,
            attempts,
            ..answer
        }
    })
}

pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
