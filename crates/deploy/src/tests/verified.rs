//! The bytes that are verified are the bytes that are installed, and special files do not stop a deployment.

use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::sync::mpsc;
use std::thread;

use super::*;

/// Signs a bundle and writes its signature beside it.
fn sign(bundle: &Path, key: &SecretKey) {
    let mut info = PathInfo::of_source("one", nar::digest(bundle).unwrap()).unwrap();
    info.sign(key);
    fs::write(bundle.with_extension("sig"), info.to_string()).unwrap();
}

#[test]
fn a_source_that_is_replaced_after_it_was_read_is_not_installed() {
    for replaced_before in [Step::Verify, Step::Gate, Step::Stage] {
        let node = Node::new();
        let source = node.bundle("one", 10);
        let key = SecretKey::generate("ops-1".parse().unwrap()).unwrap();
        sign(&source, &key);
        let trusting = Deployment { trust: Trust::new(vec![key.public()]), ..deployment(&source) };
        let mut replace = |progress| {
            if progress == Progress::Started(replaced_before) {
                fs::remove_dir_all(&source).unwrap();
                node.bundle("one", 666);
            }
        };
        deploy(&trusting, &node.generations(&RealDisk), &mut replace).unwrap();
        assert_eq!(node.runs(), Some(10), "{replaced_before}");
        assert!(examine(&node.generations(&RealDisk)).unwrap().is_empty());
    }
}

#[test]
fn a_source_that_is_replaced_by_another_signed_bundle_keeps_its_own_signature() {
    let node = Node::new();
    let source = node.bundle("one", 10);
    let key = SecretKey::generate("ops-1".parse().unwrap()).unwrap();
    sign(&source, &key);
    let trusting = Deployment { trust: Trust::new(vec![key.public()]), ..deployment(&source) };
    let mut replace = |progress| {
        if progress == Progress::Started(Step::Verify) {
            sign(&node.bundle("one", 20), &key);
        }
    };
    let error = deploy(&trusting, &node.generations(&RealDisk), &mut replace).unwrap_err().to_string();
    assert!(error.starts_with("the files differ from the signed ones: found "), "{error}");
    assert_eq!(node.runs(), None);
}

#[test]
fn a_generation_that_is_altered_after_a_rollback_chose_it_is_not_made_active() {
    for wanted in [None, Some(1)] {
        let node = Node::new();
        for (name, count) in [("one", 10), ("two", 20)] {
            node.deploy(&node.bundle(name, count)).unwrap();
        }
        let generations = node.generations(&RealDisk);
        let mut alter = |progress| {
            if progress == Progress::Started(Step::Gate) {
                // A valid bundle, and not the one of the record.
                fs::remove_dir_all(generations.directory(1)).unwrap();
                fs::rename(node.bundle("other", 666), generations.directory(1)).unwrap();
            }
        };
        let error = rollback(&deployment(Path::new("")), &generations, wanted, &mut alter).unwrap_err();
        assert_eq!(error.to_string(), "generation 1 is missing or damaged; intact: 2");
        assert_eq!(node.runs(), Some(20));
    }
}

/// Runs a deployment, which must end in time, and returns its error.
fn refused(source: PathBuf, signature: Option<PathBuf>, root: PathBuf) -> String {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let key = SecretKey::generate("ops-1".parse().unwrap()).unwrap();
        let trust = if signature.is_some() { Trust::new(vec![key.public()]) } else { Trust::default() };
        let deployment = Deployment { trust, signature, ..deployment(&source) };
        let error = deploy(&deployment, &Generations::new(root, &RealDisk), &mut |_| {}).unwrap_err();
        sender.send(error.to_string()).unwrap();
    });
    receiver.recv_timeout(Duration::from_secs(20)).expect("the deployment ends")
}

fn pipe(path: &Path) {
    rustix::fs::mknodat(rustix::fs::CWD, path, rustix::fs::FileType::Fifo, rustix::fs::Mode::RUSR, 0).unwrap();
    assert!(fs::metadata(path).unwrap().file_type().is_fifo());
}

