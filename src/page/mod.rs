//! Pages: HTML documents that load nothing, in one style.
//!
//! | file | content |
//! |---|---|
//! | frame.rs, frame.html | the document around a page: policy, bar, search, choice of a theme |
//! | markup.rs | templates and escaping |
//! | links.rs | addresses of the places in source files |
//! | page.css | the style of every page |
//! | theme.js, search.js | the scripts that pages share |
//!
//! A page adds its own style and script, which contain no text from outside. All such text is in the markup, and escaped.

mod frame;
mod links;
mod markup;

pub(crate) use self::frame::{Connections, Frame, Search};
pub(crate) use self::links::SourceLinks;
pub(crate) use self::markup::{code, escaped, fill};
