//! Leases: keys that end when their holder does.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::connection::Connection;
use crate::entry::position;
use crate::lease_id::LeaseId;
use crate::position::ClusterId;
use crate::store_error::StoreError;

/// A lease. Keys that are put under it are deleted when it is not renewed for its time to live.
#[derive(Debug)]
pub struct Lease {
    connection: Connection,
    id: LeaseId,
    cluster: ClusterId,
    time_to_live: Duration,
    /// The last moment at which the holder may rely on the lease. It begins before the request that renewed it, so that it ends
    /// before the server's own.
    expires: Instant,
    next_renewal: Instant,
}

impl Lease {
    /// Grants a lease.
    pub(crate) async fn grant(connection: Connection, time_to_live: Duration) -> Result<Self, StoreError> {
        let seconds = i64::try_from(time_to_live.as_secs()).unwrap_or(i64::MAX).max(1);
        let began = Instant::now();
        let granted = connection
            .attempts("grant a lease", || {
                let client = connection.client().clone();
                async move { client.lease_client().grant(seconds, None).await }
            })
            .await?;
        // The server may choose a longer time.
        let time_to_live = Duration::from_secs(u64::try_from(granted.ttl()).unwrap_or(1).max(1));
        Ok(Self {
            connection,
            id: LeaseId(granted.id()),
            cluster: position(granted.header()).cluster,
            time_to_live,
            expires: began + time_to_live,
            next_renewal: began + time_to_live / 3,
        })
    }

    /// Returns the number, for a transaction.
    pub const fn id(&self) -> LeaseId {
        self.id
    }

    /// Returns the cluster that granted the lease.
    pub const fn cluster(&self) -> ClusterId {
        self.cluster
    }

    /// Returns the time to live.
    pub const fn time_to_live(&self) -> Duration {
        self.time_to_live
    }

    /// Returns whether the holder may still rely on the lease.
    pub fn is_held(&self) -> bool {
        Instant::now() < self.expires
    }

    /// Waits for the next renewal, a third of the time to live after the last one, and renews the lease. Can be cancelled at any
    /// time; call it again and again for as long as the lease is needed.
    ///
    /// # Errors
    ///
    /// [`StoreError::LeaseEnded`] if the lease ended. Other errors leave it held until its time is over.
    pub async fn keep(&mut self) -> Result<(), StoreError> {
        sleep_until(self.next_renewal).await;
        match self.renew().await {
            Ok(()) => Ok(()),
            Err(error) if self.is_held() && error.is_transient() => {
                // Several attempts fit into the rest of the time.
                self.next_renewal = Instant::now() + self.time_to_live / 10;
                Err(error)
            }
            Err(error) if error.is_transient() => Err(StoreError::LeaseEnded),
            Err(error) => Err(error),
        }
    }

    /// Renews the lease at once.
    ///
    /// # Errors
    ///
    /// [`StoreError::LeaseEnded`] if the lease ended; another one if no server answers.
    pub async fn renew(&mut self) -> Result<(), StoreError> {
        let began = Instant::now();
        let (client, id) = (self.connection.client().clone(), self.id.0);
        let request = async move {
            // The first answer is a part of opening the stream. A lease that ended fails here.
            match client.lease_client().keep_alive(id).await {
                Ok(_) => Ok(true),
                Err(etcd_client::Error::LeaseKeepAliveError(_)) => Ok(false),
                Err(error) => Err(error),
            }
        };
        if !self.connection.attempt("renew a lease", &self.connection.begin(), request).await? {
            self.expires = began;
            return Err(StoreError::LeaseEnded);
        }
        self.expires = began + self.time_to_live;
        self.next_renewal = began + self.time_to_live / 3;
        Ok(())
    }

    /// Ends the lease now, and deletes its keys.
    ///
    /// # Errors
    ///
    /// No server answers. The lease ends by itself then.
    pub async fn revoke(self) -> Result<(), StoreError> {
        let (connection, id) = (&self.connection, self.id.0);
        connection
            .attempts("revoke a lease", || {
                let client = connection.client().clone();
                async move { client.lease_client().revoke(id).await.map(drop) }
            })
            .await
    }
}
