//! The till's real window, driven as a person drives it: clicks, keys, and what can be read on the screen.
//!
//! Not for asking the till behind the window: a test that wants to know what is stored asks the server or opens the
//! data folder after the window has closed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::error::CmdError;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

use crate::display::Display;
use crate::place;
use crate::program::{Program, free_port};

pub use fantoccini::key::Key;

/// How long anything on the screen may take on a busy machine before a test gives up on it. Waiting ends as soon as the
/// thing is there.
const PATIENCE: Duration = Duration::from_secs(60);

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

impl Window {
    /// Opens the window of the till whose data lies in `data`, 1366 by 768 pixels large. Logs go to `logs`.
    pub fn open(data: &Path, logs: &Path) -> Result<Window> {
        Window::open_sized(data, logs, 1366, 768)
    }

    /// Opens the window on a display of this many pixels.
    pub fn open_sized(data: &Path, logs: &Path, width: u32, height: u32) -> Result<Window> {
        let display = Display::start(width, height, logs)?;
        let ports = Ports {
            driver: free_port()?,
            native: free_port()?,
        };
        let driver = start_driver(&ports, &display, logs)?;
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .context("start a runtime")?;
        let client = runtime.block_on(connect(&ports, data))?;
        // No window manager is there to enlarge the window to the display.
        runtime
            .block_on(client.set_window_rect(0, 0, width, height))
            .context("size the window")?;
        Ok(Window {
            client,
            runtime,
            data: data.to_owned(),
            _driver: driver,
            _display: display,
        })
    }

    /// Waits for an element that a CSS selector finds and that can be seen.
    pub fn wait_for(&self, selector: &str) -> Result<()> {
        self.run(selector, async { self.visible(selector).await.map(|_| ()) })
    }

    /// Waits until nothing that can be seen fits the selector.
    pub fn wait_gone(&self, selector: &str) -> Result<()> {
        self.wait_until(&format!("{selector} is gone"), |window| {
            Ok(!window.sees(selector)?)
        })
    }

    /// Is there, at this moment, an element that the selector finds and that can be seen?
    pub fn sees(&self, selector: &str) -> Result<bool> {
        let script =
            "return [...document.querySelectorAll(arguments[0])].some(e => e.checkVisibility())";
        Ok(self.execute(script, vec![json!(selector)])? == json!(true))
    }

    /// Waits for the element and clicks it.
    pub fn click(&self, selector: &str) -> Result<()> {
        self.run(selector, async {
            self.visible(selector).await?.click().await
        })
    }

    /// Waits for the element and types into it.
    pub fn fill(&self, selector: &str, text: &str) -> Result<()> {
        self.run(selector, async {
            let field = self.visible(selector).await?;
            field.clear().await?;
            field.send_keys(text).await
        })
    }

    /// Waits for the element and returns the text that can be read in it.
    pub fn text(&self, selector: &str) -> Result<String> {
        self.run(selector, async {
            self.visible(selector).await?.text().await
        })
    }

    /// Waits until the element's text fits.
    pub fn wait_text(&self, selector: &str, fits: impl Fn(&str) -> bool) -> Result<()> {
        self.wait_until(&format!("the text of {selector} fits"), |window| {
            Ok(fits(&window.text(selector)?))
        })
    }

    /// How many elements the selector finds.
    pub fn count(&self, selector: &str) -> Result<usize> {
        self.run(selector, async {
            Ok(self.client.find_all(Locator::Css(selector)).await?.len())
        })
    }

    /// Presses and releases one key, wherever the focus is.
    pub fn press(&self, key: Key) -> Result<()> {
        self.keys(&[char::from(key)])
    }

    /// Types a text key by key, wherever the focus is, as fast as the driver can.
    pub fn type_keys(&self, text: &str) -> Result<()> {
        self.keys(&text.chars().collect::<Vec<char>>())
    }

    fn keys(&self, keys: &[char]) -> Result<()> {
        let actions = keys
            .iter()
            .fold(KeyActions::new("keyboard".to_owned()), |actions, key| {
                actions
                    .then(KeyAction::Down { value: *key })
                    .then(KeyAction::Up { value: *key })
            });
        self.run("keys", self.client.perform_actions(actions))
    }

    /// Runs a script in the page and returns its value.
    pub fn execute(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        self.run("a script", self.client.execute(script, arguments))
    }

    /// Looks again and again until `holds`, or gives up and says what it waited for.
    pub fn wait_until(&self, what: &str, holds: impl Fn(&Window) -> Result<bool>) -> Result<()> {
        let begun = std::time::Instant::now();
        while !holds(self)? {
            anyhow::ensure!(begun.elapsed() < PATIENCE, "waited in vain until {what}");
            self.runtime.block_on(tokio::time::sleep(GLANCE));
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

    async fn visible(&self, selector: &str) -> Result<fantoccini::elements::Element, CmdError> {
        let begun = std::time::Instant::now();
        loop {
            let element = self
                .client
                .wait()
                .at_most(PATIENCE)
                .every(GLANCE)
                .for_element(Locator::Css(selector))
                .await?;
            // The screen may be drawn anew between finding and asking: then look again.
            if element.is_displayed().await.unwrap_or(false) {
                return Ok(element);
            }
            if begun.elapsed() > PATIENCE {
                return Err(CmdError::WaitTimeout);
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    fn run<T>(&self, what: &str, step: impl Future<Output = Result<T, CmdError>>) -> Result<T> {
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
struct Ports {
    driver: u16,
    native: u16,
}

fn start_driver(ports: &Ports, display: &Display, logs: &Path) -> Result<Program> {
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
    Program::start("tauri-driver", &mut command, logs)
}

/// Asks the driver for a session until it answers: it says nowhere that it is ready.
async fn connect(ports: &Ports, data: &Path) -> Result<Client> {
    let options = json!({
        "application": place::built("comptoir")?,
        "args": ["--data-dir", data],
    });
    let capabilities = [("tauri:options".to_owned(), options)]
        .into_iter()
        .collect();
    let mut builder = ClientBuilder::new(HttpConnector::new());
    builder.capabilities(capabilities);
    let address = format!("http://127.0.0.1:{}", ports.driver);
    // Both: the first passes a session on to the second, and gives up when that is not yet there.
    wait_for_driver(ports.native).await?;
    wait_for_driver(ports.driver).await?;
    builder
        .connect(&address)
        .await
        .context("ask the driver for the till's window")
}

async fn wait_for_driver(port: u16) -> Result<()> {
    let begun = std::time::Instant::now();
    while tokio::net::TcpStream::connect(("127.0.0.1", port))
        .await
        .is_err()
    {
        anyhow::ensure!(begun.elapsed() < PATIENCE, "tauri-driver does not answer");
        tokio::time::sleep(GLANCE).await;
    }
    Ok(())
}
