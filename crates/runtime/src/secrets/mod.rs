//! Secret sources: providers, decryptor, and the resolution of references.
//!
//! A config names a secret (`${SECRET_DB_PASSWORD}`) and never contains it. At load time a [`Resolver`] asks the
//! [providers](Provider) in the order of [`ProviderOrder`], and [`resolve()`] replaces each reference by its secret.
//! A [`Decryptor`] opens sealed values and sealed files. Providers for Vault and the decryptor for age are in crates of
//! their own, which a program passes in as [`SecretBackends`].

mod backends;
pub mod decryptor;
pub mod directory;
mod provider;
mod provider_order;
mod resolve;
mod resolver;
mod variables;
mod warning;

pub use self::backends::{DecryptorConstructor, SecretBackends, VaultConstructor};
pub use self::decryptor::{Decryptor, NoDecryptor, is_sealed_file};
pub use self::directory::DirectoryProvider;
pub use self::provider::{FoundSecret, OnChange, Provider, ProviderError};
pub use self::provider_order::{ProviderKind, ProviderOrder, ProviderOrderError};
pub(crate) use self::resolve::warning_diagnostic;
pub use self::resolve::{UsedSecret, resolve};
pub use self::resolver::{Resolver, SecretLookup};
pub use self::variables::VariableProvider;
pub use self::warning::{SecretWarning, checked_without_line_end, without_line_end};
