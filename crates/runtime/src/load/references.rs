//! References to secrets, and sealed values, in a config and its profiles.

use confgate_core::value::reference::{Part, SECRET_PREFIX, is_sealed, parts};
use confgate_core::value::{Node, Path, Sources, Value};

use crate::load::base::{Base, read_base};
use crate::load::context::LoadContext;
use crate::load::error::Refused;
use crate::load::explanation::place_name;
use crate::load::profiles::take_profiles;
use crate::load::stack::Stack;
use crate::secrets::SecretLookup;

/// A value that needs a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The field.
    pub path: Path,
    /// The name of the profile that sets the field, if one does.
    pub profile: Option<String>,
    /// The name of the secret, or `None` for a sealed value.
    pub name: Option<String>,
    /// True if the reference has a default.
    pub has_default: bool,
    /// Location where the value was written: `config/production.nix:14:5`.
    pub origin: String,
    /// The sealed value.
    sealed: Option<String>,
}

/// Finds the references in the config and in all its profiles, active or not.
///
/// # Errors
///
/// The config cannot be read.
pub(super) fn find_references(context: &LoadContext) -> Result<Vec<Reference>, Refused> {
    let Base { detected, found, input, .. } = read_base(context)?;
    let environment = context.environment_with(&detected, &input.tree);
    let mut stack = Stack::new(input.tree, input.sources);
    // Diagnostics of profiles are reported by a load.
    let profiles = take_profiles(context, &mut stack, found.as_ref(), environment, &mut Vec::new())?;
    let mut search = ReferenceSearch { sources: &stack.sources, profile: None, references: Vec::new() };
    search.visit(&stack.tree, &Path::root());
    for profile in &profiles {
        search.profile = Some(&profile.name);
        search.visit(&profile.set, &Path::root());
    }
    Ok(search.references)
}

/// Looks up the secret of each reference.
///
/// # Errors
///
/// The configuration of the secret providers is invalid.
pub(super) fn look_up(context: &LoadContext, references: &[Reference]) -> Result<Vec<SecretLookup>, Refused> {
    context.secrets.begin()?;
    let resolver = context.secrets.resolver(&context.system);
    let look_up = |reference: &Reference| match (&reference.name, &reference.sealed) {
        (Some(name), _) => resolver.look_up(name),
        (None, sealed) => resolver.open(sealed.as_deref().unwrap_or_default()),
    };
    Ok(references.iter().map(look_up).collect())
}

struct ReferenceSearch<'a> {
    sources: &'a Sources,
    profile: Option<&'a str>,
    references: Vec<Reference>,
}

impl ReferenceSearch<'_> {
    fn visit(&mut self, node: &Node, path: &Path) {
        match &node.value {
            Value::Table(table) => {
                for (key, child) in table {
                    self.visit(child, &path.key(key));
                }
            }
            Value::List(elements) => {
                for (index, child) in elements.iter().enumerate() {
                    self.visit(child, &path.index(index));
                }
            }
            Value::String(text) if is_sealed(text) => self.add(node, path, None, false, Some(text)),
            Value::String(text) => {
                for part in parts(text) {
                    if let Part::Reference { name, default } = part
                        && let Some(name) = name.strip_prefix(SECRET_PREFIX)
                    {
                        self.add(node, path, Some(name), default.is_some(), None);
                    }
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, node: &Node, path: &Path, name: Option<&str>, has_default: bool, sealed: Option<&String>) {
        let origin = self.sources.locations(&node.origin).first().map(place_name).unwrap_or_default();
        self.references.push(Reference {
            path: path.clone(),
            profile: self.profile.map(str::to_owned),
            name: name.map(str::to_owned),
            has_default,
            origin,
            sealed: sealed.cloned(),
        });
    }
}
