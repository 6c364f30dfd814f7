use std::io::Write;

use super::*;

fn file(bytes: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file
}

/// Encoding, delimiter and rows with their lines.
fn table(bytes: &[u8]) -> (&'static str, &'static str, Vec<(u64, Vec<String>)>) {
    let file = file(bytes);
    let table = TableFile::open(file.path()).unwrap();
    let mut rows = table.rows().unwrap();
    let mut found = Vec::new();
    while let Some((line, cells)) = rows.next_row().unwrap() {
        found.push((line, cells.into_iter().map(str::to_owned).collect()));
    }
    (table.encoding(), table.delimiter(), found)
}

fn reason(bytes: &[u8]) -> NotText {
    let file = file(bytes);
    match TableFile::open(file.path()).unwrap_err() {
        TableFileError::NotText { reason, .. } => reason,
        other => panic!("{other}"),
    }
}

fn utf_16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

const TEXT: &str = "code;nom;prix\nP1;Pâté d'été;3,50\n";

fn check_rows(rows: &[(u64, Vec<String>)]) {
    assert_eq!(
        rows[0],
        (1, ["code", "nom", "prix"].map(str::to_owned).into())
    );
    assert_eq!(
        rows[1],
        (2, ["P1", "Pâté d'été", "3,50"].map(str::to_owned).into())
    );
    assert_eq!(rows.len(), 2);
}

#[test]
fn every_encoding_of_a_spreadsheet_gives_the_same_rows() {
    let (western, _, _) = encoding_rs::WINDOWS_1252.encode(TEXT);
    let marked = [b"\xef\xbb\xbf", TEXT.as_bytes()].concat();
    let little = utf_16(&format!("\u{feff}{TEXT}"), u16::to_le_bytes);
    for (bytes, encoding) in [
        (TEXT.as_bytes().to_vec(), "UTF-8"),
        (marked, "UTF-8"),
        (western.into_owned(), "windows-1252"),
        (little, "UTF-16LE"),
        (utf_16(TEXT, u16::to_le_bytes), "UTF-16LE"),
        (utf_16(TEXT, u16::to_be_bytes), "UTF-16BE"),
    ] {
        let (found, delimiter, rows) = table(&bytes);
        assert_eq!((found, delimiter), (encoding, "semicolon"));
        check_rows(&rows);
    }
}

#[test]
fn the_header_tells_the_delimiter() {
    for (text, delimiter) in [
        ("code,name,price\nA,\"b; c; d; e; f\",1", "comma"),
        ("code\tname\tprice\nA\tb, c, d\t1", "tab"),
        ("code|price\nA|1,50", "bar"),
        ("\"code\";\"price, incl. VAT\"\nA;1,50", "semicolon"),
        ("sep=;\ncode;price\nA;1,50", "semicolon"),
    ] {
        assert_eq!(table(text.as_bytes()).1, delimiter, "{text}");
    }
}

#[test]
fn rows_are_named_by_the_line_they_begin_on() {
    let text = "code,name\r\nA,\"two\r\nlines \"\"here\"\"\"\r\n\r\n\r\nB,one\r\nC,last";
    let (_, _, rows) = table(text.as_bytes());
    let lines: Vec<u64> = rows.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [1, 2, 6, 7]);
    assert_eq!(rows[1].1[1], "two\nlines \"here\"");
    let (_, _, rows) = table(b"code,name\rA,b\rC,d");
    assert_eq!(rows[2].0, 3);
    let (_, _, rows) = table(b"sep=,\ncode,name\nA,b");
    assert_eq!(rows[0].0, 2);
}

#[test]
fn what_is_no_table_is_said_to_be_none() {
    assert_eq!(reason(b""), NotText::Empty);
    assert_eq!(
        reason(b"PK\x03\x04rest of a workbook"),
        NotText::Spreadsheet
    );
    assert_eq!(reason(b"code\0\0\0\x01\x02name"), NotText::Binary);
    let mixed = [TEXT.as_bytes(), b"P2;caf\xe9;1\n", "P3;Pâte;2\n".as_bytes()].concat();
    assert_eq!(reason(&mixed), NotText::Mixed { line: 3 });
    assert_eq!(
        reason(b"code;nom\nP1;\x81\n"),
        NotText::UnknownEncoding { line: 2 }
    );
    let folder = tempfile::tempdir().unwrap();
    let answer = TableFile::open(folder.path());
    assert!(matches!(answer, Err(TableFileError::NotAFile(_))));
    let answer = TableFile::open(&folder.path().join("nothing.csv"));
    assert!(matches!(answer, Err(TableFileError::File { .. })));
}

#[test]
fn a_file_of_a_gigabyte_is_refused_unread() {
    let file = file(b"");
    file.as_file().set_len(1 << 30).unwrap();
    let answer = TableFile::open(file.path());
    assert!(matches!(answer, Err(TableFileError::TooLarge { bytes, .. }) if bytes == 1 << 30));
}

#[test]
fn letters_across_the_seams_of_reading_stay_whole() {
    // 65 535 letters of one byte put the next letter's bytes on both sides of a chunk's end.
    let long = format!(
        "code,name\nA,{}é{}\n",
        "x".repeat(65_535 - 12),
        "日".repeat(70_000)
    );
    let (encoding, _, rows) = table(long.as_bytes());
    assert_eq!(encoding, "UTF-8");
    assert_eq!(
        rows[1].1[1]
            .chars()
            .filter(|letter| *letter == '日')
            .count(),
        70_000
    );
    let western = encoding_rs::WINDOWS_1252
        .encode(&"é;".repeat(100_000))
        .0
        .into_owned();
    assert_eq!(table(&western).2[0].1.len(), 100_001);
}
