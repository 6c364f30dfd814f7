//! Bytes of a scanner to codes. Pure: it knows no port and no clock.

use serde::{Deserialize, Serialize};

/// The longest code that is taken, in bytes. The largest QR code holds fewer.
pub const CODE_LENGTH_MAX: usize = 4096;

/// One scan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scanned {
    /// What the symbol holds, without the scanner's prefix and identifier. It is foreign input.
    pub code: String,
    /// The AIM identifier without its bracket (`E0` for EAN-13), where the scanner sends it.
    pub symbology: Option<String>,
}

/// A scan that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ScanError {
    /// No end came within the longest code: noise, or a scanner set to another speed.
    #[error("a scan is longer than {CODE_LENGTH_MAX} bytes")]
    TooLong,
}

impl ScanError {
    /// A stable name for the error.
    pub const fn code(self) -> &'static str {
        match self {
            ScanError::TooLong => "scan_too_long",
        }
    }
}

/// Cuts a stream of bytes into scans: they end by CR, LF, both, TAB, or by silence.
#[derive(Debug, Clone, Default)]
pub struct ScanFramer {
    prefix: Vec<u8>,
    frame: Vec<u8>,
    /// Bytes are dropped up to the next end.
    overflowed: bool,
}

impl ScanFramer {
    /// A framer for a scanner that begins each code with `prefix`; empty for none. A code that
    /// comes without the prefix is taken as it is.
    pub fn new(prefix: &[u8]) -> ScanFramer {
        ScanFramer {
            prefix: prefix.to_vec(),
            ..ScanFramer::default()
        }
    }

    /// Takes the next bytes and returns the scans that ended in them.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Result<Scanned, ScanError>> {
        bytes.iter().filter_map(|byte| self.byte(*byte)).collect()
    }

    /// Tells that the scanner has been silent long enough for a code to be complete.
    pub fn silence(&mut self) -> Option<Result<Scanned, ScanError>> {
        self.end()
    }

    /// Forgets a code that was begun: the scanner was unplugged in the middle.
    pub fn reset(&mut self) {
        self.frame.clear();
        self.overflowed = false;
    }

    /// Whether a code has begun that has not ended.
    pub fn is_in_code(&self) -> bool {
        self.overflowed || !self.frame.is_empty()
    }

    fn byte(&mut self, byte: u8) -> Option<Result<Scanned, ScanError>> {
        if matches!(byte, b'\r' | b'\n' | b'\t') {
            return self.end();
        }
        if self.frame.len() == CODE_LENGTH_MAX {
            self.frame.clear();
            self.overflowed = true;
        }
        if !self.overflowed {
            self.frame.push(byte);
        }
        None
    }

    /// An empty frame is no scan: CR LF ends one code, not two.
    fn end(&mut self) -> Option<Result<Scanned, ScanError>> {
        let frame = std::mem::take(&mut self.frame);
        if std::mem::take(&mut self.overflowed) {
            return Some(Err(ScanError::TooLong));
        }
        let frame = frame.strip_prefix(self.prefix.as_slice()).unwrap_or(&frame);
        let (symbology, code) = split_symbology(frame);
        (!code.is_empty()).then(|| {
            Ok(Scanned {
                code: text(code),
                symbology,
            })
        })
    }
}

/// An AIM identifier is a bracket, a letter and a letter or digit.
fn split_symbology(frame: &[u8]) -> (Option<String>, &[u8]) {
    match frame {
        [b']', kind, modifier, code @ ..]
            if kind.is_ascii_alphabetic() && modifier.is_ascii_alphanumeric() =>
        {
            let identifier = [char::from(*kind), char::from(*modifier)];
            (Some(identifier.iter().collect()), code)
        }
        _ => (None, frame),
    }
}

/// UTF-8 where it is UTF-8, else one character per byte: older scanners send Latin-1.
fn text(code: &[u8]) -> String {
    match std::str::from_utf8(code) {
        Ok(text) => text.to_owned(),
        Err(_) => code.iter().copied().map(char::from).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn codes(prefix: &[u8], bytes: &[u8]) -> Vec<String> {
        let scans = ScanFramer::new(prefix).push(bytes).into_iter();
        scans.map(|scan| scan.unwrap().code).collect()
    }

    #[test]
    fn codes_end_by_any_usual_suffix() {
        for suffix in ["\r", "\n", "\r\n", "\t", "\n\r\r\n"] {
            let bytes = format!("3270190207924{suffix}2000000000022{suffix}");
            assert_eq!(
                codes(b"", bytes.as_bytes()),
                ["3270190207924", "2000000000022"]
            );
        }
    }

    #[test]
    fn a_code_without_suffix_ends_by_silence() {
        let mut framer = ScanFramer::default();
        assert!(framer.push(b"3270190207924").is_empty());
        assert!(framer.is_in_code());
        let scan = framer.silence().unwrap().unwrap();
        assert_eq!(scan.code, "3270190207924");
        assert_eq!(framer.silence(), None);
    }

    #[test]
    fn prefix_and_symbology_are_taken_off() {
        let mut framer = ScanFramer::new(b"\x02");
        let scans = framer.push(b"\x02]E03270190207924\r]C1010327\x1d10A\r]\r");
        let scans: Vec<Scanned> = scans.into_iter().map(Result::unwrap).collect();
        let scan = |code: &str, symbology: Option<&str>| Scanned {
            code: code.to_owned(),
            symbology: symbology.map(str::to_owned),
        };
        assert_eq!(
            scans,
            [
                scan("3270190207924", Some("E0")),
                scan("010327\u{1d}10A", Some("C1")),
                scan("]", None),
            ]
        );
    }

    #[test]
    fn an_endless_code_is_dropped_and_the_next_one_is_whole() {
        let mut framer = ScanFramer::default();
        let noise = vec![b'7'; 10_000];
        assert!(framer.push(&noise).is_empty());
        assert_eq!(framer.push(b"77\r"), [Err(ScanError::TooLong)]);
        assert_eq!(framer.push(b"2000000000022\r").len(), 1);
        let longest = vec![b'7'; CODE_LENGTH_MAX];
        assert!(framer.push(&longest).is_empty());
        assert!(framer.push(b"\r")[0].is_ok());
    }

    #[test]
    fn foreign_bytes_become_characters() {
        assert_eq!(codes(b"", b"caf\xc3\xa9\r"), ["café"]);
        assert_eq!(codes(b"", b"caf\xe9\r"), ["café"]);
    }

    proptest! {
        #[test]
        fn how_the_bytes_are_cut_changes_nothing(bytes in prop::collection::vec(any::<u8>(), 0..300), cut in 0usize..300) {
            let whole = ScanFramer::default().push(&bytes);
            let mut framer = ScanFramer::default();
            let (head, tail) = bytes.split_at(cut.min(bytes.len()));
            let mut parts = framer.push(head);
            parts.extend(framer.push(tail));
            prop_assert_eq!(whole, parts);
        }
    }
}
