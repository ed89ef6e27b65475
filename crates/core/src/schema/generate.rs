//! The JSON Schema 2020-12 of a model, generated from its types, doc comments and defaults.
//!
//! It is self-contained (no `$ref`) and closed (no other keys). The keywords beyond JSON Schema are in
//! [`keywords`](crate::schema::keywords).

use schemars::generate::SchemaSettings;
use serde_json::{Map, Number, Value as Json, json};

use crate::environment::Environment;
use crate::model::Model;
use crate::profile;
use crate::schema::keywords::{
    DEFAULTS, ENUM_DESCRIPTIONS, ENVIRONMENT, FORMAT_MAXIMUM, FORMAT_MINIMUM, OPTIONAL, OVERLAY, PATTERN_ERROR_MESSAGE,
    PROFILES, RELOAD, RELOAD_LIVE, SECRET, UNIT, VERSION,
};
use crate::value::{self, json};

/// Generates the schema of `M`. Its keywords are not ordered: see [`arrange`].
pub fn schema<M: Model>() -> Json {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let mut generator = settings.into_generator();
    let mut schema = Json::Object(std::mem::take(generator.root_schema_for::<M>().ensure_object()));
    if let Some(root) = schema.as_object_mut() {
        // A struct of flattened fields alone has alternatives and no fields of its own.
        root.entry("properties").or_insert_with(|| json!({}));
    }
    profile::declare(&mut schema, &mut generator);
    shorten_floats(&mut schema);
    tidy(&mut schema);
    let defaults = Environment::ALL.map(|environment| {
        // A model that cannot be serialized has no defaults. The tests of the model find that.
        let defaults = value::serialize(&M::defaults(environment)).map(|tree| json::write(&tree));
        (environment, defaults.unwrap_or_default())
    });
    set_defaults(&mut schema, &defaults.each_ref().map(|(environment, value)| (*environment, Some(value))));
    relax_required(&mut schema);
    fill_sections(&mut schema);
    set_reload(&mut schema);
    schema
}

/// The order of keywords for readers; other keywords follow.
const ORDER: &[&str] = &[
    "$schema",
    "title",
    "description",
    "deprecated",
    "type",
    "format",
    "enum",
    ENUM_DESCRIPTIONS,
    "const",
    "minimum",
    "maximum",
    FORMAT_MINIMUM,
    FORMAT_MAXIMUM,
    "minLength",
    "maxLength",
    "pattern",
    PATTERN_ERROR_MESSAGE,
    "default",
    DEFAULTS,
    UNIT,
    OPTIONAL,
    SECRET,
    RELOAD,
    ENVIRONMENT,
    VERSION,
    PROFILES,
    OVERLAY,
    "examples",
    "items",
    "oneOf",
    "anyOf",
    "required",
    "properties",
    "additionalProperties",
];

/// Sorts the keywords for readers.
pub fn arrange(schema: &mut Json) {
    for_each_child(schema, &mut arrange);
    let Some(object) = schema.as_object_mut() else { return };
    let rank = |keyword: &str| ORDER.iter().position(|known| *known == keyword).unwrap_or(ORDER.len());
    let keywords = std::mem::take(object).into_iter();
    let mut keywords: Vec<_> = keywords.map(|(keyword, value)| (rank(&keyword), keyword, value)).collect();
    keywords.sort_by(|(rank, keyword, _), (other, name, _)| (rank, keyword).cmp(&(other, name)));
    object.extend(keywords.into_iter().map(|(_, keyword, value)| (keyword, value)));
}

/// Converts the output of schemars to terms of config files, from the leaves up.
fn tidy(schema: &mut Json) {
    for_each_child(schema, &mut tidy);
    let Some(object) = schema.as_object_mut() else { return };
    if let Some(Json::String(description)) = object.get_mut("description")
        && description.contains('\n')
    {
        *description = join_lines(description);
    }
    merge_unit_variants(object);
    unwrap_single_alternative(object);
    bound_numbers(object);
    let optional: Vec<String> = match object.get_mut("properties").and_then(Json::as_object_mut) {
        Some(properties) => {
            properties.iter_mut().filter_map(|(name, property)| take_null(property).then(|| name.clone())).collect()
        }
        None => return,
    };
    for name in optional {
        object["properties"][&name][OPTIONAL] = json!(true);
    }
}

/// Joins the lines of each paragraph of a doc comment.
fn join_lines(text: &str) -> String {
    text.split("\n\n").map(|paragraph| paragraph.replace('\n', " ")).collect::<Vec<_>>().join("\n\n")
}

