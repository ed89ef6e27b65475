//! Checks of the life of a flag: its owner, and the date until which it is needed.

use crate::diagnostics::{Diagnostic, Severity, codes};
use crate::flags::date::Date;
use crate::flags::document::{Document, Flag};

pub(super) fn check(document: &Document<'_>, flag: &Flag<'_>, found: &mut Vec<Diagnostic>) {
    for key in ["owner", "until"] {
        if document.policy_is(key, "required") && flag.site.key(key).is_none() {
            let message = format!("{} has no {key}, which the policy requires", flag.site.path);
            found.push(flag.site.error(&codes::FLAGS_INCOMPLETE, message).help(format!("add {key}")));
        }
    }
    let until = flag.site.key("until");
    let date = until.as_ref().and_then(|until| until.as_str()?.parse::<Date>().ok());
    if let (Some(until), Some(date), Some(today)) = (until, date, document.today)
        && date < today
    {
        let severity = match document.policy_is("expired", "error") {
            true => Severity::Error,
            false => Severity::Warning,
        };
        // The message stays the same from day to day, so that it can be compared.
        let message = format!("{} is expired: it was needed until {date}", flag.site.path);
        let diagnostic = until.diagnostic(severity, &codes::FLAGS_EXPIRED, message);
        found.push(diagnostic.help("remove the flag and the code that it selects, or set a later date"));
    }
}
