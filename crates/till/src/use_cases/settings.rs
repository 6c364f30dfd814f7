//! The printer, the scanner and the language of this one till.

use std::path::Path;

use comptoir_devices::PrinterAddress;
use comptoir_documents::escpos::PrinterProfile;
use comptoir_domain::event::{AuditFact, Event};
use comptoir_domain::refusal::{Refusal, RefusalCode};
use comptoir_domain::settings::{HubSettings, ReceiptPrinting};
use comptoir_domain::staff::Permission;
use serde::{Deserialize, Serialize};

use crate::core::Core;
use crate::error::TillError;
use crate::key::KeyFiles;
use crate::store::meta::{self, key};
use crate::store::print_jobs::Job;
use crate::wire::{
    Code, LanguageSet, PrinterSettings, PrinterTarget, ScannerSettings, ScannerView, TillView,
};

/// The languages that the screen speaks.
pub(crate) const LANGUAGES: [&str; 2] = ["en", "fr"];

/// How this till prints, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Printing {
    pub(crate) target: Option<PrinterTarget>,
    pub(crate) paper_mm: u8,
    pub(crate) automatic: bool,
    pub(crate) drawer: bool,
}

impl Printing {
    /// How a till prints that nobody has set a printer up for.
    pub(crate) fn unset(settings: Option<&HubSettings>) -> Printing {
        let automatic =
            |settings: &HubSettings| settings.receipt.print_default == ReceiptPrinting::Always;
        Printing {
            target: None,
            paper_mm: 80,
            automatic: settings.is_some_and(automatic),
            drawer: true,
        }
    }

    /// Whether a drawer hangs on a printer that is there.
    pub(crate) const fn opens_drawer(&self) -> bool {
        self.drawer && self.target.is_some()
    }

    /// Where the bytes go.
    pub(crate) fn address(&self) -> Option<PrinterAddress> {
        self.target.clone().map(|target| match target {
            PrinterTarget::Network { host, port } => PrinterAddress::Network { host, port },
            PrinterTarget::Serial { port, baud } => PrinterAddress::Serial { path: port, baud },
            PrinterTarget::Device { path } => PrinterAddress::Device { path: path.into() },
            PrinterTarget::File { path } => PrinterAddress::File { path: path.into() },
        })
    }

    /// What the printer can do.
    pub(crate) fn profile(&self) -> PrinterProfile {
        if self.paper_mm == 58 {
            PrinterProfile::generic_58()
        } else {
            PrinterProfile::generic_80()
        }
    }
}

/// The scanner's settings, as they are kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Scanning {
    pub(crate) port: Option<String>,
    pub(crate) prefix: Option<String>,
    pub(crate) us_layout: bool,
}

impl Core {
    pub(crate) fn scanner_settings(&self) -> Result<Scanning, TillError> {
        Ok(meta::json(self.connection(), key::SCANNER)?.unwrap_or_default())
    }

    pub(crate) fn scanner_view(&self) -> Result<ScannerView, TillError> {
        let scanning = self.scanner_settings()?;
        Ok(ScannerView {
            prefix: scanning.prefix,
            us_layout: scanning.us_layout,
        })
    }

    /// Sets the printer up, or takes it away.
    pub fn printer_settings_set(
        &mut self,
        request: &PrinterSettings,
    ) -> Result<TillView, TillError> {
        self.session.begin_action();
        self.require_set_up()?;
        check_target(request.target.as_ref())?;
        self.permit_target(request.target.as_ref())?;
        let kept = Printing {
            target: request.target.clone(),
            paper_mm: if request.paper_mm == 58 { 58 } else { 80 },
            automatic: request.automatic,
            drawer: request.drawer,
        };
        self.keep(key::PRINTER, &kept)?;
        self.session.printer = None;
        self.view()
    }

    /// Queues a test slip.
    pub fn printer_test(&mut self) -> Result<TillView, TillError> {
        self.session.begin_action();
        self.require_set_up()?;
        self.require_printer()?;
        self.act(None, |act| act.print(&Job::Test))?;
        self.view()
    }

