//! Speed beside npm's flagd-core, as ratios. Run it alone, on an idle machine:
//! `cargo test --release --all-features --test flags speed:: -- --ignored --nocapture --test-threads 1`.

use std::fs;
use std::hint::black_box;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::Stdio;
use std::time::{Duration, Instant};

use confgate::SystemContext;
use confgate::flags::{EvaluationContext, FlagsFile, LiveFlags, flagd_configuration};
use confgate::live::Live;
use confgate::load::Loader;
use serde_json::{Value as Json, json};

use crate::peers::node;
use crate::support::place;

/// Rounds of a measurement, of which the median counts.
const ROUNDS: usize = 15;

/// Evaluations of a round.
const EVALUATIONS: u32 = 200_000;

fn flags() -> Json {
    json!({ "flags": {
        "plain": { "variants": { "on": true, "off": false }, "defaultVariant": "on" },
        "targeted": {
            "variants": { "a": "A", "b": "B", "c": "C" },
            "defaultVariant": "c",
            "targeting": { "if": [
                { "and": [{ "==": [{ "var": "plan" }, "pro"] }, { "ends_with": [{ "var": "email" }, "@example.org"] }] },
                { "fractional": [["a", 30], ["b", 70]] },
                null,
            ] },
        },
    } })
}

fn context() -> Json {
    json!({ "targetingKey": "user-12345", "plan": "pro", "email": "alice@example.org", "country": "DE" })
}

fn live(flags: &Json) -> (tempfile::TempDir, LiveFlags) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("flags.json");
    fs::write(&path, flags.to_string()).unwrap();
    let loader = Loader::of::<FlagsFile>(SystemContext::bare()).at(&path);
    (folder, LiveFlags::new(Live::<FlagsFile>::builder(loader).start().unwrap()))
}

/// Returns the median time of an evaluation in nanoseconds.
fn median(mut evaluate: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let began = Instant::now();
            (0..EVALUATIONS).for_each(|_| evaluate());
            began.elapsed().as_nanos() as f64 / f64::from(EVALUATIONS)
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[ROUNDS / 2]
}

#[test]
#[ignore = "measures time; needs Node.js and the packages of target/peers"]
fn an_evaluation_takes_a_fraction_of_that_of_flagd_core() {
    let (_folder, live) = live(&flags());
    let context_of_user = EvaluationContext::from_json(&context()).unwrap();
    let plain = median(|| {
        black_box(live.boolean(black_box("plain"), false, &context_of_user));
    });
    let guard = live.load();
    let untargeted = median(|| {
        black_box(guard.boolean(black_box("plain"), &context_of_user).is_ok());
    });
    let targeted = median(|| {
        black_box(guard.string(black_box("targeted"), &context_of_user).is_ok());
    });
    let counted = median(|| {
        live.evaluate(black_box("targeted"), &context_of_user, |result| {
            black_box(result.is_ok());
        });
    });
    let file: FlagsFile = serde_json::from_value(flags()).unwrap();
    let request = json!({
        "configuration": flagd_configuration(file.document()).unwrap(), "contexts": [context()], "key": "targeted",
    });
    let mut child =
        node("peer.mjs").args(["measure", "50000"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(request.to_string().as_bytes()).unwrap();
    let peer: f64 = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap().trim().parse().unwrap();
    println!(
        "untargeted boolean {untargeted:.1} ns, counted as an exposure {plain:.1} ns; targeted {targeted:.1} ns, counted {counted:.1} ns; \
         flagd-core {peer:.1} ns; ratio {:.3}",
        targeted / peer
    );
    assert!(untargeted <= 10.0, "{untargeted} ns");
    assert!(targeted <= 0.3 * peer, "{targeted} ns, flagd-core {peer} ns");
}

/// Returns the requests a second that a server answers on keep-alive connections.
fn requests_a_second(address: &str, body: &str) -> f64 {
    let request = format!(
        "POST /ofrep/v1/evaluate/flags HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let time = Duration::from_secs(3);
    let counts: Vec<u32> = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..8).map(|_| scope.spawn(|| client(address, &request, time))).collect();
        clients.into_iter().map(|client| client.join().unwrap()).collect()
    });
    f64::from(counts.iter().sum::<u32>()) / time.as_secs_f64()
}

fn client(address: &str, request: &str, time: Duration) -> u32 {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_nodelay(true).unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let (began, mut count) = (Instant::now(), 0);
    while began.elapsed() < time {
        stream.write_all(request.as_bytes()).unwrap();
        let (mut length, mut chunked) = (0, false);
        loop {
            let mut line = String::new();
            assert!(reader.read_line(&mut line).unwrap() > 0, "the server closed the connection");
            let line = line.trim_end().to_ascii_lowercase();
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.parse().unwrap();
            }
            chunked |= line == "transfer-encoding: chunked";
            if line.is_empty() {
                break;
            }
        }
        assert!(!chunked, "an answer of known length");
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        count += 1;
    }
    count
}

#[test]
#[ignore = "measures time; needs Node.js and the packages of target/peers"]
fn the_agent_answers_twice_the_requests_of_a_server_with_flagd_core() {
    let many: serde_json::Map<String, Json> = (0..100)
        .map(|n| {
            let kind = if n % 2 == 0 { "plain" } else { "targeted" };
            (format!("flag-{n:03}"), flags()["flags"][kind].clone())
        })
        .collect();
    let all = json!({ "flags": many });
    let place = place("");
    fs::write(place.path("flags.toml"), "").unwrap();
    fs::write(place.path("flags.json"), all.to_string()).unwrap();
    let agent = place.start(&["--listen", "127.0.0.1:0", "--flags", "flags.json"]);
    let file: FlagsFile = serde_json::from_value(all).unwrap();
    let configuration = place.path("flagd.json");
    fs::write(&configuration, flagd_configuration(file.document()).unwrap().to_string()).unwrap();
    let mut peer = node("server.mjs").arg(&configuration).stdout(Stdio::piped()).spawn().unwrap();
    let mut port = String::new();
    BufReader::new(peer.stdout.take().unwrap()).read_line(&mut port).unwrap();
    let body = json!({ "context": context() }).to_string();
    let (mut own, mut theirs) = (Vec::new(), Vec::new());
    // In turn, so that both meet the same load of the machine.
    for _ in 0..3 {
        own.push(requests_a_second(&agent.address(), &body));
        theirs.push(requests_a_second(&format!("127.0.0.1:{}", port.trim()), &body));
    }
    peer.kill().unwrap();
    let _ = peer.wait();
    let best = |rates: &[f64]| rates.iter().copied().fold(0.0, f64::max);
    let (own, theirs) = (best(&own), best(&theirs));
    println!(
        "bulk of 100 flags: agent {own:.0} requests/s, node with flagd-core {theirs:.0}; ratio {:.2}",
        own / theirs
    );
    assert!(own >= 2.0 * theirs, "{own} requests/s, and {theirs} of node");
}
