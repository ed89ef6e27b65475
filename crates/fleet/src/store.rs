//! A store: typed operations over one cluster of etcd.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use confgate_files::SizeLimit;
use etcd_client::{Client, GetOptions, GetResponse, KeyValue, ResponseHeader, SortOrder, SortTarget};
use tokio::time::{Instant, sleep, timeout};

use crate::backoff::Backoff;
use crate::endpoints::EndpointOptions;
use crate::lease::LeaseId;
use crate::limits::{MAX_ENTRIES, MAX_LISTING, MAX_MESSAGE};
use crate::position::{ClusterId, Position, Revision};
use crate::store_error::StoreError;

/// The largest number of keys that one request of a listing asks for.
const PAGE: i64 = 256;

/// How often a listing begins again because its revision was compacted meanwhile.
const LISTING_ATTEMPTS: usize = 5;

/// The first and the longest delay between attempts of one operation.
pub(crate) const BACKOFF: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));

/// A connection to one cluster of etcd. Each operation has a timeout, within which it is tried again while no server answers.
#[derive(Clone)]
pub struct Store {
    client: Client,
    options: Arc<EndpointOptions>,
    endpoints: Arc<str>,
    timeout: Duration,
}

impl fmt::Debug for Store {
    // Leave out the client: it holds the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("endpoints", &self.endpoints)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// A key with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// The value.
    pub value: Vec<u8>,
    /// Revision that created the key.
    pub created: Revision,
    /// Revision of the last change.
    pub modified: Revision,
    /// The lease that the key ends with.
    pub lease: Option<LeaseId>,
}

/// All entries below a prefix at one revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// Entries, sorted by key.
    pub entries: Vec<Entry>,
    /// The place in the history of the cluster.
    pub position: Position,
}

