//! Huge pages of memory, which the allocator asks for.
//!
//! To clear one takes longer than the check of a small config, and to clear the small pages of a large config takes longer than its
//! huge ones.

#[cfg(all(feature = "small-pages", target_os = "linux"))]
mod setting {
    use rustix::thread::disable_transparent_huge_pages;

    /// Keeps the memory of the process in small pages from now on.
    pub fn avoid() {
        // Ignore the error of a kernel without huge pages.
        let _ = disable_transparent_huge_pages(true);
    }

    /// Allows huge pages from now on.
    pub fn allow() {
        let _ = disable_transparent_huge_pages(false);
    }
}

#[cfg(not(all(feature = "small-pages", target_os = "linux")))]
mod setting {
    pub fn avoid() {}

    pub fn allow() {}
}

use std::fs;
use std::path::Path;

use confgate_core::parallel;

pub(crate) use self::setting::{allow, avoid};

/// The number of files up to which their sizes are looked at.
const FEW: usize = 8;

/// Allows huge pages if one of a few files is large.
pub(crate) fn allow_for(files: &[impl AsRef<Path>]) {
    let is_large = |file: &Path| fs::metadata(file).is_ok_and(|metadata| metadata.len() >= parallel::LARGE as u64);
    if cfg!(feature = "small-pages") && files.len() <= FEW && files.iter().any(|file| is_large(file.as_ref())) {
        allow();
    }
}

#[cfg(all(test, feature = "small-pages", target_os = "linux"))]
mod tests {
    use rustix::thread::transparent_huge_pages_are_disabled;

    use super::*;

    #[test]
    fn a_large_file_allows_huge_pages_and_a_small_one_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, size: usize| {
            let path = folder.path().join(name);
            fs::write(&path, vec![b'\n'; size]).unwrap();
            path
        };
        let (small, large) = (file("small.toml", 100), file("large.toml", parallel::LARGE));
        for (files, is_disabled) in
            [(vec![&small], true), (vec![&small, &large], false), (vec![&large; FEW + 1], true), (vec![], true)]
        {
            avoid();
            allow_for(&files);
            assert_eq!(transparent_huge_pages_are_disabled(), Ok(is_disabled), "{files:?}");
        }
        allow();
    }
}
