//! Reading of open files to their ends.

use std::os::fd::AsFd;

use rustix::buffer::spare_capacity;
use rustix::io::{Errno, read};
use zeroize::{Zeroize, Zeroizing};

use crate::error::ReadFileError;
use crate::size_limit::SizeLimit;

/// The first buffer of a stream whose size is not known, such as standard input or a file of `/proc`.
const FIRST_BUFFER: usize = 4096;

/// Reads a stream, such as standard input, of at most `limit` bytes. It waits for the writer of a pipe.
///
/// # Errors
///
/// The stream is larger than the limit, or cannot be read.
pub fn read_stream(stream: impl AsFd, limit: SizeLimit) -> Result<Vec<u8>, ReadFileError> {
    let mut bytes = Vec::new();
    fill(stream, &mut bytes, 0, limit, grow_plain)?;
    Ok(bytes)
}

/// Reads a stream of at most `limit` bytes into memory that is wiped. It waits for the writer of a pipe.
///
/// # Errors
///
/// The stream is larger than the limit, or cannot be read.
pub fn read_secret_stream(stream: impl AsFd, limit: SizeLimit) -> Result<Zeroizing<Vec<u8>>, ReadFileError> {
    let mut bytes = Zeroizing::new(Vec::new());
    fill(stream, &mut bytes, 0, limit, grow_secret)?;
    Ok(bytes)
}

/// Reads to the end into `bytes`, which `grow` gives a capacity. A `known` size of 0 stands for an unknown one.
pub(crate) fn fill(
    stream: impl AsFd,
    bytes: &mut Vec<u8>,
    known: usize,
    limit: SizeLimit,
    grow: fn(&mut Vec<u8>, usize),
) -> Result<(), ReadFileError> {
    // One byte more than the file has, so that the end is found without a larger buffer.
    grow(bytes, if known == 0 { FIRST_BUFFER } else { known.saturating_add(1) });
    loop {
        if bytes.len() == bytes.capacity() {
            grow(bytes, bytes.capacity().saturating_mul(2));
        }
        match read(&stream, spare_capacity(bytes)) {
            Err(Errno::INTR) => {}
            Ok(0) => return Ok(()),
            Ok(_) if bytes.len() as u64 > limit.get() => return Err(ReadFileError::TooLarge(limit)),
            // A read of a regular file that leaves room was at its end. The state of the file is compared afterwards.
            Ok(_) if bytes.len() == known && bytes.len() < bytes.capacity() => return Ok(()),
            Ok(_) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

pub(crate) fn grow_plain(bytes: &mut Vec<u8>, capacity: usize) {
    bytes.reserve_exact(capacity - bytes.len());
}

/// Moves the bytes to a larger buffer and wipes the old one.
pub(crate) fn grow_secret(bytes: &mut Vec<u8>, capacity: usize) {
    let mut larger = Vec::with_capacity(capacity);
    larger.extend_from_slice(bytes);
    std::mem::replace(bytes, larger).zeroize();
}
