//! The tree under construction, which grows statement by statement.

use std::borrow::Cow;
use std::collections::HashSet;
use std::mem;

use toml_parser::decoder::Encoding;
use toml_parser::parser::EventReceiver;
use toml_parser::{ErrorSink, Span as Bytes};

use crate::toml::reader::open_table::{DefinedBy, Key, MAX_DEPTH, OpenTable, defined_by, empty_table};
use crate::toml::reader::scalar::{self, Scalar};
use crate::value::{self, Node, Origin, Span, Table, Value};

/// Builds a tree from the events of a parser.
///
/// Entries and elements wait on a stack until their container is closed, so that each container is allocated once.
pub(super) struct Builder<'t> {
    text: &'t str,
    /// Start of the parser's input in the text.
    offset: usize,
    invalid: bool,
    root: Table,
    /// Path from the root to the table of the last header, as indices of entries. In a list of tables it continues in the last
    /// element.
    table_path: Vec<usize>,
    /// The number of lists and tables from the root to the table of the last header.
    header_levels: usize,
    /// Start of the last header.
    header_start: usize,
    /// The parts of keys whose values are not read yet.
    keys: Vec<Key<'t>>,
    /// The entries of open tables.
    entries: Vec<(value::Key, Node)>,
    /// The elements of open lists.
    elements: Vec<Node>,
    /// The table of the last header.
    table: OpenTable,
    /// The open lists and inline tables in it, outermost first.
    open: Vec<Container>,
    /// The number of lists in `open`.
    open_lists: usize,
    /// Start of each key whose table was defined by a dotted key of a statement.
    dotted: HashSet<u32, foldhash::fast::RandomState>,
}

/// An open list or inline table, and its start in the parser's input.
enum Container {
    List { start: usize, first_element: usize },
    Table { start: usize, table: OpenTable },
}

