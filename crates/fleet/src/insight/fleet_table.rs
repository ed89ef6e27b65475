//! The fields in which the nodes of a fleet differ.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use confgate_core::sensitive::display::SECRET_PLACEHOLDER;
use confgate_core::value::reference::has_reference;
use serde::Serialize;

use crate::digest::Digest;
use crate::insight::bundle_values::BundleValues;
use crate::names::NodeName;

/// The fields in which nodes differ, odd ones first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FleetTable {
    /// The fields: those with the fewest deviating nodes first.
    pub columns: Vec<TableColumn>,
    /// The cells of each bundle, one for each column.
    pub cells: BTreeMap<Digest, Vec<TableCell>>,
    /// The bundle of each node whose config is known.
    pub nodes: BTreeMap<NodeName, Digest>,
    /// Number of fields that are equal on all nodes.
    pub equal: usize,
}

/// A field in which nodes differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TableColumn {
    /// The field.
    pub field: Arc<str>,
    /// The values with their numbers of nodes, the most frequent one first. `None` stands for an absent field.
    pub values: Vec<(Option<Arc<str>>, usize)>,
}

/// The value of a field on the nodes with one bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TableCell {
    /// The value; `None` if the field is absent.
    pub value: Option<Arc<str>>,
    /// The place where it is defined; `None` for a default of the schema.
    pub place: Option<Arc<str>>,
    /// True if most nodes have another value, which they share.
    pub is_odd: bool,
}

/// Values of one field by their numbers of nodes.
#[derive(Default)]
struct Counts<'v> {
    values: HashMap<&'v str, usize>,
    present: usize,
    is_redacted: bool,
}

impl TableColumn {
    /// Returns the value that more than half of the nodes have, if there is one.
    pub fn common(&self) -> Option<&Option<Arc<str>>> {
        let total: usize = self.values.iter().map(|(_, count)| count).sum();
        self.values.first().filter(|(_, count)| count * 2 > total).map(|(value, _)| value)
    }

    /// Returns the number of nodes without the most frequent value.
    pub fn deviating(&self) -> usize {
        self.values.iter().skip(1).map(|(_, count)| count).sum()
    }
}

impl FleetTable {
    /// Compares the configs of nodes. Each bundle is looked at once, however many nodes have it.
    pub fn of(nodes: BTreeMap<NodeName, Digest>, bundles: &BTreeMap<Digest, Arc<BundleValues>>) -> Self {
        let nodes: BTreeMap<NodeName, Digest> =
            nodes.into_iter().filter(|(_, bundle)| bundles.contains_key(bundle)).collect();
        let mut weights: BTreeMap<Digest, usize> = BTreeMap::new();
        nodes.values().for_each(|bundle| *weights.entry(*bundle).or_default() += 1);
        let mut counts: HashMap<&Arc<str>, Counts<'_>> = HashMap::new();
        for (bundle, weight) in &weights {
            for (name, field) in bundles.get(bundle).into_iter().flat_map(|values| &values.fields) {
                let counts = counts.entry(name).or_default();
                *counts.values.entry(&field.text).or_default() += weight;
                counts.present += weight;
                counts.is_redacted |= field.is_redacted;
            }
        }
        let fields = counts.len();
        let total = nodes.len();
        let differs = |counts: &Counts<'_>| counts.values.len() > 1 || counts.present < total;
        let mut redacted: HashMap<Arc<str>, bool> = HashMap::new();
        let mut columns: Vec<TableColumn> = Vec::new();
        for (name, counts) in counts.into_iter().filter(|(_, counts)| differs(counts)) {
            redacted.insert(name.clone(), counts.is_redacted);
            columns.push(TableColumn { field: name.clone(), values: counts.into_values(total) });
        }
        let key = |column: &TableColumn| (column.common().is_none(), column.deviating(), column.field.clone());
        columns.sort_by_cached_key(key);
        let cells = weights.keys().filter_map(|bundle| {
            let values = bundles.get(bundle)?;
            let cell = |column: &TableColumn| {
                TableCell::of(column, values, redacted.get(&column.field).copied().unwrap_or_default())
            };
            Some((*bundle, columns.iter().map(cell).collect()))
        });
        let cells = cells.collect();
        Self { equal: fields - columns.len(), columns, cells, nodes }
    }

    /// Returns the cells of a node. Empty if its config is not known.
    pub fn cells_of(&self, node: &NodeName) -> &[TableCell] {
        self.nodes.get(node).and_then(|bundle| self.cells.get(bundle)).map_or(&[], Vec::as_slice)
    }

    /// Returns the number of odd values of a node.
    pub fn oddity(&self, node: &NodeName) -> usize {
        self.cells_of(node).iter().filter(|cell| cell.is_odd).count()
    }
}

