//! Which of the candidates a person most likely means. Pure.

use std::cmp::Reverse;

/// How many characters of a query are read: nobody types more, and a scanner in the wrong field may.
const QUERY_CHARACTERS_MAX: usize = 80;

/// How many words of a query are read.
const QUERY_WORDS_MAX: usize = 8;

/// What was typed, folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Query {
    /// The words, one blank between them.
    pub(crate) text: String,
    /// The whole as a code.
    pub(crate) code: String,
}

impl Query {
    /// Reads what was typed; `None` where there is nothing to look for.
    pub(crate) fn read(typed: &str) -> Option<Query> {
        let typed: String = typed.chars().take(QUERY_CHARACTERS_MAX).collect();
        let folded = super::fold::fold(&typed);
        let words: Vec<&str> = folded.split(' ').take(QUERY_WORDS_MAX).collect();
        let text = words.join(" ");
        let code = super::fold::fold_code(&typed);
        (!text.is_empty()).then_some(Query { text, code })
    }

    pub(crate) fn words(&self) -> impl Iterator<Item = &str> {
        self.text.split(' ')
    }
}

/// A product that may be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) number: i64,
    pub(crate) variant: String,
    pub(crate) name: String,
    pub(crate) code: String,
    pub(crate) category: String,
    pub(crate) uses: i64,
}

/// How well a candidate fits, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fit {
    Code,
    NameStart,
    CodeStart,
    WordStart,
    Category,
    /// Found by a part of a word or in spite of a typing error, with how far it is off.
    Nearly(u8),
}

/// How a candidate fits what was typed, or `None`.
pub(crate) fn fit(query: &Query, candidate: &Candidate) -> Option<Fit> {
    if candidate.code == query.code {
        return Some(Fit::Code);
    }
    if candidate.name.starts_with(&query.text) {
        return Some(Fit::NameStart);
    }
    if candidate.code.starts_with(&query.code) {
        return Some(Fit::CodeStart);
    }
    let in_name = |word: &str| starts_a_word(&candidate.name, word);
    if query.words().all(in_name) {
        return Some(Fit::WordStart);
    }
    let anywhere = |word: &str| {
        in_name(word)
            || starts_a_word(&candidate.category, word)
            || candidate.code.starts_with(word)
    };
    query.words().all(anywhere).then_some(Fit::Category)
}

/// Sorts by fit, then the more often sold, then the shorter name, then the name.
pub(crate) fn sort(found: &mut [(Fit, Candidate)]) {
    found.sort_by(|(left_fit, left), (right_fit, right)| {
        let key = |fit: &Fit, candidate: &Candidate| {
            (*fit, Reverse(candidate.uses), candidate.name.len())
        };
        key(left_fit, left)
            .cmp(&key(right_fit, right))
            .then_with(|| left.name.cmp(&right.name))
            .then_with(|| left.number.cmp(&right.number))
    });
}

fn starts_a_word(text: &str, start: &str) -> bool {
    text.split(' ').any(|word| word.starts_with(start))
}

/// The least number of letters to change, leave out, add or swap to get from one word to the
/// beginning of another, or `None` where that is more than `most`.
pub(crate) fn distance_to_start(typed: &str, word: &str, most: u8) -> Option<u8> {
    let typed: Vec<char> = typed.chars().collect();
    let word: Vec<char> = word.chars().take(typed.len() + usize::from(most)).collect();
    let mut before_last: Vec<u8> = Vec::new();
    let mut last: Vec<u8> = (0..=word.len()).map(clamp).collect();
    for row in 1..=typed.len() {
        let mut current = vec![clamp(row)];
        for column in 1..=word.len() {
            let same = typed[row - 1] == word[column - 1];
            let mut cost = (last[column - 1] + u8::from(!same))
                .min(last[column] + 1)
                .min(current[column - 1] + 1);
            let swapped = row > 1
                && column > 1
                && typed[row - 1] == word[column - 2]
                && typed[row - 2] == word[column - 1];
            if swapped {
                cost = cost.min(before_last[column - 2] + 1);
            }
            current.push(cost);
        }
        if current.iter().all(|cost| *cost > most) {
            return None;
        }
        before_last = std::mem::replace(&mut last, current);
    }
    last.into_iter().min().filter(|cost| *cost <= most)
}

/// Costs above what anybody asks for are all alike.
fn clamp(cost: usize) -> u8 {
    u8::try_from(cost.min(100)).unwrap_or(100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_errors_are_counted_to_the_start_of_a_word() {
        for (typed, word, most, distance) in [
            ("carote", "carotte", 2, Some(1)),
            ("carot", "carotte", 2, Some(0)),
            ("acrotte", "carotte", 2, Some(1)),
            ("poivorn", "poivron", 2, Some(1)),
            ("tomtae", "tomate", 2, Some(1)),
            ("xyz", "carotte", 2, None),
            ("fromgae", "fromage", 1, Some(1)),
            ("", "carotte", 1, Some(0)),
            ("carottes", "carotte", 1, Some(1)),
        ] {
            assert_eq!(distance_to_start(typed, word, most), distance, "{typed}");
        }
    }

    #[test]
    fn a_query_is_cut_where_nobody_types_any_more() {
        assert_eq!(Query::read(" \"*"), None);
        assert_eq!(Query::read(&"é".repeat(10_000)).unwrap().text.len(), 80);
        let many = Query::read("a b c d e f g h i j").unwrap();
        assert_eq!(many.words().count(), 8);
    }
}
