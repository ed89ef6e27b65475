//! Options of `confgate agent` about signing the head of its audit trail.

use std::num::NonZeroU64;
use std::path::{Path, PathBuf};

use clap::Args;
use confgate_runtime::audit::{AuditTrail, HeadSigner};

use crate::cli::error::CliError;
use crate::cli::secret_key_file::read_secret_key;

#[derive(Debug, Args)]
pub struct AuditSigning {
    /// Sign the head of the audit trail with the secret key in this file (`confgate key generate`).
    #[arg(long, value_name = "FILE", requires = "audit")]
    audit_key_file: Option<PathBuf>,
    /// Append the signed heads to this file, which may be in an append-only directory. [default: the audit trail with `.heads`]
    #[arg(long, value_name = "FILE", requires = "audit_key_file")]
    audit_heads: Option<PathBuf>,
    /// Sign after each N lines. The head is also signed before a rotation, and at the start and the end.
    #[arg(long, value_name = "N", requires = "audit_key_file", default_value_t = NonZeroU64::MIN)]
    audit_sign_every: NonZeroU64,
}

impl AuditSigning {
    /// Lets a trail be signed, if a key is given.
    pub fn sign(&self, path: &Path, trail: AuditTrail) -> Result<AuditTrail, CliError> {
        let Some(file) = &self.audit_key_file else { return Ok(trail) };
        let key = read_secret_key(file)?;
        let heads = self.audit_heads.clone().unwrap_or_else(|| HeadSigner::default_path(path));
        let sign = move |message: &str| key.sign(message).to_string();
        Ok(trail.signed_by(HeadSigner::new(heads, self.audit_sign_every, sign))?)
    }
}
