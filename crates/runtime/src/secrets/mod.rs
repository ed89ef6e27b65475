//! Secrets: where they come from, and how they take the place of the references to them.
//!
//! A config says which secret it needs (`${SECRET_DB_PASSWORD}`) and never what it is. When a node loads it, [providers]
//! are asked in their order, and [`resolve()`] puts what they know in the place of the reference.
//!
//! [providers]: Provider

mod backends;
pub mod decryptor;
pub mod directory;
mod lookup;
mod provider;
pub mod provider_order;
mod resolve;
mod variables;

pub use self::backends::{DecryptorConstructor, SecretBackends, VaultConstructor};
pub use self::decryptor::{Decryptor, NoDecryptor, is_sealed_file};
pub use self::directory::Folder;
pub use self::lookup::Answer;
pub use self::provider::*;
pub use self::provider_order::Order;
pub(crate) use self::resolve::TAKE_AWAY;
pub use self::resolve::{Resolver, Used, resolve};
pub use self::variables::Variables;
