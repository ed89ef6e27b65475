//! The documents of a schema, with their resources and the targets of their references.

use std::collections::{BTreeMap, HashMap, VecDeque};

use serde_json::Value as Json;

use super::dialect::{Dialect, subschemas};
use super::pointer::locate;
use super::problem::{SchemaPlace, SchemaProblem};
use super::resource::{Place, RECURSIVE, Reference, Resource, Spot};
use super::retrieve::{Retrieve, SchemaDocument};
use super::source::SchemaSource;
use super::uri::{join, split};
use crate::diagnostics::suggest::nearest;

/// The maximum number of documents of a schema.
const MAX_DOCUMENTS: usize = 256;

/// A document of a schema.
#[derive(Debug)]
pub struct Document {
    /// The name in messages; `None` for the schema itself.
    pub name: Option<String>,
    /// The document.
    pub json: Json,
    /// The dialect of its root.
    pub dialect: Dialect,
    /// The URI of the meta-schema, if it is not that of a dialect.
    pub meta_schema: Option<String>,
    /// True for a meta-schema of JSON Schema.
    pub is_built_in: bool,
    /// The index of the resource at its root.
    pub(super) root: usize,
    /// The schemas of the document, by their places.
    pub(super) spots: HashMap<String, Spot>,
}

/// All documents of a schema; the first is the schema itself.
#[derive(Debug, Default)]
pub struct Documents {
    pub(super) all: Vec<Document>,
    pub(super) resources: Vec<Resource>,
    /// The references, by the place of the schema that has them.
    pub(super) references: HashMap<Place, Vec<Reference>>,
    /// The resources by their URIs.
    by_uri: HashMap<String, usize>,
    problems: Vec<(usize, SchemaProblem)>,
}

/// A reference that is not followed yet.
struct Pending {
    place: Place,
    keyword: &'static str,
    reference: String,
    resource: usize,
}

impl Documents {
    /// Loads a schema and the documents that it refers to, and follows all references.
    ///
    /// `meta_schema` returns the built-in meta-schema at a URI.
    pub fn load(source: SchemaSource<'_>, meta_schema: fn(&str) -> Option<Json>) -> Self {
        let mut loader =
            Loader { documents: Self::default(), retrieve: source.documents, meta_schema, pending: VecDeque::new() };
        loader.add(None, source.json, source.uri, false);
        while let Some(pending) = loader.pending.pop_front() {
            if let Err(reason) = loader.follow(&pending) {
                loader.report(&pending.place, pending.keyword, &pending.reference, reason);
            }
        }
        loader.documents.problems.sort_by_key(|(document, _)| *document);
        loader.documents
    }

    /// Returns the documents; the first is the schema itself.
    pub fn all(&self) -> &[Document] {
        &self.all
    }

    /// Returns the dialect of the schema.
    pub fn dialect(&self) -> Dialect {
        self.all[0].dialect
    }

    /// Returns the documents that may describe a dialect, with their URIs; none if no document has a dialect of its own.
    pub fn meta_schemas(&self) -> Vec<(String, Json)> {
        if self.all.iter().all(|document| document.meta_schema.is_none()) {
            return Vec::new();
        }
        let others = self.all.iter().skip(1).filter(|document| !document.is_built_in);
        others.map(|document| (self.resources[document.root].uri.clone(), document.json.clone())).collect()
    }

    /// Returns the references that cannot be followed, in the order of the documents.
    pub fn problems(&self) -> Vec<SchemaProblem> {
        self.problems.iter().map(|(_, problem)| problem.clone()).collect()
    }

    /// Returns a place as messages name it.
    pub fn place(&self, document: usize, pointer: String) -> SchemaPlace {
        SchemaPlace { document: self.all[document].name.clone(), pointer }
    }

    /// Returns the places of the resources in a document whose dialect is not that of its root.
    pub fn foreign_resources(&self, document: usize) -> Vec<(&str, Dialect)> {
        let resources = self.resources.iter().filter(|resource| resource.document == document);
        let dialect = self.all[document].dialect;
        let spots = resources.filter_map(|resource| {
            let spot = self.all[document].spots.get(&resource.pointer)?;
            (spot.dialect != dialect).then_some((resource.pointer.as_str(), spot.dialect))
        });
        spots.collect()
    }

    /// Returns the innermost schema around a place.
    pub(super) fn spot(&self, place: &Place) -> Spot {
        let document = &self.all[place.document];
        let mut pointer = place.pointer.as_str();
        loop {
            match (document.spots.get(pointer), pointer.rfind('/')) {
                (Some(spot), _) => return *spot,
                (None, Some(end)) => pointer = &pointer[..end],
                (None, None) => return Spot { resource: document.root, dialect: document.dialect },
            }
        }
    }
}

struct Loader<'a> {
    documents: Documents,
    retrieve: &'a dyn Retrieve,
    meta_schema: fn(&str) -> Option<Json>,
    pending: VecDeque<Pending>,
}

