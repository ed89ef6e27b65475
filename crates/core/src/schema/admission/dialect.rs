//! The dialect of a schema: which keywords the validator reads, and how.

use serde_json::Value as Json;

/// A version of JSON Schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dialect {
    Draft4,
    Draft6,
    Draft7,
    Draft2019,
    Draft2020,
}

impl Dialect {
    /// Returns the dialect of a document; `None` for a meta-schema that is not a version of JSON Schema.
    pub fn of(document: &Json) -> Option<Self> {
        let Some(declared) = document.get("$schema") else { return Some(Self::Draft2020) };
        Some(match declared.as_str()?.trim_end_matches('#') {
            "http://json-schema.org/draft-04/schema" => Self::Draft4,
            "http://json-schema.org/draft-06/schema" => Self::Draft6,
            "http://json-schema.org/draft-07/schema" => Self::Draft7,
            "https://json-schema.org/draft/2019-09/schema" => Self::Draft2019,
            "https://json-schema.org/draft/2020-12/schema" => Self::Draft2020,
            _ => return None,
        })
    }

    /// Tells whether the keywords beside `$ref` are ignored.
    pub fn ignores_siblings(self) -> bool {
        self <= Self::Draft7
    }

    /// Tells whether the validator reads a keyword that only some dialects have.
    pub fn reads(self, keyword: &str) -> bool {
        match keyword {
            "const" | "contains" | "propertyNames" | "exclusiveMinimum" | "exclusiveMaximum" => self >= Self::Draft6,
            "if" | "then" | "else" => self >= Self::Draft7,
            "dependentRequired" => self >= Self::Draft2019,
            "prefixItems" => self >= Self::Draft2020,
            _ => true,
        }
    }
}
