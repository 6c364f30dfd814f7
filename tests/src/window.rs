//! The till's real window, driven as a person drives it: clicks, keys, and what can be read on the screen.
//!
//! Not for asking the till behind the window: a test that wants to know what is stored asks the server or opens the
//! data folder after the window has closed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

use crate::display::Display;
use crate::place;
use crate::program::{Program, free_port};
use crate::spot::{FIND, Spot};

pub use fantoccini::key::Key;

/// How long anything on the screen may take on a busy machine before a test gives up on it. Waiting ends as soon as the
/// thing is there.
const PATIENCE: Duration = Duration::from_secs(60);

/// A hand's pause between two keys: longer than any scanner's.
const HAND: Duration = Duration::from_millis(60);

/// How WebDriver marks an element among a script's values.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// How often the screen is looked at while waiting.
const GLANCE: Duration = Duration::from_millis(20);

/// A till's window on a display of its own.
#[derive(Debug)]
pub struct Window {
    client: Client,
    runtime: Runtime,
    data: PathBuf,
    /// Held for its end, before the display's.
    _driver: Program,
    _display: Display,
}

/// A display with a driver on it, before any window is open.
#[derive(Debug)]
pub struct Stage {
    ports: Ports,
    size: (u32, u32),
    runtime: Runtime,
    driver: Program,
    display: Display,
}

/// How the web view paints on a machine without a graphics processor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Painted {
    /// As the till chooses by itself.
    AsSold,
    /// Slower; else the driver waits for ever for some pictures.
    ForPictures,
}

impl Stage {
    /// Starts a display of this many pixels and a driver that answers.
    pub fn set(width: u32, height: u32, logs: &Path) -> Result<Stage> {
        Stage::painted(width, height, logs, Painted::AsSold)
    }

    fn painted(width: u32, height: u32, logs: &Path, painted: Painted) -> Result<Stage> {
        let display = Display::start(width, height, logs)?;
        let ports = Ports {
            driver: free_port()?,
            native: free_port()?,
        };
        let driver = start_driver(&ports, &display, logs, painted)?;
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .context("start a runtime")?;
        // Both: the first passes a session on to the second, and gives up when that is not yet there.
        runtime.block_on(wait_for_driver(ports.native))?;
        runtime.block_on(wait_for_driver(ports.driver))?;
        Ok(Stage {
            ports,
            size: (width, height),
            runtime,
            driver,
            display,
        })
    }

    /// Opens the window of a program that takes a folder of data as a till does.
    pub fn open(self, program: &Path, data: &Path) -> Result<Window> {
        let client = self.runtime.block_on(connect(&self.ports, program, data))?;
        // No window manager is there to enlarge the window to the display.
        self.runtime
            .block_on(client.set_window_rect(0, 0, self.size.0, self.size.1))
            .context("size the window")?;
        Ok(Window {
            client,
            runtime: self.runtime,
            data: data.to_owned(),
            _driver: self.driver,
            _display: self.display,
        })
    }
}

impl Window {
    /// Opens the window of the till whose data lies in `data`, 1366 by 768 pixels large. Logs go to `logs`.
    pub fn open(data: &Path, logs: &Path) -> Result<Window> {
        let stage = Stage::painted(1366, 768, logs, Painted::ForPictures)?;
        stage.open(&place::built("comptoir")?, data)
    }

    /// Opens the window on a display of this many pixels, as people have it: for measuring.
    pub fn open_sized(data: &Path, logs: &Path, width: u32, height: u32) -> Result<Window> {
        Stage::set(width, height, logs)?.open(&place::built("comptoir")?, data)
    }

    /// Waits until the spot can be seen.
    pub fn wait_for(&self, spot: impl Into<Spot>) -> Result<()> {
        let spot = spot.into();
        self.run(&spot, async { self.visible(&spot).await.map(|_| ()) })
    }

    /// Waits until the spot can no longer be seen.
    pub fn wait_gone(&self, spot: impl Into<Spot>) -> Result<()> {
        let spot = spot.into();
        self.wait_until(
            &format!("{spot} is gone"),
            |window| Ok(!window.sees(&spot)?),
        )
    }

    /// Can the spot be seen at this moment?
    pub fn sees(&self, spot: impl Into<Spot>) -> Result<bool> {
        Ok(self.count(spot)? > 0)
    }

    /// How many things that can be seen fit the spot at this moment.
    pub fn count(&self, spot: impl Into<Spot>) -> Result<u64> {
        let spot = spot.into();
        let found = self.execute(&format!("{FIND} return found.length"), spot.arguments())?;
        found.as_u64().with_context(|| format!("count {spot}"))
    }

