//! The check of a tree.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;
use serde_json::Value as Json;

use crate::parallel;
use crate::schema::admission::Verdict;
use crate::schema::admission::compile::compile;
use crate::schema::admission::pattern::Pattern;
use crate::schema::admission::repeated::{CheckCounts, check_counts};
use crate::schema::admission::rule::{ListRule, Place, Rule, SameRule, TableRule};
use crate::schema::admission::scalar_rule::Choice;
use crate::schema::ordinary::is_ordinary;
use crate::schema::resolve::Dialect;
use crate::value::{Node, Table, Value, are_equal_keys, written_in};

/// The depth of rules at which the validator takes over.
const MAX_DEPTH: usize = 300;

/// The length of a list up to which its elements are compared with each other.
const FEW: usize = 8;

/// The rules of a schema that can be checked without the validator.
#[derive(Default)]
pub struct Admission {
    rules: Vec<Rule>,
}

impl Admission {
    /// Compiles the rules of a resolved document.
    pub fn new(document: &Json, dialect: Dialect) -> Self {
        Self { rules: compile(document, dialect) }
    }

    /// Takes over compiled rules.
    pub fn from_rules(rules: Vec<Rule>) -> Self {
        Self { rules }
    }

    /// Returns the rules.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Tells whether every keyword of the schema is known.
    pub fn is_complete(&self) -> bool {
        !self.rules.is_empty() && self.rules.iter().all(|rule| !rule.is_partial)
    }

    /// Tells whether the schema is known to compile, so that a mistake in it needs no compilation to be found.
    pub fn surely_compiles(&self) -> bool {
        let is_small = |rule: &Rule| {
            let of_text = rule.text.iter().filter_map(|rule| rule.pattern.as_ref());
            let of_names =
                rule.table.iter().flat_map(|rule| rule.patterns.iter().filter_map(|(pattern, _)| pattern.as_ref()));
            of_text.chain(of_names).all(Pattern::is_small)
        };
        self.is_complete() && self.rules.iter().all(is_small)
    }

    /// Counts the checks that the validator makes for a tree.
    pub fn check_counts(&self, tree: &Node) -> CheckCounts {
        check_counts(&self.rules, tree)
    }

    /// Returns the verdict on a tree.
    pub fn verdict(&self, tree: &Node) -> Verdict {
        self.examine(tree).verdict
    }

    /// Returns the verdict on a tree, and what else is known of its values by then.
    pub fn examine(&self, tree: &Node) -> Examination {
        if self.rules.is_empty() {
            return Examination { verdict: Verdict::Unknown, is_ordinary: false };
        }
        let check = Check::new(&self.rules);
        let verdict = check.check(0, &tree.value, 0);
        Examination { verdict, is_ordinary: verdict == Verdict::Valid && !check.is_unusual.get() }
    }
}

/// The result of the check of a tree.
pub struct Examination {
    pub verdict: Verdict,
    /// True if the tree is valid, and all of its scalars are [ordinary](is_ordinary).
    pub is_ordinary: bool,
}

/// The number of unions after which verdicts are remembered. Few trees have so many, and a memory costs more than they do.
const MANY_UNIONS: usize = 4096;

/// One check of a tree.
struct Check<'a> {
    rules: &'a [Rule],
    /// True once a scalar was not ordinary, or a list or a table was not looked into.
    is_unusual: Cell<bool>,
    /// The number of unions that were checked.
    unions: Cell<usize>,
    /// The verdicts of unions on lists and tables: a union in both alternatives of another one is checked twice for each value,
    /// and one in twenty of them a million times.
    known: RefCell<HashMap<(*const SameRule, *const Value), Verdict, RandomState>>,
}

impl<'a> Check<'a> {
    fn new(rules: &'a [Rule]) -> Self {
        Self { rules, is_unusual: Cell::new(false), unions: Cell::new(0), known: RefCell::default() }
    }

    /// Records a value whose parts no rule is about.
    fn pass(&self, value: &Value) {
        if !is_ordinary(value) {
            self.is_unusual.set(true);
        }
    }

