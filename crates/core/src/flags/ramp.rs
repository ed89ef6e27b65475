//! Checks of a ramp: the share of a variant that grows with time.

use crate::diagnostics::{Diagnostic, codes};
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

fn share_of(step: &Site<'_>) -> Option<f64> {
    match step.key("percent")?.node.value {
        Value::Integer(share) => Some(share as f64),
        Value::Float(share) => Some(share),
        _ => None,
    }
}
