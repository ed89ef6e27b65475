//! Limits of a source of bundles. A source is rejected before anything of it is written.

use confgate_core::bundle::config_name;
use confgate_core::value::Format;
use confgate_files::SizeLimit;

/// The largest size of all files of a bundle together, and of a tar that holds them.
pub(crate) const MAX_BUNDLE: SizeLimit = SizeLimit::bytes(512 << 20);

/// The largest size of a file that git writes while it fetches a repository.
pub(crate) const MAX_REPOSITORY: SizeLimit = SizeLimit::bytes(1 << 30);

/// The largest number of entries of a tar or of a folder in a repository: files, folders and headers.
pub(crate) const MAX_ENTRIES: usize = 64;

/// The largest size of an extended header of a tar, which holds a long name.
pub(crate) const MAX_HEADER: SizeLimit = SizeLimit::bytes(4096);

/// Returns the largest size of a file of a bundle.
pub(crate) fn file_limit(name: &str) -> SizeLimit {
    let is_config = Format::ALL.into_iter().any(|format| config_name(format) == name);
    if is_config { SizeLimit::CONFIG } else { SizeLimit::BUNDLE_FILE }
}
