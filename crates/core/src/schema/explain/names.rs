//! Diagnostics for keys whose name is not admitted: `propertyNames`.

use serde_json::Value as Json;

use crate::diagnostics::Diagnostic;
use crate::schema::explain::explainer::Explainer;
use crate::schema::explain::missing::owner;
use crate::schema::explain::phrases::breach;
use crate::schema::explain::similar_keys::similar_names;
use crate::schema::explain::site::{Site, key_place, suggest_key};
use crate::schema::violation::Violation;
use crate::sensitive::display;
use crate::value::{Node, Path, Value};

/// Creates the diagnostic for a key whose name is not admitted.
pub(super) fn wrong_name(name: &str, violation: &Violation, table: &Site<'_>, explainer: &Explainer<'_>) -> Diagnostic {
    let stated = violation.subschema().and_then(|pointer| explainer.root.pointer(pointer));
    let node = Node::generated(Value::String(name.to_owned()));
    let path = table.path.key(name);
    let site =
        Site { path, node: Some(&node), view: stated, stated, unresolved: None, in_secret: false, name_hides: false };
    let (must, _) = breach(&violation.condition, &violation.keyword, &site);
    let message = match must.words.strip_prefix("not be ") {
        Some(excluded) => format!("{} must not have the key {excluded}", owner(&table.path)),
        None => format!("the key of {} must {}", display::path(&site.path), must.words),
    };
    let mut diagnostic = Diagnostic::error(site.path.field(), site.path.clone(), message);
    diagnostic.keyword = Some("propertyNames".to_owned());
    let value = table.node.and_then(|node| node.as_table()?.get(name));
    if let Some(value) = value {
        diagnostic = diagnostic.at(explainer.context.sources.locations(&value.origin), "");
    }
    let words = site.get("enum").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str);
    let paths: Vec<Path> = similar_names(name, words).into_iter().map(|word| table.path.key(word)).collect();
    match paths.into_iter().find(|path| explainer.accepts_move(&site.path, path)) {
        Some(path) => {
            let place = value.and_then(|node| key_place(node, explainer.context.sources));
            let shown = path.last_key().unwrap_or_default().to_owned();
            diagnostic.suggest(&[shown], vec![suggest_key(&path, &table.path, place.as_ref())])
        }
        None => diagnostic.help("give it another name, or remove it"),
    }
}
