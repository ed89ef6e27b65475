//! Compilation of a document to rules.

use std::collections::HashMap;
use std::mem;

use serde_json::{Map, Value as Json};

use crate::schema::admission::number::Number;
use crate::schema::admission::pattern::Pattern;
use crate::schema::admission::rule::{ListRule, Place, Rule, SameRule, TableRule};
use crate::schema::admission::scalar_rule::{Choice, NumberRule, TextRule};
use crate::schema::format::Format;
use crate::schema::index::Types;
use crate::schema::keywords::{ENUM_DESCRIPTIONS, FORMAT_MAXIMUM, FORMAT_MINIMUM, PATTERN_ERROR_MESSAGE};
use crate::schema::pointer::at_pointer;
use crate::schema::resolve::{Dialect, resolved_pointer};

/// The formats of Rust's numbers, which schemars writes and no validator checks.
const UNCHECKED_FORMATS: &[&str] =
    &["int8", "int16", "int32", "int64", "int", "uint8", "uint16", "uint32", "uint64", "uint", "float", "double"];

/// Keywords that do not restrict values.
const ANNOTATIONS: &[&str] = &[
    "$schema",
    "$comment",
    "$anchor",
    "$dynamicAnchor",
    "$defs",
    "definitions",
    "title",
    "description",
    "markdownDescription",
    "default",
    "examples",
    "deprecated",
    "readOnly",
    "writeOnly",
    ENUM_DESCRIPTIONS,
    PATTERN_ERROR_MESSAGE,
];

/// The maximum number of rules within one another. A schema that is nested more deeply is left to the validator.
const MAX_DEPTH: usize = 256;

/// Compiles a resolved document. The first rule is that of the root.
pub fn compile(document: &Json, dialect: Dialect) -> Vec<Rule> {
    let targets = HashMap::from([(String::new(), 0)]);
    let mut compiler = Compiler { document, dialect, rules: Vec::new(), targets, depth: 0 };
    compiler.rule(document);
    compiler.rules
}

/// Tells whether a dialect has a keyword that only some have.
fn has_keyword(dialect: Dialect, keyword: &str) -> bool {
    match keyword {
        "const" | "contains" | "propertyNames" | "exclusiveMinimum" | "exclusiveMaximum" => dialect >= Dialect::Draft6,
        "if" | "then" | "else" => dialect >= Dialect::Draft7,
        "dependentRequired" => dialect >= Dialect::Draft201909,
        "prefixItems" => dialect >= Dialect::Draft202012,
        _ => true,
    }
}

struct Compiler<'d> {
    document: &'d Json,
    dialect: Dialect,
    rules: Vec<Rule>,
    /// The rules of the targets of references by their pointers, because a schema may refer to itself.
    targets: HashMap<String, Place>,
    /// The number of rules around the current one.
    depth: usize,
}

impl<'d> Compiler<'d> {
    fn rule(&mut self, at: &'d Json) -> Place {
        let place = self.rules.len();
        self.rules.push(Rule::default());
        self.depth += 1;
        self.rules[place] = match at {
            _ if self.depth > MAX_DEPTH => Rule { is_partial: true, ..Rule::default() },
            Json::Bool(admits) => Rule { admits_nothing: !admits, ..Rule::default() },
            Json::Object(keywords) => self.read(keywords),
            _ => Rule { is_partial: true, ..Rule::default() },
        };
        self.depth -= 1;
        place as Place
    }

    fn rules(&mut self, list: &'d [Json]) -> Box<[Place]> {
        list.iter().map(|at| self.rule(at)).collect()
    }

    /// Returns the rule of the target of a reference; `None` if the reference leads nowhere.
    fn target(&mut self, reference: &str) -> Option<Place> {
        let pointer = resolved_pointer(reference)?;
        if let Some(known) = self.targets.get(&pointer) {
            return Some(*known);
        }
        let target = at_pointer(self.document, &pointer)?;
        // The place of the rule that comes next.
        self.targets.insert(pointer, self.rules.len() as Place);
        Some(self.rule(target))
    }