impl Store {
    /// Connects to a cluster, and logs in if the options have a user. Without one, the first operation finds out whether a server
    /// answers.
    ///
    /// # Errors
    ///
    /// The options are invalid, or the login fails.
    pub async fn connect(options: &EndpointOptions) -> Result<Self, StoreError> {
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
    pub async fn reconnect(&self) -> Result<Self, StoreError> {
        Self::connect(&self.options).await
    }

    /// Returns the addresses of the servers, for messages.
    pub fn endpoints(&self) -> &str {
        &self.endpoints
    }

    /// Returns the time that an operation may take.
    pub const fn timeout(&self) -> Duration {
        self.timeout
    }

    pub(crate) const fn client(&self) -> &Client {
        &self.client
    }

    /// Reads a key, and the position at which it was read.
    ///
    /// # Errors
    ///
    /// No server answers, the user may not read the key, or the value is larger than `limit`.
    pub async fn get(&self, key: &str, limit: SizeLimit) -> Result<(Option<Entry>, Position), StoreError> {
        let too_large = || StoreError::TooLarge { key: key.to_owned(), limit };
        let response = match self.range("read", key, GetOptions::new()).await {
            // Without a revision in the request, the one thing out of range is the size of the answer.
            Err(StoreError::Revision { .. }) => return Err(too_large()),
            response => response?,
        };
        let position = position(response.header());
        let Some(found) = response.kvs().first() else { return Ok((None, position)) };
        if found.value().len() as u64 > limit.get() {
            return Err(too_large());
        }
        Ok((Some(entry(found, key)?), position))
    }

    /// Returns the position of the cluster. The read has the rights of a read of `prefix`.
    ///
    /// # Errors
    ///
    /// No server answers, or the user may not read the prefix.
    pub async fn position(&self, prefix: &str) -> Result<Position, StoreError> {
        let options = GetOptions::new().with_range(range_end(prefix)).with_limit(1).with_count_only();
        Ok(position(self.range("read", prefix, options).await?.header()))
    }

    /// Lists all entries below a prefix, at one revision.
    ///
    /// # Errors
    ///
    /// No server answers, the user may not read the prefix, or it holds more than [`MAX_ENTRIES`] or [`MAX_LISTING`].
    pub async fn list(&self, prefix: &str) -> Result<Listing, StoreError> {
        self.listing(prefix, false).await
    }

    /// Lists all keys below a prefix, at one revision. The values are left out.
    ///
    /// # Errors
    ///
    /// As [`list`](Self::list).
    pub async fn list_keys(&self, prefix: &str) -> Result<Listing, StoreError> {
        self.listing(prefix, true).await
    }

    /// Returns the entries below a prefix that were created last, newest first.
    ///
    /// # Errors
    ///
    /// As [`list`](Self::list).
    pub async fn newest(&self, prefix: &str, count: usize) -> Result<Listing, StoreError> {
        let mut newest: Vec<Entry> = Vec::new();
        let mut page = i64::try_from(count).unwrap_or(PAGE).min(PAGE);
        loop {
            let mut options = GetOptions::new()
                .with_range(range_end(prefix))
                .with_limit(page)
                .with_sort(SortTarget::Create, SortOrder::Descend);
            if let Some(last) = newest.last() {
                options = options.with_max_create_revision(last.created.0 - 1);
            }
            let response = match self.range("list", prefix, options).await {
                Err(StoreError::Revision { .. }) if page > 1 => {
                    page = (page / 4).max(1);
                    continue;
                }
                response => response?,
            };
            for found in response.kvs() {
                newest.push(entry(found, prefix)?);
            }
            let is_complete = response.kvs().len() < usize::try_from(page).unwrap_or(1);
            if is_complete || newest.len() >= count {
                newest.truncate(count);
                return Ok(Listing { entries: newest, position: position(response.header()) });
            }
        }
    }

    async fn listing(&self, prefix: &str, keys_only: bool) -> Result<Listing, StoreError> {
        let mut attempt = 1;
        loop {
            match self.pages(prefix, keys_only).await {
                Err(StoreError::Revision { .. }) if attempt < LISTING_ATTEMPTS => attempt += 1,
                listing => return listing,
            }
        }
    }

    async fn pages(&self, prefix: &str, keys_only: bool) -> Result<Listing, StoreError> {
        let too_large = |limit: String| StoreError::ListingTooLarge { prefix: prefix.to_owned(), limit };
        let (mut entries, mut bytes, mut page) = (Vec::new(), 0, PAGE);
        let mut first: Option<Position> = None;
        let mut from = prefix.to_owned();
        loop {
            let mut options = GetOptions::new().with_range(range_end(prefix)).with_limit(page);
            if keys_only {
                options = options.with_keys_only();
            }
            if let Some(position) = first {
                options = options.with_revision(position.revision.0);
            }
            let response = match self.range("list", &from, options).await {
                // A page of large values is longer than a message: ask for fewer.
                Err(StoreError::Revision { .. }) if page > 1 => {
                    page = (page / 4).max(1);
                    continue;
                }
                response => response?,
            };
            let position = *first.get_or_insert_with(|| position(response.header()));
            for found in response.kvs() {
                bytes += (found.key().len() + found.value().len()) as u64;
                entries.push(entry(found, prefix)?);
            }
            if entries.len() > MAX_ENTRIES {
                return Err(too_large(format!("{MAX_ENTRIES} keys")));
            }
            if bytes > MAX_LISTING.get() {
                return Err(too_large(MAX_LISTING.to_string()));
            }
            match entries.last() {
                // The smallest key after the last one.
                Some(last) if response.more() => from = format!("{}\0", last.key),
                _ => return Ok(Listing { entries, position }),
            }
        }
    }

    async fn range(&self, operation: &'static str, key: &str, options: GetOptions) -> Result<GetResponse, StoreError> {
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
        let deadline = Instant::now() + self.timeout;
        let mut backoff = Backoff::new(BACKOFF.0, BACKOFF.1);
        loop {
            let error = match self.attempt(operation, deadline, request()).await {
                Err(error @ (StoreError::Unreachable { .. } | StoreError::Timeout { .. })) => error,
                result => return result,
            };
            let delay = backoff.next_delay();
            if Instant::now() + delay >= deadline {
                return Err(error);
            }
            sleep(delay).await;
        }
    }

    /// Runs a request once. It takes a third of the timeout at most: another server may answer in the rest.
    pub(crate) async fn attempt<T>(
        &self,
        operation: &'static str,
        deadline: Instant,
        request: impl Future<Output = Result<T, etcd_client::Error>>,
    ) -> Result<T, StoreError> {
        let left = deadline.saturating_duration_since(Instant::now());
        match timeout(left.min(self.timeout / 3), request).await {
            Ok(result) => result.map_err(|error| StoreError::of_client(&error, operation, &self.endpoints)),
            Err(_) => Err(self.timed_out(operation)),
        }
    }

    pub(crate) fn timed_out(&self, operation: &'static str) -> StoreError {
        StoreError::Timeout { endpoints: self.endpoints.to_string(), operation, timeout: self.timeout }
    }
}

/// Returns the end of the range of a prefix: the first key after those that begin with it.
pub(crate) fn range_end(prefix: &str) -> Vec<u8> {
    let mut end = prefix.as_bytes().to_vec();
    while let Some(last) = end.pop() {
        if last < u8::MAX {
            end.push(last + 1);
            return end;
        }
    }
    // The end of the whole store.
    vec![0]
}

/// Returns the position that a response was made at. etcd always sends the header.
pub(crate) fn position(header: Option<&ResponseHeader>) -> Position {
    let (cluster, revision) = header.map_or((0, 0), |header| (header.cluster_id(), header.revision()));
    Position { cluster: ClusterId(cluster), revision: Revision(revision) }
}

/// Returns an entry of the client as one of the store.
pub(crate) fn entry(found: &KeyValue, prefix: &str) -> Result<Entry, StoreError> {
    let key = found.key_str().map_err(|_| StoreError::Key {
        prefix: prefix.to_owned(),
        key: String::from_utf8_lossy(found.key()).into_owned(),
    })?;
    Ok(Entry {
        key: key.to_owned(),
        value: found.value().to_vec(),
        created: Revision(found.create_revision()),
        modified: Revision(found.mod_revision()),
        lease: Some(found.lease()).filter(|id| *id != 0).map(LeaseId),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_ends_after_its_prefix() {
        assert_eq!(range_end("/a/"), b"/a0");
        assert_eq!(range_end("\u{10ffff}"), [0xf4, 0x8f, 0xbf, 0xc0]);
        assert_eq!(range_end(""), [0]);
    }

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
