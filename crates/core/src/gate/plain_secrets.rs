//! Secrets in plain text: where they are, and what to write instead.

use std::ops::Range;

use crate::diagnostics::{Diagnostic, Severity, codes};
use crate::gate::RuleInfo;
use crate::parallel;
use crate::schema::Subschema;
use crate::sensitive::scanner;
use crate::types::url;
use crate::value::reference::{self, Part};
use crate::value::{Location, Node, Origin, Path, PathRef, Sources, Span, Value};

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
    help: "write a reference in its place, or check with --accept secrets/likely-secret:FIELD where it is no secret",
};

/// A secret that stands there as it is.
pub struct Plain<'t> {
    path: Path,
    node: &'t Node,
    what: What,
}

/// What of a value is a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    /// All of a text.
    Text,
    /// The password of a URL.
    Password,
    /// A text that looks like a secret of this kind, in a field that nobody marked.
    Likely(&'static str),
    /// A value that is no text: a password in digits is one all the same. That it is none is found elsewhere.
    OtherKind,
    /// A value where a table or a list with secrets belongs, which may be all of them in one. That it is none is found elsewhere.
    Misplaced,
}

impl Plain<'_> {
    /// The path of the value.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it is one for sure, and does not only look like one.
    pub fn is_certain(&self) -> bool {
        !matches!(self.what, What::Likely(_) | What::Misplaced)
    }

    /// The diagnostic that says so. `env_prefix` is what the variables begin with in which the node is given its secrets, if
    /// there is one.
    pub fn diagnostic(&self, sources: &Sources, severity: Severity, env_prefix: Option<&str>) -> Option<Diagnostic> {
        let path = &self.path;
        let (message, name) = match self.what {
            What::Text => (format!("{path} is a secret and stands here in plain text"), reference_name(path, "")),
            What::Password => (format!("{path} holds a password in plain text"), reference_name(path, "_PASSWORD")),
            What::Likely(kind) => return Some(self.likely(kind, sources)),
            What::OtherKind | What::Misplaced => return None,
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
            let place = if self.what == What::Text { "its place" } else { "the place of the password" };
            diagnostic.help(format!("write ${{SECRET_{name}}} in {place} {elsewhere}"))
        } else {
            let instead = match self.what {
                What::Password => format!("write ${{secret \"{name}\"}} in the place of the password"),
                _ => format!("write secret \"{name}\" in its place"),
            };
            diagnostic
                .note("what Nix renders ends in its store, which everyone can read")
                .help(format!("{instead} {elsewhere}"))
        })
    }

    /// The text that stands there, of a URL its password; all of it where that is in a default.
    fn plain_part(&self) -> &str {
        let text = self.node.as_str().unwrap_or_default();
        let passwords = url::passwords(&reference::blank_references(text)).into_iter().map(|password| &text[password]);
        let mut plain = passwords.filter(|part| reference::has_plain_secret(part));
        plain.next().filter(|_| self.what == What::Password).unwrap_or(text)
    }

    /// The diagnostic about plain text in the default of a reference, or beside references that can do without a secret.
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

    /// The warning about a text that may be a secret. Whoever knows better accepts it by the name of the rule.
    fn likely(&self, kind: &str, sources: &Sources) -> Diagnostic {
        let path = &self.path;
        let message = format!("{path} looks like {kind}, and stands here in plain text");
        let diagnostic = Diagnostic::new(Severity::Warning, &codes::SECRETS_LIKELY_SECRET, path.clone(), message);
        let diagnostic = diagnostic.at(sources.locations(&self.node.origin), "set here");
        let (name, code) = (reference_name(path, ""), codes::SECRETS_LIKELY_SECRET.name);
        diagnostic.help(match sources.nix.is_empty() {
            true => {
                format!("write ${{SECRET_{name}}} in its place; if it is none, check with --accept {code}:{path}")
            }
            false => {
                format!(
                    "write secret \"{name}\" in its place; if it is none, build with accept = [ \"{code}:{path}\" ]"
                )
            }
        })
    }

    /// Where it stands in the sources, so that no line is shown with it.
    pub fn places(&self, sources: &Sources) -> Vec<Location> {
        places_within(self.node, sources)
    }
}

/// Where all that a node holds stands in the sources.
pub fn places_within(node: &Node, sources: &Sources) -> Vec<Location> {
    let mut nodes = Vec::new();
    leaves(node, &mut nodes);
    nodes.into_iter().flat_map(|node| places_of(node, sources)).collect()
}

