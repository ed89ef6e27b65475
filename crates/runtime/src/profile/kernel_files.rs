//! Files of the kernel below a root directory.

use std::path::{Path, PathBuf};

use confgate_files::SizeLimit;

/// The files of `/proc` and of the control groups, below the root directory of a machine.
#[derive(Debug, Clone)]
pub(super) struct KernelFiles {
    root: PathBuf,
}

impl KernelFiles {
    /// Returns the files of the machine whose root directory is `root`.
    pub(super) fn at(root: PathBuf) -> Self {
        Self { root }
    }

    /// Returns the text of a file. A file that is absent, unreadable or too large is `None`.
    pub(super) fn read(&self, path: impl AsRef<Path>) -> Option<String> {
        let bytes = confgate_files::read(&self.below(path.as_ref()), SizeLimit::KERNEL).ok()?;
        String::from_utf8(bytes).ok()
    }

    /// Returns the number that a file contains.
    pub(super) fn number(&self, path: impl AsRef<Path>) -> Option<u64> {
        self.read(path)?.trim().parse().ok()
    }

    /// Reports if a directory exists.
    pub(super) fn has_directory(&self, path: &Path) -> bool {
        self.below(path).is_dir()
    }

    fn below(&self, path: &Path) -> PathBuf {
        self.root.join(path.strip_prefix("/").unwrap_or(path))
    }
}

/// Returns the rest of the line that starts with `name`.
pub(super) fn field<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    text.lines().find_map(|line| line.strip_prefix(name)).map(str::trim)
}

/// Returns a share in percent, at most 100.
pub(super) fn percent(part: u64, whole: f64) -> f64 {
    // A limit of 0 is exceeded by any usage.
    if whole > 0.0 { (part as f64 / whole * 100.0).min(100.0) } else { 100.0 }
}
