//! The parts of a flags document that the checks read.

use crate::flags::date::Date;
use crate::flags::site::Site;

/// A flags document.
pub(super) struct Document<'a> {
    root: Site<'a>,
    /// The date on which flags are expired; `None` if no flag is.
    pub today: Option<Date>,
}

/// A flag of the document.
pub(super) struct Flag<'a> {
    pub site: Site<'a>,
}

impl<'a> Document<'a> {
    pub fn new(root: Site<'a>, today: Option<Date>) -> Self {
        Self { root, today }
    }

    pub fn flags(&self) -> Vec<Flag<'a>> {
        let table = self.root.key("flags");
        table.iter().flat_map(Site::entries).map(|(_, site)| Flag { site }).collect()
    }

    /// Returns the shared expressions, by name.
    pub fn evaluators(&self) -> Vec<(&'a str, Site<'a>)> {
        self.root.key("$evaluators").iter().flat_map(Site::entries).collect()
    }

    /// Returns the names of the attributes of the context; `None` if the document declares none, so that any is known.
    pub fn attributes(&self) -> Option<Vec<&'a str>> {
        Some(self.root.key("context")?.entries().map(|(name, _)| name).collect())
    }

    /// Returns the names of the attributes of the context with their types.
    pub fn attribute_types(&self) -> Vec<(&'a str, &'a str)> {
        let context = self.root.key("context");
        let entries = context.iter().flat_map(Site::entries);
        entries.filter_map(|(name, kind)| Some((name, kind.as_str()?))).collect()
    }

    /// Returns whether the policy has this value.
    pub fn policy_is(&self, key: &str, value: &str) -> bool {
        let policy = self.root.key("policy").and_then(|policy| policy.key(key));
        policy.is_some_and(|policy| policy.as_str() == Some(value))
    }
}

impl<'a> Flag<'a> {
    /// Returns the names of the variants.
    pub fn variants(&self) -> Vec<&'a str> {
        self.site.key("variants").iter().flat_map(Site::entries).map(|(name, _)| name).collect()
    }
}
