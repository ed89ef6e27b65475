use std::cell::Cell;
use std::fs::{self, File, Permissions};
use std::io::Write as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use proptest::prelude::*;
use rustix::fs::{CWD, FileType, Mode};
use tempfile::TempDir;

use crate::reader::while_it_changes;
use crate::{
    FileKind, InvalidSize, OpenedFile, ReadFileError, SizeLimit, read, read_listed, read_secret, read_secret_stream,
    read_stream, read_with_state,
};

const LIMIT: SizeLimit = SizeLimit::bytes(1 << 20);

/// A folder with one file of each kind.
struct Kinds {
    folder: TempDir,
    _socket: UnixListener,
}

impl Kinds {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("file"), "text").unwrap();
        fs::write(path("empty"), "").unwrap();
        fs::create_dir(path("directory")).unwrap();
        rustix::fs::mknodat(CWD, path("fifo"), FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        symlink("file", path("link")).unwrap();
        symlink("fifo", path("link-to-fifo")).unwrap();
        symlink("absent", path("dangling")).unwrap();
        symlink("loop", path("loop")).unwrap();
        File::create(path("sparse")).unwrap().set_len(1 << 30).unwrap();
        fs::write(path("unreadable"), "text").unwrap();
        fs::set_permissions(path("unreadable"), Permissions::from_mode(0o000)).unwrap();
        let _socket = UnixListener::bind(path("socket")).unwrap();
        Self { folder, _socket }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// Runs `read` on a thread, so that a read that blocks fails the test.
fn in_time<T: Send + 'static>(read: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || sender.send(read()));
    receiver.recv_timeout(Duration::from_secs(30)).expect("the read blocks")
}

fn outcome(path: &Path) -> String {
    let path = path.to_owned();
    in_time(move || match read(&path, LIMIT) {
        Ok(bytes) => format!("{} bytes", bytes.len()),
        Err(error) => error.to_string(),
    })
}

#[test]
fn each_kind_of_file_is_answered() {
    let kinds = Kinds::new();
    // Root reads whatever the permissions.
    let unreadable = match rustix::process::geteuid().is_root() {
        true => "4 bytes",
        false => "Permission denied (os error 13)",
    };
    let expected = [
        ("file", "4 bytes"),
        ("empty", "0 bytes"),
        ("link", "4 bytes"),
        ("directory", "not a regular file: a directory"),
        ("fifo", "not a regular file: a FIFO"),
        ("link-to-fifo", "not a regular file: a FIFO"),
        ("socket", "not a regular file: a socket"),
        ("/dev/zero", "not a regular file: a device"),
        ("/dev/null", "not a regular file: a device"),
        ("loop", "too many levels of symbolic links"),
        ("sparse", "larger than the limit of 1 MiB"),
        ("unreadable", unreadable),
        ("absent", "No such file or directory (os error 2)"),
        ("dangling", "No such file or directory (os error 2)"),
        ("file/inside", "Not a directory (os error 20)"),
        ("na\0me", "Invalid argument (os error 22)"),
    ];
    for (name, message) in expected {
        assert_eq!(outcome(&kinds.path(name)), message, "{name:?}");
    }
}

#[test]
fn a_file_that_was_listed_may_be_of_another_kind_when_it_is_opened() {
    let kinds = Kinds::new();
    let listed = |name: &str| {
        let path = kinds.path(name);
        in_time(move || read_listed(&path, LIMIT).map(|bytes| bytes.len()).map_err(|error| error.to_string()))
    };
    for (name, expected) in [
        ("file", Ok(4)),
        ("empty", Ok(0)),
        ("directory", Err("not a regular file: a directory")),
        ("fifo", Err("not a regular file: a FIFO")),
        ("link-to-fifo", Err("not a regular file: a FIFO")),
        ("sparse", Err("larger than the limit of 1 MiB")),
        ("absent", Err("No such file or directory (os error 2)")),
    ] {
        assert_eq!(listed(name), expected.map_err(str::to_owned), "{name}");
    }
}

