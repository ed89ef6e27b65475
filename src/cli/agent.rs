//! `confgate agent`: the config for a service that is not written in Rust.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::{ArgGroup, Args, ValueEnum};
use confgate_agent as agent;
use confgate_agent::{Format, Listen, Listener, Service, Target};
use confgate_core::gate::Gate;
use confgate_core::render::{Totals, human};
use confgate_runtime::audit::{AuditTrail, Limits};
use confgate_runtime::live::{Live, StartError};
use confgate_runtime::load::{LoadOptions, Loader, Override, Refused};
use tracing::level_filters::LevelFilter;

use crate::cli::output::{Language, Output};
use crate::cli::running::Running;
use crate::cli::{DONE, Failure, REFUSED};

/// Keep a file with the whole config current for a service that is not written in Rust, tell the service after each change,
/// and answer what runs.
///
/// A config that the gate refuses changes nothing. SIGHUP reads everything again. Ends with SIGTERM or SIGINT.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("purpose").args(["output", "listen"]).multiple(true).required(true))]
#[command(group = ArgGroup::new("target").args(["signal_pid_file", "reload_unit", "reload_command"]))]
pub struct Agent {
    #[command(flatten)]
    running: Running,
    /// File to keep current: the whole config, secrets and all. It is replaced whole, and left alone when nothing changed.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// What to write the file as.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "toml", requires = "output")]
    format: Language,
    /// Permissions of the file, in octal digits.
    #[arg(long, value_name = "MODE", default_value = "0600", value_parser = mode, requires = "output")]
    mode: u32,
    /// Send SIGHUP to the process whose id is in this file, after each change of the output.
    #[arg(long, value_name = "FILE", requires = "output")]
    signal_pid_file: Option<PathBuf>,
    /// Run `systemctl reload UNIT` after each change of the output.
    #[arg(long, value_name = "UNIT", requires = "output")]
    reload_unit: Option<String>,
    /// Run this command after each change of the output. All that follows belongs to it.
    #[arg(long, value_name = "COMMAND", requires = "output", num_args = 1.., allow_hyphen_values = true)]
    reload_command: Option<Vec<String>>,
    /// How often to tell the service again when it could not be told.
    #[arg(long, value_name = "N", default_value_t = 5, requires = "target")]
    retries: u32,
    /// Answer /metrics, /health and /config here: 127.0.0.1:9464, or unix:/run/confgate.sock.
    #[arg(long, value_name = "WHERE")]
    listen: Option<Listen>,
    /// Allow an address that other machines reach. Whoever reaches it reads the config, without its secrets.
    #[arg(long, requires = "listen")]
    listen_anywhere: bool,
    /// Write the file and end: for a service that is told of no change, before each of its starts.
    #[arg(long, requires = "output", conflicts_with_all = ["target", "listen", "no_watch", "poll", "audit"])]
    once: bool,
    /// Do not reload when a file changes, only on SIGHUP and when other profiles hold.
    #[arg(long)]
    no_watch: bool,
    /// Look every so many seconds whether a file changed, where the system tells nobody: on some network file systems.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86400), conflicts_with = "no_watch")]
    poll: Option<u64>,
    /// Record every change in this audit trail.
    #[arg(long, value_name = "FILE")]
    audit: Option<PathBuf>,
    /// What to say on standard error.
    #[arg(long, value_name = "LEVEL", value_enum, default_value = "info")]
    log: Level,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Level {
    Error,
    Warn,
    Info,
    Debug,
}

/// How long a file must be quiet before it counts as written.
const QUIET: Duration = Duration::from_millis(100);

/// `0640`: who may read and write.
fn mode(text: &str) -> Result<u32, String> {
    let digits = text.strip_prefix("0o").unwrap_or(text);
    match u32::from_str_radix(digits, 8) {
        Ok(mode) if mode <= 0o777 && !digits.starts_with('+') => Ok(mode),
        _ => Err("write octal digits: 0600, 0640".to_owned()),
    }
}

fn write_once(
    file: &agent::Output,
    loader: &Loader,
    overrides: &[Override],
    output: &mut Output,
) -> Result<u8, Failure> {
    match loader.load(&LoadOptions { overrides, ..LoadOptions::default() }) {
        Ok(loaded) => {
            for diagnostic in loaded.report.diagnostics() {
                tracing::warn!(rule = diagnostic.code, "{}", diagnostic.message);
            }
            file.write(&loaded, loader.gate()).map(|_| DONE).map_err(Failure::from)
        }
        Err(refused) => refuse(&refused, output),
    }
}

fn refuse(refused: &Refused, output: &mut Output) -> Result<u8, Failure> {
    output.put(&human::report(&refused.report, output.style))?;
    output.put(&human::totals(Totals::of([&refused.report]), output.style))?;
    Ok(REFUSED)
}

impl Agent {
    pub fn run(self, output: &mut Output, model: &dyn Fn() -> Gate) -> Result<u8, Failure> {
        let level = match self.log {
            Level::Error => LevelFilter::ERROR,
            Level::Warn => LevelFilter::WARN,
            Level::Info => LevelFilter::INFO,
            Level::Debug => LevelFilter::DEBUG,
        };
        tracing_subscriber::fmt().with_writer(io::stderr).with_max_level(level).init();
        let (loader, overrides) = self.running.loader(model)?;
        let file = self.file(&loader)?;
        if let (true, Some(file)) = (self.once, &file) {
            return write_once(file, &loader, &overrides, output);
        }
        let listener = self.listener()?;
        let service = match self.service(loader, overrides)? {
            Ok(service) => service,
            Err(StartError::Refused(refused)) => return refuse(&refused, output),
            Err(error) => return Err(error.into()),
        };
        let (target, retries) = (self.target(), self.retries);
        let name = service.spec().model_name().unwrap_or_default().to_owned();
        agent::Agent { name, service, output: file, target, retries, listener }.run()?;
        Ok(DONE)
    }

    fn file(&self, loader: &Loader) -> Result<Option<agent::Output>, Failure> {
        let Some(path) = &self.output else { return Ok(None) };
        let format = match self.format {
            Language::Toml => Format::Toml,
            Language::Json => Format::Json,
        };
        let file = agent::Output::new(path, format, self.mode);
        for environment in confgate_core::environment::Environment::ALL {
            file.reject_inputs(&loader.inputs(environment))?;
        }
        Ok(Some(file))
    }

    fn listener(&self) -> Result<Option<Listener>, Failure> {
        Ok(self.listen.as_ref().map(|listen| listen.bind(self.listen_anywhere)).transpose()?)
    }

    /// The config that is kept; or why there is none.
    fn service(
        &self,
        loader: Loader,
        overrides: Vec<Override>,
    ) -> Result<Result<Arc<dyn Service>, StartError>, Failure> {
        let mut builder = Live::builder(loader).overrides(overrides).signal();
        if let Some(seconds) = self.poll {
            builder = builder.poll(Duration::from_secs(seconds));
        } else if !self.no_watch {
            builder = builder.watch(QUIET);
        }
        if let Some(path) = &self.audit {
            builder = builder.audit(AuditTrail::open(path, Limits::default())?);
        }
        Ok(builder.start().map(|live| Arc::new(live) as Arc<dyn Service>))
    }

    fn target(&self) -> Option<Target> {
        let file = self.signal_pid_file.clone().map(Target::PidFile);
        let unit = self.reload_unit.clone().map(Target::Unit);
        let command = self.reload_command.clone().map(Target::Command);
        file.or(unit).or(command)
    }
}