#[test]
fn a_special_file_in_place_of_a_signature_is_an_error() {
    let node = Node::new();
    let source = node.bundle("one", 10);
    let at = |name: &str| node.0.path().join(name);
    pipe(&at("pipe"));
    let _listener = UnixListener::bind(at("socket")).unwrap();
    fs::create_dir(at("folder")).unwrap();
    symlink("loop", at("loop")).unwrap();
    fs::File::create(at("sparse")).unwrap().set_len(1 << 30).unwrap();
    fs::write(at("bytes"), b"\xff\xfe").unwrap();
    let cannot = |name: &str, reason: &str| {
        format!("this node accepts signed bundles only: cannot read the signature {}: {reason}", at(name).display())
    };
    for (name, reason) in [
        ("pipe", "not a regular file: a FIFO"),
        ("socket", "not a regular file: a socket"),
        ("folder", "not a regular file: a directory"),
        ("loop", "too many levels of symbolic links"),
        ("sparse", "larger than the limit of 1 MiB"),
        ("missing", "No such file or directory (os error 2)"),
    ] {
        assert_eq!(refused(source.clone(), Some(at(name)), node.root()), cannot(name, reason));
    }
    assert_eq!(
        refused(source.clone(), Some("/dev/zero".into()), node.root()),
        "this node accepts signed bundles only: cannot read the signature /dev/zero: not a regular file: a device"
    );
    let not_text =
        format!("{} is not a signature: invalid utf-8 sequence of 1 bytes from index 0", at("bytes").display());
    assert!(refused(source, Some(at("bytes")), node.root()).ends_with(&not_text));
    assert_eq!(node.runs(), None);
}

#[test]
fn a_special_file_in_a_bundle_or_in_place_of_a_tar_is_an_error() {
    let node = Node::new();
    for name in ["config.toml", "origins.json", "manifest.json"] {
        let source = node.bundle("one", 10);
        fs::remove_file(source.join(name)).unwrap();
        pipe(&source.join(name));
        let error = refused(source.clone(), None, node.root());
        assert_eq!(error, format!("{}: not a bundle: {name} is not a regular file: a FIFO", source.display()));
        fs::remove_file(source.join(name)).unwrap();
        fs::create_dir(source.join(name)).unwrap();
        let error = refused(source.clone(), None, node.root());
        assert_eq!(error, format!("{}: not a bundle: {name} is not a regular file: a directory", source.display()));
        fs::remove_dir(source.join(name)).unwrap();
    }
    let tar = node.0.path().join("one.tar");
    pipe(&tar);
    let error = refused(tar.clone(), None, node.root());
    assert_eq!(error, format!("{}: not a regular file: a FIFO", tar.display()));
    fs::remove_file(&tar).unwrap();
    fs::create_dir(&tar).unwrap();
    let error = refused(tar.clone(), None, node.root());
    assert_eq!(error, format!("{}: not a regular file: a directory", tar.display()));
}

#[test]
fn a_special_file_with_a_process_id_is_an_error_of_the_reload() {
    let node = Node::new();
    let (fifo, root) = (node.0.path().join("pid"), node.root());
    pipe(&fifo);
    let error = Reload::PidFile(fifo.clone()).notify(Duration::from_secs(2), &CancellationToken::default());
    assert_eq!(error.unwrap_err().to_string(), format!("{}: not a regular file: a FIFO", fifo.display()));
    fs::create_dir_all(&root).unwrap();
    let generations = node.generations(&RealDisk);
    pipe(&generations.lock_path());
    assert!(Lock::owner(&generations.lock_path()).is_none(), "a FIFO is not a lock that a process holds");
}

#[test]
fn a_bundle_that_other_users_may_write_is_installed_for_its_owner() {
    let node = Node::new();
    let source = node.bundle("one", 10);
    fs::set_permissions(source.join("config.toml"), fs::Permissions::from_mode(0o666)).unwrap();
    node.deploy(&source).unwrap();
    let mode = |name: &str| fs::metadata(node.root().join("current").join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("config.toml"), mode("")), (0o644, 0o755));
}
