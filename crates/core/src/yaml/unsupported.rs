//! The reader of a program that was built without YAML.

use crate::value::{Node, Origin, ReadError, Source, Span, Table, Value};

/// Reports that this program reads no YAML.
pub fn read(source: &Source) -> (Node, Vec<ReadError>) {
    let span = Span::from(0..source.text().len());
    let tree = Node { value: Value::Table(Table::default()), origin: Origin::Text { key: span, value: span } };
    let message = "this program was built without YAML";
    (tree, vec![ReadError::unsupported(Span::default(), message, "write TOML, or build it with the feature `yaml`")])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Format;

    #[test]
    fn yaml_is_a_mistake_that_names_the_feature() {
        let (_, errors) = read(&Source::in_format(Format::Yaml, "a.yaml", "a: 1\n"));
        assert_eq!(errors[0].message, "this program was built without YAML");
        assert!(errors[0].help.contains("the feature `yaml`"));
    }
}
