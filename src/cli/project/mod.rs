//! The file `confgate.toml` of a project: which schema belongs to which files.

mod accepted_check;
mod entry;
mod project;
mod project_file;
mod projects;

pub(crate) use self::entry::ProjectEntry;
pub(crate) use self::project::{PROJECT_FILE, Project};
pub(crate) use self::project_file::{project_gate, project_schema};
pub(crate) use self::projects::{ProjectOfDirectory, ProjectOfFile, Projects};
