//! Loads from a server that misbehaves. `tests/vault` uses a real server.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use confgate_core::types::Secret;
use confgate_runtime::secrets::{Provider, ProviderError};

use crate::*;

const TOKEN: &str = "hvs.canary-3f9a";
const ENTRY: &str = r#"{"data": {"data": {"DB": "hunter2"}, "metadata": {"version": 1}}}"#;

/// Starts a server that sends these responses in their order, then repeats the last one. It counts the requests.
fn server(answers: Vec<String>) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = asked.clone();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
            let number = counter.fetch_add(1, Ordering::SeqCst);
            // The client may have closed the connection.
            let _ = stream.write_all(answers[number.min(answers.len() - 1)].as_bytes());
        }
    });
    (address, asked)
}

fn http(status: u16, more: &str, body: &str) -> String {
    format!("HTTP/1.1 {status} x\r\nConnection: close\r\n{more}Content-Length: {}\r\n\r\n{body}", body.len())
}

fn settings(address: &str) -> Settings {
    let mut settings = Settings::new(address, "secret/app", Login::Token(Secret::from(TOKEN)));
    settings.timeout = Duration::from_millis(900);
    settings
}

/// Loads `DB` from such a server. Returns the result and the number of requests.
fn asked(answers: Vec<String>) -> (Result<Option<String>, ProviderError>, usize) {
    let (address, asked) = server(answers);
    let vault = Vault::new(settings(&address));
    vault.begin();
    let known = vault.secret("DB").map(|known| known.map(|known| known.secret.expose().to_owned()));
    (known, asked.load(Ordering::SeqCst))
}

fn trouble(answers: Vec<String>) -> String {
    let (answer, _) = asked(answers);
    let trouble = answer.unwrap_err();
    let said = format!("{trouble}; {}", trouble.help.clone().unwrap_or_default());
    assert!(!said.contains(TOKEN), "{said}");
    said
}

#[test]
fn a_server_that_fails_or_is_busy_is_asked_again() {
    for failure in [http(500, "", ""), http(429, "Retry-After: 0\r\n", ""), http(412, "", ""), String::new()] {
        let (answer, asked) = asked(vec![failure.clone(), http(200, "", ENTRY)]);
        assert_eq!((answer.unwrap().as_deref(), asked), (Some("hunter2"), 2), "{failure}");
    }
}

#[test]
fn a_server_that_goes_on_failing_is_given_up_within_the_time() {
    let began = Instant::now();
    let said = trouble(vec![http(500, "", &format!(r#"{{"errors": ["disk  full\n for {TOKEN}"]}}"#))]);
    assert!(said.contains("answered 500: disk full for ***"), "{said}");
    let said = trouble(vec![http(429, "Retry-After: 3600\r\n", "")]);
    assert!(said.contains("answered 429"), "{said}");
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
}

#[test]
fn a_server_that_says_nothing_is_waited_for_once_in_a_load() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let vault = Vault::new(settings(&format!("http://{}", listener.local_addr().unwrap())));
    let began = Instant::now();
    for _ in 0..20 {
        let said = vault.secret("DB").unwrap_err().to_string();
        assert!(said.starts_with("no response from Vault") && said.ends_with(" within 900ms"), "{said}");
    }
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
}

#[test]
fn a_load_without_secrets_does_not_wait_for_a_server_that_says_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut settings = settings(&format!("http://{}", listener.local_addr().unwrap()));
    settings.timeout = Duration::from_secs(600);
    let vault = Arc::new(Vault::new(settings));
    let hung = vault.clone();
    thread::spawn(move || hung.secret("DB"));
    let _connection = listener.accept().unwrap();
    let (sender, begun) = channel();
    thread::spawn(move || {
        vault.begin();
        sender.send(())
    });
    assert_eq!(begun.recv_timeout(Duration::from_secs(30)), Ok(()));
}

#[test]
fn the_questions_of_a_load_have_one_time_together_and_those_of_the_next_another() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut settings = settings(&format!("http://{}", listener.local_addr().unwrap()));
    settings.path = "app/".to_owned();
    thread::spawn(move || {
        for stream in listener.incoming() {
            // A connection that timed out must not delay the next one.
            thread::spawn(move || {
                thread::sleep(Duration::from_millis(600));
                let entry = r#"{"data": {"data": {"value": "hunter2"}, "metadata": {"version": 1}}}"#;
                let _ = stream.unwrap().write_all(http(200, "", entry).as_bytes());
            });
        }
    });
    let vault = Vault::new(settings);
    for _ in 0..2 {
        vault.begin();
        let began = Instant::now();
        assert!(vault.secret("A").unwrap().is_some());
        let said = vault.secret("B").unwrap_err().to_string();
        assert!(said.ends_with(" within 900ms"), "{said}");
        assert!(began.elapsed() < Duration::from_millis(1150), "{:?}", began.elapsed());
    }
}

#[test]
fn a_server_that_is_not_there_is_said_with_what_to_look_for() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let trouble = Vault::new(settings(&format!("http://{address}"))).secret("DB").unwrap_err();
    assert_eq!(trouble.message, format!("cannot connect to Vault at http://{address}: connection refused"));
    assert_eq!(trouble.help.unwrap(), "check that the server runs and that VAULT_ADDR is its address");
}

