//! The canonical YAML text of a tree.

use crate::value::{Node, Table, Value};
use crate::yaml::quote;

/// Longest key that a reader looks for a colon behind, in characters; YAML permits 1024.
const LONGEST_KEY: usize = 1000;

/// Writes a tree as YAML: entries in the order of the tree, one a line, nulls in tables that nothing wrote left out, dates as strings. The same tree
/// gives the same bytes. Readers of YAML 1.1 and 1.2 read the text the same.
///
/// ```
/// use confgate_core::value::Source;
/// use confgate_core::{toml, yaml};
/// let (tree, _) = toml::read(&Source::new("x", "country = 'no'\nports = [80, 443]\n[app]\nname = 'x'"));
/// assert_eq!(yaml::write(&tree), "country: \"no\"\nports:\n  - 80\n  - 443\napp:\n  name: x\n");
/// ```
pub fn write(node: &Node) -> String {
    let mut writer = Writer { text: String::new() };
    match &node.value {
        Value::Table(table) if !is_empty(table) => writer.table(table, 0),
        Value::List(elements) if !elements.is_empty() => writer.list(elements, 0),
        value => {
            writer.text += &single(value);
            writer.text.push('\n');
        }
    }
    writer.text
}

struct Writer {
    text: String,
}

impl Writer {
    /// Writes the entries of a table. The first line has its indentation already.
    fn table(&mut self, table: &Table, indent: usize) {
        let entries = table.iter().filter(|(_, node)| !node.is_absent());
        for (index, (key, node)) in entries.enumerate() {
            if index > 0 {
                self.indent(indent);
            }
            let key = quote::string(key);
            if key.chars().count() > LONGEST_KEY {
                self.text += "? ";
                self.text += &key;
                self.text.push('\n');
                self.indent(indent);
            } else {
                self.text += &key;
            }
            self.text.push(':');
            match &node.value {
                Value::Table(inner) if !is_empty(inner) => {
                    self.text.push('\n');
                    self.indent(indent + 2);
                    self.table(inner, indent + 2);
                }
                Value::List(elements) if !elements.is_empty() => {
                    self.text.push('\n');
                    self.indent(indent + 2);
                    self.list(elements, indent + 2);
                }
                value => self.single(value),
            }
        }
    }

    /// Writes the elements of a list. The first line has its indentation already.
    fn list(&mut self, elements: &[Node], indent: usize) {
        for (index, element) in elements.iter().enumerate() {
            if index > 0 {
                self.indent(indent);
            }
            self.text.push('-');
            match &element.value {
                Value::Table(table) if !is_empty(table) => {
                    self.text.push(' ');
                    self.table(table, indent + 2);
                }
                Value::List(inner) if !inner.is_empty() => {
                    self.text.push(' ');
                    self.list(inner, indent + 2);
                }
                value => self.single(value),
            }
        }
    }

    fn single(&mut self, value: &Value) {
        self.text.push(' ');
        self.text += &single(value);
        self.text.push('\n');
    }

    fn indent(&mut self, indent: usize) {
        self.text.extend(std::iter::repeat_n(' ', indent));
    }
}

/// Returns whether nothing of a table is written.
fn is_empty(table: &Table) -> bool {
    table.values().all(Node::is_absent)
}

/// Writes a value that takes one line.
fn single(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(boolean) => boolean.to_string(),
        Value::Integer(integer) => integer.to_string(),
        Value::Float(float) => quote::float(*float),
        Value::String(text) | Value::Datetime(text) => quote::string(text),
        Value::List(_) => "[]".to_owned(),
        Value::Table(_) => "{}".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toml;
    use crate::value::Source;

    fn written(text: &str) -> String {
        let (tree, errors) = toml::read(&Source::new("x", text));
        assert_eq!(errors, []);
        write(&tree)
    }

    #[test]
    fn tables_and_lists_are_indented() {
        let text = "a = 1\nb = []\nc = {}\nd = [[1, [2]], { x = 1, w = { z = 'q' } }, []]\nwhen = 2024-05-01T07:00:00Z\nt = 07:00:00\n";
        assert_eq!(
            written(text),
            "a: 1\nb: []\nc: {}\nd:\n  - - 1\n    - - 2\n  - x: 1\n    w:\n      z: q\n  - []\nwhen: \"2024-05-01T07:00:00Z\"\n\
             t: \"07:00:00\"\n"
        );
        assert_eq!(written(""), "{}\n");
    }

    #[test]
    fn a_long_key_is_written_as_an_explicit_one() {
        let key = "k".repeat(2000);
        assert_eq!(written(&format!("x.{key}.a = 1\n")), format!("x:\n  ? {key}\n  :\n    a: 1\n"));
    }
}
