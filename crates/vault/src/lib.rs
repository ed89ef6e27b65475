//! Secrets in HashiCorp Vault or OpenBao: a KV store of version 2.
//!
//! A secret is a field of one entry (`secret/bitcraps`), or the field `value` of an entry of its own (`secret/bitcraps/`
//! and its name). Each load reads an entry once. While a service runs, the renewal thread keeps the token valid and compares
//! the versions of the entries; a new version reloads the config.
//!
//! All requests of a load together block for at most [`Settings::timeout`]. They may be sent from any thread, including one
//! of an async runtime.
//!
//! | file | content |
//! |---|---|
//! | `provider` | the provider that a load asks |
//! | `settings`, `environment` | the settings, and the variables they are read from |
//! | `store`, `entry` | entries and versions in the KV store |
//! | `session`, `renewal` | login and lease of the token, and the thread that renews it |
//! | `client` | deadline, retries and the meaning of a status |
//! | `transport`, `certificates` | one HTTP exchange, and the authorities that TLS trusts |
//! | `request`, `error` | requests, responses and errors |

mod certificates;
mod client;
mod entry;
mod environment;
mod error;
mod provider;
mod renewal;
mod request;
mod session;
mod settings;
mod shared_store;
mod store;
#[cfg(test)]
mod tests;
mod transport;

pub use self::environment::settings_from_environment;
pub use self::provider::{Vault, provider};
pub use self::settings::{Login, SecretId, Settings};
