use std::cell::{Cell, RefCell};
use std::path::{Path, PathBuf};

use confgate_core::gate::Gate;
use confgate_core::schema::{self, InvalidSchema, Retrieve, RetrieveError, SchemaDocument, SchemaSource};
use confgate_files::SizeLimit;
use serde_json::Value as Json;

use super::error::SchemaFileError;
use super::file_uri::{to_path, to_uri};
use super::schema_map::SchemaMap;
use crate::store_name;

/// The largest size of all documents of a schema together.
const MAX_TOTAL: SizeLimit = SizeLimit::bytes(2 * SizeLimit::SCHEMA.get());

/// Files beside a schema, and mapped URLs.
#[derive(Debug)]
pub struct SchemaFiles<'a> {
    maps: Vec<&'a SchemaMap>,
    /// The mapping of the URLs beside the identifier of the schema.
    beside: Option<SchemaMap>,
    /// The directory of the schema, absolute and as it was given.
    directory: (PathBuf, PathBuf),
    /// The bytes of the documents that were read.
    read: Cell<u64>,
    documents: RefCell<Vec<Vec<u8>>>,
}

/// A gate, and the bytes of the documents of its schema.
pub struct LoadedSchema {
    /// The gate.
    pub gate: Gate,
    /// The documents that the schema refers to, in the order in which it needs them.
    pub documents: Vec<Vec<u8>>,
}

impl<'a> SchemaFiles<'a> {
    /// Makes the gate of a schema that was read from `path`.
    ///
    /// # Errors
    ///
    /// `build` fails: the schema is invalid, or one of its references cannot be followed.
    pub fn load(
        json: Json,
        path: &Path,
        maps: &'a [SchemaMap],
        build: impl FnOnce(SchemaSource<'_>) -> Result<Gate, InvalidSchema>,
    ) -> Result<LoadedSchema, InvalidSchema> {
        // Without a current directory, references to files beside the schema fail, and nothing else.
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let parent = |path: &Path| path.parent().map(Path::to_owned).unwrap_or_default();
        let mut maps: Vec<&SchemaMap> = maps.iter().collect();
        maps.sort_by_key(|map| std::cmp::Reverse(map.specificity()));
        let id = json.get("$id").or_else(|| json.get("id")).and_then(Json::as_str);
        let files = SchemaFiles {
            maps,
            beside: id.and_then(|id| SchemaMap::beside(id, &absolute)),
            directory: (parent(&absolute), parent(path)),
            read: Cell::new(0),
            documents: RefCell::default(),
        };
        let gate = build(SchemaSource::new(json, to_uri(&absolute), &files))?;
        Ok(LoadedSchema { gate, documents: files.documents.into_inner() })
    }

    /// Returns the file of a URI.
    fn path_of(&self, uri: &str) -> Result<PathBuf, SchemaFileError> {
        if let Some(path) = self.maps.iter().find_map(|map| map.path_of(uri)) {
            return Ok(path);
        }
        if let Some(path) = self.beside.as_ref().and_then(|map| map.path_of(uri)).filter(|path| path.exists()) {
            return Ok(path);
        }
        if !uri.starts_with("file:") {
            return Err(SchemaFileError::Unmapped(uri.to_owned()));
        }
        to_path(uri).ok_or_else(|| SchemaFileError::NotLocal(uri.to_owned()))
    }

    /// Returns a path as messages display it: like that of the schema, if it is below the same directory.
    fn display(&self, path: &Path) -> String {
        let (absolute, given) = &self.directory;
        match path.strip_prefix(absolute) {
            Ok(rest) => store_name::display(&given.join(rest)),
            Err(_) => store_name::display(path),
        }
    }

    fn read(&self, path: &Path) -> Result<SchemaDocument, SchemaFileError> {
        let name = self.display(path);
        let bytes = confgate_files::read(path, SizeLimit::SCHEMA)
            .map_err(|source| SchemaFileError::Read { path: name.clone(), source })?;
        self.read.set(self.read.get() + bytes.len() as u64);
        if self.read.get() > MAX_TOTAL.get() {
            return Err(SchemaFileError::TooMuch(MAX_TOTAL));
        }
        match schema::from_bytes(&bytes) {
            Ok(json) => {
                self.documents.borrow_mut().push(bytes);
                Ok(SchemaDocument { name, json })
            }
            Err(source) => Err(SchemaFileError::NotJson { path: name, source }),
        }
    }
}

impl Retrieve for SchemaFiles<'_> {
    fn retrieve(&self, uri: &str) -> Result<SchemaDocument, RetrieveError> {
        Ok(self.path_of(uri).and_then(|path| self.read(&path))?)
    }
}
