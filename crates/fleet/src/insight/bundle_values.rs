//! The fields of a bundle's config, without secrets.

use std::collections::BTreeMap;
use std::sync::Arc;

use confgate_core::bundle::ValueOrigins;
use confgate_core::environment::Environment;
use confgate_core::gate::Gate;
use confgate_core::gate::redact::redacted;
use confgate_core::toml::inline;
use confgate_core::value::reference::{Part, SECRET_PREFIX, parts};
use confgate_core::value::{Node, Path, Segment, Sources, Value};

use crate::gated::GatedConfig;
use crate::insight::texts::Texts;

/// The fields of a config by their dotted paths. Tables are split into their fields; a list is one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleValues {
    /// The environment of the config.
    pub environment: Environment,
    /// The fields.
    pub fields: BTreeMap<Arc<str>, FieldValue>,
    /// The names of the secrets that the config references, each with the first field.
    pub secrets: BTreeMap<Arc<str>, Arc<str>>,
}

/// The value of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldValue {
    /// The value as TOML on one line, redacted.
    pub text: Arc<str>,
    /// The place where it is defined: FILE:LINE:COLUMN. `None` for a default of the schema.
    pub place: Option<Arc<str>>,
    /// The places of definitions that it overrides.
    pub overridden: Vec<Arc<str>>,
    /// The value, if it is a boolean.
    pub flag: Option<bool>,
    /// True if a part of the value was redacted.
    pub is_redacted: bool,
}

impl BundleValues {
    /// Returns the fields of a config.
    pub(super) fn of(config: &GatedConfig, environment: Environment, gate: &Gate, texts: &mut Texts) -> Self {
        let shown = redacted(gate.view(), &config.tree, &Path::root(), &Sources::default());
        let mut walk = Walk { config, texts, fields: BTreeMap::new(), secrets: BTreeMap::new() };
        walk.visit(&config.tree, &shown, &mut Path::root());
        Self { environment, fields: walk.fields, secrets: walk.secrets }
    }

    /// Returns the text of a field; `None` if it is absent.
    pub fn text(&self, field: &str) -> Option<&Arc<str>> {
        self.fields.get(field).map(|field| &field.text)
    }
}

/// A walk over a config and its redacted copy.
struct Walk<'w> {
    config: &'w GatedConfig,
    texts: &'w mut Texts,
    fields: BTreeMap<Arc<str>, FieldValue>,
    secrets: BTreeMap<Arc<str>, Arc<str>>,
}

impl Walk<'_> {
    fn visit(&mut self, node: &Node, shown: &Node, path: &mut Path) {
        match (&node.value, &shown.value) {
            (Value::Null, _) => {}
            (Value::Table(table), Value::Table(shown)) => {
                for (key, child) in table.iter() {
                    let Some(shown) = shown.get(key) else { continue };
                    path.0.push(Segment::Key(key.clone()));
                    self.visit(child, shown, path);
                    path.0.pop();
                }
            }
            _ => self.field(node, shown, path),
        }
    }

    fn field(&mut self, node: &Node, shown: &Node, path: &Path) {
        let name = self.texts.share(&path.to_string());
        let place = self.config.definition_of(path).map(|definition| self.texts.share(&definition.to_string()));
        let overridden = self.config.origins.get(&path.pointer()).map_or_else(Vec::new, |origins| {
            let places = overridden_places(origins);
            places.map(|place| self.texts.share(&place)).collect()
        });
        let flag = match node.value {
            Value::Bool(flag) => Some(flag),
            _ => None,
        };
        self.references(node, &name);
        let text = self.texts.share(&inline(shown));
        self.fields.insert(name, FieldValue { text, place, overridden, flag, is_redacted: node != shown });
    }

    /// Records the names of the secrets that a value references.
    fn references(&mut self, node: &Node, field: &Arc<str>) {
        match &node.value {
            Value::String(text) => {
                for part in parts(text) {
                    if let Part::Reference { name, .. } = part
                        && let Some(secret) = name.strip_prefix(SECRET_PREFIX)
                    {
                        let secret = self.texts.share(secret);
                        self.secrets.entry(secret).or_insert_with(|| field.clone());
                    }
                }
            }
            Value::List(elements) => elements.iter().for_each(|element| self.references(element, field)),
            Value::Table(table) => table.iter().for_each(|(_, child)| self.references(child, field)),
            _ => {}
        }
    }
}

