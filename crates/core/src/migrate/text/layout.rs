//! Where everything stands in a TOML text: its headers, its entries and what holds them.

use std::collections::HashMap;
use std::ops::Range;

use toml_parser::parser::{Event, EventKind, parse_document};
use toml_parser::{Raw, Source, Span};

use crate::value::{Path, Segment};

/// The parts of a text, in their order, and its comments.
#[derive(Debug, Default)]
pub struct Layout {
    pub parts: Vec<Part>,
    pub comments: Vec<Range<usize>>,
}

/// A header, an entry or an element.
#[derive(Debug)]
pub struct Part {
    pub kind: Kind,
    /// The value, or the table of a header.
    pub path: Path,
    /// The table that the keys are in.
    pub base: Path,
    pub keys: Vec<Key>,
    /// Where it begins.
    pub start: usize,
    /// The value of an entry or an element.
    pub value: Range<usize>,
    /// The part whose value it stands in.
    pub holder: Option<usize>,
    /// The comma behind it.
    pub comma: Option<usize>,
}

/// What a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `[table]` or `[[list]]`.
    Header,
    /// `key = value` on lines of its own.
    Line,
    /// `key = value` between braces.
    Inline,
    /// An element of a list between brackets.
    Element,
}

/// One key of a header or an entry.
#[derive(Debug, Clone)]
pub struct Key {
    pub span: Range<usize>,
    name: String,
    /// What it names.
    pub path: Path,
}

impl Layout {
    /// Reads a text that is TOML.
    pub fn of(text: &str) -> Self {
        let tokens = Source::new(text).lex().into_vec();
        let mut events: Vec<Event> = Vec::new();
        let mut errors = Vec::new();
        parse_document(&tokens, &mut events, &mut errors);
        let mut reader = Reader { text, ..Reader::default() };
        events.iter().for_each(|event| reader.take(event));
        reader.layout
    }

    /// The entry or element at a path.
    pub fn entry(&self, path: &Path) -> Option<usize> {
        self.parts.iter().position(|part| part.kind != Kind::Header && part.path == *path)
    }

    /// The header of the table at a path.
    pub fn header(&self, path: &Path) -> Option<usize> {
        self.parts.iter().position(|part| part.kind == Kind::Header && part.path == *path)
    }

    /// The part on lines of its own that a part stands in.
    pub fn statement(&self, mut index: usize) -> usize {
        while let Some(holder) = self.parts[index].holder {
            index = holder;
        }
        index
    }
}

#[derive(Default)]
struct Reader<'t> {
    text: &'t str,
    layout: Layout,
    /// The table of the last header.
    section: Path,
    /// How many elements a list of headers has.
    elements: HashMap<Path, usize>,
    keys: Vec<Key>,
    header: Option<(usize, bool)>,
    open: Vec<Open>,
    /// An entry whose value is still to come.
    entry: Option<usize>,
}

struct Open {
    /// The part whose value it is.
    part: usize,
    /// The number of the next element; none in a table.
    element: Option<usize>,
    /// The last part in it.
    last: Option<usize>,
}

