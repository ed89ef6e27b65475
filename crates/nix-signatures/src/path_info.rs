//! What is signed of a store path, and the text that carries it: a narinfo, as binary caches have them.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use crate::hash::Sha256Hash;
use crate::json;
use crate::key::{SecretKey, Signature};
use crate::nar::NarDigest;
use crate::store_path::{StorePath, StorePathError};

/// What Nix knows of a store path and signs of it.
///
/// Its text is a narinfo with the fields that matter here; others, which a binary cache has, are read over. What
/// `nix path-info --sigs --json` prints of one path is read as well.
///
/// ```
/// use confgate_nix_signatures::PathInfo;
///
/// let info: PathInfo = "\
/// StorePath: /nix/store/hh0jwqmsbfc93z2prvb2x6qin9ir4mj1-d
/// NarHash: sha256:1jpg5v8rcf4d08rlpq51vnd1w800l64h34r0bw4vkb6z3qlk089k
/// NarSize: 288
/// References:
/// "
/// .parse()?;
/// assert_eq!(
///     info.fingerprint(),
///     "1;/nix/store/hh0jwqmsbfc93z2prvb2x6qin9ir4mj1-d;\
///      sha256:1jpg5v8rcf4d08rlpq51vnd1w800l64h34r0bw4vkb6z3qlk089k;288;"
/// );
/// # Ok::<(), confgate_nix_signatures::PathInfoError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathInfo {
    /// The path.
    pub store_path: StorePath,
    /// SHA-256 of its NAR.
    pub nar_hash: Sha256Hash,
    /// How many bytes its NAR has.
    pub nar_size: u64,
    /// The paths that are named in it.
    pub references: BTreeSet<StorePath>,
    /// Who signed it. They are not part of what is signed.
    pub signatures: Vec<Signature>,
}

/// Why a text says nothing of a store path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathInfoError {
    /// A line is not the name of a field, a colon, a space and a value.
    Line(
        /// Its number, from 1 on.
        usize,
    ),
    /// A field is missing.
    Missing(
        /// Its name.
        &'static str,
    ),
    /// A field stands there twice.
    Twice(
        /// Its name.
        &'static str,
    ),
    /// A field has a value that it cannot have.
    Field {
        /// Its name.
        name: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// A text that starts as JSON is none, or is not what `nix path-info` says of one path.
    Json(
        /// What is wrong with it.
        String,
    ),
}

impl fmt::Display for PathInfoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(number) => write!(f, "line {number} is not the name of a field, a colon, a space and a value"),
            Self::Missing(name) => write!(f, "{name} is missing"),
            Self::Twice(name) => write!(f, "{name} stands there twice"),
            Self::Field { name, reason } => write!(f, "{name}: {reason}"),
            Self::Json(reason) => write!(f, "not what nix path-info says of one path: {reason}"),
        }
    }
}

impl std::error::Error for PathInfoError {}

impl PathInfo {
    /// What there is to sign of a file tree that is in no store: it is taken for what it would be if it were added to one under
    /// this name.
    ///
    /// # Errors
    ///
    /// Nix takes no such name.
    pub fn of_source(name: &str, digest: NarDigest) -> Result<Self, StorePathError> {
        Ok(Self {
            store_path: StorePath::of_source(name, &digest.hash)?,
            nar_hash: digest.hash,
            nar_size: digest.size,
            references: BTreeSet::new(),
            signatures: Vec::new(),
        })
    }

    /// Hash and size of the NAR.
    pub const fn digest(&self) -> NarDigest {
        NarDigest { hash: self.nar_hash, size: self.nar_size }
    }

    /// The line that is signed: `1;STORE PATH;NAR HASH;NAR SIZE;REFERENCES`, the last sorted and with commas between them.
    pub fn fingerprint(&self) -> String {
        let references: Vec<String> = self.references.iter().map(StorePath::to_string).collect();
        format!("1;{};{};{};{}", self.store_path, self.nar_hash, self.nar_size, references.join(","))
    }

    /// Adds a signature, in the place of earlier ones under the same name.
    pub fn sign(&mut self, key: &SecretKey) {
        let signature = key.sign(&self.fingerprint());
        self.signatures.retain(|earlier| earlier.key() != signature.key());
        self.signatures.push(signature);
    }
}

