//! Choices of a generator, from bytes that proptest shrinks.

/// A sequence of choices. After its end, every choice is the first option.
pub struct Choices<'a> {
    bytes: std::slice::Iter<'a, u8>,
}

impl<'a> Choices<'a> {
    /// Makes the choices of a generator from bytes.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes: bytes.iter() }
    }

    /// Returns a number below `options`.
    pub fn below(&mut self, options: usize) -> usize {
        self.bytes.next().map_or(0, |byte| usize::from(*byte) % options)
    }

    /// Returns true once in `times`, and false at the end.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) + 1 == times
    }

    /// Returns one of the options.
    pub fn pick<'o, T>(&mut self, options: &'o [T]) -> &'o T {
        &options[self.below(options.len())]
    }
}