/// Calls `visit` on each direct subschema.
fn for_each_child(schema: &mut Json, visit: &mut dyn FnMut(&mut Json)) {
    for (keyword, value) in schema.as_object_mut().into_iter().flatten() {
        match (keyword.as_str(), value) {
            ("properties" | "patternProperties" | "$defs", Json::Object(children)) => {
                children.values_mut().for_each(&mut *visit);
            }
            ("oneOf" | "anyOf" | "allOf" | "prefixItems", Json::Array(children)) => {
                children.iter_mut().for_each(&mut *visit);
            }
            ("items" | "additionalProperties", child) => visit(child),
            _ => {}
        }
    }
}

/// Merges the unit variants of a Rust enum into one `enum` with descriptions.
fn merge_unit_variants(object: &mut Map<String, Json>) {
    let Some(alternatives) = object.get_mut("oneOf").and_then(Json::as_array_mut) else { return };
    let is_word = |alternative: &Json| alternative["const"].is_string() || alternative["enum"].is_array();
    let Some(first) = alternatives.iter().position(is_word) else { return };
    let mut words = Vec::new();
    let mut descriptions = Vec::new();
    alternatives.retain(|alternative| {
        let described = alternative["description"].clone();
        match (&alternative["const"], &alternative["enum"]) {
            (Json::String(word), _) => {
                words.push(json!(word));
                descriptions.push(described);
            }
            (_, Json::Array(several)) => {
                descriptions.extend(several.iter().map(|_| described.clone()));
                words.extend(several.iter().cloned());
            }
            _ => return true,
        }
        false
    });
    let mut merged = Map::from_iter([("type".to_owned(), json!("string")), ("enum".to_owned(), json!(words))]);
    if descriptions.iter().all(Json::is_string) {
        merged.insert(ENUM_DESCRIPTIONS.to_owned(), json!(descriptions));
    }
    if alternatives.is_empty() {
        object.remove("oneOf");
        object.extend(merged);
    } else {
        alternatives.insert(first.min(alternatives.len()), Json::Object(merged));
    }
}

/// Replaces `anyOf` or `oneOf` with a single alternative by that alternative.
fn unwrap_single_alternative(object: &mut Map<String, Json>) {
    for keyword in ["oneOf", "anyOf"] {
        let single = object.get(keyword).and_then(Json::as_array).is_some_and(|alternatives| alternatives.len() == 1);
        if single && let Some(Json::Array(mut alternatives)) = object.remove(keyword) {
            let Some(Json::Object(only)) = alternatives.pop() else { continue };
            for (keyword, value) in only {
                object.entry(keyword).or_insert(value);
            }
        }
    }
}

/// The greatest number of the type `f32`, with the digits that it is written with.
const F32_MAX: f64 = 3.402_823_5e38;

/// Replaces the formats of Rust's number types by bounds, which every validator knows. TOML integers end at `i64::MAX`.
fn bound_numbers(object: &mut Map<String, Json>) {
    let bounds = match object.get("format").and_then(Json::as_str) {
        Some("uint8") => Some((0, i64::from(u8::MAX))),
        Some("uint16") => Some((0, i64::from(u16::MAX))),
        Some("uint32") => Some((0, i64::from(u32::MAX))),
        Some("uint64" | "uint") => Some((0, i64::MAX)),
        Some("int8") => Some((i64::from(i8::MIN), i64::from(i8::MAX))),
        Some("int16") => Some((i64::from(i16::MIN), i64::from(i16::MAX))),
        Some("int32") => Some((i64::from(i32::MIN), i64::from(i32::MAX))),
        Some("float") => {
            for (keyword, exclusive, bound) in
                [("minimum", "exclusiveMinimum", -F32_MAX), ("maximum", "exclusiveMaximum", F32_MAX)]
            {
                if !object.contains_key(exclusive) {
                    object.entry(keyword).or_insert_with(|| json!(bound));
                }
            }
            None
        }
        Some("int64" | "int" | "double") => None,
        _ => return,
    };
    object.remove("format");
    if let Some((minimum, maximum)) = bounds {
        object.entry("minimum").or_insert_with(|| json!(minimum));
        object.entry("maximum").or_insert_with(|| json!(maximum));
    }
}

/// Writes the defaults of `f32` fields, which schemars widens, with the digits of an `f32`: 0.1, not 0.10000000149011612.
fn shorten_floats(schema: &mut Json) {
    if let Some(mut default) = schema.get_mut("default").map(Json::take) {
        shorten(&mut default, schema);
        schema["default"] = default;
    }
    for_each_child(schema, &mut shorten_floats);
}

