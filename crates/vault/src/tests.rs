//! What a server that is not well does to a load. A real server is asked by `tests/vault.rs`.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use confgate_core::types::Secret;

use crate::*;
use confgate_runtime::secrets::{Provider, ProviderError};
use std::sync::Arc;

const TOKEN: &str = "hvs.canary-3f9a";
const ENTRY: &str = r#"{"data": {"data": {"DB": "hunter2"}, "metadata": {"version": 1}}}"#;

/// A server that gives these answers in their order, and the last one again and again; it counts the questions.
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
            // The client may have gone.
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

/// What a load is told when it asks for `DB`, and how often it asked.
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
    assert!(said.contains("answers 500: disk full for ***"), "{said}");
    let said = trouble(vec![http(429, "Retry-After: 3600\r\n", "")]);
    assert!(said.contains("answers 429"), "{said}");
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
}

#[test]
fn a_server_that_says_nothing_is_waited_for_once_in_a_load() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let vault = Vault::new(settings(&format!("http://{}", listener.local_addr().unwrap())));
    let began = Instant::now();
    for _ in 0..20 {
        let said = vault.secret("DB").unwrap_err().to_string();
        assert!(said.ends_with("cannot be reached: no answer within 900ms"), "{said}");
    }
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
}

#[test]
fn the_questions_of_a_load_have_one_time_together_and_those_of_the_next_another() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut settings = settings(&format!("http://{}", listener.local_addr().unwrap()));
    settings.path = "app/".to_owned();
    thread::spawn(move || {
        for stream in listener.incoming() {
            // Nobody who went away is waited for.
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
        assert!(said.ends_with("no answer within 900ms"), "{said}");
        assert!(began.elapsed() < Duration::from_millis(1150), "{:?}", began.elapsed());
    }
}

#[test]
fn a_server_that_is_not_there_is_said_with_what_to_look_for() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let trouble = Vault::new(settings(&format!("http://{address}"))).secret("DB").unwrap_err();
    assert_eq!(trouble.message, format!("the vault at http://{address} cannot be reached: nobody listens there"));
    assert_eq!(trouble.help.unwrap(), "see that the server runs and that VAULT_ADDR is its address");
}

#[test]
fn a_token_goes_to_no_other_address() {
    let (other, reached) = server(vec![http(200, "", ENTRY)]);
    let said = trouble(vec![http(307, &format!("Location: {other}/v1/x\r\n"), "")]);
    assert!(said.contains("sends its clients to another address; set VAULT_ADDR to the active server"), "{said}");
    assert_eq!(reached.load(Ordering::SeqCst), 0);
}

#[test]
fn what_is_no_vault_is_said() {
    let said = trouble(vec![http(200, "", "<html>hunter2</html>")]);
    assert!(said.contains("the mount secret of the vault") && said.contains("is no KV store of version 2"), "{said}");
    let said = trouble(vec!["SSH-2.0-OpenSSH_9.2\r\n\r\n".to_owned()]);
    assert!(said.contains("cannot be reached: it speaks no HTTP"), "{said}");
    let said = trouble(vec![http(418, "", r#"{"errors": ["a teapot"]}"#)]);
    assert!(said.contains("answers 418 for secret/app: a teapot"), "{said}");
    let (large, _) = asked(vec![http(200, "", &"x".repeat((4 << 20) + 1))]);
    assert!(large.unwrap_err().to_string().contains("its answer is larger than any entry"));
}

#[test]
fn a_token_that_fits_in_no_header_is_said_without_it() {
    let mut settings = settings("http://127.0.0.1:1");
    settings.login = Login::Token(Secret::from("hvs.canary\nx"));
    let trouble = Vault::new(settings).secret("DB").unwrap_err();
    let said = format!("{trouble}; {}", trouble.help.clone().unwrap());
    assert!(said.contains("the address or the token is none; look for spaces and line ends"), "{said}");
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
            assert_eq!(known.place, "the vault's secret/app, field DB, version 1");
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
    let looks = || vault.shared.state().round(&vault.shared, true);
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
fn a_server_that_answers_again_is_a_reason_to_load_though_nothing_was_read() {
    let (address, asked) = server(vec![http(400, "", "{}"), http(400, "", "{}"), http(200, "", "{}")]);
    let vault = Vault::new(settings(&address));
    vault.begin();
    let said = vault.secret("DB").unwrap_err().to_string();
    assert!(said.contains("answers 400"), "{said}");
    let before = asked.load(Ordering::SeqCst);
    assert!(vault.shared.state().round(&vault.shared, true).unwrap());
    assert!(asked.load(Ordering::SeqCst) > before);
}

#[test]
fn an_authority_that_is_none_is_said_with_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ca.pem");
    let said = |text: Option<&str>| {
        text.into_iter().for_each(|text| std::fs::write(&path, text).unwrap());
        let mut settings = settings("https://127.0.0.1:1");
        settings.authority = Some(path.clone());
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
    assert_eq!(said, "the token for the vault is not there: /nowhere/token");
}

#[test]
fn a_server_may_say_any_time_without_harm() {
    for wait in [u64::MAX, u64::MAX / 2, 1 << 40] {
        let said = trouble(vec![http(503, &format!("Retry-After: {wait}\r\n"), "")]);
        assert!(said.contains("answers 503"), "{said}");
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
        let mut state = vault.shared.state();
        assert!(!state.round(&vault.shared, false).unwrap());
        assert!(state.session.rest().is_some_and(|rest| rest > Duration::from_secs(3600)));
    }
}
