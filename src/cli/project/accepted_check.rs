//! A warning that a `confgate.toml` accepts.

use confgate_core::diagnostics::Diagnostic;
use confgate_core::gate::{Gate, accepted};
use confgate_core::value::{Location, Path};

/// Name of an accepted warning, with its place in the file.
#[derive(Debug, Clone)]
pub(crate) struct AcceptedCheck {
    /// `CODE` or `CODE:FIELD`.
    pub name: String,
    /// Place of the list's element.
    pub place: Option<Location>,
}

impl AcceptedCheck {
    /// Joins the names with their places, by index.
    pub(super) fn list(names: &[String], place: impl Fn(usize) -> Option<Location>) -> Vec<Self> {
        let with_place = |(index, name): (usize, &String)| Self { name: name.clone(), place: place(index) };
        names.iter().enumerate().map(with_place).collect()
    }

    /// Returns an error if no check of a file's gate has this name.
    pub fn problem(&self, gate: &Gate) -> Option<Diagnostic> {
        let unknown = accepted::check_names([&self.name], gate).err()?;
        let path = Path::root().key("accept");
        Some(Diagnostic::error(path.field(), path, unknown.to_string()).at(self.place.clone(), ""))
    }
}
