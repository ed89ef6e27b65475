//! Problems of a file of signed heads.

/// Problems of the file of signed heads.
#[derive(Debug, Default)]
pub(super) struct Problems {
    /// A line for each problem.
    pub text: String,
    /// Number of problems that make a trail altered.
    pub errors: u64,
}
