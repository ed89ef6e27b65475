//! An authority, and certificates of a server and of a client.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::printed::printed;

const KEY: &str = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";

/// A configuration with which `openssl ca` signs certificates whose times are given.
const CONFIG: &str = "[ca]\ndefault_ca = authority\n[authority]\ndatabase = index.txt\nnew_certs_dir = .\nrand_serial = yes\n\
    default_md = sha256\npolicy = any\nunique_subject = no\ncertificate = ca.pem\nprivate_key = ca-key.pem\n[any]\ncommonName = supplied\n";

/// Times of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validity {
    /// It is valid for years.
    Valid,
    /// It expired years ago.
    Expired,
}

/// Makes an authority, and keys of `server` and `client` with certificates that are valid.
pub fn make(folder: &Path) {
    openssl(folder, &format!("req -x509 {KEY} -days 30 -subj /CN=authority -keyout ca-key.pem -out ca.pem"));
    fs::write(folder.join("ca.cnf"), CONFIG).unwrap();
    fs::write(folder.join("index.txt"), "").unwrap();
    for (name, extension) in [("server", "subjectAltName=IP:127.0.0.1"), ("client", "extendedKeyUsage=clientAuth")] {
        openssl(folder, &format!("req -new {KEY} -subj /CN={name} -keyout {name}-key.pem -out {name}.csr"));
        fs::write(folder.join(format!("{name}.extensions")), format!("{extension}\n")).unwrap();
        sign(folder, name, Validity::Valid);
    }
}

/// Signs the certificate of `server` or `client` anew. Its key stays.
pub fn sign(folder: &Path, name: &str, validity: Validity) {
    let (from, to) = match validity {
        Validity::Valid => ("20200101000000Z", "20491231000000Z"),
        Validity::Expired => ("20200101000000Z", "20200102000000Z"),
    };
    openssl(
        folder,
        &format!(
            "ca -batch -notext -config ca.cnf -in {name}.csr -out {name}-next.pem -startdate {from} -enddate {to} -extfile {name}.extensions"
        ),
    );
    // A program that reads it meanwhile reads a whole one.
    fs::rename(folder.join(format!("{name}-next.pem")), folder.join(format!("{name}.pem"))).unwrap();
}

fn openssl(folder: &Path, arguments: &str) {
    let mut command = Command::new("openssl");
    command.current_dir(folder).args(arguments.split(' '));
    printed(command);
}
