//! Types of the values of a field, which decide how the text of a variable is parsed.

use confgate_core::schema::Subschema;
use serde_json::Value as Json;

/// Types that a field may have.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ValueTypes {
    pub boolean: bool,
    pub integer: bool,
    pub float: bool,
    /// True if any string is admitted.
    pub string: bool,
    /// True if `enum` or `const` lists a string.
    pub listed_string: bool,
    pub list: bool,
    pub table: bool,
    /// True if the field is optional or admits null.
    pub may_be_absent: bool,
    /// True if `enum` or `const` lists values, which need not be strings.
    pub has_listed: bool,
}

/// Depth to which the parts and alternatives of a subschema are searched.
const MAX_NESTED: usize = 4;

/// Returns a subschema, its alternatives and its parts, and theirs.
pub fn views(subschema: Subschema<'_>) -> Vec<Subschema<'_>> {
    fn collect<'s>(view: Subschema<'s>, depth: usize, views: &mut Vec<Subschema<'s>>) {
        views.push(view);
        if depth < MAX_NESTED {
            view.alternatives().chain(view.parts()).for_each(|part| collect(part, depth + 1, views));
        }
    }
    let mut views = Vec::new();
    collect(subschema, 0, &mut views);
    views
}

impl ValueTypes {
    /// Returns the types that a subschema, its alternatives and its parts admit.
    pub fn of(subschema: Subschema<'_>) -> Self {
        let may_be_absent = subschema.is_optional() || subschema.admits_null();
        let mut types = Self { may_be_absent, ..Self::default() };
        for part in views(subschema) {
            types.boolean |= part.names_type("boolean");
            types.integer |= part.names_type("integer");
            types.float |= part.names_type("number");
            types.string |= part.names_type("string");
            types.list |= part.names_type("array");
            types.table |= part.names_type("object") || part.is_table();
            // Listed values imply types.
            let listed = part.get("enum").and_then(Json::as_array).into_iter().flatten();
            for value in listed.chain(part.get("const")) {
                types.boolean |= value.is_boolean();
                types.integer |= value.is_i64();
                types.float |= value.is_f64();
                types.listed_string |= value.is_string();
                types.has_listed = true;
            }
        }
        types.has_listed &= types.boolean || types.integer || types.float || types.list || types.table;
        types
    }

    /// Returns whether the schema names no type.
    pub fn is_unknown(&self) -> bool {
        let Self { boolean, integer, float, string, listed_string, list, table, .. } = *self;
        ![boolean, integer, float, string, listed_string, list, table].contains(&true)
    }
}
