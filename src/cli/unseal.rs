//! `confgate unseal`: what was sealed, in plain text.

use std::path::PathBuf;

use clap::Args;
use confgate_core::value;
use confgate_core::value::reference::is_sealed;
use confgate_seal::{Encoding, OpenError, age_file, open, open_value};

use crate::cli::output::Output;
use crate::cli::replace::Readers;
use crate::cli::sealing::identities::Opening;
use crate::cli::sealing::{about, bytes, document, key, refuse_stdin};
use crate::cli::{DONE, Failure, input, replace as file};

/// Open what is sealed: a value or file from standard input, values in a TOML file, or a whole file.
#[derive(Debug, Args)]
pub struct Unseal {
    /// The sealed file, or with --in-place the TOML file whose values to open. By default standard input.
    #[arg(value_name = "FILE", default_value = input::STDIN, hide_default_value = true)]
    file: PathBuf,
    /// The values to open in place; by default all that are sealed.
    #[arg(value_name = "KEY", requires = "in_place", value_parser = key::path)]
    keys: Vec<value::Path>,
    /// Open values where they stand, and leave everything else in the file as it is.
    #[arg(long)]
    in_place: bool,
    /// Open with the keys in this file: an identity file of age, or a private key of ssh. By default the file that
    /// CONFGATE_IDENTITY names.
    #[arg(long, short, value_name = "FILE")]
    identity: Vec<PathBuf>,
    /// Open with the passphrase in this file. By default it is asked for where it is needed.
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// Write what was sealed here, readable by its owner alone. By default it is printed.
    #[arg(long, short, value_name = "FILE", conflicts_with = "in_place")]
    output: Option<PathBuf>,
}

impl Unseal {
    pub fn run(self, output: &mut Output) -> Result<u8, Failure> {
        let bytes = bytes(&self.file)?;
        if self.in_place {
            self.values(&bytes, output)?;
        } else if Encoding::of(&bytes).is_some() {
            self.whole(&bytes, output)?;
        } else {
            self.value(&bytes, output)?;
        }
        Ok(DONE)
    }

    fn opening(&self) -> Opening<'_> {
        Opening { files: &self.identity, passphrase: self.passphrase_file.as_deref(), option: "--passphrase-file" }
    }

    fn whole(&self, sealed: &[u8], output: &mut Output) -> Result<(), Failure> {
        let plain = open(&self.opening().identities([sealed])?, sealed).map_err(|error| about(&self.file, &error))?;
        self.put(&plain, output)
    }

    fn value(&self, bytes: &[u8], output: &mut Output) -> Result<(), Failure> {
        let value = std::str::from_utf8(bytes).ok().map(str::trim).filter(|text| is_sealed(text)).ok_or_else(|| {
            let name = input::shown(&self.file);
            Failure(format!(
                "{name}: neither an age file nor a sealed value: --in-place opens the values in a TOML file"
            ))
        })?;
        let failed = |error: OpenError| about(&self.file, &error);
        let age_file = age_file(value).map_err(failed)?;
        let plain = open_value(&self.opening().identities([&age_file[..]])?, value).map_err(failed)?;
        self.put(plain.expose().as_bytes(), output)?;
        if self.output.is_none() { output.put("\n") } else { Ok(()) }
    }

    fn put(&self, plain: &[u8], output: &mut Output) -> Result<(), Failure> {
        match &self.output {
            Some(path) => match file::confide(path, plain)? {
                Some(mode) => {
                    let path = path.display();
                    output
                        .put(&format!("{path}: others had access (mode {mode:03o}), and its owner alone has it now\n"))
                }
                None => Ok(()),
            },
            None => output.put_bytes(plain),
        }
    }

    fn values(&self, bytes: &[u8], output: &mut Output) -> Result<(), Failure> {
        refuse_stdin(&self.file)?;
        let mut document = document(&self.file, bytes)?;
        let keys = if self.keys.is_empty() { document.sealed() } else { self.keys.clone() };
        if keys.is_empty() {
            return Err(Failure(format!("{}: nothing in it is sealed", input::shown(&self.file))));
        }
        let identities = self.opening().identities(document.age_files(&keys).iter().map(Vec::as_slice))?;
        for key in &keys {
            document.unseal(key, &identities).map_err(|error| about(&self.file, &error))?;
        }
        file::replace(&self.file, document.finish().as_bytes(), Readers::Owner)?;
        keys.iter().try_for_each(|key| output.put(&format!("opened {key}\n")))?;
        match file::readable(&self.file) {
            Some(mode) => {
                let path = input::shown(&self.file);
                output.put(&format!("warning: {path}: others than its owner can read it (mode {mode:03o})\n"))
            }
            None => Ok(()),
        }
    }
}
