//! The tree as it grows, statement by statement.

use std::borrow::Cow;
use std::collections::HashSet;
use std::mem;

use toml_parser::decoder::Encoding;
use toml_parser::parser::EventReceiver;
use toml_parser::{ErrorSink, Span as Bytes};

use crate::toml::reader::scalar;
use crate::value::{Node, Origin, Span, Table, Value};

/// How deep lists and tables may stand in each other, and how many parts a key may have before the last: as far as the
/// reader of texts with mistakes goes.
const DEEPEST: usize = 80;

/// Makes a tree of what a parser sees.
///
/// Entries and elements wait on a stack until what holds them is closed, so that nothing grows step by step.
pub(super) struct Builder<'t> {
    text: &'t str,
    /// Where in the text the bytes begin that the parser counts.
    begin: usize,
    refused: bool,
    root: Table,
    /// Where the table of the last header stands, entry by entry from the root; of a list, its last element.
    place: Vec<usize>,
    /// Where the last header begins.
    header: usize,
    /// The parts of keys whose values are still to come.
    keys: Vec<Key<'t>>,
    entries: Vec<(String, Node)>,
    elements: Vec<Node>,
    /// The table of the last header.
    table: OpenTable,
    /// What is open in it.
    open: Vec<Open>,
    /// The keys, by their first byte, of tables that no header or brace made, but a dotted key.
    dotted: HashSet<u32, foldhash::fast::RandomState>,
}

struct Key<'t> {
    name: Cow<'t, str>,
    span: Span,
}

enum Open {
    List { start: usize, elements: usize },
    Table { start: usize, table: OpenTable },
}

/// A table that more may be added to, and where on the stacks its keys and entries begin.
#[derive(Default)]
struct OpenTable {
    table: Table,
    keys: usize,
    entries: usize,
}

/// What made a table or a list.
#[derive(PartialEq)]
pub(super) enum Made {
    /// The key of something inside it.
    Passing,
    /// A header.
    Header,
    /// A value.
    Value,
}

/// Tells what made something by where it was written: a header holds its key, and a value comes after it.
pub(super) fn made(node: &Node) -> Made {
    match node.origin {
        Origin::Text { key, value } if key == value => Made::Passing,
        Origin::Text { key, value } if key.start > value.start => Made::Header,
        _ => Made::Value,
    }
}

fn table_at(key: Span, value: Span) -> Node {
    Node { value: Value::Table(Table::default()), origin: Origin::Text { key, value } }
}

