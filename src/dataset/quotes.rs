//! Quotes that a CSV reader would forgive: one that never closes swallows the rest of the file, and
//! text after a closing one joins it (`"7"8` would be 78). This looks at the bytes on their way to
//! the reader and stops at either, with the line.

use std::io::{self, Read};

/// What a byte is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Before the first byte of a cell.
    Start,
    /// Within a cell without quotes, where a quote is a letter like any other.
    Plain,
    /// Within quotes.
    Quoted,
    /// After a quote within quotes: the end of the cell, or half of a doubled quote.
    Closing,
}

/// A source of CSV whose quotes are checked as it is read.
#[derive(Debug)]
pub struct Checked<R> {
    input: R,
    state: State,
    line: u64,
    opened: u64,
    /// Bytes of a byte order mark that may still come.
    mark: &'static [u8],
}

/// A quote in the wrong place.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct QuoteError {
    pub line: u64,
    pub message: &'static str,
}

impl<R: Read> Checked<R> {
    pub fn new(input: R) -> Self {
        Checked { input, state: State::Start, line: 1, opened: 1, mark: b"\xef\xbb\xbf" }
    }

    fn see(&mut self, byte: u8) -> Result<(), QuoteError> {
        if let Some((first, rest)) = self.mark.split_first() {
            if byte == *first {
                self.mark = rest;
                return Ok(());
            }
            self.mark = &[];
        }
        if byte == b'\n' {
            self.line += 1;
        }
        self.state = match (self.state, byte) {
            (State::Start, b'"') => {
                self.opened = self.line;
                State::Quoted
            }
            (State::Start | State::Plain | State::Closing, b',' | b'\n' | b'\r') => State::Start,
            (State::Start | State::Plain, _) => State::Plain,
            (State::Quoted, b'"') => State::Closing,
            (State::Quoted, _) | (State::Closing, b'"') => State::Quoted,
            (State::Closing, _) => {
                let message = "a cell goes on after its closing quote";
                return Err(QuoteError { line: self.line, message });
            }
        };
        Ok(())
    }
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        let wrong = |error: QuoteError| io::Error::new(io::ErrorKind::InvalidData, error);
        if count == 0 && !buffer.is_empty() && self.state == State::Quoted {
            let message = "the quote that opens here never closes";
            return Err(wrong(QuoteError { line: self.opened, message }));
        }
        for byte in &buffer[..count] {
            self.see(*byte).map_err(wrong)?;
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<(u64, &'static str)> {
        let error = Checked::new(text.as_bytes()).read_to_end(&mut Vec::new()).err()?;
        let quote = error.get_ref()?.downcast_ref::<QuoteError>()?;
        Some((quote.line, quote.message))
    }

    #[test]
    fn quotes_in_the_wrong_place_are_found_with_their_line() {
        let open = "the quote that opens here never closes";
        let after = "a cell goes on after its closing quote";
        for (text, expected) in [
            ("a,b\n1,\"x, y\"\n\"2\"\"\",\"\"\r\n", None),
            ("\u{feff}\"a\",b\n", None),
            ("a,b\n5' 3\",plain\n", None),
            ("a,b\n1,2\n3,\"bob\n4,5\n", Some((3, open))),
            ("a\n\"7\"8\n", Some((2, after))),
            ("a,b\n\"5\" ,7\n", Some((2, after))),
        ] {
            assert_eq!(found(text), expected, "{text:?}");
        }
    }
}
