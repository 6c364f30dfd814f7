//! Search as people type, on a connection of its own that only reads.
//!
//! No query looks at more than a bounded number of candidates, whatever was typed: those whose code
//! or name begins so, the most sold ones, and the first few hundred that the word index names. They
//! are ranked here, not in the database: ranking all matches of a common prefix there costs a
//! hundred times as much.

use std::collections::BTreeMap;
use std::path::Path;

use comptoir_domain::ids::LocationId;
use rusqlite::{Connection, Row, params};

use super::cards::card;
use super::fold::fold;
use super::lookup::Buyer;
use super::rank::{Candidate, Fit, Query, fit, sort};
use super::words::{Alternative, Vocabulary, Words};
use crate::error::TillError;
use crate::feed::Shown;
use crate::store::{OpenError, open_reader};
use crate::wire::SearchResults;

/// The most rows of one answer.
pub(super) const ROWS_SHOWN_MAX: usize = 200;

/// How many matches of the word index are looked at.
const CANDIDATES_MAX: usize = 250;
const NAME_STARTS_MAX: usize = 100;
const CODE_STARTS_MAX: usize = 30;
const MOST_SOLD_MAX: usize = 100;

/// The longest beginnings of words of which the word index keeps the products by themselves.
const PREFIX_CHARACTERS_MAX: usize = 4;

/// How many whole words may stand for a beginning.
const WHOLE_WORDS_MAX: usize = 16;

/// A search, with what bears on the cards that it answers with.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    pub text: &'a str,
    /// Within this category only.
    pub category: Option<&'a str>,
    pub limit: u32,
    pub location: Option<LocationId>,
    pub buyer: Buyer<'a>,
}

/// The finder: a reading connection, and every word of the catalogue.
#[derive(Debug)]
pub struct Finder {
    connection: Connection,
    vocabulary: Vocabulary,
}

type Candidates = BTreeMap<i64, Candidate>;

impl Finder {
    /// Opens a finder on a till's database.
    pub fn open(database: &Path) -> Result<Finder, OpenError> {
        Ok(Finder::on(open_reader(database)?))
    }

    /// A finder on a connection that is there already.
    pub fn on(connection: Connection) -> Finder {
        Finder {
            connection,
            vocabulary: Vocabulary::default(),
        }
    }

    /// The connection, for the tiles and other readings beside the writer.
    pub const fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Reads the words anew if they changed. [`Finder::search`] does so by itself where it needs
    /// them; called when nobody waits it spares a key press the while that it takes.
    pub fn refresh(&mut self) -> Result<(), TillError> {
        self.vocabulary.refresh(&self.connection).map(|_| ())
    }

    /// The products that were most likely meant, best first. Any text is taken; one that says
    /// nothing finds nothing.
    pub fn search(&mut self, wanted: &Wanted<'_>) -> Result<SearchResults, TillError> {
        // One look at the database: each of a hundred statements would lock it by itself.
        let reading = self.connection.unchecked_transaction()?;
        let search = Search {
            connection: &reading,
            vocabulary: &mut self.vocabulary,
        };
        search.answer(wanted)
    }
}

/// One search under way.
struct Search<'a> {
    connection: &'a Connection,
    vocabulary: &'a mut Vocabulary,
}

