//! Variables in a query.

use std::fmt::Write as _;

use crate::names::NodeName;

/// The variables that a query may use.
const VARIABLES: [&str; 5] = ["nodes", "others", "service", "release", "wave"];

/// A pattern that no node matches: their names begin with a letter or a digit. An empty pattern would match series without the label.
const NO_NODE: &str = "-";

/// A query in PromQL with variables.
#[derive(Debug, Clone, Copy)]
pub struct Query<'q>(pub &'q str);

/// Values of the variables.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueryVariables {
    /// Pattern of the nodes that have the release.
    pub nodes: String,
    /// Pattern of the others.
    pub others: String,
    /// Name of the service.
    pub service: String,
    /// The release.
    pub release: String,
    /// Name of the wave.
    pub wave: String,
}

impl QueryVariables {
    /// Returns a regular expression that matches these names alone.
    pub fn pattern<'n>(nodes: impl IntoIterator<Item = &'n NodeName>) -> String {
        let mut pattern = String::new();
        for node in nodes {
            if !pattern.is_empty() {
                pattern.push('|');
            }
            // A class needs no backslash, which strings of PromQL in quotes would need twice.
            let _ = write!(pattern, "{}", node.as_str().replace('.', "[.]"));
        }
        if pattern.is_empty() { NO_NODE.to_owned() } else { pattern }
    }

    fn value(&self, name: &str) -> Option<&str> {
        Some(match name {
            "nodes" => &self.nodes,
            "others" => &self.others,
            "service" => &self.service,
            "release" => &self.release,
            "wave" => &self.wave,
            _ => return None,
        })
    }
}

impl<'q> Query<'q> {
    /// Returns the first variable that does not exist.
    pub fn unknown_variable(self) -> Option<&'q str> {
        self.parts().filter_map(|(_, name)| name).find(|name| !name.is_empty() && !VARIABLES.contains(name))
    }

    /// Returns the query with its variables replaced.
    pub fn filled(self, variables: &QueryVariables) -> String {
        let mut filled = String::with_capacity(self.0.len());
        for (text, name) in self.parts() {
            filled.push_str(text);
            match name.map(|name| (name, variables.value(name))) {
                Some((_, Some(value))) => filled.push_str(value),
                Some((name, None)) => {
                    filled.push('$');
                    filled.push_str(name);
                }
                None => {}
            }
        }
        filled
    }

    /// Splits the query into texts, each with the variable behind it. A `$` without a name stays: it is the end of a pattern.
    fn parts(self) -> impl Iterator<Item = (&'q str, Option<&'q str>)> {
        let mut rest = Some(self.0);
        std::iter::from_fn(move || {
            let text = rest?;
            let Some((before, after)) = text.split_once('$') else {
                rest = None;
                return Some((text, None));
            };
            let end = after.find(|character: char| !character.is_ascii_alphanumeric() && character != '_');
            let (name, behind) = after.split_at(end.unwrap_or(after.len()));
            rest = Some(behind);
            Some((before, Some(name)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_replaced_and_others_are_found() {
        let names = ["n1", "n2.eu"].map(|name| name.parse().unwrap());
        let variables = QueryVariables {
            nodes: QueryVariables::pattern(&names),
            others: QueryVariables::pattern([]),
            service: "relay".to_owned(),
            ..QueryVariables::default()
        };
        let query = Query("up{node=~\"$nodes\",job!~'x$',s='$service'} / up{node=~`$others`}");
        assert_eq!(query.filled(&variables), "up{node=~\"n1|n2[.]eu\",job!~'x$',s='relay'} / up{node=~`-`}");
        assert_eq!(query.unknown_variable(), None);
        assert_eq!(Query("up{node=~'$node'}").unknown_variable(), Some("node"));
        assert_eq!(Query("$").filled(&variables), "$");
    }
}
