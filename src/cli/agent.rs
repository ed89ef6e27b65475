//! `confgate agent`: config of a service that is not written in Rust.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::{ArgGroup, Args};
use confgate_agent as agent;
use confgate_agent::{HostName, Listen, Listener, Service, Target, TokenFile};
use confgate_core::environment::Environment;
use confgate_core::gate::Gate;
use confgate_core::model::Untyped;
use confgate_core::value::Format;
use confgate_runtime::audit::{AuditTrail, Limits};
use confgate_runtime::live::{Builder, Live, StartError};
use confgate_runtime::load::{LoadOptions, Loader, Override};
use signal_hook::consts::SIGHUP;

use crate::cli::agent_flags::StartedFlags;
use crate::cli::agent_views::AgentViews;
#[cfg(feature = "deploy")]
use crate::cli::audit_signing::AuditSigning;
use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
#[cfg(feature = "flags")]
use crate::cli::flags::AgentFlagsArgs;
#[cfg(feature = "fleet")]
use crate::cli::fleet::follow::{FollowedFleet, Notify};
#[cfg(feature = "fleet")]
use crate::cli::fleet::follow_args::FollowArgs;
use crate::cli::format::ConfigFormat;
use crate::cli::links_args::LinksArgs;
use crate::cli::load_args::LoadArgs;
use crate::cli::log_level::LogLevel;
use crate::cli::output::Output;
#[cfg(feature = "flags")]
use crate::cli::tune::TuningArgs;

/// Keep a config file up to date for a service that is not written in Rust, notify the service of changes, and serve the
/// running config and metrics.
///
/// A rejected config changes nothing. SIGHUP reloads the config. SIGTERM and SIGINT end the agent.
#[derive(Debug, Args)]
#[cfg_attr(not(feature = "fleet"), command(group = ArgGroup::new("purpose").args(["output", "listen"]).multiple(true).required(true)))]
#[cfg_attr(feature = "fleet", command(group = ArgGroup::new("purpose").args(["output", "listen", "fleet"]).multiple(true).required(true)))]
#[cfg_attr(not(feature = "fleet"), command(group = ArgGroup::new("notifies").args(["output"])))]
#[cfg_attr(feature = "fleet", command(group = ArgGroup::new("notifies").args(["output", "fleet"]).multiple(true)))]
#[cfg_attr(all(feature = "flags", not(feature = "fleet")), command(group = ArgGroup::new("evaluates").args(["flags"])))]
#[cfg_attr(all(feature = "flags", feature = "fleet"), command(group = ArgGroup::new("evaluates").args(["flags", "flags_service"])))]
#[command(group = ArgGroup::new("target").args(["signal_pid_file", "reload_unit", "reload_command"]))]
pub struct Agent {
    #[command(flatten)]
    load: LoadArgs,
    #[cfg(feature = "fleet")]
    #[command(flatten)]
    follow: FollowArgs,
    /// Write the whole config, including secrets, to this file. Replaces it atomically, only if the config changed.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write the file in this format. [default: by the extension of the file, else TOML]
    #[arg(long, value_name = "FORMAT", value_enum, requires = "output")]
    format: Option<ConfigFormat>,
    /// Set the permissions of the file, in octal digits.
    #[arg(long, value_name = "MODE", default_value = "0600", value_parser = parse_mode, requires = "output")]
    mode: u32,
    /// Send SIGHUP to the process with the ID in this file after each change of the output.
    #[arg(long, value_name = "FILE", requires = "notifies")]
    signal_pid_file: Option<PathBuf>,
    /// Run `systemctl reload UNIT` after each change of the output.
    #[arg(long, value_name = "UNIT", requires = "notifies")]
    reload_unit: Option<String>,
    /// Run this command after each change of the output. All following arguments belong to the command.
    #[arg(long, value_name = "COMMAND", requires = "notifies", num_args = 1.., allow_hyphen_values = true)]
    reload_command: Option<Vec<String>>,
    /// Retry a failed notification this many times.
    #[arg(long, value_name = "N", default_value_t = 5, requires = "target")]
    retries: u32,
    /// Serve /metrics, /health and /config at this address: 127.0.0.1:9464, or unix:/run/confgate.sock.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<Listen>,
    #[cfg(feature = "flags")]
    #[command(flatten)]
    flags: AgentFlagsArgs,
    #[cfg(feature = "flags")]
    #[command(flatten)]
    tuning: TuningArgs,
    /// Allow an address that other machines can reach. Its clients can read the config, without secrets.
    #[arg(long, requires = "listen")]
    listen_anywhere: bool,
    /// Answer requests for this host name too, beside localhost and addresses of this machine. Can be repeated.
    #[arg(long, value_name = "NAME", requires = "listen")]
    allow_host: Vec<HostName>,
    /// Answer /config and /metrics only to clients that send the token in this file: `Authorization: Bearer TOKEN`.
    #[arg(long, value_name = "FILE", requires = "listen")]
    token_file: Option<PathBuf>,
    /// Write the file and exit, for a service that reads its config only at startup.
    #[arg(long, requires = "output", conflicts_with_all = ["target", "listen", "no_watch", "poll", "audit", "reload_timeout"])]
    once: bool,
    /// Do not watch files. Reload only on SIGHUP and when the active profiles change.
    #[arg(long)]
    no_watch: bool,
    /// Check files for changes at this interval in seconds, for file systems without change notification.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86400), conflicts_with = "no_watch")]
    poll: Option<u64>,
    /// Reject a reload that takes longer than this time in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3600))]
    reload_timeout: u64,
    /// Record every change in this audit trail.
    #[arg(long, value_name = "FILE")]
    audit: Option<PathBuf>,
    #[cfg(feature = "deploy")]
    #[command(flatten)]
    audit_signing: AuditSigning,
    /// Log messages of this level and above on standard error.
    #[arg(long, value_name = "LEVEL", value_enum, default_value = "info")]
    log: LogLevel,
    #[command(flatten)]
    links: LinksArgs,
}

