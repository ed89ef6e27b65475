use std::path::{Path, PathBuf};
use std::{fmt, io};

use confgate_nix_signatures::VerifyError;
use confgate_runtime::load::Refused;
use serde::Serialize;

use crate::lock::Owner;
use crate::record::Result as Outcome;
use crate::rollback::Back;
use crate::source::Source;

/// A part of a deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// The bundle is brought to a private folder.
    Fetch,
    /// Its digests and its signature are held against it.
    Verify,
    /// The gate is asked, with this node's environment and secrets.
    Gate,
    /// It is put on the disk beside what runs.
    Stage,
    /// The link is swapped.
    Activate,
    /// The service is told.
    Reload,
    /// The service is asked whether it is well, until it is.
    Health,
    /// It must stay well for a while.
    Settle,
    /// It stays, and old generations go.
    Keep,
    /// The generation before comes back.
    RollBack,
}

impl Step {
    /// The name that is shown.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fetch => "fetch",
            Self::Verify => "verify",
            Self::Gate => "gate",
            Self::Stage => "stage",
            Self::Activate => "activate",
            Self::Reload => "reload",
            Self::Health => "health",
            Self::Settle => "settle",
            Self::Keep => "keep",
            Self::RollBack => "roll back",
        }
    }
}

/// Why a deployment, or another change of generations, did not come to its end.
#[derive(Debug)]
pub enum DeployError {
    /// The system refused something about a path.
    Io {
        /// The path.
        path: PathBuf,
        /// What it said.
        error: io::Error,
    },
    /// Somebody else is at work.
    Locked {
        /// Who, where that can be read.
        owner: Option<Owner>,
    },
    /// A signal came before anything was changed.
    Stopped {
        /// Its name.
        signal: &'static str,
    },
    /// A source cannot be brought here.
    Source {
        /// The source as it was asked for.
        source: String,
        /// Why.
        reason: String,
    },
    /// What was brought is no bundle, or not as it was built.
    NoBundle {
        /// Where it is.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// It is a config of another service.
    OtherModel {
        /// Its model; none when it was built from a schema alone.
        built: Option<String>,
        /// What the gate is of.
        here: String,
    },
    /// Nobody who is trusted signed it.
    Untrusted(VerifyError),
    /// A signature is asked for, and there is none that can be read.
    NoSignature {
        /// Where one was looked for.
        path: PathBuf,
        /// Why it is none.
        reason: String,
    },
    /// The gate refused it.
    Refused(Refused),
    /// The gate refused what a source gave.
    RefusedSource {
        /// The report.
        refused: Refused,
        /// The folder that it speaks of, which is gone by now.
        folder: PathBuf,
        /// The source, which it is to name in its place.
        source: String,
    },
    /// It is older than what runs.
    Older {
        /// What makes it older.
        reason: String,
    },
    /// The generation that somebody wants back never ran.
    NeverRan {
        /// Its number.
        generation: u64,
        /// What became of it.
        result: Outcome,
    },
    /// There is no such generation to go back to.
    NoGeneration {
        /// The one that was asked for; none for the one before.
        generation: Option<u64>,
        /// Those that are there.
        there: Vec<u64>,
    },
    /// The service did not take it, or was not well with it. The generation before is back.
    RolledBack {
        /// The step that failed.
        step: Step,
        /// Why.
        reason: String,
        /// What counts now.
        back: Back,
        /// What went wrong on the way back although the link is: a service that was not told.
        trouble: Option<String>,
    },
    /// Somebody went back by hand, and the service did not take it or is not well with it.
    Unwell {
        /// The step that failed.
        step: Step,
        /// Why.
        reason: String,
        /// The generation that counts now.
        generation: u64,
        /// What went wrong besides.
        trouble: Option<String>,
    },
    /// Somebody went back by hand, and the disk did not take the note of it.
    Unnoted {
        /// The generation that counts now.
        generation: u64,
        /// Why.
        reason: String,
    },
    /// The service was not well, and the generation before could not be brought back either.
    Stuck {
        /// The step that failed first.
        step: Step,
        /// Why.
        reason: String,
        /// Why there was no way back.
        then: String,
    },
}

impl DeployError {
    pub(crate) fn io(path: &Path, error: io::Error) -> Self {
        Self::Io { path: path.to_owned(), error }
    }

