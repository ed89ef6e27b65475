//! The compiled form of a generated schema: its index and its rules, as a program reads them at its start.
//!
//! Generating a schema from types, indexing it and compiling its rules takes most of the time of checking a small file. A
//! program may embed what comes of it, in the format of postcard: reading it takes a tenth of the instructions that the same
//! form as JSON takes.

use postcard::{Error, take_from_bytes, to_allocvec};
use serde::{Deserialize, Serialize};

use crate::schema::admission::Admission;
use crate::schema::index::{Index, IndexEntry};

/// The number of the form. A program generates the schema itself if what it embeds has another form.
const FORM: u32 = 2;

/// The start of the form. The lists are allocated at their final size.
#[derive(Serialize, Deserialize)]
struct Header<'t> {
    form: u32,
    version: &'t str,
    entries: usize,
    rules: usize,
}

/// Writes the index and the rules of a schema.
pub fn write(index: &Index, admission: &Admission) -> Result<Vec<u8>, Error> {
    let (entries, rules) = (&index.entries, admission.rules());
    let version = env!("CARGO_PKG_VERSION");
    let mut bytes = to_allocvec(&Header { form: FORM, version, entries: entries.len(), rules: rules.len() })?;
    let mut before = "";
    for entry in entries {
        let pointer = entry.pointer.as_str();
        let shared = shared_bytes(before, pointer);
        bytes.extend(to_allocvec(&(shared, &pointer[shared..], entry))?);
        before = pointer;
    }
    for rule in rules {
        bytes.extend(to_allocvec(rule)?);
    }
    Ok(bytes)
}

/// Reads the index and the rules of a schema; `None` if they have another form.
pub fn read(bytes: &[u8]) -> Option<(Index, Admission)> {
    let (header, mut rest): (Header<'_>, _) = take_from_bytes(bytes).ok()?;
    // Each entry and each rule takes a byte at least, so that a wrong number allocates no more than the bytes explain.
    let is_plausible = header.entries > 0 && header.entries.checked_add(header.rules)? <= rest.len();
    if header.form != FORM || header.version != env!("CARGO_PKG_VERSION") || !is_plausible {
        return None;
    }
    let mut pointer = String::new();
    let mut entries = Vec::with_capacity(header.entries);
    for _ in 0..header.entries {
        let ((shared, own, mut entry), after): ((usize, &str, IndexEntry), _) = take_from_bytes(rest).ok()?;
        pointer.truncate(if pointer.is_char_boundary(shared) { shared } else { return None });
        pointer.push_str(own);
        entry.pointer.clone_from(&pointer);
        entries.push(entry);
        rest = after;
    }
    let mut rules = Vec::with_capacity(header.rules);
    for _ in 0..header.rules {
        let (rule, after) = take_from_bytes(rest).ok()?;
        rules.push(rule);
        rest = after;
    }
    rest.is_empty().then(|| (Index::without_references(entries), Admission::from_rules(rules)))
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
        let bytes = write(&index, &admission).unwrap();
        let (read_index, read_admission) = read(&bytes).unwrap();
        assert_eq!(format!("{:?}", read_index.entries), format!("{:?}", index.entries));
        assert_eq!(write(&read_index, &read_admission).unwrap(), bytes);
        for length in 0..bytes.len() {
            assert!(read(&bytes[..length]).is_none(), "cut to {length} bytes");
        }
        assert_eq!(u32::from(bytes[0]), FORM);
        assert!(read(&[&[bytes[0] - 1], &bytes[1..]].concat()).is_none());
        assert!(read(&[&bytes[..], &[0]].concat()).is_none());
    }
}
