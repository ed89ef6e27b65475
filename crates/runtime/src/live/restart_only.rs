//! Fields that need a restart: a running node keeps what it has, and says what waits.

use confgate_core::gate::redact::{Visibility, redacted};
use confgate_core::schema::fields::leaves;
use confgate_core::value::{Node, Path};

use crate::live::current::{Current, Pending};
use crate::live::writer::examine_again;
use crate::load::{LoadedConfig, Loader, Refused};

/// A config that may take over.
pub struct Kept<M> {
    /// The typed config.
    pub config: M,
    /// Where it comes from.
    pub loaded: LoadedConfig,
    /// What waits for a restart.
    pub pending: Vec<Pending>,
}

/// Puts the running values in the place of those that need a restart, and asks the gate about what comes of it. `config` is
/// what the gate made of `loaded` as it is.
pub fn keep<M>(
    loader: &Loader<M>,
    running: Option<&Current<M>>,
    mut loaded: LoadedConfig,
    config: Option<M>,
) -> Result<Kept<M>, Refused> {
    let Some(running) = running else {
        let (config, loaded) = made(loader, loaded, config)?;
        return Ok(Kept { config, loaded, pending: Vec::new() });
    };
    let view = loader.gate().view();
    let restart: Vec<Path> =
        leaves(view).into_iter().filter(|leaf| leaf.reload == Some("restart")).map(|leaf| leaf.path).collect();
    let mut kept = Vec::new();
    let mut pending = Vec::new();
    for path in restart {
        let (old, new) = (running.loaded.tree.get(&path.0), loaded.tree.get(&path.0));
        if old == new {
            continue;
        }
        let shown = |node: &Node, loaded: &LoadedConfig| {
            redacted(Visibility::of(view, &path.0, &loaded.tree), node, &path, &loaded.sources)
        };
        pending.push(Pending {
            path: path.clone(),
            running: old.map(|node| shown(node, &running.loaded)),
            wanted: new.map(|node| shown(node, &loaded)),
        });
        kept.push((path, old.cloned()));
    }
    if kept.is_empty() {
        let (config, loaded) = made(loader, loaded, config)?;
        return Ok(Kept { config, loaded, pending });
    }
    loaded.keep(kept, &running.loaded);
    let (config, loaded) = examine_again(loader, loaded)?;
    Ok(Kept { config, loaded, pending })
}

fn made<M>(loader: &Loader<M>, loaded: LoadedConfig, config: Option<M>) -> Result<(M, LoadedConfig), Refused> {
    match config {
        Some(config) => Ok((config, loaded)),
        None => examine_again(loader, loaded),
    }
}