    /// Waits for the spot and clicks it.
    pub fn click(&self, spot: impl Into<Spot>) -> Result<()> {
        let spot = spot.into();
        self.run(&spot, async { self.visible(&spot).await?.click().await })
    }

    /// Waits for the field and writes into it, in place of what stood there.
    pub fn fill(&self, spot: impl Into<Spot>, text: &str) -> Result<()> {
        let spot = spot.into();
        self.run(&spot, async {
            let field = self.visible(&spot).await?;
            field.clear().await?;
            field.send_keys(text).await
        })
    }

    /// Waits for the spot and returns the text that can be read in it.
    pub fn text(&self, spot: impl Into<Spot>) -> Result<String> {
        let spot = spot.into();
        self.run(&spot, async { self.visible(&spot).await?.text().await })
    }

    /// Waits for the list and chooses the entry with this label.
    pub fn choose(&self, spot: impl Into<Spot>, label: &str) -> Result<()> {
        let spot = spot.into();
        self.run(&spot, async {
            self.visible(&spot).await?.select_by_label(label).await
        })
    }

    /// Presses and releases one key, wherever the focus is.
    pub fn press(&self, key: Key) -> Result<()> {
        self.keys(&[char::from(key)], Duration::ZERO)
    }

    /// Presses a key while another is held, as in Control and I.
    pub fn hold(&self, held: Key, key: char) -> Result<()> {
        let held = char::from(held);
        let down = |value| KeyAction::Down { value };
        let up = |value| KeyAction::Up { value };
        let keyboard = KeyActions::new("keyboard".to_owned());
        let actions = keyboard
            .then(down(held))
            .then(down(key))
            .then(up(key))
            .then(up(held));
        self.run("keys", self.client.perform_actions(actions))
    }

    /// Types a text key by key, wherever the focus is, as fast as the driver can: as a scanner does.
    pub fn type_fast(&self, text: &str) -> Result<()> {
        self.keys(&text.chars().collect::<Vec<char>>(), Duration::ZERO)
    }

    /// Types a text key by key, wherever the focus is, with a hand's pause after each.
    pub fn type_by_hand(&self, text: &str) -> Result<()> {
        self.keys(&text.chars().collect::<Vec<char>>(), HAND)
    }

    fn keys(&self, keys: &[char], pause: Duration) -> Result<()> {
        let actions = keys
            .iter()
            .fold(KeyActions::new("keyboard".to_owned()), |actions, key| {
                actions
                    .then(KeyAction::Down { value: *key })
                    .then(KeyAction::Up { value: *key })
                    .then(KeyAction::Pause { duration: pause })
            });
        self.run("keys", self.client.perform_actions(actions))
    }

    /// Calls one of the till's commands as the page does: for setting up what a test is not about.
    pub fn call(&self, command: &str, payload: Value) -> Result<Value> {
        let script = "
            const [command, payload, done] = arguments;
            window.__TAURI_INTERNALS__.invoke('rpc', { command, payload })
                .then((answer) => done({ answer }), (refusal) => done({ refusal }));
        ";
        let mut reply = self.run(
            command,
            self.client
                .execute_async(script, vec![json!(command), payload]),
        )?;
        if let Some(refusal) = reply.get("refusal") {
            bail!("the till refuses {command}: {refusal}");
        }
        Ok(reply["answer"].take())
    }

    /// Runs a script in the page and returns its value.
    pub fn execute(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        self.run("a script", self.client.execute(script, arguments))
    }

    /// Looks again and again until `holds`, or gives up and says what it waited for.
    pub fn wait_until(&self, what: &str, holds: impl Fn(&Window) -> Result<bool>) -> Result<()> {
        let begun = Instant::now();
        while !holds(self)? {
            anyhow::ensure!(begun.elapsed() < PATIENCE, "waited in vain until {what}");
            std::thread::sleep(GLANCE);
        }
        Ok(())
    }

