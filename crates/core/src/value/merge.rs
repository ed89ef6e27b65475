//! Merging of trees: one layer laid over another.

use crate::value::{Node, Path, PathRef, Value};

/// Merges `over` into `under`. Tables are merged key by key; any other value is replaced whole, a list too. A null replaces
/// any value and means that it is absent.
///
/// Merging is associative as long as no layer changes a table to another kind of value.
///
/// ```
/// use confgate_core::toml;
/// use confgate_core::value::{Source, merge};
/// let tree = |text: &str| toml::read(&Source::new("x", text)).0;
/// let mut merged = tree("a = 1\n[t]\nx = 1\ny = 1\n");
/// merge::merge(&mut merged, tree("b = 2\n[t]\ny = 2\n"));
/// assert_eq!(toml::write(&merged)?, "a = 1\nb = 2\n\n[t]\nx = 1\ny = 2\n");
/// # Ok::<(), toml::WriteError>(())
/// ```
pub fn merge(under: &mut Node, over: Node) {
    merge_at(under, over, PathRef::Root, &mut |_, _| {});
}

/// Merges like [`merge`], and calls `on_replaced` with the path and the old value of every value that was replaced.
pub fn merge_with(under: &mut Node, over: Node, on_replaced: &mut dyn FnMut(Path, Node)) {
    merge_at(under, over, PathRef::Root, &mut |path, old| on_replaced(path.to_path(), old));
}

fn merge_at(under: &mut Node, over: Node, path: PathRef<'_>, on_replaced: &mut dyn FnMut(&PathRef<'_>, Node)) {
    match (&mut under.value, over.value) {
        (Value::Table(under), Value::Table(over)) => {
            for (key, node) in over {
                match under.get_mut(&key) {
                    Some(below) => merge_at(below, node, PathRef::Key(&path, &key), on_replaced),
                    None => {
                        under.insert(key, node);
                    }
                }
            }
        }
        (_, value) => on_replaced(&path, std::mem::replace(under, Node { value, origin: over.origin })),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::toml;
    use crate::value::{Origin, Source, Span, Table};

    fn merged(trees: &[&Node]) -> Node {
        let mut all = trees.iter().map(|tree| (*tree).clone());
        let mut first = all.next().unwrap();
        all.for_each(|next| merge(&mut first, next));
        first
    }

    #[test]
    fn a_merged_value_keeps_its_origin() {
        let under = toml::read(&Source::new("under", "[t]\na = 1\nb = 1\n")).0;
        let mut over = toml::read(&Source::new("over", "t.b = 2\n")).0;
        over.as_table_mut().unwrap()["t"].as_table_mut().unwrap()["b"].origin =
            Origin::Layer { source: 3, key: Span::default(), value: Span::default() };
        let whole = merged(&[&under, &over]);
        let table = whole.as_table().unwrap()["t"].as_table().unwrap();
        assert!(matches!(table["a"].origin, Origin::Text { .. }));
        assert!(matches!(table["b"].origin, Origin::Layer { source: 3, .. }));
    }

    #[test]
    fn a_null_replaces_a_value() {
        let under = toml::read(&Source::new("under", "a = 1\n")).0;
        let over = Node::generated(Value::Table(Table::from_iter([("a".to_owned(), Node::generated(Value::Null))])));
        assert!(merged(&[&under, &over]).as_table().unwrap()["a"].is_null());
    }

    /// Generates trees that agree in which values are tables, as those of one schema do.
    fn tree() -> impl Strategy<Value = Node> {
        let leaf = prop_oneof![
            any::<i64>().prop_map(Value::Integer),
            any::<bool>().prop_map(Value::Bool),
            "[a-z]{0,3}".prop_map(Value::String),
            Just(Value::Null),
            prop::collection::vec(any::<i64>().prop_map(|i| Node::generated(Value::Integer(i))), 0..3)
                .prop_map(Value::List),
        ];
        let table = |inner: BoxedStrategy<Node>, names: &'static str| {
            prop::collection::btree_map(names, inner, 0..4)
                .prop_map(|map| Node::generated(Value::Table(map.into_iter().collect())))
                .boxed()
        };
        let leaves = table(leaf.prop_map(Node::generated).boxed(), "[a-c]");
        (table(leaves.clone(), "[p-r]"), leaves).prop_map(|(mut outer, leaves)| {
            merge(&mut outer, leaves);
            outer
        })
    }

    proptest! {
        #[test]
        fn merging_is_associative_and_an_empty_table_is_neutral(a in tree(), b in tree(), c in tree()) {
            let left = merged(&[&merged(&[&a, &b]), &c]);
            let right = merged(&[&a, &merged(&[&b, &c])]);
            prop_assert_eq!(left, right);
            let empty = Node::generated(Value::Table(Table::default()));
            prop_assert_eq!(&merged(&[&empty, &a]), &a);
            prop_assert_eq!(&merged(&[&a, &empty]), &a);
        }

        #[test]
        fn merging_the_last_tree_again_changes_nothing(a in tree(), b in tree()) {
            let whole = merged(&[&a, &b]);
            prop_assert_eq!(&merged(&[&whole, &b]), &whole);
        }
    }
}
