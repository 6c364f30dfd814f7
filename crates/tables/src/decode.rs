//! Text in any encoding, read as UTF-8 with lines that end in a line feed, the last one too: so that
//! lines can be counted.

use std::io::{self, Read};

use encoding_rs::{CoderResult, Decoder, Encoding};

const CHUNK: usize = 64 * 1024;

/// A reader that gives the text of another one, without the mark at its start.
#[derive(Debug)]
pub(super) struct Decoded<R> {
    from: R,
    decoder: Decoder,
    input: Vec<u8>,
    /// What of the input is still to be decoded.
    waiting: std::ops::Range<usize>,
    output: Vec<u8>,
    /// What of the output is still to be given out.
    ready: std::ops::Range<usize>,
    is_end: bool,
    last: u8,
}

impl<R: Read> Decoded<R> {
    pub(super) fn new(from: R, encoding: &'static Encoding) -> Decoded<R> {
        Decoded {
            from,
            decoder: encoding.new_decoder_with_bom_removal(),
            input: vec![0; CHUNK],
            waiting: 0..0,
            output: vec![0; CHUNK],
            ready: 0..0,
            is_end: false,
            last: b'\n',
        }
    }

    fn decode_more(&mut self) -> io::Result<()> {
        if self.waiting.is_empty() {
            let read = self.from.read(&mut self.input)?;
            self.waiting = 0..read;
            self.is_end = read == 0;
        }
        let input = &self.input[self.waiting.clone()];
        let (result, read, written, has_errors) =
            self.decoder
                .decode_to_utf8(input, &mut self.output, self.is_end);
        if has_errors {
            let reason = format!("it is no {}", self.decoder.encoding().name());
            return Err(io::Error::new(io::ErrorKind::InvalidData, reason));
        }
        self.waiting.start += read;
        self.ready = 0..self.end_lines(written);
        if self.is_end && result == CoderResult::OutputFull {
            // The last letters did not fit; they are asked for again.
            self.is_end = false;
        }
        if self.is_end && !matches!(self.last, b'\n' | b'\r') {
            self.output.truncate(self.ready.end);
            self.output.push(b'\n');
            self.ready.end += 1;
        }
        Ok(())
    }

    /// Makes one line feed of every end of a line. Answers how many bytes are left.
    fn end_lines(&mut self, written: usize) -> usize {
        let mut kept = 0;
        for at in 0..written {
            let byte = self.output[at];
            let is_second = self.last == b'\r' && byte == b'\n';
            self.last = byte;
            if !is_second {
                self.output[kept] = if byte == b'\r' { b'\n' } else { byte };
                kept += 1;
            }
        }
        kept
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.ready.is_empty() {
            if self.is_end {
                return Ok(0);
            }
            self.decode_more()?;
        }
        let given = buffer.len().min(self.ready.len());
        let from = self.ready.start;
        buffer[..given].copy_from_slice(&self.output[from..from + given]);
        self.ready.start += given;
        Ok(given)
    }
}
