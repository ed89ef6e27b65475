//! Checks of targeting: operators, operands, attributes, references, and results.

use crate::diagnostics::{Diagnostic, codes, suggest};
use crate::flags::attributes;
use crate::flags::comparison;
use crate::flags::document::{Document, Flag};
use crate::flags::expression::Expression;
use crate::flags::fractional;
use crate::flags::literals;
use crate::flags::names::{suggest_key, suggest_text};
use crate::flags::operators::{self, COMPARISONS, OPERATORS, OVER_ELEMENTS, Operator};
use crate::flags::results::{self, TargetingResult};
use crate::flags::site::Site;
use crate::flags::size;

/// Maximum number of references that are followed one after another.
const MAX_REFERENCES: usize = 64;

/// Maximum depth of an expression.
const MAX_DEPTH: usize = 128;

/// Facts that the checks of one expression need.
struct Checker<'c, 'a> {
    /// Name of the expression in messages.
    reader: String,
    attributes: Option<Vec<&'a str>>,
    types: Vec<(&'a str, &'a str)>,
    evaluators: Vec<(&'a str, Site<'a>)>,
    found: &'c mut Vec<Diagnostic>,
}

/// Checks the shared expressions.
pub(super) fn check_evaluators(document: &Document<'_>, found: &mut Vec<Diagnostic>) {
    let evaluators = document.evaluators();
    for (name, site) in &evaluators {
        let mut checker = Checker::new(document, format!("the evaluator {name}"), found);
        checker.expression(site, false);
    }
    let mut reported: Vec<&str> = Vec::new();
    for (name, site) in &evaluators {
        if reported.contains(name) {
            continue;
        }
        if let Some(circle) = circle(name, &evaluators) {
            let message = format!("the evaluator {name} refers to itself: {}", circle.join(", "));
            found.push(site.error(&codes::FLAGS_EVALUATOR, message).help("remove one of the references"));
            reported.extend(circle);
        }
    }
}

/// Checks the targeting of a flag.
pub(super) fn check(document: &Document<'_>, flag: &Flag<'_>, found: &mut Vec<Diagnostic>) {
    let Some(targeting) = flag.site.key("targeting") else { return };
    // flagd reads an empty table as no targeting.
    if targeting.node.as_table().is_some_and(|table| table.is_empty()) {
        return;
    }
    Checker::new(document, targeting.path.to_string(), found).expression(&targeting, false);
    size::check(document, flag, &targeting, found);
    let evaluators = document.evaluators();
    let evaluator = |name: &str| evaluators.iter().find(|(known, _)| *known == name).map(|(_, site)| site.clone());
    let mut results = Vec::new();
    results::collect(&targeting, &evaluator, MAX_REFERENCES, &mut results);
    let variants = flag.variants();
    let mut reported: Vec<String> = Vec::new();
    for result in results {
        match result {
            TargetingResult::Variant(name, site) if !variants.contains(&name.as_str()) => {
                if reported.contains(&name) {
                    continue;
                }
                let message = format!("{} can return {name:?}, which is not a variant", targeting.path);
                let diagnostic = site.error(&codes::FLAGS_UNKNOWN_VARIANT, message);
                found.push(suggest_text(diagnostic, &name, &variants, "its variants", &site));
                reported.push(name);
            }
            TargetingResult::Boolean(site) => {
                let missing: Vec<&str> =
                    ["true", "false"].into_iter().filter(|name| !variants.contains(name)).collect();
                // One of them may never be returned, which is known when it is evaluated.
                if missing.len() == 2 {
                    let message =
                        format!("{} can return \"true\" and \"false\", which are not variants", targeting.path);
                    let help = "put it into the condition of an if, or name the variants true and false";
                    found.push(site.error(&codes::FLAGS_UNKNOWN_VARIANT, message).help(help));
                }
            }
            TargetingResult::Nameless(site) => {
                let message = format!("{} can return a list, which is not the name of a variant", targeting.path);
                let diagnostic = site.error(&codes::FLAGS_UNKNOWN_VARIANT, message);
                found.push(diagnostic.help("write the name of a variant alone"));
            }
            TargetingResult::Variant(..) => {}
        }
    }
}

/// Returns the way from an evaluator back to itself, if there is one.
fn circle<'a>(start: &'a str, evaluators: &[(&'a str, Site<'a>)]) -> Option<Vec<&'a str>> {
    let mut way = vec![start];
    let mut seen = vec![start];
    back_to(start, start, evaluators, &mut way, &mut seen).then_some(way)
}

fn back_to<'a>(
    start: &str,
    name: &'a str,
    evaluators: &[(&'a str, Site<'a>)],
    way: &mut Vec<&'a str>,
    seen: &mut Vec<&'a str>,
) -> bool {
    let Some((_, site)) = evaluators.iter().find(|(known, _)| *known == name) else { return false };
    let mut references = Vec::new();
    collect_references(site, MAX_DEPTH, &mut references);
    for reference in references {
        if reference == start {
            way.push(reference);
            return true;
        }
        if !seen.contains(&reference) {
            seen.push(reference);
            way.push(reference);
            if back_to(start, reference, evaluators, way, seen) {
                return true;
            }
            way.pop();
        }
    }
    false
}

