//! References and sealed values, replaced by what they stand for.

use confgate_core::diagnostics::{Diagnostic, Severity};
use confgate_core::types::url;
use confgate_core::value::reference;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::secrets::{Answer, Decryptor, Provider};
use crate::system::SystemContext;
pub use confgate_core::value::reference::SECRET_PREFIX;
use confgate_core::value::reference::{Part, parts_with_ranges};
use confgate_core::value::{Node, Path, Sources, Value};

/// The rule of secrets that nobody has.
pub const MISSING: &str = "secrets/missing";

/// The rule of files with secrets that others can read.
pub const READABLE: &str = "secrets/readable";

/// The rule of what is sealed and cannot be opened.
pub const SEALED: &str = "secrets/sealed";

/// What to do about a file that others can read.
pub const TAKE_AWAY: &str = "take the permission away: chmod 600, or 400";

/// All but what RFC 3986 calls unreserved.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Who is asked for what references stand for.
pub struct Resolver<'a> {
    /// For secrets, in their order.
    pub providers: &'a [Box<dyn Provider>],
    /// For sealed values.
    pub opener: &'a dyn Decryptor,
    /// For environment variables.
    pub host: &'a SystemContext,
}

/// A secret that a config uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Used {
    /// The value that holds it.
    pub path: Path,
    /// Its name; none for a sealed value.
    pub name: Option<String>,
    /// Where it came from.
    pub place: String,
}

/// Puts what references stand for in their place, and opens sealed values, in all strings of a tree. Notes in `sources` how
/// the values with a secret were written.
///
/// Gives the secrets that were used; what is missing, and what is wrong with a provider, goes to `found`.
pub fn resolve(
    tree: &mut Node,
    resolver: &Resolver<'_>,
    sources: &mut Sources,
    found: &mut Vec<Diagnostic>,
) -> Vec<Used> {
    let mut pass = Pass { resolver, sources, found, used: Vec::new() };
    pass.node(tree, &Path::root());
    pass.warn_of_key();
    pass.used
}

struct Pass<'a> {
    resolver: &'a Resolver<'a>,
    sources: &'a mut Sources,
    found: &'a mut Vec<Diagnostic>,
    used: Vec<Used>,
}

