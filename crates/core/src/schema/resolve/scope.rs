//! The dynamic scope: the resources in which `$dynamicRef` and `$recursiveRef` find their anchors.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::documents::Documents;
use super::resource::{Place, Reference};

/// For each anchor, the first resource on the way of the validation that has it.
pub type Scope = Rc<BTreeMap<String, usize>>;

/// The anchors whose target depends on the way that leads to a reference.
#[derive(Debug, Default)]
pub struct DynamicAnchors(BTreeSet<String>);

impl DynamicAnchors {
    /// Finds the anchors that references use and that several resources have, none of them the root, with which every way
    /// begins.
    pub fn of(documents: &Documents) -> Self {
        let references = documents.references.values().flatten();
        let used: BTreeSet<&String> = references.filter_map(|reference| reference.dynamic.as_ref()).collect();
        let with =
            |name: &String| documents.resources.iter().filter(|resource| resource.dynamic.contains_key(name)).count();
        let depends = |name: &&String| !documents.resources[0].dynamic.contains_key(*name) && with(name) > 1;
        Self(used.into_iter().filter(depends).cloned().collect())
    }

    /// Tells whether no anchor depends on the way.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the scope in a resource that is entered from another scope.
    pub fn enter(&self, scope: &Scope, resource: usize, documents: &Documents) -> Scope {
        let resource_anchors = &documents.resources[resource].dynamic;
        let is_new = |name: &&String| resource_anchors.contains_key(*name) && !scope.contains_key(*name);
        let new: Vec<&String> = self.0.iter().filter(is_new).collect();
        if new.is_empty() {
            return scope.clone();
        }
        let mut inner = BTreeMap::clone(scope);
        inner.extend(new.into_iter().map(|name| (name.clone(), resource)));
        Rc::new(inner)
    }

    /// Returns the target of a reference in a scope.
    pub fn target(&self, reference: &Reference, scope: &Scope, documents: &Documents) -> Place {
        let Some(name) = &reference.dynamic else { return reference.target.clone() };
        // An anchor of the root is the first on every way.
        let has_root = documents.resources[0].dynamic.contains_key(name);
        let first = if has_root { Some(0) } else { scope.get(name).copied() };
        let found = first.map(|resource| &documents.resources[resource]);
        match found.and_then(|resource| Some((resource.document, resource.dynamic.get(name)?))) {
            Some((document, pointer)) => Place { document, pointer: pointer.clone() },
            None => reference.target.clone(),
        }
    }
}