impl<'t> Builder<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            offset: 0,
            invalid: false,
            root: Table::default(),
            table_path: Vec::with_capacity(4),
            header_levels: 0,
            header_start: 0,
            // Most texts need no more.
            keys: Vec::with_capacity(4),
            entries: Vec::with_capacity(32),
            elements: Vec::new(),
            table: OpenTable::default(),
            open: Vec::new(),
            open_lists: 0,
            dotted: HashSet::default(),
        }
    }

    /// Sets the start of the parser's input in the text, to which spans are relative.
    pub(super) fn set_offset(&mut self, offset: usize) {
        self.offset = offset;
    }

    /// Returns whether a mistake was found.
    pub(super) fn is_invalid(&self) -> bool {
        self.invalid
    }

    /// Completes the tree; `None` if a mistake was found.
    pub(super) fn finish(mut self) -> Option<Table> {
        self.close_table();
        (!self.invalid).then_some(self.root)
    }

    /// Returns the text of a span of the parser.
    #[inline(always)]
    fn text_of(&self, span: Bytes) -> &'t str {
        // The spans of the parser are in its input, so the default is never used.
        self.text.get(self.offset + span.start()..self.offset + span.end()).unwrap_or_default()
    }

    #[inline(always)]
    fn absolute_span(&self, start: usize, end: usize) -> Span {
        Span::from(self.offset + start..self.offset + end)
    }

    /// Adds a part of a key that is known to be bare.
    pub(super) fn bare_key(&mut self, span: Bytes) {
        let name = Cow::Borrowed(self.text_of(span));
        self.keys.push(Key { name, span: self.absolute_span(span.start(), span.end()) });
    }

    /// Adds an entry whose key is bare and whose value is a scalar, between statements of the parser.
    pub(super) fn scalar_entry(&mut self, key: Bytes, scalar: Scalar) {
        let value = self.scalar_value(scalar);
        if let Some(value) = self.check(value) {
            let span = scalar.span();
            self.entry(key, value, self.absolute_span(span.start(), span.end()), 0);
        }
    }

    /// Adds an entry whose key is bare and whose value is a list of scalars, between statements of the parser.
    pub(super) fn list_entry(&mut self, key: Bytes, scalars: &[Scalar], list: Bytes) {
        let mut elements = Vec::with_capacity(scalars.len());
        for scalar in scalars {
            let Some(value) = self.scalar_value(*scalar) else { return self.invalid = true };
            let span = self.absolute_span(scalar.span().start(), scalar.span().end());
            elements.push(Node { value, origin: Origin::Text { key: span, value: span } });
        }
        let levels = usize::from(!elements.is_empty());
        self.entry(key, Value::List(elements), self.absolute_span(list.start(), list.end()), levels);
    }

    fn scalar_value(&self, scalar: Scalar) -> Option<Value> {
        match scalar {
            Scalar::Plain(span) => {
                let inner = self.text.get(span.start() + 1..span.end() - 1).unwrap_or_default();
                Some(Value::String(inner.to_owned()))
            }
            Scalar::Unquoted(span) => scalar::value(self.text_of(span), None),
        }
    }

    /// Adds an entry to the table of the last header. `levels` is the number of lists and tables in its value.
    fn entry(&mut self, key: Bytes, value: Value, span: Span, levels: usize) {
        debug_assert!(self.open.is_empty() && self.keys.is_empty(), "a statement is not complete");
        self.invalid |= self.header_levels + levels > MAX_DEPTH;
        if self.invalid {
            return;
        }
        let name = self.text_of(key).into();
        let origin = Origin::Text { key: self.absolute_span(key.start(), key.end()), value: span };
        self.entries.push((name, Node { value, origin }));
    }

    /// Records a mistake if `result` is `None`.
    fn check<T>(&mut self, result: Option<T>) -> Option<T> {
        self.invalid |= result.is_none();
        result
    }

    /// Adds the value of the innermost key, or the next element of the innermost list.
    fn add_value(&mut self, value: Value, span: Span) {
        // Each part of a key is in the table of the part before, and an element in its list.
        self.invalid |= self.header_levels + self.keys.len() + self.open_lists > MAX_DEPTH + 1;
        // A value that is too deep is not built: dropping it takes a stack as deep.
        if self.invalid {
            return;
        }
        let Self { open, table, keys, entries, elements, dotted, .. } = self;
        let table = match open.last_mut() {
            Some(Container::List { .. }) => {
                elements.push(Node { value, origin: Origin::Text { key: span, value: span } });
                return;
            }
            Some(Container::Table { table, .. }) => table,
            None => table,
        };
        let added = match keys.len() - table.first_key {
            0 => None,
            1 => keys.pop().map(|key| {
                let origin = Origin::Text { key: key.span, value: span };
                entries.push((key.name.into(), Node { value, origin }));
            }),
            _ => {
                let path = keys.split_off(table.first_key);
                table.add_entries(entries).and_then(|()| table.add_dotted(path, value, span, dotted))
            }
        };
        self.invalid |= added.is_none();
    }

    /// Moves the table of the last header into the tree.
    fn close_table(&mut self) {
        let mut table = mem::take(&mut self.table);
        let added = table.add_entries(&mut self.entries);
        self.invalid |= added.is_none();
        let mut current = &mut self.root;
        for index in &self.table_path {
            let node = current.get_index_mut(*index).map(|(_, node)| node);
            match node.and_then(continued_table) {
                Some(inner) => current = inner,
                None => return self.invalid = true,
            }
        }
        *current = table.table;
    }

    /// Opens the table of a header, whose key parts are on the stack.
    fn open_table(&mut self, header: Span, is_list: bool) {
        let mut keys = mem::take(&mut self.keys);
        let opened = self.enter_table(&mut keys, header, is_list);
        keys.clear();
        self.keys = keys;
        self.invalid |= self.header_levels > MAX_DEPTH;
        if let Some(table) = self.check(opened) {
            self.table = OpenTable { table, first_key: 0, first_entry: 0 };
        }
    }

    /// Inserts an empty table for a header and records its path; returns the entries that it already has.
    fn enter_table(&mut self, path: &mut Vec<Key<'t>>, header: Span, is_list: bool) -> Option<Table> {
        let last = path.pop().filter(|_| path.len() < MAX_DEPTH)?;
        self.table_path.clear();
        self.header_levels = path.len() + 1 + usize::from(is_list);
        let mut current = &mut self.root;
        for Key { name, span } in path.drain(..) {
            let index = match current.get_index_of(&*name) {
                Some(index) => index,
                None => insert_section(current, name, empty_table(span, span)),
            };
            self.table_path.push(index);
            let (_, node) = current.get_index_mut(index)?;
            let closed = defined_by(node) == DefinedBy::Value;
            self.header_levels += usize::from(matches!(node.value, Value::List(_)));
            current = continued_table(node).filter(|_| !closed)?;
        }
        let existing = current.get_index_of(&*last.name);
        let mut entries = Table::default();
        if is_list {
            let index = match existing {
                Some(index) => index,
                None => {
                    let origin = Origin::Text { key: last.span, value: header };
                    insert_section(current, last.name, Node { value: Value::List(Vec::new()), origin })
                }
            };
            self.table_path.push(index);
            let (_, node) = current.get_index_mut(index)?;
            let by_header = defined_by(node) == DefinedBy::Header;
            match &mut node.value {
                Value::List(elements) if by_header => elements.push(empty_table(header, header)),
                _ => return None,
            }
        } else {
            if let Some(index) = existing {
                let (_, node) = current.shift_remove_index(index)?;
                match (defined_by(&node), node.origin, node.value) {
                    (DefinedBy::KeyPrefix, Origin::Text { key, .. }, Value::Table(table))
                        if !self.dotted.contains(&key.start) =>
                    {
                        entries = table;
                    }
                    _ => return None,
                }
            }
            self.table_path.push(insert_section(current, last.name, empty_table(last.span, header)));
        }
        Some(entries)
    }
}

