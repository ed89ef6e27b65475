//! Store paths: `/nix/store/`, a hash of the inputs, a dash and a name.

use std::fmt;
use std::path::{Component, Path};
use std::str::FromStr;

use crate::base32;
use crate::hash::Sha256Hash;

/// Folder of all store paths.
pub const STORE: &str = "/nix/store";

/// Number of base 32 digits of the hash in a path, which has 20 bytes.
const HASH_DIGITS: usize = 32;

/// Maximum size in bytes of the name in a path.
const MAX_NAME_BYTES: usize = 211;

/// Store path, such as `/nix/store/hh0jwqmsbfc93z2prvb2x6qin9ir4mj1-production`. It need not exist.
///
/// Paths are ordered by their text.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StorePath(String);

/// Reason why a text is not a store path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StorePathError {
    /// The path is not below `/nix/store`.
    #[error("{0:?} is not a path below {STORE}")]
    Outside(String),
    /// A path below `/nix/store` contains `..`.
    #[error("{0:?} contains ..")]
    ParentDirectory(String),
    /// The text after `/nix/store/` does not start with 32 digits of base 32 and a dash.
    #[error("{0:?} does not start with {HASH_DIGITS} digits of Nix's base 32 and a dash")]
    Hash(String),
    /// Nix does not accept the name.
    #[error("{name:?} is not a valid name of a store path: {source}")]
    Name {
        /// The name.
        name: String,
        /// Reason why Nix does not accept it.
        source: NameError,
    },
}

/// Reason why Nix does not accept the name of a store path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// The name is empty.
    #[error("it is empty")]
    Empty,
    /// The name is too long.
    #[error("it is longer than {MAX_NAME_BYTES} bytes")]
    Long,
    /// The name contains this character, which is not an ASCII letter, a digit or one of `+-._?=`.
    #[error("{0:?} is not an ASCII letter, a digit or one of + - . _ ? =")]
    Character(char),
    /// The name is `.` or `..`, or starts with one of them and a dash.
    #[error("its first part is . or ..")]
    Dots,
}

impl StorePath {
    /// Parses `HASH-NAME`, the part of a store path after `/nix/store/`.
    ///
    /// # Errors
    ///
    /// The text does not have this form, or Nix does not accept the name.
    pub fn from_base_name(text: &str) -> Result<Self, StorePathError> {
        let malformed = || StorePathError::Hash(text.to_owned());
        let (hash, rest) = text.split_at_checked(HASH_DIGITS).ok_or_else(malformed)?;
        let name = rest.strip_prefix('-').ok_or_else(malformed)?;
        base32::decode(hash).map_err(|_| malformed())?;
        check_name(name)?;
        Ok(Self(text.to_owned()))
    }

    /// Returns the store path that contains `path`, or that `path` is.
    ///
    /// # Errors
    ///
    /// The path is not in the store, contains `..`, or its first part below the store is not a store path.
    ///
    /// ```
    /// use confgate_nix_signatures::StorePath;
    ///
    /// let file = "/nix/store/hh0jwqmsbfc93z2prvb2x6qin9ir4mj1-fleet/node-1/config.toml";
    /// assert_eq!(StorePath::root_of(file.as_ref())?.name(), "fleet");
    /// # Ok::<(), confgate_nix_signatures::StorePathError>(())
    /// ```
    pub fn root_of(path: &Path) -> Result<Self, StorePathError> {
        let text = || path.display().to_string();
        let inside = path.strip_prefix(STORE).map_err(|_| StorePathError::Outside(text()))?;
        let mut components = inside.components();
        let Some(Component::Normal(root)) = components.next() else {
            return Err(StorePathError::Outside(text()));
        };
        if components.any(|component| component == Component::ParentDir) {
            return Err(StorePathError::ParentDirectory(text()));
        }
        Self::from_base_name(&root.to_string_lossy())
    }