fn shorten(default: &mut Json, schema: &Json) {
    match default {
        Json::Number(number) if schema["format"] == "float" => {
            let short = number.as_f64().map(|wide| value::widen(wide as f32));
            *number = short.and_then(Number::from_f64).unwrap_or_else(|| number.clone());
        }
        Json::Array(elements) => elements.iter_mut().for_each(|element| shorten(element, &schema["items"])),
        Json::Object(entries) => {
            for (key, entry) in entries {
                let named = schema["properties"].get(key);
                shorten(entry, named.unwrap_or(&schema["additionalProperties"]));
            }
        }
        _ => {}
    }
    for keyword in ["oneOf", "anyOf", "allOf"] {
        for part in schema[keyword].as_array().into_iter().flatten() {
            shorten(default, part);
        }
    }
}

/// Removes null from the types of a property, and tells whether it was there.
fn take_null(property: &mut Json) -> bool {
    let Some(object) = property.as_object_mut() else { return false };
    let mut taken = false;
    if let Some(Json::Array(types)) = object.get_mut("type") {
        let before = types.len();
        types.retain(|name| name != "null");
        taken |= types.len() < before;
        if types.len() == 1 {
            object["type"] = object["type"][0].clone();
        }
    }
    for keyword in ["anyOf", "oneOf"] {
        if let Some(alternatives) = object.get_mut(keyword).and_then(Json::as_array_mut) {
            let before = alternatives.len();
            alternatives.retain(|alternative| alternative["type"] != "null");
            taken |= alternatives.len() < before;
        }
    }
    if let Some(values) = object.get_mut("enum").and_then(Json::as_array_mut) {
        values.retain(|value| !value.is_null());
    }
    if object.get("default").is_some_and(Json::is_null) {
        object.remove("default");
    }
    unwrap_single_alternative(object);
    taken
}

/// Defaults of a value in the four environments; `None` where it is absent.
type Defaults<'d> = [(Environment, Option<&'d Json>); 4];

/// Sets the defaults of the four environments on the fields.
fn set_defaults(schema: &mut Json, defaults: &Defaults<'_>) {
    let Some(object) = schema.as_object_mut() else { return };
    let is_section = object.get("properties").is_some_and(Json::is_object);
    if let Some(properties) = object.get_mut("properties").and_then(Json::as_object_mut) {
        for (name, property) in properties {
            let inner = defaults.map(|(environment, value)| (environment, value.and_then(|value| value.get(name))));
            set_defaults(property, &inner);
        }
    }
    if is_section {
        set_flattened_defaults(object, defaults);
        // The fields of a section have the defaults, unless it is absent in some environments.
        object.remove("default");
        if object.get(OPTIONAL).is_none_or(|optional| *optional != true) {
            return;
        }
    }
    set_default(object, defaults);
}

/// Sets the default of one value: the same for all environments, or one for each.
fn set_default(object: &mut Map<String, Json>, defaults: &Defaults<'_>) {
    let (_, first) = defaults[0];
    if defaults.iter().all(|(_, value)| *value == first) {
        if let Some(value) = first.filter(|value| !value.is_null()) {
            object.insert("default".to_owned(), value.clone());
        }
    } else {
        let known = defaults.iter().filter_map(|(environment, value)| {
            let value = value.filter(|value| !value.is_null())?;
            Some((environment.name().to_owned(), value.clone()))
        });
        let by_environment: Map<String, Json> = known.collect();
        object.remove("default");
        object.insert(DEFAULTS.to_owned(), Json::Object(by_environment));
    }
}

/// Sets the defaults of flattened enums: the keys of a section that its alternatives name. Each environment has the defaults of one
/// alternative, whose keys with defaults are then not required.
fn set_flattened_defaults(object: &mut Map<String, Json>, defaults: &Defaults<'_>) {
    let keyword = if object.contains_key("oneOf") { "oneOf" } else { "anyOf" };
    let (mut relaxed, mut has_open) = (0, false);
    for alternative in object.get_mut(keyword).and_then(Json::as_array_mut).into_iter().flatten() {
        let tag = tag_of(alternative);
        let own = {
            let belongs = |value: &Json| match &tag {
                Some((name, constant)) => value.get(name) == Some(constant),
                None => has_required_keys(value, alternative),
            };
            defaults.map(|(environment, value)| (environment, value.filter(|value| belongs(value))))
        };
        if own.iter().all(|(_, value)| value.is_none()) {
            continue;
        }
        set_defaults(alternative, &own);
        let Some(entries) = alternative.as_object_mut() else { continue };
        entries.remove("default");
        if let Some(Json::Array(mut required)) = entries.remove("required") {
            let properties = entries.get("properties").cloned().unwrap_or_default();
            let has_own = |name: &Json| name.as_str().is_some_and(|name| is_defaulted(&properties[name]));
            required.retain(|name| !has_own(name));
            if !required.is_empty() {
                entries.insert("required".to_owned(), Json::Array(required));
            }
        }
        relaxed += 1;
        has_open |= tag.is_none();
    }
    // A table without the tag fits each of these alternatives, and `oneOf` admits only one.
    if (relaxed > 1 || has_open)
        && keyword == "oneOf"
        && let Some(alternatives) = object.remove("oneOf")
    {
        object.insert("anyOf".to_owned(), alternatives);
    }
    for part in object.get_mut("allOf").and_then(Json::as_array_mut).into_iter().flatten() {
        if let Some(part) = part.as_object_mut() {
            set_flattened_defaults(part, defaults);
        }
    }
}

