//! Opening of sealed data during a load.

use std::fmt;

use confgate_core::types::secret::Secret;
use confgate_runtime::secrets::{Decryptor, ProviderError};
use zeroize::Zeroizing;

use crate::error::OpenError;
use crate::identity::Identity;
use crate::seal::open;
use crate::value::open_value;

/// Decryptor with the identities of a node.
pub struct Identities(Vec<Identity>);

impl From<Vec<Identity>> for Identities {
    fn from(identities: Vec<Identity>) -> Self {
        Self(identities)
    }
}

impl fmt::Debug for Identities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Identities").field(&self.0).finish()
    }
}

impl Decryptor for Identities {
    fn open(&self, text: &str) -> Result<Secret, ProviderError> {
        open_value(&self.0, text).map_err(|error| provider_error(error, value_help(error)))
    }

    fn open_file(&self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, ProviderError> {
        open(&self.0, sealed).map_err(|error| match is_damaged(error) {
            true => provider_error(error, Some("seal the file again: `confgate seal FILE -o FILE.age`")),
            false => provider_error(error, value_help(error)),
        })
    }
}

fn provider_error(error: OpenError, help: Option<&str>) -> ProviderError {
    help.into_iter().fold(ProviderError::new(error.to_string()), ProviderError::help)
}

/// Returns whether the data must be sealed again.
fn is_damaged(error: OpenError) -> bool {
    use OpenError::{Armor, Changed, Header, LongHeader, NotAge, NotBase64, Truncated};
    matches!(error, NotBase64 | NotAge | Armor | Header | LongHeader | Truncated | Changed)
}

fn value_help(error: OpenError) -> Option<&'static str> {
    match error {
        _ if is_damaged(error) => Some("seal the value again: `confgate seal` prints its replacement"),
        OpenError::NoIdentity => Some("give the node its identity file"),
        OpenError::WrongIdentity => {
            Some("seal it for this node as well: run `confgate rekey` with an identity that opens it")
        }
        OpenError::NoPassphrase | OpenError::WrongPassphrase | OpenError::WorkFactor { .. } => {
            Some("a node cannot ask for a passphrase: seal it for the node's key with `confgate rekey`")
        }
        _ => None,
    }
}
