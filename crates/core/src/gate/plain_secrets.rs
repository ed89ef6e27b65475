//! Search for secrets in plain text, and the diagnostics about them.

use std::ops::Range;

use crate::byte_search::has_any_byte;
use crate::diagnostics::{Diagnostic, Severity, codes};
use crate::gate::RuleInfo;
use crate::parallel;
use crate::schema::{FieldCursor, Subschema};
use crate::sensitive::scanner;
use crate::types::url;
use crate::value::reference::{self, Part};
use crate::value::{Location, Node, Path, PathRef, Sources, Span, Value, written_in};

/// The rule as it is listed beside those of a model.
pub const RULE: RuleInfo = RuleInfo {
    name: codes::SECRETS_NO_PLAIN_TEXT.name,
    severity: Severity::Error,
    why: "a field marked secret, and the password in a URL, stand in no file in plain text (a warning outside of Nix)",
    reads: &[],
    help: "write a reference in its place: secret \"NAME\" in Nix, ${SECRET_NAME} in TOML",
};

/// The rule for probable secrets, as it is listed beside those of a model.
pub const LIKELY_RULE: RuleInfo = RuleInfo {
    name: codes::SECRETS_LIKELY_SECRET.name,
    severity: Severity::Warning,
    why: "a text that looks like a key of a well-known service, or is as random as one, stands in no file in plain text",
    reads: &[],
    help: "write a reference in its place, or check with --accept secrets/likely-secret:FIELD if it is not a secret",
};

/// A secret in plain text.
pub struct PlainSecret<'t> {
    path: Path,
    node: &'t Node,
    kind: Kind,
}

/// The part of a value that is a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The whole text.
    Text,
    /// The password of a URL.
    Password,
    /// A text that looks like a secret of this kind, in a field that is not marked.
    Likely(&'static str),
    /// A value of another type, such as a password in digits. The schema reports the type.
    OtherType,
    /// A value in the place of a table or a list with secrets, which may contain all of them. The schema reports the type.
    Misplaced,
    /// A value that is hidden and may stand in plain text.
    WriteOnly,
}

