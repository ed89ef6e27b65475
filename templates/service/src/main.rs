//! Small HTTP service whose config is validated by Confgate.
//!
//! `greeter serve CONFIG.toml` serves. All other commands are those of Confgate for this service's config type: `greeter check`,
//! `greeter schema`, `greeter defaults --commented`, and the builder of its Nix bundles.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs, thread};

use confgate::types::Duration;
use confgate::{Environment, Gate, Model, Rule, Severity, Source};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The settings of the greeter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// Address to listen on.
    #[schemars(extend("format" = "socket-address", "x-reload" = "restart"))]
    listen: SocketAddr,
    /// Greeting for a visitor; `{name}` is replaced by the visitor's name.
    #[schemars(length(min = 1, max = 200))]
    greeting: String,
    /// Visitors that are served at once. Further ones are rejected with the status 503.
    #[schemars(range(min = 1, max = 1000), extend("x-unit" = "visitors"))]
    max_visitors: usize,
    /// Time for a visitor to send its request.
    #[schemars(extend("formatMinimum" = "10ms", "formatMaximum" = "1m"))]
    read_timeout: Duration,
    /// Serve the state of the service under `/health`.
    health: bool,
}

impl Model for Config {
    const NAME: &'static str = "greeter";
    const ENV_PREFIX: &'static str = "GREETER";

    fn defaults(environment: Environment) -> Self {
        let deployed = matches!(environment, Environment::Staging | Environment::Production);
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], if deployed { 80 } else { 8080 })),
            greeting: "Hello, {name}!".to_owned(),
            max_visitors: if deployed { 100 } else { 4 },
            read_timeout: Duration::from_secs(5),
            health: true,
        }
    }

    fn rules() -> &'static [Rule<Self>] {
        &[Rule {
            name: "greeter/names-the-visitor",
            severity: Severity::Warning,
            why: "a greeting without {name} is the same for every visitor",
            reads: &["greeting"],
            holds: |config| config.greeting.contains("{name}"),
            help: "write {name} where the visitor's name belongs",
        }]
    }
}

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    match (arguments.next().as_deref(), arguments.next()) {
        (Some("serve"), Some(path)) => serve(&path),
        _ => confgate::cli::main::<Config>(),
    }
}

fn serve(path: &str) -> ExitCode {
    match load(path).and_then(|config| run(&config).map_err(|error| format!("{}: {error}\n", config.listen))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprint!("{message}");
            ExitCode::FAILURE
        }
    }
}

/// Loads the config from a file, or returns the report of its errors.
fn load(path: &str) -> Result<Config, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{path}: {error}\n"))?;
    let environment = env::var("GREETER_ENV").ok().and_then(|name| name.parse().ok());
    let outcome = Gate::of::<Config>().check(&Source::new(path, text), environment);
    outcome.into_config().map_err(|report| confgate::render::human::report(&report, Default::default()))
}

fn run(config: &Config) -> io::Result<()> {
    let listener = TcpListener::bind(config.listen)?;
    println!("listening on {}", listener.local_addr()?);
    let visitors = Arc::new(AtomicUsize::new(0));
    for visitor in listener.incoming() {
        let (visitor, config, visitors) = (visitor?, config.clone(), Arc::clone(&visitors));
        thread::spawn(move || {
            let full = visitors.fetch_add(1, Ordering::SeqCst) >= config.max_visitors;
            // The visitor may disconnect; ignore the error.
            let _ = respond(visitor, &config, full);
            visitors.fetch_sub(1, Ordering::SeqCst);
        });
    }
    Ok(())
}

fn respond(mut visitor: TcpStream, config: &Config, full: bool) -> io::Result<()> {
    visitor.set_read_timeout(Some(config.read_timeout.get()))?;
    let mut request = String::new();
    BufReader::new((&visitor).take(8192)).read_line(&mut request)?;
    let path = request.split(' ').nth(1).unwrap_or_default();
    let (status, body) = match path {
        _ if full => ("503 Service Unavailable", "come back later".to_owned()),
        "/health" if config.health => ("200 OK", "ok".to_owned()),
        _ => match path.strip_prefix("/hello/").filter(|name| !name.is_empty()) {
            Some(name) => ("200 OK", config.greeting.replace("{name}", name)),
            None => ("404 Not Found", "say /hello/NAME".to_owned()),
        },
    };
    let length = body.len() + 1;
    write!(
        visitor,
        "HTTP/1.1 {status}\r\ncontent-type: text/plain\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_and_serde_agree() {
        confgate::testing::check_model::<Config>().unwrap();
    }
}
