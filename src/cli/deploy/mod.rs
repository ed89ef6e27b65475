//! For commands about the generations of a node.

mod bring;
mod doctor;
mod generations_directory;
mod history;
mod rollback;
mod signals;
mod status;

pub use self::bring::Deploy;
pub use self::doctor::Doctor;
pub(crate) use self::generations_directory::*;
pub use self::history::History;
pub use self::rollback::Rollback;
pub(crate) use self::signals::cancel_on_signals;
pub use self::status::Status;
