//! Contexts in JSON: of a name that occurs several times in an object, the last value counts, as for the clients that write them.

use datalogic_rs::DataValue;
use datalogic_rs::bumpalo::Bump;
use datalogic_rs::bumpalo::collections::Vec;
use datalogic_rs::datavalue::ParseError;

/// Largest object whose names are compared with each other in turn.
const FEW: usize = 16;

/// Reads a JSON text into an arena.
pub fn read<'a>(text: &'a str, arena: &'a Bump) -> Result<DataValue<'a>, ParseError> {
    let value = DataValue::from_str(text, arena)?;
    Ok(if repeats_a_name(&value, arena) { last_values(value, arena) } else { value })
}

/// Returns whether an object in the value has a name twice. The parser limits the depth of the value.
fn repeats_a_name(value: &DataValue<'_>, arena: &Bump) -> bool {
    match value {
        DataValue::Array(elements) => elements.iter().any(|element| repeats_a_name(element, arena)),
        DataValue::Object(entries) => {
            let is_repeated = if entries.len() <= FEW {
                entries.iter().enumerate().any(|(index, (name, _))| entries[..index].iter().any(|(it, _)| it == name))
            } else {
                let mut names = Vec::from_iter_in(entries.iter().map(|(name, _)| *name), arena);
                names.sort_unstable();
                names.windows(2).any(|pair| pair[0] == pair[1])
            };
            is_repeated || entries.iter().any(|(_, value)| repeats_a_name(value, arena))
        }
        _ => false,
    }
}

/// Removes all entries of a name but the last one.
fn last_values<'a>(value: DataValue<'a>, arena: &'a Bump) -> DataValue<'a> {
    match value {
        DataValue::Array(elements) => {
            let elements = elements.iter().map(|element| last_values(*element, arena));
            DataValue::Array(Vec::from_iter_in(elements, arena).into_bump_slice())
        }
        DataValue::Object(entries) => {
            // A stable sort keeps the order of the values of a name.
            let mut sorted = Vec::from_iter_in(entries.iter().copied(), arena);
            sorted.sort_by_key(|(name, _)| *name);
            let last = sorted
                .iter()
                .enumerate()
                .filter(|(index, (name, _))| sorted.get(index + 1).is_none_or(|(next, _)| next != name));
            let entries = last.map(|(_, (name, value))| (*name, last_values(*value, arena)));
            DataValue::Object(Vec::from_iter_in(entries, arena).into_bump_slice())
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_several_values_of_a_name_counts() {
        let written = |text: &str| read(text, &Bump::new()).unwrap().to_json_string();
        assert_eq!(written(r#"{"b":1,"a":2}"#), r#"{"b":1,"a":2}"#);
        assert_eq!(written(r#"{"a":1,"b":2,"a":3}"#), r#"{"a":3,"b":2}"#);
        assert_eq!(written(r#"[{"x":{"a":1,"a":[{"b":2,"b":3}]}}]"#), r#"[{"x":{"a":[{"b":3}]}}]"#);
        let many: String = (0..100).map(|number| format!("\"n{number}\":{number},")).collect();
        let value = written(&format!("{{{many}\"n7\":\"last\"}}"));
        assert!(
            value.contains("\"n7\":\"last\"") && !value.contains("\"n7\":7") && value.contains("\"n99\":99"),
            "{value}"
        );
    }
}
