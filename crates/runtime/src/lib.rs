//! Runtime of a service whose config Confgate validates.
//!
//! [`load`] merges the layers of a config and passes the result through the gate. [`live`] keeps the loaded config for
//! lock-free reads and reloads it when files, secrets or profiles change. [`audit`] records every change. The other modules
//! support these three: [`secrets`] finds secrets, [`profile`] evaluates the conditions of profiles, [`system`] holds the
//! environment, [`variable_names`] names the environment variables, [`atomic_file`] replaces files, [`child_process`] starts
//! programs without the secrets, and [`service_manager`] notifies systemd.

pub mod atomic_file;
pub mod audit;
pub mod child_process;
pub mod live;
pub mod load;
pub mod profile;
pub mod secrets;
pub mod service_manager;
pub mod system;
mod value_types;
pub mod variable_names;
