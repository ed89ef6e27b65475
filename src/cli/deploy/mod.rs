//! Commands about the deployments of a node: `deploy`, `rollback`, `history`, `status`, `doctor`.

mod deploy;
mod doctor;
mod generations_args;
mod history;
mod history_page;
mod outcome;
mod problem;
mod progress;
mod rollback;
mod service_control_args;
mod signals;
mod status;

pub use self::deploy::Deploy;
pub use self::doctor::Doctor;
pub use self::history::History;
#[cfg(feature = "fleet")]
pub(crate) use self::outcome::report_failure;
pub use self::rollback::Rollback;
#[cfg(feature = "fleet")]
pub(crate) use self::signals::cancel_on_signals;
pub use self::status::Status;
