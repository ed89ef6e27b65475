//! HTTP clients of an agent: hosts, tokens, tags, formats of metrics, and clients that are slow.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use confgate_test_support::agent::Answer;
use confgate_test_support::eventually;

use super::{FILE, PORT, connections, place};

#[test]
fn a_page_whose_name_was_rebound_to_the_agent_cannot_read_the_config() {
    let place = place("");
    let agent = place.start(&[&PORT[..], &["--allow-host", "metrics.example.org"]].concat());
    for path in ["/config", "/metrics", "/health", "/nowhere"] {
        let answer = agent.send(&format!("GET {path} HTTP/1.1\r\nHost: evil.example:9464\r\n\r\n"));
        assert_eq!(answer.status, 421, "{answer:?}");
        assert_eq!(
            answer.body,
            "the host \"evil.example:9464\" is not allowed; use localhost, 127.0.0.1 or [::1], or start the agent with \
             --allow-host NAME\n"
        );
    }
    for (request, status, text) in [
        ("GET http://evil.example/config HTTP/1.1\r\nHost: localhost\r\n\r\n", 421, "\"evil.example\" is not allowed"),
        ("GET /config HTTP/1.1\r\n\r\n", 400, "the request has no Host header"),
        ("GET /config HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n", 400, "more than one Host header"),
        ("GET /config HTTP/1.1\r\nHost: METRICS.example.org:1\r\n\r\n", 200, "max_connections"),
        ("GET /config HTTP/1.1\r\nHost: [::1]:9464\r\n\r\n", 200, "max_connections"),
        ("GET /config HTTP/1.0\r\n\r\n", 200, "max_connections"),
    ] {
        let answer = agent.send(request);
        assert!(answer.status == status && answer.body.contains(text), "{request}: {answer:?}");
    }
}

#[test]
fn an_agent_that_other_machines_reach_answers_to_addresses_and_to_no_foreign_name() {
    let place = place("");
    let agent = place.start(&["--listen", "0.0.0.0:0", "--listen-anywhere"]);
    let port = agent.address().rsplit_once(':').unwrap().1.to_owned();
    let get =
        |host: &str| Answer::at(&format!("127.0.0.1:{port}"), &format!("GET /config HTTP/1.1\r\nHost: {host}\r\n\r\n"));
    assert_eq!(get("10.1.2.3:9464").status, 200);
    let answer = get("evil.example");
    assert_eq!(answer.status, 421);
    assert!(answer.body.contains("use localhost or an IP address"), "{answer:?}");
}

#[test]
fn a_token_is_needed_and_read_again_when_it_changes() {
    let place =
        place("[database]\nurl = 'postgresql://node:${SECRET_DB}@db/x'\n").variable("BITCRAPS_SECRET_DB", "hunter2");
    fs::write(place.path("token"), "0123456789abcdef\n").unwrap();
    let agent = place.start(&[&PORT[..], &["--token-file", "token"]].concat());
    let with = |path: &str, token: &str| agent.get_with(path, &format!("Authorization: Bearer {token}\r\n"));

    for path in ["/config", "/metrics", "/nowhere"] {
        for answer in [agent.get(path), with(path, "0123456789abcdeX")] {
            assert_eq!(answer.status, 401, "{answer:?}");
            assert_eq!(answer.header("WWW-Authenticate"), Some("Bearer realm=\"confgate agent\""));
            assert_eq!(answer.body, "send the token of the agent: Authorization: Bearer TOKEN\n");
        }
    }
    assert_eq!(agent.get("/health").json(), serde_json::json!({ "status": "ok" }), "a probe learns the status alone");
    assert_eq!(with("/health", "0123456789abcdef").json()["version"], 1);
    assert_eq!(with("/config", "0123456789abcdef").status, 200);

    fs::write(place.path("token.new"), "fedcba9876543210\n").unwrap();
    fs::rename(place.path("token.new"), place.path("token")).unwrap();
    eventually("the new token opens", || with("/config", "fedcba9876543210").status == 200);
    assert_eq!(with("/config", "0123456789abcdef").status, 401);

    fs::write(place.path("token"), "short\n").unwrap();
    eventually("no token opens", || with("/config", "fedcba9876543210").status == 503);
    assert_eq!(with("/config", "short").body, "the agent cannot read its token; its log has the reason\n");
    assert_eq!(agent.get("/health").json(), serde_json::json!({ "status": "degraded" }));
    let log = agent.log();
    assert!(log.contains("the token in token has 5 characters; use at least 16"), "{log}");
    for secret in ["0123456789abcdef", "fedcba9876543210", "short\n", "hunter2"] {
        assert!(!log.contains(secret), "{log}");
    }
    fs::write(place.path("token"), "0123456789abcdef\n").unwrap();
    eventually("the first token opens again", || with("/config", "0123456789abcdef").status == 200);
}

