//! The protocol OFREP: single and bulk evaluations, entity tags, streams, errors, tokens and limits.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use confgate_test_support::agent::Answer;
use confgate_test_support::eventually;
use serde_json::json;

use crate::support::{FLAGS, evaluate, place, post, start, write_flags};

const ALL: &str = "/ofrep/v1/evaluate/flags";

#[test]
fn one_flag_is_evaluated_in_the_context_of_the_request() {
    let place = place(FLAGS);
    let agent = start(&place, &[]);
    let answer = evaluate(&agent, "lobby", r#"{"targetingKey":"u1","plan":"pro"}"#);
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("Content-Type"), Some("application/json"));
    let metadata = json!({ "version": "7", "description": "The new lobby", "owner": "team-lobby" });
    assert_eq!(
        answer.json(),
        json!({ "key": "lobby", "value": true, "variant": "on", "reason": "TARGETING_MATCH", "metadata": metadata })
    );
    let value = |key: &str, context: &str| {
        let json = evaluate(&agent, key, context).json();
        (json["value"].clone(), json["variant"].clone(), json["reason"].as_str().unwrap_or_default().to_owned())
    };
    let default = "DEFAULT".to_owned();
    let matched = "TARGETING_MATCH".to_owned();
    let fixed = "STATIC".to_owned();
    assert_eq!(value("lobby", r#"{"targetingKey":"u1"}"#), (json!(false), json!("off"), default.clone()));
    assert_eq!(value("title", r#"{"email":"a@example.org"}"#), (json!("Good day"), json!("long"), matched.clone()));
    assert_eq!(value("limit", "{}"), (json!(10), json!("low"), fixed.clone()));
    assert_eq!(value("layout", "null"), (json!({ "columns": 3, "dense": true }), json!("wide"), fixed));
    assert_eq!(
        value("gone", "{}"),
        (json!(null), json!(null), "DISABLED".to_owned()),
        "no value: the default of the program"
    );
    assert_eq!(value("open", "{}"), (json!(null), json!(null), default.clone()), "no default variant");
    assert_eq!(value("split", "{}").2, default, "no targeting key selects no share");
    let split = evaluate(&agent, "split", r#"{"targetingKey":"u1"}"#).json();
    assert_eq!(split["reason"], matched);
    assert_eq!(split["metadata"]["bucketing"], "murmur3-u32-times-weight");
    assert_eq!(post(&agent, &format!("{ALL}/limit"), "", "").json()["value"], 10, "a request without a body");
}

#[test]
fn errors_have_the_codes_of_the_protocol() {
    let place = place(FLAGS);
    let agent = start(&place, &[]);
    let body = |answer: Answer| (answer.status, answer.json());
    assert_eq!(
        body(evaluate(&agent, "lobbi", "{}")),
        (404, json!({ "key": "lobbi", "errorCode": "FLAG_NOT_FOUND", "errorDetails": "flag \"lobbi\" not found" }))
    );
    assert_eq!(evaluate(&agent, "a%2Fb%20c", "{}").json()["key"], "a/b c", "the key is decoded");
    let not_json = "the body is not JSON; send {\"context\": {\"targetingKey\": \"…\"}}";
    assert_eq!(
        body(post(&agent, &format!("{ALL}/lobby"), "", "{")),
        (400, json!({ "key": "lobby", "errorCode": "PARSE_ERROR", "errorDetails": not_json }))
    );
    assert_eq!(
        body(post(&agent, ALL, "", "{")),
        (400, json!({ "errorCode": "PARSE_ERROR", "errorDetails": not_json }))
    );
    for context in ["[]", "\"u1\"", "3"] {
        let wrong = json!({ "key": "lobby", "errorCode": "INVALID_CONTEXT", "errorDetails": "the context must be a JSON object" });
        assert_eq!(body(evaluate(&agent, "lobby", context)), (400, wrong), "{context}");
    }
    assert_eq!(
        body(evaluate(&agent, "lobby", r#"{"targetingKey":3}"#)),
        (
            400,
            json!({ "key": "lobby", "errorCode": "INVALID_CONTEXT", "errorDetails": "the targetingKey of the context must be a string" })
        )
    );
    assert_eq!(
        body(agent.send(&format!("GET {ALL} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))),
        (405, json!({ "errorCode": "GENERAL", "errorDetails": "method not allowed; use POST" }))
    );
    assert_eq!(
        body(post(&agent, "/ofrep/v2/evaluate", "", "{}")),
        (
            404,
            json!({ "errorCode": "GENERAL", "errorDetails": "not found; the protocol is served at /ofrep/v1/evaluate/flags" })
        )
    );
    let large = format!("{{\"context\":{{\"x\":\"{}\"}}}}", "x".repeat(70_000));
    assert_eq!(
        body(post(&agent, ALL, "", &large)),
        (413, json!({ "errorCode": "INVALID_CONTEXT", "errorDetails": "the body has more than 65536 bytes" }))
    );
    let deep = format!("{{\"context\":{{\"x\":{}{}}}}}", "[".repeat(5_000), "]".repeat(5_000));
    assert_eq!(post(&agent, ALL, "", &deep).status, 400);
    let foreign = agent.send(&format!(
        "POST {ALL} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{{}}"
    ));
    assert_eq!(foreign.status, 421, "a page whose name was rebound to the agent evaluates nothing");
}

#[test]
fn a_policy_can_require_a_targeting_key() {
    let place = place(&format!("policy.targetingKey = \"required\"\n{FLAGS}"));
    let agent = start(&place, &[]);
    let details = "the context has no targetingKey, which the policy of the flags requires";
    let error = json!({ "key": "lobby", "errorCode": "TARGETING_KEY_MISSING", "errorDetails": details });
    assert_eq!(evaluate(&agent, "lobby", "{}").json(), error);
    assert_eq!(evaluate(&agent, "limit", "{}").json()["value"], 10, "a flag without targeting needs none");
    let all = post(&agent, ALL, "", "{\"context\":{}}");
    assert_eq!((all.status, all.json()["errorCode"].as_str()), (400, Some("TARGETING_KEY_MISSING")));
    assert_eq!(post(&agent, ALL, "", "{\"context\":{\"targetingKey\":\"u\"}}").status, 200);
}

#[test]
fn all_flags_are_evaluated_and_an_unchanged_answer_is_not_sent_again() {
    let place = place(FLAGS);
    let agent = start(&place, &[]);
    let body = r#"{"context":{"targetingKey":"u1","plan":"pro"}}"#;
    let first = post(&agent, ALL, "", body);
    assert_eq!(first.status, 200);
    let json = first.json();
    let keys: Vec<&str> = json["flags"].as_array().unwrap().iter().map(|flag| flag["key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["gone", "layout", "limit", "lobby", "open", "split", "title"]);
    assert_eq!(json["metadata"], json!({ "version": "7", "bucketing": "murmur3-u32-times-weight" }));
    assert_eq!(json["eventStreams"], json!([{ "type": "sse", "endpoint": { "requestUri": "/ofrep/v1/events" } }]));
    let tag = first.header("ETag").unwrap().to_owned();
    let again = |body: &str, tag: &str| post(&agent, ALL, &format!("If-None-Match: {tag}\r\n"), body);
    for known in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}")] {
        let answer = again(body, &known);
        assert_eq!((answer.status, answer.body.as_str(), answer.header("ETag")), (304, "", Some(tag.as_str())));
    }
    assert_eq!(again(r#"{"context":{"targetingKey":"u1"}}"#, &tag).status, 200, "another result in another context");
    let same = again(r#"{"context":{"targetingKey":"u1","plan":"pro","unread":1}}"#, &tag);
    assert_eq!(same.status, 304, "an attribute that no flag reads changes nothing");
    write_flags(&place, &FLAGS.replace("The new lobby", "The newest lobby"));
    eventually("the metadata is new", || again(body, &tag).status == 200);
}

#[test]
fn a_connection_serves_many_requests_and_pages_close_it() {
    let place = place(FLAGS);
    let agent = start(&place, &[]);
    let mut stream = TcpStream::connect(agent.address()).unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let body = r#"{"context":{}}"#;
    for _ in 0..3 {
        let request =
            format!("POST {ALL}/limit HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        stream.write_all(request.as_bytes()).unwrap();
        let mut length = 0;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length: ") {
                length = value.trim().parse().unwrap();
            }
            if line == "\r\n" {
                break;
            }
        }
        let mut answer = vec![0; length];
        reader.read_exact(&mut answer).unwrap();
        assert!(String::from_utf8(answer).unwrap().contains("\"value\":10"));
    }
    stream.write_all(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    let mut rest = String::new();
    reader.read_to_string(&mut rest).unwrap();
    assert!(rest.contains("connection: close") && rest.contains("\"flags\""), "{rest}");
}

#[test]
fn without_flags_the_paths_of_the_protocol_do_not_exist() {
    let place = place(FLAGS);
    let agent = place.start(&["--listen", "127.0.0.1:0"]);
    assert_eq!(agent.get("/ofrep/v1/events").status, 404);
    assert_eq!(evaluate(&agent, "lobby", "{}").status, 405);
}

#[test]
fn a_token_is_needed_as_bearer_or_api_key_and_a_ticket_opens_streams_alone() {
    let place = place(FLAGS);
    fs::write(place.path("token"), "0123456789abcdef\n").unwrap();
    let agent = start(&place, &["--token-file", "token"]);
    let with = |header: &str| post(&agent, ALL, header, "{}");
    let refused = with("");
    assert_eq!(refused.status, 401);
    assert_eq!(refused.header("WWW-Authenticate"), Some("Bearer realm=\"confgate agent\""));
    assert_eq!(refused.json()["errorDetails"], "send the token of the agent: Authorization: Bearer TOKEN");
    assert_eq!(with("X-API-Key: 0123456789abcdeX\r\n").status, 401);
    assert_eq!(with("Authorization: Bearer 0123456789abcdef\r\n").status, 200);
    let answer = with("X-API-Key: 0123456789abcdef\r\n");
    let streams = answer.json()["eventStreams"].clone();
    let uri = streams[0]["endpoint"]["requestUri"].as_str().unwrap().to_owned();
    assert!(uri.starts_with("/ofrep/v1/events?ticket=") && !uri.contains("0123456789abcdef"), "{uri}");
    assert_eq!(agent.get_with("/ofrep/v1/events", "Connection: close\r\n").status, 401);
    assert_eq!(
        agent.get_with("/ofrep/v1/events?ticket=0123", "Connection: close\r\n").json()["errorDetails"],
        "the ticket of the stream is not valid; evaluate the flags again"
    );
    let mut stream = Events::open(&agent.address(), &uri, "");
    assert!(stream.next().contains("refetchEvaluation"));
    let (_, ticket) = uri.split_once('?').unwrap();
    assert_eq!(post(&agent, &format!("{ALL}?{ticket}"), "", "{}").status, 401, "a ticket evaluates nothing");
}

/// A stream of events.
struct Events(BufReader<TcpStream>);

impl Events {
    fn open(address: &str, path: &str, headers: &str) -> Self {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n").unwrap();
        Self(BufReader::new(stream))
    }

    /// Returns the data of the next event.
    fn next(&mut self) -> String {
        loop {
            let mut line = String::new();
            assert!(self.0.read_line(&mut line).unwrap() > 0, "the stream ended");
            if let Some(data) = line.strip_prefix("data: ") {
                return data.trim().to_owned();
            }
        }
    }

    /// Returns whether an event arrives within a time.
    fn is_quiet(&mut self, time: Duration) -> bool {
        self.0.get_ref().set_read_timeout(Some(time)).unwrap();
        let mut lines = String::new();
        loop {
            let mut line = String::new();
            match self.0.read_line(&mut line) {
                Ok(_) if line.starts_with("data: ") => return false,
                Ok(_) => lines += &line,
                Err(_) => return true,
            }
        }
    }
}

#[test]
fn a_stream_asks_clients_to_evaluate_again_after_each_change() {
    let place = place(FLAGS);
    let agent = start(&place, &[]);
    let mut events = Events::open(&agent.address(), "/ofrep/v1/events", "");
    let first: serde_json::Value = serde_json::from_str(&events.next()).unwrap();
    assert_eq!(first["type"], "refetchEvaluation");
    let id = first["etag"].as_str().unwrap().to_owned();
    let began = Instant::now();
    write_flags(&place, &FLAGS.replace("low = 10", "low = 11"));
    let second: serde_json::Value = serde_json::from_str(&events.next()).unwrap();
    assert_ne!(second["etag"], id.as_str());
    assert!(began.elapsed() < Duration::from_secs(10));
    assert_eq!(evaluate(&agent, "limit", "{}").json()["value"], 11, "the event follows the change");
    let known = second["etag"].as_str().unwrap();
    let mut resumed = Events::open(&agent.address(), "/ofrep/v1/events", &format!("Last-Event-ID: {known}\r\n"));
    assert!(resumed.is_quiet(Duration::from_millis(500)), "a client that has the current flags is not asked again");
    let mut behind = Events::open(&agent.address(), "/ofrep/v1/events", &format!("Last-Event-ID: {id}\r\n"));
    assert!(behind.next().contains(known), "a client that missed a change is");
    write_flags(&place, "[flags.limit]\nvariants = { low = 'x', high = 1 }\n");
    eventually("the flags are rejected", || agent.json("/health")["flags"]["refused"].is_object());
    assert!(events.is_quiet(Duration::from_millis(500)), "rejected flags are no change");
    assert_eq!(evaluate(&agent, "limit", "{}").json()["value"], 11);
    let health = agent.json("/health");
    assert_eq!((health["status"].as_str(), health["flags"]["version"].as_u64()), (Some("degraded"), Some(2)));
    assert_eq!(health["problems"], json!(["the flags were rejected, and earlier ones are evaluated"]));
}

#[test]
fn exposures_of_single_evaluations_are_counted_by_variant() {
    let place = place(FLAGS);
    let agent = start(&place, &[]);
    for context in [r#"{"plan":"pro"}"#, r#"{"plan":"pro"}"#, "{}"] {
        evaluate(&agent, "lobby", context);
    }
    evaluate(&agent, "gone", "{}");
    evaluate(&agent, "nowhere", "{}");
    post(&agent, ALL, "", "{}");
    for line in [
        "bitcraps_flag_exposures_total{flag=\"lobby\",variant=\"on\"} 2",
        "bitcraps_flag_exposures_total{flag=\"lobby\",variant=\"off\"} 1",
        "bitcraps_flag_exposures_total{flag=\"gone\",variant=\"\"} 1",
    ] {
        assert!(agent.has_metric(line), "{}", agent.get("/metrics").body);
    }
    let metrics = agent.get("/metrics").body;
    assert!(!metrics.contains("nowhere"), "a key of a request is no label");
    let open = agent.get_with("/metrics", "Accept: application/openmetrics-text\r\n").body;
    assert!(open.matches("# EOF").count() == 1 && open.ends_with("# EOF\n"), "{open}");
    assert!(metrics.contains("bitcraps_flags_config_version 1"), "{metrics}");
}

#[test]
fn a_log_of_evaluations_has_the_names_of_opentelemetry_and_no_context() {
    let place = place(FLAGS);
    let agent = start(&place, &["--log", "debug"]);
    evaluate(&agent, "lobby", r#"{"targetingKey":"hunter2","plan":"pro","email":"hunter2@example.org"}"#);
    evaluate(&agent, "nowhere", "{}");
    eventually("both are logged", || agent.log().contains("flag_not_found"));
    let log = agent.log();
    for part in [
        "feature_flag.evaluation",
        "feature_flag.key=\"lobby\"",
        "feature_flag.result.variant=\"on\"",
        "feature_flag.result.reason=\"targeting_match\"",
    ] {
        assert!(log.contains(part), "{part}: {log}");
    }
    assert!(!log.contains("hunter2"), "{log}");
}
