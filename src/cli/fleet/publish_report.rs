//! Report of a publication, as text and as JSON.

use confgate_core::pretty_json::document;
use confgate_core::render::count;
use confgate_core::sensitive::display::sanitize;
use confgate_fleet::{FieldChange, Move, Publication, PublishError, Published};
use serde_json::{Value as Json, json};

use crate::cli::change::change_line;
use crate::cli::deploy::report_failure;
use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::format::OutputFormat;
use crate::cli::output::Output;

/// Prints what was published.
pub(crate) fn report_published(
    published: &Published,
    publication: &Publication<'_>,
    format: OutputFormat,
    output: &mut Output,
) -> Result<(), CliError> {
    match format {
        OutputFormat::Human => output.put(&text(published, publication)),
        OutputFormat::Json => output.put(&document(&published_json(published, publication))),
    }
}

/// Prints the reason why nothing was published. An error of the store is one of the command.
pub(crate) fn report_error(
    error: PublishError,
    format: OutputFormat,
    output: &mut Output,
) -> Result<ExitStatus, CliError> {
    let is_rejection = error.is_rejection();
    if format == OutputFormat::Json && is_rejection {
        let fields = match &error {
            PublishError::Conflict { fields, .. } => json!(fields),
            _ => json!([]),
        };
        output.put(&document(&json!({ "published": false, "error": error.to_string(), "conflicts": fields })))?;
        return Ok(ExitStatus::Rejected);
    }
    report_failure(CliError::from(error), is_rejection, output)
}

fn published_json(published: &Published, publication: &Publication<'_>) -> Json {
    let rebased = published.rebased.as_ref();
    json!({
        "published": published.position.is_some(),
        "dry_run": publication.dry_run,
        "service": publication.keys.service(),
        "release": published.release,
        "bundles": published.bundles,
        "new_bundles": published.new_bundles,
        "waves": published.moved,
        "position": published.position,
        "rebased": rebased.map(|on| json!({ "release": on.release, "author": on.author, "taken": on.taken })),
        "changes": published.changes,
        "warnings": published.warnings,
    })
}

fn text(published: &Published, publication: &Publication<'_>) -> String {
    let mut lines = Vec::new();
    let warnings = match published.warnings {
        0 => String::new(),
        number => format!(" with {}", count(number, "warning")),
    };
    lines.push(format!("✓ gate     {} admitted{warnings}", count(published.bundles, "bundle")));
    if let Some(on) = &published.rebased {
        lines.push(format!("✓ rebase   on release {} by {}", on.release.short(), on.author));
        lines.extend(on.taken.bundles.iter().map(|node| format!("           their bundle of {node}")));
        lines.extend(on.taken.fields.iter().map(|field| format!("           their {field}")));
    }
    let is_dry = publication.dry_run;
    match is_dry {
        true => lines.push("– store    skipped (--dry-run)".to_owned()),
        false => lines.push(format!(
            "✓ store    release {}, {} new",
            published.release,
            count(published.new_bundles, "bundle")
        )),
    }
    match published.position {
        Some(position) => lines.push(format!("✓ publish  revision {}", position.revision)),
        None if is_dry => lines.push("– publish  skipped (--dry-run)".to_owned()),
        None if publication.waves.is_empty() => lines.push("– publish  skipped (--store-only)".to_owned()),
        None => lines.push("– publish  skipped (the pointers are at this release)".to_owned()),
    }
    for (wave, Move { from, to }) in &published.moved {
        let from = from.map_or_else(|| "none".to_owned(), |from| from.short());
        lines.push(format!("           {wave}: {from} → {}", to.short()));
    }
    lines.push(String::new());
    for (bundle, changes) in &published.changes {
        lines.push(bundle.clone());
        lines.extend(changes.iter().map(change_text));
    }
    lines.extend(published.uncompared.iter().map(|reason| format!("changes are not shown: {reason}")));
    lines.push(match (published.is_unchanged(), is_dry) {
        _ if publication.waves.is_empty() => format!("release {} is stored", published.release),
        (true, _) => "nothing to do: this release is published already".to_owned(),
        (false, true) => "nothing was written".to_owned(),
        (false, false) => format!("release {} is published", published.release),
    });
    lines.iter().map(|line| format!("{}\n", sanitize(line))).collect()
}

fn change_text(change: &FieldChange) -> String {
    let place = change.origin.as_ref().map(|place| format!("  ({place})")).unwrap_or_default();
    format!("  {}  {}{place}", change.path, change_line(change.old.as_ref(), change.new.as_ref()))
}
