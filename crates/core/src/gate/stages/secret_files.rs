//! Rejects paths of secret files in the Nix store, which every user can read.

use std::path::{self, Component, PathBuf};

use crate::diagnostics::{Diagnostic, codes};
use crate::gate::pass::Pass;
use crate::schema::keywords::SECRET_FILE;
use crate::schema::{FieldCursor, Subschema};
use crate::value::{Node, Path, PathRef, Value};

/// The directory of the Nix store.
const STORE: &str = "/nix/store";

pub fn run(pass: &mut Pass<'_>) {
    let view = pass.spec.view();
    let mut found = Vec::new();
    search(Some(view), &pass.tree, PathRef::Root, &mut found);
    let diagnostics: Vec<Diagnostic> = found.into_iter().map(|(path, node)| diagnostic(path, node, pass)).collect();
    pass.diagnostics.extend(diagnostics);
}

fn search<'t>(view: Option<Subschema<'_>>, node: &'t Node, trail: PathRef<'_>, found: &mut Vec<(Path, &'t Node)>) {
    let Some(view) = view.filter(|view| view.holds_secret_files()) else { return };
    match &node.value {
        Value::Table(table) => {
            let mut cursor = FieldCursor::new(view);
            for (key, child) in table {
                search(cursor.property(key, node), child, PathRef::Key(&trail, key), found);
            }
        }
        // The keyword of a list is that of each element.
        Value::List(elements) if view.marked(SECRET_FILE) => {
            for (index, child) in elements.iter().enumerate() {
                search(Some(view), child, PathRef::Index(&trail, index), found);
            }
        }
        Value::List(elements) => {
            for (index, child) in elements.iter().enumerate() {
                search(view.element(index, node), child, PathRef::Index(&trail, index), found);
            }
        }
        Value::String(text) if view.marked(SECRET_FILE) && is_in_store(text) => found.push((trail.to_path(), node)),
        _ => {}
    }
}

/// Tells whether a path leads into the store. `.`, `..` and repeated slashes make no difference.
fn is_in_store(path: &str) -> bool {
    // Most paths have no such part.
    if !path.contains("/nix") {
        return false;
    }
    let path = path::Path::new(path.strip_prefix("file://").unwrap_or(path));
    let mut plain = PathBuf::from("/");
    for component in path.components() {
        match component {
            Component::Normal(name) => plain.push(name),
            Component::ParentDir => {
                plain.pop();
            }
            Component::RootDir | Component::CurDir | Component::Prefix(_) => {}
        }
    }
    path.is_absolute() && plain.starts_with(STORE)
}

fn diagnostic(path: Path, node: &Node, pass: &Pass<'_>) -> Diagnostic {
    let message = format!("{path} is the file of a secret, and is in the Nix store");
    let diagnostic = Diagnostic::error(&codes::SECRETS_IN_STORE, path, message);
    let diagnostic = diagnostic.at(pass.sources.locations(&node.origin), "set here");
    let diagnostic = diagnostic.note("everyone can read the store: replace a key that was there");
    diagnostic.help(match pass.sources.nix.is_empty() {
        true => "name a file outside of the store that the service alone can read",
        false => "write the path of a file outside of the store in quotes; ${./file} copies the file to the store",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::stages::test_pass::TestPass;

    #[test]
    fn a_secret_file_in_the_store_is_rejected_and_other_files_are_not() {
        let file = serde_json::json!({ "type": ["string", "null"], "x-secret-file": true });
        let schema = serde_json::json!({ "properties": {
            "key": file, "cert": { "type": "string" },
            "keys": { "type": "array", "items": file },
            "all": { "type": "array", "x-secret-file": true, "items": { "type": "string" } },
            "by_name": { "type": "object", "additionalProperties": file },
            "servers": { "type": "array", "items": { "properties": { "key": file } } },
        } });
        let text = "key = '/nix/store/x-key.pem'\ncert = '/nix/store/x-cert.pem'\n\
                    keys = ['/run/key', '//nix/./store/x-a', '/nix/../nix/store/x-d']\nall = ['file:///nix/store/x-b', '/nix/storeroom/x', '/nix/store/../key']\n\
                    by_name = { a = '/nix/store/x-c' }\nservers = [{ key = '/nix/store' }, { key = 'nix/store/x' }]\n";
        let test = TestPass::new(schema, text);
        let pass = test.run(run);
        let paths: Vec<String> = pass.diagnostics.iter().map(|diagnostic| diagnostic.path.to_string()).collect();
        assert_eq!(paths, ["key", "keys[1]", "keys[2]", "all[0]", "by_name.a", "servers[0].key"]);
        assert_eq!(pass.diagnostics[0].message, "key is the file of a secret, and is in the Nix store");
    }
}