impl Counts<'_> {
    fn into_values(self, total: usize) -> Vec<(Option<Arc<str>>, usize)> {
        let hidden = self.is_redacted;
        let mut counts: BTreeMap<Option<Arc<str>>, usize> = BTreeMap::new();
        for (text, count) in self.values {
            *counts.entry(Some(displayed(text, hidden))).or_default() += count;
        }
        if self.present < total {
            counts.insert(None, total - self.present);
        }
        let mut values: Vec<_> = counts.into_iter().collect();
        values.sort_by(|(_, one), (_, other)| other.cmp(one));
        values
    }
}

/// Returns a value as it is displayed. A field that is secret on one node is displayed of none, other than a reference.
fn displayed(text: &str, hidden: bool) -> Arc<str> {
    if hidden && !has_reference(text) { SECRET_PLACEHOLDER.into() } else { text.into() }
}

impl TableCell {
    fn of(column: &TableColumn, values: &BundleValues, hidden: bool) -> Self {
        let field = values.fields.get(&column.field);
        let value = field.map(|field| if hidden { displayed(&field.text, true) } else { field.text.clone() });
        let is_odd = column.common().is_some_and(|common| *common != value);
        Self { value, place: field.and_then(|field| field.place.clone()), is_odd }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insight::bundle_values::tests::values;

    fn table(configs: &[(&str, &str)]) -> FleetTable {
        let digest = |config: &str| Digest::of(config.as_bytes());
        let nodes = configs.iter().map(|(node, config)| (node.parse().unwrap(), digest(config))).collect();
        let bundles =
            configs.iter().map(|(_, config)| (digest(config), Arc::new(values(config, &[("/limit", 3)])))).collect();
        FleetTable::of(nodes, &bundles)
    }

    #[test]
    fn fields_with_few_deviating_nodes_come_first_and_equal_ones_are_counted() {
        let table = table(&[
            ("a", "limit = 500\nserver.port = 1\nnames = ['x']\n"),
            ("b", "limit = 500\nserver.port = 2\nnames = ['x']\ndebug = true\n"),
            ("c", "limit = 500\nserver.port = 3\nnames = ['x']\n"),
            ("d", "limit = 700\nserver.port = 4\nnames = ['x']\n"),
        ]);
        let fields: Vec<&str> = table.columns.iter().map(|column| column.field.as_ref()).collect();
        assert_eq!(fields, ["debug", "limit", "server.port"]);
        assert_eq!(table.columns[1].values, [(Some("500".into()), 3), (Some("700".into()), 1)]);
        assert_eq!(table.columns[0].values, [(None, 3), (Some("true".into()), 1)]);
        assert_eq!(table.equal, 1);
        let cells = table.cells_of(&"d".parse().unwrap());
        let odd: Vec<bool> = cells.iter().map(|cell| cell.is_odd).collect();
        // No value of the last field is one of most nodes, so none of them is odd.
        assert_eq!(odd, [false, true, false]);
        assert_eq!(cells[1].place.as_deref(), Some("node.nix:3:1"));
        assert_eq!(["a", "b"].map(|node| table.oddity(&node.parse().unwrap())), [0, 1]);
    }

    #[test]
    fn nodes_with_one_bundle_share_their_cells_and_a_node_without_a_config_has_none() {
        let mut nodes: BTreeMap<NodeName, Digest> =
            ["a", "b"].map(|node| (node.parse().unwrap(), Digest::of(b"one"))).into();
        nodes.insert("c".parse().unwrap(), Digest::of(b"unknown"));
        let bundles = BTreeMap::from([(Digest::of(b"one"), Arc::new(values("limit = 1\n", &[])))]);
        let table = FleetTable::of(nodes, &bundles);
        assert_eq!((table.columns.len(), table.cells.len(), table.nodes.len(), table.equal), (0, 1, 2, 1));
        assert_eq!(table.cells_of(&"c".parse().unwrap()), []);
        assert_eq!(FleetTable::of(BTreeMap::new(), &BTreeMap::new()), FleetTable::default());
    }

    #[test]
    fn a_field_that_is_secret_on_one_node_is_displayed_of_none() {
        let digest = |text: &str| Digest::of(text.as_bytes());
        let mut plain = values("names = ['canary-3f9a']\n", &[]);
        let hidden = values("names = ['other']\n", &[]);
        let table_of = |one: &BundleValues, other: &BundleValues| {
            let bundles =
                BTreeMap::from([(digest("a"), Arc::new(one.clone())), (digest("b"), Arc::new(other.clone()))]);
            let nodes = ["a", "b"].map(|node| (node.parse().unwrap(), digest(node))).into();
            FleetTable::of(nodes, &bundles)
        };
        assert!(format!("{:?}", table_of(&plain, &hidden)).contains("canary"));
        plain.fields.values_mut().for_each(|field| field.is_redacted = true);
        let table = table_of(&hidden, &plain);
        assert!(!format!("{table:?}").contains("canary") && format!("{table:?}").contains("[secret]"), "{table:?}");
    }
}
