//! Limits of sources: a source that exceeds one is rejected before anything of it is written.

use super::*;
use crate::archive;

/// Returns a tar of these files: name, mode and content.
fn tar(files: &[(&str, u32, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, mode, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(*mode);
        builder.append_data(&mut header, name, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

fn error(tar: &[u8]) -> String {
    archive::read(tar).unwrap_err().to_string()
}

/// Returns the header of an entry that states a size, without its content.
fn header(name: &str, kind: tar::EntryType, size: u64) -> Vec<u8> {
    let mut header = tar::Header::new_gnu();
    header.set_path(name).unwrap();
    header.set_entry_type(kind);
    header.set_size(size);
    header.set_cksum();
    header.as_bytes().to_vec()
}

#[test]
fn the_files_of_a_tar_lie_at_its_top_or_in_one_folder() {
    for prefix in ["", "./", "one/", "./one/"] {
        let names = ["manifest.json", "config.toml", "origins.json"].map(|name| format!("{prefix}{name}"));
        let files = names.each_ref().map(|name| (name.as_str(), 0o644, &b"x"[..]));
        let read = archive::read(&tar(&files)[..]).unwrap();
        let names: Vec<&str> = read.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["config.toml", "manifest.json", "origins.json"], "{prefix}");
    }
    let two = "lie in different folders; a tar holds the files of one bundle";
    for (one, other) in [("one/config.toml", "two/manifest.json"), ("config.toml", "one/manifest.json")] {
        let mixed = tar(&[(one, 0o644, b"x"), (other, 0o644, b"x")]);
        assert_eq!(error(&mixed), format!("{one} and {other} {two}"));
    }
    let deep = tar(&[("a/b/config.toml", 0o644, b"x")]);
    assert_eq!(
        error(&deep),
        "a/b/config.toml lies too deep; a tar holds the files of a bundle, or one folder with them"
    );
    assert_eq!(error(&tar(&[])), "the archive holds no files");
    let twice = tar(&[("config.toml", 0o644, b"x"), ("config.toml", 0o644, b"y")]);
    assert_eq!(error(&twice), "not a bundle: duplicate file config.toml");
}

#[test]
fn a_tar_is_rejected_by_the_sizes_that_it_states() {
    let config = header("config.toml", tar::EntryType::Regular, (64 << 20) + 1);
    assert_eq!(error(&config), "not a bundle: config.toml is larger than the limit of 64 MiB");
    let origins = header("origins.json", tar::EntryType::Regular, 1 << 40);
    assert_eq!(error(&origins), "not a bundle: origins.json is larger than the limit of 256 MiB");
    let long = "a file name or its header is longer than the limit of 4 KiB";
    for kind in [tar::EntryType::GNULongName, tar::EntryType::XHeader, tar::EntryType::XGlobalHeader] {
        assert_eq!(error(&header("x", kind, 8 << 30)), long, "{kind:?}");
        assert_eq!(error(&header("x", kind, 4097)), long, "{kind:?}");
    }
    let short = header("config.toml", tar::EntryType::Regular, 1000);
    let reason = "config.toml is shorter than its stated size; the source is incomplete, or changed while it was read";
    assert_eq!(error(&short), reason);
    let cut = [short, vec![b'#'; 999]].concat();
    assert_eq!(error(&cut), reason);
}

#[test]
fn a_tar_of_many_entries_or_with_a_long_name_is_rejected_in_a_short_message() {
    let folders: Vec<u8> = (0..65).flat_map(|_| header("x/", tar::EntryType::Directory, 0)).collect();
    assert_eq!(error(&folders), "more than 64 entries; a bundle has at most 4 files");
    let name = format!("{}/config.toml", "n".repeat(3000));
    assert_eq!(archive::read(&tar(&[(&name, 0o644, b"x")])[..]).unwrap()[0].name, "config.toml");
    let name = "n".repeat(3000);
    let shown = format!("not a bundle: unexpected file {}…", "n".repeat(80));
    assert_eq!(error(&tar(&[(&name, 0o644, b"x")])), shown);
    let name = format!("../{}", "n".repeat(3000));
    let mut outside = header("x", tar::EntryType::GNULongName, name.len() as u64);
    outside.extend(name.as_bytes());
    outside.resize(outside.len().next_multiple_of(512), 0);
    outside.extend(header("x", tar::EntryType::Regular, 0));
    assert_eq!(error(&outside), format!("../{}… leads out of the bundle", "n".repeat(77)));
}

#[test]
fn a_header_in_the_format_of_posix_names_a_file() {
    let record = b"24 path=one/config.toml\n";
    let mut text = header("x", tar::EntryType::XHeader, record.len() as u64);
    text.extend(record);
    text.resize(1024, 0);
    text.extend(header("short", tar::EntryType::Regular, 0));
    assert_eq!(archive::read(&text[..]).unwrap()[0].name, "config.toml");
    let record = b"20 size=99999999999\n";
    let mut text = header("x", tar::EntryType::XHeader, record.len() as u64);
    text.extend(record);
    text.resize(1024, 0);
    assert_eq!(error(&text), "not a bundle: its files together are larger than the limit of 512 MiB");
}

#[test]
fn a_folder_with_a_large_file_or_many_files_is_rejected_without_reading_them() {
    let node = Node::new();
    for (name, size, limit) in [("config.toml", 1_u64 << 36, "64 MiB"), ("origins.json", 1 << 36, "256 MiB")] {
        let source = node.bundle("one", 10);
        fs::OpenOptions::new().write(true).open(source.join(name)).unwrap().set_len(size).unwrap();
        let error = node.deploy(&source).unwrap_err();
        let message = format!("{}: not a bundle: {name} is larger than the limit of {limit}", source.display());
        assert_eq!((error.to_string(), error.is_rejection()), (message, true));
    }
    let source = node.bundle("many", 10);
    for number in 0..1000 {
        fs::write(source.join(format!("{number:0200}")), "").unwrap();
    }
    let error = node.deploy(&source).unwrap_err().to_string();
    let place = format!("{}: not a bundle: unexpected file 0000", source.display());
    assert!(error.starts_with(&place) && error.len() < place.len() + 100, "{error}");
    let sparse = node.0.path().join("large.tar");
    fs::File::create(&sparse).unwrap().set_len(1 << 36).unwrap();
    let error = node.deploy(&sparse).unwrap_err().to_string();
    assert_eq!(error, format!("{}: larger than the limit of 512 MiB", sparse.display()));
    assert_eq!((node.runs(), node.root().join("generations").read_dir().unwrap().count()), (None, 0));
}

#[test]
fn a_tar_with_any_byte_changed_or_cut_anywhere_holds_files_of_a_bundle_or_is_an_error() {
    let names = ["one/config.toml", "one/manifest.json", "one/origins.json"];
    let whole = tar(&names.map(|name| (name, 0o644, &b"x = 1\n"[..])));
    let check = |bytes: &[u8]| {
        let Ok(files) = archive::read(bytes) else { return false };
        let names: BTreeSet<&str> = files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names.len(), files.len(), "a name is not repeated");
        assert!(names.iter().all(|name| confgate_core::bundle::FILES.contains(name)), "{names:?}");
        assert!(files.iter().all(|file| file.bytes.len() <= whole.len()), "the content is in the tar");
        true
    };
    assert!(check(&whole));
    let mut accepted = 0;
    for at in 0..whole.len() {
        for flip in [1, 0x20, 0x80, 0xff] {
            let mut changed = whole.clone();
            changed[at] ^= flip;
            accepted += usize::from(check(&changed));
        }
        check(&whole[..at]);
    }
    // A change of the content is not one of the form.
    assert!(accepted > 0);
}
