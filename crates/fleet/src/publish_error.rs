//! Errors of a publication.

use std::fmt::Write as _;

use confgate_builder::BuildError;
use confgate_core::gate::written::WrittenError;
use confgate_deploy::BundleError;
use confgate_nix_signatures::StorePathError;
use thiserror::Error;

use crate::digest::Digest;
use crate::gated::GateError;
use crate::release_error::ReleaseError;
use crate::store_error::StoreError;
use crate::three_way::{FieldConflict, Side, quoted};

/// The reason why nothing was published.
#[derive(Debug, Error)]
pub enum PublishError {
    /// The store cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A value of the store is invalid.
    #[error(transparent)]
    Release(#[from] ReleaseError),
    /// A bundle is not for this service, or the gate rejects it.
    #[error("{bundle}: {source}")]
    Gate {
        /// Name of the bundle.
        bundle: String,
        /// Reason.
        source: GateError,
    },
    /// The published bundle cannot be compared with.
    #[error(
        "{bundle} of release {release} cannot be compared: {source}\nTo replace it without a comparison, give --base {release}"
    )]
    Uncomparable {
        /// Name of the bundle.
        bundle: String,
        /// The release.
        release: Digest,
        /// Reason.
        source: Box<PublishError>,
    },
    /// Both authors changed the same fields.
    #[error("{}", conflicts(.fields, .theirs, .mine))]
    Conflict {
        /// The fields.
        fields: Vec<FieldConflict>,
        /// The author of the published release: who, when, commit.
        theirs: String,
        /// The author of this publication.
        mine: String,
    },
    /// Both authors changed the nodes of the fleet.
    #[error(
        "{node}: {theirs} {their_change}, and {mine} {my_change}; take their change into the configuration, and publish again"
    )]
    NodeConflict {
        /// The node.
        node: String,
        /// The author of the published release.
        theirs: String,
        /// Their change.
        their_change: &'static str,
        /// The author of this publication.
        mine: String,
        /// This change.
        my_change: &'static str,
    },
    /// One release has one bundle for all nodes, and the other a bundle for each.
    #[error("release {published} has {theirs}, and this one {mine}; to replace it, give --base {published}")]
    Kind {
        /// The published release.
        published: Digest,
        /// Its bundles.
        theirs: &'static str,
        /// The bundles of this publication.
        mine: &'static str,
    },
    /// A rebased bundle needs a signature, and there is no key.
    #[error(
        "{bundle} was rebased on the changes of {theirs}, and its signature is one of the bundle before; give --key-file, or take their changes into the configuration"
    )]
    CannotSign {
        /// Name of the bundle.
        bundle: String,
        /// The author of the published release.
        theirs: String,
    },
    /// The rebased config is rejected.
    #[error("{bundle} is rejected together with the changes of {theirs}, which are:\n{}{source}", fields(.taken))]
    Rebased {
        /// Name of the bundle.
        bundle: String,
        /// The author of the published release.
        theirs: String,
        /// Fields that they changed.
        taken: Vec<String>,
        /// Reason.
        source: GateError,
    },
    /// The rebased config cannot be written.
    #[error("{bundle}: {source}")]
    Render {
        /// Name of the bundle.
        bundle: String,
        /// Reason.
        source: BuildError,
    },
    /// The rebased config would mean something else when it is read again.
    #[error("{bundle}: {source}")]
    Written {
        /// Name of the bundle.
        bundle: String,
        /// Reason.
        source: Box<WrittenError>,
    },
    /// The rebased bundle is not one.
    #[error("{bundle}: {source}")]
    Bundle {
        /// Name of the bundle.
        bundle: String,
        /// Reason.
        source: BundleError,
    },
    /// The name of a bundle cannot be signed.
    #[error("{bundle}: {source}")]
    Name {
        /// Name of the bundle.
        bundle: String,
        /// Reason.
        source: StorePathError,
    },
    /// A rollout controls the pointers.
    #[error(
        "a rollout is running ({rollout}); wait for its end, abort it, or store the release alone with --store-only"
    )]
    RolloutRunning {
        /// Its release, and who started it.
        rollout: String,
    },
    /// Other authors published all the time.
    #[error("other authors published {rounds} times meanwhile; publish again")]
    Busy {
        /// Number of attempts.
        rounds: usize,
    },
    /// There is nothing to publish.
    #[error("the fleet has no bundles")]
    Empty,
}

impl PublishError {
    /// Returns whether the publication was rejected, as opposed to one that could not be attempted.
    pub fn is_rejection(&self) -> bool {
        match self {
            Self::Store(_) => false,
            Self::Release(error) => error.is_rejection(),
            Self::Uncomparable { source, .. } => source.is_rejection(),
            _ => true,
        }
    }
}

fn fields(taken: &[String]) -> String {
    taken.iter().map(|field| format!("  {field}\n")).collect()
}

fn conflicts(fields: &[FieldConflict], theirs: &str, mine: &str) -> String {
    let mut text = String::new();
    for field in fields {
        let side = |side: &Side, author: &str| {
            let place = side.origin.as_deref().unwrap_or("not defined in Nix");
            format!("{} → {}  {place}, by {author}", quoted(field.base.as_ref()), quoted(side.value.as_ref()))
        };
        // Writing to a string does not fail.
        let _ = writeln!(text, "{}: both changed {}", field.bundle, field.path);
        let _ = writeln!(text, "  theirs  {}", side(&field.theirs, theirs));
        let _ = writeln!(text, "  mine    {}", side(&field.mine, mine));
    }
    text + "nothing was published: take their changes into the configuration, and publish again"
}
