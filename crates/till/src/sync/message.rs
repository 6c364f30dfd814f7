//! What is said, what is answered, and the ways in which no answer comes.

use comptoir_sync::desk::{DeskReply, DeskRequest};
use comptoir_sync::protocol::{
    ChallengeReply, ChallengeRequest, Hello, PullReply, PullRequest, PushReply, PushRequest,
    SessionReply, SessionRequest,
};

use crate::wire::Code;

/// One call to the server. Calls with a token are a till's own.
#[derive(Clone, PartialEq, Eq)]
pub enum SyncRequest {
    Hello,
    Challenge(ChallengeRequest),
    Session(SessionRequest),
    Push { token: String, push: PushRequest },
    Pull { token: String, pull: PullRequest },
    Desk { token: String, desk: DeskRequest },
}

impl std::fmt::Debug for SyncRequest {
    /// Without the token.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            SyncRequest::Hello => formatter.write_str("Hello"),
            SyncRequest::Challenge(_) => formatter.write_str("Challenge"),
            SyncRequest::Session(_) => formatter.write_str("Session"),
            SyncRequest::Push { push, .. } => {
                let first = push
                    .entries
                    .first()
                    .and_then(|entry| entry.read_header().ok());
                formatter
                    .debug_struct("Push")
                    .field("epoch", &push.epoch)
                    .field("first", &first.map(|header| header.seq))
                    .field("entries", &push.entries.len())
                    .finish()
            }
            SyncRequest::Pull { pull, .. } => formatter.debug_tuple("Pull").field(pull).finish(),
            SyncRequest::Desk { desk, .. } => formatter
                .debug_struct("Desk")
                .field("open", &desk.open.len())
                .field("parked", &desk.parked.len())
                .field("moves", &desk.moves.len())
                .finish(),
        }
    }
}

/// The answer to a [`SyncRequest`] of the same name.
#[derive(Clone, PartialEq, Eq)]
pub enum SyncReply {
    Hello(Hello),
    Challenge(ChallengeReply),
    Session(SessionReply),
    Push(PushReply),
    Pull(PullReply),
    Desk(DeskReply),
}

impl std::fmt::Debug for SyncReply {
    /// Without the token.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            SyncReply::Hello(hello) => formatter.debug_tuple("Hello").field(hello).finish(),
            SyncReply::Challenge(_) => formatter.write_str("Challenge"),
            SyncReply::Session(_) => formatter.write_str("Session"),
            SyncReply::Push(reply) => formatter.debug_tuple("Push").field(reply).finish(),
            SyncReply::Pull(PullReply::Page(page)) => formatter
                .debug_struct("Page")
                .field("items", &page.items.len())
                .field("next", &page.next)
                .field("head", &page.head)
                .finish(),
            SyncReply::Pull(reply) => formatter.debug_tuple("Pull").field(reply).finish(),
            SyncReply::Desk(reply) => formatter.debug_tuple("Desk").field(reply).finish(),
        }
    }
}

/// Why there is no answer. None of these means that the server did not do what it was asked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SyncFailure {
    #[error("nobody answers at the server's address")]
    Unreachable,
    #[error("the server did not answer in time")]
    TimedOut,
    /// A captive portal, a web page, another program.
    #[error("what answers is no server of this system")]
    NotOurs,
    #[error("the server's certificate is not trusted, or not the one that the pairing code names")]
    NotTrusted,
    /// No session, or not any more.
    #[error("the server wants a session")]
    Unauthorised,
    #[error("the server no longer accepts this till")]
    Rejected,
    #[error("server and till are too many versions apart")]
    VersionTooOld,
    #[error("more was sent at once than the server takes")]
    TooLarge,
    #[error("the server cannot answer now")]
    Busy { retry_after_ms: Option<i64> },
    /// A request that the server cannot make sense of: a fault of one of the two.
    #[error("the server did not understand")]
    Misunderstood,
}

impl SyncFailure {
    /// The screen's word for it.
    pub const fn code(self) -> Code {
        match self {
            SyncFailure::Unreachable | SyncFailure::TimedOut | SyncFailure::Busy { .. } => {
                Code::ServerUnreachable
            }
            SyncFailure::NotOurs | SyncFailure::Misunderstood | SyncFailure::TooLarge => {
                Code::ServerNotOurs
            }
            SyncFailure::NotTrusted => Code::ServerNotTrusted,
            SyncFailure::Unauthorised | SyncFailure::Rejected => Code::TillRejected,
            SyncFailure::VersionTooOld => Code::VersionTooOld,
        }
    }

    /// Whether the server answers and does not want this till.
    pub const fn is_refusal(self) -> bool {
        matches!(
            self,
            SyncFailure::Unauthorised | SyncFailure::Rejected | SyncFailure::VersionTooOld
        )
    }
}
