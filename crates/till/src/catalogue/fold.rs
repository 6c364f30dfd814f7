//! Texts as the finder compares them: without accents, capitals and punctuation.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The words of a text, lower-case and without accents: "Crème brûlée (2×)" is `creme brulee 2x`.
/// Ligatures and letters that have no accent to lose are spelled out, as people type them.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for character in text
        .nfkd()
        .filter(|character| !is_combining_mark(*character))
    {
        for lower in character.to_lowercase() {
            push(&mut folded, lower);
        }
    }
    while folded.ends_with(' ') {
        folded.pop();
    }
    folded
}

fn push(folded: &mut String, character: char) {
    match character {
        'œ' => folded.push_str("oe"),
        'æ' => folded.push_str("ae"),
        'ß' => folded.push_str("ss"),
        'ø' => folded.push('o'),
        'ł' => folded.push('l'),
        'đ' | 'ð' => folded.push('d'),
        'ı' => folded.push('i'),
        '×' => folded.push('x'),
        // An apostrophe parts words (l'ail), as every other mark does.
        _ if character.is_alphanumeric() => folded.push(character),
        // Lower-casing can leave a mark over: the dot of the Turkish capital İ.
        _ if is_combining_mark(character) => {}
        _ if folded.is_empty() || folded.ends_with(' ') => {}
        _ => folded.push(' '),
    }
}

/// A code without what people leave out when they type it: `P-0017` is `p0017`.
pub(crate) fn fold_code(text: &str) -> String {
    fold(text).replace(' ', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_ligatures_and_marks_do_not_count() {
        for (text, folded) in [
            ("Crème brûlée", "creme brulee"),
            ("Œufs de l'Élevage", "oeufs de l elevage"),
            ("  Straße -- 500g ", "strasse 500g"),
            ("CAFÉ\u{301}", "cafe"),
            ("İstanbul", "istanbul"),
            ("Ｆｕｌｌ ｗｉｄｔｈ", "full width"),
            ("\"*()^:", ""),
            ("", ""),
        ] {
            assert_eq!(fold(text), folded, "{text}");
        }
        assert_eq!(fold_code(" P-0017/b "), "p0017b");
    }
}