/// The flags of an agent, if it has some.
type AgentEvaluations = Option<StartedFlags>;

/// Time without changes after which a file is considered completely written.
const WATCH_DELAY: Duration = Duration::from_millis(100);

/// A mode that is not permission bits in octal digits.
#[derive(Debug, thiserror::Error)]
#[error("write octal digits: 0600, 0640")]
struct InvalidMode;

/// Parses permission bits: `0640`.
fn parse_mode(text: &str) -> Result<u32, InvalidMode> {
    let digits = text.strip_prefix("0o").unwrap_or(text);
    match u32::from_str_radix(digits, 8) {
        Ok(mode) if mode <= 0o777 && !digits.starts_with('+') => Ok(mode),
        _ => Err(InvalidMode),
    }
}

fn write_once(
    file: &agent::Output,
    loader: &Loader,
    overrides: &[Override],
    output: &mut Output,
) -> Result<ExitStatus, CliError> {
    match loader.load(&LoadOptions { overrides, ..LoadOptions::default() }) {
        Ok(loaded) => {
            for diagnostic in loaded.report.diagnostics() {
                tracing::warn!(rule = diagnostic.code, "{}", diagnostic.message);
            }
            file.write(&loaded, loader.gate())?;
            Ok(ExitStatus::Success)
        }
        Err(refused) => {
            output.put_report(&refused.report)?;
            Ok(ExitStatus::of_refused(&refused.report))
        }
    }
}

