//! Messages to customers: what was queued with the happening that owes it is composed from the state of
//! the moment and handed to a mail server, once for each happening.

mod compose;
mod post;
mod round;
mod texts;

use std::time::Duration;

use comptoir_domain::country::Language;
use comptoir_domain::message::{BadMessageText, MessageKind, MessageText};
use comptoir_sync::feed::EntityKind;
use serde::{Deserialize, Serialize};

use crate::store::{EntityChange, StoreError};

pub use post::{Mail, Post, PostError, SmtpPost, UnusableMailServer};
pub use round::{Postman, RoundReport};
pub(crate) use texts::default_text;

/// How often the outbox is looked at.
pub(crate) const ROUND: Duration = Duration::from_secs(5);

/// Where mail goes out, and what it says of itself.
#[derive(Debug, Clone, Default)]
pub struct MailOptions {
    /// `smtp://user:password@host:587?tls=required` or `smtps://…`; without one, messages wait.
    pub smtp: Option<String>,
    /// The sender, such as `La Halle <bonjour@halle.example>`.
    pub from: Option<String>,
    /// How customers reach the server, without a slash at the end; without one, mails have no link.
    pub public_url: Option<String>,
}

/// A hub's own text of a message, in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnText {
    pub subject: String,
    pub body: String,
}

/// The longest text of a message, in characters.
const TEXT_MAX: usize = 10_000;

/// Why a hub's own text is not taken.
#[derive(Debug, thiserror::Error)]
pub enum OwnTextError {
    #[error(transparent)]
    Bad(#[from] BadMessageText),
    #[error("the subject is one line, and neither it nor the text is empty or too long")]
    Size,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl OwnText {
    /// The change that makes it the hub's text. Refuses what could not be filled in.
    pub fn change(
        &self,
        kind: MessageKind,
        language: &Language,
    ) -> Result<EntityChange, OwnTextError> {
        let is_one_line = !self.subject.chars().any(char::is_control);
        let fits = |text: &str| !text.trim().is_empty() && text.chars().count() <= TEXT_MAX;
        if !is_one_line || !fits(&self.subject) || !fits(&self.body) {
            return Err(OwnTextError::Size);
        }
        MessageText::parse(&self.subject)?;
        MessageText::parse(&self.body)?;
        let id = OwnText::id(kind, language);
        Ok(EntityChange::put(EntityKind::MESSAGE_TEXT, id, self)?)
    }

    pub(crate) fn id(kind: MessageKind, language: &Language) -> String {
        format!("{}:{}", kind.name(), language.tag())
    }
}