impl PlainSecret<'_> {
    /// The path of the value.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns whether the schema or its form says that it is a secret. Otherwise it only looks like one.
    pub fn is_certain(&self) -> bool {
        !matches!(self.kind, Kind::Likely(_) | Kind::Misplaced | Kind::WriteOnly)
    }

    /// Returns the diagnostic. `env_prefix` is the prefix of the variables in which a node receives its secrets, if it has one.
    pub fn diagnostic(&self, sources: &Sources, severity: Severity, env_prefix: Option<&str>) -> Option<Diagnostic> {
        let path = &self.path;
        let (message, name) = match self.kind {
            Kind::Text => (format!("{path} is a secret and stands here in plain text"), reference_name(path, "")),
            Kind::Password => (format!("{path} holds a password in plain text"), reference_name(path, "_PASSWORD")),
            Kind::Likely(kind) => return Some(self.likely(kind, sources)),
            Kind::OtherType | Kind::Misplaced | Kind::WriteOnly => return None,
        };
        if reference::has_reference(self.plain_part()) {
            return Some(self.beside(&message, name, sources, severity));
        }
        let diagnostic = Diagnostic::new(severity, &codes::SECRETS_NO_PLAIN_TEXT, path.clone(), message);
        let diagnostic = diagnostic.at(sources.locations(&self.node.origin), "set here");
        let elsewhere = match env_prefix {
            Some(prefix) => format!("and give the node its value in {prefix}_SECRET_{name}"),
            None => "and give its value to the service alone".to_owned(),
        };
        Some(if sources.nix.is_empty() {
            let place = if self.kind == Kind::Text { "its place" } else { "the place of the password" };
            diagnostic.help(format!("write ${{SECRET_{name}}} in {place} {elsewhere}"))
        } else {
            let instead = match self.kind {
                Kind::Password => format!("write ${{secret \"{name}\"}} in the place of the password"),
                _ => format!("write secret \"{name}\" in its place"),
            };
            diagnostic
                .note("what Nix renders ends in its store, which everyone can read")
                .help(format!("{instead} {elsewhere}"))
        })
    }

    /// Returns the secret text: of a URL its password, or the whole text where the password is in a default.
    fn plain_part(&self) -> &str {
        let text = self.node.as_str().unwrap_or_default();
        let passwords = url::passwords(&reference::blank_references(text)).into_iter().map(|password| &text[password]);
        let mut plain = passwords.filter(|part| reference::has_plain_secret(part));
        plain.next().filter(|_| self.kind == Kind::Password).unwrap_or(text)
    }

    /// Returns the diagnostic about plain text in the default of a reference, or beside references with defaults.
    fn beside(&self, message: &str, name: String, sources: &Sources, severity: Severity) -> Diagnostic {
        let message = format!("{message}, in the default of a reference or beside it");
        let diagnostic = Diagnostic::new(severity, &codes::SECRETS_NO_PLAIN_TEXT, self.path.clone(), message);
        let diagnostic = diagnostic.at(sources.locations(&self.node.origin), "set here");
        let named = reference::parts(self.plain_part()).find_map(|part| match part {
            Part::Reference { name, .. } => name.strip_prefix(reference::SECRET_PREFIX).map(str::to_owned),
            Part::Text(_) => None,
        });
        let name = named.unwrap_or(name);
        match sources.nix.is_empty() {
            true => diagnostic
                .help(format!("write ${{SECRET_{name}}}, without a default, and give the node all of it there")),
            false => diagnostic
                .note("what Nix renders ends in its store, which everyone can read")
                .help(format!("write secret \"{name}\", without a default, and give the node all of it there")),
        }
    }

    /// Returns the warning about a text that may be a secret. It can be accepted by its code.
    fn likely(&self, kind: &str, sources: &Sources) -> Diagnostic {
        let path = &self.path;
        let message = format!("{path} looks like {kind}, and stands here in plain text");
        let diagnostic = Diagnostic::new(Severity::Warning, &codes::SECRETS_LIKELY_SECRET, path.clone(), message);
        let diagnostic = diagnostic.at(sources.locations(&self.node.origin), "set here");
        let (name, code) = (reference_name(path, ""), codes::SECRETS_LIKELY_SECRET.name);
        diagnostic.help(match sources.nix.is_empty() {
            true => {
                format!("write ${{SECRET_{name}}} in its place; if it is not a secret, check with --accept {code}:{path}")
            }
            false => {
                format!(
                    "write secret \"{name}\" in its place; if it is not a secret, build with accept = [ \"{code}:{path}\" ]"
                )
            }
        })
    }

    /// Returns its places in the sources, which are not displayed.
    pub fn places(&self, sources: &Sources) -> Vec<Location> {
        places_within(self.node, sources)
    }
}

/// Returns the places of all values in a node.
pub fn places_within(node: &Node, sources: &Sources) -> Vec<Location> {
    let mut nodes = Vec::new();
    leaves(node, &mut nodes);
    nodes.into_iter().flat_map(|node| places_of(node, sources)).collect()
}

/// Returns the places of the value of one node.
pub fn places_of(node: &Node, sources: &Sources) -> Vec<Location> {
    match sources.value_location(&node.origin) {
        Some(place) => vec![place],
        None => sources.locations(&node.origin).into_iter().map(rest_of_line).collect(),
    }
}

/// Collects the leaves of a node. The place of a table with a header is only the header.
fn leaves<'t>(node: &'t Node, found: &mut Vec<&'t Node>) {
    match &node.value {
        Value::List(elements) => elements.iter().for_each(|element| leaves(element, found)),
        Value::Table(table) => table.values().for_each(|child| leaves(child, found)),
        _ => found.push(node),
    }
}