    /// Writes what the window shows to a PNG file.
    pub fn screenshot(&self, file: &Path) -> Result<()> {
        self.painted()?;
        let picture = self.run("a screenshot", self.client.screenshot())?;
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder).with_context(|| format!("make {}", folder.display()))?;
        }
        fs::write(file, picture).with_context(|| format!("write {}", file.display()))
    }

    /// Waits until what the page holds is painted: a picture taken before shows the frame of a moment ago.
    pub fn painted(&self) -> Result<()> {
        let script = "const [done] = arguments; requestAnimationFrame(() => requestAnimationFrame(() => done()))";
        self.run("paint", self.client.execute_async(script, vec![]))?;
        Ok(())
    }

    /// Closes the window as a person does.
    pub fn close(self) -> Result<()> {
        self.runtime
            .block_on(self.client.clone().close())
            .context("close the window")
    }

    /// Ends the till's process without warning, as a power cut does.
    pub fn kill(self) -> Result<()> {
        let process = self.process()?;
        kill_process(process, Signal::KILL).context("kill the till")?;
        while Path::new("/proc")
            .join(process.as_raw_nonzero().to_string())
            .exists()
            && !is_zombie(process)
        {
            std::thread::yield_now();
        }
        Ok(())
    }

    /// The till's process, known by its data folder: the driver starts it, so it is no child of ours.
    fn process(&self) -> Result<Pid> {
        let program = place::built("comptoir")?;
        let ours = |id: i32| {
            let line = fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
            let words: Vec<&[u8]> = line.split(|byte| *byte == 0).collect();
            words.first() == Some(&program.as_os_str().as_encoded_bytes())
                && words.contains(&self.data.as_os_str().as_encoded_bytes())
        };
        let entries = fs::read_dir("/proc")
            .context("list the processes")?
            .filter_map(Result::ok);
        let mut ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
        let id = ids
            .find(|id| ours(*id))
            .context("the till is not running")?;
        Pid::from_raw(id).context("a process has a number above zero")
    }

    async fn visible(&self, spot: &Spot) -> Result<Element, CmdError> {
        let begun = Instant::now();
        let script = format!("{FIND} return found[0] ?? null");
        loop {
            let found = self.client.execute(&script, spot.arguments()).await?;
            if let Some(id) = found.get(ELEMENT).and_then(Value::as_str) {
                return Ok(Element::from_element_id(
                    self.client.clone(),
                    id.to_owned().into(),
                ));
            }
            if begun.elapsed() > PATIENCE {
                return Err(CmdError::WaitTimeout);
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    fn run<T>(
        &self,
        what: impl std::fmt::Display,
        step: impl Future<Output = Result<T, CmdError>>,
    ) -> Result<T> {
        self.runtime
            .block_on(step)
            .with_context(|| format!("on the till's screen: {what}"))
    }
}

/// A process that has ended, and whose parent has not looked yet.
fn is_zombie(process: Pid) -> bool {
    let stat =
        fs::read_to_string(format!("/proc/{}/stat", process.as_raw_nonzero())).unwrap_or_default();
    stat.rsplit(')')
        .next()
        .is_some_and(|rest| rest.trim_start().starts_with('Z'))
}

/// Where tauri-driver listens, and where the web view's own driver behind it does.
#[derive(Debug)]
struct Ports {
    driver: u16,
    native: u16,
}

fn start_driver(
    ports: &Ports,
    display: &Display,
    logs: &Path,
    painted: Painted,
) -> Result<Program> {
    let mut command = Command::new(place::tool("tauri-driver")?);
    command
        .args([
            "--port",
            &ports.driver.to_string(),
            "--native-port",
            &ports.native.to_string(),
        ])
        .env("DISPLAY", display.name())
        .env("GDK_BACKEND", "x11")
        // No desktop is there to ask about accessibility, and the display has no graphics processor.
        .env("NO_AT_BRIDGE", "1")
        .env("LIBGL_ALWAYS_SOFTWARE", "1")
        .env_remove("WAYLAND_DISPLAY");
    if painted == Painted::ForPictures {
        command.env("WEBKIT_DISABLE_DMABUF_RENDERER", "0");
    }
    Program::start("tauri-driver", &mut command, logs)
}

async fn connect(ports: &Ports, program: &Path, data: &Path) -> Result<Client> {
    let options = json!({
        "application": program,
        "args": ["--data-dir", data, "--keys", "file"],
    });
    let capabilities = [("tauri:options".to_owned(), options)]
        .into_iter()
        .collect();
    let mut builder = ClientBuilder::new(HttpConnector::new());
    builder.capabilities(capabilities);
    let address = format!("http://127.0.0.1:{}", ports.driver);
    builder
        .connect(&address)
        .await
        .context("ask the driver for the till's window")
}

/// Asks the driver until it answers: it says nowhere that it is ready.
async fn wait_for_driver(port: u16) -> Result<()> {
    let begun = Instant::now();
    while tokio::net::TcpStream::connect(("127.0.0.1", port))
        .await
        .is_err()
    {
        anyhow::ensure!(begun.elapsed() < PATIENCE, "tauri-driver does not answer");
        tokio::time::sleep(GLANCE).await;
    }
    Ok(())
}
