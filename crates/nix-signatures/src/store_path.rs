//! Store paths: `/nix/store/`, a hash of what the path is made of, a dash and a name.

use std::fmt;
use std::path::{Component, Path};
use std::str::FromStr;

use crate::base32;
use crate::hash::Sha256Hash;

/// The folder that all store paths are in.
pub const STORE: &str = "/nix/store";

/// How many digits of base 32 the hash in a path has: 20 bytes.
const HASH_DIGITS: usize = 32;

/// How many bytes the name in a path has at most.
const LONGEST_NAME: usize = 211;

/// A store path, such as `/nix/store/hh0jwqmsbfc93z2prvb2x6qin9ir4mj1-production`. Whether anything is there is another
/// question.
///
/// Paths are sorted as their texts are.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StorePath(String);

/// Why a text is no store path, or not a part of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StorePathError {
    /// The path is not below `/nix/store`.
    Outside(
        /// The path.
        String,
    ),
    /// A path below `/nix/store` goes up again.
    Upwards(
        /// The path.
        String,
    ),
    /// What follows `/nix/store/` does not start with 32 digits of base 32 and a dash.
    Hash(
        /// What follows.
        String,
    ),
    /// The name is not one that Nix takes.
    Name {
        /// The name.
        name: String,
        /// What is wrong with it.
        reason: NameFault,
    },
}

/// What is wrong with the name in a store path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameFault {
    /// It is empty.
    Empty,
    /// It has more than 211 bytes.
    Long,
    /// It has a character that is no letter, no digit and none of `+-._?=`.
    Character(
        /// The first such character.
        char,
    ),
    /// It is `.` or `..`, or starts with one of them and a dash.
    Dots,
}

impl fmt::Display for StorePathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Outside(path) => write!(f, "{path:?} is no path below {STORE}"),
            Self::Upwards(path) => write!(f, "{path:?} goes up with .."),
            Self::Hash(text) => {
                write!(f, "{text:?} does not start with {HASH_DIGITS} digits of Nix's base 32 and a dash")
            }
            Self::Name { name, reason } => write!(f, "{name:?} is no name for a store path: {reason}"),
        }
    }
}

impl std::error::Error for StorePathError {}

impl fmt::Display for NameFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("it is empty"),
            Self::Long => write!(f, "it is longer than {LONGEST_NAME} bytes"),
            Self::Character(found) => write!(f, "{found:?} is no ASCII letter, no digit and none of + - . _ ? ="),
            Self::Dots => f.write_str("it starts with a part that is . or .."),
        }
    }
}

impl StorePath {
    /// The path that `HASH-NAME` is in the store.
    ///
    /// # Errors
    ///
    /// The text has not this form, or Nix takes no such name.
    pub fn from_base_name(text: &str) -> Result<Self, StorePathError> {
        let malformed = || StorePathError::Hash(text.to_owned());
        let (hash, rest) = text.split_at_checked(HASH_DIGITS).ok_or_else(malformed)?;
        let name = rest.strip_prefix('-').ok_or_else(malformed)?;
        base32::decode(hash).map_err(|_| malformed())?;
        check_name(name)?;
        Ok(Self(text.to_owned()))
    }

    /// The store path that this path is, or that it lies in.
    ///
    /// # Errors
    ///
    /// The path is not in the store, it goes up with `..`, or what is in the store is no store path.
    ///
    /// ```
    /// use confgate_nix_signatures::StorePath;
    ///
    /// let file = "/nix/store/hh0jwqmsbfc93z2prvb2x6qin9ir4mj1-fleet/node-1/config.toml";
    /// assert_eq!(StorePath::root_of(file.as_ref())?.name(), "fleet");
    /// # Ok::<(), confgate_nix_signatures::StorePathError>(())
    /// ```
    pub fn root_of(path: &Path) -> Result<Self, StorePathError> {
        let shown = || path.display().to_string();
        let inside = path.strip_prefix(STORE).map_err(|_| StorePathError::Outside(shown()))?;
        let mut components = inside.components();
        let Some(Component::Normal(root)) = components.next() else {
            return Err(StorePathError::Outside(shown()));
        };
        if components.any(|component| component == Component::ParentDir) {
            return Err(StorePathError::Upwards(shown()));
        }
        Self::from_base_name(&root.to_string_lossy())
    }

    /// The path that content gets when it is added to a store under a name, as `nix store add-path` and flakes do it.
    ///
    /// # Errors
    ///
    /// Nix takes no such name.
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
        let made_of = format!("source:sha256:{}:{STORE}:{name}", nar_hash.hexadecimal());
        let mut folded = [0; 20];
        for (at, byte) in Sha256Hash::of(made_of.as_bytes()).as_bytes().iter().enumerate() {
            folded[at % 20] ^= byte;
        }
        Ok(Self(format!("{}-{name}", base32::encode(&folded))))
    }

    /// What stands after `/nix/store/`.
    pub fn base_name(&self) -> &str {
        &self.0
    }

    /// The hash in it, 32 digits of base 32.
    pub fn hash_part(&self) -> &str {
        &self.0[..HASH_DIGITS]
    }

    /// What stands after the hash and the dash.
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

    /// Reads a whole store path, with nothing after its name.
    fn from_str(text: &str) -> Result<Self, StorePathError> {
        let inside = text.strip_prefix(STORE).and_then(|rest| rest.strip_prefix('/'));
        Self::from_base_name(inside.ok_or_else(|| StorePathError::Outside(text.to_owned()))?)
    }
}

