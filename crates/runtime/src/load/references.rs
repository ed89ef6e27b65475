//! What a config needs that does not stand in it: the references to secrets, and the sealed values.

use confgate_core::value::reference::{Part, SECRET_PREFIX, is_sealed, parts};
use confgate_core::value::{Node, Path, Sources, Value};

use crate::load::base::Written;
use crate::load::explain::place_name;
use crate::load::stack::Stack;
use crate::load::{Loader, Refused, profiles};
use crate::secrets::Answer;

/// A place in a config where a secret is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The field.
    pub path: Path,
    /// The profile that sets it, if one does.
    pub profile: Option<String>,
    /// The name of the secret; none for a sealed value.
    pub name: Option<String>,
    /// Whether it can do without the secret.
    pub has_default: bool,
    /// Where it was written: `config/production.nix:14:5`.
    pub origin: String,
    /// The sealed value.
    sealed: Option<String>,
}

impl Loader {
    /// The references in the config and in all its profiles, whether they hold now or not.
    ///
    /// # Errors
    ///
    /// The config cannot be read.
    pub fn references(&self) -> Result<Vec<Reference>, Refused> {
        let Written { environment, found, input, .. } = self.written()?;
        let mut stack = Stack::on(input.tree, input.sources);
        // What is wrong with a profile is said by a load.
        let profiles = profiles::take(self, &mut stack, found.as_ref(), environment, &mut Vec::new())?;
        let mut walk = Walk { sources: &stack.sources, profile: None, found: Vec::new() };
        walk.node(&stack.tree, &Path::root());
        for profile in &profiles {
            walk.profile = Some(&profile.name);
            walk.node(&profile.set, &Path::root());
        }
        Ok(walk.found)
    }

    /// Asks for what each of these references stands for.
    ///
    /// # Errors
    ///
    /// It is not known whom to ask.
    pub fn look_up(&self, references: &[Reference]) -> Result<Vec<Answer>, Refused> {
        self.asked.begin()?;
        let resolver = self.asked.resolver(&self.host);
        let answer = |reference: &Reference| match (&reference.name, &reference.sealed) {
            (Some(name), _) => resolver.ask(name),
            (None, sealed) => resolver.try_open(sealed.as_deref().unwrap_or_default()),
        };
        Ok(references.iter().map(answer).collect())
    }
}

struct Walk<'a> {
    sources: &'a Sources,
    profile: Option<&'a str>,
    found: Vec<Reference>,
}

impl Walk<'_> {
    fn node(&mut self, node: &Node, path: &Path) {
        match &node.value {
            Value::Table(table) => table.iter().for_each(|(key, child)| self.node(child, &path.key(key))),
            Value::List(elements) => {
                elements.iter().enumerate().for_each(|(index, child)| self.node(child, &path.index(index)));
            }
            Value::String(text) if is_sealed(text) => self.found(node, path, None, false, Some(text)),
            Value::String(text) => {
                for part in parts(text) {
                    if let Part::Reference { name, default } = part
                        && let Some(name) = name.strip_prefix(SECRET_PREFIX)
                    {
                        self.found(node, path, Some(name), default.is_some(), None);
                    }
                }
            }
            _ => {}
        }
    }

    fn found(&mut self, node: &Node, path: &Path, name: Option<&str>, has_default: bool, sealed: Option<&String>) {
        let origin = self.sources.locations(&node.origin).first().map(place_name).unwrap_or_default();
        self.found.push(Reference {
            path: path.clone(),
            profile: self.profile.map(str::to_owned),
            name: name.map(str::to_owned),
            has_default,
            origin,
            sealed: sealed.cloned(),
        });
    }
}
