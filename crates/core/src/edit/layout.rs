//! The layout of a TOML text: the spans of its headers, entries, elements and comments.

use std::collections::HashMap;
use std::ops::Range;

use toml_parser::parser::{Event, EventKind, parse_document};
use toml_parser::{Raw, Source, Span};

use crate::value::{Path, Segment};

/// The items of a text, in order, and its comments.
#[derive(Debug, Default)]
pub struct Layout {
    pub items: Vec<LayoutItem>,
    pub comments: Vec<Range<usize>>,
}

/// A header, an entry, or an element of a list.
#[derive(Debug)]
pub struct LayoutItem {
    pub kind: ItemKind,
    /// Path of the value, or of the table of a header.
    pub path: Path,
    /// Path of the table that the keys are relative to.
    pub base: Path,
    pub keys: Vec<Key>,
    /// Start of the first key, or of the header.
    pub start: usize,
    /// Bytes of the value; empty for a header.
    pub value: Range<usize>,
    /// Index of the item whose value contains this one.
    pub parent: Option<usize>,
    /// Byte of the comma after it.
    pub comma: Option<usize>,
}

/// Kind of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemKind {
    /// `[table]` or `[[list]]`.
    Header,
    /// `key = value` on lines of its own.
    Line,
    /// `key = value` in an inline table.
    Inline,
    /// An element of a list in brackets.
    Element,
}

/// One key of a header or an entry.
#[derive(Debug, Clone)]
pub struct Key {
    pub span: Range<usize>,
    name: String,
    /// Path of the value that the key names.
    pub path: Path,
}

impl Layout {
    /// Reads the layout of a valid text.
    pub fn parse(text: &str) -> Self {
        let tokens = Source::new(text).lex().into_vec();
        let mut events: Vec<Event> = Vec::new();
        let mut errors = Vec::new();
        parse_document(&tokens, &mut events, &mut errors);
        let mut builder = LayoutBuilder { text, ..LayoutBuilder::default() };
        for event in &events {
            builder.add(event);
        }
        builder.layout
    }

    /// Returns the index of the entry or element at a path.
    pub fn entry(&self, path: &Path) -> Option<usize> {
        self.items.iter().position(|item| item.kind != ItemKind::Header && item.path == *path)
    }

    /// Returns the index of the header of the table at a path.
    pub fn header(&self, path: &Path) -> Option<usize> {
        self.items.iter().position(|item| item.kind == ItemKind::Header && item.path == *path)
    }

    /// Returns the index of the statement that contains an item.
    pub fn statement(&self, mut index: usize) -> usize {
        while let Some(parent) = self.items[index].parent {
            index = parent;
        }
        index
    }
}

/// Builds a layout from the events of the parser.
#[derive(Default)]
struct LayoutBuilder<'t> {
    text: &'t str,
    layout: Layout,
    /// Path of the table of the last header.
    section: Path,
    /// Number of elements of each list of tables.
    elements: HashMap<Path, usize>,
    keys: Vec<Key>,
    /// Start of an open header, and whether it is one of a list of tables.
    header: Option<(usize, bool)>,
    open: Vec<Container>,
    /// Index of an entry whose value is not read yet.
    entry: Option<usize>,
}

/// An open list or inline table.
struct Container {
    /// Index of the item whose value it is.
    item: usize,
    /// Index of the next element; `None` in a table.
    element: Option<usize>,
    /// Index of the last item in it.
    last: Option<usize>,
}

