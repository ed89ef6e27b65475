//! Statements of the simplest form, which nearly all are. They are recognized without a parser.

use toml_parser::Span as Bytes;
use toml_parser::parser::EventReceiver;

use crate::toml::reader::builder::Builder;
use crate::toml::reader::scalar::plain_length;

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
    /// The value of an entry, or the elements of its list.
    values: Vec<Scalar>,
}

/// The bytes of a scalar.
#[derive(Clone, Copy)]
enum Scalar {
    /// A string in quotes, all of whose bytes stand for themselves.
    Plain(Bytes),
    /// A scalar without quotes.
    Unquoted(Bytes),
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
    line.skip_spaces();
    line.take(b'=').then_some(())?;
    line.skip_spaces();
    scalars.clear();
    let open = line.at;
    let is_list = line.take(b'[');
    if is_list {
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
    } else {
        scalars.push(line.scalar()?);
    }
    let close = line.at;
    let comment = line.end()?;
    builder.bare_key(key);
    // The depth limit cannot be reached by a single list.
    let _ = is_list && builder.array_open(Bytes::new_unchecked(open, open + 1), &mut ());
    for scalar in scalars.iter() {
        match scalar {
            Scalar::Plain(string) => builder.plain_string(*string),
            Scalar::Unquoted(value) => builder.scalar(*value, None, &mut ()),
        }
    }
    if is_list {
        builder.array_close(Bytes::new_unchecked(close - 1, close), &mut ());
    }
    Some(comment)
}

/// The bytes of bare keys.
const BARE: u8 = 1;

/// The bytes of values without quotes.
const UNQUOTED: u8 = 2;

/// The classes of each byte, because nearly all bytes of a text are looked up here.
const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let this = byte as u8;
        let in_both = this.is_ascii_alphanumeric() || matches!(this, b'_' | b'-');
        let in_values = matches!(this, b'+' | b'.' | b':');
        classes[byte] = if in_both {
            BARE | UNQUOTED
        } else if in_values {
            UNQUOTED
        } else {
            0
        };
        byte += 1;
    }
    classes
};

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

    fn take(&mut self, byte: u8) -> bool {
        let is_there = self.bytes.get(self.at) == Some(&byte);
        self.at += usize::from(is_there);
        is_there
    }

    fn skip_spaces(&mut self) {
        while let Some(b' ' | b'\t') = self.bytes.get(self.at) {
            self.at += 1;
        }
    }

    /// Skips the space between the elements of a list, which may be on lines of their own.
    fn skip_spaces_and_lines(&mut self) {
        while let Some(b' ' | b'\t' | b'\n') = self.bytes.get(self.at) {
            self.at += 1;
        }
    }

    /// Takes the rest of the line, and returns its comment, which may be empty.
    fn end(&mut self) -> Option<Bytes> {
        self.skip_spaces();
        let is_comment = self.bytes.get(self.at) == Some(&b'#');
        let comment = self.take_while(|byte| is_comment && byte != b'\n' && byte != b'\r');
        self.take(b'\n').then_some(comment)
    }

    /// Takes a bare key.
    fn bare_key(&mut self) -> Option<Bytes> {
        let name = self.take_while(|byte| CLASSES[usize::from(byte)] & BARE != 0);
        (!name.is_empty()).then_some(name)
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
        let value = self.take_while(|byte| CLASSES[usize::from(byte)] & UNQUOTED != 0);
        (!value.is_empty()).then_some(Scalar::Unquoted(value))
    }
}
