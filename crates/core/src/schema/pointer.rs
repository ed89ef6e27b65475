//! Lookup by JSON Pointer without allocation.

use std::borrow::Cow;

use serde_json::Value as Json;

/// Returns the value at a JSON Pointer. `Json::pointer` allocates twice for each step.
pub fn at_pointer<'d>(document: &'d Json, pointer: &str) -> Option<&'d Json> {
    if !pointer.is_empty() && !pointer.starts_with('/') {
        return None;
    }
    pointer.split('/').skip(1).try_fold(document, |value, step| {
        let step = unescaped(step);
        match value {
            Json::Object(object) => object.get(&*step),
            Json::Array(elements) => elements.get(step.parse::<usize>().ok()?),
            _ => None,
        }
    })
}

fn unescaped(step: &str) -> Cow<'_, str> {
    if step.contains('~') { step.replace("~1", "/").replace("~0", "~").into() } else { step.into() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_pointer_leads_where_it_does_in_serde_json() {
        let document = json!({ "a/b": { "m~n": [1, { "": 2 }] } });
        for pointer in ["", "anchor", "/a~1b", "/a~1b/m~0n/0", "/a~1b/m~0n/1/", "/a~1b/m~0n/2", "/x", "/a~1b/m~0n/-"] {
            assert_eq!(at_pointer(&document, pointer), document.pointer(pointer), "{pointer}");
        }
    }
}
