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
    Some(decoded(&rest[rest.find('/')?..]))
}

/// Returns the path that a document may be saved at: its name in a folder. Editors give a document that was never saved the scheme
/// `untitled`, and other schemes to documents that are not edited, such as earlier versions of files.
pub(crate) fn path_of_unsaved(uri: &Uri, folder: Option<&Path>) -> Option<PathBuf> {
    let name = decoded(uri.as_str().strip_prefix("untitled:")?);
    // The path of an absolute name is that name.
    let path = folder.map_or_else(|| name.clone(), |folder| folder.join(&name));
    path.is_absolute().then_some(path)
}

/// Decodes a path, up to a query or a fragment.
fn decoded(path: &str) -> PathBuf {
    let end = path.find(['?', '#']).unwrap_or(path.len());
    PathBuf::from(OsString::from_vec(percent_decode_str(&path[..end]).collect()))
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
    fn a_document_that_was_never_saved_has_its_name_in_a_folder() {
        let path =
            |text: &str, folder: Option<&str>| path_of_unsaved(&Uri::from_str(text).unwrap(), folder.map(Path::new));
        assert_eq!(path("untitled:Untitled-1", Some("/x")).unwrap(), Path::new("/x/Untitled-1"));
        assert_eq!(path("untitled:/y/%C3%A9.toml", Some("/x")).unwrap(), Path::new("/y/é.toml"));
        assert_eq!(path("untitled:Untitled-1", None), None);
        assert_eq!(path("git:/a/b.toml", Some("/x")), None);
    }

    #[test]
    fn a_document_that_is_not_a_file_has_no_path() {
        for text in ["untitled:Untitled-1", "git:/a/b.toml"] {
            assert!(path_of(&Uri::from_str(text).unwrap()).is_none(), "{text}");
        }
        assert_eq!(path_of(&Uri::from_str("file://localhost/a.toml").unwrap()).unwrap(), Path::new("/a.toml"));
    }
}
