/// Work factor of scrypt for passphrases that seal: N = 2^18, which takes 256 MiB and about a second, as in the age program.
pub const WORK_FACTOR: u8 = 18;

/// Maximum work factor of scrypt for passphrases that open: N = 2^20, which takes 1 GiB. A file that needs more is rejected.
pub const MAX_WORK_FACTOR: u8 = 20;
