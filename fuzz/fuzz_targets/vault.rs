//! Any bytes as the response of a Vault: a whole HTTP response, or a body with a status. Each lookup ends, and no message holds the
//! token.

#![no_main]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use confgate::secrets::Provider;
use confgate::types::Secret;
use confgate::vault::{Login, Settings, Vault};
use libfuzzer_sys::fuzz_target;

const TOKEN: &str = "canary-token-7Qx9";

/// Statuses with a meaning of their own.
const STATUSES: &[u16] = &[200, 204, 301, 400, 403, 404, 412, 429, 472, 473, 500, 503];

static RESPONSE: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Port of a server that sends [`RESPONSE`] to each request.
static PORT: LazyLock<u16> = LazyLock::new(|| {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = listener.local_addr().expect("it has an address").port();
    thread::spawn(move || listener.incoming().flatten().for_each(answer));
    port
});

fn answer(mut client: TcpStream) {
    client.set_read_timeout(Some(Duration::from_millis(100))).expect("a timeout can be set");
    let mut request = Vec::new();
    let mut buffer = [0; 2048];
    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
        match client.read(&mut buffer) {
            Ok(0) | Err(_) => return,
            Ok(length) => request.extend_from_slice(&buffer[..length]),
        }
    }
    let response = RESPONSE.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let _ = client.write_all(&response);
}

fuzz_target!(|data: &[u8]| {
    let Some((&how, data)) = data.split_first() else { return };
    let status = STATUSES.get(usize::from(how % 16)).map(|status| {
        format!("HTTP/1.1 {status} x\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", data.len())
    });
    let head = status.unwrap_or_default().into_bytes();
    *RESPONSE.lock().unwrap_or_else(PoisonError::into_inner) = [head.as_slice(), data].concat();
    let vault = Vault::new(Settings {
        address: format!("http://127.0.0.1:{}", *PORT),
        namespace: None,
        ca_file: None,
        mount: "secret".to_owned(),
        path: if how & 16 == 0 { "node".to_owned() } else { "node/".to_owned() },
        version: (how & 32 != 0).then_some(2),
        login: Login::Token(Secret::from(TOKEN)),
        timeout: Duration::from_millis(60),
        poll_interval: Duration::from_secs(3600),
    });
    vault.begin();
    for name in ["DB_PASSWORD", "HOOK"] {
        let said = match vault.secret(name) {
            Ok(found) => format!("{found:?}"),
            Err(error) => format!("{error} {error:?}"),
        };
        assert!(!said.contains(TOKEN), "{said}");
    }
    assert!(!format!("{vault:?}").contains(TOKEN));
});
