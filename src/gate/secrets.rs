//! Secrets in plain text: where they are, and what to write instead.

use super::RuleInfo;
use super::finding::Finding;
use super::schema::View;
use crate::model::{Severity, url};
use crate::tree::reference::holds_reference;
use crate::tree::{Node, Origin, Path, Place, Sources, Span, Value};

/// The rule of plain secrets.
pub const NO_PLAIN_TEXT: &str = "secrets/no-plain-text";

/// The rule as it is listed beside those of a model.
pub const RULE: RuleInfo = RuleInfo {
    name: NO_PLAIN_TEXT,
    severity: Severity::Error,
    why: "a field marked secret, and the password in a URL, stand in no file in plain text (a warning outside of Nix)",
    reads: &[],
    help: "write a reference in its place: secret \"NAME\" in Nix, ${SECRET_NAME} in TOML",
};

/// What a value that is sealed with age begins with.
const SEALED: &str = "encrypted:";

/// The findings for every field marked secret, and every password in a URL, that stands there in plain text.
pub fn findings(view: View<'_>, tree: &Node, sources: &Sources, severity: Severity) -> Vec<Finding> {
    let mut found = Vec::new();
    for_each_text(Some(view), tree, &Path::root(), &mut |view, path, node, text| {
        let Some(plain) = plain_secret(view, text) else { return };
        let (message, name) = match plain {
            Plain::Field => (format!("{path} is a secret and stands here in plain text"), reference_name(path, "")),
            Plain::Password => (format!("{path} holds a password in plain text"), reference_name(path, "_PASSWORD")),
        };
        let places = sources.places(&node.origin);
        let nix = !sources.nix.is_empty();
        let instead = if nix { format!("secret \"{name}\"") } else { format!("${{SECRET_{name}}}") };
        let finding = Finding::new(severity, NO_PLAIN_TEXT, path.clone(), message).at(places, "set here");
        let finding =
            if nix { finding.note("what Nix renders ends in its store, which everyone can read") } else { finding };
        found.push(finding.help(format!("write {instead} in its place and give the value to the node")));
    });
    found
}

/// What of a text is a secret.
enum Plain {
    /// All of it.
    Field,
    /// The password of a URL.
    Password,
}

fn plain_secret(view: Option<View<'_>>, text: &str) -> Option<Plain> {
    if text.is_empty() || text.starts_with(SEALED) {
        return None;
    }
    if view.is_some_and(|view| view.marked("x-secret")) {
        return (!holds_reference(text)).then_some(Plain::Field);
    }
    let (_, password) = text[url::userinfo(text)?].split_once(':')?;
    (!password.is_empty() && !holds_reference(password)).then_some(Plain::Password)
}

/// Where plain secrets stand in the sources, so that no line is shown with one.
pub fn places(view: View<'_>, tree: &Node, sources: &Sources) -> Vec<Place> {
    let mut found = Vec::new();
    for_each_text(Some(view), tree, &Path::root(), &mut |view, _, node, text| {
        if plain_secret(view, text).is_none() {
            return;
        }
        match (&node.origin, &sources.text) {
            (Origin::Text { value, .. }, Some(source)) => found.push(Place::in_text(source, *value)),
            // Nix knows where the attribute begins, not where its value ends: the rest of the line is hidden.
            (origin, _) => found.extend(sources.places(origin).into_iter().map(|mut place| {
                let line = place.source.line_start(place.position.0 + 1);
                place.span.start = place.span.end.min(Span::from(0..line).end);
                place.span.end = Span::from(0..line).end;
                place
            })),
        }
    });
    found
}

/// A name for the reference: the field's, in capitals.
fn reference_name(path: &Path, ending: &str) -> String {
    let field = path.field();
    let mut names = field.rsplit('/');
    let last = names.next().unwrap_or_default();
    let base = if ending.is_empty() { last } else { names.next().filter(|name| !name.is_empty()).unwrap_or(last) };
    let name: String =
        base.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect();
    name + ending
}

fn for_each_text<'t>(
    view: Option<View<'_>>,
    node: &'t Node,
    path: &Path,
    visit: &mut dyn FnMut(Option<View<'_>>, &Path, &'t Node, &'t str),
) {
    match &node.value {
        Value::String(text) => visit(view, path, node, text),
        Value::List(elements) => {
            for (index, element) in elements.iter().enumerate() {
                let inner = view.and_then(|view| view.element(index, node));
                for_each_text(inner, element, &path.index(index), visit);
            }
        }
        Value::Table(table) => {
            for (key, child) in table {
                let inner = view.and_then(|view| view.property(key, node));
                for_each_text(inner, child, &path.key(key), visit);
            }
        }
        _ => {}
    }
}
