//! Sealing: secrets that may stand in a repository or in the Nix store, because only the holder of a key can open them.
//!
//! What is sealed is an [age](https://age-encryption.org/v1) file, which the age program reads as well. A **recipient** is
//! whom it is sealed for (a public key or a passphrase), an **identity** is what opens it. One secret in a config is a
//! **sealed value**: the text `encrypted:` and the file in base64. A whole file is sealed as it is.
//!
//! ```
//! use confgate_core::types::Secret;
//! use confgate_seal::::{Identity, open_value, seal_value};
//!
//! let node = Identity::generate();
//! let sealed = seal_value(&[node.recipient()], &Secret::from("hunter2"))?;
//! assert!(sealed.starts_with("encrypted:"));
//! assert_eq!(open_value(&[node.into()], &sealed)?.expose(), "hunter2");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod document;
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

pub use self::document::{Document, DocumentError, Problem};
pub use self::error::{OpenError, SealError};
pub use self::identities::Identities;
pub use self::identity::{Identity, IdentityError, NewIdentity};
pub use self::identity_file::{IdentityFile, decryptor};
pub use self::recipient::{Recipient, RecipientError, RecipientsError};
pub use self::seal::*;
pub use self::value::{age_file, open_value, seal_value};
