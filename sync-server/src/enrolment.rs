//! How a device becomes a till of a hub. Pure: randomness and moments are passed in.

use std::collections::BTreeSet;

use comptoir_domain::document::TillCode;

/// How long a one-time code can be used, in milliseconds.
pub const CODE_LIFE_MS: i64 = 15 * 60_000;

/// The code that a till gets: the one it wants, or the next free one where that is taken.
pub fn free_till_code(wanted: Option<&TillCode>, taken: &BTreeSet<TillCode>) -> TillCode {
    if let Some(wanted) = wanted.filter(|code| !taken.contains(code)) {
        return wanted.clone();
    }
    let stem = wanted.map_or("T", |code| {
        code.as_str()
            .trim_end_matches(|last: char| last.is_ascii_digit())
    });
    let stem = if stem.is_empty() { "T" } else { stem };
    (1u32..)
        .filter_map(|number| numbered(stem, number))
        .find(|code| !taken.contains(code))
        .expect("a hub has fewer tills than there are numbers")
}

/// A stem, cut so that it fits with its number.
fn numbered(stem: &str, number: u32) -> Option<TillCode> {
    let digits = number.to_string();
    let room = 6usize.checked_sub(digits.len())?;
    let stem: String = stem.chars().take(room).collect();
    TillCode::new(&format!("{stem}{digits}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> TillCode {
        TillCode::new(text).unwrap()
    }

    #[test]
    fn a_taken_till_code_gets_a_number() {
        let taken: BTreeSet<TillCode> = ["A", "A1", "BAKERY", "T1"].map(code).into();
        assert_eq!(free_till_code(Some(&code("B")), &taken), code("B"));
        assert_eq!(free_till_code(Some(&code("A")), &taken), code("A2"));
        assert_eq!(
            free_till_code(Some(&code("BAKERY")), &taken),
            code("BAKER1")
        );
        assert_eq!(free_till_code(None, &taken), code("T2"));
    }
}