impl fmt::Display for PathInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "StorePath: {}", self.store_path)?;
        writeln!(f, "NarHash: {}", self.nar_hash)?;
        writeln!(f, "NarSize: {}", self.nar_size)?;
        let references: Vec<&str> = self.references.iter().map(StorePath::base_name).collect();
        // Nix reads a value from the second character after the colon on, so the space stays without references.
        writeln!(f, "References: {}", references.join(" "))?;
        self.signatures.iter().try_for_each(|signature| writeln!(f, "Sig: {signature}"))
    }
}

impl FromStr for PathInfo {
    type Err = PathInfoError;

    /// Reads a narinfo, or what `nix path-info --sigs --json` says of one path.
    fn from_str(text: &str) -> Result<Self, PathInfoError> {
        if text.trim_start().starts_with(['{', '[']) {
            return json::read(text);
        }
        let mut fields = Fields::default();
        for (at, line) in text.lines().enumerate() {
            let malformed = PathInfoError::Line(at + 1);
            let (name, rest) = line.split_once(':').ok_or_else(|| malformed.clone())?;
            let value = if rest.is_empty() { rest } else { rest.strip_prefix(' ').ok_or(malformed)? };
            fields.take(name, value)?;
        }
        fields.finish()
    }
}

/// The fields of a narinfo as far as they are read.
#[derive(Default)]
struct Fields {
    store_path: Option<StorePath>,
    nar_hash: Option<Sha256Hash>,
    nar_size: Option<u64>,
    references: Option<BTreeSet<StorePath>>,
    signatures: Vec<Signature>,
}