    fn check(&self, place: Place, value: &Value, depth: usize) -> Verdict {
        let rule = &self.rules[place as usize];
        if rule.admits_nothing || !rule.types.admit(value) {
            return Verdict::Invalid;
        }
        if depth > MAX_DEPTH {
            return Verdict::Unknown;
        }
        let mut verdict = if rule.is_partial { Verdict::Unknown } else { Verdict::Valid };
        if !matches!(value, Value::List(_) | Value::Table(_)) {
            self.pass(value);
        }
        match value {
            Value::String(text) | Value::Datetime(text) => {
                let is_date = matches!(value, Value::Datetime(_));
                verdict = verdict.and(rule.text.as_ref().map_or(Verdict::Valid, |rule| rule.check(text, is_date)));
            }
            Value::Integer(_) | Value::Float(_) => {
                verdict = verdict.and(rule.number.as_ref().map_or(Verdict::Valid, |rule| rule.check(value)));
            }
            Value::List(elements) => match &rule.list {
                Some(rule) => verdict = verdict.and(self.list(rule, elements, depth)),
                None => elements.iter().for_each(|element| self.pass(&element.value)),
            },
            Value::Table(table) => match &rule.table {
                Some(rule) => verdict = verdict.and(self.table(rule, table, depth)),
                None => table.values().for_each(|node| self.pass(&node.value)),
            },
            Value::Null | Value::Bool(_) => {}
        }
        if let Some(options) = &rule.options {
            verdict = verdict.and(one_of(options, value));
        }
        match &rule.same {
            Some(same) if verdict != Verdict::Invalid => verdict.and(self.remembered(same, value, depth)),
            _ => verdict,
        }
    }

    fn list(&self, rule: &ListRule, elements: &[Node], depth: usize) -> Verdict {
        if rule.min_items.is_some_and(|min| elements.len() < min)
            || rule.max_items.is_some_and(|max| elements.len() > max)
        {
            return Verdict::Invalid;
        }
        let mut verdict = if rule.is_unique { unique(elements) } else { Verdict::Valid };
        for (place, element) in rule.first.iter().zip(elements) {
            verdict = verdict.and(self.check(*place, &element.value, depth + 1));
        }
        let others = elements.get(rule.first.len()..).unwrap_or_default();
        match rule.items {
            Some(place) => verdict = verdict.and(self.items(place, others, depth)),
            None => others.iter().for_each(|element| self.pass(&element.value)),
        }
        if verdict == Verdict::Invalid {
            return verdict;
        }
        if let Some(place) = rule.contains {
            let checked = elements.iter().map(|element| self.check(place, &element.value, depth + 1));
            verdict = verdict.and(checked.fold(Verdict::Invalid, Verdict::or));
        }
        verdict
    }

    /// Checks the elements that `items` describes; in a large text, on all cores.
    fn items(&self, place: Place, elements: &[Node], depth: usize) -> Verdict {
        let bytes = written_in(elements);
        if bytes < parallel::LARGE {
            return self.share(place, elements, depth);
        }
        let rules = self.rules;
        let results = parallel::map_shares(elements.len(), bytes, |share| {
            let check = Check::new(rules);
            (check.share(place, &elements[share], depth), check.is_unusual.get())
        });
        results.into_iter().fold(Verdict::Valid, |verdict, (of_share, is_unusual)| {
            self.is_unusual.set(self.is_unusual.get() || is_unusual);
            verdict.and(of_share)
        })
    }

    fn share(&self, place: Place, elements: &[Node], depth: usize) -> Verdict {
        let mut verdict = Verdict::Valid;
        for element in elements {
            verdict = verdict.and(self.check(place, &element.value, depth + 1));
            if verdict == Verdict::Invalid {
                break;
            }
        }
        verdict
    }

    fn table(&self, rule: &TableRule, table: &Table, depth: usize) -> Verdict {
        let mut verdict = Verdict::Valid;
        let (mut present, mut required) = (0, 0);
        // Most tables have their keys in the order of the schema: look at the next name before searching it.
        let mut next = 0;
        for (key, node) in table.iter() {
            if node.is_absent() {
                self.pass(&node.value);
                continue;
            }
            present += 1;
            let found = match rule.properties.get_index(next) {
                Some((name, property)) if are_equal_keys(name, key) => Some((next, *property)),
                _ => rule.properties.get_full(key.as_str()).map(|(index, _, property)| (index, *property)),
            };
            let mut is_described = false;
            if let Some((index, property)) = found {
                next = index + 1;
                required += usize::from(property.is_required);
                if let Some(place) = property.rule {
                    is_described = true;
                    verdict = verdict.and(self.check(place, &node.value, depth + 1));
                }
            }
            for (pattern, place) in &rule.patterns {
                match pattern.as_ref().map_or(Verdict::Unknown, |pattern| pattern.matches(key)) {
                    Verdict::Valid => {
                        is_described = true;
                        verdict = verdict.and(self.check(*place, &node.value, depth + 1));
                    }
                    // The entry may be one of the others, or not.
                    Verdict::Unknown => {
                        is_described = true;
                        verdict = verdict.and(Verdict::Unknown);
                    }
                    Verdict::Invalid => {}
                }
            }
            match rule.others {
                _ if is_described => {}
                Some(place) => verdict = verdict.and(self.check(place, &node.value, depth + 1)),
                None => self.pass(&node.value),
            }
            if let Some(place) = rule.names {
                verdict = verdict.and(self.name(place, key, depth + 1));
            }
            if verdict == Verdict::Invalid {
                return verdict;
            }
        }
        let has = |name: &str| table.get(name).is_some_and(|node| !node.is_absent());
        let is_complete = required == rule.required
            && rule.min_properties.is_none_or(|min| present >= min)
            && rule.max_properties.is_none_or(|max| present <= max)
            && rule.dependent.iter().all(|(name, names)| !has(name) || names.iter().all(|name| has(name)));
        verdict.and(Verdict::of(is_complete))
    }

