//! Nix's formats for signed files, without Nix: NAR, narinfo, store paths, base 32, keys and signatures.
//!
//! A signature proves that a file tree is the one that the holder of a key signed. It is checked in four steps:
//!
//! 1. [`nar`] serializes the tree to a NAR, a stream of bytes that is the same on every machine, and hashes it.
//! 2. A [`PathInfo`] binds that hash to a [`StorePath`], its size and its references. It is read from a narinfo or from the output
//!    of `nix path-info --json`.
//! 3. The [fingerprint](PathInfo::fingerprint) of a path info is the one line of text that a [`SecretKey`] signs.
//! 4. [`Trust`] accepts the tree if one of its [`PublicKey`]s made a signature of that line and the hash of the tree is the signed
//!    one.
//!
//! `nix store sign` makes the same signatures for paths in a store. A tree outside a store is signed under the path that it would
//! get if it were added to one ([`StorePath::of_source`]), so that one format and one set of keys serve both.
//!
//! ```
//! use confgate_nix_signatures::{PathInfo, SecretKey, Trust, nar};
//! # let folder = tempfile::tempdir()?;
//! # let tree = folder.path();
//!
//! let key = SecretKey::generate("config.example.org-1".parse()?)?;
//! let mut info = PathInfo::of_source("production", nar::digest(tree)?)?;
//! info.sign(&key);
//!
//! let trust = Trust::new(vec![key.public()]);
//! assert_eq!(trust.verify(tree, &info)?.as_str(), "config.example.org-1");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod base32;
mod fields;
mod hash;
mod json;
mod key;
pub mod nar;
mod narinfo;
mod path_info;
mod path_info_error;
mod store_path;
mod trust;

pub use self::hash::{HashError, Sha256Hash};
pub use self::key::{KeyError, KeyErrorKind, KeyName, PublicKey, SecretKey, Signature};
pub use self::path_info::PathInfo;
pub use self::path_info_error::{FieldError, PathInfoError};
pub use self::store_path::{NameError, STORE, StorePath, StorePathError};
pub use self::trust::{Trust, VerifyError, signature_file};