#[test]
fn a_client_that_has_the_config_is_told_so() {
    let place = place(&connections(20));
    let agent = place.start(&PORT);
    let first = agent.get("/config");
    let tag = first.header("ETag").unwrap().to_owned();
    assert_eq!(first.header("Cache-Control"), Some("private, no-cache"));
    let again = |tag: &str| agent.get_with("/config", &format!("If-None-Match: {tag}\r\n"));
    for known in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".to_owned()] {
        let answer = again(&known);
        assert_eq!((answer.status, answer.body.as_str()), (304, ""), "{answer:?}");
        assert_eq!(answer.header("ETag"), Some(tag.as_str()));
    }
    assert_eq!(again("\"other\"").status, 200);
    let toml = agent.get("/config?format=toml");
    assert_ne!(toml.header("ETag"), Some(tag.as_str()), "another form has another tag");
    assert_eq!(agent.get_with("/config?format=toml", &format!("If-None-Match: {tag}\r\n")).status, 200);

    place.write(&connections(30));
    eventually("the tag changes", || again(&tag).status == 200);
    assert_eq!(agent.get("/health").header("ETag"), None);
}

#[test]
fn metrics_have_the_format_that_the_client_asks_for() {
    let place = place("");
    let agent = place.start(&[FILE, PORT].concat());
    let open = agent.get_with("/metrics", "Accept: application/openmetrics-text;version=1.0.0,text/plain;q=0.5\r\n");
    assert_eq!(open.header("Content-Type"), Some("application/openmetrics-text; version=1.0.0; charset=utf-8"));
    assert_eq!(open.header("Vary"), Some("Accept"));
    assert!(open.body.ends_with("# EOF\n") && open.body.contains("# TYPE bitcraps_config_loads counter\n"), "{open:?}");
    assert_eq!(open.body.matches("# EOF").count(), 1);

    for accept in
        ["", "Accept: */*\r\n", "Accept: text/plain;version=0.0.4\r\n", "Accept: application/openmetrics-text;q=0\r\n"]
    {
        let text = agent.get_with("/metrics", accept);
        assert_eq!(text.header("Content-Type"), Some("text/plain; version=0.0.4; charset=utf-8"), "{accept}");
        assert!(!text.body.contains("# EOF") && !text.body.contains("# UNIT"), "{text:?}");
        for line in [
            "# TYPE bitcraps_config_loads_total counter",
            "bitcraps_config_loads_total 1",
            "# TYPE bitcraps_config_build_info gauge",
            "# TYPE bitcraps_config_reload_duration_seconds histogram",
            "# TYPE bitcraps_agent_writes_total counter",
            "bitcraps_agent_writes_total{result=\"written\"} 1",
        ] {
            assert!(text.body.lines().any(|other| other == line), "{line}: {text:?}");
        }
    }
}

/// Opens connections that send a part of a request and then nothing.
fn slow_clients(address: &str, count: usize) -> Vec<TcpStream> {
    let open = |_| {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(b"GET /config HTTP/1.1\r\nX: ").unwrap();
        stream
    };
    (0..count).map(open).collect()
}

#[test]
fn slow_clients_keep_no_other_client_waiting() {
    let place = place("");
    let agent = place.start(&PORT);
    // More than the agent holds open: the oldest make room.
    let mut slow = slow_clients(&agent.address(), 600);
    let began = Instant::now();
    for path in ["/health", "/config", "/metrics"].repeat(10) {
        assert_eq!(agent.get(path).status, 200, "{path}");
    }
    // All of them would have waited for 2 s at the first limit that slow clients exhaust; a busy machine takes a while.
    let took = began.elapsed();
    let last = slow.last_mut().unwrap();
    last.set_read_timeout(Some(Duration::from_secs(50))).unwrap();
    let mut rest = Vec::new();
    let _ = last.read_to_end(&mut rest);
    let left = began.elapsed();
    assert!(left < Duration::from_secs(40), "a slow client is left after two seconds, and not after {left:?}");
    assert!(took < left.max(Duration::from_millis(1900)), "{took:?} for 30 requests beside slow clients");
}
