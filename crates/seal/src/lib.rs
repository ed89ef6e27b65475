//! Sealed values and files: secrets that may be stored in a repository or in the Nix store, since only the holder of a key can open
//! them.
//!
//! Sealed data is an [age](https://age-encryption.org/v1) file, which the age program opens as well. It is sealed for **recipients**
//! (public keys, or a passphrase) and opened with an **identity** (a private key, or the passphrase).
//!
//! There are two forms. A sealed file is an age file, [binary or armored](Encoding); [`seal()`] makes it and [`open`] opens it. A sealed
//! value is one string of a config: `encrypted:` and an age file in base64; [`seal_value`] and [`open_value`] handle a single one,
//! and a [`Document`] edits those of a TOML file in place.
//!
//! A service opens both while it loads its config: [`Identities`] and [`IdentityFile`] implement the loader's
//! [`Decryptor`](confgate_runtime::secrets::Decryptor).
//!
//! ```
//! use confgate_core::types::Secret;
//! use confgate_seal::{Identity, open_value, seal_value};
//!
//! let node = Identity::generate();
//! let sealed = seal_value(&[node.recipient()], &Secret::from("hunter2"))?;
//! assert!(sealed.starts_with("encrypted:"));
//! assert_eq!(open_value(&[node.into()], &sealed)?.expose(), "hunter2");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod decrypt;
mod document;
mod encoding;
mod error;
mod header;
mod identities;
mod identity;
mod identity_file;
mod recipient;
mod seal;
#[cfg(test)]
mod tests;
mod value;
mod work_factor;

pub use self::decrypt::is_sealed_by_passphrase;
pub use self::document::{Document, DocumentError, ValueProblem};
pub use self::encoding::Encoding;
pub use self::error::{OpenError, SealError};
pub use self::identities::Identities;
pub use self::identity::{Identity, IdentityError, NewIdentity};
pub use self::identity_file::{IdentityFile, decryptor};
pub use self::recipient::{Recipient, RecipientError, RecipientsError};
pub use self::seal::{open, seal};
pub use self::value::{age_file, open_value, seal_value};
pub use self::work_factor::{MAX_WORK_FACTOR, WORK_FACTOR};
