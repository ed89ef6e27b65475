//! Checks of an age file's header before the age library parses it.

/// First line of the supported version.
const VERSION: &[u8] = b"age-encryption.org/v1\n";

/// Maximum size of a header in bytes: enough for about 600 recipients.
const MAX_BYTES: usize = 64 * 1024;

/// Maximum number of lines of a header.
const MAX_LINES: usize = 2048;

/// Returns whether the first line names another version. A truncated line does not.
pub fn is_of_other_version(binary: &[u8]) -> bool {
    let length = binary.len().min(VERSION.len());
    binary[..length] != VERSION[..length]
}

/// Returns whether the header is within the limits. The age library needs time in the square of its lines, so a hostile file could
/// occupy a node for hours.
pub fn is_bounded(binary: &[u8]) -> bool {
    let window = &binary[..binary.len().min(MAX_BYTES)];
    for line in window.split_inclusive(|&byte| byte == b'\n').take(MAX_LINES) {
        if line.starts_with(b"---") && line.ends_with(b"\n") {
            return true;
        }
    }
    // A truncated header is small: the parser reports it.
    binary.len() <= MAX_BYTES && window.iter().filter(|&&byte| byte == b'\n').count() < MAX_LINES
}
