//! Sensitive data: which texts are secret, and how values are displayed without them.

pub mod display;
pub mod mask;
pub mod scanner;
pub mod words;
