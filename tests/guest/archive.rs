//! Archives that the kernel and the init program of the machine unpack.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

/// Appends a tar archive to the files of an initial RAM disk, in a second archive. The kernel unpacks both.
pub fn append_to_ram_disk(disk: &mut File, name: &str, tar: &[u8]) -> io::Result<()> {
    write_entry(disk, name, 0o100_644, tar)?;
    write_entry(disk, "TRAILER!!!", 0, &[])
}

/// Writes an entry in the format `newc` of cpio.
fn write_entry(disk: &mut File, name: &str, mode: u32, content: &[u8]) -> io::Result<()> {
    let zero = 0;
    let (size, name_size) = (content.len(), name.len() + 1);
    let mut entry = format!("070701{zero:08x}{mode:08x}{zero:08x}{zero:08x}{links:08x}{zero:08x}{size:08x}", links = 1);
    entry += &format!("{zero:08x}{zero:08x}{zero:08x}{zero:08x}{name_size:08x}{zero:08x}{name}\0");
    disk.write_all(&padded(entry.into_bytes()))?;
    disk.write_all(content)?;
    disk.write_all(&vec![0; content.len().next_multiple_of(4) - content.len()])
}

fn padded(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

/// A tar archive of files for the machine, by their paths without the first `/`.
pub struct Files(tar::Builder<Vec<u8>>);

impl Files {
    /// Returns an archive without files.
    pub fn new() -> Self {
        Self(tar::Builder::new(Vec::new()))
    }

    /// Adds a file with its content.
    pub fn add(&mut self, path: &str, mode: u32, content: &[u8]) {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(mode);
        header.set_mtime(1);
        self.0.append_data(&mut header, path, content).unwrap();
    }

    /// Adds a file of this machine.
    pub fn copy(&mut self, path: &str, mode: u32, from: &Path) {
        let mut content = Vec::new();
        File::open(from).unwrap().read_to_end(&mut content).unwrap();
        self.add(path, mode, &content);
    }

    /// Returns the archive.
    pub fn finish(self) -> Vec<u8> {
        self.0.into_inner().unwrap()
    }
}
