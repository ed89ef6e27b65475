//! The library without the command line: generated configs, migrations, and examples of the documentation.

mod migrate;
mod profiles;
mod properties;
mod references;
mod written;