impl Loader<'_> {
    /// Adds a document, and returns the index of the resource at its root.
    fn add(&mut self, name: Option<String>, json: Json, uri: String, is_built_in: bool) -> usize {
        let document = self.documents.all.len();
        let inherited = self.documents.all.first().map_or_else(Dialect::default, |root| root.dialect);
        let place = Place { document, pointer: String::new() };
        self.documents.all.push(Document {
            name,
            json: Json::Null,
            dialect: inherited,
            meta_schema: None,
            is_built_in,
            root: self.documents.resources.len(),
            spots: HashMap::new(),
        });
        let root = self.add_resource(place.clone(), uri.clone());
        // The meta-schema may be another document.
        let dialect = self.dialect_of(&json, inherited, &place, &uri);
        self.documents.all[document].dialect = dialect;
        self.scan(&json, place, Spot { resource: root, dialect });
        self.documents.all[document].json = json;
        root
    }

    fn add_resource(&mut self, place: Place, uri: String) -> usize {
        let index = self.documents.resources.len();
        // Of two resources with one URI, the first in the order of loading has it.
        self.documents.by_uri.entry(uri.clone()).or_insert(index);
        let Place { document, pointer } = place;
        let (anchors, dynamic) = (BTreeMap::new(), BTreeMap::new());
        self.documents.resources.push(Resource { document, pointer, uri, anchors, dynamic });
        index
    }

    /// Records the schemas at and below a place, with their resources, anchors and references.
    fn scan(&mut self, json: &Json, place: Place, around: Spot) {
        let mut stack = vec![(json, place.pointer, around)];
        while let Some((schema, pointer, around)) = stack.pop() {
            let place = Place { document: place.document, pointer };
            if self.documents.all[place.document].spots.contains_key(&place.pointer) {
                continue;
            }
            let spot = self.enter(schema, &place, around);
            self.documents.all[place.document].spots.insert(place.pointer.clone(), spot);
            self.record_references(schema, &place, spot);
            let inner = subschemas(spot.dialect, schema).flat_map(|found| found.each);
            let start = stack.len();
            stack.extend(inner.map(|(step, schema)| (schema, format!("{}{step}", place.pointer), spot)));
            // Document order: the first subschema is on the top of the stack.
            stack[start..].reverse();
        }
    }

    /// Returns the resource and the dialect of a schema, and records its identifier and its anchors.
    fn enter(&mut self, schema: &Json, place: &Place, around: Spot) -> Spot {
        let base = self.documents.resources[around.resource].uri.clone();
        let dialect = match place.pointer.as_str() {
            "" => around.dialect,
            _ => self.dialect_of(schema, around.dialect, place, &base),
        };
        let mut spot = Spot { dialect, ..around };
        // Before 2019-09, everything beside `$ref` is ignored.
        let is_shadowed = dialect.is_classic() && schema.get("$ref").is_some_and(Json::is_string);
        let text = |keyword: &str| schema.get(keyword).and_then(Json::as_str);
        let id = text(dialect.id_keyword()).filter(|_| !is_shadowed);
        let (uri, fragment) = id.map_or(("", ""), split);
        if !uri.is_empty() {
            match join(&base, uri) {
                Some(uri) if place.pointer.is_empty() => {
                    let root = spot.resource;
                    self.documents.by_uri.entry(uri.clone()).or_insert(root);
                    self.documents.resources[root].uri = uri;
                }
                Some(uri) => spot.resource = self.add_resource(place.clone(), uri),
                None => {
                    let id = id.unwrap_or_default();
                    self.report(place, dialect.id_keyword(), id, "it is not a URI reference".to_owned());
                }
            }
        }
        let resource = &mut self.documents.resources[spot.resource];
        let mut anchor = |name: &str, is_dynamic: bool| {
            resource.anchors.entry(name.to_owned()).or_insert_with(|| place.pointer.clone());
            if is_dynamic {
                resource.dynamic.entry(name.to_owned()).or_insert_with(|| place.pointer.clone());
            }
        };
        if dialect.is_classic() {
            if !fragment.is_empty() && !fragment.starts_with('/') {
                anchor(fragment, false);
            }
            return spot;
        }
        if let Some(name) = text("$anchor") {
            anchor(name, false);
        }
        match dialect {
            Dialect::Draft202012 => {
                if let Some(name) = text("$dynamicAnchor") {
                    anchor(name, true);
                }
            }
            _ if schema.get("$recursiveAnchor") == Some(&Json::Bool(true)) && resource.pointer == place.pointer => {
                resource.dynamic.insert(RECURSIVE.to_owned(), place.pointer.clone());
            }
            _ => {}
        }
        spot
    }

    /// Returns the dialect of a schema that may name its meta-schema.
    fn dialect_of(&mut self, schema: &Json, around: Dialect, place: &Place, base: &str) -> Dialect {
        let Some(name) = schema.get("$schema").and_then(Json::as_str) else { return around };
        if let Some(known) = Dialect::of_uri(name) {
            return known;
        }
        match self.custom_dialect(name, base) {
            Ok((uri, dialect)) => {
                if place.pointer.is_empty() {
                    self.documents.all[place.document].meta_schema = Some(uri);
                }
                dialect
            }
            Err(reason) => {
                self.report(place, "$schema", name, reason);
                around
            }
        }
    }

    /// Returns the URI and the dialect of a meta-schema that is itself a document.
    fn custom_dialect(&mut self, name: &str, base: &str) -> Result<(String, Dialect), String> {
        let uri = join(base, split(name).0).ok_or("it is not a URI")?;
        let resource = self.resource_at(&uri)?;
        let document = &self.documents.all[self.documents.resources[resource].document];
        Ok((uri, document.dialect))
    }

    fn record_references(&mut self, schema: &Json, place: &Place, spot: Spot) {
        let dynamic = match spot.dialect {
            Dialect::Draft202012 => Some("$dynamicRef"),
            Dialect::Draft201909 => Some("$recursiveRef"),
            _ => None,
        };
        for keyword in ["$ref"].into_iter().chain(dynamic) {
            if let Some(reference) = schema.get(keyword).and_then(Json::as_str) {
                let (place, reference) = (place.clone(), reference.to_owned());
                self.pending.push_back(Pending { place, keyword, reference, resource: spot.resource });
            }
        }
    }

    /// Finds the target of a reference.
    fn follow(&mut self, pending: &Pending) -> Result<(), String> {
        let (uri, fragment) = split(&pending.reference);
        let resource = match uri {
            "" => pending.resource,
            _ => {
                let base = &self.documents.resources[pending.resource].uri;
                let uri = join(base, uri).ok_or("it is not a URI reference")?;
                self.resource_at(&uri)?
            }
        };
        let found = &self.documents.resources[resource];
        let document = found.document;
        let (target, dynamic) = if fragment.is_empty() {
            let recursive = pending.keyword == "$recursiveRef" && found.dynamic.contains_key(RECURSIVE);
            (found.pointer.clone(), recursive.then(|| RECURSIVE.to_owned()))
        } else if fragment.starts_with('/') {
            (self.locate(resource, fragment)?, None)
        } else {
            let name = percent_encoding::percent_decode_str(fragment).decode_utf8_lossy();
            let Some(target) = found.anchors.get(&*name) else {
                return Err(format!("{} has no anchor {name:?}", self.describe(document)));
            };
            let is_dynamic = pending.keyword == "$dynamicRef" && found.dynamic.contains_key(&*name);
            (target.clone(), is_dynamic.then(|| name.into_owned()))
        };
        let target = Place { document, pointer: target };
        self.scan_target(&target);
        let reference = Reference { keyword: pending.keyword, target, dynamic };
        self.documents.references.entry(pending.place.clone()).or_default().push(reference);
        Ok(())
    }

    /// Returns the place in the document that a pointer names in a resource.
    fn locate(&self, resource: usize, fragment: &str) -> Result<String, String> {
        let resource = &self.documents.resources[resource];
        let json = &self.documents.all[resource.document].json;
        let root = json.pointer(&resource.pointer).unwrap_or(json);
        if let Some((_, pointer)) = locate(root, fragment) {
            return Ok(resource.pointer.clone() + &pointer);
        }
        let (around, name) = fragment.rsplit_once('/').unwrap_or_default();
        let siblings = locate(root, around).and_then(|(around, _)| around.as_object());
        let similar = siblings.and_then(|siblings| nearest(name, siblings.keys().map(String::as_str)));
        let hint = similar.map(|similar| format!("; did you mean \"#{around}/{similar}\"?")).unwrap_or_default();
        Err(format!("{} has nothing at that place{hint}", self.describe(resource.document)))
    }

    /// Records the schemas at a target that no keyword of its document leads to.
    fn scan_target(&mut self, target: &Place) {
        if self.documents.all[target.document].spots.contains_key(&target.pointer) {
            return;
        }
        let around = self.documents.spot(target);
        let json = std::mem::take(&mut self.documents.all[target.document].json);
        if let Some(schema) = json.pointer(&target.pointer) {
            self.scan(schema, target.clone(), around);
        }
        self.documents.all[target.document].json = json;
    }

    /// Returns the resource at a URI, and loads its document if it is not known.
    fn resource_at(&mut self, uri: &str) -> Result<usize, String> {
        if let Some(known) = self.documents.by_uri.get(uri) {
            return Ok(*known);
        }
        if self.documents.all.len() >= MAX_DOCUMENTS {
            return Err(format!("the schema refers to more than {MAX_DOCUMENTS} documents"));
        }
        if let Some(json) = (self.meta_schema)(uri) {
            return Ok(self.add(Some(uri.to_owned()), json, uri.to_owned(), true));
        }
        let SchemaDocument { name, json } = self.retrieve.retrieve(uri).map_err(|error| error.to_string())?;
        Ok(self.add(Some(name), json, uri.to_owned(), false))
    }

    fn describe(&self, document: usize) -> &str {
        self.documents.all[document].name.as_deref().unwrap_or("the schema")
    }

    fn report(&mut self, place: &Place, keyword: &str, reference: &str, reason: String) {
        let problem = SchemaProblem::Reference {
            place: self.documents.place(place.document, place.pointer.clone()),
            keyword: keyword.to_owned(),
            reference: reference.to_owned(),
            reason,
        };
        self.documents.problems.push((place.document, problem));
    }
}
