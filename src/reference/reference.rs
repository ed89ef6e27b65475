use confgate_core::environment::Environment;
use confgate_core::gate::{Gate, RuleInfo, plain_secrets};
use confgate_core::schema::describe_format;
use confgate_core::value::Path;

use crate::reference::{walk, words};

/// All that a reader wants to know of a config before writing one.
#[derive(Debug, Clone, PartialEq)]
pub struct Reference {
    /// What the config is of: the model's name, or the title of a schema that has no model.
    pub name: String,
    /// What the schema says of the whole config.
    pub about: String,
    /// The tables, each before those in it.
    pub sections: Vec<Section>,
    /// The rules between fields, in their order, and the one that holds for every model.
    pub rules: Vec<RuleInfo>,
    /// The formats that texts have, with an example each.
    pub formats: Vec<(&'static str, &'static str)>,
    /// Keys at the top that are no longer read, with what the schema says of them.
    pub retired: Vec<(String, String)>,
}

/// A table of the config.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// Its dotted name, empty for the top; an element of a list is `turn_servers[]`, any entry of a table `labels.*`.
    pub name: String,
    /// Its path.
    pub path: Path,
    /// Which of several tables it is, where a value may be one or another: `type = "file"`.
    pub form: Option<String>,
    /// What it is about.
    pub about: String,
    /// Its fields, in the order of the schema, without the tables in it.
    pub fields: Vec<Field>,
    /// The tables in it, by the places of their sections.
    pub tables: Vec<usize>,
}

/// A field of the config.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The name in its table, as it is written.
    pub key: String,
    /// The whole dotted name.
    pub name: String,
    /// Its path.
    pub path: Path,
    /// What it is for.
    pub about: String,
    /// Its type, in words.
    pub kind: String,
    /// The values that it may have, in words.
    pub limits: Option<String>,
    /// What a number of it counts.
    pub unit: Option<String>,
    /// Texts that it may have, for an example.
    pub examples: Vec<String>,
    /// The values that it may have, where they can be counted.
    pub choices: Vec<Choice>,
    /// The value in each environment when nobody writes one, in the order of [`Environment::ALL`].
    pub defaults: [Option<String>; 4],
    /// Whether somebody must write it.
    pub required: bool,
    /// Its environment variables.
    pub variables: Vec<String>,
    /// How a change of it is applied: `live`, `restart`.
    pub reload: Option<String>,
    /// Whether nobody may see the value.
    pub secret: bool,
    /// Whether it is still read and should not be written.
    pub deprecated: bool,
    /// Whether it names the environment that the config is for.
    pub names_environment: bool,
    /// The rules that it can break, by their place in [`Reference::rules`].
    pub rules: Vec<usize>,
    /// The tables that describe what is in it, by the places of their sections.
    pub tables: Vec<usize>,
}

/// One of the values that a field may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The value, as it is written.
    pub value: String,
    /// What it means, if that is said.
    pub about: Option<String>,
}

impl Reference {
    /// The reference of what `gate` lets pass.
    pub fn of(gate: &Gate) -> Self {
        let view = gate.view();
        let name = gate.model_name().or(view.text("title")).unwrap_or("config");
        let rules: Vec<RuleInfo> =
            gate.rules().iter().copied().chain([plain_secrets::RULE, plain_secrets::LIKELY_RULE]).collect();
        let found = walk::of(gate, &rules);
        Self {
            name: name.to_owned(),
            about: view.text("description").unwrap_or_default().to_owned(),
            sections: found.sections,
            rules,
            formats: found
                .formats
                .iter()
                .filter_map(|format| describe_format(format))
                .map(|(words, example)| (words::plain(words), example))
                .collect(),
            retired: found.retired,
        }
    }

    /// All fields, in their order.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.sections.iter().flat_map(|section| &section.fields)
    }

    /// The fields whose default is another one in another environment.
    pub fn differing(&self) -> impl Iterator<Item = &Field> {
        self.fields().filter(|field| field.differs() && !field.names_environment)
    }
}

impl Section {
    /// What it is called in a heading.
    pub fn title(&self) -> String {
        let name = if self.name.is_empty() { "Top level" } else { &self.name };
        match &self.form {
            Some(form) => format!("{name}, {form}"),
            None => name.to_owned(),
        }
    }
}

impl Field {
    /// Whether environments disagree about its default.
    pub fn differs(&self) -> bool {
        self.defaults.iter().any(|default| *default != self.defaults[0])
    }

    /// Its type, bounds and unit: `integer, 1 to 10000, in connections`.
    pub fn type_words(&self) -> String {
        let unit = self.unit.as_ref().map(|unit| format!("in {unit}"));
        let words = [Some(self.kind.clone()), self.limits.clone(), unit];
        words.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    /// How a change is applied, as a sentence about it.
    pub fn reload_words(&self) -> Option<String> {
        self.reload.as_ref().map(|reload| match reload.as_str() {
            "live" => "applied by a reload".to_owned(),
            "restart" => "needs a restart".to_owned(),
            other => other.to_owned(),
        })
    }

    /// The default in an environment, or what stands in for it.
    pub(crate) fn default_in(&self, environment: Environment) -> Default<'_> {
        let place = Environment::ALL.iter().position(|known| *known == environment);
        match place.and_then(|place| self.defaults[place].as_deref()) {
            Some(value) => Default::Value(value),
            None if self.required => Default::None("required"),
            None => Default::None("absent"),
        }
    }

    /// The default of all environments, where they agree.
    pub(crate) fn default(&self) -> Option<Default<'_>> {
        (!self.differs()).then(|| self.default_in(Environment::ALL[0]))
    }

    /// Each default with the environments that have it.
    pub(crate) fn defaults(&self) -> Vec<(Default<'_>, Vec<Environment>)> {
        let mut all: Vec<(Default<'_>, Vec<Environment>)> = Vec::new();
        for environment in Environment::ALL {
            let default = self.default_in(environment);
            match all.iter_mut().find(|(known, _)| *known == default) {
                Some((_, environments)) => environments.push(environment),
                None => all.push((default, vec![environment])),
            }
        }
        all
    }
}

/// What a field is when nobody writes it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Default<'f> {
    /// This value.
    Value(&'f str),
    /// None, and what that means.
    None(&'static str),
}