impl Agent {
    pub fn run(self, output: &mut Output, model: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
        self.log.init();
        if !self.once {
            // A signal that asks for a reload finds no config yet, and would end the agent: while it looks for the schema that the config
            // names, or waits for the first release of its fleet.
            signal_hook::flag::register(SIGHUP, Arc::default())?;
        }
        #[cfg(feature = "fleet")]
        if self.follow.is_given() {
            return self.follow_fleet(model, output);
        }
        let (loader, overrides) = self.load.loader(model)?;
        let file = self.file(&loader)?;
        if let (true, Some(file)) = (self.once, &file) {
            return write_once(file, &loader, &overrides, output);
        }
        let token = self.token_file.as_ref().map(TokenFile::open).transpose()?;
        let listener = self.listener()?;
        let flags = match self.started_flags(&loader, output)? {
            Ok(flags) => flags,
            Err(status) => return Ok(status),
        };
        #[cfg(feature = "flags")]
        let rules = match self.tuning.rules(output)? {
            Ok(rules) => rules,
            Err(status) => return Ok(status),
        };
        #[cfg(feature = "flags")]
        let _tuning;
        let service: Arc<dyn Service> = match self.live(loader, overrides, flags.as_ref())? {
            Ok(live) => {
                #[cfg(feature = "flags")]
                {
                    _tuning = self.tuning.start(&live, &rules)?;
                }
                Arc::new(live)
            }
            Err(StartError::Refused(refused)) => {
                output.put_report(&refused.report)?;
                return Ok(ExitStatus::of_refused(&refused.report));
            }
            Err(error) => return Err(error.into()),
        };
        let (target, retries) = (self.target(), self.retries);
        let name = service.spec().model_name().unwrap_or_default().to_owned();
        let links = self.links.links();
        let hosts = self.allow_host;
        let (followed, applied) = (None, Arc::default());
        agent::Agent {
            name,
            service,
            output: file,
            target,
            retries,
            listener,
            hosts,
            token,
            followed,
            evaluations: flags.map(|flags| flags.evaluations),
            applied,
            views: Some(Arc::new(AgentViews { links })),
        }
        .run()?;
        Ok(ExitStatus::Success)
    }