#[test]
fn a_token_goes_to_no_other_address() {
    let (other, reached) = server(vec![http(200, "", ENTRY)]);
    let said = trouble(vec![http(307, &format!("Location: {other}/v1/x\r\n"), "")]);
    assert!(said.contains("redirects to another address; set VAULT_ADDR to the active server"), "{said}");
    assert_eq!(reached.load(Ordering::SeqCst), 0);
}

#[test]
fn what_is_no_vault_is_said() {
    for status in [404, 200] {
        // A proxy answers for a server that it does not find.
        let said = trouble(vec![http(status, "", "<html>hunter2</html>")]);
        assert!(!said.contains("hunter2"), "{said}");
    }
    let said = trouble(vec![http(404, "", "<html>404</html>")]);
    assert!(said.contains(" answered 404 for secret/app, and not as Vault does; check that VAULT_ADDR"), "{said}");
    let said = trouble(vec![http(200, "", "<html>hunter2</html>")]);
    assert!(said.contains("mount secret of Vault") && said.contains("is not a KV store of version 2"), "{said}");
    let said = trouble(vec!["SSH-2.0-OpenSSH_9.2\r\n\r\n".to_owned()]);
    assert!(said.contains("failed: the response is not HTTP"), "{said}");
    let said = trouble(vec![http(418, "", r#"{"errors": ["a teapot"]}"#)]);
    assert!(said.contains("answered 418 for secret/app: a teapot"), "{said}");
    let (large, _) = asked(vec![http(200, "", &"x".repeat((4 << 20) + 1))]);
    let said = large.unwrap_err().to_string();
    assert!(said.contains("failed: the response is larger than 4194304 bytes"), "{said}");
}

#[test]
fn a_token_that_fits_in_no_header_is_said_without_it() {
    let mut settings = settings("http://127.0.0.1:1");
    settings.login = Login::Token(Secret::from("hvs.canary\nx"));
    let trouble = Vault::new(settings).secret("DB").unwrap_err();
    let said = format!("{trouble}; {}", trouble.help.clone().unwrap());
    assert!(said.contains("contains characters that HTTP does not allow; remove spaces and line ends"), "{said}");
    assert!(!said.contains("canary"), "{said}");
}

#[test]
fn an_entry_is_read_once_in_a_load_and_again_in_the_next() {
    let (address, asked) = server(vec![http(200, "", ENTRY)]);
    let vault = Vault::new(settings(&address));
    for load in 1..=2 {
        vault.begin();
        for name in ["DB", "DB"] {
            let known = vault.secret(name).unwrap().unwrap();
            assert_eq!(known.place, "Vault entry secret/app, field DB, version 1");
        }
        assert_eq!(asked.load(Ordering::SeqCst), load);
    }
    assert!(!format!("{vault:?}").contains("canary"));
}

#[test]
fn what_a_load_did_not_read_is_not_looked_at() {
    let versions = r#"{"data": {"current_version": 1, "versions": {"1": {}}}}"#;
    let (address, asked) = server(vec![http(200, "", ENTRY), http(200, "", versions)]);
    let vault = Vault::new(settings(&address));
    let looks = || vault.store().maintain(true);
    vault.begin();
    vault.secret("DB").unwrap();
    let before = asked.load(Ordering::SeqCst);
    assert!(!looks().unwrap());
    assert!(asked.load(Ordering::SeqCst) > before);
    // Another config refers to no secret any more.
    vault.begin();
    let before = asked.load(Ordering::SeqCst);
    assert!(!looks().unwrap());
    assert_eq!(asked.load(Ordering::SeqCst), before);
}

#[test]
fn an_entry_that_can_be_read_again_is_a_reason_to_load() {
    let (address, _) = server([&vec![http(400, "", "{}"); 3][..], &[http(200, "", ENTRY)]].concat());
    let vault = Vault::new(settings(&address));
    vault.begin();
    let said = vault.secret("DB").unwrap_err().to_string();
    assert!(said.contains("answered 400"), "{said}");
    assert!(vault.store().has_failed());
    assert!(vault.store().maintain(true).unwrap());
}

#[test]
fn a_server_that_answers_again_or_fails_in_another_way_is_a_reason_to_load() {
    let redirect = http(307, "Location: http://127.0.0.1:1\r\n", "");
    for answer in [http(200, "", ENTRY), http(200, "", "{}")] {
        let (address, _) = server(vec![redirect.clone(), redirect.clone(), answer]);
        let vault = Vault::new(settings(&address));
        vault.begin();
        vault.secret("DB").unwrap_err();
        assert!(vault.store().has_failed());
        assert!(vault.store().maintain(true).is_err());
        assert!(vault.store().maintain(true).unwrap());
    }
}

#[test]
fn an_entry_without_a_readable_version_is_an_error_of_that_entry_alone() {
    let deleted = r#"{"data": {"data": null, "metadata": {"version": 2, "deletion_time": "2026-01-02T03:04:05.5Z"}}}"#;
    let (address, asked) = server(vec![http(404, "", deleted), http(200, "", &ENTRY.replace("DB", "value"))]);
    let mut settings = settings(&address);
    settings.path = "app/".to_owned();
    let vault = Vault::new(settings);
    vault.begin();
    for _ in 0..2 {
        let error = vault.secret("A").unwrap_err();
        assert_eq!(error.message, "version 2 of Vault entry secret/app/A was deleted at 2026-01-02T03:04:05Z");
        assert!(error.help.unwrap().starts_with("restore it: `bao kv undelete -mount=secret -versions=2 app/A`"));
    }
    assert_eq!(vault.secret("B").unwrap().unwrap().secret.expose(), "hunter2");
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[test]
fn a_field_with_a_line_end_is_read_without_it_and_a_number_is_rejected() {
    let entry = r#"{"data": {"data": {"DB": "hunter2\n", "PIN": 1.10}, "metadata": {"version": 1}}}"#;
    let (address, _) = server(vec![http(200, "", entry)]);
    let vault = Vault::new(settings(&address));
    let found = vault.secret("DB").unwrap().unwrap();
    assert_eq!(found.secret.expose(), "hunter2");
    let warning = "Vault entry secret/app, field DB, version 1: the secret ends with a line end, which is removed";
    assert_eq!(found.warnings[0].to_string(), warning);
    let error = vault.secret("PIN").unwrap_err();
    assert_eq!(error.message, "Vault entry secret/app, field PIN, version 1: the field is a number, not text");
    assert_eq!(error.help.unwrap(), "write it as text, in quotes in JSON: the server changes the digits of numbers");
}

#[test]
fn an_authority_that_is_none_is_said_with_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ca.pem");
    let said = |text: Option<&str>| {
        text.into_iter().for_each(|text| std::fs::write(&path, text).unwrap());
        let mut settings = settings("https://127.0.0.1:1");
        settings.ca_file = Some(path.clone());
        Vault::new(settings).secret("DB").unwrap_err().to_string()
    };
    assert!(said(None).contains("/ca.pem: No such file or directory"));
    assert!(said(Some("hunter2")).ends_with("/ca.pem: no certificate in it"));
    assert!(said(Some("-----BEGIN CERTIFICATE-----\n%\n-----END CERTIFICATE-----\n")).ends_with("/ca.pem: not PEM"));
}

#[test]
fn a_file_with_a_token_that_is_not_there_is_said() {
    let mut settings = settings("http://127.0.0.1:1");
    settings.login = Login::TokenFile("/nowhere/token".into());
    let said = Vault::new(settings).secret("DB").unwrap_err().to_string();
    assert_eq!(said, "the token for Vault is missing: /nowhere/token");
}

#[test]
fn a_server_may_say_any_time_without_harm() {
    for wait in [u64::MAX, u64::MAX / 2, 1 << 40] {
        let said = trouble(vec![http(503, &format!("Retry-After: {wait}\r\n"), "")]);
        assert!(said.contains("answered 503"), "{said}");
    }
    let login = |lease: u64| {
        let auth = format!(r#"{{"auth": {{"client_token": "t", "lease_duration": {lease}, "renewable": true}}}}"#);
        let (address, _) = server(vec![http(200, "", &auth), http(200, "", ENTRY), http(200, "", ENTRY)]);
        let mut settings = settings(&address);
        let (mount, role) = ("approle".to_owned(), "r".to_owned());
        settings.login = Login::AppRole { mount, role, secret: SecretId::Text(Secret::from("s")) };
        settings
    };
    let looked_up = format!(r#"{{"data": {{"ttl": {}, "renewable": true}}}}"#, u64::MAX);
    let (address, _) = server(vec![http(200, "", ENTRY), http(200, "", &looked_up)]);
    for mut settings in [login(u64::MAX), login(1 << 62), settings(&address)] {
        settings.timeout = Duration::MAX;
        let vault = Vault::new(settings);
        assert!(vault.secret("DB").unwrap().is_some());
        let mut store = vault.store();
        assert!(!store.maintain(false).unwrap());
        assert!(store.session().next_renewal().is_some_and(|rest| rest > Duration::from_secs(3600)));
    }
}

#[test]
fn a_response_in_chunks_of_any_length_is_read_whole() {
    let secret = "x".repeat(100_000);
    let entry = format!(r#"{{"data": {{"data": {{"DB": "{secret}"}}, "metadata": {{"version": 1}}}}}}"#);
    let chunks = entry.as_bytes().chunks(7001).map(|chunk| std::str::from_utf8(chunk).unwrap());
    let chunks: String = chunks.map(|chunk| format!("{:x}\r\n{chunk}\r\n", chunk.len())).collect();
    let head = "HTTP/1.1 200 x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
    let (answer, _) = asked(vec![format!("{head}{chunks}0\r\n\r\n")]);
    assert!(answer.unwrap().is_some_and(|answer| answer == secret));
    // A response that ends early is requested again.
    let (answer, asked) = asked(vec![format!("{head}{chunks}"), http(200, "", ENTRY)]);
    assert_eq!((answer.unwrap().as_deref(), asked), (Some("hunter2"), 2));
}

#[test]
fn a_server_with_an_address_of_ipv6_is_asked() {
    let Ok(listener) = TcpListener::bind("[::1]:0") else {
        eprintln!("skipped: this machine has no IPv6");
        return;
    };
    let address = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        let mut stream = listener.accept().unwrap().0;
        let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
        while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
        stream.write_all(http(200, "", ENTRY).as_bytes()).unwrap();
    });
    let vault = Vault::new(settings(&address));
    assert_eq!(vault.secret("DB").unwrap().unwrap().secret.expose(), "hunter2");
}

#[test]
fn a_sealed_server_is_asked_for_its_state_and_not_again() {
    let (answer, asked) = asked(vec![http(503, "", "{}"), http(200, "", r#"{"type": "shamir", "sealed": true}"#)]);
    let trouble = answer.unwrap_err();
    assert!(trouble.message.ends_with(" is sealed"), "{trouble}");
    assert_eq!((trouble.help.as_deref(), asked), (Some("unseal it: `bao operator unseal`"), 2));
}

#[test]
fn a_pipe_with_authorities_is_rejected_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ca.pem");
    let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
    assert!(made.success());
    let mut settings = settings("https://127.0.0.1:1");
    settings.ca_file = Some(path);
    let began = Instant::now();
    let trouble = Vault::new(settings).secret("DB").unwrap_err();
    assert!(trouble.message.ends_with("/ca.pem: not a regular file: a FIFO"), "{trouble}");
    assert_eq!(trouble.help.as_deref(), Some("set VAULT_CACERT to a PEM file with certificates"));
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
}

/// The records of the log, from all threads.
static RECORDS: Mutex<Vec<(log::Level, String)>> = Mutex::new(Vec::new());

struct Recorder;

impl log::Log for Recorder {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        if record.target().starts_with("ureq") {
            RECORDS.lock().unwrap().push((record.level(), record.args().to_string()));
        }
    }

    fn flush(&self) {}
}

#[test]
fn the_log_of_the_http_client_holds_no_byte_of_a_request_or_response() {
    log::set_logger(&Recorder).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    assert_eq!(asked(vec![http(200, "", ENTRY)]).0.unwrap().as_deref(), Some("hunter2"));
    let records = RECORDS.lock().unwrap();
    assert!(!records.is_empty());
    for (level, text) in records.iter() {
        assert!(*level < log::Level::Trace && !text.contains(TOKEN) && !text.contains("hunter2"), "{level} {text}");
    }
}
