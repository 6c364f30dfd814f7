//! What a printer says, told apart on one stream of bytes.
//!
//! Three kinds of answers share the line: one byte for a real-time question, four for a change told
//! unasked, one for a question in the queue. Fixed bits tell them apart. Other bytes are nonsense,
//! and a printer that talks nonsense is not believed.

use std::collections::VecDeque;

use super::PrinterFault;

/// One answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// To `DLE EOT n`.
    RealTime(u8),
    /// To `GS r 1`: everything before it is done.
    Done {
        out_of_paper: bool,
    },
    /// Four bytes of automatic status.
    Unasked {
        fault: Option<PrinterFault>,
    },
    Nonsense,
}

/// Bytes as they came, read answer by answer.
#[derive(Debug, Default)]
pub(super) struct Answers {
    bytes: VecDeque<u8>,
}

impl Answers {
    /// Takes the next bytes. XON and XOFF on a serial line are no answers.
    pub(super) fn extend(&mut self, bytes: &[u8]) {
        let answers = bytes.iter().filter(|byte| !matches!(byte, 0x11 | 0x13));
        self.bytes.extend(answers);
    }

    /// The next answer that is complete.
    pub(super) fn next(&mut self) -> Option<Answer> {
        let first = *self.bytes.front()?;
        let answer = match first {
            byte if byte & 0x93 == 0x12 => Answer::RealTime(byte),
            byte if byte & 0x93 == 0x10 => return self.unasked(),
            // The queued answer has four bits that mean something and four that are always zero.
            byte if byte & 0xf0 == 0 => Answer::Done {
                out_of_paper: byte & 0x0c != 0,
            },
            _ => Answer::Nonsense,
        };
        self.bytes.pop_front();
        Some(answer)
    }

    fn unasked(&mut self) -> Option<Answer> {
        if self.bytes.len() < 4 {
            return None;
        }
        let block: Vec<u8> = self.bytes.drain(..4).collect();
        if block[1..].iter().any(|byte| byte & 0x90 != 0) {
            return Some(Answer::Nonsense);
        }
        Some(Answer::Unasked {
            fault: unasked_fault(&block),
        })
    }
}

fn unasked_fault(block: &[u8]) -> Option<PrinterFault> {
    if block[0] & 0x20 != 0 {
        Some(PrinterFault::CoverOpen)
    } else if block[2] & 0x0c != 0 {
        Some(PrinterFault::PaperOut)
    } else if block[1] & 0x2c != 0 {
        Some(PrinterFault::Error)
    } else if block[0] & 0x08 != 0 {
        Some(PrinterFault::Offline)
    } else {
        None
    }
}

/// The meaning of the bits in real-time answers.
pub(super) struct Health;

impl Health {
    /// Answer 1.
    pub(super) const fn is_offline(byte: u8) -> bool {
        byte & 0x08 != 0
    }

    /// Answer 4.
    pub(super) const fn is_out_of_paper(byte: u8) -> bool {
        byte & 0x60 != 0
    }

    /// Answers 2 and 4 of a printer that cannot print; zero where it gave none.
    pub(super) const fn fault(cause: u8, paper: u8) -> PrinterFault {
        if cause & 0x04 != 0 {
            PrinterFault::CoverOpen
        } else if cause & 0x20 != 0 || Health::is_out_of_paper(paper) {
            PrinterFault::PaperOut
        } else if cause & 0x40 != 0 {
            PrinterFault::Error
        } else {
            PrinterFault::Offline
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Vec<Answer> {
        let mut answers = Answers::default();
        answers.extend(bytes);
        std::iter::from_fn(|| answers.next()).collect()
    }

    #[test]
    fn tells_the_kinds_of_answers_apart() {
        assert_eq!(
            read(&[0x13, 0x12, 0x11, 0x10, 0, 0, 0, 0x00, 0x0c, 0x1a]),
            [
                Answer::RealTime(0x12),
                Answer::Unasked { fault: None },
                Answer::Done {
                    out_of_paper: false
                },
                Answer::Done { out_of_paper: true },
                Answer::RealTime(0x1a),
            ]
        );
    }

    #[test]
    fn names_the_fault_that_is_told_unasked() {
        for (block, fault) in [
            ([0x38, 0, 0, 0], PrinterFault::CoverOpen),
            ([0x18, 0, 0x0c, 0], PrinterFault::PaperOut),
            ([0x18, 0x08, 0, 0], PrinterFault::Error),
            ([0x18, 0, 0, 0], PrinterFault::Offline),
        ] {
            assert_eq!(read(&block), [Answer::Unasked { fault: Some(fault) }]);
        }
    }

    #[test]
    fn text_is_nonsense_and_no_confirmation() {
        assert_eq!(read(b"H"), [Answer::Nonsense]);
        assert!(read(&[0x10, 0xff, 0, 0]) == [Answer::Nonsense]);
        assert!(read(&[0x10, 0, 0]).is_empty());
    }
}
