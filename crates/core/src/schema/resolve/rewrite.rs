//! The rewriting of references to JSON Pointers in one document.
//!
//! Without dynamic references each document is one unit. With dynamic references whose target depends on the way that leads to them,
//! each resource is a unit in each dynamic scope that it is entered with, so that each copy of a reference has one target.

use std::collections::{HashMap, HashSet, VecDeque};
use std::mem;

use serde_json::{Value as Json, json};

use super::dialect::{Dialect, subschemas};
use super::documents::Documents;
use super::pointer::escaped;
use super::problem::{InvalidSchema, SchemaPlace, SchemaProblem};
use super::reference::{part_uri, reference_to};
use super::resource::Place;
use super::scope::{DynamicAnchors, Scope};
use super::unit::Unit;

/// The maximum number of schemas in all units.
const MAX_SCHEMAS: usize = 1_000_000;

/// The keywords that name a schema, by the rules of any dialect.
const NAMES: [&str; 4] = ["$id", "$anchor", "$dynamicAnchor", "$recursiveAnchor"];

/// The result of a rewriting.
pub struct Rewritten {
    /// The document.
    pub json: Json,
    /// The places of the units in it, and their origins.
    pub origins: Vec<(String, SchemaPlace)>,
    /// True if its parts have several dialects.
    pub is_mixed: bool,
}

/// The state of a rewriting.
pub struct Rewriter {
    documents: Documents,
    anchors: DynamicAnchors,
    units: Vec<Unit>,
    /// The place of each resource, by the resource and the scope inside it.
    places: HashMap<(usize, Scope), (usize, String)>,
    /// The references of units that are still to be rewritten.
    pending: VecDeque<(usize, Place, Scope)>,
    /// True if the documents have several dialects, so that schemas have to name theirs.
    is_mixed: bool,
    /// The keys under the definitions of the root.
    names: HashSet<String>,
    /// The number of schemas that were walked.
    size: usize,
}

impl Rewriter {
    /// Rewrites the documents to one.
    ///
    /// # Errors
    ///
    /// The units have too many schemas.
    pub fn rewrite(documents: Documents) -> Result<Rewritten, InvalidSchema> {
        let anchors = DynamicAnchors::of(&documents);
        let dialect = documents.all[0].dialect;
        let mut dialects = documents.all.iter().flat_map(|document| document.spots.values());
        let is_mixed = dialects.any(|spot| spot.dialect != dialect);
        let definitions = documents.all[0].json.get(dialect.definitions_keyword()).and_then(Json::as_object);
        let names = definitions.into_iter().flat_map(|names| names.keys().cloned()).collect();
        let (units, places, pending) = (Vec::new(), HashMap::new(), VecDeque::new());
        let mut rewriter = Self { documents, anchors, units, places, pending, is_mixed, names, size: 0 };
        let scope = rewriter.anchors.enter(&Scope::default(), 0, &rewriter.documents);
        rewriter.add_unit(Place { document: 0, pointer: String::new() }, 0, String::new(), &scope);
        while let Some((unit, place, scope)) = rewriter.pending.pop_front() {
            rewriter.rewrite_references(unit, &place, &scope);
            if rewriter.size > MAX_SCHEMAS {
                let message = format!("its references lead to more than {MAX_SCHEMAS} schemas");
                let place = rewriter.documents.place(place.document, place.pointer);
                return Err(SchemaProblem::Unsupported { place, message }.into());
            }
        }
        Ok(rewriter.assemble())
    }

    /// Adds a unit for a resource in a scope, and walks its schemas.
    fn add_unit(&mut self, origin: Place, resource: usize, place: String, scope: &Scope) -> usize {
        let index = self.units.len();
        let pointer = origin.pointer.clone();
        self.units.push(Unit::new(origin, place.clone()));
        self.places.insert((resource, scope.clone()), (index, place));
        self.walk(index, pointer, resource, scope.clone());
        index
    }

    /// Walks the schemas at and below a place of the document of a unit.
    fn walk(&mut self, unit: usize, pointer: String, resource: usize, scope: Scope) {
        let document = self.units[unit].origin.document;
        let json = mem::take(&mut self.documents.all[document].json);
        let mut stack: Vec<_> =
            json.pointer(&pointer).map(|schema| (schema, pointer, resource, scope)).into_iter().collect();
        while let Some((schema, pointer, around, scope)) = stack.pop() {
            let Some(spot) = self.documents.all[document].spots.get(&pointer).copied() else { continue };
            if !self.units[unit].walked.insert(pointer.clone()) {
                continue;
            }
            self.size += 1;
            let scope = match spot.resource {
                same if same == around => scope,
                inner => self.enter_inner(unit, inner, &scope),
            };
            self.clean(unit, schema, &pointer, spot.dialect);
            if self.is_mixed && self.documents.resources[spot.resource].pointer == pointer {
                self.name_part(unit, &pointer, spot.dialect);
            }
            let place = Place { document, pointer };
            if self.documents.references.contains_key(&place) {
                self.pending.push_back((unit, place.clone(), scope.clone()));
            }
            let inner = subschemas(spot.dialect, schema).flat_map(|found| found.each);
            stack.extend(
                inner.map(|(step, schema)| (schema, format!("{}{step}", place.pointer), spot.resource, scope.clone())),
            );
        }
        self.documents.all[document].json = json;
    }

