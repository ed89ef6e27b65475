//! Reader of a list of profiles.

use serde::Deserialize;

use crate::diagnostics::suggest::nearest;
use crate::diagnostics::{Diagnostic, Severity};
use crate::profile::zone::{self, InvalidZone};
use crate::profile::{Condition, Name, Profile};
use crate::sensitive::display;
use crate::value::{Node, Path, Sources, Value, json};

/// Profiles that were removed from a config, and the diagnostics about their form.
#[derive(Debug, Clone, Default)]
pub struct TakenProfiles {
    /// The profiles of a valid form, in their order.
    pub profiles: Vec<Profile>,
    /// The diagnostics.
    pub found: Vec<Diagnostic>,
}

/// Place of a list of profiles, and the diagnostics of the schema about it.
pub struct ProfileList<'a> {
    /// Path of the list.
    pub path: &'a Path,
    /// Sources that the origins of its values point to.
    pub sources: &'a Sources,
    /// Diagnostics of the schema about the list. A profile with an error is left out.
    pub by_schema: &'a [Diagnostic],
}

impl TakenProfiles {
    /// Reads a list of profiles.
    pub fn of(list: &Node, listed: &ProfileList<'_>) -> Self {
        let mut taken = Self::default();
        let Value::List(elements) = &list.value else { return taken };
        for (index, element) in elements.iter().enumerate() {
            let at = Place { path: listed.path.index(index), node: element, sources: listed.sources };
            let has_error =
                |diagnostic: &Diagnostic| diagnostic.severity == Severity::Error && diagnostic.path.overlaps(&at.path);
            if listed.by_schema.iter().any(has_error) {
                continue;
            }
            match at.profile() {
                Ok(profile) => {
                    taken.found.extend(contradictions(&profile.when, &at.key("when")));
                    taken.push(profile, &at);
                }
                Err(diagnostic) => taken.found.push(*diagnostic),
            }
        }
        taken
    }

    /// Appends the profiles of another file.
    pub fn and(&mut self, other: Self, sources: &Sources) {
        self.found.extend(other.found);
        for profile in other.profiles {
            let node = Node { value: Value::String(profile.name.clone()), origin: profile.origin.clone() };
            let path = Path::dotted("profiles").index(self.profiles.len());
            self.push(profile, &Place { path, node: &node, sources });
        }
    }

    fn push(&mut self, profile: Profile, at: &Place<'_>) {
        match self.profiles.iter().find(|known| known.name == profile.name) {
            Some(known) => {
                let name = at.key("name");
                let message = format!("{} is a duplicate: another profile is named \"{}\"", name.path, profile.name);
                let diagnostic = name.diagnostic(message, "duplicate");
                let diagnostic = diagnostic.at(at.sources.locations(&known.origin), "first here");
                self.found.push(diagnostic.help("give each profile a unique name"));
            }
            None => self.profiles.push(profile),
        }
    }
}

/// A value of a profile.
struct Place<'a> {
    path: Path,
    node: &'a Node,
    sources: &'a Sources,
}

impl<'a> Place<'a> {
    /// Returns the value of a key, or the table itself where the key is absent.
    fn key(&self, key: &str) -> Self {
        let node = self.node.as_table().and_then(|table| table.get(key)).unwrap_or(self.node);
        Self { path: self.path.key(key), node, sources: self.sources }
    }

    fn diagnostic(&self, message: impl Into<String>, label: &str) -> Diagnostic {
        let diagnostic = Diagnostic::error(self.path.field(), self.path.clone(), message);
        diagnostic.at(self.sources.locations(&self.node.origin), label)
    }

    fn profile(&self) -> Result<Profile, Box<Diagnostic>> {
        let name: Name = self.read("name")?.unwrap_or_default();
        let when: Condition = self.read("when")?.unwrap_or_default();
        let set = self.node.as_table().and_then(|table| table.get("set")).filter(|set| set.as_table().is_some());
        let Some(set) = set else {
            return Err(Box::new(self.key("set").diagnostic(format!("missing table: {}.set", self.path), "here")));
        };
        Ok(Profile { name: name.0, when, set: set.clone(), origin: self.key("name").node.origin.clone() })
    }

