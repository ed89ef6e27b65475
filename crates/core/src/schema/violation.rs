//! A violation of a schema, in a form that is independent of the validator.

use serde_json::Value as Json;

use crate::schema::ecma_pattern::{Translations, original_pointer};
use crate::value::Node;

/// A value that violates one keyword of a schema.
#[derive(Debug, Clone, PartialEq)]
pub struct Violation {
    /// The value, as a JSON Pointer into the config.
    pub instance: String,
    /// The keyword, as a JSON Pointer into the schema.
    pub schema: String,
    /// The name of the keyword.
    pub keyword: String,
    /// The condition that the keyword states.
    pub condition: Condition,
}

impl Violation {
    /// Returns the JSON Pointer of the subschema that has the keyword.
    pub fn subschema(&self) -> Option<&str> {
        self.schema.rsplit_once('/').map(|(subschema, _)| subschema)
    }

    /// Names the keys of a table that admits none. The engine reports the schema `false` at the table.
    pub fn name_keys(&mut self, tree: &Node) {
        if let Condition::NoAlternative(alternatives) = &mut self.condition {
            return alternatives.iter_mut().flatten().for_each(|violation| violation.name_keys(tree));
        }
        if self.condition != Condition::Nothing || !self.is_of_keys() {
            return;
        }
        let table = tree.get(&tree.path_of(&self.instance).0).and_then(Node::as_table);
        let keys = table.into_iter().flatten().filter(|(_, node)| !node.is_absent());
        self.condition = Condition::NoOtherKeys(keys.map(|(key, _)| key.to_string()).collect());
        self.keyword = "additionalProperties".to_owned();
    }

    /// Tells whether the keyword is about the keys of the value, and not a field of that name.
    fn is_of_keys(&self) -> bool {
        let mut steps = self.schema.rsplit('/');
        let (Some(keyword), around) = (steps.next(), steps.next()) else { return false };
        let is_field = around == Some("properties") && self.instance.rsplit('/').next() == Some(keyword);
        matches!(keyword, "additionalProperties" | "propertyNames") && !is_field
    }

    /// Replaces the patterns of the engine by those that the schema has.
    pub fn restore_patterns(&mut self, translations: &Translations) {
        self.schema = original_pointer(&self.schema, translations);
        match &mut self.condition {
            Condition::Pattern(pattern) => {
                if let Some(original) = translations.get(pattern) {
                    pattern.clone_from(original);
                }
            }
            Condition::PropertyNames(_, violation) => violation.restore_patterns(translations),
            Condition::NoAlternative(alternatives) => {
                alternatives.iter_mut().flatten().for_each(|violation| violation.restore_patterns(translations));
            }
            _ => {}
        }
    }
}

/// The condition of a keyword, with its arguments.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// `type`, with the names of the types.
    Type(Vec<String>),
    /// `minimum`.
    Minimum(Json),
    /// `maximum`.
    Maximum(Json),
    /// `exclusiveMinimum`.
    ExclusiveMinimum(Json),
    /// `exclusiveMaximum`.
    ExclusiveMaximum(Json),
    /// `multipleOf`.
    MultipleOf(f64),
    /// `formatMinimum` of a duration.
    FormatMinimum,
    /// `formatMaximum` of a duration.
    FormatMaximum,
    /// `minLength`.
    MinLength(u64),
    /// `maxLength`.
    MaxLength(u64),
    /// `minItems`.
    MinItems(u64),
    /// `maxItems`, or `items: false` behind a list of schemas.
    MaxItems(u64),
    /// `unevaluatedItems: false`.
    UnevaluatedItems,
    /// `minProperties`.
    MinProperties(u64),
    /// `maxProperties`.
    MaxProperties(u64),
    /// `contains`, `minContains` or `maxContains`.
    Contains,
    /// `uniqueItems`.
    UniqueItems,
    /// `enum`, with the values.
    Enum(Vec<Json>),
    /// `const`, with the value.
    Const(Json),
    /// `pattern`, with the regular expression.
    Pattern(String),
    /// `format`, with its name.
    Format(String),
    /// `additionalProperties: false` or `unevaluatedProperties: false`, with the unknown keys.
    NoOtherKeys(Vec<String>),
    /// `required` or `dependentRequired`, with the missing key.
    Required(String),
    /// `propertyNames`, with the key and the violation of its name.
    PropertyNames(String, Box<Violation>),
    /// `anyOf` or `oneOf` without a valid alternative, with the violations of each alternative.
    NoAlternative(Vec<Vec<Violation>>),
    /// `oneOf` with several valid alternatives, with their indices.
    SeveralAlternatives(Vec<usize>),
    /// `not`.
    Not,
    /// The schema `false`.
    Nothing,
    /// Any other keyword.
    Other,
}
