//! URIs of local files.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

use confgate_core::schema::NOT_IN_FRAGMENTS;
use percent_encoding::{percent_decode_str, percent_encode};

/// Returns the URI of an absolute path.
pub fn to_uri(path: &Path) -> String {
    format!("file://{}", percent_encode(path.as_os_str().as_bytes(), NOT_IN_FRAGMENTS))
}

/// Returns the path of a URI; `None` if it is not that of a file on this machine.
pub fn to_path(uri: &str) -> Option<PathBuf> {
    let path = uri.strip_prefix("file://")?;
    let path = path.strip_prefix("localhost").unwrap_or(path);
    let is_local = path.starts_with('/') && !path.contains(['?', '\0']);
    if is_local { decode(path) } else { None }
}

/// Returns the path below a directory that the rest of a URL names; `None` if it leads out of the directory.
pub fn below(directory: &Path, rest: &str) -> Option<PathBuf> {
    let path = decode(rest.trim_start_matches('/'))?;
    let is_inside = path.components().all(|component| matches!(component, Component::Normal(_)));
    if is_inside { Some(directory.join(path)) } else { None }
}

fn decode(text: &str) -> Option<PathBuf> {
    let bytes: Vec<u8> = percent_decode_str(text).collect();
    if bytes.contains(&0) { None } else { Some(PathBuf::from(OsStr::from_bytes(&bytes))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_and_its_uri_name_the_same_file() {
        for path in ["/srv/schemas/a.json", "/srv/my files/100%/gr\u{f6}\u{df}e#1?.json"] {
            let uri = to_uri(Path::new(path));
            assert!(!uri.contains([' ', '#', '?']), "{uri}");
            assert_eq!(to_path(&uri), Some(PathBuf::from(path)), "{uri}");
        }
        assert_eq!(to_path("file://localhost/a"), Some(PathBuf::from("/a")));
        for other in ["file://example.net/a", "https://example.net/a", "file:///a%00b", "file:a"] {
            assert_eq!(to_path(other), None, "{other}");
        }
    }

    #[test]
    fn a_url_does_not_lead_out_of_its_directory() {
        assert_eq!(below(Path::new("/d"), "a/b%20c.json"), Some(PathBuf::from("/d/a/b c.json")));
        for outside in ["../a", "a/%2e%2e/../b", "%2fetc/passwd", "a/..%2f..%2fb"] {
            assert_eq!(below(Path::new("/d"), outside), None, "{outside}");
        }
    }
}