    /// The same about the source that was brought to `folder`, which nobody finds afterwards.
    pub(crate) fn about(self, folder: &Path, source: &Source) -> Self {
        let named = |path: &Path| match path.strip_prefix(folder) {
            Ok(rest) if rest.as_os_str().is_empty() => source.to_string().into(),
            Ok(rest) => Path::new(&source.to_string()).join(rest),
            Err(_) => path.to_owned(),
        };
        match self {
            Self::Io { path, error } => Self::Io { path: named(&path), error },
            Self::NoBundle { path, reason } => Self::NoBundle { path: named(&path), reason },
            Self::Refused(refused) => {
                Self::RefusedSource { refused, folder: folder.to_owned(), source: source.to_string() }
            }
            other => other,
        }
    }
}

impl From<Refused> for DeployError {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl fmt::Display for DeployError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { path, error } => write!(f, "{}: {error}", path.display()),
            Self::Locked { owner: Some(owner) } => write!(
                f,
                "{} is at work: {}, process {}, since {}",
                owner.who,
                owner.what,
                owner.pid,
                owner.since.strftime("%H:%M:%S UTC")
            ),
            Self::Locked { owner: None } => f.write_str("another process is at work"),
            Self::Stopped { signal } => write!(f, "stopped by {signal}; nothing was changed"),
            Self::Source { source, reason } => write!(f, "{source}: {reason}"),
            Self::NoBundle { path, reason } => write!(f, "{} is no bundle: {reason}", path.display()),
            Self::OtherModel { built, here } => {
                match built {
                    Some(built) => write!(f, "it is a bundle of {built}")?,
                    None => f.write_str("it is a bundle of a schema alone")?,
                }
                write!(f, ", and this program is the gate of {here}: deploy it with the program of its own service")
            }
            Self::Untrusted(untrusted) => untrusted.fmt(f),
            Self::NoSignature { path, reason } => {
                write!(f, "the node takes signed bundles alone, and {} {reason}", path.display())
            }
            Self::Refused(refused) => refused.fmt(f),
            Self::RefusedSource { refused, folder, source } => {
                f.write_str(&refused.to_string().replace(&folder.display().to_string(), source))
            }
            Self::Older { reason } => write!(f, "{reason}; --allow-downgrade takes it all the same"),
            Self::NeverRan { generation, result } => write!(
                f,
                "the service was never well with generation {generation} ({}): deploy it again",
                result.words()
            ),
            Self::NoGeneration { generation: None, .. } => f.write_str("there is no earlier generation that was kept"),
            Self::NoGeneration { generation: Some(generation), there } => {
                let there: Vec<String> = there.iter().map(u64::to_string).collect();
                write!(f, "there is no whole generation {generation}; there are {}", there.join(", "))
            }
            Self::RolledBack { step, reason, back, trouble } => {
                write!(f, "{} failed: {reason}; {back}", step.name())?;
                trouble.iter().try_for_each(|trouble| write!(f, ", but {trouble}"))
            }
            Self::Unwell { step, reason, generation, trouble } => {
                write!(f, "generation {generation} counts now, and {} failed: {reason}", step.name())?;
                trouble.iter().try_for_each(|trouble| write!(f, "; and {trouble}"))
            }
            Self::Unnoted { generation, reason } => {
                write!(f, "generation {generation} counts, but it could not be noted: {reason}")
            }
            Self::Stuck { step, reason, then } => write!(
                f,
                "{} failed: {reason}; and the generation before could not be brought back: {then}; see confgate doctor",
                step.name()
            ),
        }
    }
}

impl std::error::Error for DeployError {}
