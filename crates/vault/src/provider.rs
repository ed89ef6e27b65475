//! The provider: secrets are fields of entries in a KV store.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use confgate_core::types::Secret;
use confgate_runtime::secrets::{
    FoundSecret, OnChange, Provider, ProviderError, SecretWarning, checked_without_line_end,
};
use confgate_runtime::system::SystemContext;

use crate::entry::Field;
use crate::environment::settings_from_environment;
use crate::error::VaultError;
use crate::renewal::RenewalThread;
use crate::settings::{self, Settings};
use crate::shared_store::SharedStore;
use crate::store::Store;

/// The field of an entry that holds one secret.
const VALUE: &str = "value";

/// Secrets in HashiCorp Vault or OpenBao.
pub struct Vault {
    settings: Arc<Settings>,
    store: Arc<SharedStore>,
    renewal: Mutex<Option<RenewalThread>>,
}

impl Vault {
    /// Creates the provider of these settings. It sends nothing yet.
    pub fn new(mut settings: Settings) -> Self {
        settings.address = settings::without_userinfo(&settings.address);
        let settings = Arc::new(settings);
        let store = Arc::new(SharedStore::new(Store::new(settings.clone())));
        Self { settings, store, renewal: Mutex::new(None) }
    }

    pub(super) fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock()
    }

    /// Returns the path of the entry and the field that hold the secret with this name.
    fn location<'n>(&self, name: &'n str) -> (String, &'n str) {
        match self.settings.has_entry_per_secret() {
            true => (format!("{}{name}", self.settings.path), VALUE),
            false => (self.settings.path.clone(), name),
        }
    }

    fn describe(&self, path: &str, field: &str, version: Option<u64>) -> String {
        let version = version.map(|version| format!(", version {version}")).unwrap_or_default();
        format!("Vault entry {}/{path}, field {field}{version}", self.settings.mount)
    }
}

/// Creates the provider of the Vault that the variables of a service name.
///
/// # Errors
///
/// Every setting that is missing or wrong.
pub fn provider(context: &SystemContext, prefix: &str) -> Result<Box<dyn Provider>, Vec<ProviderError>> {
    Ok(Box::new(Vault::new(settings_from_environment(context, prefix)?)))
}

impl Provider for Vault {
    fn name(&self) -> String {
        "vault".to_owned()
    }

    fn begin(&self) {
        self.store.begin_load();
    }

    fn secret(&self, name: &str) -> Result<Option<FoundSecret>, ProviderError> {
        let mut store = self.store();
        let lower = name.to_lowercase();
        for name in [name, &lower] {
            let (path, field) = self.location(name);
            let Some(entry) = store.entry(&path).map_err(|error| ProviderError::from(&*error))? else { continue };
            let place = self.describe(&path, field, Some(entry.version));
            match entry.fields.get(field) {
                None => {}
                Some(Field::Other(kind)) => return Err(ProviderError::from(&VaultError::NotText { place, kind })),
                Some(Field::Text(secret)) => {
                    let (text, line_end) = checked_without_line_end(secret.expose(), &place);
                    let secret = Secret::from(text);
                    let readable = store.session().warning().map(SecretWarning::Readable);
                    let warnings = readable.into_iter().chain(line_end).collect();
                    return Ok(Some(FoundSecret { secret, place, warnings }));
                }
            }
        }
        Ok(None)
    }

    fn place(&self, name: &str) -> String {
        let (path, field) = self.location(name);
        format!("{} at {}", self.describe(&path, field, self.settings.version), self.settings.address)
    }

    fn watch(&self, tell: OnChange) {
        let mut renewal = self.renewal.lock().unwrap_or_else(PoisonError::into_inner);
        let start = || RenewalThread::start(&self.store, self.settings.poll_interval);
        renewal.get_or_insert_with(start).notify(tell);
    }
}

impl fmt::Debug for Vault {
    /// Shows neither tokens nor entries.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Settings { address, mount, path, .. } = &*self.settings;
        f.debug_struct("Vault").field("address", address).field("mount", mount).field("path", path).finish()
    }
}
