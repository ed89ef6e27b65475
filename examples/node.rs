//! Small service that loads its config, serves values of it over HTTP, prints changes and reloads.
//!
//! ```text
//! cargo run --example node -- config        # directory of the configs, or one file
//! curl http://127.0.0.1:9090/               # values of the running config
//! kill -HUP $(pidof node)                   # reload
//! ```
//!
//! It serves `/` with the config's version and two of its values, `/health` with the status 200 while it is healthy, and `/metrics` in
//! the format that the client asks for. `--unhealthy-above N` makes the health check fail while `max_connections` is above N, which demonstrates a failing
//! deployment. `--no-watch` reloads on SIGHUP alone. Under systemd it reports that it serves, and the end of each reload (`Type=notify-reload`).

use std::error::Error;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;
use std::time::Duration;

use confgate::bitcraps::Config;
use confgate::live::Live;
use confgate::live::metrics::MetricsFormat;
use confgate::load::Loader;
use confgate::service_manager::{ServiceManager, ServiceState, notify};
use confgate::{SystemContext, live::StartError};

/// Command-line arguments.
#[derive(Default)]
struct Arguments {
    config: Option<String>,
    unhealthy_above: Option<u32>,
    pid_file: Option<String>,
    no_watch: bool,
}

fn main() -> ExitCode {
    match arguments().and_then(run) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn arguments() -> Result<Arguments, Box<dyn Error>> {
    let mut arguments = Arguments::default();
    let mut words = std::env::args().skip(1);
    while let Some(argument) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "--unhealthy-above" => arguments.unhealthy_above = Some(value()?.parse()?),
            "--no-watch" => arguments.no_watch = true,
            "--pid-file" => arguments.pid_file = Some(value()?),
            _ => arguments.config = Some(argument),
        }
    }
    Ok(arguments)
}

fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let live = start(arguments.config.as_deref(), !arguments.no_watch)?;
    let port = live.load().monitoring.metrics_port;
    let listener = TcpListener::bind(("127.0.0.1", port))?;
    if let Some(path) = &arguments.pid_file {
        std::fs::write(path, std::process::id().to_string())?;
    }
    println!("serving on 127.0.0.1:{port}");
    notify(&ServiceState::Ready { status: None });
    print_changes(&live);
    for stream in listener.incoming() {
        // The client may disconnect; ignore the error.
        let _ = respond(stream?, &live, arguments.unhealthy_above);
    }
    Ok(())
}

/// Largest head of a request, in bytes.
const MAX_HEAD_BYTES: u64 = 16 << 10;

fn start(config: Option<&str>, watch: bool) -> Result<Live<Config>, StartError> {
    let loader = Loader::of::<Config>(SystemContext::of_process());
    let loader = config.into_iter().fold(loader, |loader, path| loader.at(path));
    let builder = Live::builder(loader).signal();
    let builder = if watch { builder.watch(Duration::from_millis(100)) } else { builder };
    let live = builder.start()?;
    live.observe_signals(ServiceManager);
    Ok(live)
}

/// Prints changes of the config until the process exits.
fn print_changes(live: &Live<Config>) {
    let changes = live.subscribe();
    std::thread::spawn(move || {
        while let Some(change) = changes.recv() {
            for field in &change.fields {
                let value = field.new.as_ref().map_or("absent".to_owned(), ToString::to_string);
                println!("version {}: {} is {value} ({})", change.version, field.field, field.origin);
            }
        }
    });
}

fn respond(mut stream: TcpStream, live: &Live<Config>, unhealthy_above: Option<u32>) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let head = BufReader::new(&stream).take(MAX_HEAD_BYTES).lines().map_while(Result::ok);
    let head: Vec<String> = head.take_while(|line| !line.is_empty()).collect();
    let config = live.load();
    let peers = config.network.max_connections;
    let (status, kind, body) = match head.first().and_then(|line| line.split_whitespace().nth(1)) {
        Some("/") => {
            let page = serde_json::json!({
                "version": config.version(), "max_connections": peers, "min_bet": config.game.min_bet,
            });
            ("200 OK", "application/json", page.to_string())
        }
        Some("/health") if unhealthy_above.is_some_and(|limit| peers > limit) => {
            ("503 Service Unavailable", "text/plain", format!("{peers} peers are too many\n"))
        }
        Some("/health") => ("200 OK", "text/plain", "ok\n".to_owned()),
        Some("/metrics") => {
            let headers = head.iter().filter_map(|line| line.split_once(':'));
            let accept = headers.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("accept"));
            let format = MetricsFormat::of_accept(accept.map_or("", |(_, accept)| accept));
            ("200 OK", format.media_type(), live.metrics().text_in(format))
        }
        _ => ("404 Not Found", "text/plain", "nothing here\n".to_owned()),
    };
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
}
