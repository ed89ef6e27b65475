//! The tree under construction, which grows event by event.

use std::collections::{HashMap, HashSet};

use granit_parser::{Event, ScalarStyle, Span as Range, StructureStyle, Tag};

use crate::value::{MAX_DEPTH, Node, Origin, ReadError, Span, Table, Value};
use crate::yaml::{message, scalar};

/// Limit of the values that all aliases of a text stand for.
const MAX_ALIASED: usize = 1_000_000;

/// Builds a tree from the events of the parser.
pub(super) struct TreeBuilder<'t> {
    text: &'t str,
    errors: Vec<ReadError>,
    /// The open collections, outermost first.
    open: Vec<Collection>,
    /// The values with anchors, by the number of the anchor. Stays empty if the text has no aliases.
    anchors: HashMap<usize, Anchored>,
    has_aliases: bool,
    /// Anchors of open collections.
    open_anchors: HashSet<usize>,
    /// Number of values that the aliases so far stand for.
    aliased: usize,
    documents: usize,
    root: Option<Value>,
    /// The collection beyond the depth limit: its events are skipped up to its end.
    skipped: usize,
}

/// A value with an anchor.
struct Anchored {
    node: Node,
    /// Number of values in it, itself included.
    size: usize,
    /// Levels of collections in it.
    height: usize,
}

/// A collection whose end was not read yet.
struct Collection {
    content: Content,
    start: usize,
    /// End of the last value in it.
    end: usize,
    is_flow: bool,
    anchor: usize,
}

enum Content {
    List(Vec<Node>),
    Table { table: Table, key: Option<Key> },
}

/// A key whose value was not read yet; `None` for a key that is not a string.
struct Key {
    name: Option<String>,
    span: Span,
}

