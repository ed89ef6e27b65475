//! What the commands about sealing share.

pub mod identities;
pub mod key;
pub mod passphrase;
pub mod recipients;
mod sealed_document;

pub use self::sealed_document::*;
