//! The bundles that a publication is about to bring to the nodes.

use std::collections::{BTreeMap, BTreeSet};

use confgate_core::gate::Gate;

use crate::digest::Digest;
use crate::gated::GatedConfig;
use crate::names::{NodeName, ServiceName};
use crate::publish_error::PublishError;
use crate::release::{Release, Targets};
use crate::writer::SignedBundle;

/// Signed bundles for a release.
#[derive(Debug, Clone)]
pub enum Candidate {
    /// One bundle for all nodes.
    All(Box<SignedBundle>),
    /// A bundle for each node.
    Nodes(BTreeMap<NodeName, SignedBundle>),
}

/// A node, or all of them.
pub(crate) type Target = Option<NodeName>;

/// The bundles of a release in the making, gated.
#[derive(Debug, Clone)]
pub(crate) struct Members(pub BTreeMap<Target, Member>);

/// A bundle of a release in the making.
#[derive(Debug, Clone)]
pub(crate) enum Member {
    /// A bundle that is to be stored.
    Own(Box<OwnBundle>),
    /// A bundle of the published release, which is stored.
    Published(Digest),
}

/// A bundle that is to be stored, and its config.
#[derive(Debug, Clone)]
pub(crate) struct OwnBundle {
    pub signed: SignedBundle,
    pub config: GatedConfig,
}

impl Member {
    pub(crate) fn digest(&self) -> Digest {
        match self {
            Self::Own(own) => own.signed.digest(),
            Self::Published(digest) => *digest,
        }
    }
}

impl Members {
    /// Passes the bundles of a candidate through the gate.
    ///
    /// # Errors
    ///
    /// There are none, one is for another service, or the gate rejects one.
    pub(crate) fn gated(candidate: Candidate, gate: &Gate) -> Result<Self, PublishError> {
        let bundles: Vec<(Target, SignedBundle)> = match candidate {
            Candidate::All(bundle) => vec![(None, *bundle)],
            Candidate::Nodes(nodes) => nodes.into_iter().map(|(node, bundle)| (Some(node), bundle)).collect(),
        };
        if bundles.is_empty() {
            return Err(PublishError::Empty);
        }
        let mut members = BTreeMap::new();
        for (target, signed) in bundles {
            let config = GatedConfig::of(&signed.bundle, gate)
                .map_err(|source| PublishError::Gate { bundle: name_of(&target, &signed), source })?;
            members.insert(target, Member::Own(Box::new(OwnBundle { signed, config })));
        }
        Ok(Self(members))
    }

    /// Returns the index of the release.
    pub(crate) fn release(&self, service: &ServiceName) -> Release {
        let nodes = |(target, member): (&Target, &Member)| Some((target.clone()?, member.digest()));
        let targets = match self.0.get(&None) {
            Some(member) => Targets::All(member.digest()),
            None => Targets::Nodes(self.0.iter().filter_map(nodes).collect()),
        };
        Release { service: service.clone(), targets }
    }

    /// Returns the bundles that are to be stored.
    pub(crate) fn own(&self) -> impl Iterator<Item = (&Target, &OwnBundle)> {
        self.0.iter().filter_map(|(target, member)| match member {
            Member::Own(own) => Some((target, &**own)),
            Member::Published(_) => None,
        })
    }

    /// Returns the number of bundles, each counted once.
    pub(crate) fn bundles(&self) -> usize {
        self.0.values().map(Member::digest).collect::<BTreeSet<_>>().len()
    }
}

/// Returns the bundles of a release by their targets.
pub(crate) fn digests(targets: &Targets) -> BTreeMap<Target, Digest> {
    match targets {
        Targets::All(bundle) => BTreeMap::from([(None, *bundle)]),
        Targets::Nodes(nodes) => nodes.iter().map(|(node, bundle)| (Some(node.clone()), *bundle)).collect(),
    }
}

/// Returns the name of a bundle for messages: that of its node, else its own.
pub(crate) fn name_of(target: &Target, signed: &SignedBundle) -> String {
    target.as_ref().map_or_else(|| signed.bundle.manifest.name.clone(), NodeName::to_string)
}
