//! The option at a position of a text.

use std::ops::Range;

use rnix::{SyntaxKind, SyntaxNode, SyntaxToken, TextSize, TokenAtOffset};

use crate::nix_text::flow::{Destination, Step, step, unwrapped};
use crate::nix_text::names::name_of;
use crate::nix_text::parse::parse;
use crate::nix_text::scopes::value_of;
use crate::nix_text::settings::{Settings, SettingsPath};

/// Largest number of names between a value that is read and `config`.
const MAX_NAMES: usize = 4;

/// Returns the option that the text at a byte sets or reads, and the range of its name or value.
pub(crate) fn option_at(settings: Settings<'_>, text: &str, byte: usize) -> Option<(SettingsPath, Range<usize>)> {
    let root = parse(text)?.root;
    let offset = TextSize::try_from(byte.min(text.len())).ok()?;
    let tokens: Vec<SyntaxToken> = match root.token_at_offset(offset) {
        TokenAtOffset::None => Vec::new(),
        TokenAtOffset::Single(token) => vec![token],
        TokenAtOffset::Between(left, right) => vec![right, left],
    };
    tokens.into_iter().filter(|token| !token.kind().is_trivia()).find_map(|token| {
        let (destination, node) = destination_at(&token)?;
        let range = node.text_range();
        Some((settings.option(&destination)?, range.start().into()..range.end().into()))
    })
}

/// Returns the place that a name or a value at a token stands for, and the name or value.
fn destination_at(token: &SyntaxToken) -> Option<(Destination, SyntaxNode)> {
    for node in token.parent_ancestors() {
        let parent = node.parent()?;
        if parent.kind() == SyntaxKind::NODE_ATTRPATH {
            return Some((named(&node)?, node));
        }
        if parent.kind() == SyntaxKind::NODE_INHERIT {
            let set = parent.parent().filter(|set| set.kind() == SyntaxKind::NODE_ATTR_SET)?;
            return Some((Destination::below(&set, [step(&node)].into_iter())?, node));
        }
        match node.kind() {
            SyntaxKind::NODE_IDENT if !matches!(name_of(&node).as_deref(), Some("true" | "false" | "null")) => {
                return None;
            }
            SyntaxKind::NODE_LITERAL | SyntaxKind::NODE_STRING | SyntaxKind::NODE_IDENT => {
                return Some((Destination::of(&node)?, node));
            }
            // The sign of a number.
            SyntaxKind::NODE_UNARY_OP => {}
            _ => return None,
        }
    }
    None
}

/// Returns the place that an attribute in an attribute path stands for.
pub(super) fn named(attribute: &SyntaxNode) -> Option<Destination> {
    let path = attribute.parent()?;
    let owner = path.parent()?;
    let before = path.children().take_while(|other| other != attribute);
    let steps = before.chain([attribute.clone()]).map(|attribute| step(&attribute));
    match owner.kind() {
        SyntaxKind::NODE_ATTRPATH_VALUE => {
            let set = owner.parent().filter(|set| set.kind() == SyntaxKind::NODE_ATTR_SET)?;
            Destination::below(&set, steps)
        }
        SyntaxKind::NODE_SELECT | SyntaxKind::NODE_HAS_ATTR => {
            let read = read_by(&owner.first_child()?, MAX_NAMES)?;
            Some(Destination { steps: read.into_iter().chain(steps).collect(), is_argument: false, sets: Vec::new() })
        }
        _ => None,
    }
}

/// Returns the steps from the settings, or from the machine, to what an expression reads of `config`.
fn read_by(node: &SyntaxNode, names: usize) -> Option<Vec<Step>> {
    let names = names.checked_sub(1)?;
    let node = unwrapped(node);
    match node.kind() {
        SyntaxKind::NODE_IDENT => match value_of(&node) {
            Some(value) => read_by(&value, names),
            None => (name_of(&node)? == "config").then(Vec::new),
        },
        SyntaxKind::NODE_SELECT => {
            let mut steps = read_by(&node.first_child()?, names)?;
            let path = node.children().find(|child| child.kind() == SyntaxKind::NODE_ATTRPATH)?;
            steps.extend(path.children().map(|attribute| step(&attribute)));
            Some(steps)
        }
        _ => None,
    }
}
