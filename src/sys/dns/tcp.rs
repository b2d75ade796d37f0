//! DNS over TCP (RFC 7766) for answers that UDP cut: a few threads, each exchange within its own deadline
//! however slowly the server speaks.

use std::collections::VecDeque;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Connections at once.
const THREADS: usize = 8;

/// An exchange to be made.
#[derive(Debug)]
pub(super) struct Job {
    /// Whose it is.
    pub(super) name: usize,
    /// Which of its questions.
    pub(super) turn: u32,
    pub(super) server: usize,
    pub(super) address: SocketAddr,
    pub(super) query: Vec<u8>,
    /// What the exchange itself may take, from its start.
    pub(super) patience: Duration,
    pub(super) until: Instant,
}

/// What came of it: the answer's bytes, if any.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) name: usize,
    pub(super) turn: u32,
    pub(super) server: usize,
    pub(super) bytes: Option<Vec<u8>>,
}

#[derive(Debug, Default)]
struct Queue {
    jobs: Mutex<VecDeque<Job>>,
    more: Condvar,
}

/// The threads, started when the first exchange is asked for. They end with the process: each is bounded by its
/// job's deadline, and none holds anything that the run waits for.
#[derive(Debug)]
pub(super) struct Pool {
    queue: Arc<Queue>,
    ended: Sender<Ended>,
    threads: usize,
}

impl Pool {
    pub(super) fn new(ended: Sender<Ended>) -> Self {
        Self {
            queue: Arc::default(),
            ended,
            threads: 0,
        }
    }

    /// Takes back what waits for a server.
    pub(super) fn give_up(&mut self, server: usize) -> Vec<Job> {
        let mut jobs = self.queue.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        let (theirs, others): (Vec<Job>, Vec<Job>) = jobs.drain(..).partition(|job| job.server == server);
        jobs.extend(others);
        theirs
    }

    pub(super) fn push(&mut self, job: Job) {
        let mut jobs = self.queue.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.push_back(job);
        let waiting = jobs.len();
        drop(jobs);
        if self.threads < THREADS.min(self.threads + waiting) {
            let (queue, ended) = (Arc::clone(&self.queue), self.ended.clone());
            let started = std::thread::Builder::new()
                .name("dns-tcp".into())
                .stack_size(256 * 1024)
                .spawn(move || work(&queue, &ended));
            self.threads += usize::from(started.is_ok());
        }
        self.queue.more.notify_one();
    }
}

fn work(queue: &Queue, ended: &Sender<Ended>) {
    loop {
        let mut jobs = queue.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        let job = loop {
            match jobs.pop_front() {
                Some(job) => break job,
                None => jobs = queue.more.wait(jobs).unwrap_or_else(PoisonError::into_inner),
            }
        };
        drop(jobs);
        let until = job.until.min(Instant::now() + job.patience);
        let bytes = exchange(job.address, &job.query, until);
        let ended = ended.send(Ended {
            name: job.name,
            turn: job.turn,
            server: job.server,
            bytes,
        });
        if ended.is_err() {
            return;
        }
    }
}

/// Sends a question and reads its answer before `until`; [`None`] for whatever else happens.
fn exchange(address: SocketAddr, query: &[u8], until: Instant) -> Option<Vec<u8>> {
    let mut stream = TcpStream::connect_timeout(&address, left(until)?).ok()?;
    let length = u16::try_from(query.len()).ok()?;
    stream.set_write_timeout(left(until)).ok()?;
    let mut message = length.to_be_bytes().to_vec();
    message.extend(query);
    stream.write_all(&message).ok()?;
    let mut length = [0; 2];
    read(&mut stream, &mut length, until)?;
    let mut bytes = vec![0; usize::from(u16::from_be_bytes(length))];
    read(&mut stream, &mut bytes, until)?;
    Some(bytes)
}

fn left(until: Instant) -> Option<Duration> {
    until
        .checked_duration_since(Instant::now())
        .filter(|left| !left.is_zero())
}

/// Fills a buffer; each read waits for what is left only, so that a byte a second does not add up.
fn read(stream: &mut TcpStream, buffer: &mut [u8], until: Instant) -> Option<()> {
    let mut at = 0;
    while at < buffer.len() {
        stream.set_read_timeout(Some(left(until)?)).ok()?;
        match stream.read(&mut buffer[at..]) {
            Ok(0) => return None,
            Ok(count) => at += count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
    Some(())
}
