//! All words of the finder in memory: what a fragment or a typing error may have meant.
//!
//! A hundred thousand products have a few ten thousand different words. Looking through them all
//! costs less than a trigram index over the products, and finds more: the words that were meant are
//! then searched for like typed ones.

use rusqlite::Connection;

use super::rank::distance_to_start;
use crate::error::TillError;
use crate::feed;

/// How many words may stand for one that was typed.
const ALTERNATIVES_MAX: usize = 12;

/// Fragments shorter than this say nothing.
const FRAGMENT_CHARACTERS_MIN: usize = 3;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    text: String,
    /// Which letters occur in it, one bit each.
    letters: u64,
    /// In how many products it occurs.
    products: i64,
}

impl std::fmt::Display for Word {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.text)
    }
}

/// Every word that a product can be found by, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Words {
    words: Vec<Word>,
    /// The places of those that people say. Codes are many more: every product has one.
    spoken: Vec<usize>,
}

/// The words as they were at one revision of the catalogue.
#[derive(Debug, Default)]
pub(crate) struct Vocabulary {
    words: Words,
    revision: Option<u64>,
}

impl Vocabulary {
    /// The words of now; they are read anew where they changed.
    pub(crate) fn refresh(&mut self, connection: &Connection) -> Result<&Words, TillError> {
        let revision = feed::words_revision(connection)?;
        if self.revision != Some(revision) {
            self.words = Words::load(connection)?;
            self.revision = Some(revision);
        }
        Ok(&self.words)
    }

    /// The words where they are those of now: for what can do without them.
    pub(crate) fn if_fresh(&self, connection: &Connection) -> Result<Option<&Words>, TillError> {
        let revision = feed::words_revision(connection)?;
        Ok((self.revision == Some(revision)).then_some(&self.words))
    }
}

/// A word that may have been meant, and how far it is from what was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Alternative {
    pub(crate) word: String,
    pub(crate) distance: u8,
}

impl Words {
    pub(crate) fn load(connection: &Connection) -> Result<Words, TillError> {
        let mut statement = connection.prepare_cached("SELECT term, doc FROM search_word")?;
        let words = statement.query_map([], |row| {
            let text: String = row.get(0)?;
            let letters = letters_of(&text);
            let products = row.get(1)?;
            Ok(Word {
                text,
                letters,
                products,
            })
        })?;
        let mut words: Vec<Word> = words.collect::<Result<_, _>>()?;
        words.sort_unstable_by(|left, right| left.text.cmp(&right.text));
        let spoken = (0..words.len()).filter(|place| !is_code(&words[*place].text));
        Ok(Words {
            spoken: spoken.collect(),
            words,
        })
    }

    /// Every word that begins so.
    pub(crate) fn beginning_with(&self, start: &str) -> &[Word] {
        let first = self
            .words
            .partition_point(|word| word.text.as_str() < start);
        let rest = &self.words[first..];
        &rest[..rest.partition_point(|word| word.text.starts_with(start))]
    }

    /// The words that `typed` may have meant, the likeliest first: those that hold it, then those
    /// that are a letter or two away. Codes are meant only where a digit was typed.
    pub(crate) fn alternatives(&self, typed: &str) -> Vec<Alternative> {
        if has_digit(typed) {
            return among(self.words.iter(), typed);
        }
        among(self.spoken.iter().map(|place| &self.words[*place]), typed)
    }
}

fn among<'a>(words: impl Iterator<Item = &'a Word>, typed: &str) -> Vec<Alternative> {
    let characters = typed.chars().count();
    let most = errors_allowed(typed, characters);
    let letters = letters_of(typed);
    let mut found: Vec<(u8, &Word)> = Vec::new();
    for word in words {
        if characters >= FRAGMENT_CHARACTERS_MIN
            && letters & !word.letters == 0
            && word.text.contains(typed)
        {
            found.push((0, word));
            continue;
        }
        // Each error can add at most one letter that the word does not have.
        let strangers = (letters & !word.letters).count_ones();
        if most == 0 || strangers > u32::from(most) {
            continue;
        }
        if let Some(distance) = distance_to_start(typed, &word.text, most) {
            found.push((distance.max(1), word));
        }
    }
    found.sort_by(|(left_distance, left), (right_distance, right)| {
        (left_distance, -left.products, &left.text).cmp(&(
            right_distance,
            -right.products,
            &right.text,
        ))
    });
    found
        .into_iter()
        .take(ALTERNATIVES_MAX)
        .map(|(distance, word)| Alternative {
            word: word.text.clone(),
            distance,
        })
        .collect()
}

/// Short words have no room for errors: everything is near to them. Nor have numbers: another one is
/// another thing.
fn errors_allowed(typed: &str, characters: usize) -> u8 {
    if has_digit(typed) {
        return 0;
    }
    match characters {
        0..=3 => 0,
        4..=6 => 1,
        _ => 2,
    }
}

fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

/// Whether a word is for the most part a number.
fn is_code(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    2 * digits > word.len()
}

/// A set of the letters of a word; letters beyond ASCII share bits, which only makes the set larger.
fn letters_of(word: &str) -> u64 {
    word.chars().fold(0, |letters, character| {
        letters | 1 << (u32::from(character) % 64)
    })
}
