//! A TCP proxy that passes connections on after a delay.

use std::io::copy;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

/// A proxy in front of a server.
pub struct Proxy {
    port: u16,
    delay: Arc<AtomicU64>,
}

impl Proxy {
    /// Starts a proxy without a delay in front of the server at an address with `http://`.
    pub fn start(server: &str) -> Self {
        let target = server.trim_start_matches("http://").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let delay = Arc::new(AtomicU64::new(0));
        let current = delay.clone();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (target, delay) = (target.clone(), Duration::from_millis(current.load(Ordering::SeqCst)));
                thread::spawn(move || {
                    thread::sleep(delay);
                    if let Ok(server) = TcpStream::connect(target) {
                        let (from, to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                        thread::spawn(move || pass(&from, &to));
                        pass(&server, &client);
                    }
                });
            }
        });
        Self { port, delay }
    }

    /// Sets the delay of each new connection.
    pub fn set_delay(&self, delay: Duration) {
        self.delay.store(u64::try_from(delay.as_millis()).unwrap(), Ordering::SeqCst);
    }

    /// Returns the address of the proxy.
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

fn pass(mut from: &TcpStream, mut to: &TcpStream) {
    // Either side may close the connection.
    let _ = copy(&mut from, &mut to);
    let _ = to.shutdown(Shutdown::Write);
}
