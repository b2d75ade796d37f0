//! Running a command: an argument list, never a shell string; a process group of its own that is ended
//! as a whole; a timeout; and no more output passed on than anybody reads.

#![expect(clippy::disallowed_methods, reason = "this is where commands are run")]

use std::io::{self, Read, Write};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGINT, SIGTERM};

use crate::doc::Limits;
use crate::gate::ExitStatus;

/// How long the end of a command's output is waited for.
const LAST_WORDS: Duration = Duration::from_millis(500);
/// Bytes of a command's output that are passed on.
const MAX_OUTPUT: u64 = 1024 * 1024;

/// Told by Ctrl-C and by whoever ends the program; as long as one of these is kept.
#[derive(Debug)]
pub struct Interrupted(Option<&'static Told>);

/// What the handlers of the process write; they are set up once.
#[derive(Debug)]
struct Told {
    number: Arc<AtomicUsize>,
    /// Whether the next signal ends the program at once: somebody asks twice, or nobody watches.
    plain: Arc<AtomicBool>,
    watchers: AtomicUsize,
}

static TOLD: OnceLock<Told> = OnceLock::new();

impl Told {
    fn set_up() -> io::Result<&'static Self> {
        if let Some(told) = TOLD.get() {
            return Ok(told);
        }
        let told = TOLD.get_or_init(|| Self {
            number: Arc::default(),
            plain: Arc::new(AtomicBool::new(true)),
            watchers: AtomicUsize::new(0),
        });
        for signal in [SIGINT, SIGTERM] {
            let number = usize::try_from(signal).unwrap_or_default();
            signal_hook::flag::register_conditional_default(signal, Arc::clone(&told.plain))?;
            signal_hook::flag::register_usize(signal, Arc::clone(&told.number), number)?;
            signal_hook::flag::register(signal, Arc::clone(&told.plain))?;
        }
        Ok(told)
    }
}

impl Interrupted {
    /// From now on the first of either does not end the program by itself.
    pub fn watch() -> io::Result<Self> {
        let told = Told::set_up()?;
        if told.watchers.fetch_add(1, Ordering::SeqCst) == 0 {
            told.plain.store(false, Ordering::SeqCst);
        }
        Ok(Self(Some(told)))
    }

    /// Watches nothing.
    #[must_use]
    pub fn none() -> Self {
        Self(None)
    }

    /// How the program ends, if somebody broke it off.
    #[must_use]
    pub fn told(&self) -> Option<ExitStatus> {
        match self.0?.number.load(Ordering::SeqCst) {
            0 => None,
            number if usize::try_from(SIGTERM) == Ok(number) => Some(ExitStatus::Terminated),
            _ => Some(ExitStatus::Interrupted),
        }
    }
}

impl Clone for Interrupted {
    fn clone(&self) -> Self {
        if let Some(told) = self.0 {
            told.watchers.fetch_add(1, Ordering::SeqCst);
        }
        Self(self.0)
    }
}

impl Drop for Interrupted {
    fn drop(&mut self) {
        if let Some(told) = self.0
            && told.watchers.fetch_sub(1, Ordering::SeqCst) == 1
        {
            told.plain.store(true, Ordering::SeqCst);
        }
    }
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// Its exit code; [`None`] where a signal ended it.
    pub code: Option<i32>,
    /// The timeout came first.
    pub timed_out: bool,
    /// How the program ends, if the user broke it off.
    pub interrupted: Option<ExitStatus>,
    /// Milliseconds it took.
    pub ms: u64,
}

/// Runs a command with its output on our standard error, and waits for it.
pub fn run(command: &[String], folder: &Path, timeout: Duration) -> io::Result<Ended> {
    let interrupted = Interrupted::watch()?;
    let started = Instant::now();
    let mut child = start(command, folder)?;
    let (done, rest) = std::sync::mpsc::channel();
    pass_on(child.stdout.take(), done.clone());
    pass_on(child.stderr.take(), done);
    let (status, timed_out) = wait(&mut child, started, timeout, &interrupted)?;
    // Whatever it left running goes with it.
    end_group(&child);
    // The senders are gone once both streams are read to their end.
    let _ = rest.recv_timeout(LAST_WORDS);
    Ok(Ended {
        code: status.and_then(|status| status.code()),
        timed_out,
        interrupted: interrupted.told(),
        ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
    })
}

/// Starts a command in a process group of its own, both streams to be read by us.
fn start(command: &[String], folder: &Path) -> io::Result<Child> {
    let [program, arguments @ ..] = command else {
        return Err(io::Error::other("no command"));
    };
    Command::new(program)
        .args(arguments)
        .current_dir(folder)
        // What this run knows of keys is not the command's business.
        .env_remove("TOLLGATE_SIGNING_KEY")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
}