fn collect_references<'a>(site: &Site<'a>, depth: usize, found: &mut Vec<&'a str>) {
    if depth == 0 {
        return;
    }
    match Expression::of(site) {
        Expression::Operation { operator: "$ref", operands, .. } => {
            found.extend(operands.first().and_then(Site::as_str));
        }
        Expression::Operation { operands, .. } => {
            operands.iter().for_each(|operand| collect_references(operand, depth - 1, found));
        }
        Expression::List(elements) => {
            elements.iter().for_each(|element| collect_references(element, depth - 1, found));
        }
        Expression::Literal | Expression::Other(_) => {}
    }
}

impl<'c, 'a> Checker<'c, 'a> {
    fn new(document: &Document<'a>, reader: String, found: &'c mut Vec<Diagnostic>) -> Self {
        let (attributes, types) = (document.attributes(), document.attribute_types());
        Self { reader, attributes, types, evaluators: document.evaluators(), found }
    }

    /// Checks an expression. `in_element` is set where `var` reads an element of a list.
    fn expression(&mut self, site: &Site<'a>, in_element: bool) {
        match Expression::of(site) {
            Expression::Operation { operator, operands, at } => self.operation(operator, &operands, &at, in_element),
            Expression::List(elements) => elements.iter().for_each(|element| self.expression(element, in_element)),
            Expression::Literal => {}
            Expression::Other(keys) => {
                let keys: Vec<String> = keys.into_iter().map(str::to_owned).collect();
                let message = match keys.len() {
                    0 => "an expression has one operator, and this table is empty".to_owned(),
                    _ => format!(
                        "an expression has one operator, and this table has the keys {}",
                        suggest::join_and(&keys)
                    ),
                };
                let help =
                    if keys.is_empty() { "add an operator, such as var" } else { "put each into a table of its own" };
                self.found.push(site.error(&codes::FLAGS_OPERANDS, message).help(help));
            }
        }
    }

    fn operation(&mut self, name: &'a str, operands: &[Site<'a>], at: &Site<'a>, in_element: bool) {
        let Some(operator) = operators::find(name) else {
            let message = format!("{} has the operator {name}, which flagd does not know", self.reader);
            let known: Vec<&str> = OPERATORS.iter().map(|operator| operator.name).collect();
            let diagnostic = at.error(&codes::FLAGS_UNKNOWN_OPERATOR, message);
            self.found.push(suggest_key(diagnostic, name, &known, "the operators of flagd"));
            return;
        };
        self.operand_count(operator, operands.len(), at);
        literals::check(name, operands, at, in_element, self.found);
        if !in_element {
            comparison::check(name, operands, &self.types, at, self.found);
        }
        match name {
            "var" if !in_element => {
                let first = operands.first();
                first.into_iter().for_each(|path| {
                    attributes::check(path, self.attributes.as_deref(), &self.reader, self.found);
                    attributes::check_part(path, &self.types, &self.reader, self.found);
                });
            }
            "missing" if !in_element => {
                for path in operands {
                    attributes::check(path, self.attributes.as_deref(), &self.reader, self.found);
                }
            }
            "$ref" => self.reference(operands),
            "sem_ver" => self.comparison(operands),
            "fractional" => fractional::check(operands, at, self.found),
            _ => {}
        }
        if matches!(name, "var" | "missing" | "missing_some" | "$ref") {
            return;
        }
        for (index, operand) in operands.iter().enumerate() {
            let in_element = in_element || (index > 0 && OVER_ELEMENTS.contains(&name));
            self.expression(operand, in_element);
        }
    }

    fn operand_count(&mut self, operator: &Operator, count: usize, at: &Site<'a>) {
        let Operator { name, least, most, .. } = *operator;
        if (least..=most).contains(&count) {
            return;
        }
        let takes = match (least, most) {
            (1, 1) => "1 operand".to_owned(),
            (least, most) if least == most => format!("{least} operands"),
            (least, usize::MAX) => format!("at least {least} operands"),
            (least, most) => format!("{least} to {most} operands"),
        };
        let message = format!("the operator {name} takes {takes}, and has {count}");
        self.found.push(at.error(&codes::FLAGS_OPERANDS, message).help("add or remove operands"));
    }

    fn reference(&mut self, operands: &[Site<'a>]) {
        let Some(site) = operands.first() else { return };
        let Some(name) = site.as_str() else { return };
        let known: Vec<&str> = self.evaluators.iter().map(|(name, _)| *name).collect();
        if known.contains(&name) {
            return;
        }
        let message = format!("{} refers to the evaluator {name}, which is not declared", self.reader);
        let diagnostic = site.error(&codes::FLAGS_EVALUATOR, message);
        self.found.push(suggest_text(diagnostic, name, &known, "the evaluators", site));
    }

    fn comparison(&mut self, operands: &[Site<'a>]) {
        let Some(site) = operands.get(1) else { return };
        let Some(name) = site.as_str().filter(|name| !COMPARISONS.contains(name)) else { return };
        let message = format!("the comparison of sem_ver is {name:?}");
        let known: Vec<String> = COMPARISONS.iter().map(|known| (*known).to_owned()).collect();
        let help = format!("use one of the comparisons: {}", suggest::join_or(&known));
        self.found.push(site.error(&codes::FLAGS_OPERANDS, message).help(help));
    }
}
