use schemars::Schema;
use serde_json::Value;

/// Removes the defaults of nested tables from a table's schema. Their leaves have defaults, and repeating them at each level would
/// triple the schema.
pub(crate) fn remove_table_defaults(schema: &mut Schema) {
    let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else { return };
    for property in properties.values_mut().filter_map(Value::as_object_mut) {
        if property.get("default").is_some_and(Value::is_object) {
            property.remove("default");
        }
    }
}