impl Pass<'_> {
    fn node(&mut self, node: &mut Node, path: &Path) {
        match &mut node.value {
            Value::Table(table) => {
                for (key, child) in table.iter_mut().filter(|(_, child)| may_hold(child)) {
                    self.node(child, &path.key(key));
                }
            }
            Value::List(elements) => {
                for (index, child) in elements.iter_mut().enumerate().filter(|(_, child)| may_hold(child)) {
                    self.node(child, &path.index(index));
                }
            }
            Value::String(_) => self.text(node, path),
            _ => {}
        }
    }

    fn text(&mut self, node: &mut Node, path: &Path) {
        let Value::String(text) = &node.value else { return };
        let resolved = match reference::is_sealed(text) {
            true => self.open(text, path, node),
            false => self.replace(text, path, node),
        };
        if let Some(resolved) = resolved {
            node.value = Value::String(resolved);
        }
    }

    fn open(&mut self, text: &str, path: &Path, node: &Node) -> Option<String> {
        match self.resolver.opener.open(text) {
            Ok(secret) => {
                self.sources.resolved.insert(path.clone(), "a sealed value".to_owned());
                self.used.push(Used { path: path.clone(), name: None, place: "a sealed value".to_owned() });
                Some(secret.expose().to_owned())
            }
            Err(trouble) => {
                let message = format!("{path} is sealed and cannot be opened: {}", trouble.message);
                let diagnostic = Diagnostic::error(SEALED, path.clone(), message);
                self.push(trouble.help.into_iter().fold(diagnostic, Diagnostic::help), node);
                None
            }
        }
    }

    /// Says once what is wrong about the key that opened sealed values.
    fn warn_of_key(&mut self) {
        if self.used.iter().any(|used| used.name.is_none())
            && let Some(warning) = self.resolver.opener.warning()
        {
            let diagnostic = Diagnostic::new(Severity::Warning, READABLE, Path::root(), warning);
            self.found.push(diagnostic.help(TAKE_AWAY));
        }
    }

    fn replace(&mut self, text: &str, path: &Path, node: &Node) -> Option<String> {
        let encoded = encoded_part(text);
        let mut whole = String::with_capacity(text.len());
        let (mut secret, mut complete) = (false, true);
        for (bytes, part) in parts_with_ranges(text) {
            match part {
                Part::Text(part) => whole.push_str(part),
                Part::Reference { name, default } => {
                    let value = match name.strip_prefix(SECRET_PREFIX) {
                        Some(name) => {
                            secret = true;
                            self.secret(name, default, path, node)
                        }
                        None => self.variable(name, default, path, node),
                    };
                    match value {
                        Some(value) if encoded(bytes.start) => whole.extend(utf8_percent_encode(&value, ENCODED)),
                        Some(value) => whole.push_str(&value),
                        None => complete = false,
                    }
                }
            }
        }
        if secret {
            self.sources.resolved.insert(path.clone(), text.to_owned());
        }
        complete.then_some(whole)
    }

    fn secret(&mut self, name: &str, default: Option<&str>, path: &Path, node: &Node) -> Option<String> {
        if name.is_empty() {
            let message = format!("{path} holds a reference to a secret without a name");
            self.push(
                Diagnostic::error(path.field(), path.clone(), message).help(reference::UNNAMED_SECRET_HELP),
                node,
            );
            return None;
        }
        match self.resolver.ask(name) {
            Answer::Present { known, .. } => {
                if let Some(warning) = known.warning {
                    let diagnostic = Diagnostic::new(Severity::Warning, READABLE, path.clone(), warning);
                    self.push(diagnostic.help(TAKE_AWAY), node);
                }
                self.used.push(Used { path: path.clone(), name: Some(name.to_owned()), place: known.place });
                Some(known.secret.expose().to_owned())
            }
            Answer::Unknown { trouble, .. } => {
                let message = format!("{path} needs the secret {name}, which cannot be read: {}", trouble.message);
                let diagnostic = Diagnostic::error("secrets/provider", path.clone(), message);
                self.push(trouble.help.into_iter().fold(diagnostic, Diagnostic::help), node);
                None
            }
            Answer::Absent { .. } if default.is_some() => default.map(str::to_owned),
            Answer::Absent { looked } => {
                let message = format!("{path} needs the secret {name}, which nobody has");
                let diagnostic = Diagnostic::error(MISSING, path.clone(), message);
                let diagnostic = looked.iter().fold(diagnostic, |it, place| it.note(format!("looked for {place}")));
                self.push(diagnostic.help(format!("give the node the secret {name} in one of these places")), node);
                None
            }
        }
    }

    fn variable(&mut self, name: &str, default: Option<&str>, path: &Path, node: &Node) -> Option<String> {
        if let Some(value) = self.resolver.host.text(name).filter(|value| !value.is_empty() || default.is_none()) {
            return Some(value.to_owned());
        }
        if let Some(default) = default {
            return Some(default.to_owned());
        }
        let message = match self.resolver.host.get(name) {
            Some(_) => format!("{path} needs the environment variable {name}, which is not UTF-8"),
            None => format!("{path} needs the environment variable {name}, which is not set"),
        };
        let diagnostic = Diagnostic::error("environment/missing-variable", path.clone(), message);
        self.push(diagnostic.help(format!("set {name}, or write ${{{name}:-default}}")), node);
        None
    }

    fn push(&mut self, diagnostic: Diagnostic, node: &Node) {
        self.found.push(diagnostic.at(self.sources.locations(&node.origin), "set here"));
    }
}

/// Whether there can be something to resolve in a value.
fn may_hold(node: &Node) -> bool {
    match &node.value {
        Value::String(text) => reference::may_have_reference(text) || reference::is_sealed(text),
        Value::Table(_) | Value::List(_) => true,
        _ => false,
    }
}

/// Which references of a text are percent-encoded, by the byte where they begin: those of a URL, unless it is a reference as
/// a whole or they stand for a host and a port, whose letters mean something.
fn encoded_part(text: &str) -> impl Fn(usize) -> bool {
    let authority = text.find("://").map(|scheme| scheme + 3);
    // The end of the authority is not in a reference: a default may hold a slash.
    let bare = reference::blank_references(text);
    let host = authority.map(|start| {
        let end = bare[start..].find(['/', '?', '#']).map_or(text.len(), |end| start + end);
        let user = url::userinfo(&bare).map_or(start, |user| user.end + 1);
        user..end
    });
    move |at| authority.is_some_and(|start| at >= start) && host.as_ref().is_some_and(|host| !host.contains(&at))
}

#[cfg(test)]
mod tests {
    use confgate_core::toml;
    use confgate_core::value::Source;
    use proptest::prelude::*;

    use super::*;
    use crate::secrets::{NoDecryptor, Variables};

    fn host() -> SystemContext {
        SystemContext::bare()
            .variable("APP_SECRET_DB", "p@ss/word")
            .variable("APP_SECRET_URL", "pg://u:p@h/x")
            .variable("HOST", "db:5432")
            .variable("EMPTY", "")
    }

