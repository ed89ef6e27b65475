//! `confgate show`: config of this machine and the origin of each value.

use std::collections::HashMap;

use clap::{Args, ValueEnum};
use confgate_core::gate::Gate;
use confgate_core::pretty_json::document;
use confgate_core::syntax::Reading;
use confgate_core::value::{Format, Node, Origin, Path, Source, json};
use confgate_core::{toml, yaml};
use confgate_runtime::load::{LayerKind, LoadedConfig, for_each_value};

use crate::cli::config_page::{Summary, config_page};
use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::links_args::LinksArgs;
use crate::cli::load_args::LoadArgs;
use crate::cli::output::Output;

/// Print the config that a service on this machine loads, merged from all layers, without secrets.
#[derive(Debug, Args)]
pub struct Show {
    #[command(flatten)]
    load: LoadArgs,
    /// Print the origin of each value.
    #[arg(long)]
    origins: bool,
    /// Print in this format.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "toml")]
    format: ShowFormat,
    #[command(flatten)]
    links: LinksArgs,
}

/// Format of the config of this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ShowFormat {
    Toml,
    Json,
    Yaml,
    /// One HTML page that loads nothing: each value beside its default, with its place and its layers.
    Html,
}

impl Show {
    pub fn run(self, output: &mut Output, gate: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
        let (loader, loaded) = match self.load.load(gate, output)? {
            Ok(loaded) => loaded,
            Err(status) => return Ok(status),
        };
        if self.format == ShowFormat::Html {
            output.put(&self.page(loader.gate(), &loaded))?;
            return Ok(ExitStatus::Success);
        }
        let tree = loaded.redacted(loader.gate());
        match self.format {
            ShowFormat::Toml => {
                let mut text = toml::write(&tree)?;
                if self.origins {
                    text = annotate(Format::Toml, &text, &tree, &loaded);
                }
                output.put(&format!("{}\n{text}", heading(&loaded)))?;
            }
            ShowFormat::Json if self.origins => {
                output.put(&document(&loaded.with_origins(loader.gate())))?;
            }
            ShowFormat::Json => output.put(&document(&json::write(&tree)))?,
            ShowFormat::Html => {}
            ShowFormat::Yaml => {
                let mut text = yaml::write(&tree);
                if self.origins {
                    text = annotate(Format::Yaml, &text, &tree, &loaded);
                }
                output.put(&format!("{}\n{text}", heading(&loaded)))?;
            }
        }
        Ok(ExitStatus::Success)
    }

    fn page(&self, gate: &Gate, loaded: &LoadedConfig) -> String {
        let file = loaded.file();
        let summary = Summary {
            name: gate.model_name().unwrap_or("service"),
            environment: loaded.environment.name(),
            file: file.as_deref(),
            profiles: &loaded.active_profiles,
        };
        config_page(&summary, &loaded.explain_all(gate), self.links.links().as_ref())
    }
}

/// Returns the environment, the file and the active profiles as comments.
fn heading(loaded: &LoadedConfig) -> String {
    let file = loaded.file().unwrap_or_else(|| "none: the defaults of the environment apply".to_owned());
    let mut text = format!("# environment: {}\n# file: {file}\n", loaded.environment);
    if !loaded.profiles.is_empty() {
        let active =
            if loaded.active_profiles.is_empty() { "none".to_owned() } else { loaded.active_profiles.join(", ") };
        text += &format!("# active profiles: {active} (of {})\n", loaded.profiles.join(", "));
    }
    text
}

/// Longest line that the origins are aligned with, in characters.
const LONGEST_ALIGNED: usize = 60;

/// Appends the origin of every value to its line, as a comment.
fn annotate(format: Format, text: &str, tree: &Node, loaded: &LoadedConfig) -> String {
    let source = Source::in_format(format, "", text);
    let parsed = Reading::of(&source).tree;
    let mut origins = HashMap::new();
    for_each_value(tree, &Path::root(), &mut |path, node| {
        if let Some(Origin::Text { key, .. }) = parsed.get(&path.0).map(|node| &node.origin) {
            origins.insert(source.position(key.range().start).0, origin(loaded, node, &path));
        }
    });
    let width = (1..)
        .zip(text.lines())
        .filter(|(number, _)| origins.contains_key(number))
        .map(|(_, line)| line.chars().count())
        .filter(|width| *width <= LONGEST_ALIGNED)
        .max()
        .unwrap_or(0);
    (1..)
        .zip(text.lines())
        .map(|(number, line)| match origins.get(&number) {
            Some(origin) => format!("{line:width$}  # {origin}\n"),
            None => format!("{line}\n"),
        })
        .collect()
}

fn origin(loaded: &LoadedConfig, node: &Node, path: &Path) -> String {
    let secret =
        loaded.secrets.iter().find(|used| used.path.overlaps(path) && loaded.sources.resolved.contains_key(&used.path));
    let layer = loaded.layer(node);
    let origin = match layer.kind {
        LayerKind::Variable => format!("variable {}", layer.name),
        _ => loaded.origin(node),
    };
    match secret {
        Some(secret) => format!("{origin}, with a secret from {}", secret.place),
        None => origin,
    }
}
