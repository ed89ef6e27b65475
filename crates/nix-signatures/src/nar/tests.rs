//! Archives that are written and read back, and those that are rejected.

use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;

use tempfile::TempDir;

use super::*;

/// Creates a directory with the file `f`, which contains `hi`.
fn hi() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("f"), "hi\n").unwrap();
    folder
}

/// Formats `hash size`, as `nix-hash --type sha256 --base32` and `nix-store --dump | wc -c` print them.
fn hash_and_size(path: &Path) -> String {
    let digest = digest(path).unwrap();
    format!("{} {}", digest.hash.base32(), digest.size)
}

fn error(path: &Path) -> String {
    digest(path).unwrap_err().to_string()
}

#[test]
fn a_folder_with_a_file_is_the_very_bytes_that_nix_dumps() {
    let mut nar = Vec::new();
    write(hi().path(), &mut nar).unwrap();
    let mut expected = Vec::new();
    for word in "nix-archive-1 ( type directory entry ( name f node ( type regular contents hi\n ) ) )".split(' ') {
        expected.extend((word.len() as u64).to_le_bytes());
        expected.extend(word.as_bytes());
        expected.resize(expected.len().next_multiple_of(8), 0);
    }
    assert_eq!(nar, expected);
    assert_eq!(hash_and_size(hi().path()), "1jpg5v8rcf4d08rlpq51vnd1w800l64h34r0bw4vkb6z3qlk089k 288");
}

#[test]
fn every_kind_of_file_and_name_hashes_as_nix_hashes_it() {
    use std::ffi::OsStr;

    let folder = TempDir::new().unwrap();
    let root = folder.path();
    for name in ["a", "a-b", "a.b", "empty"] {
        fs::create_dir(root.join(name)).unwrap();
    }
    for (name, text) in [
        (&b"none"[..], ""),
        (b"eight", "12345678"),
        (b"run", "#!/bin/sh\n"),
        (b"a/file", "x"),
        (b"odd\xff\n name", "y"),
        ("é".as_bytes(), "z"),
        (b"B", "A"),
    ] {
        fs::write(root.join(OsStr::from_bytes(name)), text).unwrap();
    }
    fs::set_permissions(root.join("run"), fs::Permissions::from_mode(0o755)).unwrap();
    symlink("../nowhere", root.join("link")).unwrap();
    for (name, expected) in [
        ("none", "0ip26j2h11n1kgkz36rl4akv694yz65hr72q4kv4b3lxcbi65b3p 112"),
        ("eight", "0g7mwcdnivpkvcv7aydv8b9a4qp0nc3daxhdl95fciv488ik5mi2 120"),
        ("run", "0m35wabrvlzjvv71f2xvca3vd91gh9mwvh4mm38h7yb0h9kc30v2 160"),
        ("link", "06rn9hcxchrda0252ssm1aa5fixn2sxg0kg4xwynqhiwvcf3bckm 128"),
        ("", "0yzmcjw7m7xsg35ddnqqkif2mhnayjf95x6gkdg9fhgq1i0v2bya 2352"),
    ] {
        assert_eq!(hash_and_size(&root.join(name)), expected, "{name}");
    }
}

#[test]
fn files_in_memory_hash_as_a_directory_with_them() {
    let folder = TempDir::new().unwrap();
    let files = [("b", &b"12345678"[..], true), ("a", b"", false), ("a.b", b"x", false)];
    for (name, bytes, executable) in files {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(if executable { 0o755 } else { 0o644 })).unwrap();
    }
    let in_memory = |files: &[(&'static str, &'static [u8], bool)]| {
        digest_files(files.iter().map(|&(name, bytes, executable)| NarFile { name, bytes, executable }))
    };
    assert_eq!(in_memory(&files).unwrap(), digest(folder.path()).unwrap());
    assert_ne!(in_memory(&files[1..]).unwrap(), digest(folder.path()).unwrap());
    assert_eq!(in_memory(&[]).unwrap(), digest(TempDir::new().unwrap().path()).unwrap());
    for name in ["", ".", "..", "a/b", "a\0"] {
        let error = in_memory(&[(name, b"", false)]).unwrap_err().to_string();
        assert_eq!(error, format!("{name:?} is not the name of one file in a directory"));
    }
    let error = in_memory(&[("a", b"1", false), ("b", b"", false), ("a", b"2", false)]).unwrap_err().to_string();
    assert_eq!(error, "\"a\" is not the name of one file in a directory");
}

#[test]
fn only_the_owners_right_to_execute_counts() {
    let folder = hi();
    let file = folder.path().join("f");
    let plain = hash_and_size(&file);
    let with = |mode| {
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        hash_and_size(&file)
    };
    assert_eq!((with(0o600), with(0o655), with(0o444)), (plain.clone(), plain.clone(), plain.clone()));
    assert_ne!(with(0o744), plain);
    assert_eq!(with(0o500), with(0o777));
}

#[test]
fn a_file_type_that_a_nar_cannot_hold_is_rejected_with_its_path() {
    let folder = hi();
    let socket = folder.path().join("socket");
    let _listener = UnixListener::bind(&socket).unwrap();
    let at = socket.display();
    assert_eq!(error(folder.path()), format!("{at} is a socket, which a NAR cannot hold"));
    assert_eq!(error("/dev/null".as_ref()), "/dev/null is a device, which a NAR cannot hold");
    let pipe = folder.path().join("pipe");
    rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, rustix::fs::Mode::RUSR).unwrap();
    assert_eq!(error(&pipe), format!("{} is a pipe, which a NAR cannot hold", pipe.display()));
}

#[test]
fn a_missing_file_is_an_error() {
    let path = hi().path().join("gone");
    assert_eq!(error(&path), format!("{}: No such file or directory (os error 2)", path.display()));
}

#[test]
fn a_link_is_not_followed_and_may_lead_nowhere() {
    let folder = hi();
    let link = folder.path().join("link");
    symlink("nowhere", &link).unwrap();
    let digest = hash_and_size(&link);
    assert_eq!(digest, hash_and_size(&link));
    fs::write(folder.path().join("nowhere"), "now it does").unwrap();
    assert_eq!(hash_and_size(&link), digest);
}

#[test]
fn a_file_that_is_longer_or_shorter_than_it_was_is_error() {
    let folder = hi();
    let path = folder.path().join("f");
    for length in [2, 4] {
        let mut nar = Vec::new();
        let mut archive = Archive { out: &mut nar, buffer: vec![0; CHUNK] };
        let error = archive.contents(&path, &mut File::open(&path).unwrap(), length).unwrap_err();
        assert_eq!(error.to_string(), format!("{} changed while it was read", path.display()));
    }
}

#[test]
fn a_file_that_became_a_folder_or_a_link_is_error() {
    let folder = hi();
    let mut nar = Vec::new();
    let mut archive = Archive { out: &mut nar, buffer: vec![0; CHUNK] };
    let error = archive.file(folder.path()).unwrap_err();
    assert_eq!(error.to_string(), format!("{} changed while it was read", folder.path().display()));
    let link = folder.path().join("link");
    symlink("f", &link).unwrap();
    let error = archive.file(&link).unwrap_err();
    assert_eq!(error.to_string(), format!("{}: Too many levels of symbolic links (os error 40)", link.display()));
}

#[test]
fn a_writer_that_fails_is_reported_as_such() {
    let mut room = [0; 100];
    let error = write(hi().path(), &mut &mut room[..]).unwrap_err();
    assert_eq!(error.to_string(), "cannot write the NAR: failed to write whole buffer");
}
