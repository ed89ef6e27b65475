//! Checks of a ramp: the share of a variant that grows with time.

use crate::diagnostics::{Diagnostic, codes};
use crate::flags::date::Date;
use crate::flags::document::Flag;
use crate::flags::names::suggest_text;
use crate::flags::site::Site;
use crate::value::Value;

pub(super) fn check(flag: &Flag<'_>, found: &mut Vec<Diagnostic>) {
    let Some(ramp) = flag.site.key("ramp") else { return };
    if let Some(variant) = ramp.key("variant")
        && let Some(name) = variant.as_str()
        && !flag.variants().contains(&name)
    {
        let message = format!("{} is {name:?}, which is not a variant", variant.path);
        let diagnostic = variant.error(&codes::FLAGS_UNKNOWN_VARIANT, message);
        found.push(suggest_text(diagnostic, name, &flag.variants(), "its variants", &variant));
    }
    if flag.site.key("defaultVariant").is_none() {
        let message = format!("{} has a ramp and no default variant, which the other keys get", flag.site.path);
        found.push(ramp.error(&codes::FLAGS_RAMP, message).help("add defaultVariant"));
    }
    let steps = ramp.key("steps").map(|steps| steps.elements()).unwrap_or_default();
    for step in &steps {
        if let Some(at) = step.key("at")
            && at.as_str().is_some_and(|time| !exists(time))
        {
            let message = format!("{} is {:?}, a time that does not exist", at.path, at.as_str().unwrap_or_default());
            found.push(at.error(&codes::FLAGS_RAMP, message).help("write a time in UTC, such as 2027-01-31T08:00:00Z"));
        }
    }
    for pair in steps.windows(2) {
        let [before, step] = pair else { continue };
        if let (Some(earlier), Some(later)) = (time_of(before), time_of(step))
            && earlier >= later
        {
            let message = format!("a step of {} must be later than the one before", ramp.path);
            found.push(step.error(&codes::FLAGS_RAMP, message).help("sort the steps by time"));
        }
        if let (Some(smaller), Some(share)) = (share_of(before), share_of(step))
            && share < smaller
        {
            let message = format!("a step of {} has a smaller share than the one before", ramp.path);
            let help = "let the share grow, since a smaller one takes the variant from keys that have it";
            found.push(step.error(&codes::FLAGS_RAMP, message).help(help));
        }
    }
}

/// Returns the time of a step in the form in which times in UTC compare as texts.
fn time_of<'a>(step: &Site<'a>) -> Option<&'a str> {
    step.key("at")?.as_str()
}

/// Returns whether a time in the form of the schema exists, and is one that evaluators can reach.
fn exists(time: &str) -> bool {
    let (Some(date), Some(clock)) = (time.get(..10), time.get(11..19)) else { return false };
    let is_below = |range: std::ops::Range<usize>, limit: u8| {
        clock.get(range).and_then(|part| part.parse::<u8>().ok()).is_some_and(|part| part < limit)
    };
    date.parse::<Date>().is_ok() && date < "9999" && is_below(0..2, 24) && is_below(3..5, 60) && is_below(6..8, 60)
}

fn share_of(step: &Site<'_>) -> Option<f64> {
    match step.key("percent")?.node.value {
        Value::Integer(share) => Some(share as f64),
        Value::Float(share) => Some(share),
        _ => None,
    }
}
