//! `confgate unseal`: opening of sealed values and files.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use clap::Args;
use confgate_core::value;
use confgate_core::value::reference::is_sealed;
use confgate_files::SizeLimit;
use confgate_runtime::atomic_file::{self, Mode};
use confgate_seal::{Encoding, Identity, OpenError, age_file, open, open_value};

use crate::cli::error::{CliError, SealingError};
use crate::cli::exit_status::ExitStatus;
use crate::cli::output::Output;
use crate::cli::path_name::{STDIN, display_name};
use crate::cli::sealing::{
    IdentityArgs, PassphraseFile, parse_key_path, read_document, read_secret_bytes, reject_stdin,
};

/// Open a sealed value or file from standard input, sealed values in a TOML file, or a sealed file.
#[derive(Debug, Args)]
pub struct Unseal {
    /// Sealed file, or the TOML file with sealed values with --in-place. [default: standard input]
    #[arg(value_name = "FILE", default_value = STDIN, hide_default_value = true)]
    file: PathBuf,
    /// Values to open in place. [default: all sealed values]
    #[arg(value_name = "KEY", requires = "in_place", value_parser = parse_key_path)]
    keys: Vec<value::Path>,
    /// Replace the sealed values in the file. All other text stays unchanged.
    #[arg(long)]
    in_place: bool,
    #[command(flatten)]
    identities: IdentityArgs,
    /// Open with the passphrase in this file. [default: read from the terminal if needed]
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// Write the opened file to this file, readable by its owner only. [default: standard output]
    #[arg(long, short, value_name = "FILE", conflicts_with = "in_place")]
    output: Option<PathBuf>,
}

impl Unseal {
    pub fn run(self, output: &mut Output) -> Result<ExitStatus, CliError> {
        let bytes = read_secret_bytes(&self.file, SizeLimit::SEALED)?;
        if self.in_place {
            self.open_values(&bytes, output)?;
        } else if Encoding::of(&bytes).is_some() {
            self.open_file(&bytes, output)?;
        } else {
            self.open_value(&bytes, output)?;
        }
        Ok(ExitStatus::Success)
    }

    fn identities<'s>(&self, age_files: impl IntoIterator<Item = &'s [u8]>) -> Result<Vec<Identity>, CliError> {
        let passphrase_file = PassphraseFile { path: self.passphrase_file.as_deref(), option: "--passphrase-file" };
        self.identities.identities(passphrase_file, age_files)
    }

    fn open_file(&self, sealed: &[u8], output: &mut Output) -> Result<(), CliError> {
        let plain = open(&self.identities([sealed])?, sealed).map_err(|error| CliError::file(&self.file, error))?;
        self.put(&plain, output)
    }

    fn open_value(&self, bytes: &[u8], output: &mut Output) -> Result<(), CliError> {
        let text = std::str::from_utf8(bytes).ok().map(str::trim).filter(|text| is_sealed(text));
        let value = text.ok_or_else(|| SealingError::NotSealed { name: display_name(&self.file) })?;
        let open_error = |error: OpenError| CliError::file(&self.file, error);
        let age_file = age_file(value).map_err(open_error)?;
        let plain = open_value(&self.identities([&age_file[..]])?, value).map_err(open_error)?;
        self.put(plain.expose().as_bytes(), output)?;
        if self.output.is_none() { output.put("\n") } else { Ok(()) }
    }

    fn put(&self, plain: &[u8], output: &mut Output) -> Result<(), CliError> {
        let Some(path) = &self.output else { return output.put_bytes(plain) };
        let readable = atomic_file::replace_private(path, plain)?;
        output.report_only();
        match readable {
            Some(mode) => output.put(&format!(
                "{}: the file was accessible to other users (mode {mode:03o}); now only its owner has access\n",
                path.display()
            )),
            None => Ok(()),
        }
    }

    fn open_values(&self, bytes: &[u8], output: &mut Output) -> Result<(), CliError> {
        reject_stdin(&self.file)?;
        let mut document = read_document(&self.file, bytes)?;
        let keys = if self.keys.is_empty() { document.sealed() } else { self.keys.clone() };
        if keys.is_empty() {
            return Err(SealingError::NothingSealed { name: display_name(&self.file) }.into());
        }
        let identities = self.identities(document.age_files(&keys).iter().map(Vec::as_slice))?;
        for key in &keys {
            document.unseal(key, &identities).map_err(|error| CliError::file(&self.file, error))?;
        }
        atomic_file::replace(&self.file, document.finish().as_bytes(), Mode::OwnerOnly)?;
        output.report_only();
        for key in &keys {
            output.put(&format!("opened {key}\n"))?;
        }
        match readable_mode(&self.file) {
            Some(mode) => output.put(&format!(
                "warning: {}: other users can read the file (mode {mode:03o})\n",
                display_name(&self.file)
            )),
            None => Ok(()),
        }
    }
}

/// Returns the permission bits of a file that its group or all users can read.
fn readable_mode(path: &Path) -> Option<u32> {
    let mode = fs::metadata(path).ok()?.permissions().mode() & 0o777;
    (mode & 0o044 != 0).then_some(mode)
}
