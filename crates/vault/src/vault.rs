use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use confgate_runtime::secrets::{FoundSecret, OnChange, Provider, ProviderError};
use confgate_runtime::system::SystemContext;

use crate::entry::{self, Entry, Field};
use crate::http::{Answer, Http, Question, said};
use crate::keep::Keeping;
use crate::session::Session;
use crate::settings::{self, Settings};

/// Longer than anything holds: ten years. What servers and settings say is cut to it, so that no sum of times overflows.
pub(crate) const LONGEST: Duration = Duration::from_secs(10 * 365 * 24 * 3600);

/// The field of an entry that has one secret.
const VALUE: &str = "value";

/// A vault.
pub struct Vault {
    pub(crate) shared: Arc<Shared>,
    keeping: Mutex<Option<Keeping>>,
}

/// What the vault and its thread share.
pub(crate) struct Shared {
    pub(crate) settings: Settings,
    state: Mutex<State>,
}

pub(crate) struct State {
    pub(crate) http: Option<Http>,
    pub(crate) session: Session,
    /// The entries that the last load has read, or the one that reads now; none where there was none.
    pub(crate) entries: HashMap<String, Option<Entry>>,
    /// Why the server does not answer this load.
    pub(crate) down: Option<ProviderError>,
    /// Whether the mount was found to be a KV store of version 2.
    versioned: bool,
}

impl Vault {
    /// The vault of these settings. Nothing is asked yet.
    pub fn new(mut settings: Settings) -> Self {
        settings.address = settings::without_user(&settings.address);
        let state = State {
            http: None,
            session: Session::new(settings.login.clone()),
            entries: HashMap::new(),
            down: None,
            versioned: false,
        };
        let shared = Arc::new(Shared { settings, state: Mutex::new(state) });
        Self { shared, keeping: Mutex::new(None) }
    }
}

/// Connects to the Vault that the variables of a service name.
///
/// # Errors
///
/// Every setting that is missing or wrong.
pub fn provider(host: &SystemContext, prefix: &str) -> Result<Box<dyn Provider>, Vec<ProviderError>> {
    Ok(Box::new(Vault::new(Settings::of(host, prefix)?)))
}

impl Provider for Vault {
    fn name(&self) -> String {
        "vault".to_owned()
    }

    fn begin(&self) {
        let mut state = self.shared.state();
        state.entries.clear();
        state.down = None;
        state.http.iter().for_each(Http::begin);
    }

    fn secret(&self, name: &str) -> Result<Option<FoundSecret>, ProviderError> {
        let settings = &self.shared.settings;
        let mut state = self.shared.state();
        let lower = name.to_lowercase();
        for name in [name, &lower] {
            let (path, field) = match settings.has_entries() {
                true => (format!("{}{name}", settings.path), VALUE),
                false => (settings.path.clone(), name),
            };
            let Some(entry) = state.entry(settings, &path)? else { continue };
            let place = place(settings, &path, field, Some(entry.version));
            match entry.fields.get(field) {
                None => {}
                Some(Field::Other) => return Err(ProviderError::new(format!("{place}: the field is no text"))),
                Some(Field::Text(secret)) => {
                    return Ok(Some(FoundSecret { secret: secret.clone(), place, warning: state.session.warning() }));
                }
            }
        }
        Ok(None)
    }

    fn place(&self, name: &str) -> String {
        let settings = &self.shared.settings;
        let place = match settings.has_entries() {
            true => place(settings, &format!("{}{name}", settings.path), VALUE, settings.version),
            false => place(settings, &settings.path, name, settings.version),
        };
        format!("{place} at {}", settings.address)
    }

    fn watch(&self, tell: OnChange) {
        let mut keeping = self.keeping.lock().unwrap_or_else(PoisonError::into_inner);
        keeping.get_or_insert_with(|| Keeping::start(&self.shared)).listen(tell);
    }
}

fn place(settings: &Settings, path: &str, field: &str, version: Option<u64>) -> String {
    let version = version.map(|version| format!(", version {version}")).unwrap_or_default();
    format!("the vault's {}/{path}, field {field}{version}", settings.mount)
}

impl Shared {
    /// Whoever panicked while holding it had answered nothing.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// An entry as this load sees it.
    fn entry(&mut self, settings: &Settings, path: &str) -> Result<Option<&Entry>, ProviderError> {
        if !self.entries.contains_key(path) {
            if let Some(down) = &self.down {
                return Err(down.clone());
            }
            let entry = self.read(settings, path).inspect_err(|trouble| self.down = Some(trouble.clone()))?;
            self.entries.insert(path.to_owned(), entry);
        }
        Ok(self.entries.get(path).and_then(Option::as_ref))
    }

