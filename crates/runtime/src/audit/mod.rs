//! The audit trail: a file of JSON lines that records every change of a running config with its origin and reason.
//!
//! One line records one changed field. Each line holds the SHA-256 of the line before it, so that [`verify()`] finds a line
//! that was edited, removed, inserted or moved. `docs/audit.md` describes the members of a line and the threat model.
//!
//! [`AuditTrail`] (trail.rs) appends: an [`AuditEntry`] becomes an [`AuditLine`], and a full file is rotated (files.rs).
//! [`TrailReader`] reads the lines of all files back, and [`Verification`] checks them. A [`HeadSigner`] signs the head, which
//! finds a chain that was written anew.
//!
//! ```
//! use confgate_runtime::audit::{self, AuditEntry, AuditTrail, ChangeSource, Digest, Limits};
//!
//! let directory = tempfile::tempdir()?;
//! let path = directory.path().join("audit.jsonl");
//! let mut trail = AuditTrail::open(&path, Limits::default())?;
//! let config = Digest::of(b"[network]\nmax_connections = 60\n");
//! let entry = AuditEntry::changed("network.max_connections", Some("50"), Some("60"), ChangeSource::HotReload, config)
//!     .origin("config/production.nix:14:5")
//!     .reason("more peers");
//! trail.append(&[entry])?;
//!
//! let verification = audit::verify(&path)?;
//! assert!(verification.is_intact());
//! assert_eq!(verification.lines, 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod digest;
mod entry;
mod error;
mod files;
mod head;
mod head_matcher;
mod head_signer;
mod line;
#[cfg(test)]
mod properties;
mod reader;
mod signed_head;
mod signed_heads;
#[cfg(test)]
mod signing_tests;
mod tail;
#[cfg(test)]
mod tests;
mod trail;
mod verify;

pub use self::digest::{Digest, InvalidDigest};
pub use self::entry::{AuditEntry, ChangeSource, Event, FieldChange};
pub use self::error::AuditError;
pub use self::head::Head;
pub use self::head_matcher::SignedExtent;
pub use self::head_signer::HeadSigner;
pub use self::line::{AuditLine, EventKind, LineError};
pub use self::reader::{LocatedLine, TrailReader};
pub use self::signed_head::{InvalidSignedHead, SignedHead};
pub use self::signed_heads::SignedHeads;
pub use self::trail::{AuditTrail, Limits};
pub use self::verify::{Break, Defect, Torn, Verification, verify, verify_against};