#[test]
fn a_secret_is_read_by_the_same_rules() {
    let kinds = Kinds::new();
    for name in ["directory", "fifo", "socket", "/dev/zero", "loop", "sparse", "absent"] {
        let path = kinds.path(name);
        let plain = outcome(&path);
        let secret = in_time(move || read_secret(&path, LIMIT).unwrap_err().to_string());
        assert_eq!(secret, plain, "{name}");
    }
    assert_eq!(read_secret(&kinds.path("file"), LIMIT).unwrap().as_slice(), b"text");
}

#[test]
fn error_kinds_are_distinguishable() {
    let kinds = Kinds::new();
    let error = |name: &str| read(&kinds.path(name), LIMIT).unwrap_err();
    assert!(error("absent").is_not_found() && error("file/inside").is_not_found());
    assert!(!error("loop").is_not_found());
    assert!(matches!(error("fifo"), ReadFileError::NotRegular(FileKind::Fifo)));
    assert!(matches!(error("loop"), ReadFileError::SymlinkLoop));
    assert!(matches!(error("sparse"), ReadFileError::TooLarge(LIMIT)));
    assert_eq!(error("directory").kind(), std::io::ErrorKind::IsADirectory);
    let converted: std::io::Error = error("sparse").into();
    assert_eq!(converted.kind(), std::io::ErrorKind::FileTooLarge);
    assert_eq!(converted.to_string(), "larger than the limit of 1 MiB");
}

#[test]
fn a_link_is_rejected_where_links_are_not_followed() {
    let kinds = Kinds::new();
    let message =
        |name: &str| OpenedFile::open_no_follow(&kinds.path(name)).map(|_| ()).map_err(|error| error.to_string());
    assert_eq!(message("file"), Ok(()));
    assert_eq!(message("link"), Err("not a regular file: a symbolic link".to_owned()));
    assert_eq!(message("fifo"), Err("not a regular file: a FIFO".to_owned()));
}

#[test]
fn the_limit_is_the_largest_size_that_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    for (size, fits) in [(9, true), (10, true), (11, false)] {
        fs::write(&path, vec![b'x'; size]).unwrap();
        assert_eq!(read(&path, SizeLimit::bytes(10)).is_ok(), fits, "{size}");
        assert_eq!(read_secret(&path, SizeLimit::bytes(10)).is_ok(), fits, "{size}");
    }
}

#[test]
fn a_file_without_a_known_size_is_read_up_to_the_limit() {
    // The kernel gives a size of 0 for it.
    let path = Path::new("/proc/self/status");
    let text = read(path, LIMIT).unwrap();
    assert!(text.starts_with(b"Name:"));
    assert!(read_secret(path, LIMIT).unwrap().starts_with(b"Name:"));
    assert_eq!(read(path, SizeLimit::bytes(10)).unwrap_err().to_string(), "larger than the limit of 10 bytes");
    assert_eq!(read_secret(path, SizeLimit::bytes(10)).unwrap_err().to_string(), "larger than the limit of 10 bytes");
}

#[test]
fn a_stream_is_read_to_its_end_or_to_the_limit() {
    for (size, fits) in [(0, true), (5000, true), (5001, false), (60_000, false)] {
        for secret in [false, true] {
            let (reader, writer) = std::io::pipe().unwrap();
            let writing = std::thread::spawn(move || (&writer).write_all(&vec![b'x'; size]));
            let limit = SizeLimit::bytes(5000);
            let read = match secret {
                true => read_secret_stream(&reader, limit).map(|bytes| bytes.len()),
                false => read_stream(&reader, limit).map(|bytes| bytes.len()),
            };
            let expected = if fits { Ok(size) } else { Err("larger than the limit of 5000 bytes".to_owned()) };
            assert_eq!(read.map_err(|error| error.to_string()), expected);
            writing.join().unwrap().unwrap();
        }
    }
}

