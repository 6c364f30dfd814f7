//! What the till holds in memory: who is signed in, the order in progress, and what the screen is to
//! be told. All of it is lost without harm: what matters is in the database.

use comptoir_domain::document::EpochLabel;
use comptoir_domain::draft::Draft;
use comptoir_domain::ids::{LineId, OrderId, ShiftId, StaffId};
use comptoir_domain::time::Timestamp;

use crate::store::drafts::Stored;
use crate::view::SyncReport;
use crate::wire::{Code, Notice, Offer, Param, Params, PrinterState, Severity, Sound, SoundCue};

/// The order in progress, as the database holds it too.
#[derive(Debug, Clone)]
pub(crate) struct CurrentOrder {
    pub(crate) draft: Draft,
    /// How many moves were made: the place of the next one.
    pub(crate) moves: i64,
    /// The line that the last action touched.
    pub(crate) last_line: Option<LineId>,
    /// Whether the order changed elsewhere while it was open here.
    pub(crate) rebased: bool,
    /// Who fetches it, where that was noted.
    pub(crate) fetched_by: Option<String>,
}

impl From<Stored> for CurrentOrder {
    fn from(stored: Stored) -> CurrentOrder {
        CurrentOrder {
            last_line: stored.draft.order().lines.last().map(|line| line.id),
            draft: stored.draft,
            moves: stored.moves,
            rebased: stored.rebased,
            fetched_by: stored.fetched_by,
        }
    }
}

/// Where the till is, beside what the database says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Page {
    #[default]
    Selling,
    Closing,
    Report(ShiftId),
}

/// How the printer was when it was last used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PrinterHealth {
    pub(crate) state: PrinterState,
    pub(crate) problem: Option<Code>,
}

#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) staff: Option<StaffId>,
    pub(crate) order: Option<CurrentOrder>,
    /// Those that are settled together with it.
    pub(crate) others: Vec<CurrentOrder>,
    /// The sale just done, until the next order begins.
    pub(crate) done: Option<OrderId>,
    pub(crate) page: Page,
    pub(crate) revision: u64,
    pub(crate) sync: Option<SyncReport>,
    pub(crate) printer: Option<PrinterHealth>,
    pub(crate) scanner: ScannerHealth,
    pub(crate) last_backup_failed: bool,
    pub(crate) checked_at: Timestamp,
    sound: Option<SoundCue>,
    sounds: u32,
    notices: Vec<Notice>,
    /// What stays on the screen for as long as it is so.
    standing: Vec<Notice>,
    noticed: u32,
    /// How often something came to or went from this desk that the cashier did not do.
    pub(crate) desk_moves: u64,
}

/// The numbers by which the screen tells what is new. They only rise, whichever database is open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counters {
    pub(crate) revision: u64,
    sounds: u32,
    noticed: u32,
}

/// The serial scanner, as its thread reports it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ScannerHealth {
    pub(crate) connected: bool,
    pub(crate) last_code: Option<String>,
    pub(crate) last_at: Option<Timestamp>,
}

impl Session {
    pub(crate) fn new(checked_at: Timestamp) -> Session {
        Session {
            staff: None,
            order: None,
            others: Vec::new(),
            done: None,
            page: Page::Selling,
            revision: 0,
            sync: None,
            printer: None,
            scanner: ScannerHealth::default(),
            last_backup_failed: false,
            checked_at,
            sound: None,
            sounds: 0,
            notices: Vec::new(),
            standing: Vec::new(),
            noticed: 0,
            desk_moves: 0,
        }
    }

    pub(crate) const fn desk_moved(&mut self) {
        self.desk_moves += 1;
    }

    pub(crate) const fn counters(&self) -> Counters {
        Counters {
            revision: self.revision,
            sounds: self.sounds,
            noticed: self.noticed,
        }
    }

    /// Goes on from the numbers of another session on the same screen.
    pub(crate) fn count_on(&mut self, from: Counters) {
        self.revision += from.revision;
        self.sounds = self.sounds.wrapping_add(from.sounds);
        self.noticed = self.noticed.wrapping_add(from.noticed);
        for notice in self.notices.iter_mut().chain(&mut self.standing) {
            notice.number = notice.number.wrapping_add(from.noticed);
        }
    }

    /// A new action: what the last one had to say is over.
    pub(crate) fn begin_action(&mut self) {
        self.notices.clear();
        self.sound = None;
    }

    pub(crate) fn play(&mut self, kind: Sound) {
        self.sounds = self.sounds.wrapping_add(1);
        self.sound = Some(SoundCue {
            number: self.sounds,
            kind,
        });
    }

    pub(crate) const fn sound(&self) -> Option<SoundCue> {
        self.sound
    }

    /// Says something until the next action.
    pub(crate) fn notice(
        &mut self,
        code: Code,
        severity: Severity,
        params: &[(&str, Param)],
        offers: Vec<Offer>,
    ) {
        let notice = self.numbered(code, severity, params, offers);
        self.notices.insert(0, notice);
    }

    /// Says something for as long as the till runs.
    pub(crate) fn stand(&mut self, code: Code, severity: Severity, params: &[(&str, Param)]) {
        let notice = self.numbered(code, severity, params, Vec::new());
        self.standing.insert(0, notice);
    }

    /// Says that the database was an older copy, and with which label new numbers begin.
    pub(crate) fn say_older_copy(&mut self, label: &EpochLabel) {
        let label = Param::Text(label.as_str().to_owned());
        self.stand(
            Code::OlderCopyRestored,
            Severity::Problem,
            &[("label", label)],
        );
    }

    fn numbered(
        &mut self,
        code: Code,
        severity: Severity,
        params: &[(&str, Param)],
        offers: Vec<Offer>,
    ) -> Notice {
        self.noticed = self.noticed.wrapping_add(1);
        Notice {
            number: self.noticed,
            code,
            params: params
                .iter()
                .map(|(name, param)| ((*name).to_owned(), param.clone()))
                .collect::<Params>(),
            severity,
            offers,
        }
    }

    pub(crate) fn notices(&self) -> Vec<Notice> {
        self.notices.iter().chain(&self.standing).cloned().collect()
    }
}