impl Fields {
    fn take(&mut self, name: &str, value: &str) -> Result<(), PathInfoError> {
        match name {
            "StorePath" => once(&mut self.store_path, "StorePath", value.parse()),
            "NarHash" => once(&mut self.nar_hash, "NarHash", value.parse()),
            "NarSize" => once(&mut self.nar_size, "NarSize", size(value)),
            "References" => once(&mut self.references, "References", references(value)),
            "Sig" => {
                self.signatures.push(value.parse().map_err(|error| refused("Sig", &error))?);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn finish(self) -> Result<PathInfo, PathInfoError> {
        Ok(PathInfo {
            store_path: self.store_path.ok_or(PathInfoError::Missing("StorePath"))?,
            nar_hash: self.nar_hash.ok_or(PathInfoError::Missing("NarHash"))?,
            nar_size: self.nar_size.ok_or(PathInfoError::Missing("NarSize"))?,
            references: self.references.ok_or(PathInfoError::Missing("References"))?,
            signatures: self.signatures,
        })
    }
}

fn once<T, E: fmt::Display>(
    place: &mut Option<T>,
    name: &'static str,
    value: Result<T, E>,
) -> Result<(), PathInfoError> {
    let value = value.map_err(|error| refused(name, &error))?;
    if place.replace(value).is_some() { Err(PathInfoError::Twice(name)) } else { Ok(()) }
}

fn refused(name: &'static str, reason: &dyn fmt::Display) -> PathInfoError {
    PathInfoError::Field { name, reason: reason.to_string() }
}

/// One number has one text: no sign, no zeros before it.
fn size(text: &str) -> Result<u64, String> {
    let number = text.parse::<u64>().ok().filter(|number| number.to_string() == text);
    number.ok_or_else(|| format!("{text:?} is no number of bytes"))
}

fn references(text: &str) -> Result<BTreeSet<StorePath>, StorePathError> {
    if text.is_empty() {
        return Ok(BTreeSet::new());
    }
    text.split(' ').map(StorePath::from_base_name).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const D: &str = "hh0jwqmsbfc93z2prvb2x6qin9ir4mj1-d";
    const TF: &str = "2vddvyb976prrbw65gbprz9aa0sxjpk1-tf";

    /// Text of a path that refers to two others, with a signature by `test-1`.
    fn text() -> String {
        format!(
            "StorePath: /nix/store/{D}\n\
             NarHash: sha256:1jpg5v8rcf4d08rlpq51vnd1w800l64h34r0bw4vkb6z3qlk089k\n\
             NarSize: 288\n\
             References: {TF} {D}\n\
             Sig: test-1:OrSeaBMQ4npCivTFGj3SF7v8XEuxKdUZLwPxJ1J6erbv9xFb8T1wzZoQyhnJicMPUF29MjkB4iP3UoFm7g6VDQ==\n"
        )
    }

    fn refused(text: &str) -> String {
        text.parse::<PathInfo>().unwrap_err().to_string()
    }

    #[test]
    fn a_text_is_written_as_it_is_read() {
        let info: PathInfo = text().parse().unwrap();
        assert_eq!(info.to_string(), text());
        assert_eq!(
            info.fingerprint(),
            format!(
                "1;/nix/store/{D};sha256:1jpg5v8rcf4d08rlpq51vnd1w800l64h34r0bw4vkb6z3qlk089k;288;\
                 /nix/store/{TF},/nix/store/{D}"
            )
        );
    }

    #[test]
    fn references_are_sorted_and_count_once() {
        let other = text().replace(&format!("{TF} {D}"), &format!("{D} {TF} {D}"));
        assert_eq!(other.parse::<PathInfo>().unwrap(), text().parse().unwrap());
    }

    #[test]
    fn what_a_binary_cache_or_an_editor_adds_changes_nothing() {
        let info: PathInfo = text().parse().unwrap();
        let cache = format!("{}URL: nar/x.nar.xz\nCompression: xz\nDeriver: x.drv\nCA: \n", text());
        assert_eq!(cache.parse::<PathInfo>(), Ok(info.clone()));
        assert_eq!(text().replace('\n', "\r\n").parse::<PathInfo>(), Ok(info));
        let alone = text().replace(&format!(" {TF} {D}"), "").parse::<PathInfo>().unwrap();
        assert_eq!(alone.to_string().replace("References: \n", "References:\n").parse(), Ok(alone));
    }

    #[test]
    fn a_new_signature_takes_the_place_of_an_earlier_one_of_the_same_key() {
        let mut info: PathInfo = text().parse().unwrap();
        let other = SecretKey::generate("other-1".parse().unwrap()).unwrap();
        info.sign(&other);
        info.nar_size += 1;
        info.sign(&other);
        let names: Vec<&str> = info.signatures.iter().map(|signature| signature.key().as_str()).collect();
        assert_eq!(names, ["test-1", "other-1"]);
        assert!(other.public().verifies(&info.fingerprint(), &info.signatures[1]));
    }

    #[test]
    fn a_malformed_text_is_refused_with_its_reason() {
        for field in ["StorePath", "NarHash", "NarSize", "References"] {
            let at = text().find(field).unwrap();
            let line = text()[at..].lines().next().unwrap().to_owned();
            assert_eq!(refused(&text().replace(&format!("{line}\n"), "")), format!("{field} is missing"));
            assert_eq!(refused(&format!("{}{line}\n", text())), format!("{field} stands there twice"));
        }
        assert_eq!(refused(""), "StorePath is missing");
        let line = "is not the name of a field, a colon, a space and a value";
        assert_eq!(refused("\n"), format!("line 1 {line}"));
        assert_eq!(refused(&text().replace("Size:", "Size")), format!("line 3 {line}"));
        assert_eq!(refused(&text().replace("Size: ", "Size:")), format!("line 3 {line}"));
        for size in ["+288", "0288", "288 ", "-1", "18446744073709551616", "x"] {
            let reason = format!("NarSize: {size:?} is no number of bytes");
            assert_eq!(refused(&text().replace("288\n", &format!("{size}\n"))), reason);
        }
        assert_eq!(
            refused(&text().replace("StorePath: /nix", "StorePath: nix")),
            format!("StorePath: \"nix/store/{D}\" is no path below /nix/store")
        );
        assert_eq!(refused(&text().replace("sha256:", "sha1:")), "NarHash: a hash starts with sha256: or sha256-");
        assert_eq!(
            refused(&text().replace(TF, "")),
            "References: \"\" does not start with 32 digits of Nix's base 32 and a dash"
        );
        assert_eq!(refused(&text().replace("==", "")), "Sig: not a signature: what follows its name is no base 64");
    }

    proptest! {
        #[test]
        fn any_text_is_an_info_that_survives_or_an_error(
            lines in proptest::collection::vec("(StorePath|NarHash|NarSize|References|Sig|URL|[a-z]{0,3}):? ?\\PC{0,9}", 0..9),
            at in 0..9_usize,
        ) {
            let broken = lines.join("\n");
            let _ = broken.parse::<PathInfo>();
            let mut mixed: Vec<String> = text().lines().map(str::to_owned).collect();
            mixed.splice(at.min(mixed.len()).., lines);
            if let Ok(info) = mixed.join("\n").parse::<PathInfo>() {
                prop_assert_eq!(info.to_string().parse(), Ok(info));
            }
        }
    }
}