#[test]
fn a_file_that_changed_since_it_was_opened_is_rejected() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let message = "changed while it was read; try again when it is written completely";
    for change in ["append", "truncate", "rewrite"] {
        fs::write(&path, "first").unwrap();
        let opened = OpenedFile::open(&path).unwrap();
        match change {
            "append" => fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(b" second").unwrap(),
            "truncate" => File::create(&path).map(drop).unwrap(),
            _ => {
                // The same size: the time alone tells, with the resolution of the kernel's clock.
                std::thread::sleep(Duration::from_millis(20));
                fs::write(&path, "other").unwrap();
            }
        }
        assert_eq!(opened.read(LIMIT).unwrap_err().to_string(), message, "{change}");
    }
}

#[test]
fn a_replaced_file_is_read_whole() {
    let folder = tempfile::tempdir().unwrap();
    let (path, new) = (folder.path().join("file"), folder.path().join("new"));
    fs::write(&path, "first").unwrap();
    let before = read_with_state(&path, LIMIT).unwrap();
    fs::write(&new, "other").unwrap();
    fs::rename(&new, &path).unwrap();
    let after = read_with_state(&path, LIMIT).unwrap();
    assert_eq!((before.bytes.as_slice(), after.bytes.as_slice()), (b"first".as_slice(), b"other".as_slice()));
    assert!(before.state != after.state && !before.state.is_same_file(&after.state));
    assert_eq!(after.state, read_with_state(&path, LIMIT).unwrap().state);
}

#[test]
fn a_change_is_read_again_a_bounded_number_of_times() {
    let attempts = Cell::new(0);
    let count = |succeeding: u32| {
        attempts.set(0);
        let result = while_it_changes(|| {
            attempts.set(attempts.get() + 1);
            if attempts.get() == succeeding { Ok(()) } else { Err(ReadFileError::Changed) }
        });
        (result.is_ok(), attempts.get())
    };
    assert_eq!(count(1), (true, 1));
    assert_eq!(count(3), (true, 3));
    assert_eq!(count(5), (true, 5));
    assert_eq!(count(6), (false, 5));
}

#[test]
fn sizes_are_displayed_in_the_largest_whole_unit() {
    let text = |bytes| SizeLimit::bytes(bytes).to_string();
    assert_eq!([text(1), text(1000), text(4096)], ["1 byte", "1000 bytes", "4 KiB"]);
    assert_eq!([text(64 << 20), text((64 << 20) + 1), text(2 << 30)], ["64 MiB", "67108865 bytes", "2 GiB"]);
}

#[test]
fn texts_that_are_not_sizes_are_rejected() {
    let parse = |text: &str| text.parse::<SizeLimit>();
    assert_eq!(parse("256MiB"), Ok(SizeLimit::bytes(256 << 20)));
    assert_eq!(parse("1 G"), Ok(SizeLimit::bytes(1 << 30)));
    for text in ["", "MiB", "-1", "1.5MiB", "64MB", "64 apples", "0x10"] {
        assert_eq!(parse(text), Err(InvalidSize::NotASize), "{text:?}");
    }
    assert_eq!(parse("0"), Err(InvalidSize::Zero));
    assert_eq!(parse("99999999999999999999"), Err(InvalidSize::TooLarge));
    assert_eq!(parse("17179869184GiB"), Err(InvalidSize::TooLarge));
}

proptest! {
    #[test]
    fn a_displayed_size_is_read_back(bytes in 1..=u64::MAX) {
        let limit = SizeLimit::bytes(bytes);
        prop_assert_eq!(limit.to_string().replace(' ', "").parse(), Ok(limit));
    }

    #[test]
    fn any_text_is_a_size_or_an_error(text in "\\PC*") {
        let _ = text.parse::<SizeLimit>();
    }

    #[test]
    fn content_is_read_unchanged(content in proptest::collection::vec(any::<u8>(), 0..20_000)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, &content).unwrap();
        prop_assert_eq!(&read(&path, LIMIT).unwrap(), &content);
        let secret = read_secret(&path, LIMIT).unwrap();
        prop_assert_eq!(secret.as_slice(), content.as_slice());
    }
}
