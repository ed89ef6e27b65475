//! A publication on top of another author's: by node, and by field where both changed a node's bundle.

use std::collections::{BTreeMap, BTreeSet};

use confgate_builder::{BundleFiles, render_config};
use confgate_core::bundle::Manifest;
use confgate_core::gate::{Gate, Input, ValidateOptions, written};
use confgate_core::value::{Node, Source, Sources, Table, Value};
use confgate_deploy::{Bundle, BundleFile};
use confgate_nix_signatures::{PathInfo, SecretKey, Sha256Hash};
use serde::Serialize;

use crate::candidate::{Member, Members, OwnBundle, Target, digests, name_of};
use crate::digest::Digest;
use crate::gated::{GateError, GatedConfig, options};
use crate::publish_error::PublishError;
use crate::reader::ReleaseReader;
use crate::release::{Release, Targets};
use crate::three_way::{FieldConflict, Merge, merge};
use crate::writer::SignedBundle;

/// The two releases that a publication meets.
pub(crate) struct Rebase<'r> {
    pub reader: ReleaseReader<'r>,
    pub gate: &'r Gate,
    pub signer: Option<&'r SecretKey>,
    /// The author of the published release, for messages.
    pub theirs: String,
    /// The author of this publication, for messages.
    pub mine: String,
}

/// The parts that a rebase took from the other author.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Taken {
    /// Nodes whose bundle is the published one, as it is.
    pub bundles: Vec<String>,
    /// Fields of other bundles, as BUNDLE: FIELD.
    pub fields: Vec<String>,
}

