//! The library without the command line: generated configs, migrations, and examples of the documentation.

mod linear_reports;
mod migrate;
mod profiles;
mod properties;
mod references;
mod written;
