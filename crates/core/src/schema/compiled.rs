//! The compiled form of a generated schema: its index and its rules, as a program reads them at its start.
//!
//! Generating a schema from types, indexing it and compiling its rules takes most of the time of checking a small file. A
//! program may embed what comes of it, as lines of JSON.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::schema::admission::Admission;
use crate::schema::index::{Index, IndexEntry};

/// The number of the form. A program generates the schema itself if a text has another form.
const FORM: u32 = 1;

/// The first line. Each entry and each rule is a line of its own, so that a change of one is a change of one line, and so that
/// the lists are allocated at their final size.
#[derive(Serialize, Deserialize)]
struct Header<'t> {
    form: u32,
    version: &'t str,
    entries: usize,
    rules: usize,
}

/// Writes the index and the rules of a schema.
pub fn write(index: &Index, admission: &Admission) -> serde_json::Result<String> {
    let (entries, rules) = (&index.entries, admission.rules());
    let version = env!("CARGO_PKG_VERSION");
    let header = Header { form: FORM, version, entries: entries.len(), rules: rules.len() };
    let mut lines = vec![serde_json::to_string(&header)?];
    let mut before = "";
    for entry in entries {
        let pointer = entry.pointer.as_str();
        let shared = shared_bytes(before, pointer);
        lines.push(serde_json::to_string(&(shared, &pointer[shared..], entry))?);
        before = pointer;
    }
    for rule in rules {
        lines.push(serde_json::to_string(rule)?);
    }
    Ok(lines.join("\n") + "\n")
}

/// Reads the index and the rules of a schema; `None` if they have another form.
pub fn read(text: &str) -> Option<(Index, Admission)> {
    let mut lines = text.lines();
    let header: Header<'_> = serde_json::from_str(lines.next()?).ok()?;
    if header.form != FORM || header.version != env!("CARGO_PKG_VERSION") || header.entries == 0 {
        return None;
    }
    let mut pointer = String::new();
    let mut entries = Vec::with_capacity(header.entries);
    for line in lines.by_ref().take(header.entries) {
        let (shared, rest, mut entry): (usize, Cow<'_, str>, IndexEntry) = serde_json::from_str(line).ok()?;
        pointer.truncate(if pointer.is_char_boundary(shared) { shared } else { return None });
        pointer.push_str(&rest);
        entry.pointer.clone_from(&pointer);
        entries.push(entry);
    }
    let mut rules = Vec::with_capacity(header.rules);
    for line in lines {
        rules.push(serde_json::from_str(line).ok()?);
    }
    let is_complete = (entries.len(), rules.len()) == (header.entries, header.rules);
    is_complete.then(|| (Index::without_references(entries), Admission::from_rules(rules)))
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
        assert!(read("").is_none() && read("{}").is_none());
        let cut = text.trim_end().rsplit_once('\n').unwrap().0;
        assert!(read(cut).is_none());
    }
}