/// Extends a place to the end of its line, without the attribute. Nix knows the start of an attribute, not the end of its value; an
/// element of a list is the value itself.
pub fn rest_of_line(mut place: Location) -> Location {
    let end = Span::from(0..place.source.line_start(place.position.0 + 1)).end;
    let text = place.source.text();
    let is_value = text[place.span.range()].starts_with(['"', '\'']);
    let behind = &text[place.span.range().end..];
    let equals = behind.len() - behind.trim_start_matches([' ', '=']).len();
    let start = if is_value { place.span.start } else { place.span.end + Span::from(0..equals).end };
    place.span = Span { start: start.min(end), end };
    place
}

/// Returns a name for a reference: the name of the field in capitals, after the name of its table where it is generic.
fn reference_name(path: &Path, ending: &str) -> String {
    let field = path.field();
    let mut names = field.rsplit('/');
    let last = names.next().unwrap_or_default();
    let table = names.next().filter(|name| !name.is_empty());
    let is_generic = ["password", "secret", "token", "key", "url"].contains(&last);
    let name = match (table, ending) {
        (Some(table), "") if is_generic => format!("{table}_{last}"),
        (Some(table), ending) if is_generic => format!("{table}{ending}"),
        (_, ending) => format!("{last}{ending}"),
    };
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect()
}

/// Finds the secrets in plain text of a tree.
pub fn find<'t>(view: Subschema<'_>, tree: &'t Node) -> Vec<PlainSecret<'t>> {
    let free = |path: &Path| {
        const FORM: [&str; 4] = ["format", "pattern", "enum", "const"];
        view.at(&path.0, tree).is_none_or(|view| FORM.iter().all(|keyword| view.get(keyword).is_none()))
    };
    let mut search = Search { free: &free, found: Vec::new() };
    search.node(Some(view), Inside::Public, tree, PathRef::Root);
    search.found
}

struct Search<'s, 't> {
    /// Returns if a field accepts any text.
    free: &'s (dyn Fn(&Path) -> bool + Sync),
    found: Vec<PlainSecret<'t>>,
}

/// The surroundings of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Inside {
    Public,
    /// A value that is hidden and may stand in plain text.
    WriteOnly,
    Secret,
}

impl Inside {
    fn of(view: Subschema<'_>) -> Self {
        match (view.refuses_plain_text(), view.is_secret()) {
            (true, _) => Self::Secret,
            (false, true) => Self::WriteOnly,
            (false, false) => Self::Public,
        }
    }

    /// Returns a secret in place of a public value.
    fn or_secret(self) -> Self {
        if self == Self::Public { Self::Secret } else { self }
    }
}

