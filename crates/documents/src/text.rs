//! Text as it may stand on paper: cleaned of what is no character, measured, and broken into rows.

use unicode_normalization::UnicodeNormalization;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A text with accents composed, control characters as spaces, and without the invisible
/// characters that turn or join text. What a name holds can so never be a command.
pub fn clean(text: &str) -> String {
    text.nfc()
        .filter(|character| !is_invisible(*character))
        .map(|character| {
            if character.is_control() {
                ' '
            } else {
                character
            }
        })
        .collect()
}

/// Format characters: zero width, direction marks and overrides, soft hyphen, byte order mark,
/// variation selectors.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// The cells that a text takes in a fixed-width font: two for a Chinese character, none for an
/// accent of its own.
pub fn width(text: &str) -> usize {
    text.width()
}

/// Breaks a text into rows of at most `width` cells: at spaces, and inside a word only where the
/// word alone is wider than a row. An empty text gives no row.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(2);
    let mut rows = Vec::new();
    let mut row = String::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let gap = usize::from(!row.is_empty());
        if row.width() + gap + word.width() <= width {
            row.extend(std::iter::repeat_n(' ', gap));
            row.push_str(word);
            continue;
        }
        if !row.is_empty() {
            rows.push(std::mem::take(&mut row));
        }
        row = split_word(word, width, &mut rows);
    }
    if !row.is_empty() {
        rows.push(row);
    }
    rows
}

/// Puts full rows of a long word into `rows` and returns the rest.
fn split_word(word: &str, width: usize, rows: &mut Vec<String>) -> String {
    let mut row = String::new();
    for character in word.chars() {
        if row.width() + character.width().unwrap_or(0) > width {
            rows.push(std::mem::take(&mut row));
        }
        row.push(character);
    }
    row
}

/// A text moved to its place in a row of `width` cells; no spaces are added behind it.
pub fn padded_left(text: &str, width: usize) -> String {
    format!("{}{text}", " ".repeat(width.saturating_sub(text.width())))
}

/// A text followed by spaces up to `width` cells.
pub fn padded_right(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleans_what_is_no_character() {
        assert_eq!(clean("a\u{1b}@\nb\u{202e}c\u{0}"), "a @ bc ");
        assert_eq!(clean("e\u{301}"), "é");
        assert_eq!(clean("\u{9b}x\u{7f}"), " x ");
    }

    #[test]
    fn wraps_at_spaces_and_inside_long_words() {
        assert_eq!(
            wrap("Pommes Reinette bio", 8),
            ["Pommes", "Reinette", "bio"]
        );
        assert_eq!(wrap("  a  b ", 8), ["a b"]);
        assert_eq!(wrap("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("蘋果蘋果蘋", 4), ["蘋果", "蘋果", "蘋"]);
        assert!(wrap("", 10).is_empty());
    }
}
