//! Options and files that the commands about sealing share.

mod identity_args;
mod key_path;
mod passphrase;
mod recipient_args;
mod sealed_document;
mod secret_file;

pub use self::identity_args::{IdentityArgs, PassphraseFile};
pub use self::key_path::parse_key_path;
pub use self::passphrase::{read_secret, without_line_end};
pub use self::recipient_args::RecipientArgs;
pub use self::sealed_document::{read_document, reject_stdin};
pub use self::secret_file::read_secret_bytes;
