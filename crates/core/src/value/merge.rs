//! Trees laid on one another.

use crate::value::{Node, Path, Trail, Value};

/// Lays `over` on `under`: tables are merged key by key, everything else is replaced whole, lists too. A null says that the
/// value is absent, whatever was there before.
///
/// Where neither changes the kind of a value (a table stays a table), it does not matter which of three trees are merged
/// first.
///
/// ```
/// use confgate_core::toml::{reader, writer};
/// use confgate_core::value::{Source, merge};
/// let tree = |text: &str| reader::read(&Source::new("x", text)).0;
/// let mut merged = tree("a = 1\n[t]\nx = 1\ny = 1\n");
/// merge::merge(&mut merged, tree("b = 2\n[t]\ny = 2\n"));
/// assert_eq!(writer::write(&merged)?, "a = 1\nb = 2\n\n[t]\nx = 1\ny = 2\n");
/// # Ok::<(), write::NotToml>(())
/// ```
pub fn merge(under: &mut Node, over: Node) {
    lay(under, over, Trail::Root, &mut |_, _| {});
}

/// Merges, and tells of every value that another took the place of.
pub fn overlay(under: &mut Node, over: Node, replaced: &mut dyn FnMut(Path, Node)) {
    lay(under, over, Trail::Root, &mut |trail, old| replaced(trail.path(), old));
}

fn lay(under: &mut Node, over: Node, trail: Trail<'_>, replaced: &mut dyn FnMut(&Trail<'_>, Node)) {
    match (&mut under.value, over.value) {
        (Value::Table(under), Value::Table(over)) => {
            for (key, node) in over {
                match under.get_mut(&key) {
                    Some(below) => lay(below, node, Trail::Key(&trail, &key), replaced),
                    None => {
                        under.insert(key, node);
                    }
                }
            }
        }
        (_, value) => replaced(&trail, std::mem::replace(under, Node { value, origin: over.origin })),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::toml::reader;
    use crate::value::{Origin, Source, Span, Table};

    fn merged(trees: &[&Node]) -> Node {
        let mut all = trees.iter().map(|tree| (*tree).clone());
        let mut first = all.next().unwrap();
        all.for_each(|next| merge(&mut first, next));
        first
    }

    #[test]
    fn a_value_keeps_the_place_where_it_was_written() {
        let under = reader::read(&Source::new("under", "[t]\na = 1\nb = 1\n")).0;
        let mut over = reader::read(&Source::new("over", "t.b = 2\n")).0;
        over.as_table_mut().unwrap()["t"].as_table_mut().unwrap()["b"].origin =
            Origin::Layer { source: 3, key: Span::default(), value: Span::default() };
        let whole = merged(&[&under, &over]);
        let table = whole.as_table().unwrap()["t"].as_table().unwrap();
        assert!(matches!(table["a"].origin, Origin::Text { .. }));
        assert!(matches!(table["b"].origin, Origin::Layer { source: 3, .. }));
    }

    #[test]
    fn an_absent_value_takes_the_place_of_one_that_is_there() {
        let under = reader::read(&Source::new("under", "a = 1\n")).0;
        let over = Node::bare(Value::Table(Table::from_iter([("a".to_owned(), Node::bare(Value::Null))])));
        assert!(merged(&[&under, &over]).as_table().unwrap()["a"].is_null());
    }

    /// Trees that agree in which values are tables, as those of one schema do.
    fn tree() -> impl Strategy<Value = Node> {
        let leaf = prop_oneof![
            any::<i64>().prop_map(Value::Integer),
            any::<bool>().prop_map(Value::Bool),
            "[a-z]{0,3}".prop_map(Value::String),
            Just(Value::Null),
            prop::collection::vec(any::<i64>().prop_map(|i| Node::bare(Value::Integer(i))), 0..3).prop_map(Value::List),
        ];
        let table = |inner: BoxedStrategy<Node>, names: &'static str| {
            prop::collection::btree_map(names, inner, 0..4)
                .prop_map(|map| Node::bare(Value::Table(map.into_iter().collect())))
                .boxed()
        };
        let leaves = table(leaf.prop_map(Node::bare).boxed(), "[a-c]");
        (table(leaves.clone(), "[p-r]"), leaves).prop_map(|(mut outer, leaves)| {
            merge(&mut outer, leaves);
            outer
        })
    }

    proptest! {
        #[test]
        fn merging_is_associative_and_nothing_is_neutral(a in tree(), b in tree(), c in tree()) {
            let left = merged(&[&merged(&[&a, &b]), &c]);
            let right = merged(&[&a, &merged(&[&b, &c])]);
            prop_assert_eq!(left, right);
            let nothing = Node::bare(Value::Table(Table::default()));
            prop_assert_eq!(&merged(&[&nothing, &a]), &a);
            prop_assert_eq!(&merged(&[&a, &nothing]), &a);
        }

        #[test]
        fn what_the_last_tree_says_holds(a in tree(), b in tree()) {
            let whole = merged(&[&a, &b]);
            prop_assert_eq!(&merged(&[&whole, &b]), &whole);
        }
    }
}