impl<'t> Builder<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            begin: 0,
            refused: false,
            root: Table::default(),
            place: Vec::new(),
            header: 0,
            keys: Vec::new(),
            entries: Vec::new(),
            elements: Vec::new(),
            table: OpenTable::default(),
            open: Vec::new(),
            dotted: HashSet::default(),
        }
    }

    /// Says where in the text the bytes begin that are counted from now on.
    pub(super) fn begin(&mut self, begin: usize) {
        self.begin = begin;
    }

    /// Whether there is anything that is no TOML.
    pub(super) fn has_refused(&self) -> bool {
        self.refused
    }

    /// The tree, when all was seen and nothing refused.
    pub(super) fn finish(mut self) -> Option<Table> {
        self.close_table();
        (!self.refused).then_some(self.root)
    }

    /// What was written from a byte that is counted to another one.
    fn written(&self, span: Bytes) -> &'t str {
        // A parser gives places that it was given itself.
        self.text.get(self.begin + span.start()..self.begin + span.end()).unwrap_or_default()
    }

    fn between(&self, start: usize, end: usize) -> Span {
        Span::from(self.begin + start..self.begin + end)
    }

    /// Takes what may be missing; when it is, there is a mistake.
    fn expect<T>(&mut self, there: Option<T>) -> Option<T> {
        self.refused |= there.is_none();
        there
    }

    /// The value of the innermost key, or the next element of the innermost list.
    fn put(&mut self, value: Value, span: Span) {
        let Self { open, table, keys, entries, elements, dotted, .. } = self;
        let table = match open.last_mut() {
            Some(Open::List { .. }) => {
                elements.push(Node { value, origin: Origin::Text { key: span, value: span } });
                return;
            }
            Some(Open::Table { table, .. }) => table,
            None => table,
        };
        let put = match keys.len() - table.keys {
            0 => None,
            1 => keys.pop().map(|key| {
                let origin = Origin::Text { key: key.span, value: span };
                entries.push((key.name.into_owned(), Node { value, origin }));
            }),
            _ => {
                let path = keys.split_off(table.keys);
                table.settle(entries).and_then(|()| table.put(path, value, span, dotted))
            }
        };
        self.refused |= put.is_none();
    }

    /// Puts the table of the last header where it belongs.
    fn close_table(&mut self) {
        let mut table = mem::take(&mut self.table);
        let settled = table.settle(&mut self.entries);
        self.refused |= settled.is_none();
        let mut at = &mut self.root;
        for index in &self.place {
            let node = at.get_index_mut(*index).map(|(_, node)| node);
            match node.and_then(inside) {
                Some(inside) => at = inside,
                None => return self.refused = true,
            }
        }
        *at = table.table;
    }

    /// Opens the table of a header whose parts are the keys.
    fn open_table(&mut self, header: Span, of_list: bool) {
        let keys = mem::take(&mut self.keys);
        let opened = self.enter(keys, header, of_list);
        if let Some(table) = self.expect(opened) {
            self.table = OpenTable { table, keys: 0, entries: 0 };
        }
    }

    /// Makes room for the table of a header and notes its place; what it has already is taken out.
    fn enter(&mut self, mut path: Vec<Key<'t>>, header: Span, of_list: bool) -> Option<Table> {
        let last = path.pop().filter(|_| path.len() < DEEPEST)?;
        self.place.clear();
        let mut at = &mut self.root;
        for Key { name, span } in path {
            let index = match at.get_index_of(&*name) {
                Some(index) => index,
                None => at.insert_full(name.into_owned(), table_at(span, span)).0,
            };
            self.place.push(index);
            let (_, node) = at.get_index_mut(index)?;
            let closed = made(node) == Made::Value;
            at = inside(node).filter(|_| !closed)?;
        }
        let found = at.get_index_of(&*last.name);
        let mut taken = Table::default();
        if of_list {
            let index = match found {
                Some(index) => index,
                None => {
                    let origin = Origin::Text { key: last.span, value: header };
                    at.insert_full(last.name.into_owned(), Node { value: Value::List(Vec::new()), origin }).0
                }
            };
            self.place.push(index);
            let (_, node) = at.get_index_mut(index)?;
            let of_headers = made(node) == Made::Header;
            match &mut node.value {
                Value::List(elements) if of_headers => elements.push(table_at(header, header)),
                _ => return None,
            }
        } else {
            if let Some(index) = found {
                let (_, node) = at.shift_remove_index(index)?;
                match (made(&node), node.origin, node.value) {
                    (Made::Passing, Origin::Text { key, .. }, Value::Table(table))
                        if !self.dotted.contains(&key.start) =>
                    {
                        taken = table;
                    }
                    _ => return None,
                }
            }
            self.place.push(at.insert_full(last.name.into_owned(), table_at(last.span, header)).0);
        }
        Some(taken)
    }
}

/// The table that a header's key goes on in: of a list, its last element.
fn inside(node: &mut Node) -> Option<&mut Table> {
    match &mut node.value {
        Value::Table(table) => Some(table),
        Value::List(elements) => elements.last_mut()?.as_table_mut(),
        _ => None,
    }
}

impl OpenTable {
    /// Takes in the entries that wait. `None` when a key is there twice.
    fn settle(&mut self, entries: &mut Vec<(String, Node)>) -> Option<()> {
        let waiting = entries.len() - self.entries;
        if waiting == 0 {
            return Some(());
        }
        self.table.reserve_exact(waiting);
        let mut twice = false;
        for (name, node) in entries.drain(self.entries..) {
            twice |= self.table.insert(name, node).is_some();
        }
        (!twice).then_some(())
    }

