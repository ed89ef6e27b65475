//! URLs, with the user and password masked in `Debug`, and searches for credentials in any text.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use fluent_uri::Uri;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// An absolute URL, or the `sqlite:` form of a database (`sqlite::memory:`, `sqlite://./data/node.db`). It may contain
/// references (`postgresql://node:${SECRET_DB_PASSWORD}@db/node`). `Debug` masks user and password.
///
/// ```
/// use confgate_core::types::Url;
/// let url: Url = "postgresql://node:hunter2@db:5432/node".parse()?;
/// assert_eq!(format!("{url:?}"), "postgresql://***@db:5432/node");
/// # Ok::<(), confgate_core::types::InvalidUrl>(())
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Url(String);

impl Url {
    /// The `format` of a URL in a schema. It is not JSON Schema's `uri`, because the URL may contain references.
    pub const FORMAT: &'static str = "url";

    /// Returns the URL as it was written, including the password.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Error of parsing a [`Url`]: the text is not one. The error does not contain the text, which may contain a password.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("not a URL: write a scheme and a host, such as https://example.net/path, or sqlite:PATH")]
pub struct InvalidUrl;

impl FromStr for Url {
    type Err = InvalidUrl;

    fn from_str(text: &str) -> Result<Self, InvalidUrl> {
        let uri = Uri::parse(text).map_err(|_| InvalidUrl)?;
        let sqlite = uri.scheme().as_str().eq_ignore_ascii_case("sqlite");
        let has_target = match uri.authority() {
            Some(authority) => sqlite || !authority.host().is_empty(),
            None => sqlite && !uri.path().is_empty(),
        };
        if has_target { Ok(Self(text.to_owned())) } else { Err(InvalidUrl) }
    }
}

/// Returns the bytes of the userinfo, between `//` and the `@` before the host, if there is one. A TURN URL has no `//`.
pub fn userinfo(text: &str) -> Option<Range<usize>> {
    // Search for one byte first: most texts are not URLs.
    if !text.contains('@') {
        return None;
    }
    let start = match text.find("://") {
        Some(scheme) => scheme + 3,
        None => ["turn:", "turns:"].iter().filter_map(|scheme| Some(text.find(scheme)? + scheme.len())).min()?,
    };
    let end = text[start..].find(['/', '?', '#']).map_or(text.len(), |end| start + end);
    let at = text[start..end].rfind('@')?;
    Some(start..start + at)
}

/// Returns the bytes of the passwords of a URL: after the user, and in the query.
pub fn passwords(text: &str) -> Vec<Range<usize>> {
    let password = |user: Range<usize>| {
        let colon = text[user.clone()].find(':')?;
        Some(user.start + colon + 1..user.end)
    };
    let in_userinfo = userinfo(text).and_then(password);
    let scheme_end = text.find("://").unwrap_or(text.len());
    in_userinfo.into_iter().chain(query_secrets(text).into_iter().filter(|value| value.start > scheme_end)).collect()
}

/// Names of query parameters with secret values, in lower case.
const SECRET_PARAMETERS: [&str; 11] = [
    "password",
    "sslpassword",
    "passwd",
    "pwd",
    "token",
    "access_token",
    "api_key",
    "apikey",
    "secret",
    "sig",
    "signature",
];

/// Returns the bytes of the values of secret query parameters in any text, in order and without overlaps.
pub(crate) fn query_secrets(text: &str) -> Vec<Range<usize>> {
    let Some(query) = text.find('?') else { return Vec::new() };
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, _) in text[query..].match_indices(['?', '&', ';']) {
        let parameter = query + at + 1;
        let Some(equals) = text[parameter..].find('=').map(|equals| parameter + equals) else { break };
        let is_secret = SECRET_PARAMETERS.iter().any(|name| text[parameter..equals].eq_ignore_ascii_case(name));
        if !is_secret || found.last().is_some_and(|last| parameter < last.end) {
            continue;
        }
        // In a line of a file, the value ends at the quote that opened the string.
        let quote = text[..parameter].rfind(['"', '\'']).and_then(|quote| text[quote..].chars().next());
        let end = text[equals..].find(|c| c == '&' || c == '\n' || Some(c) == quote);
        found.push(equals + 1..end.map_or(text.len(), |end| equals + end));
    }
    found
}