fn wait(
    child: &mut Child,
    started: Instant,
    timeout: Duration,
    interrupted: &Interrupted,
) -> io::Result<(Option<std::process::ExitStatus>, bool)> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok((Some(status), false));
        }
        let late = started.elapsed() >= timeout;
        if late || interrupted.told().is_some() {
            end_group(child);
            child.wait()?;
            return Ok((None, late));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn end_group(child: &Child) {
    let id = i32::try_from(child.id())
        .ok()
        .and_then(rustix::process::Pid::from_raw);
    if let Some(id) = id {
        let _ = rustix::process::kill_process_group(id, rustix::process::Signal::KILL);
    }
}

/// Copies a stream to standard error, as much of it as anybody reads, and swallows the rest.
fn pass_on(stream: Option<impl Read + Send + 'static>, done: Sender<()>) {
    let Some(stream) = stream else { return };
    let _ = std::thread::Builder::new().name("output".into()).spawn(move || {
        // Dropped with the thread.
        let _done = done;
        let mut stream = stream;
        let mut left = MAX_OUTPUT;
        let mut buffer = [0_u8; 8192];
        while let Ok(count @ 1..) = stream.read(&mut buffer) {
            let shown = usize::try_from(left).unwrap_or(usize::MAX).min(count);
            let text = crate::report::escape::visible_lines(&String::from_utf8_lossy(&buffer[..shown]));
            let _ = io::stderr().lock().write_all(text.as_bytes());
            left -= shown as u64;
        }
    });
}

/// What a command printed, and how it ended.
#[derive(Debug)]
pub struct Output {
    /// Its exit code; [`None`] where a signal ended it.
    pub code: Option<i32>,
    /// The timeout came first.
    pub timed_out: bool,
    /// Its standard output.
    pub text: Vec<u8>,
    /// Its standard error, as much of it as anybody reads.
    pub errors: String,
}

/// Runs a command and takes what it prints.
///
/// # Errors
/// What the system says, and output beyond the limit on files.
pub fn output(command: &[String], folder: &Path, timeout: Duration, limits: &Limits) -> io::Result<Output> {
    let interrupted = Interrupted::none();
    let mut child = start(command, folder)?;
    let text = collect(child.stdout.take(), limits.file_bytes + 1);
    let errors = collect(child.stderr.take(), MAX_OUTPUT);
    let (status, timed_out) = wait(&mut child, Instant::now(), timeout, &interrupted)?;
    end_group(&child);
    let text = text.recv_timeout(LAST_WORDS).unwrap_or_default();
    if text.len() as u64 > limits.file_bytes {
        return Err(io::Error::other(format!(
            "it prints more than {} bytes",
            limits.file_bytes
        )));
    }
    Ok(Output {
        code: status.and_then(|status| status.code()),
        timed_out,
        text,
        errors: String::from_utf8_lossy(&errors.recv_timeout(LAST_WORDS).unwrap_or_default()).into_owned(),
    })
}

/// A program that answers one question and ends: what it is run with.
#[derive(Debug)]
pub struct Tool<'t> {
    /// The program and its arguments.
    pub command: &'t [String],
    /// Where it runs.
    pub folder: &'t Path,
    /// Variables that it does not get.
    pub without: &'t [&'static str],
    /// Variables that it gets.
    pub with: &'t [(&'t str, &'t str)],
    /// Its standard input.
    pub input: &'t [u8],
    /// When it is ended.
    pub timeout: Duration,
    /// The most bytes that it may print.
    pub most: u64,
}

impl Tool<'_> {
    fn spawn(
        command: &[String],
        folder: &Path,
        without: &[&str],
        with: &[(&str, &str)],
    ) -> io::Result<Child> {
        let [program, arguments @ ..] = command else {
            return Err(io::Error::other("no command"));
        };
        let mut prepared = Command::new(program);
        prepared.args(arguments).current_dir(folder);
        for name in without {
            prepared.env_remove(name);
        }
        prepared
            .envs(with.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
    }
}

/// Runs a program for its answer. Unlike [`output`], it is waited for by the end of what it prints, without delay.
///
/// # Errors
/// What the system says, and output beyond the limit.
pub fn tool(tool: &Tool<'_>) -> io::Result<Output> {
    let mut child = Tool::spawn(tool.command, tool.folder, tool.without, tool.with)?;
    let text = collect(child.stdout.take(), tool.most + 1);
    let errors = collect(child.stderr.take(), MAX_OUTPUT);
    if let Some(mut stdin) = child.stdin.take() {
        // Whoever does not read its input has its reasons.
        let _ = stdin.write_all(tool.input);
    }
    let Ok(text) = text.recv_timeout(tool.timeout) else {
        end_group(&child);
        child.wait()?;
        return Ok(Output {
            code: None,
            timed_out: true,
            text: Vec::new(),
            errors: String::new(),
        });
    };
    let errors = errors.recv_timeout(LAST_WORDS).unwrap_or_default();
    let status = child.wait()?;
    if text.len() as u64 > tool.most {
        return Err(io::Error::other(format!(
            "it prints more than {} bytes",
            tool.most
        )));
    }
    Ok(Output {
        code: status.code(),
        timed_out: false,
        text,
        errors: String::from_utf8_lossy(&errors).into_owned(),
    })
}