impl Reader<'_> {
    fn take(&mut self, event: &Event) {
        let span = range(event.span());
        match event.kind() {
            EventKind::StdTableOpen => self.header = Some((span.start, false)),
            EventKind::ArrayTableOpen => self.header = Some((span.start, true)),
            EventKind::StdTableClose | EventKind::ArrayTableClose => self.close_header(span.end),
            EventKind::SimpleKey => {
                let mut name = String::new();
                let raw = Raw::new_unchecked(&self.text[span.clone()], event.encoding(), Span::default());
                raw.decode_key(&mut name, &mut ());
                self.keys.push(Key { span, name, path: Path::root() });
            }
            EventKind::KeyValSep => self.begin_entry(),
            EventKind::Scalar => {
                let part = self.begin_value(span.start);
                self.end_value(part, span.end);
            }
            EventKind::ArrayOpen | EventKind::InlineTableOpen => {
                let part = self.begin_value(span.start);
                let element = (event.kind() == EventKind::ArrayOpen).then_some(0);
                self.open.push(Open { part, element, last: None });
            }
            EventKind::ArrayClose | EventKind::InlineTableClose => {
                if let Some(closed) = self.open.pop() {
                    self.end_value(closed.part, span.end);
                }
            }
            EventKind::ValueSep => self.comma(span.start),
            EventKind::Comment => self.layout.comments.push(span),
            _ => {}
        }
    }

    fn close_header(&mut self, end: usize) {
        let Some((start, of_list)) = self.header.take() else { return };
        let mut keys = std::mem::take(&mut self.keys);
        let count = keys.len();
        let mut path = Path::root();
        for (index, key) in keys.iter_mut().enumerate() {
            path = path.key(&key.name);
            key.path = path.clone();
            if of_list && index + 1 == count {
                *self.elements.entry(path.clone()).or_insert(0) += 1;
            }
            if let Some(elements) = self.elements.get(&path) {
                path = path.index(elements - 1);
            }
        }
        self.section = path.clone();
        let (base, value) = (Path::root(), end..end);
        self.layout.parts.push(Part { kind: Kind::Header, path, base, keys, start, value, holder: None, comma: None });
    }

    fn begin_entry(&mut self) {
        let mut keys = std::mem::take(&mut self.keys);
        let holder = self.open.last().map(|open| open.part);
        let base = holder.map_or(&self.section, |holder| &self.layout.parts[holder].path).clone();
        let mut path = base.clone();
        for key in &mut keys {
            path = path.key(&key.name);
            key.path = path.clone();
        }
        let start = keys.first().map_or(0, |key| key.span.start);
        let kind = if holder.is_some() { Kind::Inline } else { Kind::Line };
        self.entry = Some(self.push(Part { kind, path, base, keys, start, value: 0..0, holder, comma: None }));
    }

    fn begin_value(&mut self, start: usize) -> usize {
        let part = match (self.entry.take(), self.open.last_mut()) {
            (Some(entry), _) => entry,
            (None, Some(Open { part, element: Some(element), .. })) => {
                let (holder, index) = (*part, *element);
                *element += 1;
                let base = self.layout.parts[holder].path.clone();
                let path = base.index(index);
                let (kind, keys, value, holder) = (Kind::Element, Vec::new(), start..start, Some(holder));
                self.push(Part { kind, path, base, keys, start, value, holder, comma: None })
            }
            // No TOML has a value without a key.
            (None, _) => return 0,
        };
        self.layout.parts[part].value.start = start;
        part
    }

    fn end_value(&mut self, part: usize, end: usize) {
        if let Some(part) = self.layout.parts.get_mut(part) {
            part.value.end = end;
        }
    }

    fn push(&mut self, part: Part) -> usize {
        let index = self.layout.parts.len();
        self.layout.parts.push(part);
        if let Some(open) = self.open.last_mut() {
            open.last = Some(index);
        }
        index
    }

    fn comma(&mut self, at: usize) {
        if let Some(last) = self.open.last().and_then(|open| open.last) {
            self.layout.parts[last].comma = Some(at);
        }
    }
}

fn range(span: Span) -> Range<usize> {
    span.start()..span.end()
}

/// The keys from the end of one path to that of another below it; `None` where an element is between them.
pub fn keys_between<'p>(above: &Path, below: &'p Path) -> Option<Vec<&'p str>> {
    let rest = below.0.strip_prefix(above.0.as_slice())?;
    rest.iter().map(|segment| if let Segment::Key(key) = segment { Some(key.as_str()) } else { None }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let layout = Layout::of(text);
        let parts = layout.parts.iter();
        parts.map(|part| format!("{:?} {} {}", part.kind, part.path, &text[part.value.clone()])).collect()
    }

    #[test]
    fn every_part_knows_its_path_and_its_value() {
        let text =
            "a.'b c' = 1 # x\n[t]\nl = [1, { k = 'v', m.n = 2 }]\n[[u.v]]\nw = 1\n[[u.v]]\n[u.v.x]\ny = '''z\n'''\n";
        assert_eq!(
            shown(text),
            [
                "Line a.\"b c\" 1",
                "Header t ",
                "Line t.l [1, { k = 'v', m.n = 2 }]",
                "Element t.l[0] 1",
                "Element t.l[1] { k = 'v', m.n = 2 }",
                "Inline t.l[1].k 'v'",
                "Inline t.l[1].m.n 2",
                "Header u.v[0] ",
                "Line u.v[0].w 1",
                "Header u.v[1] ",
                "Header u.v[1].x ",
                "Line u.v[1].x.y '''z\n'''",
            ]
        );
        assert_eq!(Layout::of(text).comments.len(), 1);
    }
}
