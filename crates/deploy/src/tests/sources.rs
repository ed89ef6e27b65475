//! Sources of bundles.

use std::os::unix::fs::PermissionsExt;

use super::*;

#[test]
fn a_tar_and_a_repository_are_sources_too() {
    let node = Node::new();
    let source = node.bundle("one", 10);
    let run = |program: &str, arguments: &[&str], at: &Path| {
        let output = std::process::Command::new(program).args(arguments).current_dir(at).output().unwrap();
        assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    run("tar", &["-cf", "one.tar", "one"], node.0.path());
    node.deploy(&node.0.path().join("one.tar")).unwrap();
    assert_eq!(node.runs(), Some(10));
    let repository = node.0.path().join("repository");
    let there = bundle(&repository, "bundles/two", &peers(20));
    let git = |arguments: &[&str]| run("git", arguments, &repository);
    git(&["init", "--quiet", "--initial-branch=main"]);
    git(&["config", "user.email", "a@example.org"]);
    git(&["config", "user.name", "a"]);
    let commit = || {
        git(&["add", "--all"]);
        git(&["commit", "--quiet", "--no-gpg-sign", "--message", "bundle"]);
        git(&["rev-parse", "HEAD"])
    };
    let first = commit();
    fs::remove_dir_all(there).unwrap();
    bundle(&repository, "bundles/two", &peers(30));
    let second = commit();
    let deploy = |text: String, signed: bool| {
        let deployment = Deployment { source: text.parse().unwrap(), signed_commit: signed, ..deployment(&source) };
        deploy(&deployment, &node.generations(&RealDisk), &mut |_| {})
    };
    let url = format!("git+file://{}", repository.display());
    let deployed = deploy(format!("{url}?rev={first}&dir=bundles/two"), false).unwrap();
    assert_eq!(node.runs(), Some(20));
    assert_eq!(node.generations(&RealDisk).record(deployed.generation.unwrap()).unwrap().unwrap().resolved, first);
    let deployed = deploy(format!("{url}?ref=main&dir=bundles/two"), false).unwrap();
    assert_eq!(node.runs(), Some(30));
    assert_eq!(node.generations(&RealDisk).record(deployed.generation.unwrap()).unwrap().unwrap().resolved, second);
    let unsigned = deploy(format!("{url}?ref=main&dir=bundles/two"), true).unwrap_err().to_string();
    assert!(unsigned.ends_with(&format!("commit {second} has no signature that git verifies")), "{unsigned}");
    let nowhere = deploy(format!("{url}?ref=main&dir=none"), false).unwrap_err().to_string();
    assert!(nowhere.contains("directory \"none\" not found"), "{nowhere}");
}

/// Creates a repository with a bundle in `one`, and returns a function that runs git in it.
fn repository(at: &Path) -> impl Fn(&[&str]) -> String {
    bundle(at, "one", &peers(10));
    let at = at.to_owned();
    let git = move |arguments: &[&str]| {
        let output = std::process::Command::new("git").args(arguments).current_dir(&at).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    git(&["init", "--quiet", "--initial-branch=main"]);
    git(&["config", "user.email", "a@example.org"]);
    git(&["config", "user.name", "a"]);
    commit(&git);
    git
}

fn commit(git: &impl Fn(&[&str]) -> String) -> String {
    git(&["add", "--all"]);
    git(&["commit", "--quiet", "--no-gpg-sign", "--message", "bundle"]);
    git(&["rev-parse", "HEAD"])
}

fn fetched(source: &str) -> Result<Fetched, String> {
    source.parse::<Source>().unwrap().fetch(false, &CancellationToken::default()).map_err(|error| error.to_string())
}

#[test]
fn a_commit_that_its_branch_is_ahead_of_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().join("repository");
    let git = repository(&at);
    let first = git(&["rev-parse", "HEAD"]);
    for count in [20, 30] {
        bundle(&at, "one", &peers(count));
        commit(&git);
    }
    let url = format!("git+file://{}", at.display());
    assert_eq!(fetched(&format!("{url}?ref=main&rev={first}&dir=one")).unwrap().origin, first);
    let nowhere = "0".repeat(40);
    let message = fetched(&format!("{url}?ref=main&rev={nowhere}&dir=one")).unwrap_err();
    assert!(message.ends_with(&format!("commit {nowhere} not found")), "{message}");
}

#[test]
fn a_relative_path_to_a_repository_is_relative_to_the_caller() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().join("repository");
    let head = repository(&at)(&["rev-parse", "HEAD"]);
    let up = std::env::current_dir().unwrap().ancestors().skip(1).map(|_| "..").collect::<Vec<_>>().join("/");
    let relative = format!("{up}{}", at.display());
    for given in [relative.clone(), format!("./{relative}")] {
        assert_eq!(fetched(&format!("git+{given}?dir=one")).unwrap().origin, head, "{given}");
    }
}

#[test]
fn an_error_of_git_is_displayed_without_the_password() {
    let message = fetched("git+file://user:hunter2@/nowhere").unwrap_err();
    assert!(message.contains("fatal: ") && !message.contains("hunter2"), "{message}");
    let message = fetched("git+./nowhere").unwrap_err();
    assert!(message.contains("/nowhere' does not appear to be a git repository"), "{message}");
}

