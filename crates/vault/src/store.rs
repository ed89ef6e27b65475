//! The KV store as a load sees it: each entry is read once, and the server is asked no more after its first failure.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Deserialize;

use crate::client::Client;
use crate::entry::{self, Entry};
use crate::error::VaultError;
use crate::request::{Request, Response};
use crate::session::Session;
use crate::settings::Settings;

/// A KV store, the session with its server, and the entries of the current load.
pub struct Store {
    settings: Arc<Settings>,
    /// Created by the first request, because the file with CA certificates may appear after the start.
    client: Option<Client>,
    session: Session,
    /// The entries that the current or last load has read, or `None` for one that does not exist.
    entries: HashMap<String, Option<Entry>>,
    /// The failure that ended the requests of this load.
    failure: Option<Arc<VaultError>>,
    /// Set once the mount is known to be a KV store of version 2.
    versioned: bool,
}

impl Store {
    /// Creates the store of these settings. It sends nothing yet.
    pub fn new(settings: Arc<Settings>) -> Self {
        let session = Session::new(settings.login.clone());
        Self { settings, client: None, session, entries: HashMap::new(), failure: None, versioned: false }
    }

    /// Starts another load: forgets the entries and the failure of the last one.
    pub fn begin_load(&mut self) {
        self.entries.clear();
        self.failure = None;
        if let Some(client) = &self.client {
            client.begin_load();
        }
    }

    /// Returns an entry of this load, or `None` if it does not exist.
    pub fn entry(&mut self, path: &str) -> Result<Option<&Entry>, Arc<VaultError>> {
        if !self.entries.contains_key(path) {
            if let Some(failure) = &self.failure {
                return Err(failure.clone());
            }
            let entry = self.read(path).map_err(Arc::new).inspect_err(|error| self.failure = Some(error.clone()))?;
            self.entries.insert(path.to_owned(), entry);
        }
        Ok(self.entries.get(path).and_then(Option::as_ref))
    }

    /// Returns the session with the server.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Renews the token, and reports whether another load would read something else than the last one, if asked for.
    pub fn maintain(&mut self, check_versions: bool) -> Result<bool, VaultError> {
        // A load may be running; its deadline does not include these requests.
        let deadline = self.client.as_ref().map(Client::suspend_deadline);
        let changed = self.renew_and_check(check_versions);
        if let Some(client) = &self.client {
            client.resume_deadline(deadline.flatten());
        }
        changed
    }

    fn renew_and_check(&mut self, check_versions: bool) -> Result<bool, VaultError> {
        if let Some(client) = &self.client {
            self.session.renew_if_due(client)?;
        }
        if !check_versions {
            return Ok(false);
        }
        if self.settings.version.is_none() {
            let versions = self.entries.iter().map(|(path, entry)| (path.clone(), entry.as_ref().map(|it| it.version)));
            for (path, version) in versions.collect::<Vec<_>>() {
                if self.newest_version(&path)? != version {
                    return Ok(true);
                }
            }
        }
        if self.failure.is_none() {
            return Ok(false);
        }
        // A load that failed because of the server may succeed once it answers.
        self.get("auth/token/lookup-self").map(|_| true)
    }

    fn read(&mut self, path: &str) -> Result<Option<Entry>, VaultError> {
        let version = self.settings.version.map(|version| format!("?version={version}")).unwrap_or_default();
        let response = self.get(&format!("{}/data/{}{version}", self.settings.mount, percent_encoded(path)))?;
        match response.status {
            200 => entry::entry(&response.body).map_err(|_| self.not_kv_store()),
            404 => self.check_mount(&response).map(|()| None),
            403 => Err(self.access_error(path)),
            status => {
                let address = self.settings.address.clone();
                let entry = format!("{}/{path}", self.settings.mount);
                Err(VaultError::EntryStatus { address, entry, status, message: response.message(&[]) })
            }
        }
    }

    /// Returns the newest version of an entry, or `None` if it does not exist.
    fn newest_version(&mut self, path: &str) -> Result<Option<u64>, VaultError> {
        let response = self.get(&format!("{}/metadata/{}", self.settings.mount, percent_encoded(path)))?;
        match response.status {
            200 => entry::newest(&response.body).map_err(|_| self.not_kv_store()),
            404 => Ok(None),
            // A policy may allow the entry and not its metadata.
            _ => Ok(self.read(path)?.map(|entry| entry.version)),
        }
    }

    /// Sends a GET with the token, and once more with another token if the server rejects the first.
    fn get(&mut self, path: &str) -> Result<Response, VaultError> {
        let client = match &mut self.client {
            Some(client) => client,
            None => self.client.insert(Client::new(&self.settings)?),
        };
        let token = self.session.token(client)?;
        let response = client.send(Request::get(path, &token))?;
        if response.status != 403 {
            return Ok(response);
        }
        match self.session.replace(&token, client)? {
            Some(token) => client.send(Request::get(path, &token)),
            None => Ok(response),
        }
    }

    /// Checks that an entry is missing from a KV store of version 2, and not the store itself.
    fn check_mount(&mut self, missing: &Response) -> Result<(), VaultError> {
        let rejected = missing.has_errors();
        if self.versioned && !rejected {
            return Ok(());
        }
        let response = self.get(&format!("sys/internal/ui/mounts/{}", self.settings.mount))?;
        match (response.status, rejected) {
            (200, _) if !is_versioned(&response) => Err(self.not_kv_store()),
            (200, _) | (_, false) => {
                // A token that may not see the mount has read from it.
                self.versioned = true;
                Ok(())
            }
            // The server rejects the path itself, and shows no mount for it.
            (_, true) => {
                let (address, mount) = (self.settings.address.clone(), self.settings.mount.clone());
                Err(VaultError::NoMount { address, mount, message: missing.message(&[]) })
            }
        }
    }

    /// Tells a token that is invalid from one whose policies do not allow the entry.
    fn access_error(&mut self, path: &str) -> VaultError {
        let address = self.settings.address.clone();
        match self.get("auth/token/lookup-self") {
            Err(error) => error,
            Ok(response) if response.status == 403 => VaultError::TokenRejected { address },
            Ok(_) => VaultError::Denied { address, mount: self.settings.mount.clone(), path: path.to_owned() },
        }
    }

    fn not_kv_store(&self) -> VaultError {
        VaultError::NotKvStore { address: self.settings.address.clone(), mount: self.settings.mount.clone() }
    }
}

/// Returns `true` if a response about a mount describes a KV store of version 2.
fn is_versioned(response: &Response) -> bool {
    #[derive(Deserialize)]
    struct Mount {
        data: MountData,
    }
    #[derive(Deserialize)]
    struct MountData {
        options: Option<MountOptions>,
    }
    #[derive(Deserialize)]
    struct MountOptions {
        version: Option<String>,
    }
    let options = serde_json::from_slice(&response.body).ok().and_then(|Mount { data }| data.options);
    options.and_then(|options| options.version).is_some_and(|version| version == "2")
}

/// Encodes the path of an entry for a URL.
fn percent_encoded(path: &str) -> String {
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
    const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');
    utf8_percent_encode(path, KEPT).to_string()
}

/// Locks the store. A thread that panicked with the lock held has returned nothing, so the state is used as it is.
pub fn locked(store: &Mutex<Store>) -> MutexGuard<'_, Store> {
    store.lock().unwrap_or_else(PoisonError::into_inner)
}
