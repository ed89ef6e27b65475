//! Secret backends of the enabled features.

use confgate_runtime::secrets::SecretBackends;

/// Returns the secret backends that this build has: Vault with the feature `vault`, sealed values with the feature `seal`.
///
/// A service passes them to its loader:
///
/// ```
/// use confgate::load::Loader;
/// use confgate::{SystemContext, bitcraps::Config};
///
/// let loader = Loader::of::<Config>(SystemContext::bare()).backends(confgate::secret_backends());
/// ```
pub fn secret_backends() -> SecretBackends {
    SecretBackends {
        #[cfg(feature = "vault")]
        vault: Some(confgate_vault::provider),
        #[cfg(not(feature = "vault"))]
        vault: None,
        #[cfg(feature = "seal")]
        decryptor: Some(confgate_seal::decryptor),
        #[cfg(not(feature = "seal"))]
        decryptor: None,
    }
}