    /// Reads the value of a key. The schema has accepted it, so a value that cannot be read is probably a reference, which is not
    /// resolved here.
    fn read<T: for<'de> Deserialize<'de>>(&self, key: &str) -> Result<Option<T>, Box<Diagnostic>> {
        let place = self.key(key);
        if std::ptr::eq(place.node, self.node) || place.node.is_null() {
            return Ok(None);
        }
        serde_path_to_error::deserialize(json::write(place.node)).map(Some).map_err(|error| {
            let keys = error.path().iter().filter_map(|step| match step {
                serde_path_to_error::Segment::Map { key } => Some(key.as_str()),
                _ => None,
            });
            let at = keys.fold(place, |place, key| place.key(key));
            let message = format!("{} cannot be read: {}", at.path, error.inner());
            Box::new(
                at.diagnostic(message, "set here")
                    .help("write the value itself; references are not resolved in conditions"),
            )
        })
    }
}

/// Returns the way out for a text that is not a time zone.
fn zone_help(name: &str, invalid: InvalidZone) -> String {
    let similar = || nearest(name, zone::names().iter().map(String::as_str)).map(str::to_owned);
    let named = zone::suggestion(name).or_else(|| similar().filter(|_| invalid == InvalidZone::Unknown));
    match named {
        Some(name) => format!("did you mean \"{name}\"?"),
        None => "write a name of the IANA time zone database, such as Europe/Berlin".to_owned(),
    }
}

/// Reports parts of a condition that contradict each other, and those that never hold.
fn contradictions(condition: &Condition, at: &Place<'_>) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let mut report = |key: &str, problem: &str, help: &str| {
        let at = at.key(key);
        diagnostics.push(at.diagnostic(format!("{} {problem}", at.path), "set here").help(help));
    };
    if let Some(name) = &condition.zone {
        if condition.ranges().is_none() {
            report("zone", "has no effect without time or days", "add time or days, or remove zone");
        }
        if let Err(invalid) = zone::check(name) {
            let shown = display::short(&format!("{name:?}"));
            let meaning = match invalid {
                InvalidZone::Other(meaning) => format!(", {meaning}"),
                InvalidZone::Rules => ", rules as in the variable TZ".to_owned(),
                InvalidZone::Unknown => String::new(),
            };
            report("zone", &format!("must be a time zone, and is {shown}{meaning}"), &zone_help(name, invalid));
        }
    }
    match (&condition.flag, condition.variants().is_empty()) {
        (Some(_), true) => {
            report("flag", "has no effect without variant", "add variant, the variants for which the profile is active")
        }
        (None, false) => report("variant", "has no effect without flag", "add flag, the key of the flag"),
        _ => {}
    }
    let thresholds = [("cpu_above", condition.cpu_above), ("memory_above", condition.memory_above)];
    let mut thresholds = thresholds.into_iter().filter_map(|(key, value)| Some((key, value?))).peekable();
    for (key, _) in thresholds.clone().filter(|(_, threshold)| *threshold >= 100.0) {
        let help = "write a smaller number; usage cannot exceed 100, so the profile would never be active";
        report(key, "must be less than 100, and is 100", help);
    }
    if let Some(hysteresis) = condition.hysteresis {
        if thresholds.peek().is_none() {
            let problem = "has no effect without cpu_above or memory_above";
            report("hysteresis", problem, "add cpu_above or memory_above, or remove hysteresis");
        }
        if let Some((key, threshold)) = thresholds.find(|(_, threshold)| *threshold <= hysteresis) {
            let problem = format!("must be less than {key}, which is {threshold}, and is {hysteresis}");
            report(
                "hysteresis",
                &problem,
                "write a smaller number; usage cannot fall below 0, so the profile would stay active",
            );
        }
    }
    diagnostics
}
