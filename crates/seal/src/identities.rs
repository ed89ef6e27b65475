//! Opening what is sealed while a config is loaded.

use std::fmt;

use confgate_core::types::Secret;
use confgate_runtime::secrets::{Decryptor, ProviderError};
use zeroize::Zeroizing;

use crate::{Identity, OpenError, open, open_value};

/// The identities of a node.
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
        open_value(&self.0, text).map_err(|error| trouble(error, way_out(error)))
    }

    fn open_file(&self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, ProviderError> {
        open(&self.0, sealed).map_err(|error| match damaged(error) {
            true => trouble(error, Some("seal the file again: `confgate seal FILE -o FILE.age`")),
            false => trouble(error, way_out(error)),
        })
    }
}

fn trouble(error: OpenError, help: Option<&str>) -> ProviderError {
    let trouble = ProviderError::new(error.to_string());
    help.into_iter().fold(trouble, ProviderError::help)
}

/// Whether it has to be sealed again.
fn damaged(error: OpenError) -> bool {
    use OpenError::{Armor, Changed, CutOff, Header, LongHeader, NotAge, NotBase64};
    matches!(error, NotBase64 | NotAge | Armor | Header | LongHeader | CutOff | Changed)
}

fn way_out(error: OpenError) -> Option<&'static str> {
    match error {
        _ if damaged(error) => Some("seal the value again: `confgate seal` prints what to write in its place"),
        OpenError::NoIdentity => Some("give the node its identity file"),
        OpenError::WrongIdentity => {
            Some("`confgate rekey` seals it for this node as well, where an old identity is at hand")
        }
        OpenError::NoPassphrase | OpenError::WrongPassphrase | OpenError::Work { .. } => {
            Some("a node asks nobody for a passphrase: `confgate rekey` seals it for the node's key instead")
        }
        _ => None,
    }
}
