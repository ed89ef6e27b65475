//! Names that are a part of a key.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The longest name, in bytes: that of a DNS name.
const LONGEST: usize = 253;

/// The longest part of an invalid name that a message quotes, in characters.
const QUOTED: usize = 80;

/// A text that is not a name.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "{name:?} is not the name of a {kind}: use letters, digits, '.', '_'{percent} and '-', and begin with a letter or a \
     digit; at most {LONGEST} characters",
    percent = if *.kind == WaveName::KIND { ", '%'" } else { "" }
)]
pub struct InvalidName {
    /// Noun for the named thing.
    pub kind: &'static str,
    /// The text, at most its first 80 characters.
    pub name: String,
}

/// Returns whether a text is a name: it has no slash, so that it is one part of a key.
fn is_name(text: &str, allow_percent: bool) -> bool {
    let is_allowed =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-') || allow_percent && byte == b'%';
    text.len() <= LONGEST
        && text.bytes().next().is_some_and(|first| first.is_ascii_alphanumeric())
        && text.bytes().all(is_allowed)
}

macro_rules! name {
    ($(#[$doc:meta])* $type:ident, $kind:literal, $allow_percent:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $type(String);

        impl $type {
            const KIND: &'static str = $kind;

            /// Returns the name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl FromStr for $type {
            type Err = InvalidName;

            fn from_str(text: &str) -> Result<Self, InvalidName> {
                if is_name(text, $allow_percent) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(InvalidName { kind: Self::KIND, name: text.chars().take(QUOTED).collect() })
                }
            }
        }

        impl TryFrom<String> for $type {
            type Error = InvalidName;

            fn try_from(text: String) -> Result<Self, InvalidName> {
                text.parse()
            }
        }

        impl From<$type> for String {
            fn from(name: $type) -> Self {
                name.0
            }
        }
    };
}

name!(
    /// Name of a service: the first part of its keys.
    ServiceName, "service", false
);
name!(
    /// Name of a node, often its host name.
    NodeName, "node", false
);
name!(
    /// Name of a wave of a rollout: a tag (`canary`) or a share (`10%`).
    WaveName, "wave", true
);
name!(
    /// Name of a region.
    RegionName, "region", false
);
name!(
    /// Tag of a node, which a wave of a rollout may select.
    Tag, "tag", false
);

impl WaveName {
    /// Returns the wave of a fleet without waves, which has all nodes.
    pub fn all() -> Self {
        Self("all".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_part_of_a_key() {
        for name in ["a", "node-1.eu.example.org", "N_1", "0"] {
            assert_eq!(name.parse::<NodeName>().unwrap().as_str(), name);
        }
        let long = "a".repeat(254);
        for name in ["", "a/b", "..", "-a", ".a", "ä", "a b", "a%", "a\0", &long] {
            assert_eq!(name.parse::<NodeName>().unwrap_err().kind, "node", "{name:?}");
        }
        assert_eq!("10%".parse::<WaveName>().unwrap().as_str(), "10%");
    }

    #[test]
    fn an_invalid_name_is_quoted_with_the_way_out() {
        assert_eq!(
            "a/b".parse::<ServiceName>().unwrap_err().to_string(),
            "\"a/b\" is not the name of a service: use letters, digits, '.', '_' and '-', and begin with a letter or a \
             digit; at most 253 characters"
        );
        assert_eq!(
            "%".parse::<WaveName>().unwrap_err().to_string(),
            "\"%\" is not the name of a wave: use letters, digits, '.', '_', '%' and '-', and begin with a letter or a \
             digit; at most 253 characters"
        );
        assert_eq!("/".repeat(9999).parse::<RegionName>().unwrap_err().name.len(), 80);
    }

    #[test]
    fn a_name_in_a_document_is_checked() {
        assert_eq!(serde_json::from_str::<NodeName>("\"a\"").unwrap().as_str(), "a");
        let error = serde_json::from_str::<NodeName>("\"../x\"").unwrap_err().to_string();
        assert!(error.starts_with("\"../x\" is not the name of a node"), "{error}");
    }
}