    /// Computes the path that content gets if it is added to a store under `name`, as `nix store add-path` and flakes add it.
    ///
    /// # Errors
    ///
    /// Nix does not accept the name.
    ///
    /// ```
    /// use confgate_nix_signatures::StorePath;
    ///
    /// let hash = "sha256-MyEwKR7frLkJXyCTAYmhACAemt2h4EszAo04ltEu78o=".parse()?;
    /// let path = StorePath::of_source("d", &hash)?;
    /// assert_eq!(path.to_string(), "/nix/store/hh0jwqmsbfc93z2prvb2x6qin9ir4mj1-d");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of_source(name: &str, nar_hash: &Sha256Hash) -> Result<Self, StorePathError> {
        check_name(name)?;
        let fingerprint = format!("source:sha256:{}:{STORE}:{name}", nar_hash.hexadecimal());
        let mut folded = [0; 20];
        for (index, byte) in Sha256Hash::of(fingerprint.as_bytes()).as_bytes().iter().enumerate() {
            folded[index % 20] ^= byte;
        }
        Ok(Self(format!("{}-{name}", base32::encode(&folded))))
    }

    /// Returns the part after `/nix/store/`.
    pub fn base_name(&self) -> &str {
        &self.0
    }

    /// Returns the hash: 32 digits of base 32.
    pub fn hash_part(&self) -> &str {
        &self.0[..HASH_DIGITS]
    }

    /// Returns the part after the hash and the dash.
    pub fn name(&self) -> &str {
        &self.0[HASH_DIGITS + 1..]
    }
}

impl fmt::Display for StorePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{STORE}/{}", self.0)
    }
}

impl fmt::Debug for StorePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for StorePath {
    type Err = StorePathError;

    /// Parses a store path with nothing after its name.
    fn from_str(text: &str) -> Result<Self, StorePathError> {
        let base_name = text.strip_prefix(STORE).and_then(|rest| rest.strip_prefix('/'));
        Self::from_base_name(base_name.ok_or_else(|| StorePathError::Outside(text.to_owned()))?)
    }
}

