//! Huge pages of memory, which the allocator asks for.
//!
//! To clear one takes longer than the check of a small config, and to clear the small pages of a large config takes longer than its
//! huge ones.

#[cfg(all(feature = "small-pages", target_os = "linux"))]
mod setting {
    #[cfg(feature = "lsp")]
    use std::{env, ffi::OsString, os::unix::process::CommandExt, process::Command};

    use rustix::thread::{disable_transparent_huge_pages, transparent_huge_pages_are_disabled};

    /// Name of the variable of a program that was started anew, so that none is started twice.
    #[cfg(feature = "lsp")]
    const STARTED: &str = "CONFGATE_SMALL_PAGES";

    /// Keeps the memory of the process in small pages from now on. Returns whether it could have huge ones before.
    pub fn avoid() -> bool {
        let were_allowed = transparent_huge_pages_are_disabled() == Ok(false);
        // Ignore the error of a kernel without huge pages.
        disable_transparent_huge_pages(true).is_ok() && were_allowed
    }

    /// Starts the program anew, without a huge page. The allocator takes its first memory before `main`, a huge page of two megabytes, of
    /// which a language server uses a part. The setting of [`avoid`] is kept by the program that takes the place of this one.
    #[cfg(feature = "lsp")]
    pub fn start_anew(arguments: &[OsString]) {
        let (Ok(program), [name, rest @ ..], None) = (env::current_exe(), arguments, env::var_os(STARTED)) else {
            return;
        };
        // Ignore the error: the program runs on with the huge page.
        let _ = Command::new(program).arg0(name).args(rest).env(STARTED, "1").exec();
    }

    /// Allows huge pages from now on.
    pub fn allow() {
        let _ = disable_transparent_huge_pages(false);
    }
}

#[cfg(not(all(feature = "small-pages", target_os = "linux")))]
mod setting {
    #[cfg(feature = "lsp")]
    use std::ffi::OsString;

    pub fn avoid() -> bool {
        false
    }

    #[cfg(feature = "lsp")]
    pub fn start_anew(_: &[OsString]) {}

    pub fn allow() {}
}

use std::fs;
use std::path::Path;

use confgate_core::parallel;

#[cfg(feature = "lsp")]
pub(crate) use self::setting::start_anew;
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