    fn resolved(text: &str) -> (Node, Vec<Diagnostic>, Sources, Vec<Used>) {
        let source = Source::new("app.toml", text);
        let (mut tree, errors) = toml::read(&source);
        assert_eq!(errors, []);
        let (host, mut sources, mut found) = (host(), Sources::from_text(&source), Vec::new());
        let providers: Vec<Box<dyn Provider>> = vec![Box::new(Variables::new(host.clone(), "APP"))];
        let resolver = Resolver { providers: &providers, opener: &NoDecryptor, host: &host };
        let used = resolve(&mut tree, &resolver, &mut sources, &mut found);
        (tree, found, sources, used)
    }

    fn value(text: &str) -> String {
        let (tree, found, ..) = resolved(&format!("a = '{text}'"));
        assert_eq!(found, [], "{text}");
        tree.as_table().unwrap()["a"].as_str().unwrap().to_owned()
    }

    #[test]
    fn references_are_replaced_wherever_they_stand_and_escapes_are_undone() {
        assert_eq!(value("${SECRET_DB}"), "p@ss/word");
        assert_eq!(value("x ${SECRET_DB} ${HOST} $${HOST}"), "x p@ss/word db:5432 ${HOST}");
        assert_eq!(value("${NONE:-a b}${EMPTY:-c}[${EMPTY}]"), "a bc[]");
    }

    #[test]
    fn what_stands_in_a_url_is_encoded_and_a_host_is_not() {
        assert_eq!(value("pg://u:${SECRET_DB}@${HOST}/${SECRET_DB}"), "pg://u:p%40ss%2Fword@db:5432/p%40ss%2Fword");
        assert_eq!(value("https://${HOST}/?key=${SECRET_DB}"), "https://db:5432/?key=p%40ss%2Fword");
        assert_eq!(value("${SECRET_URL}"), "pg://u:p@h/x");
        assert_eq!(value("pg://u:${NONE:-a/b}@h"), "pg://u:a%2Fb@h");
    }

    #[test]
    fn how_a_secret_was_written_is_remembered_and_a_variable_is_none() {
        let (_, _, sources, used) = resolved("[t]\na = ['${HOST}', '${SECRET_DB}']\n");
        let path = Path::dotted("t.a").index(1);
        assert_eq!(sources.resolved.get(&path).map(String::as_str), Some("${SECRET_DB}"));
        assert_eq!(sources.resolved.len(), 1);
        assert_eq!(used, [Used { path, name: Some("DB".to_owned()), place: "APP_SECRET_DB".to_owned() }]);
    }

    #[test]
    fn a_secret_without_a_name_is_not_asked_for() {
        let (_, found, ..) = resolved("a = 'x${SECRET_:-y}'\n");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].message, "a holds a reference to a secret without a name");
    }

    #[test]
    fn what_is_missing_is_said_with_where_it_was_looked_for() {
        let (tree, found, ..) = resolved("a = '${SECRET_GONE}'\nb = '${GONE}'\nc = 'encrypted:abc'\n");
        let said: Vec<&str> = found.iter().map(|diagnostic| diagnostic.message.as_str()).collect();
        assert_eq!(
            said,
            [
                "a needs the secret GONE, which nobody has",
                "b needs the environment variable GONE, which is not set",
                "c is sealed and cannot be opened: this program is built without what opens it",
            ]
        );
        assert_eq!(found[0].notes, ["looked for the variable APP_SECRET_GONE"]);
        assert_eq!(found[0].place().unwrap().position, (1, 1));
        assert_eq!(tree.as_table().unwrap()["a"].as_str(), Some("${SECRET_GONE}"));
    }

    proptest! {
        #[test]
        fn a_text_without_references_stays_as_it_is(text in "[a-z:/@$ -]{0,20}|\\PC{0,20}") {
            prop_assume!(!text.contains("${") && !reference::is_sealed(&text));
            let mut tree = Node::generated(Value::String(text.clone()));
            let host = host();
            let resolver = Resolver { providers: &[], opener: &NoDecryptor, host: &host };
            let mut found = Vec::new();
            resolve(&mut tree, &resolver, &mut Sources::default(), &mut found);
            prop_assert_eq!(tree.as_str(), Some(text.as_str()));
        }

        #[test]
        fn no_text_makes_it_panic(text in "[$:{}A-C_a/@?-]{0,24}|.{0,12}") {
            let mut tree = Node::generated(Value::String(text));
            let host = host();
            let resolver = Resolver { providers: &[], opener: &NoDecryptor, host: &host };
            resolve(&mut tree, &resolver, &mut Sources::default(), &mut Vec::new());
        }
    }
}