    fn read(&mut self, settings: &Settings, path: &str) -> Result<Option<Entry>, ProviderError> {
        let version = settings.version.map(|version| format!("?version={version}")).unwrap_or_default();
        let question = format!("{}/data/{}{version}", settings.mount, encoded(path));
        let answer = self.ask(settings, &question)?;
        let entry = format!("{}/{path}", settings.mount);
        match answer.status {
            200 => entry::entry(&answer.body).map_err(|_| no_store(settings)),
            404 => self.absent(settings, &answer).map(|()| None),
            403 => Err(self.denied(settings, &entry)),
            status => {
                let words = said(&answer.body, &[]);
                Err(ProviderError::new(format!(
                    "the vault at {} answers {status} for {entry}{words}",
                    settings.address
                )))
            }
        }
    }

    /// The newest version of an entry; none when there is none.
    pub(crate) fn newest(&mut self, settings: &Settings, path: &str) -> Result<Option<u64>, ProviderError> {
        let answer = self.ask(settings, &format!("{}/metadata/{}", settings.mount, encoded(path)))?;
        match answer.status {
            200 => entry::newest(&answer.body).map_err(|_| no_store(settings)),
            404 => Ok(None),
            // A policy may let a node read an entry and not what is said of it.
            _ => Ok(self.read(settings, path)?.map(|entry| entry.version)),
        }
    }

    /// Asks with a token, and once more with another one when the server refuses it.
    pub(crate) fn ask(&mut self, settings: &Settings, path: &str) -> Result<Answer, ProviderError> {
        let Self { http, session, .. } = self;
        let http = match http {
            Some(http) => http,
            None => http.insert(Http::new(settings)?),
        };
        let token = session.token(http)?;
        let answer = http.ask(Question { path, token: Some(&token), body: None })?;
        if answer.status != 403 {
            return Ok(answer);
        }
        match session.another(&token, http)? {
            Some(token) => http.ask(Question { path, token: Some(&token), body: None }),
            None => Ok(answer),
        }
    }

    /// A server that has no such mount says so to those who may know; others are denied.
    fn absent(&mut self, settings: &Settings, answer: &Answer) -> Result<(), ProviderError> {
        let mount = &settings.mount;
        if said(&answer.body, &[]).contains("no handler for route") {
            let trouble = ProviderError::new(format!("the vault at {} has no mount {mount}", settings.address));
            return Err(
                trouble.help("write the mount of a KV store in front of the path of the entry: secret/bitcraps")
            );
        }
        if !self.versioned {
            let answer = self.ask(settings, &format!("sys/internal/ui/mounts/{mount}"))?;
            let mount: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_default();
            // Who may not look at it has read from it.
            if answer.status == 200 && mount["data"]["options"]["version"] != "2" {
                return Err(no_store(settings));
            }
            self.versioned = true;
        }
        Ok(())
    }

    /// Why the server refuses to answer: it does not know the token, or the token may not read this.
    fn denied(&mut self, settings: &Settings, entry: &str) -> ProviderError {
        let (address, mount) = (&settings.address, &settings.mount);
        match self.ask(settings, "auth/token/lookup-self") {
            Err(trouble) => trouble,
            Ok(answer) if answer.status == 403 => {
                let trouble =
                    ProviderError::new(format!("the vault at {address} does not know the token, or not any more"));
                trouble.help("give the node a token that holds, or a login: AppRole, Kubernetes")
            }
            Ok(_) => {
                let path = entry.strip_prefix(mount.as_str()).unwrap_or(entry);
                let trouble = ProviderError::new(format!("the vault at {address} denies the token to read {entry}"));
                trouble.help(format!(
                    "give its policy: path \"{mount}/data{path}\" {{ capabilities = [\"read\"] }}; what is no mount is denied as well"
                ))
            }
        }
    }
}

fn no_store(settings: &Settings) -> ProviderError {
    let Settings { address, mount, .. } = settings;
    let trouble =
        ProviderError::new(format!("the mount {mount} of the vault at {address} is no KV store of version 2"));
    trouble.help(format!("`bao kv enable-versioning {mount}` makes it one"))
}

/// A path as it stands in a URL.
fn encoded(path: &str) -> String {
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
    const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');
    utf8_percent_encode(path, KEPT).to_string()
}

impl fmt::Debug for Vault {
    // Neither tokens nor entries.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Settings { address, mount, path, .. } = &self.shared.settings;
        f.debug_struct("Vault").field("address", address).field("mount", mount).field("path", path).finish()
    }
}