    fn read(&mut self, keywords: &'d Map<String, Json>) -> Rule {
        let mut rule = Rule::default();
        if self.dialect.is_classic()
            && let Some(reference) = keywords.get("$ref")
        {
            rule.is_partial = self.same(&mut rule, "$ref", reference, keywords).is_none();
            return rule;
        }
        for (keyword, value) in keywords {
            let is_read = ANNOTATIONS.contains(&keyword.as_str())
                || keyword.starts_with("x-")
                || has_keyword(self.dialect, keyword) && self.keyword(&mut rule, keyword, value, keywords).is_some();
            rule.is_partial |= !is_read;
        }
        rule
    }

    /// Reads a keyword; `None` if it is not known, or has a value that is not.
    fn keyword(
        &mut self,
        rule: &mut Rule,
        keyword: &'d str,
        value: &'d Json,
        beside: &'d Map<String, Json>,
    ) -> Option<()> {
        match keyword {
            // The identifier of the root: those below it are found before.
            "$id" | "id" => value.is_string().then_some(()),
            "type" => {
                rule.types = Types::of_known(value)?;
                Some(())
            }
            "enum" => set_options(rule, value.as_array()?.iter()),
            "const" => set_options(rule, std::iter::once(value)),
            "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => {
                bound(rule.number.get_or_insert_default(), keyword, value)
            }
            "minLength" | "maxLength" | "pattern" | "format" | FORMAT_MINIMUM | FORMAT_MAXIMUM => {
                text(rule, keyword, value)
            }
            "minItems" | "maxItems" | "uniqueItems" | "prefixItems" | "items" | "contains" => {
                let mut list = rule.list.take().unwrap_or_default();
                let read = self.list(&mut list, keyword, value, beside);
                rule.list = Some(list);
                read
            }
            "properties"
            | "required"
            | "patternProperties"
            | "additionalProperties"
            | "propertyNames"
            | "minProperties"
            | "maxProperties"
            | "dependentRequired" => {
                let mut table = rule.table.take().unwrap_or_default();
                let read = self.table(&mut table, keyword, value);
                rule.table = Some(table);
                read
            }
            _ => self.same(rule, keyword, value, beside),
        }
    }

    fn list(
        &mut self,
        list: &mut ListRule,
        keyword: &str,
        value: &'d Json,
        beside: &'d Map<String, Json>,
    ) -> Option<()> {
        match keyword {
            "minItems" => list.min_items = Some(size(value)?),
            "maxItems" => list.max_items = Some(size(value)?),
            "uniqueItems" => list.is_unique = value.as_bool()?,
            "prefixItems" => list.first = self.rules(value.as_array()?),
            // As a list it is the older form of `prefixItems`.
            "items" => list.items = Some(Some(value).filter(|value| !value.is_array()).map(|value| self.rule(value))?),
            "contains" if !beside.contains_key("minContains") && !beside.contains_key("maxContains") => {
                list.contains = Some(self.rule(value));
            }
            _ => return None,
        }
        Some(())
    }

    fn table(&mut self, table: &mut TableRule, keyword: &str, value: &'d Json) -> Option<()> {
        match keyword {
            "properties" => {
                for (name, at) in value.as_object()? {
                    let rule = self.rule(at);
                    table.properties.entry(name.as_str().into()).or_default().rule = Some(rule);
                }
            }
            "required" => {
                for name in value.as_array()? {
                    let property = table.properties.entry(name.as_str()?.into()).or_default();
                    table.required += usize::from(!mem::replace(&mut property.is_required, true));
                }
            }
            "patternProperties" => {
                let patterns = value.as_object()?.iter().map(|(name, at)| (Pattern::new(name), self.rule(at)));
                table.patterns = patterns.collect();
                return table.patterns.iter().all(|(pattern, _)| pattern.is_some()).then_some(());
            }
            "additionalProperties" => table.others = Some(self.rule(value)),
            "propertyNames" => table.names = Some(self.rule(value)),
            "minProperties" => table.min_properties = Some(size(value)?),
            "maxProperties" => table.max_properties = Some(size(value)?),
            "dependentRequired" => {
                let dependent = value.as_object()?.iter().map(|(name, names)| {
                    let names = names.as_array()?.iter().map(|name| Some(name.as_str()?.into()));
                    Some((name.as_str().into(), names.collect::<Option<_>>()?))
                });
                table.dependent = dependent.collect::<Option<_>>()?;
            }
            _ => return None,
        }
        Some(())
    }

    fn same(&mut self, rule: &mut Rule, keyword: &str, value: &'d Json, beside: &'d Map<String, Json>) -> Option<()> {
        let mut same = rule.same.take().unwrap_or_default();
        let read = self.same_value(&mut same, keyword, value, beside);
        rule.same = Some(same);
        read
    }

    fn same_value(
        &mut self,
        same: &mut SameRule,
        keyword: &str,
        value: &'d Json,
        beside: &'d Map<String, Json>,
    ) -> Option<()> {
        match keyword {
            "$ref" => same.all.push(self.target(value.as_str()?)?),
            "allOf" => same.all.extend(self.rules(value.as_array()?)),
            "anyOf" => same.any = Some(self.rules(value.as_array()?)),
            "oneOf" => same.one = Some(self.rules(value.as_array()?)),
            "not" => same.not = Some(self.rule(value)),
            "if" => same.condition = Some(self.rule(value)),
            // Without `if`, the other two are ignored.
            "then" | "else" if !beside.contains_key("if") => {}
            "then" => same.then = Some(self.rule(value)),
            "else" => same.otherwise = Some(self.rule(value)),
            _ => return None,
        }
        Some(())
    }
}

