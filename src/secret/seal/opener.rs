//! Opening sealed values while a config is loaded.

use std::fmt;

use super::{Identity, OpenError, open_value};
use crate::model::Secret;
use crate::secret::{Opener, Trouble};

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

impl Opener for Identities {
    fn open(&self, text: &str) -> Result<Secret, Trouble> {
        open_value(&self.0, text).map_err(|error| {
            let trouble = Trouble::new(error.to_string());
            match way_out(error) {
                Some(help) => trouble.help(help),
                None => trouble,
            }
        })
    }
}

fn way_out(error: OpenError) -> Option<&'static str> {
    match error {
        OpenError::NotBase64 | OpenError::NotAge | OpenError::Header | OpenError::CutOff | OpenError::Changed => {
            Some("seal the value again: `confgate seal` prints what to write in its place")
        }
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
