//! Names that `let` binds and functions take, and the places where they are used.

use rnix::{SyntaxKind, SyntaxNode};

use crate::nix_text::names::name_of;

/// Largest number of uses of a name that are followed.
const MAX_USES: usize = 8;

/// A use of a name.
#[derive(Debug)]
pub(super) enum Use {
    /// The name as an expression.
    Expression(SyntaxNode),
    /// The set that inherits it.
    Inherited(SyntaxNode),
}

/// Returns the uses of a name in a scope, except those in one entry of it.
pub(super) fn uses_of(scope: &SyntaxNode, name: &str, except: Option<&SyntaxNode>) -> Vec<Use> {
    let except = except.map(SyntaxNode::text_range);
    let identifiers = scope.descendants().filter(|node| {
        let is_within = except.is_some_and(|range| range.contains_range(node.text_range()));
        node.kind() == SyntaxKind::NODE_IDENT && !is_within && node.text() == name
    });
    identifiers.filter_map(use_of).take(MAX_USES).collect()
}

fn use_of(identifier: SyntaxNode) -> Option<Use> {
    let Some(parent) = identifier.parent() else { return Some(Use::Expression(identifier)) };
    match parent.kind() {
        SyntaxKind::NODE_INHERIT => {
            let has_source = parent.children().any(|child| child.kind() == SyntaxKind::NODE_INHERIT_FROM);
            let set = parent.parent().filter(|set| set.kind() == SyntaxKind::NODE_ATTR_SET && !has_source)?;
            Some(Use::Inherited(set))
        }
        SyntaxKind::NODE_ATTRPATH
        | SyntaxKind::NODE_IDENT_PARAM
        | SyntaxKind::NODE_PAT_BIND
        | SyntaxKind::NODE_PATTERN => None,
        SyntaxKind::NODE_PAT_ENTRY if parent.first_child().as_ref() == Some(&identifier) => None,
        _ => Some(Use::Expression(identifier)),
    }
}

/// Returns the body of a function.
pub(super) fn body(lambda: &SyntaxNode) -> Option<SyntaxNode> {
    let is_lambda = lambda.kind() == SyntaxKind::NODE_LAMBDA;
    lambda
        .last_child()
        .filter(|child| is_lambda && !matches!(child.kind(), SyntaxKind::NODE_PATTERN | SyntaxKind::NODE_IDENT_PARAM))
}

/// Returns the name of the parameter of a function; the inner `None` for a set of names.
pub(super) fn parameter(lambda: &SyntaxNode) -> Option<Option<String>> {
    let first = lambda.first_child()?;
    match first.kind() {
        SyntaxKind::NODE_IDENT_PARAM => Some(Some(first.text().to_string())),
        SyntaxKind::NODE_PATTERN => Some(None),
        _ => None,
    }
}

/// Returns the value that the nearest `let` binds an identifier to; `None` for a parameter or an unknown name.
pub(super) fn value_of(identifier: &SyntaxNode) -> Option<SyntaxNode> {
    if identifier.kind() != SyntaxKind::NODE_IDENT {
        return None;
    }
    let name = name_of(identifier)?;
    for scope in identifier.ancestors().skip(1) {
        match scope.kind() {
            SyntaxKind::NODE_LAMBDA if takes(&scope, &name) => return None,
            SyntaxKind::NODE_LET_IN => {
                let entries = scope.children().filter(|child| child.kind() == SyntaxKind::NODE_ATTRPATH_VALUE);
                let value = entries.filter_map(|entry| {
                    let path = entry.first_child().filter(|path| path.kind() == SyntaxKind::NODE_ATTRPATH)?;
                    let is_name = path.children().count() == 1 && name_of(&path.first_child()?)? == name;
                    is_name.then(|| entry.last_child()).flatten().filter(|value| *value != path)
                });
                if let Some(value) = value.last() {
                    return Some(value);
                }
            }
            _ => {}
        }
    }
    None
}

/// Returns whether a function has a parameter of a name.
pub(super) fn takes(lambda: &SyntaxNode, name: &str) -> bool {
    let Some(first) = lambda.first_child() else { return false };
    match first.kind() {
        SyntaxKind::NODE_IDENT_PARAM => first.text() == name,
        SyntaxKind::NODE_PATTERN => {
            let entries = first.children().filter(|child| child.kind() == SyntaxKind::NODE_PAT_ENTRY);
            entries.filter_map(|entry| entry.first_child()).any(|identifier| identifier.text() == name)
        }
        _ => false,
    }
}
