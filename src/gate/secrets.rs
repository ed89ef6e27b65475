//! Secrets in plain text: where they are, and what to write instead.

use super::RuleInfo;
use super::finding::Finding;
use super::schema::View;
use crate::model::{Severity, url};
use crate::tree::reference;
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

/// The findings for every field marked secret, and every password in a URL, that stands there in plain text.
///
/// `env_prefix` is what the variables begin with in which the node is given its secrets, if there is one.
pub fn findings(
    view: View<'_>,
    tree: &Node,
    sources: &Sources,
    severity: Severity,
    env_prefix: Option<&str>,
) -> Vec<Finding> {
    let texts = texts(view, tree);
    let plain = texts.iter().filter_map(|text| Some((text, text.plain_secret()?)));
    plain.map(|(text, plain)| finding(text, &plain, sources, severity, env_prefix)).collect()
}

fn finding(text: &Text<'_>, plain: &Plain, sources: &Sources, severity: Severity, env_prefix: Option<&str>) -> Finding {
    let path = &text.path;
    let (message, name) = match plain {
        Plain::Field => (format!("{path} is a secret and stands here in plain text"), reference_name(path, "")),
        Plain::Password => (format!("{path} holds a password in plain text"), reference_name(path, "_PASSWORD")),
    };
    let finding = Finding::new(severity, NO_PLAIN_TEXT, path.clone(), message);
    let finding = finding.at(sources.places(&text.node.origin), "set here");
    let elsewhere = match env_prefix {
        Some(prefix) => format!("and give the node its value in {prefix}_SECRET_{name}"),
        None => "and give its value to the service alone".to_owned(),
    };
    if sources.nix.is_empty() {
        let place = if matches!(plain, Plain::Field) { "its place" } else { "the place of the password" };
        finding.help(format!("write ${{SECRET_{name}}} in {place} {elsewhere}"))
    } else {
        let instead = match plain {
            Plain::Field => format!("write secret \"{name}\" in its place"),
            Plain::Password => format!("write ${{secret \"{name}\"}} in the place of the password"),
        };
        finding
            .note("what Nix renders ends in its store, which everyone can read")
            .help(format!("{instead} {elsewhere}"))
    }
}

/// What of a text is a secret.
enum Plain {
    /// All of it.
    Field,
    /// The password of a URL.
    Password,
}

/// A text of a tree and what the schema says of it.
struct Text<'t> {
    view: Option<View<'t>>,
    path: Path,
    node: &'t Node,
    text: &'t str,
}

impl Text<'_> {
    fn plain_secret(&self) -> Option<Plain> {
        if self.text.is_empty() || reference::is_sealed(self.text) {
            return None;
        }
        if self.view.is_some_and(View::is_secret) {
            return (!reference::holds_reference(self.text)).then_some(Plain::Field);
        }
        let (_, password) = self.text[url::userinfo(self.text)?].split_once(':')?;
        (!password.is_empty() && !reference::holds_reference(password)).then_some(Plain::Password)
    }
}

/// Where plain secrets stand in the sources, so that no line is shown with one.
pub fn places(view: View<'_>, tree: &Node, sources: &Sources) -> Vec<Place> {
    let texts = texts(view, tree);
    let plain = texts.iter().filter(|text| text.plain_secret().is_some()).map(|text| text.node);
    let mut nodes: Vec<&Node> = plain.collect();
    of_another_kind(Some(view), tree, &mut nodes);
    nodes.into_iter().flat_map(|node| places_of(node, sources)).collect()
}

/// Where all that a node holds stands in the sources.
pub fn places_within(node: &Node, sources: &Sources) -> Vec<Place> {
    let mut nodes = Vec::new();
    leaves(node, &mut nodes);
    nodes.into_iter().flat_map(|node| places_of(node, sources)).collect()
}

/// Where the value of a node stands in the sources.
fn places_of(node: &Node, sources: &Sources) -> Vec<Place> {
    match (&node.origin, &sources.text) {
        (Origin::Text { value, .. }, Some(source)) => vec![Place::in_text(source, *value)],
        (origin, _) => sources.places(origin).into_iter().map(rest_of_line).collect(),
    }
}

/// Every plain value in a node: of a table with a header only the header is its place.
fn leaves<'t>(node: &'t Node, found: &mut Vec<&'t Node>) {
    match &node.value {
        Value::List(elements) => elements.iter().for_each(|element| leaves(element, found)),
        Value::Table(table) => table.values().for_each(|child| leaves(child, found)),
        _ => found.push(node),
    }
}

/// The secrets that are no texts: a password in digits is one all the same.
fn of_another_kind<'t>(view: Option<View<'_>>, node: &'t Node, found: &mut Vec<&'t Node>) {
    match &node.value {
        Value::String(_) => {}
        _ if view.is_some_and(View::is_secret) => leaves(node, found),
        Value::List(elements) => {
            for (index, element) in elements.iter().enumerate() {
                of_another_kind(view.and_then(|view| view.element(index, node)), element, found);
            }
        }
        Value::Table(table) => {
            for (key, child) in table {
                of_another_kind(view.and_then(|view| view.property(key, node)), child, found);
            }
        }
        _ => {}
    }
}

/// Nix knows where an attribute begins, not where its value ends: all behind it is hidden, and an element of a list, which
/// is the value itself, with it.
fn rest_of_line(mut place: Place) -> Place {
    let end = Span::from(0..place.source.line_start(place.position.0 + 1)).end;
    let text = place.source.text();
    let is_value = text[place.span.range()].starts_with(['"', '\'']);
    let behind = &text[place.span.range().end..];
    let equals = behind.len() - behind.trim_start_matches([' ', '=']).len();
    let start = if is_value { place.span.start } else { place.span.end + Span::from(0..equals).end };
    place.span = Span { start: start.min(end), end };
    place
}

/// A name for the reference: the field's, in capitals, with the table's before it where it says too little alone.
fn reference_name(path: &Path, ending: &str) -> String {
    let field = path.field();
    let mut names = field.rsplit('/');
    let last = names.next().unwrap_or_default();
    let table = names.next().filter(|name| !name.is_empty());
    let says_little = ["password", "secret", "token", "key", "url"].contains(&last);
    let name = match (table, ending) {
        (Some(table), "") if says_little => format!("{table}_{last}"),
        (Some(table), ending) if says_little => format!("{table}{ending}"),
        (_, ending) => format!("{last}{ending}"),
    };
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect()
}

fn texts<'t>(view: View<'t>, tree: &'t Node) -> Vec<Text<'t>> {
    let mut found = Vec::new();
    collect(Some(view), tree, &Path::root(), &mut found);
    found
}

fn collect<'t>(view: Option<View<'t>>, node: &'t Node, path: &Path, found: &mut Vec<Text<'t>>) {
    match &node.value {
        Value::String(text) => found.push(Text { view, path: path.clone(), node, text }),
        Value::List(elements) => {
            for (index, element) in elements.iter().enumerate() {
                let inner = view.and_then(|view| view.element(index, node));
                collect(inner, element, &path.index(index), found);
            }
        }
        Value::Table(table) => {
            for (key, child) in table {
                collect(view.and_then(|view| view.property(key, node)), child, &path.key(key), found);
            }
        }
        _ => {}
    }
}
