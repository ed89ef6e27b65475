//! Statements of the simplest form, which nearly all are. They are recognized without a parser.

use toml_parser::Span as Bytes;
use toml_parser::parser::EventReceiver;

use crate::byte_search::{is_in_word, word_length};
use crate::toml::reader::builder::Builder;
use crate::toml::reader::scalar::{Scalar, plain_length};

/// Adds the statement that starts at a byte to the tree, and returns the start of the next one; `None` if the statement needs
/// the parser. `scalars` is a buffer.
pub(super) fn read(text: &str, at: usize, scalars: &mut Scalars, builder: &mut Builder<'_>) -> Option<usize> {
    let mut line = Cursor { bytes: text.as_bytes(), at };
    line.skip_spaces();
    let comment = match line.bytes.get(line.at)? {
        b'\n' | b'#' => line.end()?,
        b'[' => header(&mut line, &mut scalars.parts, builder)?,
        _ => entry(&mut line, &mut scalars.values, builder)?,
    };
    if !comment.is_empty() {
        builder.comment(comment, &mut ());
    }
    Some(line.at)
}

/// Buffers of a statement.
#[derive(Default)]
pub(super) struct Scalars {
    /// The parts of a header.
    parts: Vec<Bytes>,
    /// The elements of the list of an entry.
    values: Vec<Scalar>,
}

fn header(line: &mut Cursor<'_>, parts: &mut Vec<Bytes>, builder: &mut Builder<'_>) -> Option<Bytes> {
    parts.clear();
    let open = line.take_while(|byte| byte == b'[');
    loop {
        parts.push(line.bare_key()?);
        if !line.take(b'.') {
            break;
        }
    }
    let close = line.take_while(|byte| byte == b']');
    let comment = line.end()?;
    let is_list = match (open.len(), close.len()) {
        (1, 1) => false,
        (2, 2) => true,
        _ => return None,
    };
    if is_list {
        builder.array_table_open(open, &mut ())
    } else {
        builder.std_table_open(open, &mut ())
    }
    for part in parts.iter() {
        builder.bare_key(*part);
    }
    if is_list {
        builder.array_table_close(close, &mut ())
    } else {
        builder.std_table_close(close, &mut ())
    }
    Some(comment)
}

fn entry(line: &mut Cursor<'_>, scalars: &mut Vec<Scalar>, builder: &mut Builder<'_>) -> Option<Bytes> {
    let key = line.bare_key()?;
    line.skip_equals()?;
    let open = line.at;
    if !line.take(b'[') {
        let scalar = line.scalar()?;
        let comment = line.end()?;
        builder.scalar_entry(key, scalar);
        return Some(comment);
    }
    scalars.clear();
    line.skip_spaces_and_lines();
    while !line.take(b']') {
        scalars.push(line.scalar()?);
        line.skip_spaces_and_lines();
        if line.take(b',') {
            line.skip_spaces_and_lines();
        } else if line.bytes.get(line.at) != Some(&b']') {
            return None;
        }
    }
    let list = Bytes::new_unchecked(open, line.at);
    let comment = line.end()?;
    builder.list_entry(key, scalars, list);
    Some(comment)
}

/// Returns the number of bytes of a value without quotes at the start of a text.
fn unquoted_length(bytes: &[u8]) -> usize {
    let is_other = |byte: &u8| !is_in_word(*byte) && !matches!(byte, b'+' | b'.' | b':');
    bytes.iter().position(is_other).unwrap_or(bytes.len())
}

/// Reading position in a line.
struct Cursor<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl Cursor<'_> {
    /// Takes the bytes that satisfy `predicate`.
    fn take_while(&mut self, predicate: impl Fn(u8) -> bool) -> Bytes {
        let start = self.at;
        let rest = &self.bytes[start..];
        self.at += rest.iter().position(|byte| !predicate(*byte)).unwrap_or(rest.len());
        Bytes::new_unchecked(start, self.at)
    }

    #[inline(always)]
    fn take(&mut self, byte: u8) -> bool {
        let is_there = self.bytes.get(self.at) == Some(&byte);
        self.at += usize::from(is_there);
        is_there
    }

    #[inline(always)]
    fn skip_spaces(&mut self) {
        while let Some(b' ' | b'\t') = self.bytes.get(self.at) {
            self.at += 1;
        }
    }

    /// Skips the equals sign between a key and its value, and the spaces around it.
    #[inline(always)]
    fn skip_equals(&mut self) -> Option<()> {
        // Nearly all entries are written like this.
        if self.bytes.get(self.at..self.at + 3) == Some(b" = ") {
            self.at += 3;
        } else {
            self.skip_spaces();
            self.take(b'=').then_some(())?;
        }
        self.skip_spaces();
        Some(())
    }

    /// Skips the space between the elements of a list, which may be on lines of their own.
    fn skip_spaces_and_lines(&mut self) {
        while let Some(b' ' | b'\t' | b'\n') = self.bytes.get(self.at) {
            self.at += 1;
        }
    }

    /// Takes the rest of the line, and returns its comment, which may be empty.
    fn end(&mut self) -> Option<Bytes> {
        if self.take(b'\n') {
            return Some(Bytes::new_unchecked(self.at, self.at));
        }
        self.skip_spaces();
        let is_comment = self.bytes.get(self.at) == Some(&b'#');
        let comment = self.take_while(|byte| is_comment && byte != b'\n' && byte != b'\r');
        self.take(b'\n').then_some(comment)
    }

    /// Takes a bare key.
    #[inline(always)]
    fn bare_key(&mut self) -> Option<Bytes> {
        let start = self.at;
        self.at += word_length(&self.bytes[start..]);
        (self.at > start).then(|| Bytes::new_unchecked(start, self.at))
    }

    /// Takes a string on one line without escapes, or a scalar without quotes and spaces.
    fn scalar(&mut self) -> Option<Scalar> {
        let start = self.at;
        if let Some(&quote @ (b'"' | b'\'')) = self.bytes.get(start) {
            let inner = plain_length(&self.bytes[start + 1..], quote);
            self.at += 1 + inner;
            let closed = self.take(quote);
            // Three quotes start a multi-line string.
            let is_complete = closed && (inner > 0 || self.bytes.get(self.at) != Some(&quote));
            return is_complete.then(|| Scalar::Plain(Bytes::new_unchecked(start, self.at)));
        }
        self.at += unquoted_length(&self.bytes[start..]);
        (self.at > start).then(|| Scalar::Unquoted(Bytes::new_unchecked(start, self.at)))
    }
}