    /// Follows a fleet: deploys its releases, and serves the active one.
    #[cfg(feature = "fleet")]
    fn follow_fleet(self, model: &(dyn Fn() -> Gate + Sync), output: &mut Output) -> Result<ExitStatus, CliError> {
        let (gate, loader, overrides) = self.load.loaders(model)?;
        #[cfg(feature = "flags")]
        let fleet_flags = self.follow.flags(&gate, self.load.environment())?;
        let fleet = self.follow.fleet(gate, loader)?;
        let loader = fleet.loader();
        let file = self.file(&loader)?;
        let token = self.token_file.as_ref().map(TokenFile::open).transpose()?;
        let listener = self.listener()?;
        let (target, retries) = (self.target(), self.retries);
        #[cfg_attr(
            not(feature = "flags"),
            expect(unused_mut, reason = "without the feature, no flags follow the fleet")
        )]
        let mut flags = match self.started_flags(&loader, output)? {
            Ok(flags) => flags,
            Err(status) => return Ok(status),
        };
        #[cfg(not(feature = "flags"))]
        let flags_status = None;
        #[cfg(feature = "flags")]
        let flags_status = fleet_flags.as_ref().map(|fleet| fleet.status.clone());
        let followed: Arc<dyn agent::Followed> =
            Arc::new(FollowedFleet { config: fleet.status.clone(), flags: flags_status });
        let waiting = || {
            let Some(listener) = &listener else { return Ok(None) };
            let token = self.token_file.as_ref().map(TokenFile::open).transpose()?;
            Ok(Some(agent::WaitingServer::start(listener, self.allow_host.clone(), token, followed.clone())?))
        };
        #[cfg(feature = "flags")]
        if let Some(fleet) = fleet_flags {
            let name = loader.gate().model_name().unwrap_or_default();
            let start = |loader| self.flags.live(name, loader, |builder| self.followed_files(builder));
            let Some(live) = fleet.start(Notify::None, &start, &waiting)? else { return Ok(ExitStatus::Success) };
            flags = Some(self.flags.started(name, live));
        }
        let applied = Arc::<agent::Applied>::default();
        let notify = match &file {
            Some(_) => Notify::Output(applied.clone()),
            None => target.clone().map_or(Notify::None, Notify::Target),
        };
        let start = |loader| self.live(loader, overrides.clone(), flags.as_ref());
        let Some(live) = fleet.start(notify, &start, &waiting)? else {
            return Ok(ExitStatus::Success);
        };
        #[cfg(feature = "flags")]
        let _tuning = match self.tuning.rules(output)? {
            Ok(rules) => self.tuning.start(&live, &rules)?,
            Err(status) => return Ok(status),
        };
        let name = live.loader().gate().model_name().unwrap_or_default().to_owned();
        let (service, followed): (Arc<dyn Service>, _) = (Arc::new(live), Some(followed));
        let links = self.links.links();
        let hosts = self.allow_host;
        agent::Agent {
            name,
            service,
            output: file,
            target,
            retries,
            listener,
            hosts,
            token,
            followed,
            evaluations: flags.map(|flags| flags.evaluations),
            applied,
            views: Some(Arc::new(AgentViews { links })),
        }
        .run()?;
        Ok(ExitStatus::Success)
    }

    fn file(&self, loader: &Loader) -> Result<Option<agent::Output>, CliError> {
        let Some(path) = &self.output else { return Ok(None) };
        let format = self.format.map(Format::from).or_else(|| Format::of_file(path)).unwrap_or(Format::Toml);
        let file = agent::Output::new(path, format, self.mode);
        for environment in Environment::ALL {
            file.reject_inputs(&loader.inputs(environment))?;
        }
        Ok(Some(file))
    }

    fn listener(&self) -> Result<Option<Listener>, CliError> {
        Ok(self.listen.as_ref().map(|listen| listen.bind(self.listen_anywhere)).transpose()?)
    }

    /// Starts the flags. Prints the report and returns the exit status if they are rejected.
    #[cfg(feature = "flags")]
    fn started_flags(
        &self,
        loader: &Loader,
        output: &mut Output,
    ) -> Result<Result<AgentEvaluations, ExitStatus>, CliError> {
        let name = loader.gate().model_name().unwrap_or_default();
        self.flags.start(name, self.load.environment(), |builder| self.followed_files(builder), output)
    }

    #[cfg(not(feature = "flags"))]
    fn started_flags(&self, _: &Loader, _: &mut Output) -> Result<Result<AgentEvaluations, ExitStatus>, CliError> {
        Ok(Ok(None))
    }

    /// Starts the live config. The outer error is about the options.
    fn live(
        &self,
        loader: Loader,
        overrides: Vec<Override>,
        flags: Option<&StartedFlags>,
    ) -> Result<Result<Live<Untyped>, StartError>, CliError> {
        let loader = loader.flags(flags.map(|flags| flags.variants.clone()));
        let mut builder = self.followed_files(Live::builder(loader).overrides(overrides).signal());
        if let Some(path) = &self.audit {
            let trail = AuditTrail::open(path, Limits::default())?;
            #[cfg(feature = "deploy")]
            let trail = self.audit_signing.sign(path, trail)?;
            builder = builder.audit(trail);
        }
        let started = builder.start();
        if let (Ok(live), Some(flags)) = (&started, flags) {
            live.check_profiles_after(flags.evaluations.subscribe())?;
        }
        Ok(started)
    }

    /// Sets how changes of files are noticed, and the time limit of a reload.
    fn followed_files<M: Send + Sync + 'static>(&self, builder: Builder<M>) -> Builder<M> {
        let builder = builder.reload_timeout(Duration::from_secs(self.reload_timeout));
        match self.poll {
            Some(seconds) => builder.poll(Duration::from_secs(seconds)),
            None if self.no_watch => builder,
            None => builder.watch(WATCH_DELAY),
        }
    }

    fn target(&self) -> Option<Target> {
        let file = self.signal_pid_file.clone().map(Target::PidFile);
        let unit = self.reload_unit.clone().map(Target::Unit);
        let command = self.reload_command.clone().map(Target::Command);
        file.or(unit).or(command)
    }
}
