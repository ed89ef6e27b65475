//! Resolution of references and sealed values in a tree.

use confgate_core::diagnostics::{Diagnostic, Severity, codes};
use confgate_core::types::url;
use confgate_core::value::reference::{self, Part, SECRET_PREFIX, parts_with_ranges};
use confgate_core::value::{Node, Path, PathRef, Sources, Value};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::secrets::{Resolver, SecretLookup, SecretWarning};

/// All characters except the unreserved ones of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A secret that a config uses, with its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedSecret {
    /// The value that contains it.
    pub path: Path,
    /// The name, or `None` for a sealed value.
    pub name: Option<String>,
    /// The place where it was found.
    pub place: String,
}

/// Replaces the references in all strings of a tree, and opens sealed values. The original text of every value with a secret
/// goes to `sources.resolved`, so that it can be displayed in place of the secret.
///
/// Returns the secrets that are used. Missing ones and errors of providers go to `diagnostics`.
pub fn resolve(
    tree: &mut Node,
    resolver: &Resolver<'_>,
    sources: &mut Sources,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<UsedSecret> {
    let mut pass = Pass { resolver, sources, diagnostics, used: Vec::new() };
    pass.node(tree, PathRef::Root);
    pass.warn_about_key();
    pass.used
}

/// Returns the diagnostic of a warning about a secret that a value needs.
pub(crate) fn warning_diagnostic(warning: &SecretWarning, path: Path) -> Diagnostic {
    Diagnostic::new(Severity::Warning, warning.code(), path, warning.to_string()).help(warning.help())
}

struct Pass<'a> {
    resolver: &'a Resolver<'a>,
    sources: &'a mut Sources,
    diagnostics: &'a mut Vec<Diagnostic>,
    used: Vec<UsedSecret>,
}

impl Pass<'_> {
    fn node(&mut self, node: &mut Node, trail: PathRef<'_>) {
        match &mut node.value {
            Value::Table(table) => {
                for (key, child) in table.iter_mut() {
                    self.node(child, PathRef::Key(&trail, key));
                }
            }
            Value::List(elements) => {
                for (index, child) in elements.iter_mut().enumerate() {
                    self.node(child, PathRef::Index(&trail, index));
                }
            }
            Value::String(text) if reference::may_have_reference(text) || reference::is_sealed(text) => {
                self.text(node, &trail.to_path());
            }
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
        match self.resolver.decryptor.open(text) {
            Ok(secret) => {
                self.sources.resolved.insert(path.clone(), "a sealed value".to_owned());
                self.used.push(UsedSecret { path: path.clone(), name: None, place: "a sealed value".to_owned() });
                Some(secret.expose().to_owned())
            }
            Err(error) => {
                let message = format!("{path} is sealed and cannot be opened: {}", error.message);
                let diagnostic = Diagnostic::error(&codes::SECRETS_SEALED, path.clone(), message);
                self.push(error.help.into_iter().fold(diagnostic, Diagnostic::help), node);
                None
            }
        }
    }

    /// Adds the warning about the decryption key, once for all sealed values.
    fn warn_about_key(&mut self) {
        if self.used.iter().any(|used| used.name.is_none())
            && let Some(warning) = self.resolver.decryptor.warning()
        {
            self.diagnostics.push(warning_diagnostic(&SecretWarning::Readable(warning), Path::root()));
        }
    }

    fn replace(&mut self, text: &str, path: &Path, node: &Node) -> Option<String> {
        let encoded = needs_encoding(text);
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
                        Some(value) if encoded(bytes.start) => whole.extend(utf8_percent_encode(&value, RESERVED)),
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
            let message = format!("{path} holds a reference to a secret without a valid name");
            self.push(
                Diagnostic::error(path.field(), path.clone(), message).help(reference::UNNAMED_SECRET_HELP),
                node,
            );
            return None;
        }
        match self.resolver.look_up(name) {
            SecretLookup::Present { found, .. } => {
                for warning in &found.warnings {
                    self.push(warning_diagnostic(warning, path.clone()), node);
                }
                self.used.push(UsedSecret { path: path.clone(), name: Some(name.to_owned()), place: found.place });
                Some(found.secret.expose().to_owned())
            }
            SecretLookup::Unknown { error, .. } => {
                let message = format!("cannot read secret {name} (needed by {path}): {}", error.message);
                let diagnostic = Diagnostic::error(&codes::SECRETS_PROVIDER, path.clone(), message);
                self.push(error.help.into_iter().fold(diagnostic, Diagnostic::help), node);
                None
            }
            SecretLookup::Absent { .. } if default.is_some() => default.map(str::to_owned),
            SecretLookup::Absent { searched } => {
                let message = format!("secret {name} not found (needed by {path})");
                let diagnostic = Diagnostic::error(&codes::SECRETS_MISSING, path.clone(), message);
                let diagnostic = searched
                    .iter()
                    .fold(diagnostic, |diagnostic, place| diagnostic.note(format!("looked for {place}")));
                self.push(diagnostic.help(format!("provide the secret {name} in one of these places")), node);
                None
            }
        }
    }

    fn variable(&mut self, name: &str, default: Option<&str>, path: &Path, node: &Node) -> Option<String> {
        if let Some(value) = self.resolver.system.text(name).filter(|value| !value.is_empty() || default.is_none()) {
            return Some(value.to_owned());
        }
        if let Some(default) = default {
            return Some(default.to_owned());
        }
        let message = match self.resolver.system.get(name) {
            Some(_) => format!("environment variable {name} is not UTF-8 (needed by {path})"),
            None => format!("environment variable {name} is not set (needed by {path})"),
        };
        let diagnostic = Diagnostic::error(&codes::ENVIRONMENT_MISSING_VARIABLE, path.clone(), message);
        self.push(diagnostic.help(format!("set {name}, or write ${{{name}:-default}}")), node);
        None
    }

    fn push(&mut self, diagnostic: Diagnostic, node: &Node) {
        self.diagnostics.push(diagnostic.at(self.sources.locations(&node.origin), "set here"));
    }
}

