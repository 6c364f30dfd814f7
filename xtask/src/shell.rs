//! Running other programs: said aloud before, explained when it fails.

use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::thread;

use anyhow::{Context, Result, bail};

use crate::workspace;

/// A program about to be run from the repository's root.
pub(crate) struct Run {
    command: Command,
    shown: String,
}

/// A program by name, found on the path with this repository's own tools first.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Run {
    let program = program.as_ref();
    let mut command = Command::new(program);
    command
        .current_dir(workspace::root())
        .env("PATH", path_with_tools());
    Run {
        command,
        shown: program.to_string_lossy().into_owned(),
    }
}

/// The cargo that runs this program.
pub(crate) fn cargo() -> Run {
    let mut run = command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    run.shown = "cargo".into();
    // Set by the outer `cargo run`; they would make an inner cargo rebuild what is up to date.
    run.command
        .env_remove("CARGO_MANIFEST_DIR")
        .env_remove("CARGO_PKG_NAME");
    run
}

/// A build of the whole workspace with the features that its tests have, which one small test asks for: what
/// is built for one habit is not compiled once more, with others, for the next.
pub(crate) fn build() -> Run {
    cargo().args(["build", "--workspace", "--locked", "--test", "states"])
}

/// The search path with this repository's own tools in front.
fn path_with_tools() -> OsString {
    let tools = workspace::tools();
    let own = [tools.join("bin"), tools.join("node/node_modules/.bin")];
    let inherited = std::env::var_os("PATH").unwrap_or_default();
    let all = own.into_iter().chain(std::env::split_paths(&inherited));
    std::env::join_paths(all).unwrap_or(inherited)
}

impl Run {
    pub(crate) fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.shown.push(' ');
        self.shown.push_str(&argument.as_ref().to_string_lossy());
        self.command.arg(argument);
        self
    }

    pub(crate) fn args<A: AsRef<OsStr>>(self, arguments: impl IntoIterator<Item = A>) -> Self {
        arguments.into_iter().fold(self, Self::arg)
    }

    pub(crate) fn folder(mut self, folder: &str) -> Self {
        self.command.current_dir(workspace::root().join(folder));
        self.shown = format!("({folder}) {}", self.shown);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Says what it runs, runs it, and fails when it fails.
    pub(crate) fn run(mut self) -> Result<()> {
        println!("$ {}", self.shown);
        let status = self
            .command
            .stdin(Stdio::null())
            .status()
            .with_context(|| format!("start `{}`", self.shown))?;
        if !status.success() {
            bail!("`{}` failed ({status})", self.shown);
        }
        Ok(())
    }

    /// Like [`Run::run`], with the terminal as its input: for a program that may ask for a password.
    pub(crate) fn run_with_terminal(mut self) -> Result<()> {
        println!("$ {}", self.shown);
        let status = self
            .command
            .status()
            .with_context(|| format!("start `{}`", self.shown))?;
        if !status.success() {
            bail!("`{}` failed ({status})", self.shown);
        }
        Ok(())
    }

    /// Runs it quietly and returns what it printed.
    pub(crate) fn output(mut self) -> Result<String> {
        let output = self
            .command
            .stdin(Stdio::null())
            .output()
            .with_context(|| format!("start `{}`", self.shown))?;
        if !output.status.success() {
            bail!(
                "`{}` failed ({}):\n{}",
                self.shown,
                output.status,
                String::from_utf8_lossy(&output.stderr)
            );
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Runs it quietly; `None` when it is not there or fails.
    pub(crate) fn probe(self) -> Option<String> {
        self.output().ok()
    }

    /// Runs it, shows what it prints while it prints, and returns whether it succeeded and every line.
    pub(crate) fn watch(mut self) -> Result<(bool, Vec<String>)> {
        println!("$ {}", self.shown);
        self.command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = self
            .command
            .spawn()
            .with_context(|| format!("start `{}`", self.shown))?;
        let errors = child
            .stderr
            .take()
            .map(|stream| thread::spawn(move || copy_lines(stream)));
        let mut lines = child.stdout.take().map(copy_lines).unwrap_or_default();
        if let Some(reader) = errors {
            lines.extend(reader.join().unwrap_or_default());
        }
        let status = child
            .wait()
            .with_context(|| format!("wait for `{}`", self.shown))?;
        Ok((status.success(), lines))
    }

    /// Starts it and returns at once; whoever holds the child ends it.
    pub(crate) fn spawn(mut self) -> Result<Child> {
        println!("$ {} &", self.shown);
        self.command
            .stdin(Stdio::null())
            .spawn()
            .with_context(|| format!("start `{}`", self.shown))
    }
}

/// Shows each line of a stream as it comes, and keeps it.
fn copy_lines(stream: impl Read) -> Vec<String> {
    let mut lines = Vec::new();
    let mut reader = BufReader::new(stream);
    let mut bytes = Vec::new();
    while reader
        .read_until(b'\n', &mut bytes)
        .is_ok_and(|read| read > 0)
    {
        let mut out = std::io::stdout().lock();
        // A closed standard output must not end the program that is being watched.
        let _ = out.write_all(&bytes);
        let _ = out.flush();
        lines.push(String::from_utf8_lossy(&bytes).trim_end().to_owned());
        bytes.clear();
    }
    lines
}
