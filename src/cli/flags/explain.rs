//! `confgate flags explain`: the way of an evaluation, with the places where its parts are written.

use clap::Args;
use confgate_core::pretty_json::document;
use confgate_core::sensitive::display::sanitize;
use confgate_core::value::Path;
use confgate_flags::{Bucket, Explanation, Step};
use serde_json::{Value as Json, json};

use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::flags::context_args::ContextArgs;
use crate::cli::flags::eval::{line, result_json};
use crate::cli::flags::file::{FlagsFileArgs, LoadedFlags};
use crate::cli::format::OutputFormat;
use crate::cli::output::Output;

/// Show which rules of a flag match in a context, which bucket a share selects, and where they are written.
#[derive(Debug, Args)]
pub(super) struct ExplainFlag {
    #[command(flatten)]
    file: FlagsFileArgs,
    /// Flag to explain.
    #[arg(value_name = "FLAG")]
    flag: String,
    #[command(flatten)]
    context: ContextArgs,
    /// Print in this format.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human")]
    format: OutputFormat,
}

impl ExplainFlag {
    pub fn run(self, output: &mut Output) -> Result<ExitStatus, CliError> {
        let flags = match self.file.load(output)? {
            Ok(flags) => flags,
            Err(status) => return Ok(status),
        };
        let (context, seconds) = (self.context.context(flags.file.document())?, self.context.seconds());
        let result = flags.file.flags().evaluate_at(&self.flag, &context, seconds);
        let explanation = Explanation::of(flags.file.document(), &self.flag, &context, Some(seconds));
        match self.format {
            OutputFormat::Human => {
                output.put(&line(&self.flag, &result, flags.file.flags()))?;
                let rows: Vec<[String; 2]> = layers(&flags, &self.flag)
                    .into_iter()
                    .chain(explanation.steps.iter().map(|step| described(&flags, step)))
                    .collect();
                let width = rows.iter().map(|[text, _]| text.chars().count()).max().unwrap_or(0);
                for [text, place] in rows {
                    let row = format!("  {text:width$}  {place}");
                    output.put(&(sanitize(row.trim_end()).into_owned() + "\n"))?;
                }
            }
            OutputFormat::Json => {
                let mut json = result_json(&self.flag, &result);
                json["steps"] = explanation.steps.iter().map(|step| step_json(&flags, step)).collect();
                json["origins"] = origins(&flags, &self.flag);
                output.put(&document(&json))?;
            }
        }
        Ok(ExitStatus::success_if(result.is_ok()))
    }
}

/// Returns the rows about the fields of a flag that decide before targeting does.
fn layers(flags: &LoadedFlags, key: &str) -> Vec<[String; 2]> {
    let flag = Path::root().key("flags").key(key);
    let rows = ["state", "defaultVariant"].into_iter().filter_map(|field| {
        let path = flag.key(field);
        let node = flags.loaded.tree.get(&path.0)?;
        let value = node.as_str()?;
        Some([format!("{field} is {value}"), flags.loaded.origin(node)])
    });
    rows.collect()
}

fn described(flags: &LoadedFlags, step: &Step) -> [String; 2] {
    match step {
        Step::Condition { path, condition, holds } => {
            let verdict = if *holds { "holds" } else { "does not hold" };
            [format!("condition {condition} {verdict}"), place(flags, path)]
        }
        Step::Reference { path, evaluator } => [format!("evaluator {evaluator}"), place(flags, path)],
        Step::Share { path, bucket: Some(bucket) } => [share(bucket), place(flags, path)],
        Step::Share { path, bucket: None } => {
            ["share selects nothing: no text to hash, no targetingKey, or no weights".to_owned(), place(flags, path)]
        }
        Step::Failed { path, expression, reason } => {
            [format!("{expression} cannot be evaluated: {reason}"), place(flags, path)]
        }
        Step::Ramp { path, step: Some((at, percent)) } => {
            [format!("ramp at {percent} % since {at}"), place(flags, path)]
        }
        Step::Ramp { path, step: None } => ["ramp has not begun".to_owned(), place(flags, path)],
        Step::Result { path, value } => [format!("result {value}"), place(flags, path)],
    }
}

fn share(bucket: &Bucket) -> String {
    let ranges: Vec<String> =
        bucket.ranges.iter().map(|(variant, start, end)| format!("{variant} {start}..{end}")).collect();
    format!(
        "bucket {} of {} for {:?} selects {}: {}",
        bucket.number,
        bucket.total,
        bucket.text,
        bucket.variant,
        ranges.join(", ")
    )
}

/// Returns the place of a value, or that of the nearest value around it that has one.
fn place(flags: &LoadedFlags, path: &Path) -> String {
    let mut path = path.clone();
    loop {
        let node = flags.loaded.tree.get(&path.0);
        if let Some(place) = node.and_then(|node| flags.loaded.places(node).into_iter().next()) {
            return place;
        }
        match path.parent() {
            Some(parent) => path = parent,
            None => return String::new(),
        }
    }
}

fn step_json(flags: &LoadedFlags, step: &Step) -> Json {
    let at = |path: &Path| json!({ "path": path.pointer(), "place": place(flags, path) });
    match step {
        Step::Condition { path, condition, holds } => {
            json!({ "condition": condition, "holds": holds, "at": at(path) })
        }
        Step::Reference { path, evaluator } => json!({ "evaluator": evaluator, "at": at(path) }),
        Step::Share { path, bucket } => {
            let bucket = bucket.as_ref().map(|bucket| {
                let ranges = bucket
                    .ranges
                    .iter()
                    .map(|(variant, start, end)| json!({ "variant": variant, "start": start, "end": end }));
                json!({
                    "text": bucket.text, "hash": bucket.hash, "bucket": bucket.number, "of": bucket.total,
                    "variant": bucket.variant, "ranges": ranges.collect::<Vec<_>>(),
                })
            });
            json!({ "share": bucket, "at": at(path) })
        }
        Step::Ramp { path, step } => {
            let step = step.as_ref().map(|(since, percent)| json!({ "since": since, "percent": percent }));
            json!({ "ramp": step, "at": at(path) })
        }
        Step::Failed { path, expression, reason } => {
            json!({ "failed": expression, "reason": reason, "at": at(path) })
        }
        Step::Result { path, value } => json!({ "result": value, "at": at(path) }),
    }
}

/// Returns the layers of the state of a flag, the highest first: an override of it is its kill switch.
fn origins(flags: &LoadedFlags, key: &str) -> Json {
    let name = Path::root().key("flags").key(key).key("state").to_string();
    match flags.loaded.explain(&flags.gate, &name) {
        Ok(explanation) => json!({ "state": explanation.contributions }),
        Err(_) => json!({}),
    }
}
