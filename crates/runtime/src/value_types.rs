//! Types of the values of a field, which decide how the text of a variable is parsed.

use confgate_core::schema::Subschema;
use serde_json::Value as Json;

/// Types that a field may have.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ValueTypes {
    pub boolean: bool,
    pub integer: bool,
    pub float: bool,
    pub string: bool,
    pub list: bool,
    pub table: bool,
    /// True if the field is optional or admits null.
    pub may_be_absent: bool,
}

impl ValueTypes {
    /// Returns the types that a subschema, its alternatives and its parts admit.
    pub fn of(subschema: Subschema<'_>) -> Self {
        let may_be_absent = subschema.is_optional() || subschema.admits_null();
        let mut types = Self { may_be_absent, ..Self::default() };
        for part in std::iter::once(subschema).chain(subschema.alternatives()).chain(subschema.parts()) {
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
                types.string |= value.is_string();
            }
        }
        types
    }
}
