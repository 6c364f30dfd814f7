//! What the server's refusals are called: the `code` of an error on the wire. Stable; programs branch
//! on it.

/// The request is not what this call takes: no JSON, or other fields.
pub const MALFORMED: &str = "malformed";
/// The body is larger than this call takes; send less at once.
pub const TOO_LARGE: &str = "too_large";
/// The body's type or encoding is not understood.
pub const UNSUPPORTED: &str = "unsupported";
/// No token, or one that is not good (any more): ask for a session.
pub const UNAUTHORISED: &str = "unauthorised";
/// The token belongs to another till than the request.
pub const FOREIGN_TILL: &str = "foreign_till";
/// The till's rights were taken away.
pub const TILL_REVOKED: &str = "till_revoked";
/// The key of a connected store does not reach that far.
pub const SCOPE_MISSING: &str = "scope_missing";
/// The pairing code is not known here.
pub const CODE_UNKNOWN: &str = "code_unknown";
/// The pairing code was used by another till.
pub const CODE_USED: &str = "code_used";
/// The pairing code is too old.
pub const CODE_EXPIRED: &str = "code_expired";
/// A till of this id is known with another key, or at another hub.
pub const TILL_TAKEN: &str = "till_taken";
/// Too many tries; wait as long as `Retry-After` says.
pub const TOO_MANY_TRIES: &str = "too_many_tries";
/// There is nothing at this address.
pub const NOT_FOUND: &str = "not_found";
/// The server cannot store anything at the moment; it is safe to send again.
pub const UNAVAILABLE: &str = "unavailable";
/// More is asked of the server than it can queue; send again after as long as `Retry-After` says.
pub const BUSY: &str = "busy";
/// It took too long; it is safe to send again.
pub const TIMED_OUT: &str = "timed_out";
/// The server erred.
pub const INTERNAL: &str = "internal";
