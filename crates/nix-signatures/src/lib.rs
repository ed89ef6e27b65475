//! Trust: who says that a bundle is theirs, by the signatures of Nix, and without Nix on the machine.
//!
//! What is signed is one line, the fingerprint of a [`PathInfo`]: a store path, the hash and the size of its [NAR](nar), and the
//! paths that it refers to. `nix store sign` makes such signatures for paths in a store. A bundle that is in no store is signed
//! as what it would be when it is added to one ([`StorePath::of_source`]), so that one form and one set of keys serve both.
//!
//! ```
//! use confgate_nix_signatures::::{PathInfo, SecretKey, Trust, nar};
//! # let folder = tempfile::tempdir()?;
//! # let bundle = folder.path();
//!
//! let key = SecretKey::generate("config.example.org-1".parse()?)?;
//! let mut info = PathInfo::of_source("production", nar::digest(bundle)?)?;
//! info.sign(&key);
//!
//! let trust = Trust::new(vec![key.public()]);
//! assert_eq!(trust.verify(bundle, &info)?.as_str(), "config.example.org-1");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod base32;
mod hash;
mod json;
mod key;
pub mod nar;
mod path_info;
mod store_path;
mod trust;

pub use self::hash::{HashError, Sha256Hash};
pub use self::key::{KeyError, KeyFault, KeyName, PublicKey, SecretKey, Signature};
pub use self::path_info::{PathInfo, PathInfoError};
pub use self::store_path::{NameFault, STORE, StorePath, StorePathError};
pub use self::trust::*;
