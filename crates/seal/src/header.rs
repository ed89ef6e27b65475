//! The header of an age file, before it is read.

/// The first line of the version that is read.
const VERSION: &[u8] = b"age-encryption.org/v1\n";

/// The largest header that is read, in bytes: it names some 600 recipients.
const MOST_BYTES: usize = 64 * 1024;

/// The longest header that is read, in lines.
const MOST_LINES: usize = 2048;

/// Whether the first line names another version. One that is cut off names none.
pub fn is_of_other_version(binary: &[u8]) -> bool {
    let length = binary.len().min(VERSION.len());
    binary[..length] != VERSION[..length]
}

/// Whether the header is small enough to be read. Reading takes time in the square of its lines, so that a hostile file
/// could keep a node busy for hours.
pub fn is_bounded(binary: &[u8]) -> bool {
    let window = &binary[..binary.len().min(MOST_BYTES)];
    for line in window.split_inclusive(|&byte| byte == b'\n').take(MOST_LINES) {
        if line.starts_with(b"---") && line.ends_with(b"\n") {
            return true;
        }
    }
    // One that is cut off is small, and reading it says so.
    binary.len() <= MOST_BYTES && window.iter().filter(|&&byte| byte == b'\n').count() < MOST_LINES
}
