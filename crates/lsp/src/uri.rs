//! Names of files in the protocol.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use lsp_types::Uri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};

/// The characters that stand for themselves in the path of a URI.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Returns the path of a file; `None` for a document that is not a file, such as one that was never saved.
pub(crate) fn path_of(uri: &Uri) -> Option<PathBuf> {
    let rest = uri.as_str().strip_prefix("file://")?;
    // An authority such as `localhost` stands before the path.
    let path = &rest[rest.find('/')?..];
    let end = path.find(['?', '#']).unwrap_or(path.len());
    let bytes: Vec<u8> = percent_decode_str(&path[..end]).collect();
    Some(PathBuf::from(OsString::from_vec(bytes)))
}

/// Returns the URI of an absolute path.
pub(crate) fn uri_of(path: &Path) -> Option<Uri> {
    let encoded = percent_encode(path.as_os_str().as_bytes(), UNRESERVED);
    path.is_absolute().then(|| Uri::from_str(&format!("file://{encoded}")).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_and_its_uri_are_the_same_file() {
        for path in ["/etc/app.toml", "/home/jö/a b#c?.yaml", "/x/100%/[1].json"] {
            let uri = uri_of(Path::new(path)).unwrap();
            assert_eq!(path_of(&uri).unwrap(), Path::new(path), "{}", uri.as_str());
        }
        assert_eq!(uri_of(Path::new("/a b")).unwrap().as_str(), "file:///a%20b");
        assert!(uri_of(Path::new("a.toml")).is_none());
    }

    #[test]
    fn a_document_that_is_not_a_file_has_no_path() {
        for text in ["untitled:Untitled-1", "git:/a/b.toml"] {
            assert!(path_of(&Uri::from_str(text).unwrap()).is_none(), "{text}");
        }
        assert_eq!(path_of(&Uri::from_str("file://localhost/a.toml").unwrap()).unwrap(), Path::new("/a.toml"));
    }
}
