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

/// The longest word of which typing errors are counted, in letters.
const WORD_LETTERS_MAX: usize = 24;

/// The least number of letters to change, leave out, add or swap to get from one word to the
/// beginning of another, or `None` where that is more than `most`. For words of plain letters, which
/// is what folding leaves of the languages that it knows; of others the bytes are compared.
///
/// It looks at many thousand words for one key press, and therefore allocates nothing.
pub(crate) fn distance_to_start(typed: &str, word: &str, most: u8) -> Option<u8> {
    let (typed, word) = (typed.as_bytes(), word.as_bytes());
    let reach = word.len().min(typed.len() + usize::from(most));
    if typed.len() > WORD_LETTERS_MAX || reach + usize::from(most) < typed.len() {
        return None;
    }
    let word = &word[..reach];
    let mut before_last = [0u8; WORD_LETTERS_MAX + 8];
    let mut last = [0u8; WORD_LETTERS_MAX + 8];
    let mut current = [0u8; WORD_LETTERS_MAX + 8];
    for (cost, column) in (0..).zip(last[..=word.len()].iter_mut()) {
        *column = cost;
    }
    for row in 1..=typed.len() {
        current[0] = last[0] + 1;
        let mut least = current[0];
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
            current[column] = cost;
            least = least.min(cost);
        }
        if least > most {
            return None;
        }
        before_last = last;
        last = current;
    }
    let least = last[..=word.len()].iter().copied().min();
    least.filter(|cost| *cost <= most)
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
