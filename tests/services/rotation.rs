//! Rotation of secrets under a running service: credentials of systemd, and a Kubernetes mount whose links are swapped.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use confgate::bitcraps::Config;
use confgate::live::{Live, ReloadReason};
use confgate::load::Loader;
use confgate::system::SystemContext;
use confgate_test_support::eventually;
use tempfile::TempDir;

/// Creates a machine whose config needs the secret `HOOK`.
fn machine() -> (TempDir, SystemContext) {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("config")).unwrap();
    let config = "[monitoring]\nalert_webhook = 'https://hooks.example/${SECRET_HOOK}'\n";
    fs::write(folder.path().join("config/development.toml"), config).unwrap();
    let host = SystemContext::bare().folder(folder.path());
    (folder, host)
}

fn hook(number: u32) -> String {
    format!("https://hooks.example/canary-{number}")
}

fn running(live: &Live<Config>) -> String {
    live.load().monitoring.alert_webhook.as_ref().unwrap().expose().to_owned()
}

/// Replaces the secret of a mount as the kubelet does: a new folder, and a link to it renamed over the old link.
fn swap(mount: &Path, number: u32) {
    let old = fs::read_link(mount.join("..data")).ok();
    let data = format!("..2026_{number}");
    fs::create_dir(mount.join(&data)).unwrap();
    fs::write(mount.join(&data).join("hook"), format!("canary-{number}")).unwrap();
    symlink(&data, mount.join("..data_tmp")).unwrap();
    fs::rename(mount.join("..data_tmp"), mount.join("..data")).unwrap();
    old.into_iter().for_each(|old| fs::remove_dir_all(mount.join(old)).unwrap());
}

#[test]
fn a_mount_of_kubernetes_is_swapped_under_readers() {
    let (folder, host) = machine();
    let mount = folder.path().join("mount");
    fs::create_dir(&mount).unwrap();
    swap(&mount, 0);
    symlink("..data/hook", mount.join("hook")).unwrap();
    let loader = Loader::of::<Config>(host.variable("BITCRAPS_SECRETS", "./mount"));
    let live = Live::<Config>::builder(loader).watch(Duration::from_millis(10)).start().unwrap();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    let seen = running(&live);
                    let number = seen.strip_prefix("https://hooks.example/canary-").map(str::parse::<u32>);
                    assert!(number.is_some_and(|number| number.is_ok_and(|number| number <= 10)), "{seen}");
                    thread::sleep(Duration::from_micros(200));
                }
            });
        }
        for number in 1..=10 {
            swap(&mount, number);
            eventually("the new secret", || running(&live) == hook(number));
            assert_eq!(live.snapshot().reason, ReloadReason::Secret);
        }
        done.store(true, Ordering::Relaxed);
    });
    assert_eq!(live.last_refusal(), None);
}

#[test]
fn a_credential_of_systemd_is_replaced_without_a_warning() {
    let (folder, host) = machine();
    // As systemd lays them out: a folder and files that the unit's user alone can read.
    let credentials = folder.path().join("credentials/bitcraps.service");
    fs::create_dir_all(&credentials).unwrap();
    let put = |number: u32| {
        use std::os::unix::fs::PermissionsExt;
        let new = credentials.join(".new");
        fs::write(&new, format!("canary-{number}\n")).unwrap();
        fs::set_permissions(&new, fs::Permissions::from_mode(0o400)).unwrap();
        fs::rename(new, credentials.join("HOOK")).unwrap();
    };
    put(1);
    let loader = Loader::of::<Config>(host.variable("CREDENTIALS_DIRECTORY", &credentials));
    let live = Live::<Config>::builder(loader).watch(Duration::from_millis(10)).start().unwrap();
    assert_eq!(running(&live), hook(1));
    assert_eq!(live.snapshot().loaded.report.diagnostics(), []);
    put(2);
    eventually("the new credential", || running(&live) == hook(2));
    let seen = format!("{live:?}{:?}{}", live.snapshot(), live.metrics().text());
    assert!(!seen.contains("canary"), "{seen}");
}
