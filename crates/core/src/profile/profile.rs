use crate::diagnostics::{Diagnostic, codes};
use crate::profile::condition::Condition;
use crate::value::{Node, Origin, Path, Sources};

/// The file with profiles beside a config.
pub const BESIDE: &str = "profiles.toml";

/// What does not belong in such a file. `tree` is what it says without its profiles.
pub fn beside(tree: &Node, sources: &Sources) -> Vec<Diagnostic> {
    let others = tree.as_table().into_iter().flatten().map(|(key, node)| {
        let message = format!("{BESIDE} holds profiles and nothing else, and here is {key}");
        let diagnostic = Diagnostic::error(&codes::PROFILES_NOTHING_ELSE, Path::root().key(key), message);
        let diagnostic = diagnostic.at(sources.locations(&node.origin), "");
        diagnostic.help("move it to the config file, or into the set of a profile")
    });
    others.collect()
}

/// A part of a config, and the conditions under which it holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// What it is called. No other profile of the config has this name.
    pub name: String,
    /// When it holds.
    pub when: Condition,
    /// What it sets: a table, laid on the config. Its values know where they were written.
    pub set: Node,
    /// Where its name was written.
    pub origin: Origin,
}
