//! HTTP requests to a service: GET, without proxies and redirects.

use std::io;
use std::time::Duration;

use thiserror::Error;
use ureq::Body;
use ureq::http::Response;

/// A failed request.
#[derive(Debug, Error)]
pub enum HttpError {
    /// The address is not a valid URL. Its text is left out, since it may contain a password.
    #[error("the address is invalid")]
    InvalidAddress,
    /// The host does not exist.
    #[error("host not found")]
    HostNotFound,
    /// The status is not one of 200 to 299. Redirects are not followed.
    #[error("the answer has status {0}")]
    Status(u16),
    /// The request took too long.
    #[error("no answer in time")]
    TimedOut,
    /// The connection failed.
    #[error(transparent)]
    Io(io::Error),
    /// Another error of the protocol.
    #[error(transparent)]
    Protocol(ureq::Error),
}

impl From<ureq::Error> for HttpError {
    fn from(error: ureq::Error) -> Self {
        match error {
            ureq::Error::BadUri(_) | ureq::Error::Http(_) => Self::InvalidAddress,
            ureq::Error::HostNotFound => Self::HostNotFound,
            ureq::Error::StatusCode(status) => Self::Status(status),
            ureq::Error::Timeout(_) => Self::TimedOut,
            ureq::Error::Io(error) => Self::Io(error),
            other => Self::Protocol(other),
        }
    }
}

/// Sends a GET request and returns an answer with a status from 200 to 299. The request goes to the service itself: a proxy of
/// the environment or a redirect would answer for another one.
pub(crate) fn get(url: &str, timeout: Duration) -> Result<Response<Body>, HttpError> {
    let config = ureq::Agent::config_builder().timeout_global(Some(timeout)).proxy(None).max_redirects(0).build();
    let answer = ureq::Agent::from(config).get(url).call()?;
    if answer.status().is_success() { Ok(answer) } else { Err(HttpError::Status(answer.status().as_u16())) }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn a_redirect_is_not_followed() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let lines = BufReader::new(&stream).lines().map_while(Result::ok);
            assert!(lines.take_while(|line| !line.is_empty()).count() > 0);
            let head = format!("HTTP/1.1 302 Found\r\nlocation: http://{address}/other\r\ncontent-length: 0\r\n\r\n");
            stream.write_all(head.as_bytes()).unwrap();
        });
        let error = get(&format!("http://{address}/"), Duration::from_secs(20)).unwrap_err();
        assert_eq!(error.to_string(), "the answer has status 302");
        server.join().unwrap();
    }
}
