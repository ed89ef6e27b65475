//! A store: typed operations over one cluster of etcd.

use std::time::Duration;

use confgate_files::SizeLimit;
use etcd_client::{GetOptions, SortOrder, SortTarget};

use crate::connection::Connection;
use crate::endpoints::EndpointOptions;
use crate::entry::{Entry, Listing, entry, position};
use crate::lease::Lease;
use crate::limits::{MAX_ENTRIES, MAX_LISTING, MAX_MESSAGE, MAX_TRANSACTION_KEYS};
use crate::position::Position;
use crate::range_end::range_end;
use crate::store_error::StoreError;
use crate::transaction::{Commit, Transaction};

/// The largest number of keys that one request of a listing asks for.
const PAGE: i64 = 256;

/// Largest number of attempts of a listing whose revision is compacted meanwhile.
const LISTING_ATTEMPTS: usize = 5;

/// A store in one cluster of etcd. Each operation has a timeout, within which it is tried again while no server answers.
#[derive(Debug, Clone)]
pub struct Store {
    connection: Connection,
}

impl Store {
    /// Connects to a cluster, and logs in if the options have a user. Without one, the first operation finds out whether a server
    /// answers.
    ///
    /// # Errors
    ///
    /// The options are invalid, or the login fails.
    pub async fn connect(options: &EndpointOptions) -> Result<Self, StoreError> {
        Ok(Self { connection: Connection::connect(options).await? })
    }

    /// Connects again, with the present contents of the certificates and the password file.
    ///
    /// # Errors
    ///
    /// As [`connect`](Self::connect).
    pub async fn reconnect(&self) -> Result<Self, StoreError> {
        Ok(Self { connection: self.connection.reconnect().await? })
    }

    /// Returns the addresses of the servers, for messages.
    pub fn endpoints(&self) -> &str {
        self.connection.endpoints()
    }

    /// Returns the time that an operation may take.
    pub const fn timeout(&self) -> Duration {
        self.connection.timeout()
    }

    pub(crate) const fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Reads a key, and the position at which it was read.
    ///
    /// # Errors
    ///
    /// No server answers, the user may not read the key, or the value is larger than `limit`.
    pub async fn get(&self, key: &str, limit: SizeLimit) -> Result<(Option<Entry>, Position), StoreError> {
        let too_large = || StoreError::TooLarge { key: key.to_owned(), limit };
        let response = match self.connection.range("read", key, GetOptions::new()).await {
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

    /// Reads a key that never changes once it is there, and the first key below it, from the server at hand, which may be behind the
    /// others: what is absent there may exist. Values above their limits are left out as well.
    ///
    /// # Errors
    ///
    /// No server answers, or the user may not read the key.
    pub(crate) async fn immutable(
        &self,
        key: &str,
        (limit, below): (SizeLimit, SizeLimit),
    ) -> Result<(Option<Entry>, Option<Entry>), StoreError> {
        let options = GetOptions::new().with_range(range_end(&format!("{key}/"))).with_limit(2).with_serializable();
        let response = match self.connection.range("read", key, options).await {
            // The answer is longer than a message.
            Err(StoreError::Revision { .. }) => return Ok((None, None)),
            response => response?,
        };
        let (mut own, mut first) = (None, None);
        for found in response.kvs() {
            let found = entry(found, key)?;
            let size = found.value.len() as u64;
            if found.key == key && size <= limit.get() {
                own = Some(found);
            } else if found.key.strip_prefix(key).is_some_and(|rest| rest.starts_with('/')) && size <= below.get() {
                first = Some(found);
            }
        }
        Ok((own, first))
    }

    /// Returns the position of the cluster. The read has the rights of a read of `prefix`.
    ///
    /// # Errors
    ///
    /// No server answers, or the user may not read the prefix.
    pub async fn position(&self, prefix: &str) -> Result<Position, StoreError> {
        let options = GetOptions::new().with_range(range_end(prefix)).with_limit(1).with_count_only();
        Ok(position(self.connection.range("read", prefix, options).await?.header()))
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
            let response = match self.connection.range("list", prefix, options).await {
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

    /// Commits a transaction. An answer that is lost is no reason to report a failure: the transaction runs again, and finds its
    /// own changes.
    ///
    /// # Errors
    ///
    /// No server answers, the user may not write a key, or the transaction is too large. Unless the error is
    /// [transient](StoreError::is_transient), nothing was changed.
    pub async fn commit(&self, transaction: &Transaction) -> Result<Commit, StoreError> {
        let keys = transaction.keys().count();
        if keys > MAX_TRANSACTION_KEYS {
            return Err(StoreError::TooManyKeys { keys, limit: MAX_TRANSACTION_KEYS });
        }
        let mut attempts = self.connection.begin();
        let mut is_ambiguous = false;
        loop {
            let mut client = self.connection.client().kv_client().max_decoding_message_size(MAX_MESSAGE);
            match self.connection.attempt("write", &attempts, client.txn(transaction.request())).await {
                Err(error @ (StoreError::Unreachable { .. } | StoreError::Timeout { .. })) => {
                    is_ambiguous = true;
                    attempts.wait(error).await?;
                }
                Err(error) => return Err(error),
                Ok(response) => return transaction.outcome(&response, is_ambiguous),
            }
        }
    }

    /// Grants a lease. etcd counts in seconds; a shorter time becomes one second.
    ///
    /// # Errors
    ///
    /// No server answers, or the user may not.
    pub async fn grant_lease(&self, time_to_live: Duration) -> Result<Lease, StoreError> {
        Lease::grant(self.connection.clone(), time_to_live).await
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
            let response = match self.connection.range("list", &from, options).await {
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
}
