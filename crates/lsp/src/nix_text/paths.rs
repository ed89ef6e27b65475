//! The relative paths in a text.

use rnix::SyntaxKind;

use crate::nix_text::parse::parse;

/// Returns the relative paths that a text contains, without those that are computed.
pub(crate) fn relative_paths(text: &str) -> Vec<String> {
    let Some(parsed) = parse(text) else { return Vec::new() };
    let paths = parsed.root.descendants().filter(|node| node.kind() == SyntaxKind::NODE_PATH_REL);
    paths.filter(|node| node.children().next().is_none()).map(|node| node.text().to_string()).collect()
}
