//! Errors of the commands, printed on standard error with exit code 2.

use std::error::Error;
use std::io;
use std::path::Path;
use std::sync::Arc;

use confgate_builder::BuildError;
use confgate_core::diagnostics::suggest::join_or;
#[cfg(feature = "live")]
use confgate_core::render::count;
use confgate_core::toml;
use confgate_core::value::Format;
use confgate_files::SizeLimit;

use crate::cli::path_name::display_name;

/// Reason why a command cannot do its work.
///
/// A rejected config is not such an error: it is reported on standard output with exit code 1.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    /// A file or standard input cannot be used.
    #[error("{name}: {source}")]
    File {
        /// The path as messages display it.
        name: String,
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// A schema that several files need cannot be used.
    #[error(transparent)]
    Shared(Arc<CliError>),
    /// Several files cannot be read.
    #[error("{}", .0.iter().map(Self::to_string).collect::<Vec<_>>().join("\n"))]
    Several(Vec<Self>),
    /// An option has an invalid value.
    #[cfg(any(feature = "deploy", feature = "seal"))]
    #[error("{option}: {source}")]
    Option {
        option: &'static str,
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    #[error("standard input cannot be watched; name a file")]
    WatchStdin,
    #[error("standard output: {0}")]
    Stdout(#[source] io::Error),
    #[cfg(feature = "live")]
    #[error("standard error: {0}")]
    Stderr(#[source] io::Error),
    #[cfg(feature = "live")]
    #[error("standard input cannot be replaced; leave out --in-place")]
    InPlaceStdin,
    #[cfg(feature = "live")]
    #[error("standard input cannot be changed in place; name a file")]
    EditStdin,
    /// No check reports an accepted warning.
    #[error("--accept {given}: {problem}")]
    UnknownCheck { given: String, problem: String },
    #[error("the schema has no compiled form: a keyword or a pattern in it needs the validator")]
    NotCompiled,
    #[cfg(feature = "live")]
    #[error("the service has no name; give it with --service, or with `service` in confgate.toml")]
    NoServiceName,
    #[cfg(feature = "live")]
    #[error("{0:?} is not a valid name of a service; give lower-case letters, digits and hyphens with --service")]
    InvalidService(String),
    #[cfg(feature = "live")]
    #[error("--service needs a schema; give it with --schema, in the config or in confgate.toml")]
    ServiceWithoutSchema,
    #[cfg(feature = "live")]
    #[error("the schema has no version: mark a field with x-version")]
    NoVersion,
    #[cfg(feature = "live")]
    #[error("unknown version {requested}: the newest version of this program is {newest}")]
    UnknownVersion { requested: u64, newest: u64 },
    #[cfg(feature = "live")]
    #[error("unknown code {code}{}", match .suggestion {
        Some(name) => format!(": did you mean {name}?"),
        None => "; docs/codes.md lists all codes".to_owned(),
    })]
    UnknownCode { code: String, suggestion: Option<String> },
    #[cfg(feature = "deploy")]
    #[error("{0:?} is not a valid service name; change it with --name")]
    InvalidServiceName(String),
    #[cfg(feature = "deploy")]
    #[error("--bake-time needs --health; give both or neither")]
    BakeTimeWithoutHealth,
    #[cfg(feature = "deploy")]
    #[error("{0}: set another name with --name")]
    InvalidBundleName(#[source] confgate_nix_signatures::StorePathError),
    #[cfg(feature = "seal")]
    #[error(transparent)]
    Sealing(#[from] SealingError),

    #[error(transparent)]
    Io(#[from] io::Error),
    #[error(transparent)]
    Build(#[from] BuildError),
    #[error(transparent)]
    Toml(#[from] toml::WriteError),
    #[error(transparent)]
    Written(#[from] confgate_core::gate::written::WrittenError),
    #[cfg(feature = "live")]
    #[error(transparent)]
    AtomicFile(#[from] confgate_runtime::atomic_file::AtomicFileError),
    #[cfg(feature = "live")]
    #[error(transparent)]
    Audit(#[from] confgate_runtime::audit::AuditError),
    #[cfg(feature = "live")]
    #[error(transparent)]
    Load(#[from] confgate_runtime::load::Refused),
    #[cfg(feature = "live")]
    #[error("{0}")]
    UnknownField(#[source] Box<dyn Error + Send + Sync>),
    #[cfg(feature = "agent")]
    #[error(transparent)]
    Start(#[from] confgate_runtime::live::StartError),
    #[cfg(feature = "agent")]
    #[error(transparent)]
    AgentOutput(#[from] confgate_agent::OutputError),
    #[cfg(feature = "agent")]
    #[error(transparent)]
    Listen(#[from] confgate_agent::ListenError),
    #[cfg(feature = "agent")]
    #[error(transparent)]
    Token(#[from] confgate_agent::TokenError),
    #[cfg(feature = "agent")]
    #[error(transparent)]
    Agent(#[from] confgate_agent::RunError),
    #[cfg(feature = "lsp")]
    #[error(transparent)]
    Lsp(#[from] confgate_lsp::ServerError),
    /// The running config of a service cannot be read.
    #[cfg(feature = "deploy")]
    #[error(transparent)]
    Running(#[from] confgate_deploy::RunningError),
    #[cfg(feature = "deploy")]
    #[error(transparent)]
    Deploy(#[from] confgate_deploy::DeployError),
    #[cfg(feature = "deploy")]
    #[error(transparent)]
    Rollback(#[from] confgate_deploy::RollbackError),
    #[cfg(feature = "deploy")]
    #[error(transparent)]
    Generations(#[from] confgate_deploy::GenerationsError),
    #[cfg(feature = "deploy")]
    #[error(transparent)]
    Key(#[from] confgate_nix_signatures::KeyError),
    #[cfg(feature = "deploy")]
    #[error(transparent)]
    Nar(#[from] confgate_nix_signatures::nar::NarError),
    #[cfg(feature = "seal")]
    #[error(transparent)]
    Seal(#[from] confgate_seal::SealError),
    #[cfg(feature = "flags")]
    #[error(transparent)]
    RecordedExposures(#[from] confgate_flags::PrometheusError),
    #[cfg(feature = "fleet")]
    #[error("fleet needs a command: diff, history, override, page, recommend, serve or status")]
    NoFleetCommand,
    #[cfg(feature = "fleet")]
    #[error("no signature beside {bundle}; sign it with --key-file, or name the signature with --signature")]
    NoSignature { bundle: String },
    #[cfg(feature = "fleet")]
    #[error("{0}; set another name with --name")]
    FleetName(#[source] confgate_fleet::InvalidName),
    #[cfg(feature = "fleet")]
    #[error(transparent)]
    RegionOverride(#[from] confgate_fleet::OverrideError),
    #[cfg(feature = "fleet")]
    #[error(transparent)]
    InvalidOverride(#[from] crate::cli::fleet::invalid_override::InvalidOverride),
    #[cfg(feature = "flags")]
    #[error(transparent)]
    InvalidAttribute(#[from] crate::cli::flags::invalid_attribute::InvalidAttribute),
    #[cfg(feature = "fleet")]
    #[error(transparent)]
    Follow(#[from] crate::cli::fleet::follow_error::FollowError),
    #[cfg(feature = "fleet")]
    #[error(transparent)]
    Store(#[from] confgate_fleet::StoreError),
    #[cfg(feature = "fleet")]
    #[error(transparent)]
    Publish(Box<confgate_fleet::PublishError>),
    #[cfg(feature = "fleet")]
    #[error(transparent)]
    Prune(#[from] confgate_fleet::PruneError),
    #[cfg(feature = "fleet")]
    #[error(transparent)]
    Insight(Box<confgate_fleet::insight::InsightError>),
    #[cfg(feature = "fleet")]
    #[error(transparent)]
    Rollout(Box<confgate_fleet::rollout::RolloutError>),
}

impl CliError {
    /// Returns the error about a file; `-` is displayed as standard input.
    pub fn file(path: &Path, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::File { name: display_name(path), source: source.into() }
    }
}

#[cfg(feature = "fleet")]
impl From<confgate_fleet::rollout::RolloutError> for CliError {
    fn from(error: confgate_fleet::rollout::RolloutError) -> Self {
        Self::Rollout(Box::new(error))
    }
}

#[cfg(feature = "fleet")]
impl From<confgate_fleet::insight::InsightError> for CliError {
    fn from(error: confgate_fleet::insight::InsightError) -> Self {
        Self::Insight(Box::new(error))
    }
}

#[cfg(feature = "fleet")]
impl From<confgate_fleet::PublishError> for CliError {
    fn from(error: confgate_fleet::PublishError) -> Self {
        Self::Publish(Box::new(error))
    }
}

/// Reason why a file cannot be used, where no library reports one.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileError {
    #[error("larger than the limit of {0}; raise it with --max-size")]
    ConfigTooLarge(SizeLimit),
    #[error("larger than {1}, the largest size of a config in {0}")]
    FormatTooLarge(Format, SizeLimit),
    #[error("not a regular file: a FIFO; pass what it holds on standard input, with the path -")]
    ConfigIsFifo,
    #[error("the directory contains no {} files", join_or(&.0.iter().map(Format::to_string).collect::<Vec<_>>()))]
    NoConfigFiles(Vec<Format>),
    #[cfg(feature = "live")]
    #[error("the file has comments, which a conversion of YAML does not keep; leave out --in-place")]
    YamlComments,
    #[cfg(feature = "live")]
    #[error("only TOML is edited; write {0} anew with `confgate render`")]
    NotEditable(Format),
    #[cfg(feature = "live")]
    #[error("{0} is not set")]
    NotSet(confgate_core::value::Path),
    #[cfg(feature = "live")]
    #[error("{0} has no position in the file: an element can be set, and not added")]
    NoPosition(confgate_core::value::Path),
    #[cfg(feature = "live")]
    #[error("{0} has no place: {1} is {2}, and not a {3}; remove it first with `confgate unset`")]
    InScalar(confgate_core::value::Path, confgate_core::value::Path, &'static str, &'static str),
    #[cfg(feature = "live")]
    #[error("{list} is a list; name one of its elements, as in {element}")]
    InList { list: confgate_core::value::Path, element: confgate_core::value::Path },
    #[cfg(feature = "live")]
    #[error("the layout of the file has no place for this edit, so nothing is written; edit the file by hand")]
    Layout,
    #[error("rejected")]
    Rejected,
    #[cfg(feature = "live")]
    #[error("its schema has no migrations: they are those of the model of this program")]
    NoMigrations,
    #[error("a schema is JSON, and this file is {0}")]
    SchemaNotJson(&'static str),
    #[error("its schema cannot be used")]
    NoSchema,
    #[error("the directory contains no bundles")]
    NoBundles,
    #[error("not a manifest: {0}")]
    InvalidManifest(#[source] serde_json::Error),
    #[error("not the origins of a bundle: {0}")]
    InvalidOrigins(#[source] serde_json::Error),
    #[error("not {0}")]
    NotOfFormat(Format),
    #[cfg(feature = "live")]
    #[error("{} not shown; run `audit verify` for details", count(*.0, "altered line"))]
    AlteredAuditLines(usize),
    #[cfg(feature = "deploy")]
    #[error("not a secret key: not UTF-8 text")]
    SecretKeyNotText,
    #[cfg(feature = "deploy")]
    #[error("not a signature: not UTF-8 text")]
    SignatureNotText,
    #[cfg(feature = "deploy")]
    #[error("not a signature: {0}")]
    InvalidSignature(#[source] confgate_nix_signatures::PathInfoError),
    #[cfg(feature = "deploy")]
    #[error("not a bundle, which is a directory; unpack an archive first")]
    NotABundle,
    #[cfg(feature = "deploy")]
    #[error("the signature of a bundle cannot be inside the bundle")]
    SignatureInBundle,
}

/// Errors that the commands about sealing have in common.
#[cfg(feature = "seal")]
#[derive(Debug, thiserror::Error)]
pub(crate) enum SealingError {
    #[error("{name}: not TOML: the text is not UTF-8")]
    NotUtf8 { name: String },
    #[error("{name}: the passphrase is not UTF-8 text")]
    PassphraseNotUtf8 { name: String },
    #[error("{name}: the passphrase is empty")]
    EmptyPassphrase { name: String },
    #[error("the two passphrases differ")]
    PassphrasesDiffer,
    #[error("cannot ask for {what} without a terminal; use {alternative}")]
    NoTerminal { what: &'static str, alternative: &'static str },
    #[error("cannot read {what} from the terminal: {source}")]
    Terminal {
        what: &'static str,
        #[source]
        source: io::Error,
    },
    #[error("the input for {what} is not UTF-8 text")]
    EnteredNotUtf8 { what: &'static str },
    #[error("nothing was entered for {what}")]
    EnteredNothing { what: &'static str },
    #[error("no identity to open it with; name an identity file with --identity or in {variable}")]
    NoIdentity { variable: &'static str },
    #[error("{name}: already sealed; use `rekey` to seal it for other recipients")]
    FileAlreadySealed { name: String },
    #[error("<stdin>: already sealed")]
    ValueAlreadySealed,
    #[error("<stdin>: the value is not UTF-8 text; `seal -` seals any bytes")]
    ValueNotUtf8,
    #[error("<stdin>: the value is empty")]
    EmptyValue,
    #[error("{name}: contains nothing sealed")]
    NothingSealed { name: String },
    #[error("{name}: neither an age file nor a sealed value; use --in-place to open values in a TOML file")]
    NotSealed { name: String },
    #[error("a sealed file is binary and cannot be printed to a terminal; use --output or --armor")]
    BinaryToTerminal,
    #[error("no values to seal; name them or use --all-secrets")]
    NoKeys,
    #[error("standard input cannot be changed in place; name a file")]
    Stdin,
}
