//! Handing a mail to a mail server.

use std::time::Duration;

use async_trait::async_trait;
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

/// How long a mail server may take over one step; one that hangs holds up nothing but mail.
const PATIENCE: Duration = Duration::from_secs(20);

/// No such mailbox, it is elsewhere, or its name is none (RFC 5321, 4.2.3).
const RECIPIENT_UNKNOWN: [&str; 3] = ["550", "551", "553"];

/// A mail, ready to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    pub to: String,
    pub subject: String,
    /// Plain text.
    pub body: String,
    /// The part of the message's id before the at-sign.
    pub message_id: String,
}

/// Why a mail did not go out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PostError {
    /// Trying again may help.
    #[error("{0}")]
    ForNow(String),
    /// It never will: the address does not exist, or is none.
    #[error("{0}")]
    ForEver(String),
}

/// Somebody who takes mail.
#[async_trait]
pub trait Post: Send + Sync + std::fmt::Debug {
    async fn send(&self, mail: &Mail) -> Result<(), PostError>;
}

/// The address of the mail server, or of the sender, cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct UnusableMailServer(String);

/// A mail server that speaks SMTP.
pub struct SmtpPost {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl std::fmt::Debug for SmtpPost {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The transport knows a password.
        formatter
            .debug_struct("SmtpPost")
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}

impl SmtpPost {
    /// A server by its address, such as `smtps://user:password@mail.example`.
    pub fn new(url: &str, from: &str) -> Result<SmtpPost, UnusableMailServer> {
        let from = from
            .parse()
            .map_err(|error| UnusableMailServer(format!("the sender \"{from}\": {error}")))?;
        // The address holds a password: it is in no message.
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|error| UnusableMailServer(format!("the mail server's address: {error}")))?;
        Ok(SmtpPost {
            transport: transport.timeout(Some(PATIENCE)).build(),
            from,
        })
    }

    fn message(&self, mail: &Mail) -> Result<Message, PostError> {
        let for_ever = |error: String| PostError::ForEver(error);
        let to: Mailbox = mail
            .to
            .parse()
            .map_err(|_| for_ever("the address is none".to_owned()))?;
        let domain = self.from.email.domain();
        Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(mail.subject.clone())
            .message_id(Some(format!("<{}@{domain}>", mail.message_id)))
            .header(ContentType::TEXT_PLAIN)
            .body(mail.body.clone())
            .map_err(|error| for_ever(error.to_string()))
    }
}

/// Only a recipient who does not exist is never tried again: a full quota or a wrong password is the
/// hub's to put right. The server's own words are not kept, they name the recipient.
fn failure(error: &lettre::transport::smtp::Error) -> PostError {
    let Some(code) = error.status() else {
        return PostError::ForNow(
            if error.is_timeout() {
                "the mail server does not answer"
            } else {
                "no mail server"
            }
            .to_owned(),
        );
    };
    let said = format!("the mail server said {code}");
    if RECIPIENT_UNKNOWN.contains(&code.to_string().as_str()) {
        PostError::ForEver(said)
    } else {
        PostError::ForNow(said)
    }
}

#[async_trait]
impl Post for SmtpPost {
    async fn send(&self, mail: &Mail) -> Result<(), PostError> {
        let message = self.message(mail)?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) => Err(failure(&error)),
        }
    }
}