fn overridden_places(origins: &ValueOrigins) -> impl Iterator<Item = String> {
    origins.overridden.iter().map(|overridden| overridden.definition.to_string())
}

#[cfg(test)]
pub(super) mod tests {
    use confgate_core::bundle::OverriddenDefinition;
    use confgate_core::diagnostics::Report;
    use confgate_core::toml;
    use confgate_core::value::{Definition, Format, Source};
    use serde_json::json;

    use super::*;

    /// Returns a gate with a secret, a boolean and a default.
    pub fn gate() -> Gate {
        let properties = json!({
            "debug": { "type": "boolean", "default": false },
            "limit": { "type": "integer", "default": 500 },
            "names": { "type": "array", "items": { "type": "string" } },
            "server": { "type": "object", "properties": { "port": { "type": "integer" } } },
            "token": { "type": "string", "x-secret": true },
        });
        Gate::of_schema(json!({ "type": "object", "properties": properties })).unwrap()
    }

    /// Returns the fields of a config. Each of `set` is a pointer with the line of `node.nix` that defines it; a definition on line 1
    /// of `base.nix` is overridden there.
    pub fn values(text: &str, set: &[(&str, usize)]) -> BundleValues {
        let tree = toml::read(&Source::new("config.toml", text)).0;
        let at = |file: &str, line| Definition { file: file.to_owned(), line, column: 1, element: None };
        let origins = set.iter().map(|(pointer, line)| {
            let overridden = vec![OverriddenDefinition { definition: at("base.nix", 1), priority: 1000 }];
            ((*pointer).to_owned(), ValueOrigins { set: vec![at("node.nix", *line)], overridden })
        });
        let report = Report::new(Vec::new());
        let config = GatedConfig { tree, origins: origins.collect(), report, format: Format::Toml };
        BundleValues::of(&config, Environment::Production, &gate(), &mut Texts::default())
    }

    #[test]
    fn tables_are_split_into_fields_with_their_places() {
        let values = values("limit = 600\nnames = ['a', 'b']\n[server]\nport = 1\n", &[("/limit", 7), ("/server", 9)]);
        let fields: Vec<(&str, &str)> =
            values.fields.iter().map(|(name, field)| (name.as_ref(), field.text.as_ref())).collect();
        assert_eq!(fields, [("limit", "600"), ("names", "[\"a\", \"b\"]"), ("server.port", "1")]);
        let place = |name: &str| values.fields[name].place.as_deref();
        assert_eq!(
            [place("limit"), place("names"), place("server.port")],
            [Some("node.nix:7:1"), None, Some("node.nix:9:1")]
        );
        assert_eq!(&*values.fields["limit"].overridden[0], "base.nix:1:1");
        assert_eq!(values.text("absent"), None);
    }

    #[test]
    fn a_secret_is_its_reference_and_a_plain_one_is_redacted() {
        let values = values("token = '${SECRET_API}'\nnames = ['${SECRET_DB:-x}']\n", &[]);
        assert_eq!(values.text("token").unwrap().as_ref(), "\"${SECRET_API}\"");
        assert!(!values.fields["token"].is_redacted);
        let names: Vec<(&str, &str)> =
            values.secrets.iter().map(|(name, field)| (name.as_ref(), field.as_ref())).collect();
        assert_eq!(names, [("API", "token"), ("DB", "names")]);
        let plain = super::tests::values("token = 'canary-3f9a'\n", &[]);
        assert!(plain.fields["token"].is_redacted && !format!("{plain:?}").contains("canary"), "{plain:?}");
    }

    #[test]
    fn a_boolean_is_a_flag() {
        let values = values("debug = true\nlimit = 1\n", &[]);
        assert_eq!((values.fields["debug"].flag, values.fields["limit"].flag), (Some(true), None));
    }
}