/// Where the value of a node stands in the sources.
fn places_of(node: &Node, sources: &Sources) -> Vec<Location> {
    match sources.value_location(&node.origin) {
        Some(place) => vec![place],
        None => sources.locations(&node.origin).into_iter().map(rest_of_line).collect(),
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

/// Nix knows where an attribute begins, not where its value ends: all behind it is hidden, and an element of a list, which
/// is the value itself, with it.
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

/// Every secret of a tree that stands there as it is.
pub fn plain<'t>(view: Subschema<'_>, tree: &'t Node) -> Vec<Plain<'t>> {
    let free = |path: &Path| {
        const FORM: [&str; 4] = ["format", "pattern", "enum", "const"];
        view.at(&path.0, tree).is_none_or(|view| FORM.iter().all(|keyword| view.get(keyword).is_none()))
    };
    let mut search = Search { free: &free, found: Vec::new() };
    search.node(Some(view), false, tree, PathRef::Root);
    search.found
}

struct Search<'s, 't> {
    /// Whether a field takes any text.
    free: &'s (dyn Fn(&Path) -> bool + Sync),
    found: Vec<Plain<'t>>,
}

impl<'t> Search<'_, 't> {
    /// `inside` says whether it stands in a secret.
    fn node(&mut self, view: Option<Subschema<'_>>, inside: bool, node: &'t Node, trail: PathRef<'_>) {
        let view = view.filter(|view| view.holds_secrets());
        let secret = inside || view.is_some_and(Subschema::is_secret);
        let misplaced = || view.is_some_and(|view| view.hides_value(node)).then_some(What::Misplaced);
        let what = match &node.value {
            // That nobody knows it is found elsewhere.
            Value::String(_) if inside && view.is_none() => Some(What::OtherKind),
            Value::String(text) => {
                let likely = || likely_text(secret, text, &|| (self.free)(&trail.to_path()));
                plain_text(secret, text).or_else(likely).or_else(misplaced)
            }
            _ if secret => Some(What::OtherKind),
            _ => misplaced(),
        };
        self.found.extend(what.map(|what| Plain { path: trail.to_path(), node, what }));
        let strange =
            |inner: Option<Subschema<'_>>| inner.is_none() && view.is_some_and(|view| view.hides_undescribed(node));
        match &node.value {
            Value::List(elements) => {
                let of = |index| {
                    let inner = view.and_then(|view| view.element(index, node));
                    (inner, secret || strange(inner))
                };
                self.elements(elements, of, trail);
            }
            Value::Table(table) => {
                for (key, child) in table {
                    let inner = view.and_then(|view| view.property(key, node));
                    self.node(inner, secret || strange(inner), child, PathRef::Key(&trail, key));
                }
            }
            _ => {}
        }
    }

    /// Of a list that fills a large text, several threads take a share each. `of` tells of an element what is said of it, and
    /// whether it stands in a secret.
    fn elements<'v>(
        &mut self,
        elements: &'t [Node],
        of: impl Fn(usize) -> (Option<Subschema<'v>>, bool) + Sync,
        trail: PathRef<'_>,
    ) {
        let look = |search: &mut Search<'_, 't>, share: Range<usize>| {
            for (index, element) in share.clone().zip(&elements[share]) {
                let (view, inside) = of(index);
                search.node(view, inside, element, PathRef::Index(&trail, index));
            }
        };
        let workers = parallel::workers((written_in(elements) / parallel::LARGE).min(elements.len()));
        if workers == 1 {
            return look(self, 0..elements.len());
        }
        let start = |worker: usize| elements.len() * worker / workers;
        let shares: Vec<Range<usize>> = (0..workers).map(|worker| start(worker)..start(worker + 1)).collect();
        let free = self.free;
        let found = parallel::map_large(&shares, |share| {
            let mut search = Search { free, found: Vec::new() };
            look(&mut search, share.clone());
            search.found
        });
        self.found.extend(found.into_iter().flatten());
    }
}

/// From the first element of a list to the last one, in bytes of the text that both stand in.
fn written_in(elements: &[Node]) -> usize {
    match elements {
        [
            Node { origin: Origin::Text { key: first, .. }, .. },
            ..,
            Node { origin: Origin::Text { key: last, .. }, .. },
        ] => last.range().start.saturating_sub(first.range().start),
        _ => 0,
    }
}

/// Whether a text looks like a secret although nobody says that its field holds one.
fn likely_text(secret: bool, text: &str, free: &dyn Fn() -> bool) -> Option<What> {
    if secret || reference::is_unresolved(text) {
        return None;
    }
    scanner::secret_kind(text, free).map(What::Likely)
}

fn plain_text(secret: bool, text: &str) -> Option<What> {
    if text.is_empty() || reference::is_sealed(text) {
        return None;
    }
    if secret {
        return reference::has_plain_secret(text).then_some(What::Text);
    }
    holds_password(text).then_some(What::Password)
}

/// Whether there is a password in plain text in what may be a URL, or in the default of a reference in it.
fn holds_password(text: &str) -> bool {
    if !text.contains(['@', '?']) {
        return false;
    }
    let passwords = url::passwords(&reference::blank_references(text));
    let own = passwords.into_iter().any(|password| reference::has_plain_secret(&text[password]));
    own || reference::defaults(text).any(|(_, default)| holds_password(default))
}
