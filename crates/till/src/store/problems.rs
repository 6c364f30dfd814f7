//! Problems as this till shows them: those of the hub, and those that its own later entries opened or
//! decided.

use std::collections::BTreeSet;

use comptoir_domain::problem::{Problem, ProblemId};
use comptoir_domain::time::Zone;
use comptoir_sync::feed::EntityKind;
use rusqlite::Connection;

use super::states;
use crate::error::TillError;
use crate::feed;

/// A problem, and whether the server knows it.
#[derive(Debug, Clone)]
pub(crate) struct KnownProblem {
    pub(crate) problem: Problem,
    pub(crate) provisional: bool,
}

/// Everything that waits for a decision, oldest first.
pub(crate) fn open(connection: &Connection) -> Result<Vec<KnownProblem>, TillError> {
    let own = own(connection)?;
    let pulled: Vec<Problem> = feed::entities(connection, EntityKind::PROBLEM)?;
    let of_hub = |id: ProblemId| pulled.iter().any(|problem| problem.id == id);
    let mut known: Vec<KnownProblem> = own
        .iter()
        .map(|problem| KnownProblem {
            problem: problem.clone(),
            provisional: !of_hub(problem.id),
        })
        .collect();
    let overlaid = |problem: &Problem| own.iter().any(|own| own.id == problem.id);
    known.extend(
        pulled
            .iter()
            .filter(|problem| !overlaid(problem))
            .map(|problem| KnownProblem {
                problem: problem.clone(),
                provisional: false,
            }),
    );
    known.retain(|known| known.problem.is_open() && is_of_the_counter(&known.problem));
    known.sort_by_key(|known| (known.problem.opened_at, known.problem.id));
    Ok(known)
}

/// What concerns nothing that a till knows of is for the office, which says whose it is.
fn is_of_the_counter(problem: &Problem) -> bool {
    let subject = &problem.subject;
    subject.recurring.is_none() || subject.order.is_some()
}

/// How many things there are to look after: problems of one product and day are one.
pub(crate) fn open_count(connection: &Connection, zone: Zone) -> Result<u32, TillError> {
    let open = open(connection)?;
    let groups: BTreeSet<_> = open.iter().map(|known| known.problem.group(zone)).collect();
    Ok(u32::try_from(groups.len()).unwrap_or(u32::MAX))
}

fn own(connection: &Connection) -> Result<Vec<Problem>, TillError> {
    let mut statement = connection.prepare_cached("SELECT body FROM own_state WHERE kind = ?1")?;
    let bodies = statement.query_map([EntityKind::PROBLEM], |row| row.get::<_, String>(0))?;
    let mut found = Vec::new();
    for body in bodies {
        found.extend(serde_json::from_str(&body?).ok());
    }
    Ok(found)
}

/// One problem, decided or not.
pub(crate) fn find(connection: &Connection, id: &str) -> Result<Option<Problem>, TillError> {
    states::load(connection, EntityKind::PROBLEM, id)
}
