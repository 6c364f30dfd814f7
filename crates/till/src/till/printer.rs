//! The thread that prints: it takes what is next from the core, talks to the printer, and tells the
//! core how it ended.

use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use comptoir_devices::printer::{PrinterFault, PrinterStatus};

use super::{Priority, TillHandle};
use crate::wire::ApiError;

/// How long a printer that does not take jobs is left alone at first, and at most.
const PAUSE_MIN: Duration = Duration::from_secs(1);
const PAUSE_MAX: Duration = Duration::from_secs(15);

pub(super) fn start(handle: &TillHandle) -> std::io::Result<JoinHandle<()>> {
    let (waker, woken) = sync_channel(1);
    handle.wake_me(move || {
        // A full channel means that a wake-up is under way already.
        let _ = waker.try_send(());
    });
    let spooler = Spooler {
        handle: handle.clone(),
        woken,
        pause: None,
    };
    std::thread::Builder::new()
        .name("till-printer".to_owned())
        .spawn(move || spooler.run())
}

struct Spooler {
    handle: TillHandle,
    woken: Receiver<()>,
    /// The pause after the last failure; none while the printer works.
    pause: Option<Duration>,
}

impl Spooler {
    fn run(mut self) {
        loop {
            let printed = match self.pause {
                Some(_) => self.ask_first(),
                None => Ok(true),
            }
            .and_then(|ready| if ready { self.print_all() } else { Ok(false) });
            self.pause = match printed {
                Ok(true) => None,
                Ok(false) | Err(_) => Some(longer(self.pause)),
            };
            if !self.wait() {
                return;
            }
        }
    }

    /// Waits for the pause's end or a wake-up; says whether the till still runs.
    fn wait(&self) -> bool {
        match self.pause {
            Some(pause) => !matches!(
                self.woken.recv_timeout(pause),
                Err(RecvTimeoutError::Disconnected)
            ),
            None => self.woken.recv().is_ok(),
        }
    }

    /// A printer that failed is asked how it is before a job is marked as on its way to it.
    fn ask_first(&self) -> Result<bool, ApiError> {
        let printer = self
            .handle
            .with_core(Priority::Background, |core| core.printer_in_demand())?;
        let Some(printer) = printer else {
            return Ok(true);
        };
        let fault: Option<Option<PrinterFault>> = match printer.status() {
            Ok(PrinterStatus::Ready | PrinterStatus::Unknown) => None,
            Ok(PrinterStatus::Faulty(fault)) => Some(Some(fault)),
            Err(_) => Some(None),
        };
        let Some(fault) = fault else {
            return Ok(true);
        };
        let news = self.handle.with_core(Priority::Background, move |core| {
            Ok(core.printer_unavailable(fault))
        })?;
        if news {
            self.handle.publish();
        }
        Ok(false)
    }

    /// Prints until nothing waits; says whether the printer took everything.
    fn print_all(&self) -> Result<bool, ApiError> {
        loop {
            let task = self
                .handle
                .with_core(Priority::Background, |core| core.next_print())?;
            let Some(task) = task else {
                return Ok(true);
            };
            let answer = task.run();
            let well = answer.went_well();
            let news = self
                .handle
                .with_core(Priority::Background, move |core| core.print_ended(&answer))?;
            if news {
                self.handle.publish();
            }
            if !well {
                return Ok(false);
            }
        }
    }
}

fn longer(pause: Option<Duration>) -> Duration {
    pause.map_or(PAUSE_MIN, |pause| (pause * 2).min(PAUSE_MAX))
}
