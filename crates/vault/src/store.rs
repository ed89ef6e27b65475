//! The KV store as a load sees it: each entry is read once, and the server is asked no more after its first failure.

use std::collections::HashMap;
use std::mem::discriminant;
use std::sync::Arc;

use serde::Deserialize;

use crate::client::Client;
use crate::entry::{self, Entry, EntryState, NewestVersion};
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
    /// The entries that the current or last load read, each with its state.
    entries: HashMap<String, EntryResult>,
    /// The failure that ended the requests of this load.
    failure: Option<Failure>,
    /// Set once the mount is known to be a KV store of version 2.
    versioned: bool,
}

/// An entry, `None` if it does not exist, or an error about it alone.
type EntryResult = Result<Option<Entry>, Arc<VaultError>>;

/// The failure that ended the requests of a load.
#[derive(Debug, Clone)]
struct Failure {
    /// The entry that was read.
    path: String,
    error: Arc<VaultError>,
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
                return Err(failure.error.clone());
            }
            let result = self.read(path, self.settings.version).map_err(Arc::new);
            if let Err(error) = &result
                && !error.is_of_entry()
            {
                self.failure = Some(Failure { path: path.to_owned(), error: error.clone() });
                return Err(error.clone());
            }
            self.entries.insert(path.to_owned(), result);
        }
        match self.entries.get(path) {
            Some(Ok(entry)) => Ok(entry.as_ref()),
            Some(Err(error)) => Err(error.clone()),
            None => Ok(None),
        }
    }

    /// Returns the session with the server.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Returns `true` if the last load failed because of the server or of an entry.
    pub fn has_failed(&self) -> bool {
        self.failure.is_some() || self.entries.values().any(Result::is_err)
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
        if let Some(Failure { path, error }) = self.failure.clone() {
            return match self.read(&path, self.settings.version) {
                // The same failure: another load would fail as well.
                Err(now) if discriminant(&now) == discriminant(&*error) => Err(now),
                _ => Ok(true),
            };
        }
        let known: Vec<(String, Option<u64>, bool)> = self.entries.iter().map(known_state).collect();
        for (path, version, has_error) in known {
            let now = match (self.settings.version, has_error) {
                // The pinned version of an entry does not change.
                (Some(_), false) => continue,
                (Some(_), true) => self.read(&path, self.settings.version).map(|entry| entry.map(|it| it.version)),
                (None, _) => self.readable_version(&path),
            };
            let changed = match now {
                Ok(now) if has_error => now.is_some(),
                Ok(now) => now != version,
                Err(error) if error.is_of_entry() => !has_error,
                Err(error) => return Err(error),
            };
            if changed {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Reads a version of an entry, by default the newest. Returns `None` if the entry does not exist.
    fn read(&mut self, path: &str, version: Option<u64>) -> Result<Option<Entry>, VaultError> {
        let query = version.map(|version| format!("?version={version}")).unwrap_or_default();
        let response = self.get(&format!("{}/data/{}{query}", self.settings.mount, percent_encoded(path)))?;
        match response.status {
            200 => self.readable(path, entry::entry(&response.body).map_err(|_| self.not_kv_store())?).map(Some),
            404 if response.is_absence() => {
                self.check_mount()?;
                self.check_version(path, version).map(|()| None)
            }
            404 => match entry::entry(&response.body) {
                Ok(state) => self.readable(path, state).map(Some),
                Err(_) => Err(self.missing_mount(path, &response)),
            },
            403 => Err(self.access_error(path)),
            status => {
                let (address, entry) = (self.settings.address.clone(), self.entry_name(path));
                Err(VaultError::EntryStatus { address, entry, status, message: response.message(&[]) })
            }
        }
    }

    /// Returns the entry, or the error of a version without data.
    fn readable(&self, path: &str, state: EntryState) -> Result<Entry, VaultError> {
        match state {
            EntryState::Present(entry) => Ok(entry),
            EntryState::Deleted { version, time } => {
                let (mount, path) = (self.settings.mount.clone(), path.to_owned());
                Err(VaultError::Deleted { mount, path, version, time })
            }
            EntryState::Destroyed { version, written } => {
                Err(VaultError::Destroyed { entry: self.entry_name(path), version, written })
            }
        }
    }

    /// Tells an entry that does not exist from one without the pinned version: the server answers alike for both.
    fn check_version(&mut self, path: &str, version: Option<u64>) -> Result<(), VaultError> {
        let Some(version) = version else { return Ok(()) };
        match self.newest_version(path)? {
            Some(NewestVersion { number, .. }) => {
                Err(VaultError::NoVersion { entry: self.entry_name(path), version, newest: number })
            }
            None => Ok(()),
        }
    }

    /// Returns the number of the newest version of an entry, or `None` if it does not exist or has no data.
    fn readable_version(&mut self, path: &str) -> Result<Option<u64>, VaultError> {
        let newest = self.newest_version(path)?;
        Ok(newest.filter(|newest| newest.is_readable).map(|newest| newest.number))
    }

    /// Returns the newest version of an entry, or `None` if it does not exist.
    fn newest_version(&mut self, path: &str) -> Result<Option<NewestVersion>, VaultError> {
        let response = self.get(&format!("{}/metadata/{}", self.settings.mount, percent_encoded(path)))?;
        if response.status == 200 {
            return entry::newest(&response.body).map_err(|_| self.not_kv_store());
        }
        if response.is_absence() {
            return Ok(None);
        }
        // A policy may allow the entry and not its metadata.
        match self.read(path, None) {
            Ok(entry) => Ok(entry.map(|entry| NewestVersion { number: entry.version, is_readable: true })),
            Err(VaultError::Deleted { version, .. } | VaultError::Destroyed { version, .. }) => {
                Ok(Some(NewestVersion { number: version, is_readable: false }))
            }
            Err(error) => Err(error),
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

    /// Checks that the mount from which an entry is missing is a KV store of version 2.
    fn check_mount(&mut self) -> Result<(), VaultError> {
        if self.versioned {
            return Ok(());
        }
        let response = self.get(&format!("sys/internal/ui/mounts/{}", self.settings.mount))?;
        if response.status == 200 && !is_versioned(&response) {
            return Err(self.not_kv_store());
        }
        // A token that may not see the mount has read from it.
        self.versioned = true;
        Ok(())
    }

    /// Returns the error of a server that rejects the path itself: another program answers, or the namespace, the mount or the
    /// version of the store is wrong.
    fn missing_mount(&mut self, path: &str, missing: &Response) -> VaultError {
        let Settings { address, mount, namespace, .. } = &*self.settings.clone();
        let (address, mount, namespace) = (address.clone(), mount.clone(), namespace.clone());
        if !missing.is_error_report() {
            return VaultError::NotVault { address, entry: self.entry_name(path), status: missing.status };
        }
        let message = missing.message(&[]);
        match (self.get(&format!("sys/internal/ui/mounts/{mount}")), namespace) {
            (Err(error), _) => error,
            (Ok(response), _) if response.status == 200 && !is_versioned(&response) => self.not_kv_store(),
            // A server answers 403 for a mount that it does not have, and 404 for everything in a namespace that it does not have.
            (Ok(response), Some(namespace)) if response.status == 404 => {
                VaultError::NoNamespace { address, namespace, message }
            }
            (Ok(_), namespace) => VaultError::NoMount { address, mount, namespace, message },
        }
    }

    fn entry_name(&self, path: &str) -> String {
        format!("{}/{path}", self.settings.mount)
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

/// Returns the path of an entry with the version that a load knows, and whether it met an error.
fn known_state((path, result): (&String, &EntryResult)) -> (String, Option<u64>, bool) {
    let version = result.as_ref().ok().and_then(Option::as_ref).map(|entry| entry.version);
    (path.clone(), version, result.is_err())
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