impl<'t> TreeBuilder<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            errors: Vec::new(),
            open: Vec::new(),
            anchors: HashMap::new(),
            has_aliases: text.contains('*'),
            open_anchors: HashSet::new(),
            aliased: 0,
            documents: 0,
            root: None,
            skipped: 0,
        }
    }

    /// Records the mistake at which the parser stopped.
    pub(super) fn fail(&mut self, error: ReadError) {
        self.errors.push(error);
    }

    /// Returns whether the events of a collection beyond the depth limit are skipped.
    pub(super) fn is_skipping(&self) -> bool {
        self.skipped > 0
    }

    /// Adds an event. Returns false if the rest of the text is not read.
    pub(super) fn event(&mut self, event: Event<'_>, range: &Range) -> bool {
        if self.skipped > 0 {
            match event {
                Event::SequenceStart(..) | Event::MappingStart(..) => self.skipped += 1,
                Event::SequenceEnd | Event::MappingEnd => self.skipped -= 1,
                _ => {}
            }
            return true;
        }
        let bytes = range.byte_range().unwrap_or_default();
        let span = Span::from(bytes.clone());
        match event {
            Event::DocumentStart(_, version) => {
                self.documents += 1;
                if self.documents > 1 {
                    let help = "put each document in a file of its own";
                    self.errors.push(ReadError::unsupported(span, "a second document", help));
                    return false;
                }
                if version.is_some_and(|version| version.minor != 2) {
                    self.old_version();
                }
            }
            Event::Scalar(text, style, anchor, tag) => self.scalar(&text, style, tag.as_deref(), anchor, range, span),
            Event::Alias(anchor) => self.alias(anchor, span),
            Event::SequenceStart(style, anchor, tag) => {
                self.check_tag(tag.as_deref(), "seq", range, span);
                self.open(Content::List(Vec::new()), style, anchor, span);
            }
            Event::MappingStart(style, anchor, tag) => {
                self.check_tag(tag.as_deref(), "map", range, span);
                self.open(Content::Table { table: Table::default(), key: None }, style, anchor, span);
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(bytes.end),
            _ => {}
        }
        true
    }

    /// Closes what is open, and returns the tree and the mistakes.
    pub(super) fn finish(mut self) -> (Value, Vec<ReadError>) {
        while !self.open.is_empty() {
            self.close(self.text.len());
        }
        (self.root.unwrap_or_else(|| Value::Table(Table::default())), self.errors)
    }

    /// Reports a directive for another version. The event has the place of the document, not of the directive.
    fn old_version(&mut self) {
        let Some(start) = self.text.find("%YAML") else { return };
        let line = self.text[start..].lines().next().unwrap_or_default();
        let line = line.split('#').next().unwrap_or_default().trim_end();
        let version = line.trim_start_matches("%YAML").trim();
        self.errors.push(ReadError::unsupported(
            Span::from(start..start + line.len()),
            format!("the file is in YAML {version}, and YAML 1.2 reads some values differently"),
            "remove the line, and put strings such as no and 07:00 in quotes",
        ));
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, tag: Option<&Tag>, anchor: usize, range: &Range, span: Span) {
        let is_key = matches!(self.open.last(), Some(Collection { content: Content::Table { key: None, .. }, .. }));
        let mut span = span;
        let is_block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
        if is_block {
            let trimmed = self.text[span.range()].trim_end().len();
            span = Span::from(span.range().start..span.range().start + trimmed);
        }
        if is_key && style == ScalarStyle::Plain && tag.is_none() && text == "<<" {
            let help = "write the keys out, or put << in quotes if it is a key of its own";
            self.errors.push(ReadError::unsupported(span, "merge keys are not part of YAML 1.2", help));
            self.set_key(None, span);
            return;
        }
        let text = match is_block {
            true => scalar::at_end_of_file(text, self.text, range),
            // The parser stands in for a value that is not written.
            false if span.start == span.end => "",
            false => text,
        };
        let value = match scalar::resolve(text, style, tag, span) {
            Ok(value) => value,
            Err(mut error) => {
                if let Some(tag) = tag.filter(|tag| tag.core_suffix().is_none()).and(tag_span(range)) {
                    error.span = tag;
                }
                self.errors.push(error);
                // A value that the reader makes up has an empty range.
                span.end = span.start;
                Value::Null
            }
        };
        // An empty document has no value.
        if self.open.is_empty() && span.start == span.end && tag.is_none() && value == Value::Null {
            return;
        }
        self.complete(value, span, anchor);
    }

    fn check_tag(&mut self, tag: Option<&Tag>, expected: &'static str, range: &Range, span: Span) {
        let Some(tag) = tag else { return };
        match tag.core_suffix() {
            Some(name) if name == expected => {}
            Some(name) => {
                let message = format!("the tag !!{name} does not fit the value");
                self.errors.push(ReadError::unsupported(
                    tag_span(range).unwrap_or(span),
                    message,
                    "remove the tag, or write a value that fits",
                ));
            }
            None if tag.parts() == ("", "!") || tag.parts() == ("!", "") => {}
            None => self.errors.push(scalar::unknown_tag(tag_span(range).unwrap_or(span))),
        }
    }

    fn alias(&mut self, anchor: usize, span: Span) {
        let value = if self.open_anchors.contains(&anchor) {
            let message = "an alias inside of the value that it stands for";
            self.errors.push(ReadError::unsupported(span, message, "write the value out"));
            None
        } else {
            self.aliased_value(anchor, span)
        };
        self.complete(value.unwrap_or(Value::Null), span, 0);
    }

    fn aliased_value(&mut self, anchor: usize, span: Span) -> Option<Value> {
        let &Anchored { size, height, .. } = self.anchors.get(&anchor)?;
        if self.open.len() + height > MAX_DEPTH {
            self.errors.push(ReadError::too_deep(span));
            return None;
        }
        if !self.charge(size, span) {
            return None;
        }
        Some(self.anchors.get(&anchor)?.node.value.clone())
    }

    fn open(&mut self, content: Content, style: StructureStyle, anchor: usize, span: Span) {
        if self.open.len() == MAX_DEPTH {
            self.errors.push(ReadError::too_deep(Span { end: span.end.max(span.start), ..span }));
            self.skipped = 1;
            self.complete(Value::Null, span, 0);
            return;
        }
        if anchor > 0 {
            self.open_anchors.insert(anchor);
        }
        let (start, is_flow) = (span.range().start, style == StructureStyle::Flow);
        if !is_flow && !self.open.last().is_some_and(|around| around.is_flow) {
            self.check_indentation(start, matches!(content, Content::List(_)));
        }
        self.open.push(Collection { content, start, end: start, is_flow, anchor });
    }

    /// Reports a tab before a block that starts at a byte. The parser permits it before the first entry of the root.
    fn check_indentation(&mut self, start: usize, is_list: bool) {
        let line = self.text[..start].rfind(['\n', '\r']).map_or(0, |end| end + 1);
        let mut before = &self.text[line..start];
        // A list that is indented like its key has the place of its first element.
        if is_list && !self.text[start..].starts_with('-') {
            before = before.rfind('-').map_or(before, |entry| &before[..entry]);
        }
        let is_indentation = before.chars().all(|c| matches!(c, ' ' | '\t' | '-' | '?' | ':' | '\u{FEFF}'));
        if let Some(tab) = before.find('\t').filter(|_| is_indentation) {
            let (message, help) = message::TAB;
            self.errors.push(ReadError::syntax(Span::from(line + tab..line + tab + 1), message, help));
        }
    }

    fn close(&mut self, end: usize) {
        let Some(closed) = self.open.pop() else { return };
        // The parser ends a block at the next token, behind empty lines and comments.
        let end = if closed.is_flow { end } else { closed.end };
        let value = match closed.content {
            Content::List(elements) => Value::List(elements),
            Content::Table { table, .. } => Value::Table(table),
        };
        self.open_anchors.remove(&closed.anchor);
        self.complete(value, Span::from(closed.start..end), closed.anchor);
    }

    /// Adds a complete value to the collection around it.
    fn complete(&mut self, value: Value, span: Span, anchor: usize) {
        let Some(around) = self.open.last_mut() else {
            self.root = Some(value);
            return;
        };
        around.end = around.end.max(span.range().end);
        if anchor > 0 && self.has_aliases {
            self.keep_anchored(anchor, &value, span);
        }
        match self.open.last_mut().map(|around| &mut around.content) {
            Some(Content::List(elements)) => {
                elements.push(Node { value, origin: Origin::Text { key: span, value: span } });
            }
            Some(Content::Table { key: None, .. }) => self.key(value, span),
            Some(Content::Table { table, key }) => {
                let Some(Key { name: Some(name), span: key }) = key.take() else { return };
                let node = Node { value, origin: Origin::Text { key, value: span } };
                if let Err(Node { origin: Origin::Text { key: first, .. }, .. }) = table.try_insert(name.clone(), node)
                {
                    self.errors.push(ReadError::duplicate(&name, key, *first));
                }
            }
            None => {}
        }
    }

    fn keep_anchored(&mut self, anchor: usize, value: &Value, span: Span) {
        let node = Node { value: value.clone(), origin: Origin::Text { key: span, value: span } };
        let (size, height) = measure(&node);
        // Each anchor holds a copy: count those inside of another one, so that nested anchors cannot multiply a large value.
        if self.open_anchors.is_empty() || self.charge(size, span) {
            self.anchors.insert(anchor, Anchored { node, size, height });
        }
    }

    /// Counts the values of an alias. Returns false beyond the limit, and reports the first alias there.
    fn charge(&mut self, size: usize, span: Span) -> bool {
        let is_reported = self.aliased > MAX_ALIASED;
        self.aliased = self.aliased.saturating_add(size);
        if self.aliased > MAX_ALIASED && !is_reported {
            let message = format!("aliases stand for more than {MAX_ALIASED} values");
            self.errors.push(ReadError::unsupported(span, message, "write the values out, or use fewer aliases"));
        }
        self.aliased <= MAX_ALIASED
    }

    fn key(&mut self, value: Value, span: Span) {
        let mut place = span;
        let (message, help) = match value {
            Value::String(name) => return self.set_key(Some(name), span),
            Value::Table(_) if self.is_template(span) => {
                place = Span { start: span.start - 1, end: span.end + 1 };
                ("a template without quotes".to_owned(), message::TEMPLATE_HELP)
            }
            Value::List(_) | Value::Table(_) => (format!("a key that is {}", value.kind()), "write a string"),
            _ => (format!("a key that is {}", value.kind()), "put it in quotes"),
        };
        self.errors.push(ReadError::unsupported(place, message, help));
        self.set_key(None, span);
    }

    /// Returns whether a table stands in double braces: `{{ name }}` is a table whose key is a table.
    fn is_template(&self, table: Span) -> bool {
        let range = table.range();
        self.text[..range.start].ends_with('{') && self.text[range.end..].starts_with('}')
    }

    fn set_key(&mut self, name: Option<String>, span: Span) {
        if let Some(Collection { content: Content::Table { key, .. }, end, .. }) = self.open.last_mut() {
            *end = (*end).max(span.range().end);
            *key = Some(Key { name, span });
        }
    }
}

/// Returns the number of values in a node, and the levels of its collections.
fn measure(node: &Node) -> (usize, usize) {
    let over = |(size, height): (usize, usize), (inner, levels): (usize, usize)| (size + inner, height.max(levels));
    let (size, height) = match &node.value {
        Value::List(elements) => elements.iter().map(measure).fold((1, 0), over),
        Value::Table(table) => table.values().map(measure).fold((1, 0), over),
        _ => return (1, 0),
    };
    (size, height + 1)
}

fn tag_span(range: &Range) -> Option<Span> {
    range.tag_span()?.byte_range().map(Span::from)
}
