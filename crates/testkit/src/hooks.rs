//! A connected store's webhook for tests: takes what it is told over a real socket and keeps it, or behaves
//! as badly as it is asked to.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// How the store answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HookMood {
    Takes,
    /// It is out of order (500).
    Broken,
    /// It says nothing, until the mood changes.
    Hangs,
    /// It takes what it is told and breaks off before it says so.
    TakesAndHangsUp,
    /// It sends elsewhere (302).
    Redirects(String),
}

/// Something that the store was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenHook {
    /// By their names in small letters.
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

#[derive(Debug)]
struct Inside {
    mood: HookMood,
    taken: Vec<TakenHook>,
    knocks: usize,
}

/// A store on the loopback.
#[derive(Debug, Clone)]
pub struct HookServer {
    address: SocketAddr,
    inside: Arc<(Mutex<Inside>, Condvar)>,
}

impl HookServer {
    /// Listens on a free port until the process ends.
    pub fn start() -> std::io::Result<HookServer> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let inside = Inside {
            mood: HookMood::Takes,
            taken: Vec::new(),
            knocks: 0,
        };
        let server = HookServer {
            address: listener.local_addr()?,
            inside: Arc::new((Mutex::new(inside), Condvar::new())),
        };
        let serving = server.clone();
        std::thread::spawn(move || {
            for connection in listener.incoming().map_while(Result::ok) {
                let serving = serving.clone();
                // A connection that breaks off is the other side's to notice.
                std::thread::spawn(move || serving.talk(connection));
            }
        });
        Ok(server)
    }

    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// The same under a name that has to be looked up.
    pub fn named_url(&self) -> String {
        format!("http://localhost:{}/hook", self.address.port())
    }

    pub fn set_mood(&self, mood: HookMood) {
        self.with(|inside| inside.mood = mood);
        self.inside.1.notify_all();
    }

    /// Everything that was taken, in the order in which it came.
    pub fn taken(&self) -> Vec<TakenHook> {
        self.with(|inside| inside.taken.clone())
    }

    /// How often somebody asked, whatever came of it.
    pub fn knocks(&self) -> usize {
        self.with(|inside| inside.knocks)
    }

    fn with<T>(&self, work: impl FnOnce(&mut Inside) -> T) -> T {
        let inside = self.inside.0.lock();
        work(&mut inside.unwrap_or_else(PoisonError::into_inner))
    }

    /// One request and its answer (HTTP/1.1, connection closed behind it).
    fn talk(&self, mut connection: TcpStream) -> std::io::Result<()> {
        let hook = read(&connection)?;
        self.with(|inside| inside.knocks += 1);
        let mood = self.mood();
        if matches!(mood, HookMood::Takes | HookMood::TakesAndHangsUp) {
            self.with(|inside| inside.taken.push(hook));
        }
        let head = match mood {
            HookMood::TakesAndHangsUp => return Ok(()),
            HookMood::Redirects(to) => format!("302 Found\r\nlocation: {to}"),
            HookMood::Broken => "500 No".to_owned(),
            HookMood::Takes | HookMood::Hangs => "200 OK".to_owned(),
        };
        write!(
            connection,
            "HTTP/1.1 {head}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        )
    }

    /// How it is disposed; one that hangs waits here.
    fn mood(&self) -> HookMood {
        let (inside, changed) = &*self.inside;
        let mut inside = inside.lock().unwrap_or_else(PoisonError::into_inner);
        while inside.mood == HookMood::Hangs {
            inside = changed.wait(inside).unwrap_or_else(PoisonError::into_inner);
        }
        inside.mood.clone()
    }
}

fn read(connection: &TcpStream) -> std::io::Result<TakenHook> {
    let mut reader = BufReader::new(connection);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line.trim_end().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':') {
            headers.insert(name.trim().to_ascii_lowercase(), value.trim().to_owned());
        }
    }
    let length = headers.get("content-length");
    let length = length.and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(TakenHook {
        headers,
        body: String::from_utf8_lossy(&body).into_owned(),
    })
}