/// Returns a size; `None` for a value such as `2.0`.
fn size(value: &Json) -> Option<usize> {
    value.as_u64()?.try_into().ok()
}

fn set_options<'d>(rule: &mut Rule, values: impl Iterator<Item = &'d Json>) -> Option<()> {
    let values = values.map(|value| match value {
        Json::Null => Some(Choice::Null),
        Json::Bool(value) => Some(Choice::Bool(*value)),
        Json::Number(number) => Number::of_schema(number).map(Choice::Number),
        Json::String(text) => Some(Choice::Text(text.as_str().into())),
        Json::Array(_) | Json::Object(_) => Some(Choice::Other),
    });
    // `const` beside `enum` is rare.
    let is_first = rule.options.is_none();
    rule.options = Some(values.collect::<Option<_>>()?);
    is_first.then_some(())
}

fn bound(rule: &mut NumberRule, keyword: &str, value: &Json) -> Option<()> {
    // In draft 4, the exclusive bounds are booleans.
    let limit = match value {
        Json::Number(number) => Number::of_schema(number)?,
        _ => return None,
    };
    let bound = match keyword {
        "minimum" => &mut rule.minimum,
        "maximum" => &mut rule.maximum,
        "exclusiveMinimum" => &mut rule.above,
        "exclusiveMaximum" => &mut rule.below,
        _ => &mut rule.multiple_of,
    };
    *bound = Some(limit);
    Some(())
}

fn text(rule: &mut Rule, keyword: &str, value: &Json) -> Option<()> {
    if keyword == "format" && UNCHECKED_FORMATS.contains(&value.as_str()?) {
        return Some(());
    }
    let text: &mut TextRule = rule.text.get_or_insert_default();
    match keyword {
        "minLength" => text.min_length = Some(size(value)?),
        "maxLength" => text.max_length = Some(size(value)?),
        "pattern" => text.pattern = Some(Pattern::new(value.as_str()?)?),
        "format" => text.format = Some(Format::named(value.as_str()?)?),
        FORMAT_MINIMUM => text.shortest = Some(value.as_str()?.parse().ok()?),
        _ => text.longest = Some(value.as_str()?.parse().ok()?),
    }
    Some(())
}