impl Search<'_> {
    fn answer(mut self, wanted: &Wanted<'_>) -> Result<SearchResults, TillError> {
        let mut answer = SearchResults {
            text: wanted.text.to_owned(),
            products: Vec::new(),
            more: false,
        };
        let Some(query) = Query::read(wanted.text) else {
            return Ok(answer);
        };
        let limit = usize::try_from(wanted.limit)
            .unwrap_or(ROWS_SHOWN_MAX)
            .min(ROWS_SHOWN_MAX);
        let found = self.ranked(&query, wanted.category, limit)?;
        let shown = Shown::now(self.connection)?;
        for (_, candidate) in &found {
            if answer.products.len() == limit {
                answer.more = true;
                break;
            }
            let card = card(&shown, &candidate.variant, wanted.location, wanted.buyer)?;
            answer.products.extend(card);
        }
        Ok(answer)
    }

    fn ranked(
        &mut self,
        query: &Query,
        category: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(Fit, Candidate)>, TillError> {
        let mut candidates = Candidates::new();
        self.code_starts(query, category, &mut candidates)?;
        self.name_starts(query, category, &mut candidates)?;
        self.most_sold(category, &mut candidates)?;
        let mut found = fitting(query, candidates);
        // Whatever else the word index names fits less well than these.
        let best = found.iter().filter(|(fit, _)| *fit <= Fit::CodeStart);
        if best.count() <= limit
            && let Some(expression) =
                prefixes(query.words(), self.vocabulary.if_fresh(self.connection)?)
        {
            let mut candidates: Candidates = found
                .into_iter()
                .map(|(_, candidate)| (candidate.number, candidate))
                .collect();
            self.matching(&expression, category, &mut candidates)?;
            found = fitting(query, candidates);
        }
        if found.is_empty() {
            self.nearly(query, category, &mut found)?;
        }
        sort(&mut found);
        Ok(found)
    }

    fn code_starts(
        &self,
        query: &Query,
        category: Option<&str>,
        candidates: &mut Candidates,
    ) -> Result<(), TillError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT number, variant, name, code, category, uses
             FROM catalogue_row
             WHERE code >= ?1 AND code < ?2 AND listed = 1 AND (?3 IS NULL OR shelf = ?3)
             ORDER BY code LIMIT ?4",
        )?;
        let end = after(&query.code);
        let rows = statement.query_map(
            params![query.code, end, category, CODE_STARTS_MAX as i64],
            candidate,
        )?;
        collect(rows, candidates)
    }

    fn name_starts(
        &self,
        query: &Query,
        category: Option<&str>,
        candidates: &mut Candidates,
    ) -> Result<(), TillError> {
        let mut statement = self.connection.prepare_cached(if category.is_some() {
            "SELECT number, variant, name, code, category, uses
             FROM catalogue_row
             WHERE shelf = ?3 AND name >= ?1 AND name < ?2 AND listed = 1
             ORDER BY name LIMIT ?4"
        } else {
            "SELECT number, variant, name, code, category, uses
             FROM catalogue_row
             WHERE name >= ?1 AND name < ?2 AND listed = 1 AND ?3 IS NULL
             ORDER BY name LIMIT ?4"
        })?;
        let end = after(&query.text);
        let rows = statement.query_map(
            params![query.text, end, category, NAME_STARTS_MAX as i64],
            candidate,
        )?;
        collect(rows, candidates)
    }

    fn most_sold(
        &self,
        category: Option<&str>,
        candidates: &mut Candidates,
    ) -> Result<(), TillError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT number, variant, name, code, category, uses
             FROM catalogue_row
             WHERE uses > 0 AND listed = 1 AND (?1 IS NULL OR shelf = ?1)
             ORDER BY uses DESC LIMIT ?2",
        )?;
        let rows = statement.query_map(params![category, MOST_SOLD_MAX as i64], candidate)?;
        collect(rows, candidates)
    }

    fn matching(
        &self,
        expression: &str,
        category: Option<&str>,
        candidates: &mut Candidates,
    ) -> Result<(), TillError> {
        let within = category.map(fold).filter(|words| !words.is_empty());
        let expression = match within {
            Some(words) => format!("({expression}) AND category : \"{words}\""),
            None => expression.to_owned(),
        };
        let mut statement = self.connection.prepare_cached(
            "SELECT number, variant, catalogue_row.name, catalogue_row.code,
                    catalogue_row.category, uses
             FROM (SELECT rowid AS number FROM search WHERE search MATCH ?1 LIMIT ?3)
             JOIN catalogue_row USING (number)
             WHERE listed = 1 AND (?2 IS NULL OR shelf = ?2)",
        )?;
        let rows = statement.query_map(
            params![expression, category, CANDIDATES_MAX as i64],
            candidate,
        )?;
        collect(rows, candidates)
    }

    /// Adds what the words may have meant, where they stand for themselves or for something near.
    fn nearly(
        &mut self,
        query: &Query,
        category: Option<&str>,
        found: &mut Vec<(Fit, Candidate)>,
    ) -> Result<(), TillError> {
        let words = self.vocabulary.refresh(self.connection)?;
        let meant: Vec<Vec<Alternative>> =
            query.words().map(|word| words.alternatives(word)).collect();
        if meant.iter().any(Vec::is_empty) {
            return Ok(());
        }
        let groups: Vec<String> = meant.iter().map(|words| any_of(words)).collect();
        let mut candidates = Candidates::new();
        self.matching(&groups.join(" AND "), category, &mut candidates)?;
        for candidate in candidates.into_values() {
            let off = off_by(&meant, &candidate);
            found.push((Fit::Nearly(off), candidate));
        }
        Ok(())
    }
}

