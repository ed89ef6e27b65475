//! What a watched config sees: folders and links that others swap.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use super::Live;
use crate::bitcraps::Config;
use crate::host::Host;
use crate::layer::Loader;

/// Shorter than the pause after which a look is taken whatever the system tells.
const SOON: Duration = Duration::from_secs(6);

fn connections(count: u32) -> String {
    format!("[network]\nmax_connections = {count}\n")
}

fn loader(host: &Host) -> Loader {
    Loader::of::<Config>(host.clone())
}

fn watched(loader: Loader) -> Live<Config> {
    Live::builder(loader).watch(Duration::from_millis(20)).start().unwrap()
}

/// Waits until something holds; a test that waits for nothing fails.
fn soon(what: &str, holds: impl Fn() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < SOON, "{what}: not within {SOON:?}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// Puts a link in the place of another, as one step.
fn relink(target: impl AsRef<Path>, link: &Path) {
    let next = link.with_extension("next");
    symlink(target, &next).unwrap();
    fs::rename(next, link).unwrap();
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

#[test]
fn a_folder_that_takes_the_name_of_another_is_watched_like_it() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    write(&at("config/development.toml"), &connections(10));
    let live = watched(loader(&Host::bare().folder(folder.path())));
    write(&at("new/development.toml"), &connections(11));
    fs::rename(at("config"), at("old")).unwrap();
    fs::rename(at("new"), at("config")).unwrap();
    soon("the folder", || live.load().network.max_connections == 11);
    // The kernel may still tell of the old folder; the new one is what counts.
    for count in 12..15 {
        thread::sleep(Duration::from_millis(60));
        fs::write(at("config/development.toml"), connections(count)).unwrap();
        soon("a file in it", || live.load().network.max_connections == count);
    }
}
