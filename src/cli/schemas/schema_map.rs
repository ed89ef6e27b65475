//! The option `--schema-map`: files that stand for URLs.

use std::path::{Component, Path, PathBuf};
use std::str::FromStr;

/// Files that stand for the URLs of schemas. Confgate reads no schema from the network.
#[derive(Debug, Clone, Default)]
pub(crate) struct SchemaMap(Vec<SchemaMapping>);

/// Value of `--schema-map`: `https://example.net/app.json=app.json`, or a directory for all URLs below one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SchemaMapping {
    url: String,
    path: PathBuf,
}

/// A value of `--schema-map` that is not a mapping.
#[derive(Debug, thiserror::Error)]
#[error("write a URL and its file or directory: https://example.net/app.json=app.json")]
pub(crate) struct InvalidMapping;

impl SchemaMapping {
    pub fn new(url: &str, path: PathBuf) -> Self {
        Self { url: without_empty_fragment(url).to_owned(), path }
    }
}

impl FromStr for SchemaMapping {
    type Err = InvalidMapping;

    fn from_str(text: &str) -> Result<Self, InvalidMapping> {
        // A URL may contain = in its query, a path rarely does.
        match text.rsplit_once('=') {
            Some((url, path)) if is_url(url) && !path.is_empty() => Ok(Self::new(url, path.into())),
            _ => Err(InvalidMapping),
        }
    }
}

impl SchemaMap {
    /// Returns the file that stands for a URL: that of the longest mapping.
    pub fn locate(&self, url: &str) -> Option<PathBuf> {
        let url = without_empty_fragment(url);
        let files = self.0.iter().filter_map(|mapping| Some((mapping.url.len(), mapping.file(url)?)));
        files.max_by_key(|(length, _)| *length).map(|(_, file)| file)
    }
}

impl SchemaMapping {
    fn file(&self, url: &str) -> Option<PathBuf> {
        if url == self.url {
            return Some(self.path.clone());
        }
        let rest = url.strip_prefix(self.url.trim_end_matches('/'))?.strip_prefix('/')?;
        let is_below = Path::new(rest).components().all(|part| matches!(part, Component::Normal(_)));
        is_below.then(|| self.path.join(rest))
    }
}

impl FromIterator<SchemaMapping> for SchemaMap {
    fn from_iter<I: IntoIterator<Item = SchemaMapping>>(mappings: I) -> Self {
        Self(mappings.into_iter().collect())
    }
}

/// Returns whether a reference to a schema is a URL, and not a path.
pub(crate) fn is_url(text: &str) -> bool {
    let scheme = text.split_once(':').map(|(scheme, _)| scheme);
    // A scheme of one letter is a drive.
    scheme.is_some_and(|scheme| {
        scheme.len() > 1
            && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    })
}

fn without_empty_fragment(url: &str) -> &str {
    url.strip_suffix('#').unwrap_or(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_mapping_gives_the_file() {
        let mappings =
            ["https://x.test/=all", "https://x.test/a/=a", "https://x.test/a/b.json#=own.json", "urn:x:y=u.json"];
        let map: SchemaMap = mappings.iter().map(|mapping| mapping.parse().unwrap()).collect();
        let file = |url: &str| map.locate(url).map(|path| path.display().to_string());
        assert_eq!(file("https://x.test/c/d.json").as_deref(), Some("all/c/d.json"));
        assert_eq!(file("https://x.test/a/c.json").as_deref(), Some("a/c.json"));
        assert_eq!(file("https://x.test/a/b.json").as_deref(), Some("own.json"));
        assert_eq!(file("urn:x:y#").as_deref(), Some("u.json"));
        assert_eq!(file("https://x.test/../../etc/passwd"), None);
        assert_eq!(file("https://x.tests/c.json"), None);
        assert_eq!(file("https://y.test/c.json"), None);
    }

    #[test]
    fn a_value_without_a_url_or_a_path_is_rejected() {
        for text in ["", "a", "https://x.test/a", "a.json=b.json", "https://x.test/a=", "=b", "C:/a=b"] {
            assert!(text.parse::<SchemaMapping>().is_err(), "{text}");
        }
    }
}
