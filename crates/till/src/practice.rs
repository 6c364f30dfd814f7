//! Practice has a journal of its own, in a folder of its own. Here is who may turn to it and back, and
//! what it takes over from the real till; the folders are the [`crate::Till`]'s.

use std::path::{Path, PathBuf};

use comptoir_domain::event::{AuditFact, Event};
use comptoir_domain::refusal::{Refusal, RefusalCode};
use comptoir_domain::staff::Permission;
use rusqlite::{Connection, Transaction};

use crate::audit::PERMISSION;
use crate::core::Core;
use crate::desk::is_practice;
use crate::error::TillError;
use crate::feed;
use crate::store::meta::{self, key};
use crate::wire::{Code, PracticeState};

/// What of the real till's own settings holds in its practice too.
const LENT: &[&str] = &[
    key::TILL_CODE,
    key::LOCATION,
    key::LANGUAGE,
    key::PRINTER,
    key::SCANNER,
];

impl Core {
    pub(crate) fn practice_state(&self) -> Result<PracticeState, TillError> {
        let connection = self.connection();
        if !is_practice(connection)? {
            return Ok(PracticeState::Off);
        }
        let real = meta::get(connection, key::REAL_TILL)?.is_some();
        Ok(if real {
            PracticeState::BesideReal
        } else {
            PracticeState::BeforeOpening
        })
    }

    /// Writes down that a manager turns this till to practice; answers where its goods and people are
    /// to be taken from.
    pub(crate) fn begin_practice(&mut self) -> Result<PathBuf, TillError> {
        self.session.begin_action();
        self.require_real()?;
        self.require_permission(Permission::ChangeSettings)?;
        self.act(None, |act| {
            let action = act.own_action();
            let fact = AuditFact::SettingChanged {
                name: key::PRACTICE.to_owned(),
            };
            act.write_events("setting_changed", action, vec![Event::Audited { fact }])
        })?;
        Ok(self.database().to_path_buf())
    }

    /// Whether the practice may be left: to a till that was never open for real, with a manager's
    /// word; to one that is, by anybody, since a customer may be waiting.
    pub(crate) fn end_practice(&mut self) -> Result<(), TillError> {
        self.session.begin_action();
        match self.practice_state()? {
            PracticeState::Off => Err(TillError::refuse(Code::NotNow, "this is no practice")),
            PracticeState::BeforeOpening => self.require_permission(Permission::ChangeSettings),
            PracticeState::BesideReal => Ok(()),
        }
    }

    /// A plain no in a practice, whose journal is for nobody else.
    pub(crate) fn require_real(&self) -> Result<(), TillError> {
        match self.practice_state()? {
            PracticeState::Off => Ok(()),
            _ => Err(TillError::refuse(Code::NotNow, "this is a practice")),
        }
    }

    /// A plain no unless who is signed in may do it.
    pub(crate) fn require_permission(&self, permission: Permission) -> Result<(), TillError> {
        if self.desk()?.staff.role.may(permission) {
            return Ok(());
        }
        let refusal = Refusal::from(RefusalCode::NotPermitted);
        Err(match serde_json::to_value(permission) {
            Ok(serde_json::Value::String(name)) => refusal.with(PERMISSION, name),
            _ => refusal,
        }
        .into())
    }

    /// A plain no unless this till may be made one of a hub's: a new one by anybody, one that sells
    /// already by who may change its settings.
    pub(crate) fn may_join_hub(&self) -> Result<(), TillError> {
        self.require_real()?;
        match self.settings()? {
            None => Ok(()),
            Some(_) => self.require_permission(Permission::ChangeSettings),
        }
    }

    /// Sets this empty till up as the practice of another one: the same goods, prices and people.
    /// No order, no stock, no server.
    pub(crate) fn furnish_practice(&mut self, real: &Path) -> Result<(), TillError> {
        if self.settings()?.is_some() {
            // The program ended in the middle of a practice; it is gone on with.
            return Ok(());
        }
        let path = real.to_string_lossy();
        self.connection()
            .execute("ATTACH DATABASE ?1 AS lender", [path.as_ref()])?;
        let furnished = self.transaction(take_over);
        let detached = self
            .connection()
            .execute_batch("DETACH DATABASE lender")
            .map_err(TillError::from);
        furnished.and(detached)
    }
}

fn take_over(transaction: &Transaction<'_>) -> Result<(), TillError> {
    feed::lend_rows(transaction, "lender")?;
    for name in LENT {
        if let Some(value) = lent(transaction, name)? {
            meta::set(transaction, name, &value)?;
        }
    }
    meta::set(transaction, key::PRACTICE, "1")?;
    meta::set(transaction, key::REAL_TILL, "1")
}

fn lent(connection: &Connection, name: &str) -> Result<Option<String>, TillError> {
    let mut statement = connection.prepare("SELECT value FROM lender.meta WHERE key = ?1")?;
    let mut rows = statement.query([name])?;
    Ok(match rows.next()? {
        Some(row) => Some(row.get(0)?),
        None => None,
    })
}
