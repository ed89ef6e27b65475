//! A connection to one cluster of etcd: requests with a timeout, tried again while no server answers.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use etcd_client::{Client, GetOptions, GetResponse};
use tokio::time::{Instant, sleep, timeout};

use crate::backoff::Backoff;
use crate::endpoints::EndpointOptions;
use crate::limits::MAX_MESSAGE;
use crate::store_error::StoreError;

/// The first and the longest delay between attempts of one operation.
const BACKOFF: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));

/// A connection to one cluster of etcd.
#[derive(Clone)]
pub(crate) struct Connection {
    client: Client,
    options: Arc<EndpointOptions>,
    endpoints: Arc<str>,
    timeout: Duration,
}

impl fmt::Debug for Connection {
    // Leave out the client: it holds the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("endpoints", &self.endpoints)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// The attempts of one operation: the end of its time, and the waits between them.
pub(crate) struct Attempts {
    deadline: Instant,
    backoff: Backoff,
}

impl Attempts {
    /// Waits before the next attempt.
    ///
    /// # Errors
    ///
    /// The error of the last attempt, if no time is left.
    pub(crate) async fn wait(&mut self, error: StoreError) -> Result<(), StoreError> {
        let delay = self.backoff.next_delay();
        if Instant::now() + delay >= self.deadline {
            return Err(error);
        }
        sleep(delay).await;
        Ok(())
    }
}

impl Connection {
    /// Connects to a cluster, and logs in if the options have a user. Without one, the first operation finds out whether a server
    /// answers.
    ///
    /// # Errors
    ///
    /// The options are invalid, or the login fails.
    pub(crate) async fn connect(options: &EndpointOptions) -> Result<Self, StoreError> {
        let endpoints = options.read()?;
        let names = endpoints.addresses().join(", ");
        let limit = endpoints.timeout();
        let connecting = Client::connect(endpoints.addresses(), Some(endpoints.connect_options()));
        let client = match timeout(limit, connecting).await {
            Ok(connected) => connected.map_err(|error| StoreError::of_client(&error, "login", &names))?,
            Err(_) => return Err(StoreError::Timeout { endpoints: names, operation: "login", timeout: limit }),
        };
        Ok(Self { client, options: Arc::new(options.clone()), endpoints: names.into(), timeout: limit })
    }

    /// Connects again, with the present contents of the certificates and the password file.
    ///
    /// # Errors
    ///
    /// As [`connect`](Self::connect).
    pub(crate) async fn reconnect(&self) -> Result<Self, StoreError> {
        Self::connect(&self.options).await
    }

    /// Returns the addresses of the servers, for messages.
    pub(crate) fn endpoints(&self) -> &str {
        &self.endpoints
    }

    /// Returns the time that an operation may take.
    pub(crate) const fn timeout(&self) -> Duration {
        self.timeout
    }

    pub(crate) const fn client(&self) -> &Client {
        &self.client
    }

    /// Reads a range of keys.
    pub(crate) async fn range(
        &self,
        operation: &'static str,
        key: &str,
        options: GetOptions,
    ) -> Result<GetResponse, StoreError> {
        self.attempts(operation, || {
            let mut client = self.client.kv_client().max_decoding_message_size(MAX_MESSAGE);
            let (key, options) = (key.to_owned(), options.clone());
            async move { client.get(key, Some(options)).await }
        })
        .await
    }

    /// Runs a request until a server answers, within the timeout. The request may be run twice.
    pub(crate) async fn attempts<T, F>(&self, operation: &'static str, request: impl Fn() -> F) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, etcd_client::Error>>,
    {
        let mut attempts = self.begin();
        loop {
            match self.attempt(operation, &attempts, request()).await {
                Err(error @ (StoreError::Unreachable { .. } | StoreError::Timeout { .. })) => {
                    attempts.wait(error).await?
                }
                result => return result,
            }
        }
    }

    /// Begins the attempts of an operation.
    pub(crate) fn begin(&self) -> Attempts {
        Attempts { deadline: Instant::now() + self.timeout, backoff: Backoff::new(BACKOFF.0, BACKOFF.1) }
    }

    /// Runs a request once. It takes a third of the timeout at most: another server may answer in the rest.
    pub(crate) async fn attempt<T>(
        &self,
        operation: &'static str,
        attempts: &Attempts,
        request: impl Future<Output = Result<T, etcd_client::Error>>,
    ) -> Result<T, StoreError> {
        let left = attempts.deadline.saturating_duration_since(Instant::now());
        match timeout(left.min(self.timeout / 3), request).await {
            Ok(result) => result.map_err(|error| StoreError::of_client(&error, operation, &self.endpoints)),
            Err(_) => Err(self.timed_out(operation)),
        }
    }

    pub(crate) fn timed_out(&self, operation: &'static str) -> StoreError {
        StoreError::Timeout { endpoints: self.endpoints.to_string(), operation, timeout: self.timeout }
    }
}

#[cfg(test)]
mod tests {
    use confgate_files::SizeLimit;

    use super::*;
    use crate::store::Store;

    #[test]
    fn a_cluster_that_does_not_answer_is_an_error_within_the_timeout() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let silent = listener.local_addr().unwrap();
        let run = |address: &str| {
            let options = EndpointOptions {
                timeout: Some(Duration::from_millis(600)),
                ..EndpointOptions::plain([format!("http://{address}")])
            };
            let began = std::time::Instant::now();
            let read = async { Store::connect(&options).await?.get("/a", SizeLimit::bytes(1)).await };
            let error = crate::Runtime::new().unwrap().block_on(read).unwrap_err();
            assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
            assert!(error.is_transient(), "{error}");
            error.to_string()
        };
        let message = run(&silent.to_string());
        assert_eq!(
            message,
            format!(
                "etcd at http://{silent} does not answer within 600ms (read); raise the timeout, or check that a majority \
                 of the servers runs"
            )
        );
        drop(listener);
        let message = run(&silent.to_string());
        let begin = format!("cannot reach etcd at http://{silent}: ");
        let end = "; check the addresses, the certificates and that a majority of the servers runs";
        assert!(message.starts_with(&begin) && message.ends_with(end), "{message}");
        assert!(message.contains("onnection refused"), "{message}");
    }
}
