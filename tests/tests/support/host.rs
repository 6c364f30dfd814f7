//! A till in a process of its own, reached as its screen reaches it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use comptoir_domain::money::Money;
use comptoir_domain::quantity::Quantity;
use comptoir_till::wire::{
    ApiError, Code, PayAdd, Scan, Screen, SellView, SetupPair, ShiftOpen, StaffSignIn, StatusView,
    TillView,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::hub::PIN;
use super::{action, eventually, program};

/// Why a command was not answered with what was asked for.
#[derive(Debug)]
pub(crate) enum NoAnswer {
    /// The till said no.
    Refused(ApiError),
    /// The connection broke: nobody knows whether it was done.
    CutOff,
}

/// A running host. Dropping it kills it.
pub(crate) struct Host {
    child: Child,
    port: u16,
    token: String,
}

impl Host {
    pub(crate) fn start(data: &Path) -> Host {
        Host::start_with_clock(data, 0)
    }

    /// The same on a machine whose clock is so many milliseconds ahead, or behind.
    pub(crate) fn start_with_clock(data: &Path, ahead_ms: i64) -> Host {
        let mut child = Command::new(program("comptoir-headless"))
            .args(["--throw-away", "--data-dir"])
            .arg(data)
            .args(["--clock-ahead-ms", &ahead_ms.to_string()])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        let said: Value = serde_json::from_str(&line).expect("the host says where it is");
        Host {
            child,
            port: u16::try_from(said["port"].as_u64().unwrap()).unwrap(),
            token: said["token"].as_str().unwrap().to_owned(),
        }
    }

    /// Ends it as a power cut does.
    pub(crate) fn kill(mut self) {
        self.kill_now();
        self.wait_until_gone();
    }

    /// Waits for a killed one; until then it holds the lock on its folder.
    pub(crate) fn wait_until_gone(&mut self) {
        self.child.wait().unwrap();
    }

    /// Sends the signal and does not wait: something may be under way.
    pub(crate) fn kill_now(&mut self) {
        self.child.kill().unwrap();
    }

    /// Where a command goes, for a thread that sends it while the process is killed.
    pub(crate) fn line(&self) -> Line {
        Line {
            port: self.port,
            token: self.token.clone(),
        }
    }

    pub(crate) fn call<A: DeserializeOwned>(
        &self,
        command: &str,
        request: &impl Serialize,
    ) -> Result<A, NoAnswer> {
        self.line().call(command, request)
    }

    /// A command that must succeed.
    pub(crate) fn done(&self, command: &str, request: &impl Serialize) -> TillView {
        match self.call(command, request) {
            Ok(view) => view,
            Err(no) => panic!("{command}: {no:?}"),
        }
    }

    /// A command that must be refused: the word for it.
    pub(crate) fn refused(&self, command: &str, request: &impl Serialize) -> Code {
        match self.call::<Value>(command, request) {
            Err(NoAnswer::Refused(error)) => error.code,
            other => panic!("{command} was not refused: {other:?}"),
        }
    }

    pub(crate) fn view(&self) -> TillView {
        self.done("till_view", &json!({}))
    }

    pub(crate) fn status(&self) -> StatusView {
        self.call("status_get", &json!({})).unwrap()
    }

    /// Joins the hub and opens its first shift.
    pub(crate) fn begin(&self, address: &str, code: &str) -> TillView {
        let pair = SetupPair {
            address: address.to_owned(),
            code: code.to_owned(),
        };
        self.done("setup_pair", &pair);
        let staff = eventually("the first load", || match self.view().screen {
            Screen::SignIn(view) if !view.staff.is_empty() => Some(view.staff[0].id),
            _ => None,
        });
        let sign_in = StaffSignIn {
            staff,
            pin: PIN.to_owned(),
        };
        self.done("staff_sign_in", &sign_in);
        let open = ShiftOpen {
            action: action(),
            float: Money::minor(5000),
            denominations: Vec::new(),
        };
        self.done("shift_open", &open)
    }

    /// Waits until the server has acknowledged everything.
    pub(crate) fn sent_everything(&self) {
        self.done("sync_now", &json!({}));
        eventually("everything is sent", || {
            (self.view().status.unsent == 0).then_some(())
        });
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // It is gone already where the test killed it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The way to a host.
#[derive(Clone)]
pub(crate) struct Line {
    port: u16,
    token: String,
}

impl Line {
    pub(crate) fn call<A: DeserializeOwned>(
        &self,
        command: &str,
        request: &impl Serialize,
    ) -> Result<A, NoAnswer> {
        let body = serde_json::to_string(request).unwrap();
        let (status, answer) = self.send(command, &body).ok_or(NoAnswer::CutOff)?;
        if status == 200 {
            return Ok(serde_json::from_str(&answer).expect("the answer has its shape"));
        }
        Err(NoAnswer::Refused(
            serde_json::from_str(&answer).expect("a refusal has its shape"),
        ))
    }

    /// Sends bytes as they are. None when the connection broke before the answer was whole.
    pub(crate) fn send(&self, command: &str, body: &str) -> Option<(u16, String)> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        let head = format!(
            "POST /rpc/{command} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nAuthorization: Bearer {}\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n",
            self.port,
            self.token,
            body.len()
        );
        // One write, so that a kill cannot leave half a request behind.
        stream.write_all(format!("{head}{body}").as_bytes()).ok()?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).ok()?;
        let answer = String::from_utf8(answer).ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            let is_length = name.eq_ignore_ascii_case("content-length");
            is_length.then(|| value.trim().parse::<usize>().ok())?
        })?;
        (body.len() == length).then(|| (status, body.to_owned()))
    }
}

pub(crate) fn scan(code: &str) -> Scan {
    Scan {
        code: code.to_owned(),
        symbology: None,
        quantity: None,
        confirmed: false,
    }
}

pub(crate) fn scan_many(code: &str, thousandths: i64) -> Scan {
    Scan {
        quantity: Some(Quantity::thousandths(thousandths)),
        ..scan(code)
    }
}

/// Cash from a fresh press.
pub(crate) fn cash(tendered: Money) -> PayAdd {
    PayAdd {
        action: action(),
        tender: "cash".to_owned(),
        amount: None,
        tendered: Some(tendered),
        reference: None,
        confirmed: true,
        goes: None,
        approval: None,
    }
}

pub(crate) fn selling(view: &TillView) -> &SellView {
    match &view.screen {
        Screen::Sell(sell) => sell,
        other => panic!("not selling: {other:?}"),
    }
}
