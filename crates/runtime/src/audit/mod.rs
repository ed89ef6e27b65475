//! The audit trail: a file that says what changed in a running config, when, from where and why.
//!
//! One line of JSON for each changed field. Each line carries the SHA-256 of the line before it, so that a line which was
//! edited, taken out, put in or moved is found by [`verify()`]; `docs/audit.md` says what each member of a line means and what
//! the chain does not protect from.
//!
//! ```
//! use confgate_runtime::audit::{self, AuditTrail, Digest, Entry, Limits, Source};
//!
//! let folder = tempfile::tempdir()?;
//! let path = folder.path().join("audit.jsonl");
//! let mut trail = AuditTrail::open(&path, Limits::default())?;
//! let config = Digest::of(b"[network]\nmax_connections = 60\n");
//! let entry = Entry::changed("network.max_connections", Some("50"), Some("60"), Source::HotReload, config)
//!     .at("config/production.nix:14:5")
//!     .because("more peers");
//! trail.append(&[entry])?;
//!
//! let verdict = audit::verify(&path)?;
//! assert!(verdict.is_whole());
//! assert_eq!(verdict.lines, 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod digest;
mod entry;
mod error;
mod files;
mod line;
#[cfg(test)]
mod properties;
mod read;
mod tail;
#[cfg(test)]
mod tests;
mod trail;
mod verify;

pub use self::digest::{Digest, NotADigest};
pub use self::entry::{Change, Entry, Event, Source};
pub use self::error::AuditError;
pub use self::line::{Kind, Line, Wrong};
pub use self::read::{Reader, Reading};
pub use self::trail::{AuditTrail, Head, Limits};
pub use self::verify::{Break, Defect, Torn, Verdict, verify, verify_against};
