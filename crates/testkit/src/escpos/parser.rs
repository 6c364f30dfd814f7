//! Bytes to commands, as they come in.

/// What a printer is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    Reset,
    /// Printable bytes in the selected code page.
    Text(Vec<u8>),
    LineFeed,
    CarriageReturn,
    Tab,
    /// Feeds so many rows, or dots.
    FeedRows(u8),
    FeedDots(u8),
    /// `None` is the printer's own spacing.
    LineSpacing(Option<u8>),
    Bold(bool),
    Underline(u8),
    Inverse(bool),
    Size {
        width: u8,
        height: u8,
    },
    Align(u8),
    CodePage(u8),
    International(u8),
    LeaveKanji,
    Cut {
        partial: bool,
    },
    Drawer {
        pin: u8,
        on: u8,
        off: u8,
    },
    Raster {
        row_bytes: usize,
        rows: usize,
        dots: Vec<u8>,
    },
    QrSize(u8),
    QrStore(Vec<u8>),
    QrPrint,
    /// Another setting of a two-dimensional code.
    QrSetting(Vec<u8>),
    BarcodeHeight(u8),
    BarcodeWidth(u8),
    BarcodeText(u8),
    Barcode {
        system: u8,
        data: Vec<u8>,
    },
    /// `DLE EOT n`: answered at once.
    RealTimeStatus(u8),
    /// `DLE ENQ n`.
    Recover(u8),
    /// `GS r n`: answered when everything before it is done.
    QueuedStatus(u8),
    /// `GS a n`.
    AutoStatus(u8),
    /// Nothing a receipt should hold: a control byte or a sequence that the reader does not know.
    Unknown(Vec<u8>),
}

/// A command with the bytes it came as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    pub command: Command,
    pub bytes: Vec<u8>,
}

/// Reads a stream that comes in pieces.
#[derive(Debug, Default)]
pub struct Parser {
    pending: Vec<u8>,
}

/// Reads a whole job. Bytes of a command that never ended come last, as unknown.
pub fn parse(job: &[u8]) -> Vec<Command> {
    let mut parser = Parser::default();
    let mut commands: Vec<Command> = parser
        .feed(job)
        .into_iter()
        .map(|parsed| parsed.command)
        .collect();
    if !parser.pending.is_empty() {
        commands.push(Command::Unknown(parser.pending));
    }
    commands
}

impl Parser {
    /// Takes the next bytes and returns the commands that are complete.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Parsed> {
        self.pending.extend_from_slice(bytes);
        let mut parsed = Vec::new();
        let mut start = 0;
        while let Some((command, length)) = next(&self.pending[start..]) {
            let bytes = self.pending[start..start + length].to_vec();
            parsed.push(Parsed { command, bytes });
            start += length;
        }
        self.pending.drain(..start);
        parsed
    }
}

type Step = Option<(Command, usize)>;

fn next(bytes: &[u8]) -> Step {
    match *bytes.first()? {
        0x0a => Some((Command::LineFeed, 1)),
        0x0d => Some((Command::CarriageReturn, 1)),
        0x09 => Some((Command::Tab, 1)),
        0x10 => real_time(bytes),
        0x1b => escape(bytes),
        0x1c => field(bytes),
        0x1d => group(bytes),
        byte if is_text(byte) => {
            let length = bytes.iter().take_while(|byte| is_text(**byte)).count();
            Some((Command::Text(bytes[..length].to_vec()), length))
        }
        _ => Some((Command::Unknown(bytes[..1].to_vec()), 1)),
    }
}

fn is_text(byte: u8) -> bool {
    byte >= 0x20 && byte != 0x7f
}

fn real_time(bytes: &[u8]) -> Step {
    let argument = |make: fn(u8) -> Command| Some((make(*bytes.get(2)?), 3));
    match *bytes.get(1)? {
        0x04 => argument(Command::RealTimeStatus),
        0x05 => argument(Command::Recover),
        _ => unknown(bytes, 2),
    }
}

fn escape(bytes: &[u8]) -> Step {
    let argument = |make: &dyn Fn(u8) -> Command| Some((make(*bytes.get(2)?), 3));
    match *bytes.get(1)? {
        b'@' => Some((Command::Reset, 2)),
        b'2' => Some((Command::LineSpacing(None), 2)),
        b'3' => argument(&|n| Command::LineSpacing(Some(n))),
        b'E' => argument(&|n| Command::Bold(n & 1 == 1)),
        b'-' => argument(&Command::Underline),
        b'J' => argument(&Command::FeedDots),
        b'd' => argument(&Command::FeedRows),
        b'a' => argument(&|n| Command::Align(n % 48)),
        b't' => argument(&Command::CodePage),
        b'R' => argument(&Command::International),
        b'p' => {
            let (pin, on, off) = (*bytes.get(2)?, *bytes.get(3)?, *bytes.get(4)?);
            Some((Command::Drawer { pin, on, off }, 5))
        }
        _ => unknown(bytes, 2),
    }
}

fn field(bytes: &[u8]) -> Step {
    match *bytes.get(1)? {
        b'.' => Some((Command::LeaveKanji, 2)),
        _ => unknown(bytes, 2),
    }
}