/// Returns the bytes before each `@` that may be a user and a password, in any text, well-formed or not, in order and without
/// overlaps. It prefers too much over too little: it decides what is masked, not what is rejected.
pub(crate) fn credentials(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, _) in text.match_indices('@') {
        let quoted = text[..at].rfind(['"', '\'']).map_or(0, |before| before + 1);
        let word = match text[quoted..at].contains("://") {
            true => quoted,
            false => text[..at].rfind([' ', '\t', '\n', '"', '\'']).map_or(0, |before| before + 1),
        };
        let from = match text[word..at].rfind("://") {
            Some(scheme) => {
                let from = word + scheme + 3;
                let before = &text[from..at];
                // A port and a path, as in `https://example.net:8080/@name`.
                let port = before.split_once(':').and_then(|(_, rest)| rest.split_once('/')).map(|(port, _)| port);
                let path = match port {
                    Some(port) => port.bytes().all(|b| b.is_ascii_digit()),
                    None => before.contains('/') && !before.contains(':'),
                };
                if path { None } else { Some(from) }
            }
            None => {
                let from =
                    text[word..at].rfind(['/', ',', '=', '[', '{', '(']).map_or(word, |before| word + before + 1);
                text[from..at].find(':').map(|colon| from + colon + 1)
            }
        };
        let Some(from) = from else { continue };
        match found.last_mut() {
            Some(last) if last.end >= from => last.end = at,
            _ => found.push(from..at),
        }
    }
    found
}

/// Masks the user and all passwords of a URL.
pub fn without_userinfo(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    for range in query_secrets(&text).into_iter().rev().chain(userinfo(&text)) {
        text.to_mut().replace_range(range, "***");
    }
    text
}

impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&without_userinfo(&self.0))
    }
}

impl JsonSchema for Url {
    fn schema_name() -> Cow<'static, str> {
        "Url".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": Self::FORMAT })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_with_a_host_and_the_sqlite_forms_are_read() {
        for text in [
            "https://example.net/hook",
            "postgresql://u:p@db/x",
            "sqlite::memory:",
            "sqlite://./data/x.db",
            "sqlite:///var/x.db",
        ] {
            assert!(text.parse::<Url>().is_ok(), "{text}");
        }
    }

    #[test]
    fn a_url_without_a_host_is_rejected() {
        for text in ["", "localhost:80/x y", "http://", "https:", "/var/lib/x", "sqlite:"] {
            assert_eq!(text.parse::<Url>(), Err(InvalidUrl), "{text}");
        }
        assert_eq!(
            InvalidUrl.to_string(),
            "not a URL: write a scheme and a host, such as https://example.net/path, or sqlite:PATH"
        );
    }

    #[test]
    fn a_possible_password_is_found_in_malformed_urls() {
        let found = |text: &'static str| credentials(text).into_iter().map(|range| &text[range]).collect::<Vec<_>>();
        assert_eq!(found("pg:/u:hunter2@db/x"), ["hunter2"]);
        assert_eq!(found("pg:u:hunter2@db"), ["u:hunter2"]);
        assert_eq!(found("pg://u:hun/ter2@db/x"), ["u:hun/ter2"]);
        assert_eq!(found("https://a:b@x, https://c:d@y"), ["a:b", "c:d"]);
        assert_eq!(found("redis://:p@ss@cache"), [":p@ss"]);
        assert_eq!(found("redis://:p ss@cache"), [":p ss"]);
        assert_eq!(found("https://example.net:8080/@name https://example.net/@name ops@example.net"), [""; 0]);
    }

    #[test]
    fn a_password_in_the_query_is_found() {
        let found = |text: &'static str| passwords(text).into_iter().map(|range| &text[range]).collect::<Vec<_>>();
        assert_eq!(found("pg://u:a@db/x?user=u&password=b&sslmode=on&SSLPassword=c"), ["a", "b", "c"]);
        assert_eq!(found("https://x/?a=1;token=b?sig=c&api_key="), ["b?sig=c", ""]);
        assert_eq!(found("https://x/password=a?tokens=2&max_token=3&page=4"), [""; 0]);
        assert_eq!(found("is it there? token=a or ?token=a"), [""; 0]);
        let line = "url = 'https://x?token=a b' # ?secret=\"c\"";
        assert_eq!(query_secrets(line).into_iter().map(|range| &line[range]).collect::<Vec<_>>(), ["a b", "\"c\""]);
        assert_eq!(without_userinfo("pg://u:a@db/x?password=b&user=u"), "pg://***@db/x?password=***&user=u");
    }

    #[test]
    fn an_at_sign_in_the_path_is_not_a_password() {
        assert_eq!(userinfo("https://example.net/@name"), None);
        assert_eq!(without_userinfo("turn:node:p@turn.example.net"), "turn:***@turn.example.net");
        assert_eq!(without_userinfo("redis://:p@ss@cache:6379/0"), "redis://***@cache:6379/0");
    }
}
