//! What the server does with an entry that a till sends: the decision, without the storing.
//!
//! Sending again, overlapping, by two roads or after a lost reply gives the same state: the decision
//! depends only on what is stored and what is sent.

use comptoir_domain::entry::{ChainHead, EntryHash, EntryHeader};

/// What is to be done with an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The next of its chain: store it.
    Append,
    /// The very same entry is stored already.
    Skip,
    /// Entries before it are missing.
    Gap { expected: u64 },
    /// The place is taken by another entry, or its predecessor is another: the journal has two
    /// branches. Both are kept.
    Fork,
}

/// Judges an entry against one branch of its chain. `stored` is the hash at its place on this branch,
/// if there is one.
pub fn judge(
    head: &ChainHead,
    header: &EntryHeader,
    hash: EntryHash,
    stored: Option<EntryHash>,
) -> Verdict {
    if header.seq == 0 {
        return Verdict::Fork;
    }
    match stored {
        Some(known) if known == hash => return Verdict::Skip,
        Some(_) => return Verdict::Fork,
        None => {}
    }
    if header.seq > head.seq + 1 {
        return Verdict::Gap {
            expected: head.seq + 1,
        };
    }
    // The place counts as well as the hash: whoever signs may name any predecessor.
    if head.is_followed_by(header) {
        Verdict::Append
    } else {
        Verdict::Fork
    }
}
