//! What each step does to a tree, and how it is undone.

use crate::migrate::convert::{self, Converted};
use crate::migrate::pattern::Pattern;
use crate::migrate::step::{Literal, Part, Step};
use crate::migrate::work::Work;
use crate::value::reference::holds_reference;
use crate::value::{Node, Origin, Path, Value};

/// Does a step.
pub fn up(step: &Step, work: &mut Work<'_>) {
    match *step {
        Step::Rename { from, to } => shift(from, to, "renamed", work),
        Step::Move { from, to } => shift(from, to, "moved", work),
        Step::Add { at, value } => add(at, value, work),
        Step::Remove { at, why } => each(at, work, |work, at| work.remove(at, &format!("removed: {why}"))),
        Step::Map { at, values } => {
            convert(at, "in new words", work, |node| convert::map(node, values.iter().map(|(old, new)| (old, new))))
        }
        Step::ToDuration { at, unit } => {
            convert(at, "converted to a duration", work, |node| convert::to_duration(node, unit))
        }
        Step::ToNumber { at, unit } => {
            let words = format!("converted to {}", unit.name());
            convert(at, &words, work, |node| convert::to_number(node, unit))
        }
        Step::TableToDuration { at } => convert(at, "written as a text", work, convert::table_to_duration),
        Step::Scale { at, times, per } => scale(at, times, per, work),
        Step::Strip { at, prefixes } => convert(at, "without its prefix", work, |node| convert::strip(node, prefixes)),
        Step::Split { from, separator, into } => split(from, separator, into, work),
        Step::Join { from, separator, to } => join(from, separator, to, work),
    }
}

/// Undoes a step that goes back.
pub fn down(step: &Step, work: &mut Work<'_>) {
    match *step {
        Step::Rename { from, to } => shift(to, from, "renamed", work),
        Step::Move { from, to } => shift(to, from, "moved", work),
        Step::Add { at, value } => take_back(at, value, work),
        Step::Map { at, values } => {
            convert(at, "in old words", work, |node| convert::map(node, values.iter().map(|(old, new)| (new, old))))
        }
        Step::ToDuration { at, unit } => up(&Step::ToNumber { at, unit }, work),
        Step::ToNumber { at, unit } => up(&Step::ToDuration { at, unit }, work),
        Step::Scale { at, times, per } => scale(at, per, times, work),
        Step::Split { from, separator, into } => join(into, separator, from, work),
        Step::Join { from, separator, to } => split(to, separator, from, work),
        // A route does not go through these.
        Step::Remove { .. } | Step::TableToDuration { .. } | Step::Strip { .. } => {}
    }
}