    /// Sets the scanner up.
    pub fn scanner_settings_set(
        &mut self,
        request: &ScannerSettings,
    ) -> Result<TillView, TillError> {
        self.session.begin_action();
        self.require_set_up()?;
        let kept = Scanning {
            port: request.port.clone().filter(|port| !port.trim().is_empty()),
            prefix: request.prefix.clone().filter(|prefix| !prefix.is_empty()),
            us_layout: request.us_layout,
        };
        self.keep(key::SCANNER, &kept)?;
        self.view()
    }

    /// Changes the language of the screen.
    pub fn language_set(&mut self, request: &LanguageSet) -> Result<TillView, TillError> {
        self.session.begin_action();
        if !LANGUAGES.contains(&request.language.as_str()) {
            return Err(TillError::refuse(Code::BadRequest, "no such language"));
        }
        self.transaction(|tx| meta::set(tx, key::LANGUAGE, &request.language))?;
        self.view()
    }

    /// The language that somebody chose for the screen.
    pub(crate) fn chosen_language(&self) -> Result<Option<String>, TillError> {
        meta::get(self.connection(), key::LANGUAGE)
    }

    /// Takes over a language that was chosen elsewhere.
    pub(crate) fn keep_language(&mut self, language: Option<&str>) -> Result<(), TillError> {
        self.transaction(|tx| match language {
            Some(language) => meta::set(tx, key::LANGUAGE, language),
            None => Ok(()),
        })
    }

    /// A printer is set up by who is signed in; a path on this machine only by who may change
    /// settings, and never one among the till's own files.
    fn permit_target(&self, target: Option<&PrinterTarget>) -> Result<(), TillError> {
        let desk = self.desk()?;
        let Some(PrinterTarget::Device { path } | PrinterTarget::File { path }) = target else {
            return Ok(());
        };
        if !desk.staff.may(Permission::ChangeSettings) {
            return Err(Refusal::from(RefusalCode::NotPermitted).into());
        }
        let folder = Path::new(path).parent().unwrap_or(Path::new("/"));
        let Ok(folder) = folder.canonicalize() else {
            // Nothing can be there yet; the printer says so when it is tried.
            return Ok(());
        };
        let data = self.database().parent().unwrap_or(Path::new("/"));
        let own = [data.to_owned(), KeyFiles::beside(data)];
        let among_own = own
            .iter()
            .filter_map(|own| own.canonicalize().ok())
            .any(|own| folder.starts_with(own));
        if among_own {
            let why = "that is where the till keeps its own files";
            return Err(TillError::refuse(Code::PrinterAddressInvalid, why));
        }
        Ok(())
    }

    fn require_set_up(&self) -> Result<(), TillError> {
        match self.settings()? {
            Some(_) => Ok(()),
            None => Err(TillError::refuse(Code::NotNow, "the till is not set up")),
        }
    }

    /// How this till prints, where it has a printer.
    pub(crate) fn require_printer(&self) -> Result<Printing, TillError> {
        let printing = self.printer_settings()?;
        match printing.target {
            Some(_) => Ok(printing),
            None => Err(TillError::refuse(
                Code::PrinterMissing,
                "no printer is set up",
            )),
        }
    }

    fn keep<T: Serialize>(&mut self, key: &'static str, kept: &T) -> Result<(), TillError> {
        let text =
            serde_json::to_string(kept).map_err(|error| TillError::Stored { what: key, error })?;
        self.act(None, |act| {
            meta::set(act.tx, key, &text)?;
            let action = act.own_action();
            let fact = AuditFact::SettingChanged {
                name: key.to_owned(),
            };
            act.write_events("setting_changed", action, vec![Event::Audited { fact }])
        })?;
        Ok(())
    }
}

fn check_target(target: Option<&PrinterTarget>) -> Result<(), TillError> {
    let there = |text: &str| !text.trim().is_empty() && !text.chars().any(char::is_control);
    let fits = match target {
        None => true,
        Some(PrinterTarget::Network { host, port }) => there(host) && *port > 0,
        Some(PrinterTarget::Serial { port, baud }) => there(port) && *baud > 0,
        Some(PrinterTarget::Device { path } | PrinterTarget::File { path }) => there(path),
    };
    if fits {
        Ok(())
    } else {
        Err(TillError::refuse(
            Code::PrinterAddressInvalid,
            "no address of a printer",
        ))
    }
}
