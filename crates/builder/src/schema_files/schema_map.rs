use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::error::InvalidSchemaMap;
use super::file_uri::below;

/// A URL, and the file or directory that stands for it: `https://example.net/schemas/=schemas`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaMap {
    url: String,
    path: PathBuf,
}

impl SchemaMap {
    /// Maps a URL to a file, or all URLs below it to a directory.
    pub fn new(url: impl Into<String>, path: impl Into<PathBuf>) -> Self {
        let url = url.into();
        // A reference has no fragment when its document is looked up.
        Self { url: url.split('#').next().unwrap_or_default().to_owned(), path: path.into() }
    }

    /// Returns the file of a URL: that of the longest mapping, and of the first one of equal length.
    pub fn locate(maps: &[Self], url: &str) -> Option<PathBuf> {
        let url = url.split('#').next().unwrap_or_default();
        let mut sorted: Vec<&Self> = maps.iter().collect();
        sorted.sort_by_key(|map| std::cmp::Reverse(map.specificity()));
        sorted.into_iter().find_map(|map| map.path_of(url))
    }

    /// Returns the file that a mapping to a directory gives a URL, where the directory does not exist.
    pub fn missing(maps: &[Self], url: &str) -> Option<PathBuf> {
        let url = url.split('#').next().unwrap_or_default();
        let rest = |map: &Self| url.strip_prefix(map.url.as_str()).map(|rest| rest.trim_start_matches('/').to_owned());
        let mut absent = maps.iter().filter(|map| !map.path.exists() && map.url.ends_with('/'));
        absent.find_map(|map| below(&map.path, &rest(map)?))
    }

    /// Returns the length of the mapped URL: of several mappings, the longest decides.
    pub(super) fn specificity(&self) -> usize {
        self.url.len()
    }

    /// Returns the file of a URL; `None` if the mapping does not have it.
    pub(super) fn path_of(&self, url: &str) -> Option<PathBuf> {
        let rest = url.strip_prefix(self.url.as_str())?;
        if rest.is_empty() {
            return Some(self.path.clone());
        }
        let is_below = self.url.ends_with('/') || rest.starts_with('/');
        if is_below && self.path.is_dir() { below(&self.path, rest) } else { None }
    }

    /// Maps the URLs beside a schema to the files beside it.
    pub(super) fn beside(id: &str, file: &Path) -> Option<Self> {
        let is_url = id.split_once("://").is_some_and(|(scheme, rest)| scheme != "file" && rest.contains('/'));
        let folder = id.split('#').next()?.rsplit_once('/').filter(|_| is_url)?.0;
        Some(Self { url: format!("{folder}/"), path: file.parent()?.to_owned() })
    }
}

impl FromStr for SchemaMap {
    type Err = InvalidSchemaMap;

    fn from_str(text: &str) -> Result<Self, InvalidSchemaMap> {
        // A path may have an equals sign, and so may the query of a URL; the path is the shorter one.
        match text.rsplit_once('=') {
            Some((url, path)) if url.contains(':') && !path.is_empty() => Ok(Self::new(url, path)),
            _ => Err(InvalidSchemaMap),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_is_a_url_and_a_path() {
        let map: SchemaMap = "https://example.net/a?b=c=schemas/a.json".parse().unwrap();
        assert_eq!(map, SchemaMap::new("https://example.net/a?b=c", "schemas/a.json"));
        for wrong in ["https://example.net/", "a=b", "https://example.net/="] {
            let error = wrong.parse::<SchemaMap>().unwrap_err().to_string();
            assert!(error.starts_with("write a URL and the file"), "{wrong}: {error}");
        }
    }

    #[test]
    fn urls_beside_a_schema_are_files_beside_it() {
        let map = SchemaMap::beside("https://example.net/s/root.json#", Path::new("/srv/root.json")).unwrap();
        assert_eq!(map, SchemaMap::new("https://example.net/s/", "/srv"));
        for id in ["root.json", "urn:example:root", "file:///a/b", "https://example.net"] {
            assert_eq!(SchemaMap::beside(id, Path::new("/srv/root.json")), None, "{id}");
        }
    }
}
