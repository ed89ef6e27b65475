//! Secrets in HashiCorp Vault or OpenBao: a KV store of version 2.
//!
//! A secret is a field of one entry (`secret/bitcraps`), or the field `value` of an entry of its own (`secret/bitcraps/`
//! and its name). Each load reads an entry once. While a service runs, a thread keeps the token alive and looks at the
//! versions of what was read; one that changed reloads the config.
//!
//! The questions of a load block together for at most the time of [`Settings::timeout`], in any thread, of a runtime or not.

mod connection;
mod entry;
mod http;
mod keep;
mod session;
mod settings;
#[cfg(test)]
mod tests;
mod vault;

pub use self::settings::{Login, SecretId, Settings};
pub use self::vault::*;
