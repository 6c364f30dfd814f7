//! A mail server for tests: takes what is sent over SMTP and keeps it, or fails as it is told.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

/// How the server answers the text of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailMood {
    /// Takes it.
    Kind,
    /// Is busy: try again later (SMTP 451).
    Busy,
    /// Knows nobody of that name (SMTP 550).
    Unknown,
    /// Says nothing at all.
    Silent,
}

/// A mail as it came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenMail {
    pub to: String,
    /// Headers and text, as sent.
    pub text: String,
}

#[derive(Debug)]
struct Inside {
    mood: MailMood,
    taken: Vec<TakenMail>,
}

/// A mail server on the loopback.
#[derive(Debug, Clone)]
pub struct MailServer {
    address: SocketAddr,
    inside: Arc<Mutex<Inside>>,
}

impl MailServer {
    /// Listens on a free port until the process ends.
    pub fn start() -> std::io::Result<MailServer> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let server = MailServer {
            address: listener.local_addr()?,
            inside: Arc::new(Mutex::new(Inside {
                mood: MailMood::Kind,
                taken: Vec::new(),
            })),
        };
        let serving = server.clone();
        std::thread::spawn(move || {
            for connection in listener.incoming().map_while(Result::ok) {
                let serving = serving.clone();
                std::thread::spawn(move || serving.talk(connection));
            }
        });
        Ok(server)
    }

    /// Its address for a mail client.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    pub fn set_mood(&self, mood: MailMood) {
        self.with(|inside| inside.mood = mood);
    }

    /// Everything that was taken, in the order in which it came.
    pub fn taken(&self) -> Vec<TakenMail> {
        self.with(|inside| inside.taken.clone())
    }

    fn with<T>(&self, work: impl FnOnce(&mut Inside) -> T) -> T {
        work(&mut self.inside.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// One conversation (RFC 5321).
    fn talk(&self, connection: TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(connection.try_clone()?);
        let mut writer = connection;
        let mut say = |line: &str| writer.write_all(format!("{line}\r\n").as_bytes());
        say("220 mail.example")?;
        let mut to = String::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 {
                return Ok(());
            }
            let command = line.trim_end();
            let verb = command.split([' ', ':']).next().unwrap_or_default();
            match verb.to_ascii_uppercase().as_str() {
                "EHLO" | "HELO" => say("250 mail.example")?,
                "MAIL" | "RSET" | "NOOP" => say("250 fine")?,
                "RCPT" => {
                    to = between(command);
                    match self.with(|inside| inside.mood) {
                        MailMood::Unknown => say("550 nobody here")?,
                        _ => say("250 fine")?,
                    }
                }
                "DATA" => {
                    say("354 go on")?;
                    let text = read_text(&mut reader)?;
                    match self.with(|inside| inside.mood) {
                        MailMood::Busy => say("451 later")?,
                        MailMood::Silent => return self.wait_for_ever(&mut reader),
                        _ => {
                            let to = to.clone();
                            self.with(|inside| inside.taken.push(TakenMail { to, text }));
                            say("250 taken")?;
                        }
                    }
                }
                "QUIT" => return say("221 bye"),
                _ => say("502 what?")?,
            }
        }
    }

    fn wait_for_ever(&self, reader: &mut impl BufRead) -> std::io::Result<()> {
        let mut line = String::new();
        while reader.read_line(&mut line)? > 0 {}
        Ok(())
    }
}

fn between(command: &str) -> String {
    let inside = command
        .split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'));
    inside.map_or_else(String::new, |(address, _)| address.to_owned())
}

fn read_text(reader: &mut impl BufRead) -> std::io::Result<String> {
    let mut text = String::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line.trim_end() == "." {
            return Ok(text);
        }
        // A dot at the start of a line was doubled on the way.
        text.push_str(
            line.strip_prefix('.')
                .filter(|_| line.starts_with(".."))
                .unwrap_or(&line),
        );
    }
}