fn fitting(query: &Query, candidates: Candidates) -> Vec<(Fit, Candidate)> {
    candidates
        .into_values()
        .filter_map(|candidate| Some((fit(query, &candidate)?, candidate)))
        .collect()
}

/// How far a product's words are from those that were typed, together.
fn off_by(meant: &[Vec<Alternative>], candidate: &Candidate) -> u8 {
    let words: Vec<&str> = [&candidate.name, &candidate.category, &candidate.code]
        .into_iter()
        .flat_map(|text| text.split(' '))
        .collect();
    let nearest = |alternatives: &Vec<Alternative>| {
        // The nearest come first.
        alternatives
            .iter()
            .find(|alternative| words.contains(&alternative.word.as_str()))
            .map_or(u8::MAX / 16, |alternative| alternative.distance)
    };
    meant.iter().map(nearest).sum()
}

/// An expression for products in which every word begins one of theirs. Words hold letters and
/// digits only; in quotes none is taken for an operator. Single letters would name half the
/// catalogue, and so do "de" and "of" beside a longer word: they are checked afterwards.
fn prefixes<'a>(words: impl Iterator<Item = &'a str>, known: Option<&Words>) -> Option<String> {
    let mut words: Vec<&str> = words.filter(|word| word.len() > 1).collect();
    if words.iter().any(|word| word.len() > 2) {
        words.retain(|word| word.len() > 2);
    }
    let terms: Vec<String> = words
        .into_iter()
        .map(|word| beginning_with(word, known))
        .collect();
    (!terms.is_empty()).then(|| terms.join(" AND "))
}

/// An expression for the words that begin so. Of a beginning longer than those that the index keeps
/// it gathers every product before it names the first, which takes milliseconds where a category is
/// named; the few whole words in its place it walks through only as far as is asked.
fn beginning_with(start: &str, known: Option<&Words>) -> String {
    let words = known
        .filter(|_| start.chars().count() > PREFIX_CHARACTERS_MAX)
        .map_or(&[][..], |known| known.beginning_with(start));
    if words.is_empty() || words.len() > WHOLE_WORDS_MAX {
        return format!("\"{start}\"*");
    }
    let terms: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    format!("({})", terms.join(" OR "))
}

fn any_of(words: &[Alternative]) -> String {
    let terms: Vec<String> = words
        .iter()
        .map(|alternative| format!("\"{}\"", alternative.word))
        .collect();
    format!("({})", terms.join(" OR "))
}

/// What comes after everything that begins with a text.
fn after(start: &str) -> String {
    format!("{start}\u{10ffff}")
}

fn candidate(row: &Row<'_>) -> rusqlite::Result<Candidate> {
    Ok(Candidate {
        number: row.get(0)?,
        variant: row.get(1)?,
        name: row.get(2)?,
        code: row.get(3)?,
        category: row.get(4)?,
        uses: row.get(5)?,
    })
}

fn collect(
    rows: impl Iterator<Item = rusqlite::Result<Candidate>>,
    candidates: &mut Candidates,
) -> Result<(), TillError> {
    for row in rows {
        let candidate = row?;
        candidates.insert(candidate.number, candidate);
    }
    Ok(())
}