/// Inserts the table of a header into the table around it, whose size is not known and which does not have its key. Returns its index.
fn insert_section(around: &mut Table, name: Cow<'_, str>, section: Node) -> usize {
    if around.len() == around.capacity() {
        // A table without entries of its own usually has many.
        // One with entries has few, and many such tables may be in a list.
        let room = if around.is_empty() { 14 } else { around.len().div_ceil(4).max(4) };
        around.reserve_exact(room);
    }
    around.push_new(name, section)
}

/// Returns the table in which the key of a header continues: for a list of tables, its last element.
fn continued_table(node: &mut Node) -> Option<&mut Table> {
    match &mut node.value {
        Value::Table(table) => Some(table),
        Value::List(elements) => elements.last_mut()?.as_table_mut(),
        _ => None,
    }
}

impl EventReceiver for Builder<'_> {
    fn std_table_open(&mut self, span: Bytes, _: &mut dyn ErrorSink) {
        self.close_table();
        self.header_start = span.start();
    }

    fn std_table_close(&mut self, span: Bytes, _: &mut dyn ErrorSink) {
        self.open_table(self.absolute_span(self.header_start, span.end()), false);
    }

    fn array_table_open(&mut self, span: Bytes, _: &mut dyn ErrorSink) {
        self.close_table();
        self.header_start = span.start();
    }

    fn array_table_close(&mut self, span: Bytes, _: &mut dyn ErrorSink) {
        self.open_table(self.absolute_span(self.header_start, span.end()), true);
    }

    fn inline_table_open(&mut self, span: Bytes, _: &mut dyn ErrorSink) -> bool {
        let table = OpenTable { table: Table::default(), first_key: self.keys.len(), first_entry: self.entries.len() };
        self.open.push(Container::Table { start: span.start(), table });
        self.invalid |= self.open.len() > MAX_DEPTH;
        !self.invalid
    }

    fn inline_table_close(&mut self, span: Bytes, _: &mut dyn ErrorSink) {
        if let Some(Container::Table { start, mut table }) = self.open.pop() {
            let added = table.add_entries(&mut self.entries);
            self.invalid |= added.is_none();
            self.add_value(Value::Table(table.table), self.absolute_span(start, span.end()));
        } else {
            self.invalid = true;
        }
    }

    fn array_open(&mut self, span: Bytes, _: &mut dyn ErrorSink) -> bool {
        self.open.push(Container::List { start: span.start(), first_element: self.elements.len() });
        self.open_lists += 1;
        self.invalid |= self.open.len() > MAX_DEPTH;
        !self.invalid
    }

    fn array_close(&mut self, span: Bytes, _: &mut dyn ErrorSink) {
        if let Some(Container::List { start, first_element }) = self.open.pop() {
            self.open_lists -= 1;
            let list = self.elements.drain(first_element..).collect();
            self.add_value(Value::List(list), self.absolute_span(start, span.end()));
        } else {
            self.invalid = true;
        }
    }

    fn simple_key(&mut self, span: Bytes, encoding: Option<Encoding>, _: &mut dyn ErrorSink) {
        let name = scalar::key(self.text_of(span), encoding);
        if let Some(name) = self.check(name) {
            self.keys.push(Key { name, span: self.absolute_span(span.start(), span.end()) });
        }
    }

    fn scalar(&mut self, span: Bytes, encoding: Option<Encoding>, _: &mut dyn ErrorSink) {
        let value = scalar::value(self.text_of(span), encoding);
        if let Some(value) = self.check(value) {
            self.add_value(value, self.absolute_span(span.start(), span.end()));
        }
    }

    fn comment(&mut self, span: Bytes, _: &mut dyn ErrorSink) {
        let is_control = |byte: &u8| (*byte < b' ' && *byte != b'\t') || *byte == 0x7F;
        self.invalid |= self.text_of(span).as_bytes().iter().any(is_control);
    }

    fn newline(&mut self, span: Bytes, _: &mut dyn ErrorSink) {
        self.invalid |= self.text_of(span) == "\r";
    }

    fn error(&mut self, _: Bytes, _: &mut dyn ErrorSink) {
        self.invalid = true;
    }
}
