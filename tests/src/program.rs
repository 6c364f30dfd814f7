//! Programs that run beside a test and end with it.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};

/// A running program. Dropping it asks it to end, and waits until it has.
#[derive(Debug)]
pub struct Program {
    child: Child,
    name: String,
}

impl Program {
    /// Starts a program that writes what it says to `<logs>/<name>.log`.
    pub fn start(name: &str, command: &mut Command, logs: &Path) -> Result<Program> {
        let log = log_file(name, logs)?;
        command
            .stdout(log.try_clone().context("share the log file")?)
            .stderr(log);
        Program::spawn(name, command)
    }

    /// Starts a program and waits for the first line on its standard output that `wanted` turns into something.
    /// Everything it says goes to `<logs>/<name>.log` as well.
    pub fn start_and_read<T: Send + 'static>(
        name: &str,
        command: &mut Command,
        logs: &Path,
        patience: Duration,
        wanted: impl Fn(&str) -> Option<T> + Send + 'static,
    ) -> Result<(Program, T)> {
        let log = log_file(name, logs)?;
        command
            .stdout(Stdio::piped())
            .stderr(log.try_clone().context("share the log file")?);
        let mut program = Program::spawn(name, command)?;
        let output = program
            .child
            .stdout
            .take()
            .context("the output that was asked for")?;
        let (found, first) = mpsc::channel();
        thread::spawn(move || copy_and_look(output, log, &found, wanted));
        match first.recv_timeout(patience) {
            Ok(value) => Ok((program, value)),
            Err(_) => bail!(
                "{name} did not say that it is ready; see {}/{name}.log",
                logs.display()
            ),
        }
    }

    fn spawn(name: &str, command: &mut Command) -> Result<Program> {
        let child = command
            .stdin(Stdio::null())
            .spawn()
            .with_context(|| format!("start {name}"))?;
        Ok(Program {
            child,
            name: name.to_owned(),
        })
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Has it ended by itself?
    pub fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Ends it without warning, as a power cut does, and waits until it is gone.
    pub fn kill(mut self) -> Result<()> {
        self.child
            .kill()
            .with_context(|| format!("kill {}", self.name))?;
        self.child
            .wait()
            .with_context(|| format!("wait for {} to be gone", self.name))?;
        Ok(())
    }

    /// Waits until it ends by itself.
    pub fn wait(mut self) -> Result<()> {
        let status = self
            .child
            .wait()
            .with_context(|| format!("wait for {}", self.name))?;
        if !status.success() {
            bail!("{} ended with {status}", self.name);
        }
        Ok(())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if self.has_ended() {
            return;
        }
        // Asked, not killed: a driver ends the programs that it started itself when it is asked.
        if let Some(id) = i32::try_from(self.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process(id, Signal::TERM);
        }
        let _ = self.child.wait();
    }
}

fn log_file(name: &str, logs: &Path) -> Result<File> {
    fs::create_dir_all(logs).with_context(|| format!("make {}", logs.display()))?;
    let path = logs.join(format!("{name}.log"));
    File::options()
        .create(true)
        .append(true)
        .open(&path)
        .with_context(|| format!("open {}", path.display()))
}

fn copy_and_look<T>(
    output: impl Read,
    mut log: File,
    found: &mpsc::Sender<T>,
    wanted: impl Fn(&str) -> Option<T>,
) {
    use std::io::Write;
    let mut looking = true;
    for line in BufReader::new(output).lines().map_while(Result::ok) {
        // A log that cannot be written must not stop the program that is being tested.
        let _ = writeln!(log, "{line}");
        if looking && let Some(value) = wanted(&line) {
            looking = found.send(value).is_err();
        }
    }
}

/// A port on this machine that nothing listens on at the moment.
pub fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("find a free port")?;
    Ok(listener
        .local_addr()
        .context("ask which port was free")?
        .port())
}
