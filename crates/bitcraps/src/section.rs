/// Access to the section `S` of a config. Rules use it in place of the config's type, which depends on every section.
pub(crate) trait HasSection<S> {
    /// Returns the section.
    fn section(&self) -> &S;
}
