//! `confgate show`: the config of this machine, and where each value of it comes from.

use std::collections::HashMap;

use clap::Args;
use confgate_core::gate::Gate;
use confgate_core::pretty_json::document;
use confgate_core::toml;
use confgate_core::value::{Node, Origin, Path, Source, json};
use confgate_runtime::load::{Kind, LoadedConfig, values};

use crate::cli::output::{Language, Output};
use crate::cli::running::Running;
use crate::cli::{DONE, Failure, REFUSED};

/// Print the config that a service would run on this machine, with every layer, and without secrets.
#[derive(Debug, Args)]
pub struct Show {
    #[command(flatten)]
    running: Running,
    /// Say of each value where it was written.
    #[arg(long)]
    origins: bool,
    /// How to print it.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "toml")]
    format: Language,
}

impl Show {
    pub fn run(self, output: &mut Output, gate: &dyn Fn() -> Gate) -> Result<u8, Failure> {
        let Some((loader, loaded)) = self.running.load(gate, output)? else { return Ok(REFUSED) };
        let shown = loaded.shown(loader.gate());
        match self.format {
            Language::Toml => {
                let text = toml::write(&shown)?;
                let text = if self.origins { annotated(&text, &shown, &loaded) } else { text };
                output.put(&format!("{}\n{text}", heading(&loaded)))?;
            }
            Language::Json if self.origins => {
                output.put(&document(&loaded.with_origins(loader.gate())))?;
            }
            Language::Json => output.put(&document(&json::write(&shown)))?,
        }
        Ok(DONE)
    }
}

/// What is true of the whole config, as comments.
fn heading(loaded: &LoadedConfig) -> String {
    let file = loaded.file().unwrap_or_else(|| "none: the defaults of the environment count".to_owned());
    let mut text = format!("# environment: {}\n# file: {file}\n", loaded.environment);
    if !loaded.profiles.is_empty() {
        let active = if loaded.active.is_empty() { "none".to_owned() } else { loaded.active.join(", ") };
        text += &format!("# active profiles: {active} (of {})\n", loaded.profiles.join(", "));
    }
    text
}

/// The TOML text with a comment behind every value.
fn annotated(text: &str, shown: &Node, loaded: &LoadedConfig) -> String {
    let source = Source::new("", text);
    let (written, _) = toml::read(&source);
    let mut by_line = HashMap::new();
    values(shown, &Path::root(), &mut |path, node| {
        if let Some(Origin::Text { key, .. }) = written.get(&path.0).map(|node| &node.origin) {
            by_line.insert(source.position(key.range().start).0, origin(loaded, node, &path));
        }
    });
    let lines: Vec<&str> = text.lines().collect();
    let longest = lines.iter().enumerate().filter(|(index, _)| by_line.contains_key(&(index + 1)));
    let width = longest.map(|(_, line)| line.chars().count()).filter(|width| *width <= 60).max().unwrap_or(0);
    let annotated = lines.iter().enumerate().map(|(index, line)| match by_line.get(&(index + 1)) {
        Some(origin) => format!("{line:width$}  # {origin}\n"),
        None => format!("{line}\n"),
    });
    annotated.collect()
}

fn origin(loaded: &LoadedConfig, node: &Node, path: &Path) -> String {
    let secret =
        loaded.used.iter().find(|used| used.path.overlaps(path) && loaded.sources.resolved.contains_key(&used.path));
    let layer = loaded.layer(node);
    let origin = match layer.kind {
        Kind::Variable => format!("variable {}", layer.name),
        _ => loaded.origin(node),
    };
    match secret {
        Some(secret) => format!("{origin}, with a secret from {}", secret.place),
        None => origin,
    }
}
