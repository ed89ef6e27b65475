//! Tests of watching directories and links that other programs swap.

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use std::{fs, thread};

use confgate_bitcraps::Config;

use crate::live::Live;
use crate::load::Loader;
use crate::secrets::{FoundSecret, Provider, ProviderError};
use crate::system::SystemContext;

/// Shorter than the interval of comparisons without events.
const SOON: Duration = Duration::from_secs(6);

fn connections(count: u32) -> String {
    format!("[network]\nmax_connections = {count}\n")
}

fn loader(system: &SystemContext) -> Loader<Config> {
    Loader::of::<Config>(system.clone())
}

fn watched(loader: Loader<Config>) -> Live<Config> {
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
    let live = watched(loader(&SystemContext::bare().folder(folder.path())));
    write(&at("new/development.toml"), &connections(11));
    fs::rename(at("config"), at("old")).unwrap();
    fs::rename(at("new"), at("config")).unwrap();
    soon("the folder", || live.load().network.max_connections == 11);
    // The kernel may still report the old directory; the new one must be watched.
    for count in 12..15 {
        thread::sleep(Duration::from_millis(60));
        fs::write(at("config/development.toml"), connections(count)).unwrap();
        soon("a file in it", || live.load().network.max_connections == count);
    }
}

#[test]
fn a_link_above_the_config_is_seen_when_it_is_swapped() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    write(&at("releases/10/config/development.toml"), &connections(10));
    symlink("releases/10", at("current")).unwrap();
    let live = watched(loader(&SystemContext::bare().folder(folder.path())).at("current/config"));
    for count in 11..14 {
        write(&at(&format!("releases/{count}/config/development.toml")), &connections(count));
        relink(format!("releases/{count}"), &at("current"));
        soon("the other folder", || live.load().network.max_connections == count);
    }
}

#[test]
fn a_link_to_the_folder_of_secrets_is_seen_when_it_is_swapped() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    write(&at("node/config/development.toml"), "[monitoring]\nalert_webhook = '${SECRET_HOOK}'\n");
    write(&at("k2/generations/1/HOOK"), "https://one.example/x");
    symlink("generations/1", at("k2/sec")).unwrap();
    let system = SystemContext::bare().folder(at("node")).variable("BITCRAPS_SECRETS", "../k2/sec");
    let live = watched(loader(&system));
    let hook = || live.load().monitoring.alert_webhook.as_ref().unwrap().expose().to_owned();
    for count in 2..5 {
        write(&at(&format!("k2/generations/{count}/HOOK")), &format!("https://{count}.example/x"));
        relink(format!("generations/{count}"), &at("k2/sec"));
        soon("the other secret", || hook() == format!("https://{count}.example/x"));
    }
}

#[test]
fn links_that_lead_in_a_circle_end() {
    let folder = tempfile::tempdir().unwrap();
    symlink("b", folder.path().join("a")).unwrap();
    symlink("a", folder.path().join("b")).unwrap();
    let mut found = std::collections::BTreeMap::new();
    crate::live::watch::add_directories(&folder.path().join("a/config"), &mut found);
    let real = fs::canonicalize(folder.path()).unwrap();
    assert!(found.contains_key(&real), "{found:?}");
}

#[test]
fn the_first_secret_in_an_empty_folder_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let text = "[monitoring]\nalert_webhook = '${SECRET_HOOK:-https://none.example/x}'\n";
    write(&at("config/development.toml"), text);
    fs::create_dir(at("secrets")).unwrap();
    let system = SystemContext::bare().folder(folder.path()).variable("BITCRAPS_SECRETS", "./secrets");
    let live = watched(loader(&system));
    // On a slow machine the file may be read before anything is in it.
    let hook =
        || live.load().monitoring.alert_webhook.as_ref().map(|hook| hook.expose().to_owned()).unwrap_or_default();
    assert_eq!(hook(), "https://none.example/x");
    write(&at("secrets/HOOK"), "https://first.example/x");
    soon("the secret", || hook() == "https://first.example/x");
}

const BUSY: &str = "[[profiles]]\nname = 'busy'\nset.network.max_connections = ";

#[test]
fn the_profiles_beside_a_config_that_is_named_are_watched() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    write(&at("prod.toml"), &connections(10));
    write(&at("profiles.toml"), &format!("{BUSY}11\n"));
    let live = watched(loader(&SystemContext::bare().folder(folder.path())).at("prod.toml"));
    assert_eq!(live.load().network.max_connections, 11);
    write(&at("profiles.toml"), &format!("{BUSY}12\n"));
    soon("the profile", || live.load().network.max_connections == 12);
}

