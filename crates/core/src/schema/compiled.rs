//! The compiled form of a generated schema: its index and its rules, as a program reads them at its start.
//!
//! Generating a schema from types, indexing it and compiling its rules takes most of the time of checking a small file. A
//! program may embed what comes of it, as JSON.

use serde::{Deserialize, Serialize};

use crate::schema::admission::{Admission, Rule};
use crate::schema::index::{Index, IndexEntry};

/// The number of the form. A program generates the schema itself if a text has another form.
const FORM: u32 = 1;

#[derive(Serialize)]
struct Written<'s> {
    form: u32,
    version: &'s str,
    pointers: Vec<(usize, &'s str)>,
    entries: &'s [IndexEntry],
    rules: &'s [Rule],
}

#[derive(Deserialize)]
struct Read<'t> {
    form: u32,
    version: &'t str,
    #[serde(borrow)]
    pointers: Vec<(usize, &'t str)>,
    entries: Vec<IndexEntry>,
    rules: Vec<Rule>,
}

/// Writes the index and the rules of a schema.
pub fn write(index: &Index, admission: &Admission) -> serde_json::Result<String> {
    let mut before = "";
    let pointers = index.entries.iter().map(|entry| {
        let pointer = entry.pointer.as_str();
        let shared = shared_bytes(before, pointer);
        before = pointer;
        (shared, &pointer[shared..])
    });
    serde_json::to_string(&Written {
        form: FORM,
        version: env!("CARGO_PKG_VERSION"),
        pointers: pointers.collect(),
        entries: &index.entries,
        rules: admission.rules(),
    })
}

/// Reads the index and the rules of a schema; `None` if they have another form.
pub fn read(text: &str) -> Option<(Index, Admission)> {
    let Read { form, version, pointers, mut entries, rules } = serde_json::from_str(text).ok()?;
    if form != FORM || version != env!("CARGO_PKG_VERSION") || pointers.len() != entries.len() || entries.is_empty() {
        return None;
    }
    let mut pointer = String::new();
    for (entry, (shared, rest)) in entries.iter_mut().zip(pointers) {
        pointer.truncate(shared);
        pointer.push_str(rest);
        entry.pointer.clone_from(&pointer);
    }
    Some((Index::without_references(entries), Admission::from_rules(rules)))
}

/// Returns the length of the common start of two texts.
fn shared_bytes(one: &str, other: &str) -> usize {
    let shared = one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
    (0..=shared).rev().find(|at| other.is_char_boundary(*at)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::schema::index;
    use crate::schema::resolve::Dialect;

    #[test]
    fn what_is_written_is_read_back() {
        let schema = json!({
            "type": "object", "required": ["ä"], "additionalProperties": false,
            "properties": {
                "ä": { "type": "string", "pattern": "^a+$", "minLength": 1, "x-secret": true },
                "äö": { "type": "number", "minimum": 0.5, "exclusiveMaximum": u64::MAX, "default": 1.5 },
                "wait": { "format": "human-duration", "formatMinimum": "90s", "x-defaults": { "Testing": "2m" } },
                "mode": { "oneOf": [{ "enum": ["a", 1, null] }, { "not": { "const": true } }], "x-optional": true },
                "list": { "type": "array", "items": { "uniqueItems": true }, "maxItems": 3 },
            },
        });
        let (index, admission) = (index::build(&schema), Admission::new(&schema, Dialect::default()));
        let text = write(&index, &admission).unwrap();
        let (read_index, read_admission) = read(&text).unwrap();
        assert_eq!(format!("{:?}", read_index.entries), format!("{:?}", index.entries));
        assert_eq!(write(&read_index, &read_admission).unwrap(), text);
        assert!(read(&text.replacen("\"form\":1", "\"form\":0", 1)).is_none());
        assert!(read("{}").is_none());
    }
}