fn check_name(name: &str) -> Result<(), StorePathError> {
    let invalid = |source| Err(StorePathError::Name { name: name.to_owned(), source });
    let allowed = |c: char| c.is_ascii_alphanumeric() || "+-._?=".contains(c);
    if name.is_empty() {
        return invalid(NameError::Empty);
    }
    if let Some(other) = name.chars().find(|c| !allowed(*c)) {
        return invalid(NameError::Character(other));
    }
    if name.len() > MAX_NAME_BYTES {
        return invalid(NameError::Long);
    }
    // Nix 2.8 accepts these; newer versions do not.
    if matches!(name.split('-').next(), Some("." | "..")) {
        return invalid(NameError::Dots);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PATH: &str = "/nix/store/hh0jwqmsbfc93z2prvb2x6qin9ir4mj1-d";

    #[test]
    fn a_path_is_split_into_hash_and_name() {
        let path: StorePath = "/nix/store/hh0jwqmsbfc93z2prvb2x6qin9ir4mj1-a-b.c?d=e+f_".parse().unwrap();
        assert_eq!((path.hash_part(), path.name()), ("hh0jwqmsbfc93z2prvb2x6qin9ir4mj1", "a-b.c?d=e+f_"));
        assert_eq!(path.base_name(), "hh0jwqmsbfc93z2prvb2x6qin9ir4mj1-a-b.c?d=e+f_");
    }

    #[test]
    fn a_text_that_is_not_a_store_path_is_rejected_with_its_reason() {
        let hash = "hh0jwqmsbfc93z2prvb2x6qin9ir4mj1";
        for (text, reason) in [
            ("", "\"\" is not a path below /nix/store"),
            ("/nix/storehh0", "\"/nix/storehh0\" is not a path below /nix/store"),
            ("/gnu/store/x", "\"/gnu/store/x\" is not a path below /nix/store"),
            ("/nix/store/x", "\"x\" does not start with 32 digits of Nix's base 32 and a dash"),
            (
                "/nix/store/hh0jwqmsbfc93z2prvb2x6qin9ir4mje-d",
                "\"hh0jwqmsbfc93z2prvb2x6qin9ir4mje-d\" does not start with 32 digits of Nix's base 32 and a dash",
            ),
            (
                "/nix/store/hh0jwqmsbfc93z2prvb2x6qin9ir4mjé-d",
                "\"hh0jwqmsbfc93z2prvb2x6qin9ir4mjé-d\" does not start with 32 digits of Nix's base 32 and a dash",
            ),
            (
                &format!("/nix/store/{hash}"),
                "\"hh0jwqmsbfc93z2prvb2x6qin9ir4mj1\" does not start with 32 digits of Nix's base 32 and a dash",
            ),
            (&format!("/nix/store/{hash}-"), "\"\" is not a valid name of a store path: it is empty"),
            (
                &format!("{PATH}/x"),
                "\"d/x\" is not a valid name of a store path: '/' is not an ASCII letter, a digit or one of + - . _ ? =",
            ),
        ] {
            assert_eq!(text.parse::<StorePath>().unwrap_err().to_string(), reason, "{text}");
        }
    }

    #[test]
    fn names_are_those_of_the_strictest_nix() {
        let content = Sha256Hash::of(b"");
        let longest = "a".repeat(211);
        for name in ["d", ".x", "...", "-", "a?b", "a=b", &longest] {
            assert_eq!(StorePath::of_source(name, &content).unwrap().name(), name);
        }
        let character = "is not an ASCII letter, a digit or one of + - . _ ? =";
        for (name, reason) in [
            ("", "it is empty".to_owned()),
            (".", "its first part is . or ..".to_owned()),
            ("..", "its first part is . or ..".to_owned()),
            (".-a", "its first part is . or ..".to_owned()),
            ("..-b", "its first part is . or ..".to_owned()),
            ("a b", format!("' ' {character}")),
            ("é", format!("'é' {character}")),
            (&format!("{longest}a"), "it is longer than 211 bytes".to_owned()),
        ] {
            let error = StorePath::of_source(name, &content).unwrap_err().to_string();
            assert_eq!(error, format!("{name:?} is not a valid name of a store path: {reason}"));
        }
    }

    #[test]
    fn paths_in_a_store_path_lead_to_it() {
        for below in ["", "/", "/config.toml", "/a/b", "/./a", "/a..b"] {
            let root = StorePath::root_of(format!("{PATH}{below}").as_ref()).unwrap();
            assert_eq!(root.to_string(), PATH, "{below}");
        }
    }

    #[test]
    fn paths_that_only_look_like_a_store_path_are_rejected() {
        for (path, reason) in [
            ("/tmp/d", "\"/tmp/d\" is not a path below /nix/store"),
            ("/nix/store", "\"/nix/store\" is not a path below /nix/store"),
            ("/nix/store/../tmp", "\"/nix/store/../tmp\" is not a path below /nix/store"),
            ("nix/store/x", "\"nix/store/x\" is not a path below /nix/store"),
            ("/nix/store/.links/x", "\".links\" does not start with 32 digits of Nix's base 32 and a dash"),
            (
                "/nix/store/hh0jwqmsbfc93z2prvb2x6qin9ir4mj1-d/../x",
                "\"/nix/store/hh0jwqmsbfc93z2prvb2x6qin9ir4mj1-d/../x\" contains ..",
            ),
        ] {
            assert_eq!(StorePath::root_of(path.as_ref()).unwrap_err().to_string(), reason);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_path_that_displays_the_same_or_an_error(
            text in "(/nix/store/)?[0-9a-z]{32}-[a-zA-Z0-9+._?=-]{0,9}|\\PC*"
        ) {
            if let Ok(path) = text.parse::<StorePath>() {
                prop_assert_eq!(path.to_string(), text.clone());
                prop_assert_eq!(StorePath::root_of(text.as_ref()), Ok(path));
            }
        }

        #[test]
        fn the_path_of_content_is_parsed_again(name in "[a-zA-Z0-9+_?=][a-zA-Z0-9+._?=-]{0,20}", content: Vec<u8>) {
            let path = StorePath::of_source(&name, &Sha256Hash::of(&content)).unwrap();
            prop_assert_eq!(path.to_string().parse(), Ok(path));
        }
    }
}