#[test]
fn whatever_file_a_load_reads_is_watched() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for (config, file) in [
        ("prod.toml", "profiles.toml"),
        ("config", "config/development.toml"),
        ("config", "config/development.toml.age"),
        ("config", "config/profiles.toml"),
        ("config", "config/development/config.toml"),
        ("config", "config/development/manifest.json"),
        ("config", "config/development/origins.json"),
        ("config", "config/development/profiles.toml"),
        ("config", "config/origins.json"),
    ] {
        let inputs = loader(&SystemContext::bare().folder(folder.path()))
            .at(config)
            .inputs(confgate_core::environment::Environment::Development);
        assert!(inputs.contains(&at(file)), "{config}: {file} is not in {inputs:?}");
    }
}

/// A provider that runs a closure at each lookup, and counts comparisons of files.
struct HookProvider {
    on_lookup: Box<dyn Fn() + Send + Sync>,
    comparisons: Arc<AtomicUsize>,
}

impl Provider for HookProvider {
    fn name(&self) -> String {
        "hook".to_owned()
    }

    fn secret(&self, _: &str) -> Result<Option<FoundSecret>, ProviderError> {
        (self.on_lookup)();
        Ok(None)
    }

    fn place(&self, _: &str) -> String {
        String::new()
    }

    fn watched(&self) -> Vec<PathBuf> {
        self.comparisons.fetch_add(1, Ordering::Relaxed);
        Vec::new()
    }
}

#[test]
fn what_is_written_during_the_first_load_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config/development.toml");
    let text = |count: u32| {
        let count = connections(count);
        format!("[monitoring]\nalert_webhook = '${{SECRET_HOOK:-https://none.example/x}}'\n{count}")
    };
    write(&file, &text(10));
    let (path, after, written) = (file.clone(), text(11), AtomicUsize::new(0));
    let on_lookup = Box::new(move || {
        if written.fetch_add(1, Ordering::Relaxed) == 0 {
            fs::write(&path, &after).unwrap();
        }
    });
    let hook_provider = HookProvider { on_lookup, comparisons: Arc::default() };
    let live = watched(loader(&SystemContext::bare().folder(folder.path())).providers(vec![Box::new(hook_provider)]));
    assert_eq!((live.load().network.max_connections, live.load().version()), (11, 1));
}

#[test]
fn a_change_that_the_system_does_not_tell_of_is_seen_at_the_next_check() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    write(&at("a/b/c/node.toml"), &connections(10));
    write(&at("new/b/c/node.toml"), &connections(11));
    let live = watched(loader(&SystemContext::bare().folder(folder.path())).at("a/b/c/node.toml"));
    // Wait for the comparison after the start.
    thread::sleep(Duration::from_millis(300));
    // Nothing happens in the folder itself, nor in the one around it.
    fs::rename(at("a"), at("old")).unwrap();
    fs::rename(at("new"), at("a")).unwrap();
    let began = Instant::now();
    while live.load().network.max_connections != 11 {
        assert!(began.elapsed() < Duration::from_secs(40), "it is not seen");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_poll_without_a_pause_has_one() {
    let folder = tempfile::tempdir().unwrap();
    let comparisons = Arc::<AtomicUsize>::default();
    let hook_provider = HookProvider { on_lookup: Box::new(|| ()), comparisons: comparisons.clone() };
    let loader = loader(&SystemContext::bare().folder(folder.path())).providers(vec![Box::new(hook_provider)]);
    let live = Live::<Config>::builder(loader).poll(Duration::ZERO).start().unwrap();
    soon("a second comparison", || comparisons.load(Ordering::Relaxed) > 3);
    let (began, before) = (Instant::now(), comparisons.load(Ordering::Relaxed));
    thread::sleep(Duration::from_millis(200));
    let (passed, made) = (began.elapsed(), comparisons.load(Ordering::Relaxed) - before);
    assert!(made as u128 <= passed.as_millis() / 10 + 2, "{made} comparisons in {passed:?}");
    drop(live);
}

#[test]
fn a_load_that_panics_is_refused_and_the_next_one_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let text = |count: u32| {
        let count = connections(count);
        format!("[monitoring]\nalert_webhook = '${{SECRET_HOOK:-https://none.example/x}}'\n{count}")
    };
    write(&at("config/development.toml"), &text(10));
    let bomb = at("bomb");
    let on_lookup = Box::new(move || assert!(!bomb.exists(), "hunter2"));
    let hook_provider = HookProvider { on_lookup, comparisons: Arc::default() };
    let live = watched(loader(&SystemContext::bare().folder(folder.path())).providers(vec![Box::new(hook_provider)]));
    write(&at("bomb"), "");
    write(&at("config/development.toml"), &text(11));
    soon("a refusal", || live.last_refusal().is_some());
    let message = live.last_refusal().unwrap().to_string();
    assert!(message.contains("loading the config panicked") && !message.contains("hunter2"), "{message}");
    assert!(live.metrics().text().contains("validation_errors_total{rule=\"runtime/panic\"} 1"));
    assert_eq!(live.load().network.max_connections, 10);
    fs::remove_file(at("bomb")).unwrap();
    write(&at("config/development.toml"), &text(12));
    soon("the next load", || live.load().network.max_connections == 12);
    assert!(live.last_refusal().is_none());
}
