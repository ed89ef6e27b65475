//! Questions to the server: each within a time, again where that may help, and never with a secret in what is said of it.

use std::cell::Cell;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::time::{Duration, Instant};

use confgate_core::sensitive::display::harmless;
use confgate_core::types::Secret;
use confgate_runtime::secrets::ProviderError;
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::connection::{Connector, Lost};
use crate::{LONGEST, Settings};

/// How often a question is asked at most.
const ATTEMPTS: u32 = 5;

/// How long to wait before the second attempt; twice as long before each further one.
const PAUSE: Duration = Duration::from_millis(100);

/// The longest message of a server that is shown, in characters.
const SAID: usize = 200;

/// The way to a server.
pub struct Http {
    connector: Connector,
    address: String,
    timeout: Duration,
    /// When the time of the questions is over that belong together; it begins with the first of them.
    end: Cell<Option<Instant>>,
}

/// What the server answered.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// What else it said.
    pub body: Zeroizing<Vec<u8>>,
}

/// A question.
#[derive(Clone, Copy)]
pub struct Question<'q> {
    /// What is asked, behind `/v1/`.
    pub path: &'q str,
    /// Who asks.
    pub token: Option<&'q Secret>,
    /// What is sent, as JSON; without it the question is a GET.
    pub body: Option<&'q str>,
}

/// What came of one attempt.
enum Attempt {
    Answered(Answer),
    /// Another attempt may do better, at the earliest after this time.
    Again(ProviderError, Option<Duration>),
    Failed(ProviderError),
}

impl Http {
    /// The way to the server of these settings.
    pub fn new(settings: &Settings) -> Result<Self, ProviderError> {
        let connector = Connector::new(settings)?;
        Ok(Self { connector, address: settings.address.clone(), timeout: settings.timeout, end: Cell::new(None) })
    }

    /// From here on questions belong to another load.
    pub fn begin(&self) {
        self.end.set(None);
    }

    /// Stops the time of a load, for questions that belong to none; gives when it would be over.
    pub fn pause(&self) -> Option<Instant> {
        self.end.take()
    }

    /// Goes on with the time of a load.
    pub fn resume(&self, end: Option<Instant>) {
        self.end.set(end);
    }

    /// Asks, and asks again where that may help.
    pub fn ask(&self, question: Question<'_>) -> Result<Answer, ProviderError> {
        let end = self.end.get().unwrap_or_else(|| Instant::now() + self.timeout.min(LONGEST));
        self.end.set(Some(end));
        let (mut attempt, mut pause) = (1, PAUSE);
        loop {
            let (trouble, wait) = match self.attempt(question, end) {
                Attempt::Answered(answer) => return Ok(answer),
                Attempt::Failed(trouble) => return Err(trouble),
                Attempt::Again(trouble, wait) => (trouble, wait.unwrap_or_else(|| jittered(pause))),
            };
            if attempt == ATTEMPTS || wait >= end.saturating_duration_since(Instant::now()) {
                return Err(trouble);
            }
            std::thread::sleep(wait);
            (attempt, pause) = (attempt + 1, pause * 2);
        }
    }

    fn attempt(&self, question: Question<'_>, end: Instant) -> Attempt {
        let left = end.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
        match self.connector.ask(question, left) {
            Ok((answer, wait)) => self.weigh(answer, wait, question),
            Err(lost) => self.not_asked(&lost),
        }
    }

    /// What an answer means for the attempt.
    fn weigh(&self, answer: Answer, wait: Option<Duration>, question: Question<'_>) -> Attempt {
        let address = &self.address;
        let hidden: Vec<&Secret> = question.token.into_iter().collect();
        match answer.status {
            503 if said(&answer.body, &hidden).contains("sealed") => {
                let sealed = ProviderError::new(format!("the vault at {address} is sealed"));
                Attempt::Failed(sealed.help("unseal it: `bao operator unseal`"))
            }
            status @ (412 | 429 | 500..) => {
                // What was sent may be in what is said of it.
                let said = if question.body.is_some() { String::new() } else { said(&answer.body, &hidden) };
                Attempt::Again(ProviderError::new(format!("the vault at {address} answers {status}{said}")), wait)
            }
            301 | 302 | 307 | 308 => {
                let away = ProviderError::new(format!("the vault at {address} sends its clients to another address"));
                Attempt::Failed(away.help("set VAULT_ADDR to the active server, or to one that forwards to it"))
            }
            _ => Attempt::Answered(answer),
        }
    }

    fn not_asked(&self, lost: &Lost) -> Attempt {
        let address = &self.address;
        let why = match lost {
            Lost::Untrusted(why) => {
                let trouble = ProviderError::new(format!("the vault at {address} is not trusted: {why}"));
                let help = "set VAULT_CACERT to the certificate of the authority that signed its";
                return Attempt::Failed(trouble.help(help));
            }
            Lost::Malformed => {
                let trouble = ProviderError::new(format!(
                    "the vault at {address} cannot be asked: the address or the token is none"
                ));
                return Attempt::Failed(trouble.help("look for spaces and line ends in VAULT_ADDR and in the token"));
            }
            Lost::Slow => format!("no answer within {}", humantime::format_duration(self.timeout)),
            Lost::Foreign => "it speaks no HTTP".to_owned(),
            Lost::Large => "its answer is larger than any entry".to_owned(),
            Lost::Broken => "it ended the connection".to_owned(),
            Lost::Io(error) if error.kind() == io::ErrorKind::ConnectionRefused => "nobody listens there".to_owned(),
            Lost::Io(error) => error.to_string(),
        };
        let trouble = ProviderError::new(format!("the vault at {address} cannot be reached: {why}"));
        Attempt::Again(trouble.help("see that the server runs and that VAULT_ADDR is its address"), None)
    }
}

/// Nodes that lost the same server do not all come back in the same moment.
fn jittered(pause: Duration) -> Duration {
    let random = u32::try_from(RandomState::new().hash_one(0_u8) % 512).unwrap_or_default();
    pause + pause * random / 1024
}

/// What the server says of a mistake, in one line behind a colon, without secrets.
pub fn said(body: &[u8], secrets: &[&Secret]) -> String {
    #[derive(Deserialize)]
    struct Errors {
        errors: Vec<String>,
    }
    let Ok(Errors { errors }) = serde_json::from_slice(body) else { return String::new() };
    let words = errors.join("; ");
    let words = secrets
        .iter()
        .map(|secret| secret.expose())
        .filter(|secret| !secret.is_empty())
        .fold(words, |words, secret| words.replace(secret, "***"));
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let words: String = harmless(&words).chars().take(SAID).collect();
    if words.is_empty() { words } else { format!(": {words}") }
}
