//! Options of `confgate audit verify` about signed heads.

use std::path::{Path, PathBuf};

use clap::Args;
use confgate_nix_signatures::{PublicKey, Signature};
use confgate_runtime::audit::{
    AuditError, Digest, Head, HeadSigner, SignedHead, SignedHeads, TrailReader, Verification,
};

use crate::cli::audit::problems::Problems;
use crate::cli::error::CliError;

/// Maximum number of problems that are listed. Further ones are counted.
const MAX_PROBLEMS: u64 = 100;

#[derive(Debug, Args)]
pub(super) struct Signatures {
    /// Compare the trail with the heads that this public key signed: a trail that was written anew, and one whose end was cut
    /// off, are found. Can be repeated, for a key that was replaced.
    #[arg(long, short = 'k', value_name = "KEY")]
    key: Vec<String>,
    /// Read the signed heads from this file, such as a copy in an append-only store. [default: PATH.heads]
    #[arg(long, value_name = "FILE", requires = "key")]
    heads: Option<PathBuf>,
}

impl Signatures {
    pub(super) fn is_given(&self) -> bool {
        !self.key.is_empty()
    }

    /// Verifies the chain and the signed heads.
    pub(super) fn verify(&self, trail: &Path, head: Option<Digest>) -> Result<(Verification, Problems), CliError> {
        let keys = self.keys()?;
        let path = self.heads.clone().unwrap_or_else(|| HeadSigner::default_path(trail));
        // The trail is opened first: its writer signs lines after it has written them.
        let reader = TrailReader::open(trail)?;
        let mut heads =
            Heads { file: SignedHeads::open(&path)?, keys, path, problems: Problems::default(), count: 0, error: None };
        let verdict = Verification::run_signed(reader, head, &mut heads)?;
        match heads.error {
            Some(error) => Err(error.into()),
            None => Ok((verdict, heads.finish())),
        }
    }

    /// Parses the keys. This is not left to clap, whose error messages would print a secret key that was passed by mistake.
    fn keys(&self) -> Result<Vec<PublicKey>, CliError> {
        let keys = self.key.iter().map(|text| text.parse());
        keys.collect::<Result<_, _>>().map_err(|error| CliError::Option { option: "--key", source: Box::new(error) })
    }
}

/// Iterator over the heads with a valid signature. Other lines become problems.
struct Heads {
    file: SignedHeads,
    keys: Vec<PublicKey>,
    path: PathBuf,
    problems: Problems,
    /// Number of problems.
    count: u64,
    /// The error that ended the file.
    error: Option<AuditError>,
}

impl Heads {
    fn verified(&mut self, number: u64, signed: &SignedHead) -> Option<Head> {
        let message = SignedHead::message(signed.head);
        let Ok(signature) = signed.signature.parse::<Signature>() else {
            self.reject(number, "not a signature of a key of confgate or Nix");
            return None;
        };
        if self.keys.iter().any(|key| key.verifies(&message, &signature)) {
            return Some(signed.head);
        }
        let problem = match self.keys.iter().any(|key| key.name() == signature.key()) {
            true => format!("the signature does not match line {} of the trail", signed.head.sequence),
            false => format!("signed by {}, whose key is not given", signature.key()),
        };
        self.reject(number, &problem);
        None
    }

    fn report(&mut self, level: &str, number: u64, problem: &str) {
        self.count += 1;
        if self.count <= MAX_PROBLEMS {
            self.problems.text += &format!("{level}: {}:{number}: {problem}\n", self.path.display());
        }
    }

    fn reject(&mut self, number: u64, problem: &str) {
        self.problems.errors += 1;
        self.report("error", number, problem);
    }

    fn finish(mut self) -> Problems {
        if let Some(further) = self.count.checked_sub(MAX_PROBLEMS).filter(|further| *further > 0) {
            self.problems.text += &format!("error: {further} more like these\n");
        }
        self.problems
    }
}

impl Iterator for Heads {
    type Item = Head;

    fn next(&mut self) -> Option<Head> {
        loop {
            match self.file.next()? {
                Ok((number, Ok(signed))) => {
                    if let Some(head) = self.verified(number, &signed) {
                        return Some(head);
                    }
                }
                // An incomplete line of a crash. It says nothing, and its absence would not be noticed.
                Ok((number, Err(invalid))) => self.report("warning", number, &invalid.to_string()),
                Err(error) => {
                    self.error = Some(error);
                    return None;
                }
            }
        }
    }
}