fn group(bytes: &[u8]) -> Step {
    let argument = |make: &dyn Fn(u8) -> Command| Some((make(*bytes.get(2)?), 3));
    match *bytes.get(1)? {
        b'!' => argument(&|n| Command::Size {
            width: (n >> 4 & 7) + 1,
            height: (n & 7) + 1,
        }),
        b'B' => argument(&|n| Command::Inverse(n & 1 == 1)),
        b'h' => argument(&Command::BarcodeHeight),
        b'w' => argument(&Command::BarcodeWidth),
        b'H' => argument(&|n| Command::BarcodeText(n % 48)),
        b'r' => argument(&|n| Command::QueuedStatus(n % 48)),
        b'a' => argument(&Command::AutoStatus),
        b'V' => cut(bytes),
        b'v' => raster(bytes),
        b'k' => barcode(bytes),
        b'(' => extended(bytes),
        _ => unknown(bytes, 2),
    }
}

fn cut(bytes: &[u8]) -> Step {
    match *bytes.get(2)? {
        0 | 48 => Some((Command::Cut { partial: false }, 3)),
        1 | 49 => Some((Command::Cut { partial: true }, 3)),
        65 => bytes.get(3).map(|_| (Command::Cut { partial: false }, 4)),
        66 => bytes.get(3).map(|_| (Command::Cut { partial: true }, 4)),
        _ => unknown(bytes, 3),
    }
}

fn raster(bytes: &[u8]) -> Step {
    let [_, _, b'0', _, x_low, x_high, y_low, y_high] = *bytes.get(..8)? else {
        return unknown(bytes, 2);
    };
    let row_bytes = usize::from(u16::from_le_bytes([x_low, x_high]));
    let rows = usize::from(u16::from_le_bytes([y_low, y_high]));
    let end = 8 + row_bytes * rows;
    let dots = bytes.get(8..end)?.to_vec();
    Some((
        Command::Raster {
            row_bytes,
            rows,
            dots,
        },
        end,
    ))
}

/// `GS k`, in the form that ends by NUL and in the form that says its length.
fn barcode(bytes: &[u8]) -> Step {
    let system = *bytes.get(2)?;
    let (from, to, end) = if system < 65 {
        let length = bytes.get(3..)?.iter().position(|byte| *byte == 0)?;
        (3, 3 + length, 4 + length)
    } else {
        let to = 4 + usize::from(*bytes.get(3)?);
        (4, to, to)
    };
    let data = bytes.get(from..to)?.to_vec();
    Some((Command::Barcode { system, data }, end))
}

/// `GS ( x`, of which `GS ( k` with code 49 is the QR code.
fn extended(bytes: &[u8]) -> Step {
    let [_, _, kind, low, high] = *bytes.get(..5)? else {
        return None;
    };
    let end = 5 + usize::from(u16::from_le_bytes([low, high]));
    let body = bytes.get(5..end)?;
    let command = match (kind, body) {
        (b'k', [49, 67, size]) => Command::QrSize(*size),
        (b'k', [49, 80, 48, data @ ..]) => Command::QrStore(data.to_vec()),
        (b'k', [49, 81, 48]) => Command::QrPrint,
        (b'k', [49, ..]) => Command::QrSetting(body.to_vec()),
        _ => Command::Unknown(bytes[..end].to_vec()),
    };
    Some((command, end))
}

fn unknown(bytes: &[u8], length: usize) -> Step {
    Some((Command::Unknown(bytes.get(..length)?.to_vec()), length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_same_however_the_bytes_are_cut() {
        let job = b"\x1b@\x1bt\x13Caf\x82 3,20 \xd5\n\x1dv0\0\x01\0\x02\0\xff\x1b\x1d(k\x05\x001P0ok\x1d(k\x03\x001Q0\x1bp\0\x19\xfa\x1dVB\0\x1dr1";
        let whole = parse(job);
        let mut parser = Parser::default();
        let mut pieces = Vec::new();
        for byte in job {
            pieces.extend(
                parser
                    .feed(&[*byte])
                    .into_iter()
                    .map(|parsed| parsed.command),
            );
        }
        let joined = |commands: &[Command]| -> Vec<Command> {
            let mut joined: Vec<Command> = Vec::new();
            for command in commands {
                match (joined.last_mut(), command) {
                    (Some(Command::Text(text)), Command::Text(more)) => text.extend(more),
                    _ => joined.push(command.clone()),
                }
            }
            joined
        };
        assert_eq!(joined(&pieces), whole);
        assert_eq!(
            whole[4],
            Command::Raster {
                row_bytes: 1,
                rows: 2,
                dots: vec![0xff, 0x1b]
            }
        );
        assert_eq!(whole[5], Command::QrStore(b"ok".to_vec()));
        assert_eq!(whole.last(), Some(&Command::QueuedStatus(1)));
    }

    #[test]
    fn a_drawer_command_that_lacks_its_times_eats_the_cut() {
        // The mistake of a well-known library: the printer takes the next two bytes for the times.
        let commands = parse(b"\x1bp\0\x1dVA\0");
        assert_eq!(
            commands[0],
            Command::Drawer {
                pin: 0,
                on: 0x1d,
                off: b'V'
            }
        );
        assert_eq!(commands[1], Command::Text(b"A".to_vec()));
    }
}