    fn name(&self, place: Place, key: &str, depth: usize) -> Verdict {
        self.check(place, &Value::String(key.to_owned()), depth)
    }

    /// Checks the rules of the same value, or returns the verdict that is known.
    fn remembered(&self, rule: &SameRule, value: &Value, depth: usize) -> Verdict {
        let is_union = (rule.any.is_some() || rule.one.is_some()) && matches!(value, Value::List(_) | Value::Table(_));
        if !is_union || self.unions.replace(self.unions.get() + 1) < MANY_UNIONS {
            return self.same(rule, value, depth);
        }
        let key = (std::ptr::from_ref(rule), std::ptr::from_ref(value));
        if let Some(known) = self.known.borrow().get(&key) {
            return *known;
        }
        let verdict = self.same(rule, value, depth);
        self.known.borrow_mut().insert(key, verdict);
        verdict
    }

    fn same(&self, rule: &SameRule, value: &Value, depth: usize) -> Verdict {
        let check = |place: &Place| self.check(*place, value, depth + 1);
        let mut verdict = rule.all.iter().map(check).fold(Verdict::Valid, Verdict::and);
        if let Some(any) = &rule.any {
            let first = any.iter().map(check).try_fold(Verdict::Invalid, |all, one| match all.or(one) {
                Verdict::Valid => Err(Verdict::Valid),
                undecided => Ok(undecided),
            });
            verdict = verdict.and(first.unwrap_or_else(|valid| valid));
        }
        if let Some(one) = &rule.one {
            verdict = verdict.and(Verdict::exactly_one(one.iter().map(check)));
        }
        if let Some(not) = &rule.not {
            verdict = verdict.and(check(not).negated());
        }
        if let Some(condition) = &rule.condition {
            let branch = |place: &Option<Place>| place.as_ref().map_or(Verdict::Valid, check);
            verdict = verdict.and(match check(condition) {
                Verdict::Valid => branch(&rule.then),
                Verdict::Invalid => branch(&rule.otherwise),
                Verdict::Unknown => match (branch(&rule.then), branch(&rule.otherwise)) {
                    (then, otherwise) if then == otherwise => then,
                    _ => Verdict::Unknown,
                },
            });
        }
        verdict
    }
}

/// Compares a value with those of `enum`.
fn one_of(options: &[Choice], value: &Value) -> Verdict {
    options.iter().map(|option| option.equals(value)).fold(Verdict::Invalid, Verdict::or)
}

/// Tells whether the elements differ; only texts, integers and booleans are compared.
fn unique(elements: &[Node]) -> Verdict {
    let is_compared = |node: &Node| matches!(node.value, Value::String(_) | Value::Integer(_) | Value::Bool(_));
    if !elements.iter().all(is_compared) {
        return Verdict::Unknown;
    }
    if elements.len() <= FEW {
        let is_new = |(index, element): (usize, &Node)| !elements[..index].contains(element);
        return Verdict::of(elements.iter().enumerate().all(is_new));
    }
    let texts: HashSet<&str> = elements.iter().filter_map(Node::as_str).collect();
    let integers = elements.iter().filter_map(|element| match element.value {
        Value::Integer(integer) => Some(integer),
        _ => None,
    });
    let integers: HashSet<i64> = integers.collect();
    match (texts.len(), integers.len()) {
        (different, 0) | (0, different) if different == elements.len() => Verdict::Valid,
        _ => Verdict::Unknown,
    }
}