    /// Puts a value at a key of several parts.
    fn put(
        &mut self,
        mut path: Vec<Key<'_>>,
        value: Value,
        span: Span,
        dotted: &mut HashSet<u32, foldhash::fast::RandomState>,
    ) -> Option<()> {
        let last = path.pop().filter(|_| path.len() < DEEPEST)?;
        let mut at = &mut self.table;
        for Key { name, span } in path {
            let index = match at.get_index_of(&*name) {
                Some(index) => index,
                None => at.insert_full(name.into_owned(), table_at(span, span)).0,
            };
            let (_, node) = at.get_index_mut(index)?;
            let Origin::Text { key, .. } = node.origin else { return None };
            if made(node) != Made::Passing {
                return None;
            }
            dotted.insert(key.start);
            at = node.as_table_mut()?;
        }
        let origin = Origin::Text { key: last.span, value: span };
        at.insert(last.name.into_owned(), Node { value, origin }).is_none().then_some(())
    }
}

impl EventReceiver for Builder<'_> {
    fn std_table_open(&mut self, span: Bytes, _: &mut dyn ErrorSink) {
        self.close_table();
        self.header = span.start();
    }

    fn std_table_close(&mut self, span: Bytes, _: &mut dyn ErrorSink) {
        self.open_table(self.between(self.header, span.end()), false);
    }

    fn array_table_open(&mut self, span: Bytes, _: &mut dyn ErrorSink) {
        self.close_table();
        self.header = span.start();
    }

    fn array_table_close(&mut self, span: Bytes, _: &mut dyn ErrorSink) {
        self.open_table(self.between(self.header, span.end()), true);
    }

    fn inline_table_open(&mut self, span: Bytes, _: &mut dyn ErrorSink) -> bool {
        let table = OpenTable { table: Table::default(), keys: self.keys.len(), entries: self.entries.len() };
        self.open.push(Open::Table { start: span.start(), table });
        self.refused |= self.open.len() > DEEPEST;
        !self.refused
    }

    fn inline_table_close(&mut self, span: Bytes, _: &mut dyn ErrorSink) {
        if let Some(Open::Table { start, mut table }) = self.open.pop() {
            let settled = table.settle(&mut self.entries);
            self.refused |= settled.is_none();
            self.put(Value::Table(table.table), self.between(start, span.end()));
        } else {
            self.refused = true;
        }
    }

    fn array_open(&mut self, span: Bytes, _: &mut dyn ErrorSink) -> bool {
        self.open.push(Open::List { start: span.start(), elements: self.elements.len() });
        self.refused |= self.open.len() > DEEPEST;
        !self.refused
    }

    fn array_close(&mut self, span: Bytes, _: &mut dyn ErrorSink) {
        if let Some(Open::List { start, elements }) = self.open.pop() {
            let list = self.elements.drain(elements..).collect();
            self.put(Value::List(list), self.between(start, span.end()));
        } else {
            self.refused = true;
        }
    }

    fn simple_key(&mut self, span: Bytes, encoding: Option<Encoding>, _: &mut dyn ErrorSink) {
        let name = scalar::key(self.written(span), encoding);
        if let Some(name) = self.expect(name) {
            self.keys.push(Key { name, span: self.between(span.start(), span.end()) });
        }
    }

    fn scalar(&mut self, span: Bytes, encoding: Option<Encoding>, _: &mut dyn ErrorSink) {
        let value = scalar::value(self.written(span), encoding);
        if let Some(value) = self.expect(value) {
            self.put(value, self.between(span.start(), span.end()));
        }
    }

    fn comment(&mut self, span: Bytes, _: &mut dyn ErrorSink) {
        let control = |byte: &u8| (*byte < b' ' && *byte != b'\t') || *byte == 0x7F;
        self.refused |= self.written(span).as_bytes().iter().any(control);
    }

    fn newline(&mut self, span: Bytes, _: &mut dyn ErrorSink) {
        self.refused |= self.written(span) == "\r";
    }

    fn error(&mut self, _: Bytes, _: &mut dyn ErrorSink) {
        self.refused = true;
    }
}