impl<'t> Search<'_, 't> {
    fn node(&mut self, view: Option<Subschema<'_>>, inside: Inside, node: &'t Node, trail: PathRef<'_>) {
        let view = view.filter(|view| view.holds_secrets());
        if view.is_none() && inside == Inside::Public {
            return self.unmarked(node, trail);
        }
        let secret = view.map_or(inside, |view| inside.max(Inside::of(view)));
        let misplaced = || view.is_some_and(|view| view.hides_value(node)).then_some(Kind::Misplaced);
        let kind = match &node.value {
            // The schema reports the unknown key.
            Value::String(_) if inside == Inside::Secret && view.is_none() => Some(Kind::OtherType),
            Value::String(text) if secret == Inside::Secret => plain_secret(text).or_else(misplaced),
            Value::String(text) => {
                let own = secret_in_text(text, &|| (self.free)(&trail.to_path()));
                let write_only = || plain_secret(text).map(|_| Kind::WriteOnly).filter(|_| secret == Inside::WriteOnly);
                own.or_else(write_only).or_else(misplaced)
            }
            _ => match secret {
                Inside::Public => misplaced(),
                Inside::WriteOnly => Some(Kind::WriteOnly),
                Inside::Secret => Some(Kind::OtherType),
            },
        };
        self.found.extend(kind.map(|kind| PlainSecret { path: trail.to_path(), node, kind }));
        let is_undescribed =
            |inner: Option<Subschema<'_>>| inner.is_none() && view.is_some_and(|view| view.hides_undescribed(node));
        match &node.value {
            Value::List(elements) => {
                let of = |index| {
                    let inner = view.and_then(|view| view.element(index, node));
                    (inner, if is_undescribed(inner) { secret.or_secret() } else { secret })
                };
                self.elements(elements, of, trail);
            }
            Value::Table(table) => {
                let mut cursor = view.map(FieldCursor::new);
                for (key, child) in table {
                    let inner = cursor.as_mut().and_then(|cursor| cursor.property(key, node));
                    let inside = if is_undescribed(inner) { secret.or_secret() } else { secret };
                    self.node(inner, inside, child, PathRef::Key(&trail, key));
                }
            }
            _ => {}
        }
    }

    /// Searches a node without fields that are marked, which most are: its texts alone, whatever their names.
    fn unmarked(&mut self, node: &'t Node, trail: PathRef<'_>) {
        match &node.value {
            Value::String(text) => {
                let kind = secret_in_text(text, &|| (self.free)(&trail.to_path()));
                self.found.extend(kind.map(|kind| PlainSecret { path: trail.to_path(), node, kind }));
            }
            Value::List(elements) => self.elements(elements, |_| (None, Inside::Public), trail),
            Value::Table(table) => {
                for (key, child) in table {
                    if matches!(child.value, Value::String(_) | Value::List(_) | Value::Table(_)) {
                        self.unmarked(child, PathRef::Key(&trail, key));
                    }
                }
            }
            _ => {}
        }
    }

    /// Searches the elements of a list; in a large text, on several threads. `of` returns the subschema of an element, and what it is
    /// part of.
    fn elements<'v>(
        &mut self,
        elements: &'t [Node],
        of: impl Fn(usize) -> (Option<Subschema<'v>>, Inside) + Sync,
        trail: PathRef<'_>,
    ) {
        let look = |search: &mut Search<'_, 't>, share: Range<usize>| {
            for (index, element) in share.clone().zip(&elements[share]) {
                let (view, inside) = of(index);
                search.node(view, inside, element, PathRef::Index(&trail, index));
            }
        };
        let bytes = written_in(elements);
        if bytes < parallel::LARGE {
            return look(self, 0..elements.len());
        }
        let free = self.free;
        let found = parallel::map_shares(elements.len(), bytes, |share| {
            let mut search = Search { free, found: Vec::new() };
            look(&mut search, share);
            search.found
        });
        self.found.extend(found.into_iter().flatten());
    }
}

/// Returns the kind of a text in a secret field that is not a reference.
fn plain_secret(text: &str) -> Option<Kind> {
    let is_plain = !text.is_empty() && reference::has_plain_secret(text);
    is_plain.then_some(Kind::Text)
}

/// Returns the kind of secret that a text in an unmarked field contains or looks like. `free` tells whether the field takes any text.
fn secret_in_text(text: &str, free: &dyn Fn() -> bool) -> Option<Kind> {
    // Nearly all texts of a config have none of these bytes: search them once.
    let has_signs = has_any_byte(text, *b"@?$");
    if !has_signs && text.len() < scanner::SHORTEST_KEY || reference::is_sealed(text) {
        return None;
    }
    if has_signs {
        if has_password(text) {
            return Some(Kind::Password);
        }
        if reference::has_reference(text) {
            return None;
        }
    }
    scanner::secret_kind(text, free).map(Kind::Likely)
}

/// Returns whether a URL, or the default of a reference in it, contains a password in plain text.
fn has_password(text: &str) -> bool {
    if !text.contains(['@', '?']) {
        return false;
    }
    let passwords = url::passwords(&reference::blank_references(text));
    let own = passwords.into_iter().any(|password| reference::has_plain_secret(&text[password]));
    own || reference::defaults(text).any(|(_, default)| has_password(default))
}
