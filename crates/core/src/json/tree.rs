//! Conversion of the parser's tree to one with origins.

use jsonc_parser::ast::{ObjectProp, ObjectPropName, StringLit, Value as Parsed};
use jsonc_parser::common::Range;

use crate::value::{Key, MAX_DEPTH, Node, Origin, ReadError, Span, Table, Value};

/// Builds the tree, and finds the mistakes that the parser does not report.
pub(super) struct TreeBuilder<'t> {
    text: &'t str,
    /// Start of the text in the source.
    pub(super) offset: usize,
    pub(super) errors: Vec<ReadError>,
}

impl<'t> TreeBuilder<'t> {
    pub(super) fn new(text: &'t str, offset: usize) -> Self {
        Self { text, offset, errors: Vec::new() }
    }

    /// Converts the value of the text.
    pub(super) fn root(&mut self, value: Option<Parsed<'_>>) -> Value {
        match value {
            Some(value) => self.node(value, None, 0).value,
            None => {
                let span = Span::from(self.offset..self.offset);
                self.errors.push(ReadError::syntax(
                    span,
                    "the file is empty",
                    "write {} for a config without settings",
                ));
                Value::Table(Table::default())
            }
        }
    }

    fn span(&self, range: Range) -> Span {
        Span::from(self.offset + range.start..self.offset + range.end)
    }

    fn node(&mut self, parsed: Parsed<'_>, key: Option<Span>, depth: usize) -> Node {
        let range = match &parsed {
            Parsed::StringLit(it) => it.range,
            Parsed::NumberLit(it) => it.range,
            Parsed::BooleanLit(it) => it.range,
            Parsed::NullKeyword(it) => it.range,
            Parsed::Object(it) => it.range,
            Parsed::Array(it) => it.range,
        };
        let span = self.span(range);
        let value = match parsed {
            Parsed::StringLit(string) => Value::String(self.string(string)),
            Parsed::NumberLit(number) => self.number(number.value, span),
            Parsed::BooleanLit(boolean) => Value::Bool(boolean.value),
            Parsed::NullKeyword(_) => Value::Null,
            Parsed::Object(_) | Parsed::Array(_) if depth == MAX_DEPTH => {
                self.errors
                    .push(ReadError::too_deep(Span::from(range.start + self.offset..range.start + self.offset + 1)));
                Value::Null
            }
            Parsed::Object(object) => {
                let mut table = Table::with_capacity(object.properties.len());
                for property in object.properties {
                    self.entry(property, &mut table, depth + 1);
                }
                Value::Table(table)
            }
            Parsed::Array(array) => {
                Value::List(array.elements.into_iter().map(|element| self.node(element, None, depth + 1)).collect())
            }
        };
        Node { value, origin: Origin::Text { key: key.unwrap_or(span), value: span } }
    }

    fn entry(&mut self, property: ObjectProp<'_>, table: &mut Table, depth: usize) {
        let (name, span) = match property.name {
            ObjectPropName::String(string) => {
                let span = self.span(string.range);
                (self.string(string), span)
            }
            ObjectPropName::Word(word) => (word.value.to_owned(), self.span(word.range)),
        };
        let node = self.node(property.value, Some(span), depth);
        let name = Key::from(name);
        if let Err(Node { origin: Origin::Text { key, .. }, .. }) = table.try_insert(name.clone(), node) {
            self.errors.push(ReadError::duplicate(&name, span, *key));
        }
    }

    fn string(&mut self, string: StringLit<'_>) -> String {
        let Range { start, end } = string.range;
        let control = self.text[start..end].bytes().position(|byte| byte < 0x20);
        if let Some(at) = control {
            let byte = self.text.as_bytes()[start + at];
            let message = format!("a string cannot hold the control character U+{byte:04X}");
            let at = self.offset + start + at;
            self.errors.push(ReadError::syntax(
                Span::from(at..at + 1),
                message,
                format!("write \\u{byte:04X} in its place"),
            ));
        }
        string.value.into_owned()
    }

    fn number(&mut self, digits: &str, span: Span) -> Value {
        if !digits.contains(['.', 'e', 'E', 'x', 'X', 'I', 'N']) {
            return Value::Integer(digits.parse().unwrap_or_else(|_| {
                self.errors.push(ReadError::beyond_64_bits(span, digits.starts_with('-')));
                0
            }));
        }
        // A number of another dialect has its diagnostic already.
        let float: f64 = digits.parse().unwrap_or(0.0);
        if float.is_infinite() && !digits.contains('I') {
            self.errors.push(ReadError::beyond_float(span));
        }
        Value::Float(float)
    }
}