    /// Enters a resource inside a unit, which is the place of that resource for other references.
    fn enter_inner(&mut self, unit: usize, resource: usize, scope: &Scope) -> Scope {
        let scope = self.anchors.enter(scope, resource, &self.documents);
        let found = &self.units[unit];
        let within = &self.documents.resources[resource].pointer[found.origin.pointer.len()..];
        let place = (unit, format!("{}{within}", found.place));
        self.places.entry((resource, scope.clone())).or_insert(place);
        scope
    }

    /// Removes the names of a schema, and its `$schema` unless the dialects differ.
    fn clean(&mut self, unit: usize, schema: &Json, pointer: &str, dialect: Dialect) {
        let is_root = unit == 0 && pointer.is_empty();
        let id = (dialect == Dialect::Draft4 && schema.get("id").is_some_and(Json::is_string)).then_some("id");
        let dialect_name = (!is_root && !self.is_mixed).then_some("$schema");
        let names = NAMES.into_iter().chain(id).chain(dialect_name);
        let remove: Vec<&str> = names.filter(|name| schema.get(*name).is_some()).collect();
        if !remove.is_empty() {
            self.units[unit].edit(pointer).remove = remove;
        }
    }

    /// Gives a resource the URI of its place, which has its dialect for all references into it.
    fn name_part(&mut self, unit: usize, pointer: &str, dialect: Dialect) {
        let unit = &mut self.units[unit];
        let place = format!("{}{}", unit.place, &pointer[unit.origin.pointer.len()..]);
        unit.edit(pointer).resource = Some((part_uri(&place), dialect));
    }

    /// Rewrites the references of one schema.
    fn rewrite_references(&mut self, unit: usize, place: &Place, scope: &Scope) {
        let Some(references) = self.documents.references.get(place) else { return };
        let targets: Vec<(&'static str, Place)> = references
            .iter()
            .map(|reference| (reference.keyword, self.anchors.target(reference, scope, &self.documents)))
            .collect();
        for (keyword, target) in targets {
            let spot = self.documents.spot(&target);
            let scope = self.anchors.enter(scope, spot.resource, &self.documents);
            let (unit_of_target, base) = self.place_of(spot.resource, &scope);
            let within = &target.pointer[self.documents.resources[spot.resource].pointer.len()..];
            let reference = match self.is_mixed {
                true => part_uri(&base) + &reference_to(within),
                false => reference_to(&format!("{base}{within}")),
            };
            if !self.units[unit_of_target].walked.contains(&target.pointer) {
                self.walk(unit_of_target, target.pointer.clone(), spot.resource, scope);
            }
            self.units[unit].edit(&place.pointer).references.push((keyword, reference));
        }
    }

    /// Returns the unit with a resource in a scope, and the place of the resource in the resolved schema.
    fn place_of(&mut self, resource: usize, scope: &Scope) -> (usize, String) {
        if let Some((unit, place)) = self.places.get(&(resource, scope.clone())) {
            return (*unit, place.clone());
        }
        let root = self.documents.all[self.documents.resources[resource].document].root;
        if self.anchors.is_empty() && resource != root {
            // The resource is in the unit of its document.
            let (unit, place) = self.place_of(root, scope);
            let known = self.places.get(&(resource, scope.clone()));
            return known.cloned().unwrap_or_else(|| (unit, place + &self.documents.resources[resource].pointer));
        }
        let found = &self.documents.resources[resource];
        let origin = Place { document: found.document, pointer: found.pointer.clone() };
        let uri = found.uri.clone();
        let name = self.unused_name(&uri);
        let keyword = self.documents.all[0].dialect.definitions_keyword();
        let place = format!("/{keyword}/{}", escaped(&name));
        (self.add_unit(origin, resource, place.clone(), scope), place)
    }

    /// Returns a name for a unit among the definitions of the root.
    fn unused_name(&mut self, uri: &str) -> String {
        let last = uri.trim_end_matches('/').rsplit(['/', ':']).next().filter(|name| !name.is_empty());
        let name = last.unwrap_or("schema");
        let numbered = (2..).map(|number| format!("{name}-{number}"));
        let mut names = [name.to_owned()].into_iter().chain(numbered);
        let unused = names.find(|name| !self.names.contains(name)).unwrap_or_default();
        self.names.insert(unused.clone());
        unused
    }

    /// Makes the one document of all units.
    fn assemble(mut self) -> Rewritten {
        let keyword = self.documents.all[0].dialect.definitions_keyword();
        let origins = self.units.iter().map(|unit| {
            let Place { document, pointer } = unit.origin.clone();
            (unit.place.clone(), self.documents.place(document, pointer))
        });
        let origins = origins.collect();
        let mut parts = Vec::with_capacity(self.units.len());
        for unit in &self.units {
            let document = &mut self.documents.all[unit.origin.document];
            let mut part = match self.anchors.is_empty() {
                true => mem::take(&mut document.json),
                false => document.json.pointer(&unit.origin.pointer).cloned().unwrap_or_default(),
            };
            unit.apply(&mut part);
            parts.push(part);
        }
        let mut parts = parts.into_iter();
        let mut root = parts.next().unwrap_or_default();
        for (unit, part) in self.units.iter().skip(1).zip(parts) {
            let name = unit.place.rsplit('/').next().unwrap_or_default().replace("~1", "/").replace("~0", "~");
            if let Some(Json::Object(definitions)) =
                root.as_object_mut().map(|root| root.entry(keyword).or_insert_with(|| json!({})))
            {
                definitions.insert(name, part);
            }
        }
        Rewritten { json: root, origins, is_mixed: self.is_mixed }
    }
}
