//! The functions of nixpkgs' lib through which settings pass.

/// The way of an argument through a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Passage {
    /// The result is the argument, or contains what it contains.
    Whole,
    /// The result is made of the elements of the argument.
    Merged,
    /// The argument is an element of the result.
    Element,
    /// The argument is a function that makes each element of the result.
    MakesElements,
    /// The argument is a function that makes each value of the resulting set.
    MakesValues,
}

/// Returns the way of an argument, by its index, through a function; `None` where it does not become a part of the result.
pub(super) fn passage(function: &str, index: usize) -> Option<Passage> {
    Some(match (function, index) {
        ("mkMerge", 0) => Passage::Merged,
        ("mkDefault" | "mkForce" | "mkBefore" | "mkAfter" | "mkVMOverride" | "mkOptionDefault", 0)
        | ("mkImageMediaOverride" | "removeAttrs" | "recursiveUpdate", 0)
        | ("mkIf" | "mkOverride" | "mkOrder" | "optionalAttrs" | "optionals" | "recursiveUpdate" | "filterAttrs", 1)
        | ("filter" | "warn" | "seq" | "deepSeq" | "trace", 1)
        | ("warnIf" | "throwIf" | "throwIfNot", 2) => Passage::Whole,
        ("optional", 1) | ("singleton", 0) => Passage::Element,
        ("map" | "genList" | "imap0" | "imap1" | "mapAttrsToList", 0) | ("forEach", 1) => Passage::MakesElements,
        ("mapAttrs", 0) | ("genAttrs", 1) => Passage::MakesValues,
        _ => return None,
    })
}

/// Returns the number of arguments of a function that has a passage.
pub(super) fn arity(function: &str) -> usize {
    match function {
        "mkMerge" | "mkDefault" | "mkForce" | "mkBefore" | "mkAfter" | "mkVMOverride" | "mkOptionDefault" => 1,
        "mkImageMediaOverride" | "singleton" => 1,
        "warnIf" | "throwIf" | "throwIfNot" => 3,
        _ => 2,
    }
}