/// Returns the key that distinguishes an alternative of an enum, and its constant.
fn tag_of(alternative: &Json) -> Option<(String, Json)> {
    let properties = alternative.get("properties")?.as_object()?;
    properties.iter().find_map(|(name, property)| Some((name.clone(), property.get("const")?.clone())))
}

fn has_required_keys(value: &Json, alternative: &Json) -> bool {
    let required = alternative["required"].as_array();
    required.is_some_and(|names| {
        !names.is_empty() && names.iter().all(|name| name.as_str().is_some_and(|name| value.get(name).is_some()))
    })
}

/// Returns whether a property has a default in one environment, itself or in its fields.
fn is_defaulted(property: &Json) -> bool {
    let has_own = property.get("default").is_some() || property.get(DEFAULTS).is_some();
    has_own || property["properties"].as_object().is_some_and(|fields| fields.values().all(is_defaulted))
}

/// Gives each section that is neither required nor optional an empty default: it is always present, with the defaults of its fields.
fn fill_sections(schema: &mut Json) {
    for_each_child(schema, &mut fill_sections);
    let required = schema.get("required").cloned().unwrap_or_default();
    let is_required = |name: &String| required.as_array().is_some_and(|names| names.iter().any(|known| known == name));
    for (name, property) in schema.get_mut("properties").and_then(Json::as_object_mut).into_iter().flatten() {
        if property["properties"].is_object() && !property[OPTIONAL].is_boolean() && !is_required(name) {
            let Some(section) = property.as_object_mut() else { continue };
            if !section.contains_key(DEFAULTS) {
                section.entry("default").or_insert_with(|| json!({}));
            }
        }
    }
}

/// Removes keys with defaults from `required`, except the keys that distinguish alternatives.
fn relax_required(schema: &mut Json) {
    let tags: Vec<Option<Json>> =
        alternatives_of(schema).map(|alternative| alternative.get("required").cloned()).collect();
    for_each_child(schema, &mut relax_required);
    for (alternative, tag) in alternatives_of(schema).zip(tags) {
        if let Some(tag) = tag {
            alternative["required"] = tag;
        }
    }
    let Some(object) = schema.as_object_mut() else { return };
    let Some(Json::Array(mut required)) = object.remove("required") else { return };
    if let Some(properties) = object.get("properties") {
        required.retain(|name| name.as_str().is_none_or(|name| !has_default(&properties[name])));
    }
    if !required.is_empty() {
        object.insert("required".to_owned(), Json::Array(required));
    }
}

fn alternatives_of(schema: &mut Json) -> impl Iterator<Item = &mut Json> {
    let object = schema.as_object_mut().into_iter().flatten();
    let lists = object.filter(|(keyword, _)| *keyword == "oneOf" || *keyword == "anyOf");
    lists.filter_map(|(_, list)| list.as_array_mut()).flatten()
}

fn has_default(property: &Json) -> bool {
    let in_all = property[DEFAULTS].as_object().is_some_and(|defaults| defaults.len() == Environment::ALL.len());
    let in_entries = property["required"].is_null()
        && property["properties"].as_object().is_some_and(|entries| entries.values().all(may_be_missing));
    property.get("default").is_some() || in_all || in_entries
}

fn may_be_missing(property: &Json) -> bool {
    has_default(property) || property[OPTIONAL] == true
}

/// Sets `x-reload` to `live` on the fields without it.
fn set_reload(schema: &mut Json) {
    let Some(properties) = schema.get_mut("properties").and_then(Json::as_object_mut) else { return };
    for property in properties.values_mut() {
        if property.get("properties").is_some() {
            set_reload(property);
        } else if let Some(object) = property.as_object_mut() {
            object.entry(RELOAD).or_insert_with(|| json!(RELOAD_LIVE));
        }
    }
}

#[cfg(test)]
mod tests;