fn check_name(name: &str) -> Result<(), StorePathError> {
    let refused = |reason| Err(StorePathError::Name { name: name.to_owned(), reason });
    let allowed = |c: char| c.is_ascii_alphanumeric() || "+-._?=".contains(c);
    if name.is_empty() {
        return refused(NameFault::Empty);
    }
    if let Some(other) = name.chars().find(|c| !allowed(*c)) {
        return refused(NameFault::Character(other));
    }
    if name.len() > LONGEST_NAME {
        return refused(NameFault::Long);
    }
    // Nix 2.8 takes these, and newer versions do not.
    if matches!(name.split('-').next(), Some("." | "..")) {
        return refused(NameFault::Dots);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PATH: &str = "/nix/store/hh0jwqmsbfc93z2prvb2x6qin9ir4mj1-d";

    #[test]
    fn a_path_comes_apart_into_hash_and_name() {
        let path: StorePath = "/nix/store/hh0jwqmsbfc93z2prvb2x6qin9ir4mj1-a-b.c?d=e+f_".parse().unwrap();
        assert_eq!((path.hash_part(), path.name()), ("hh0jwqmsbfc93z2prvb2x6qin9ir4mj1", "a-b.c?d=e+f_"));
        assert_eq!(path.base_name(), "hh0jwqmsbfc93z2prvb2x6qin9ir4mj1-a-b.c?d=e+f_");
    }

    #[test]
    fn what_is_no_store_path_is_refused_with_its_reason() {
        let hash = "hh0jwqmsbfc93z2prvb2x6qin9ir4mj1";
        for (text, reason) in [
            ("", "\"\" is no path below /nix/store"),
            ("/nix/storehh0", "\"/nix/storehh0\" is no path below /nix/store"),
            ("/gnu/store/x", "\"/gnu/store/x\" is no path below /nix/store"),
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
            (&format!("/nix/store/{hash}-"), "\"\" is no name for a store path: it is empty"),
            (
                &format!("{PATH}/x"),
                "\"d/x\" is no name for a store path: '/' is no ASCII letter, no digit and none of + - . _ ? =",
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
        let character = "is no ASCII letter, no digit and none of + - . _ ? =";
        for (name, reason) in [
            ("", "it is empty".to_owned()),
            (".", "it starts with a part that is . or ..".to_owned()),
            ("..", "it starts with a part that is . or ..".to_owned()),
            (".-a", "it starts with a part that is . or ..".to_owned()),
            ("..-b", "it starts with a part that is . or ..".to_owned()),
            ("a b", format!("' ' {character}")),
            ("é", format!("'é' {character}")),
            (&format!("{longest}a"), "it is longer than 211 bytes".to_owned()),
        ] {
            let refused = StorePath::of_source(name, &content).unwrap_err().to_string();
            assert_eq!(refused, format!("{name:?} is no name for a store path: {reason}"));
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
    fn paths_that_only_seem_to_be_in_a_store_path_lead_nowhere() {
        for (path, reason) in [
            ("/tmp/d", "\"/tmp/d\" is no path below /nix/store"),
            ("/nix/store", "\"/nix/store\" is no path below /nix/store"),
            ("/nix/store/../tmp", "\"/nix/store/../tmp\" is no path below /nix/store"),
            ("nix/store/x", "\"nix/store/x\" is no path below /nix/store"),
            ("/nix/store/.links/x", "\".links\" does not start with 32 digits of Nix's base 32 and a dash"),
            (
                "/nix/store/hh0jwqmsbfc93z2prvb2x6qin9ir4mj1-d/../x",
                "\"/nix/store/hh0jwqmsbfc93z2prvb2x6qin9ir4mj1-d/../x\" goes up with ..",
            ),
        ] {
            assert_eq!(StorePath::root_of(path.as_ref()).unwrap_err().to_string(), reason);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_path_that_is_written_the_same_or_an_error(
            text in "(/nix/store/)?[0-9a-z]{32}-[a-zA-Z0-9+._?=-]{0,9}|\\PC*"
        ) {
            if let Ok(path) = text.parse::<StorePath>() {
                prop_assert_eq!(path.to_string(), text.clone());
                prop_assert_eq!(StorePath::root_of(text.as_ref()), Ok(path));
            }
        }

        #[test]
        fn the_path_of_content_is_one_that_is_read(name in "[a-zA-Z0-9+_?=][a-zA-Z0-9+._?=-]{0,20}", content: Vec<u8>) {
            let path = StorePath::of_source(&name, &Sha256Hash::of(&content)).unwrap();
            prop_assert_eq!(path.to_string().parse(), Ok(path));
        }
    }
}
