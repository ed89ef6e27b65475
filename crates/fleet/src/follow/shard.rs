//! Shards: a fleet that is larger than one cluster has several, and each node follows one of them.
//!
//! The shard of a node is the one with the highest hash of both names (rendezvous hashing): every node finds the same answer
//! without a table, and a shard that is added takes its share of nodes from all others, while the rest stay where they are.

use std::fmt;
use std::str::FromStr;

use confgate_nix_signatures::Sha256Hash;
use thiserror::Error;

use crate::names::NodeName;

/// A cluster that a part of the nodes follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shard {
    /// Its name, which decides about its nodes. The addresses, if none is given.
    pub name: String,
    /// Addresses of its servers.
    pub endpoints: Vec<String>,
}

/// A text that is not a shard.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("write the addresses of one cluster, as https://HOST:2379,…, or NAME=https://HOST:2379,…")]
pub struct InvalidShard;

impl FromStr for Shard {
    type Err = InvalidShard;

    fn from_str(text: &str) -> Result<Self, InvalidShard> {
        let (name, addresses) = match text.split_once('=') {
            Some((name, addresses)) if !name.contains("://") => (Some(name.trim()), addresses),
            _ => (None, text),
        };
        let endpoints: Vec<String> = addresses.split(',').map(|address| address.trim().to_owned()).collect();
        if name == Some("") || endpoints.iter().any(String::is_empty) {
            return Err(InvalidShard);
        }
        let mut sorted = endpoints.clone();
        sorted.sort();
        Ok(Self { name: name.map_or_else(|| sorted.join(","), str::to_owned), endpoints })
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// Returns the shard that a node follows.
pub fn shard_of<'s>(shards: &'s [Shard], node: &NodeName) -> Option<&'s Shard> {
    // No name of a node has a line feed, so that two pairs never make the same text.
    let weight = |shard: &&Shard| {
        let hash = Sha256Hash::of(format!("{node}\n{}", shard.name).as_bytes());
        (*hash.as_bytes(), shard.name.clone())
    };
    shards.iter().max_by_key(weight)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shards(names: &[&str]) -> Vec<Shard> {
        names.iter().map(|name| format!("{name}=http://{name}:2379").parse().unwrap()).collect()
    }

    fn of(shards: &[Shard], node: usize) -> &str {
        &shard_of(shards, &format!("node-{node}").parse().unwrap()).unwrap().name
    }

    #[test]
    fn a_shard_has_a_name_or_that_of_its_addresses_in_any_order() {
        let one: Shard = "https://b:2379,https://a:2379".parse().unwrap();
        let same: Shard = "https://a:2379, https://b:2379".parse().unwrap();
        assert_eq!((one.name.as_str(), one.endpoints[0].as_str()), ("https://a:2379,https://b:2379", "https://b:2379"));
        assert_eq!(one.name, same.name);
        let named: Shard = "eu-1=https://a:2379".parse().unwrap();
        assert_eq!((named.name.as_str(), named.endpoints), ("eu-1", vec!["https://a:2379".to_owned()]));
        for text in ["", "=https://a:2379", "a=", "https://a:2379,"] {
            assert_eq!(text.parse::<Shard>(), Err(InvalidShard), "{text:?}");
        }
    }

    #[test]
    fn nodes_spread_evenly_and_a_new_shard_moves_its_share_alone() {
        let (three, four) = (shards(&["a", "b", "c"]), shards(&["a", "b", "c", "d"]));
        let mut counts = std::collections::BTreeMap::<&str, usize>::new();
        for node in 0..3000 {
            *counts.entry(of(&three, node)).or_default() += 1;
            if of(&four, node) != "d" {
                assert_eq!(of(&three, node), of(&four, node));
            }
        }
        assert!(counts.values().all(|count| (900..1100).contains(count)), "{counts:?}");
        let moved = (0..3000).filter(|node| of(&four, *node) == "d").count();
        assert!((650..850).contains(&moved), "{moved}");
        assert_eq!(shard_of(&[], &"a".parse().unwrap()), None);
    }

    #[test]
    fn the_shard_of_a_node_never_changes() {
        // A node of another version must find the same shard.
        let shards = shards(&["a", "b", "c"]);
        let found: Vec<&str> = (0..8).map(|node| of(&shards, node)).collect();
        assert_eq!(found.join(""), "baacabbc");
    }
}
