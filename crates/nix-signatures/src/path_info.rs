//! Signed description of a store path, and the text that carries it.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use crate::fields::Fields;
use crate::hash::Sha256Hash;
use crate::key::{SecretKey, Signature};
use crate::nar::NarDigest;
use crate::path_info_error::PathInfoError;
use crate::store_path::{StorePath, StorePathError};
use crate::{json, narinfo};

/// Signed description of a store path.
///
/// It is parsed from a narinfo, in which fields that are not signed are ignored, or from the output of
/// `nix path-info --sigs --json` for one path. It is displayed as a narinfo.
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
    /// Store path.
    pub store_path: StorePath,
    /// SHA-256 of the path's NAR.
    pub nar_hash: Sha256Hash,
    /// Size of the path's NAR in bytes.
    pub nar_size: u64,
    /// Store paths that the path refers to.
    pub references: BTreeSet<StorePath>,
    /// Signatures, which are not part of the signed text.
    pub signatures: Vec<Signature>,
}

impl PathInfo {
    /// Describes a file tree outside a store, as if it were added to one under `name`.
    ///
    /// # Errors
    ///
    /// Nix does not accept the name.
    pub fn of_source(name: &str, digest: NarDigest) -> Result<Self, StorePathError> {
        Ok(Self {
            store_path: StorePath::of_source(name, &digest.hash)?,
            nar_hash: digest.hash,
            nar_size: digest.size,
            references: BTreeSet::new(),
            signatures: Vec::new(),
        })
    }

    /// Returns the hash and the size of the NAR.
    pub const fn digest(&self) -> NarDigest {
        NarDigest { hash: self.nar_hash, size: self.nar_size }
    }

    /// Returns the line that is signed: `1;STORE PATH;NAR HASH;NAR SIZE;REFERENCES`, with the references sorted and separated by
    /// commas.
    pub fn fingerprint(&self) -> String {
        let references: Vec<String> = self.references.iter().map(StorePath::to_string).collect();
        format!("1;{};{};{};{}", self.store_path, self.nar_hash, self.nar_size, references.join(","))
    }

    /// Adds a signature, in place of earlier ones by a key of the same name.
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
        // Nix reads a value from the second character after the colon, so the space stays if there are no references.
        writeln!(f, "References: {}", references.join(" "))?;
        self.signatures.iter().try_for_each(|signature| writeln!(f, "Sig: {signature}"))
    }
}

impl FromStr for PathInfo {
    type Err = PathInfoError;

    /// Parses a narinfo, or the output of `nix path-info --sigs --json` for one path.
    fn from_str(text: &str) -> Result<Self, PathInfoError> {
        let is_json = text.trim_start().starts_with(['{', '[']);
        let Fields { store_path, nar_hash, nar_size, references, signatures } =
            if is_json { json::read(text)? } else { narinfo::read(text)? };
        Ok(Self { store_path, nar_hash, nar_size, references, signatures })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const D: &str = "hh0jwqmsbfc93z2prvb2x6qin9ir4mj1-d";
    const TF: &str = "2vddvyb976prrbw65gbprz9aa0sxjpk1-tf";

    /// Narinfo of a path that refers to two others, with a signature by `test-1`.
    fn text() -> String {
        format!(
            "StorePath: /nix/store/{D}\n\
             NarHash: sha256:1jpg5v8rcf4d08rlpq51vnd1w800l64h34r0bw4vkb6z3qlk089k\n\
             NarSize: 288\n\
             References: {TF} {D}\n\
             Sig: test-1:OrSeaBMQ4npCivTFGj3SF7v8XEuxKdUZLwPxJ1J6erbv9xFb8T1wzZoQyhnJicMPUF29MjkB4iP3UoFm7g6VDQ==\n"
        )
    }

    fn error(text: &str) -> String {
        text.parse::<PathInfo>().unwrap_err().to_string()
    }

    #[test]
    fn a_text_displays_as_it_was_parsed() {
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
    fn references_are_sorted_and_deduplicated() {
        let other = text().replace(&format!("{TF} {D}"), &format!("{D} {TF} {D}"));
        assert_eq!(other.parse::<PathInfo>().unwrap(), text().parse().unwrap());
    }

    #[test]
    fn additions_of_a_binary_cache_or_an_editor_change_nothing() {
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
    fn a_malformed_text_is_rejected_with_its_reason() {
        for field in ["StorePath", "NarHash", "NarSize", "References"] {
            let at = text().find(field).unwrap();
            let line = text()[at..].lines().next().unwrap().to_owned();
            assert_eq!(error(&text().replace(&format!("{line}\n"), "")), format!("{field} is missing"));
            assert_eq!(error(&format!("{}{line}\n", text())), format!("{field} is given twice"));
        }
        assert_eq!(error(""), "StorePath is missing");
        let line = "is not `NAME: VALUE`";
        assert_eq!(error("\n"), format!("line 1 {line}"));
        assert_eq!(error(&text().replace("Size:", "Size")), format!("line 3 {line}"));
        assert_eq!(error(&text().replace("Size: ", "Size:")), format!("line 3 {line}"));
        for size in ["+288", "0288", "288 ", "-1", "18446744073709551616", "x"] {
            let reason = format!("NarSize: {size:?} is not a number of bytes");
            assert_eq!(error(&text().replace("288\n", &format!("{size}\n"))), reason);
        }
        assert_eq!(
            error(&text().replace("StorePath: /nix", "StorePath: nix")),
            format!("StorePath: \"nix/store/{D}\" is not a path below /nix/store")
        );
        assert_eq!(error(&text().replace("sha256:", "sha1:")), "NarHash: a hash starts with sha256: or sha256-");
        assert_eq!(
            error(&text().replace(TF, "")),
            "References: \"\" does not start with 32 digits of Nix's base 32 and a dash"
        );
        assert_eq!(error(&text().replace("==", "")), "Sig: not a signature: the text after the name is not base64");
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