impl Rebase<'_> {
    /// Puts `mine`, which was made from the release `base`, on top of the release `published`.
    pub(crate) async fn rebase(
        &self,
        base: Option<Digest>,
        published: Digest,
        mine: Members,
    ) -> Result<(Members, Taken), PublishError> {
        let uncomparable = |source: PublishError| PublishError::Uncomparable {
            bundle: "the index".to_owned(),
            release: published,
            source: Box::new(source),
        };
        let index = async |digest: Digest| self.reader.release(&digest).await;
        let theirs = index(published).await.map_err(|error| uncomparable(error.into()))?;
        let base = match base {
            Some(digest) => digests(&index(digest).await.map_err(|error| uncomparable(error.into()))?.targets),
            None => BTreeMap::new(),
        };
        check_kind(published, &theirs, &mine)?;
        let theirs = digests(&theirs.targets);
        let targets: BTreeSet<Target> = theirs.keys().chain(mine.0.keys()).chain(base.keys()).cloned().collect();
        let (mut members, mut taken, mut conflicts) = (BTreeMap::new(), Taken::default(), Vec::new());
        let mut mine = mine.0;
        for target in targets {
            let (before, their, own) = (base.get(&target), theirs.get(&target), mine.remove(&target));
            let my_digest = own.as_ref().map(Member::digest);
            if their == before || their == my_digest.as_ref() {
                members.extend(own.map(|own| (target, own)));
                continue;
            }
            if my_digest.as_ref() == before {
                taken.bundles.push(target.as_ref().map_or_else(|| "all nodes".to_owned(), ToString::to_string));
                members.extend(their.map(|their| (target, Member::Published(*their))));
                continue;
            }
            let (their, own) = match (their, own) {
                (Some(their), Some(Member::Own(own))) => (*their, own),
                (their, own) => return Err(self.node_conflict(&target, their.is_some(), own.is_some())),
            };
            match self.rebase_bundle(published, &target, before.copied(), their, *own).await? {
                Ok((member, fields)) => {
                    taken.fields.extend(fields);
                    members.insert(target, member);
                }
                Err(fields) => conflicts.extend(fields),
            }
        }
        if !conflicts.is_empty() {
            let (theirs, mine) = (self.theirs.clone(), self.mine.clone());
            return Err(PublishError::Conflict { fields: conflicts, theirs, mine });
        }
        Ok((Members(members), taken))
    }

    fn node_conflict(&self, target: &Target, they_have: bool, i_have: bool) -> PublishError {
        let word = |has| if has { "changed it" } else { "removed it" };
        PublishError::NodeConflict {
            node: target.as_ref().map_or_else(|| "the bundle".to_owned(), ToString::to_string),
            theirs: self.theirs.clone(),
            their_change: word(they_have),
            mine: self.mine.clone(),
            my_change: word(i_have),
        }
    }

    /// Rebases one bundle. Returns the member with the fields that were taken, or the conflicts.
    async fn rebase_bundle(
        &self,
        published: Digest,
        target: &Target,
        before: Option<Digest>,
        their: Digest,
        own: OwnBundle,
    ) -> Result<Result<(Member, Vec<String>), Vec<FieldConflict>>, PublishError> {
        let name = name_of(target, &own.signed);
        let config = async |digest: Digest| {
            let read = async {
                let verified = self.reader.bundle(&digest).await?;
                let gated = GatedConfig::of(&verified.bundle, self.gate);
                let gated = gated.map_err(|source| PublishError::Gate { bundle: name.clone(), source })?;
                Ok((verified.bundle, gated))
            };
            read.await.map_err(|source: PublishError| PublishError::Uncomparable {
                bundle: name.clone(),
                release: published,
                source: Box::new(source),
            })
        };
        let (their_bundle, their_config) = config(their).await?;
        let base = match before {
            Some(before) => config(before).await?.1,
            None => nothing(&own.config),
        };
        let merged = match merge(self.gate, &name, &base, &their_config, &own.config) {
            Ok(merged) => merged,
            Err(conflicts) => return Ok(Err(conflicts)),
        };
        let fields: Vec<String> = merged.taken.iter().map(|path| format!("{name}: {path}")).collect();
        if merged.taken.is_empty() {
            return Ok(Ok((Member::Own(Box::new(own)), fields)));
        }
        let signature_name = own.signed.signature.store_path.name().to_owned();
        let (bundle, config) = self.rebuild(&name, merged, &their_bundle, own)?;
        if Digest::from(bundle.nar.hash) == their {
            return Ok(Ok((Member::Published(their), fields)));
        }
        let Some(key) = self.signer else {
            return Err(PublishError::CannotSign { bundle: name, theirs: self.theirs.clone() });
        };
        let mut signature = PathInfo::of_source(&signature_name, bundle.nar)
            .map_err(|source| PublishError::Name { bundle: name, source })?;
        signature.sign(key);
        let signed = SignedBundle { bundle, signature };
        Ok(Ok((Member::Own(Box::new(OwnBundle { signed, config })), fields)))
    }

    /// Builds the bundle of a merged config, as a build of both changes would.
    fn rebuild(
        &self,
        name: &str,
        merged: Merge,
        theirs: &Bundle,
        own: OwnBundle,
    ) -> Result<(Bundle, GatedConfig), PublishError> {
        let Merge { tree, origins, taken } = merged;
        let (mine, format) = (own.signed.bundle, own.config.format);
        let options = options(&mine);
        let input = Input { tree, sources: Sources::default(), found: Vec::new(), options };
        let outcome = self.gate.validate(input);
        if !outcome.report.admits() {
            return Err(PublishError::Rebased {
                bundle: name.to_owned(),
                theirs: self.theirs.clone(),
                taken: taken.iter().map(ToString::to_string).collect(),
                source: GateError::Rejected(Box::new(outcome.report)),
            });
        }
        let text = render_config(&outcome.tree, format, name)
            .map_err(|source| PublishError::Render { bundle: name.to_owned(), source })?;
        let reread = Input::text(
            &Source::in_format(format, text.0, text.1.as_str()),
            ValidateOptions { environment: Some(outcome.environment), ..options },
        );
        written::verify(self.gate.spec(), &outcome.tree, reread)
            .map_err(|source| PublishError::Written { bundle: name.to_owned(), source: Box::new(source) })?;
        let mut manifest = Manifest {
            admitted: true,
            keys: outcome.tree.leaf_count(),
            diagnostics: outcome.report.diagnostics().iter().map(Into::into).collect(),
            ..mine.manifest
        };
        manifest.digests.settings = Sha256Hash::of(text.1.as_bytes()).hexadecimal();
        // A source that both have is the one of this publication: its other values are.
        for (source, digest) in &theirs.manifest.digests.sources {
            manifest.digests.sources.entry(source.clone()).or_insert_with(|| digest.clone());
        }
        let files = BundleFiles::new(text, &origins, &manifest).into_files().into_iter().map(|(name, text)| {
            BundleFile { name: name.to_owned(), bytes: text.into_bytes().into(), executable: false }
        });
        let mut files: Vec<BundleFile> = files.collect();
        files.sort();
        let bundle =
            Bundle::from_files(files).map_err(|source| PublishError::Bundle { bundle: name.to_owned(), source })?;
        let config = GatedConfig { tree: outcome.tree, origins, report: outcome.report, format };
        Ok((bundle, config))
    }
}

/// Returns the config of a bundle that did not exist.
fn nothing(like: &GatedConfig) -> GatedConfig {
    let tree = Node::generated(Value::Table(Table::default()));
    GatedConfig { tree, origins: BTreeMap::new(), ..like.clone() }
}

fn check_kind(published: Digest, theirs: &Release, mine: &Members) -> Result<(), PublishError> {
    let word = |is_one| if is_one { "one bundle for all nodes" } else { "a bundle for each node" };
    let (they, i) = (matches!(theirs.targets, Targets::All(_)), mine.0.contains_key(&None));
    if they == i {
        return Ok(());
    }
    Err(PublishError::Kind { published, theirs: word(they), mine: word(i) })
}