/// `git cat-file --batch`: a program that answers one question after the other.
#[derive(Debug)]
pub struct Batch {
    child: Child,
    questions: std::process::ChildStdin,
    answers: io::BufReader<std::process::ChildStdout>,
}

impl Batch {
    /// Starts it.
    pub fn start(
        command: &[String],
        folder: &Path,
        without: &[&str],
        with: &[(&str, &str)],
    ) -> io::Result<Self> {
        let mut child = Tool::spawn(command, folder, without, with)?;
        let lost = || io::Error::other("its streams are gone");
        let questions = child.stdin.take().ok_or_else(lost)?;
        let answers = child.stdout.take().ok_or_else(lost)?;
        // Nobody reads what it complains about; it must not wait for it.
        let _ = collect(child.stderr.take(), MAX_OUTPUT);
        Ok(Self {
            child,
            questions,
            answers: io::BufReader::new(answers),
        })
    }

    /// The bytes of an object; [`None`] where there are more than `most`.
    pub fn ask(&mut self, name: &str, most: u64) -> io::Result<Option<Vec<u8>>> {
        use std::io::BufRead as _;
        writeln!(self.questions, "{name}")?;
        self.questions.flush()?;
        let mut head = String::new();
        self.answers.read_line(&mut head)?;
        let size = head
            .trim_end()
            .rsplit(' ')
            .next()
            .and_then(|size| size.parse::<u64>().ok());
        let Some(size) = size.filter(|_| head.starts_with(name)) else {
            let word = if head.is_empty() {
                "git ended"
            } else {
                "git does not have it"
            };
            return Err(io::Error::other(word));
        };
        if size > most {
            // The rest of the answer is passed over.
            io::copy(&mut (&mut self.answers).take(size + 1), &mut io::sink())?;
            return Ok(None);
        }
        let mut bytes = Vec::new();
        (&mut self.answers).take(size).read_to_end(&mut bytes)?;
        let mut end = [0_u8; 1];
        self.answers.read_exact(&mut end)?;
        if bytes.len() as u64 == size {
            Ok(Some(bytes))
        } else {
            Err(io::Error::other("git ended half way"))
        }
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        end_group(&self.child);
        let _ = self.child.wait();
    }
}

/// Reads a stream to its end, keeps its beginning, and hands that over once it is there.
fn collect(stream: Option<impl Read + Send + 'static>, most: u64) -> Receiver<Vec<u8>> {
    let (done, kept) = std::sync::mpsc::channel();
    if let Some(mut stream) = stream {
        let _ = std::thread::Builder::new().name("output".into()).spawn(move || {
            let mut bytes = Vec::new();
            let _ = (&mut stream).take(most).read_to_end(&mut bytes);
            let _ = io::copy(&mut stream, &mut io::sink());
            let _ = done.send(bytes);
        });
    }
    kept
}

/// Runs a command in a cleared environment and takes what it prints, both streams in one.
pub fn capture(
    command: &[String],
    folder: &Path,
    environment: &[(&str, &str)],
    timeout: Duration,
    interrupted: &Interrupted,
) -> io::Result<(Option<i32>, String)> {
    let [program, arguments @ ..] = command else {
        return Err(io::Error::other("no command"));
    };
    let (mut reader, writer) = io::pipe()?;
    let mut child = {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(folder)
            .env_clear()
            .envs(environment.iter().copied())
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .stdin(Stdio::null())
            .stdout(writer.try_clone()?)
            .stderr(writer)
            .process_group(0);
        // The command keeps our ends of the pipe open until it is dropped.
        command.spawn()?
    };
    let reading = std::thread::spawn(move || {
        let mut text = Vec::new();
        let _ = (&mut reader).take(MAX_OUTPUT).read_to_end(&mut text);
        text
    });
    let (status, _) = wait(&mut child, Instant::now(), timeout, interrupted)?;
    end_group(&child);
    let text = reading.join().unwrap_or_default();
    Ok((
        status.and_then(|status| status.code()),
        String::from_utf8_lossy(&text).into_owned(),
    ))
}
