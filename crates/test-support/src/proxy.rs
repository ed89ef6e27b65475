//! A proxy between a client and a server, whose connections a test holds or cuts.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering};
use std::thread::{self, sleep};
use std::time::Duration;

/// The time after which a connection looks at what it is to do.
const POLL: Duration = Duration::from_millis(20);

/// The way in which a proxy treats connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Link {
    /// Bytes pass.
    Up,
    /// Nothing passes, and no connection ends: a cable that is pulled.
    Held,
    /// Connections end, and new ones are closed at once.
    Cut,
}

/// A proxy of one server. It ends when it is dropped.
pub struct Proxy {
    address: String,
    shared: Arc<Shared>,
}

struct Shared {
    server: String,
    link: AtomicU8,
    is_over: AtomicBool,
    passed: AtomicUsize,
}

impl Proxy {
    /// Starts a proxy of the server at HOST:PORT.
    pub fn of(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let shared = Arc::new(Shared {
            server: server.to_owned(),
            link: AtomicU8::new(Link::Up as u8),
            is_over: AtomicBool::new(false),
            passed: AtomicUsize::new(0),
        });
        let accepting = shared.clone();
        thread::spawn(move || accept(&listener, &accepting));
        Self { address, shared }
    }

    /// Returns its address, HOST:PORT.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Changes what happens to connections, also to those that are open.
    pub fn set(&self, link: Link) {
        self.shared.link.store(link as u8, Ordering::SeqCst);
    }

    /// Returns the number of bytes that passed.
    pub fn passed(&self) -> usize {
        self.shared.passed.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::SeqCst);
    }
}

impl Shared {
    fn is(&self, link: Link) -> bool {
        self.link.load(Ordering::SeqCst) == link as u8
    }

    fn is_open(&self) -> bool {
        !self.is_over.load(Ordering::SeqCst) && !self.is(Link::Cut)
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    while !shared.is_over.load(Ordering::SeqCst) {
        let Ok((client, _)) = listener.accept() else {
            sleep(POLL);
            continue;
        };
        if !shared.is_open() {
            continue;
        }
        let shared = shared.clone();
        thread::spawn(move || serve(client, &shared));
    }
}

/// Connects a client with the server until one of them ends, or the link is cut.
fn serve(client: TcpStream, shared: &Arc<Shared>) {
    while shared.is(Link::Held) && shared.is_open() {
        sleep(POLL);
    }
    let Ok(server) = TcpStream::connect(&shared.server) else { return };
    let (Ok(from_client), Ok(from_server)) = (client.try_clone(), server.try_clone()) else { return };
    for stream in [&client, &server] {
        // A socket inherits nothing from a listener that does not block, except on some systems.
        if stream.set_nonblocking(false).is_err() || stream.set_nodelay(true).is_err() {
            return;
        }
    }
    let other = shared.clone();
    let back = thread::spawn(move || copy(from_server, client, &other));
    copy(from_client, server, shared);
    let _ = back.join();
}

fn copy(mut from: TcpStream, mut to: TcpStream, shared: &Shared) {
    let mut bytes = vec![0; 64 << 10];
    if from.set_read_timeout(Some(POLL)).is_ok() {
        while shared.is_open() {
            if shared.is(Link::Held) {
                sleep(POLL);
                continue;
            }
            match from.read(&mut bytes) {
                Ok(0) => break,
                Ok(length) => {
                    // Bytes that were read as the cable was pulled are on their way until it is back.
                    while shared.is(Link::Held) {
                        sleep(POLL);
                    }
                    if to.write_all(&bytes[..length]).is_err() {
                        break;
                    }
                    shared.passed.fetch_add(length, Ordering::SeqCst);
                }
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
                Err(_) => break,
            }
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_pass_are_held_and_are_cut() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let proxy = Proxy::of(&listener.local_addr().unwrap().to_string());
        let mut client = TcpStream::connect(proxy.address()).unwrap();
        client.write_all(b"a").unwrap();
        let (mut server, _) = listener.accept().unwrap();
        let mut byte = [0];
        server.read_exact(&mut byte).unwrap();
        assert_eq!((&byte, proxy.passed()), (b"a", 1));
        proxy.set(Link::Held);
        sleep(POLL * 3);
        client.write_all(b"b").unwrap();
        server.set_read_timeout(Some(POLL * 10)).unwrap();
        assert!(server.read(&mut byte).is_err(), "a byte passed");
        proxy.set(Link::Up);
        server.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        server.read_exact(&mut byte).unwrap();
        assert_eq!(&byte, b"b");
        proxy.set(Link::Cut);
        assert_eq!(server.read(&mut byte).unwrap(), 0);
        let mut refused = TcpStream::connect(proxy.address()).unwrap();
        refused.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        assert_eq!(refused.read(&mut byte).unwrap_or(0), 0);
    }
}