/// Returns a test for the start of a reference, which reports if its value must be percent-encoded. The values in a URL are
/// encoded, except in the host and port, and unless the whole URL is one reference.
fn needs_encoding(text: &str) -> impl Fn(usize) -> bool {
    let authority = text.find("://").map(|scheme| scheme + 3);
    // Blank references before searching the end of the authority: a default may contain a slash.
    let blank = reference::blank_references(text);
    let host = authority.map(|start| {
        let end = blank[start..].find(['/', '?', '#']).map_or(text.len(), |end| start + end);
        let user = url::userinfo(&blank).map_or(start, |user| user.end + 1);
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
    use crate::secrets::{NoDecryptor, Provider, VariableProvider};
    use crate::system::SystemContext;

    fn system() -> SystemContext {
        SystemContext::bare()
            .variable("APP_SECRET_DB", "p@ss/word")
            .variable("APP_SECRET_URL", "pg://u:p@h/x")
            .variable("HOST", "db:5432")
            .variable("EMPTY", "")
    }

    fn resolved(text: &str) -> (Node, Vec<Diagnostic>, Sources, Vec<UsedSecret>) {
        let source = Source::new("app.toml", text);
        let (mut tree, errors) = toml::read(&source);
        assert_eq!(errors, []);
        let (system, mut sources, mut found) = (system(), Sources::from_text(&source), Vec::new());
        let providers: Vec<Box<dyn Provider>> = vec![Box::new(VariableProvider::new(system.clone(), "APP"))];
        let resolver = Resolver { providers: &providers, decryptor: &NoDecryptor, system: &system };
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
    fn the_text_of_a_secret_is_kept_and_that_of_a_variable_is_not() {
        let (_, _, sources, used) = resolved("[t]\na = ['${HOST}', '${SECRET_DB}']\n");
        let path = Path::dotted("t.a").index(1);
        assert_eq!(sources.resolved.get(&path).map(String::as_str), Some("${SECRET_DB}"));
        assert_eq!(sources.resolved.len(), 1);
        assert_eq!(used, [UsedSecret { path, name: Some("DB".to_owned()), place: "APP_SECRET_DB".to_owned() }]);
    }

    #[test]
    fn a_secret_without_a_name_is_not_looked_up() {
        let (_, found, ..) = resolved("a = 'x${SECRET_:-y}'\n");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].message, "a holds a reference to a secret without a valid name");
    }

    #[test]
    fn a_missing_secret_is_reported_with_the_searched_places() {
        let (tree, found, ..) = resolved("a = '${SECRET_GONE}'\nb = '${GONE}'\nc = 'encrypted:abc'\n");
        let messages: Vec<&str> = found.iter().map(|diagnostic| diagnostic.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "secret GONE not found (needed by a)",
                "environment variable GONE is not set (needed by b)",
                "c is sealed and cannot be opened: this program is built without support for sealed values",
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
            let system = system();
            let resolver = Resolver { providers: &[], decryptor: &NoDecryptor, system: &system };
            let mut found = Vec::new();
            resolve(&mut tree, &resolver, &mut Sources::default(), &mut found);
            prop_assert_eq!(tree.as_str(), Some(text.as_str()));
        }

        #[test]
        fn no_text_makes_it_panic(text in "[$:{}A-C_a/@?-]{0,24}|.{0,12}") {
            let mut tree = Node::generated(Value::String(text));
            let system = system();
            let resolver = Resolver { providers: &[], decryptor: &NoDecryptor, system: &system };
            resolve(&mut tree, &resolver, &mut Sources::default(), &mut Vec::new());
        }
    }
}
