//! Two schemas, walked side by side.

use serde_json::{Map, Value as Json};

use crate::diagnostics::codes::{self, Code};
use crate::migrate::compatible::{Break, bounds};
use crate::value::Path;

/// Both documents, and what was found so far.
pub struct Walk<'s> {
    old: &'s Json,
    new: &'s Json,
    found: Vec<Break>,
    /// The pairs around the current one: a schema that holds itself has no end.
    open: Vec<(*const Json, *const Json)>,
}

/// Keywords whose meaning for what is stored cannot be told when they change.
const OPAQUE: &[&str] = &[
    "not",
    "if",
    "then",
    "else",
    "dependentRequired",
    "dependentSchemas",
    "contains",
    "propertyNames",
    "patternProperties",
    "prefixItems",
    "unevaluatedProperties",
    "unevaluatedItems",
];

impl<'s> Walk<'s> {
    /// What the newer schema refuses and the older one does not.
    pub fn over(old: &'s Json, new: &'s Json) -> Vec<Break> {
        let mut walk = Self { old, new, found: Vec::new(), open: Vec::new() };
        walk.pair(old, new, &Path::root());
        walk.found
    }

    fn say(&mut self, code: &Code, path: &Path, says: &str) {
        self.found.push(Break::new(code, path, says));
    }

    fn pair(&mut self, old: &'s Json, new: &'s Json, path: &Path) {
        let (old, new) = (resolved(self.old, old), resolved(self.new, new));
        let pair = (std::ptr::from_ref(old), std::ptr::from_ref(new));
        if old == new && self.old == self.new || self.open.contains(&pair) || *old == Json::Bool(false) {
            return;
        }
        if *new == Json::Bool(false) {
            return self.say(&codes::COMPATIBLE_REMOVED, path, "is no longer taken");
        }
        self.open.push(pair);
        let mut says = Vec::new();
        bounds::narrowed(old, new, &mut says);
        for keyword in
            OPAQUE.iter().filter(|keyword| new.get(**keyword).is_some() && new.get(**keyword) != old.get(**keyword))
        {
            says.push(format!("has another `{keyword}`"));
        }
        says.iter().for_each(|says| self.say(&codes::COMPATIBLE_NARROWED, path, says));
        self.properties(old, new, path);
        if let Some(items) = new.get("items") {
            self.pair(old.get("items").unwrap_or(&Json::Null), items, &path.index(0));
        }
        for part in list(new, "allOf") {
            if !list(old, "allOf").contains(part) {
                self.pair(old, part, path);
            }
        }
        self.alternatives(old, new, path);
        self.open.pop();
    }

    fn properties(&mut self, old: &'s Json, new: &'s Json, path: &Path) {
        let (before, after) = (table(old, "properties"), table(new, "properties"));
        let others = new.get("additionalProperties");
        for (name, property) in before.into_iter().flatten() {
            match (after.and_then(|after| after.get(name)), others) {
                (Some(now), _) => self.pair(property, now, &path.key(name)),
                (None, Some(Json::Bool(false))) => {
                    self.say(&codes::COMPATIBLE_REMOVED, &path.key(name), "is no longer there")
                }
                (None, Some(others)) => self.pair(property, others, &path.key(name)),
                (None, None) => {}
            }
        }
        let required = |schema: &Json, name: &str| list(schema, "required").iter().any(|it| it == name);
        for name in list(new, "required").iter().filter_map(Json::as_str) {
            let has_default = after.and_then(|after| after.get(name)).is_some_and(|it| it.get("default").is_some());
            if !required(old, name) && !has_default {
                self.say(&codes::COMPATIBLE_REQUIRED, &path.key(name), "must be written, and has no default");
            }
        }
        // A schema that says nothing of tables lets no table in where it names other types.
        let (Some(others), true) = (others, takes_tables(old)) else { return };
        match old.get("additionalProperties") {
            Some(Json::Bool(false)) => {}
            Some(before @ Json::Object(_)) if *others != Json::Bool(false) => self.pair(before, others, &path.key("*")),
            _ if *others == Json::Bool(false) => {
                self.say(&codes::COMPATIBLE_NARROWED, path, "takes no keys any more that it does not name")
            }
            _ => self.pair(&Json::Null, others, &path.key("*")),
        }
    }

    /// Each alternative that there was must be one that there is.
    fn alternatives(&mut self, old: &'s Json, new: &'s Json, path: &Path) {
        let now = [list(new, "oneOf"), list(new, "anyOf")].concat();
        if now.is_empty() {
            let before: Vec<&'s Json> = list(old, "oneOf").iter().chain(list(old, "anyOf")).collect();
            // What the alternatives say on top of the rest was not seen when both were compared.
            for alternative in before.into_iter().filter(|_| says_anything(new)) {
                self.pair(alternative, new, path);
            }
            return;
        }
        let before: Vec<&'s Json> = list(old, "oneOf").iter().chain(list(old, "anyOf")).collect();
        let before = if before.is_empty() { vec![old] } else { before };
        for alternative in before {
            let now: Vec<&'s Json> = list(new, "oneOf").iter().chain(list(new, "anyOf")).collect();
            let tried = now.into_iter().map(|candidate| {
                let mut walk = Walk { found: Vec::new(), open: self.open.clone(), ..*self };
                walk.pair(alternative, candidate, path);
                walk.found
            });
            // The one that comes nearest says best what is missing.
            let nearest = tried.min_by_key(|found| (found.iter().any(|it| it.path == *path), found.len()));
            self.found.extend(nearest.unwrap_or_default());
        }
    }
}

/// Whether a schema has a word on values themselves.
fn says_anything(schema: &Json) -> bool {
    ["type", "enum", "const", "properties", "pattern", "format"].iter().any(|keyword| schema.get(*keyword).is_some())
}

fn takes_tables(schema: &Json) -> bool {
    match schema.get("type") {
        None => schema.get("enum").is_none() && schema.get("const").is_none(),
        Some(Json::Array(types)) => types.iter().any(|name| name == "object"),
        Some(name) => name == "object",
    }
}

fn list<'s>(schema: &'s Json, keyword: &str) -> &'s [Json] {
    schema.get(keyword).and_then(Json::as_array).map_or(&[], Vec::as_slice)
}

fn table<'s>(schema: &'s Json, keyword: &str) -> Option<&'s Map<String, Json>> {
    schema.get(keyword).and_then(Json::as_object)
}

/// What a reference leads to, within its document.
fn resolved<'s>(document: &'s Json, mut schema: &'s Json) -> &'s Json {
    for _ in 0..16 {
        let target = schema.get("$ref").and_then(Json::as_str).and_then(|reference| reference.strip_prefix('#'));
        match target.and_then(|pointer| document.pointer(pointer)) {
            Some(next) => schema = next,
            None => break,
        }
    }
    schema
}