impl LayoutBuilder<'_> {
    fn add(&mut self, event: &Event) {
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
            EventKind::KeyValSep => self.start_entry(),
            EventKind::Scalar => {
                let item = self.start_value(span.start);
                self.end_value(item, span.end);
            }
            EventKind::ArrayOpen | EventKind::InlineTableOpen => {
                let item = self.start_value(span.start);
                let element = (event.kind() == EventKind::ArrayOpen).then_some(0);
                self.open.push(Container { item, element, last: None });
            }
            EventKind::ArrayClose | EventKind::InlineTableClose => {
                if let Some(closed) = self.open.pop() {
                    self.end_value(closed.item, span.end);
                }
            }
            EventKind::ValueSep => self.add_comma(span.start),
            EventKind::Comment => self.layout.comments.push(span),
            _ => {}
        }
    }

    fn close_header(&mut self, end: usize) {
        let Some((start, is_list)) = self.header.take() else { return };
        let mut keys = std::mem::take(&mut self.keys);
        let count = keys.len();
        let mut path = Path::root();
        for (index, key) in keys.iter_mut().enumerate() {
            path = path.key(&key.name);
            key.path = path.clone();
            if is_list && index + 1 == count {
                *self.elements.entry(path.clone()).or_insert(0) += 1;
            }
            if let Some(elements) = self.elements.get(&path) {
                path = path.index(elements - 1);
            }
        }
        self.section = path.clone();
        let (base, value) = (Path::root(), end..end);
        self.layout.items.push(LayoutItem {
            kind: ItemKind::Header,
            path,
            base,
            keys,
            start,
            value,
            parent: None,
            comma: None,
        });
    }

    fn start_entry(&mut self) {
        let mut keys = std::mem::take(&mut self.keys);
        let parent = self.open.last().map(|container| container.item);
        let base = parent.map_or(&self.section, |parent| &self.layout.items[parent].path).clone();
        let mut path = base.clone();
        for key in &mut keys {
            path = path.key(&key.name);
            key.path = path.clone();
        }
        let start = keys.first().map_or(0, |key| key.span.start);
        let kind = if parent.is_some() { ItemKind::Inline } else { ItemKind::Line };
        self.entry = Some(self.push(LayoutItem { kind, path, base, keys, start, value: 0..0, parent, comma: None }));
    }

    fn start_value(&mut self, start: usize) -> usize {
        let item = match (self.entry.take(), self.open.last_mut()) {
            (Some(entry), _) => entry,
            (None, Some(Container { item, element: Some(element), .. })) => {
                let (parent, index) = (*item, *element);
                *element += 1;
                let base = self.layout.items[parent].path.clone();
                let path = base.index(index);
                let (kind, keys, value, parent) = (ItemKind::Element, Vec::new(), start..start, Some(parent));
                self.push(LayoutItem { kind, path, base, keys, start, value, parent, comma: None })
            }
            // Not reached: a value of valid TOML has a key or is an element.
            (None, _) => return 0,
        };
        self.layout.items[item].value.start = start;
        item
    }

    fn end_value(&mut self, item: usize, end: usize) {
        if let Some(item) = self.layout.items.get_mut(item) {
            item.value.end = end;
        }
    }

    fn push(&mut self, item: LayoutItem) -> usize {
        let index = self.layout.items.len();
        self.layout.items.push(item);
        if let Some(container) = self.open.last_mut() {
            container.last = Some(index);
        }
        index
    }

    fn add_comma(&mut self, at: usize) {
        if let Some(last) = self.open.last().and_then(|container| container.last) {
            self.layout.items[last].comma = Some(at);
        }
    }
}

fn range(span: Span) -> Range<usize> {
    span.start()..span.end()
}

/// Returns the keys that lead from one path to another below it; `None` if an element is between them.
pub fn keys_between<'p>(above: &Path, below: &'p Path) -> Option<Vec<&'p str>> {
    let rest = below.0.strip_prefix(above.0.as_slice())?;
    rest.iter().map(|segment| if let Segment::Key(key) = segment { Some(key.as_str()) } else { None }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn display(text: &str) -> Vec<String> {
        let layout = Layout::parse(text);
        let items = layout.items.iter();
        items.map(|item| format!("{:?} {} {}", item.kind, item.path, &text[item.value.clone()])).collect()
    }

    #[test]
    fn every_item_has_its_path_and_its_value() {
        let text =
            "a.'b c' = 1 # x\n[t]\nl = [1, { k = 'v', m.n = 2 }]\n[[u.v]]\nw = 1\n[[u.v]]\n[u.v.x]\ny = '''z\n'''\n";
        assert_eq!(
            display(text),
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
        assert_eq!(Layout::parse(text).comments.len(), 1);
    }
}
