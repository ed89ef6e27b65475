//! Statements of the plainest form, as nearly all are: what the parser would make of them is seen at a glance.

use toml_parser::Span as Bytes;
use toml_parser::decoder::Encoding;
use toml_parser::parser::EventReceiver;

use crate::toml::reader::builder::Builder;

/// Hands over the statement that begins at a byte, and tells where the next one begins; `None` when it takes a parser.
pub(super) fn statement(text: &str, at: usize, values: &mut Vec<Single>, builder: &mut Builder<'_>) -> Option<usize> {
    let mut line = Line { bytes: text.as_bytes(), at };
    line.spaces();
    let comment = match line.bytes.get(line.at)? {
        b'\n' | b'#' => line.end()?,
        b'[' => header(&mut line, values, builder)?,
        _ => entry(&mut line, values, builder)?,
    };
    builder.comment(comment, &mut ());
    Some(line.at)
}

/// A part of a key or a single value, and how it is quoted.
pub(super) type Single = (Bytes, Option<Encoding>);

fn header(line: &mut Line<'_>, parts: &mut Vec<Single>, builder: &mut Builder<'_>) -> Option<Bytes> {
    parts.clear();
    let open = line.run(|byte| byte == b'[');
    loop {
        parts.push((line.bare()?, None));
        if !line.take(b'.') {
            break;
        }
    }
    let close = line.run(|byte| byte == b']');
    let comment = line.end()?;
    let of_list = match (open.len(), close.len()) {
        (1, 1) => false,
        (2, 2) => true,
        _ => return None,
    };
    if of_list {
        builder.array_table_open(open, &mut ())
    } else {
        builder.std_table_open(open, &mut ())
    }
    parts.iter().for_each(|(part, quotes)| builder.simple_key(*part, *quotes, &mut ()));
    if of_list {
        builder.array_table_close(close, &mut ())
    } else {
        builder.std_table_close(close, &mut ())
    }
    Some(comment)
}

fn entry(line: &mut Line<'_>, values: &mut Vec<Single>, builder: &mut Builder<'_>) -> Option<Bytes> {
    let key = line.bare()?;
    line.spaces();
    line.take(b'=').then_some(())?;
    line.spaces();
    values.clear();
    let open = line.at;
    let is_list = line.take(b'[');
    if is_list {
        line.spaces();
        while !line.take(b']') {
            values.push(line.single()?);
            line.spaces();
            if line.take(b',') {
                line.spaces();
            } else if line.bytes.get(line.at) != Some(&b']') {
                return None;
            }
        }
    } else {
        values.push(line.single()?);
    }
    let close = line.at;
    let comment = line.end()?;
    builder.simple_key(key, None, &mut ());
    // One list is never too deep.
    let _ = is_list && builder.array_open(Bytes::new_unchecked(open, open + 1), &mut ());
    values.iter().for_each(|(value, quotes)| builder.scalar(*value, *quotes, &mut ()));
    if is_list {
        builder.array_close(Bytes::new_unchecked(close - 1, close), &mut ());
    }
    Some(comment)
}

/// A line as far as it was seen.
struct Line<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl Line<'_> {
    /// The bytes from here on of which `is` holds.
    fn run(&mut self, is: impl Fn(u8) -> bool) -> Bytes {
        let start = self.at;
        let rest = &self.bytes[start..];
        self.at += rest.iter().position(|byte| !is(*byte)).unwrap_or(rest.len());
        Bytes::new_unchecked(start, self.at)
    }

    fn take(&mut self, byte: u8) -> bool {
        let is_there = self.bytes.get(self.at) == Some(&byte);
        self.at += usize::from(is_there);
        is_there
    }

    fn spaces(&mut self) {
        self.run(|byte| byte == b' ');
    }

    /// The end of the line, and the comment before it, if there is one.
    fn end(&mut self) -> Option<Bytes> {
        self.spaces();
        let is_comment = self.bytes.get(self.at) == Some(&b'#');
        let comment = self.run(|byte| is_comment && byte != b'\n' && byte != b'\r');
        self.take(b'\n').then_some(comment)
    }

    /// A key, or a part of one, without quotes.
    fn bare(&mut self) -> Option<Bytes> {
        let name = self.run(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
        (!name.is_empty()).then_some(name)
    }

    /// A text on one line without escapes, or what has no quotes and no spaces.
    fn single(&mut self) -> Option<Single> {
        let start = self.at;
        let quotes = [(b'"', Encoding::BasicString), (b'\'', Encoding::LiteralString)];
        if let Some((quote, encoding)) = quotes.into_iter().find(|(quote, _)| self.take(*quote)) {
            let inner = self.run(|byte| byte != quote && byte != b'\\' && byte != b'\n');
            let closed = self.take(quote);
            // Three quotes begin a text of several lines.
            let is_whole = closed && (!inner.is_empty() || self.bytes.get(self.at) != Some(&quote));
            return is_whole.then(|| (Bytes::new_unchecked(start, self.at), Some(encoding)));
        }
        let value = self.run(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.' | b'_' | b':'));
        (!value.is_empty()).then_some((value, None))
    }
}