#[test]
fn an_invalid_source_is_rejected_with_its_reason() {
    let error = |text: &str| text.parse::<Source>().unwrap_err().to_string();
    assert_eq!(error("git+https://x?rev=abc"), "\"abc\" is not a full commit hash; write all of its digits");
    assert_eq!(error("git+https://x?branch=main"), "unknown parameter branch; a repository has ref, rev and dir");
    assert!(error("git+--upload-pack=x").starts_with("invalid repository; write git+URL"));
    let displayed: Source = "git+https://user:hunter2@git.example.org/x?dir=/a/".parse().unwrap();
    assert_eq!(displayed.to_string(), "git+https://***@git.example.org/x?dir=a");
}

#[test]
fn a_fetch_leaves_the_repository_alone_and_a_path_has_no_signed_commit() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str], at: &Path| {
        let output = std::process::Command::new("git").args(arguments).current_dir(at).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    let repository = folder.path().join("repository");
    bundle(&repository, "one", &peers(10));
    for arguments in [
        &["init", "--quiet", "--initial-branch=main"][..],
        &["config", "user.email", "a@example.org"],
        &["config", "user.name", "a"],
        &["add", "--all"],
        &["commit", "--quiet", "--no-gpg-sign", "--message", "one"],
    ] {
        run(arguments, &repository);
    }
    let here = folder.path().join("here");
    fs::create_dir(&here).unwrap();
    let source: Source = format!("git+file://{}?dir=one", repository.display()).parse().unwrap();
    let before = run(&["for-each-ref"], &repository);
    source.fetch(false, &CancellationToken::default()).unwrap();
    assert_eq!(run(&["for-each-ref"], &repository), before);
    let unsigned = Source::Path(here.clone()).fetch(true, &CancellationToken::default()).unwrap_err().to_string();
    assert!(unsigned.ends_with("--signed-commit needs a git repository as the source"), "{unsigned}");
}

/// Writes a tar of one bundle after `change` was made to the bundle.
fn packed(node: &Node, change: impl Fn(&Path)) -> PathBuf {
    let source = node.bundle("one", 10);
    change(&source);
    let tar = node.0.path().join("one.tar");
    let mut command = std::process::Command::new("tar");
    command.arg("-cf").arg(&tar).arg("-C").arg(node.0.path()).arg("one");
    assert!(command.status().unwrap().success());
    tar
}

#[test]
fn an_executable_file_is_signed_as_such_and_stays_executable_in_a_tar() {
    use std::os::unix::fs::PermissionsExt;
    let node = Node::new();
    let tar = packed(&node, |bundle| {
        fs::set_permissions(bundle.join("config.toml"), fs::Permissions::from_mode(0o755)).unwrap();
    });
    let key = SecretKey::generate("ops-1".parse().unwrap()).unwrap();
    let mut info = PathInfo::of_source("one", nar::digest(&node.0.path().join("one")).unwrap()).unwrap();
    info.sign(&key);
    fs::write(node.0.path().join("one.tar.sig"), info.to_string()).unwrap();
    let trusting = Deployment { trust: Trust::new(vec![key.public()]), ..deployment(&tar) };
    deploy(&trusting, &node.generations(&RealDisk), &mut |_| {}).unwrap();
    let mode = |name: &str| fs::metadata(node.root().join("current").join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("config.toml"), mode("origins.json")), (0o755, 0o644));
}

#[test]
fn an_entry_of_a_tar_that_is_not_a_file_is_rejected_by_its_name() {
    let node = Node::new();
    let tar = packed(&node, |bundle| {
        fs::remove_file(bundle.join("origins.json")).unwrap();
        std::os::unix::fs::symlink("/etc/passwd", bundle.join("origins.json")).unwrap();
    });
    let refused = node.deploy(&tar).unwrap_err().to_string();
    assert!(refused.ends_with("one.tar: one/origins.json is a link; a bundle holds regular files only"), "{refused}");
}

#[test]
fn an_invalid_bundle_is_reported_by_its_source() {
    let node = Node::new();
    let tar = packed(&node, |bundle| fs::remove_file(bundle.join("manifest.json")).unwrap());
    let refused = node.deploy(&tar).unwrap_err().to_string();
    assert_eq!(refused, format!("{}: not a bundle: manifest.json is missing", tar.display()));
    let zero = node.bundle("zero", 0);
    let refused = node.deploy(&zero).unwrap_err().to_string();
    assert!(refused.contains(&format!("┌─ {}/config.toml:2:", zero.display())), "{refused}");
}

#[test]
fn a_bundle_survives_a_tar_in_memory_and_has_one() {
    let node = Node::new();
    let source = node.bundle("one", 10);
    fs::set_permissions(source.join("config.toml"), fs::Permissions::from_mode(0o755)).unwrap();
    let bundle = Bundle::read(&source).unwrap();
    let tar = bundle.to_tar();
    let again = Bundle::from_tar(&tar).unwrap();
    assert_eq!((&again.files, again.nar), (&bundle.files, bundle.nar));
    assert_eq!(again.to_tar(), tar);
    // Neither times nor the path are a part of it.
    let other = node.bundle("two", 10);
    fs::set_permissions(other.join("config.toml"), fs::Permissions::from_mode(0o755)).unwrap();
    let manifest = fs::read(source.join("manifest.json")).unwrap();
    fs::write(other.join("manifest.json"), manifest).unwrap();
    assert_eq!(Bundle::read(&other).unwrap().to_tar(), tar);
    let error = Bundle::from_tar(&tar[..513]).unwrap_err().to_string();
    assert_eq!(
        error,
        "config.toml is shorter than its stated size; the source is incomplete, or changed while it was read"
    );
    assert_eq!(Bundle::from_tar(b"").unwrap_err().to_string(), "the archive holds no files");
}
