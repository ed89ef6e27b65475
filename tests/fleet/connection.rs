//! TLS, client certificates, users and roles.

use std::fs;
use std::time::Duration;

use confgate::fleet::{EndpointOptions, MAX_VALUE, Runtime, Store, StoreError, Transaction};
use confgate_test_support::etcd::Etcd;
use tempfile::TempDir;

use crate::support::{CANARY, options};

fn tls(etcd: &Etcd) -> EndpointOptions {
    EndpointOptions {
        authority: Some(etcd.certificate("ca.pem")),
        certificate: Some(etcd.certificate("client.pem")),
        key: Some(etcd.certificate("client-key.pem")),
        timeout: Some(Duration::from_secs(10)),
        ..EndpointOptions::plain(etcd.endpoints())
    }
}

fn write(options: &EndpointOptions, key: &str) -> Result<(), StoreError> {
    Runtime::new().unwrap().block_on(async {
        let store = Store::connect(options).await?;
        store.commit(&Transaction::new().put(key, "1")).await?;
        store.get(key, MAX_VALUE).await.map(drop)
    })
}

#[test]
#[ignore = "needs etcd"]
fn a_server_with_tls_is_reached_with_a_client_certificate_alone() {
    let etcd = Etcd::start_with_tls();
    write(&tls(&etcd), "/a").unwrap();
    let hasty = EndpointOptions { timeout: Some(Duration::from_secs(3)), ..tls(&etcd) };
    let without = EndpointOptions { certificate: None, key: None, ..hasty.clone() };
    let error = write(&without, "/a").unwrap_err();
    assert!(matches!(error, StoreError::Unreachable { .. }), "{error}");
    // The client certificate is not an authority of the server's.
    let stranger = EndpointOptions { authority: Some(etcd.certificate("client.pem")), ..hasty };
    let error = write(&stranger, "/a").unwrap_err().to_string();
    assert!(error.starts_with("cannot reach etcd at https://127.0.0.1:"), "{error}");
    assert!(error.contains("certificate"), "{error}");
}

#[test]
#[ignore = "needs etcd"]
fn a_user_has_the_rights_of_its_role_and_its_password_is_in_no_message() {
    let etcd = Etcd::start();
    let password = format!("{CANARY}-password");
    for command in [
        &["user", "add", "root:root-password"][..],
        &["user", "grant-role", "root", "root"],
        &["user", "add", &format!("node:{password}")],
        &["role", "add", "node"],
        &["role", "grant-permission", "node", "--prefix=true", "read", "/confgate/bitcraps/"],
        &["role", "grant-permission", "node", "--prefix=true", "readwrite", "/confgate/bitcraps/nodes/"],
        &["user", "grant-role", "node", "node"],
        &["auth", "enable"],
    ] {
        etcd.ctl(command);
    }
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("password");
    fs::write(&file, format!("{password}\n")).unwrap();
    let user = EndpointOptions { user: Some("node".to_owned()), password_file: Some(file.clone()), ..options(&etcd) };
    write(&user, "/confgate/bitcraps/nodes/n1").unwrap();
    let error = write(&user, "/confgate/bitcraps/rollout/all").unwrap_err();
    assert_eq!(
        error.to_string(),
        "etcd refuses the operation (write): etcdserver: permission denied; check user, password and role"
    );
    assert!(!error.is_transient());
    let anonymous = write(&options(&etcd), "/confgate/bitcraps/nodes/n1").unwrap_err().to_string();
    assert!(anonymous.starts_with("etcd refuses the operation (write): "), "{anonymous}");
    fs::write(&file, format!("{CANARY}-wrong\n")).unwrap();
    let error = write(&user, "/confgate/bitcraps/nodes/n1").unwrap_err();
    assert_eq!(
        error.to_string(),
        "etcd refuses the operation (login): etcdserver: authentication failed, invalid user ID or password; check user, \
         password and role"
    );
    assert!(!format!("{error}{error:?}").contains(CANARY), "{error:?}");
}