/// Each place of a field.
fn each(at: &'static str, work: &mut Work<'_>, mut visit: impl FnMut(&mut Work<'_>, &Path)) {
    let pattern = Pattern::of(at);
    for way in pattern.ways(work.tree, &work.base) {
        let at = pattern.on(&work.base, &way);
        visit(work, &at);
    }
}

/// Each place of fields that stand beside each other.
fn together<const N: usize>(
    fields: [&'static str; N],
    work: &mut Work<'_>,
    mut visit: impl FnMut(&mut Work<'_>, &[Path; N]),
) {
    let patterns = fields.map(Pattern::of);
    for way in patterns[0].ways(work.tree, &work.base) {
        let paths = patterns.each_ref().map(|pattern| pattern.on(&work.base, &way));
        visit(work, &paths);
    }
}

fn shift(from: &'static str, to: &'static str, why: &str, work: &mut Work<'_>) {
    together([from, to], work, |work, [from, to]| match (work.get(from), work.get(to)) {
        (None, _) => {}
        (Some(_), None) => work.move_to(from, to, why),
        (Some(old), Some(new)) if old == new => work.remove(from, &format!("{to} says the same")),
        (Some(_), Some(_)) => work.conflict(from, to),
    });
}

fn add(at: &'static str, value: Literal, work: &mut Work<'_>) {
    // What is laid on a config says only what it changes.
    if work.in_overlay() {
        return;
    }
    each(at, work, |work, at| {
        if work.get(at).is_none() {
            work.set(at, value.node().value, Origin::Unwritten, "added with its default");
        }
    });
}

fn take_back(at: &'static str, value: Literal, work: &mut Work<'_>) {
    each(at, work, |work, at| match work.get(at) {
        None => {}
        Some(node) if *node == value.node() => work.remove(at, "its default, which older versions do not name"),
        Some(_) => {
            let help = format!("remove {at}, if the older version may do without it");
            work.refuse(at, "is unknown to the older version, and not its default", help);
        }
    });
}

fn convert(at: &'static str, why: &str, work: &mut Work<'_>, convert: impl Fn(&Node) -> Converted) {
    each(at, work, |work, at| match work.get(at).map(&convert) {
        None | Some(Converted::Stays) => {}
        Some(Converted::To(value)) => work.set(at, value, Origin::Unwritten, why),
        Some(Converted::Not(what)) => {
            let help = format!("write {at} as the newer version wants it, or remove it");
            work.refuse(at, &what, help);
        }
    });
}

fn scale(at: &'static str, times: i64, per: i64, work: &mut Work<'_>) {
    let words = match (times, per) {
        (times, 1) => format!("multiplied by {times}"),
        (1, per) => format!("divided by {per}"),
        (times, per) => format!("multiplied by {times}, divided by {per}"),
    };
    convert(at, &words, work, |node| convert::scale(node, times, per));
}

fn split(from: &'static str, separator: &str, into: [Part; 2], work: &mut Work<'_>) {
    together([from, into[0].at(), into[1].at()], work, |work, [from, first, second]| {
        let Some(node) = work.get(from) else { return };
        let origin = node.origin.clone();
        if is_absent(node) {
            return work.remove(from, "absent");
        }
        match halves(node, separator, into) {
            Err(what) => {
                let help = format!("write {first} and {second} in its place");
                work.refuse(from, &what, help);
            }
            Ok(values) => {
                let other = |at: &Path, value: &Value| work.get(at).is_some_and(|node| node.value != *value);
                let [one, two] = values;
                if other(first, &one) {
                    return work.conflict(from, first);
                }
                if other(second, &two) {
                    return work.conflict(from, second);
                }
                let why = format!("split at {separator:?}");
                if work.get(first).is_some() {
                    work.remove(from, &why);
                } else {
                    work.move_to(from, first, &why);
                    if work.get(first).is_none() {
                        return;
                    }
                    work.set(first, one, origin.clone(), &why);
                }
                if work.get(second).is_none() {
                    work.set(second, two, origin, &why);
                    work.done.unite(first, second);
                }
            }
        }
    });
}

/// Both parts of a text, or what is wrong with it.
fn halves(node: &Node, separator: &str, into: [Part; 2]) -> Result<[Value; 2], String> {
    let text = node.as_str().ok_or_else(|| format!("is {}, and only a text can be split", node.value.kind()))?;
    if holds_reference(text) {
        return Err("holds a reference, and what that stands for is not known".to_owned());
    }
    let (first, second) =
        text.rsplit_once(separator).ok_or_else(|| format!("has no {separator:?} at which it could be split"))?;
    let value = |part: Part, text: &str| match part {
        Part::Text(_) => Ok(Value::String(text.to_owned())),
        Part::Integer(at) => {
            let number = text.parse().ok().filter(|number: &i64| number.to_string() == text);
            number.map(Value::Integer).ok_or_else(|| format!("has no whole number where that of {at} should be"))
        }
    };
    Ok([value(into[0], first)?, value(into[1], second)?])
}

fn join(from: [Part; 2], separator: &str, to: &'static str, work: &mut Work<'_>) {
    together([from[0].at(), from[1].at(), to], work, |work, [first, second, to]| {
        let (one, two) = (present(work, first), present(work, second));
        let (one, two) = match (one, two) {
            (None, None) => return,
            (Some(one), Some(two)) => (one, two),
            (Some(_), None) => return lonely(work, first, second, to),
            (None, Some(_)) => return lonely(work, second, first, to),
        };
        let texts = [text_of(from[0], &one, ""), text_of(from[1], &two, separator)];
        let (one, two) = match texts {
            [Ok(one), Ok(two)] => (one, two),
            [Err(what), _] => return work.refuse(first, &what, format!("write {to} in the place of both")),
            [_, Err(what)] => return work.refuse(second, &what, format!("write {to} in the place of both")),
        };
        let joined = Value::String(format!("{one}{separator}{two}"));
        let why = format!("joined with {separator:?}");
        match work.get(to) {
            Some(node) if node.value != joined => return work.conflict(first, to),
            Some(_) => work.remove(first, &format!("{to} says the same")),
            None => {
                work.move_to(first, to, &why);
                let Some(origin) = work.get(to).map(|node| node.origin.clone()) else { return };
                work.set(to, joined, origin, &why);
            }
        }
        work.remove(second, &why);
        work.done.unite(to, second);
    });
}

fn is_absent(node: &Node) -> bool {
    node.is_null() || node.as_str() == Some("")
}

fn present(work: &Work<'_>, at: &Path) -> Option<Node> {
    work.get(at).filter(|node| !is_absent(node)).cloned()
}

fn lonely(work: &mut Work<'_>, there: &Path, missing: &Path, to: &Path) {
    let what = format!("is joined with {missing}, which is not set");
    work.refuse(there, &what, format!("write {missing} as well, or {to} in the place of both"));
}

/// The text of a part, which holds no separator where it could be split at a wrong one.
fn text_of(part: Part, node: &Node, separator: &str) -> Result<String, String> {
    match (part, &node.value) {
        (Part::Text(_), Value::String(text)) if !separator.is_empty() && text.contains(separator) => {
            Err(format!("holds {separator:?}, which is to stand before it"))
        }
        (Part::Text(_), Value::String(text)) => Ok(text.clone()),
        (Part::Integer(_), Value::Integer(number)) => Ok(number.to_string()),
        (Part::Text(_), other) => Err(format!("is {}, and only a text can be joined", other.kind())),
        (Part::Integer(_), other) => Err(format!("is {}, and only a whole number can be joined", other.kind())),
    }
}
