//! Changes that files, links and signals bring.

use std::sync::Arc;

use super::*;
use crate::secrets::{FoundSecret, Provider, ProviderError};

#[test]
fn a_change_of_the_file_is_seen() {
    let node = Node::new(&connections(10));
    let live = node.watched();
    node.write(&connections(11));
    eventually("the new value", || live.load().network.max_connections == 11);
    assert_eq!(live.snapshot().reason, ReloadReason::File);
    node.write(&connections(0));
    eventually("the refusal", || live.last_refusal().is_some());
    assert_eq!(live.load().network.max_connections, 11);
}

#[test]
fn an_editor_that_renames_is_seen() {
    let node = Node::new(&connections(10));
    let live = node.watched();
    let mut longest_gap = Duration::ZERO;
    for count in 11..15 {
        let (new, backup) = (node.folder.path().join("config/.new"), node.folder.path().join("config/old~"));
        fs::write(&new, connections(count)).unwrap();
        let removed = Instant::now();
        fs::rename(node.file(), backup).unwrap();
        thread::sleep(Duration::from_millis(3));
        fs::rename(new, node.file()).unwrap();
        longest_gap = longest_gap.max(removed.elapsed());
        eventually("the new value", || live.load().network.max_connections == count);
    }
    // On a busy machine the gap may outlast the quiet time, and a missing file is then rejected.
    let refused_none = live.metrics().text().contains("result=\"refused\"} 0");
    assert!(refused_none || longest_gap > Duration::from_millis(10), "{longest_gap:?}");
}

#[test]
fn a_file_that_is_emptied_before_it_is_written_is_waited_for() {
    let node = Node::new(&connections(10));
    let live = node.watched();
    node.write("");
    thread::sleep(Duration::from_millis(120));
    assert_eq!(live.load().network.max_connections, 10, "half a write is not a config");
    node.write(&connections(12));
    eventually("the new value", || live.load().network.max_connections == 12);
}

#[test]
fn a_link_that_kubernetes_swaps_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    let mount = folder.path().join("config");
    fs::create_dir(&mount).unwrap();
    let swap = |count: u32| {
        let data = mount.join(format!("..2026_{count}"));
        fs::create_dir(&data).unwrap();
        fs::write(data.join("development.toml"), connections(count)).unwrap();
        std::os::unix::fs::symlink(data.file_name().unwrap(), mount.join("..data_tmp")).unwrap();
        fs::rename(mount.join("..data_tmp"), mount.join("..data")).unwrap();
    };
    swap(10);
    std::os::unix::fs::symlink("..data/development.toml", mount.join("development.toml")).unwrap();
    let loader = Loader::of::<Config>(SystemContext::bare().folder(folder.path()));
    let live = Live::<Config>::builder(loader).watch(Duration::from_millis(20)).start().unwrap();
    for count in 11..14 {
        swap(count);
        eventually("the new value", || live.load().network.max_connections == count);
    }
}

#[test]
fn a_file_that_comes_later_is_seen_and_one_that_goes_leaves_what_runs() {
    let node = Node::new("");
    fs::remove_file(node.file()).unwrap();
    let live = node.watched();
    assert_eq!(live.load().network.max_connections, 50);
    node.write(&connections(12));
    eventually("the file", || live.load().network.max_connections == 12);
    fs::remove_file(node.file()).unwrap();
    eventually("the refusal", || live.last_refusal().is_some());
    assert_eq!(live.load().network.max_connections, 12);
}

#[test]
fn a_secret_that_is_rotated_reloads_the_config() {
    let mut node = Node::new("[monitoring]\nalert_webhook = '${SECRET_HOOK}'\n");
    let secrets = node.folder.path().join("secrets");
    fs::create_dir(&secrets).unwrap();
    fs::write(secrets.join("HOOK"), "https://one.example/x").unwrap();
    node.system = node.system.variable("CREDENTIALS_DIRECTORY", &secrets);
    let live = node.watched();
    fs::write(secrets.join("new"), "https://two.example/x").unwrap();
    fs::rename(secrets.join("new"), secrets.join("HOOK")).unwrap();
    let hook = || live.load().monitoring.alert_webhook.as_ref().unwrap().expose().to_owned();
    eventually("the new secret", || hook() == "https://two.example/x");
    assert_eq!(live.snapshot().reason, ReloadReason::Secret);
    fs::remove_file(secrets.join("HOOK")).unwrap();
    eventually("the refusal", || live.last_refusal().is_some());
    assert_eq!(hook(), "https://two.example/x");
}

#[test]
fn polling_finds_a_change_without_events() {
    let node = Node::new(&connections(10));
    let live = Live::<Config>::builder(node.loader()).poll(Duration::from_millis(10)).start().unwrap();
    node.write(&connections(11));
    eventually("the new value", || live.load().network.max_connections == 11);
}

#[test]
fn a_signal_reloads() {
    let node = Node::new(&connections(10));
    let live = Live::<Config>::builder(node.loader()).signal().start().unwrap();
    node.write(&connections(11));
    signal_hook::low_level::raise(signal_hook::consts::SIGHUP).unwrap();
    eventually("the new value", || live.load().network.max_connections == 11);
    assert_eq!(live.snapshot().reason, ReloadReason::Signal);
}

/// A provider that gets a signal while the config is loaded for the first time.
#[derive(Default)]
struct SignalledProvider {
    asked: std::sync::atomic::AtomicUsize,
}

impl Provider for Arc<SignalledProvider> {
    fn name(&self) -> String {
        "signalled".to_owned()
    }

    fn secret(&self, _: &str) -> Result<Option<FoundSecret>, ProviderError> {
        if self.asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 0 {
            signal_hook::low_level::raise(signal_hook::consts::SIGHUP).unwrap();
        }
        Ok(None)
    }

    fn place(&self, _: &str) -> String {
        String::new()
    }
}

#[test]
fn a_signal_during_the_first_load_reloads_after_it() {
    let node = Node::new("[monitoring]\nalert_webhook = '${SECRET_HOOK:-https://none.example/x}'\n");
    let provider = Arc::<SignalledProvider>::default();
    let loader = node.loader().providers(vec![Box::new(provider.clone())]);
    let _live = Live::<Config>::builder(loader).signal().start().unwrap();
    eventually("a second load", || provider.asked.load(std::sync::atomic::Ordering::Relaxed) > 1);
}
