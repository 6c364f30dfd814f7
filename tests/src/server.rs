//! The server as a person runs it: its own program, on this machine's loopback, with everything in one folder.

use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::place;
use crate::program::{Program, free_port};

/// How long the server may take to answer on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A hub's server: its folder, its port, and its program while it runs.
#[derive(Debug)]
pub struct Server {
    data: PathBuf,
    logs: PathBuf,
    port: u16,
    running: Option<Program>,
}

impl Server {
    /// A server that is not running yet, for a folder that may not be there yet, on a port of its own.
    pub fn at(data: &Path, logs: &Path) -> Result<Server> {
        Ok(Server {
            data: data.to_owned(),
            logs: logs.to_owned(),
            port: free_port()?,
            running: None,
        })
    }

    /// What a till is told to reach it.
    pub fn address(&self) -> String {
        format!("https://127.0.0.1:{}", self.port)
    }

    /// Runs one of the program's commands to its end and returns what it said.
    pub fn command(&self, arguments: &[&str]) -> Result<String> {
        let output = self
            .program()?
            .args(arguments)
            .output()
            .context("start sync-server")?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        if !output.status.success() {
            bail!(
                "sync-server {arguments:?} failed: {said}{}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
        Ok(said)
    }

    /// Founds the made-up hub and returns what the program said: people with their PINs, and a pairing code.
    pub fn found_demo(&self) -> Result<String> {
        self.command(&["demo", "--address", &self.address()])
    }

    /// Gives out a one-time code for one more till.
    pub fn enrol(&self) -> Result<String> {
        one_time_code(&self.command(&["enrol", "--address", &self.address()])?)
    }

    /// Starts it and waits until it answers.
    pub fn start(&mut self) -> Result<()> {
        let mut command = self.program()?;
        command.args(["serve", "--listen", &format!("127.0.0.1:{}", self.port)]);
        let mut program = Program::start("sync-server", &mut command, &self.logs)?;
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            ensure!(
                !program.has_ended(),
                "sync-server ended; see {}/sync-server.log",
                self.logs.display()
            );
            ensure!(begun.elapsed() < PATIENCE, "sync-server does not answer");
            std::thread::sleep(Duration::from_millis(20));
        }
        self.running = Some(program);
        Ok(())
    }

    /// Asks it to end and waits until it has: the network cable is out.
    pub fn stop(&mut self) {
        self.running = None;
    }

    /// Ends it without warning.
    pub fn kill(&mut self) -> Result<()> {
        self.running.take().map_or(Ok(()), Program::kill)
    }

    fn program(&self) -> Result<Command> {
        let mut command = Command::new(place::built("sync-server")?);
        command.arg("--data").arg(&self.data);
        Ok(command)
    }
}

/// The one-time code in what the program said.
pub fn one_time_code(said: &str) -> Result<String> {
    let code = said
        .lines()
        .find_map(|line| line.trim().strip_prefix("code "));
    Ok(code
        .with_context(|| format!("no one-time code in: {said}"))?
        .trim()
        .to_owned())
}
