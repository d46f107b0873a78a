//! TLS to PostgreSQL: only towards a server whose certificate is vouched for, under the name that was asked for.

use std::fs;
use std::path::Path;

use rcgen::{CertificateParams, CertifiedKey, KeyPair, generate_simple_self_signed};
use store::{Store, StoreConfig, StoreError};
use testpg::Postgres;

use crate::engine::{Folder, SCHEMA};

fn open(url: &str, host: &str, roots: &Path) -> Result<Store, StoreError> {
    let url = format!(
        "{}?sslrootcert={}",
        url.replace("127.0.0.1", host),
        roots.display()
    );
    Store::open_with(&StoreConfig::new(url), SCHEMA)
}

#[test]
fn a_server_is_trusted_for_its_certificate_and_name() {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let server = match Postgres::start_with_tls(&cert.pem(), &signing_key.serialize_pem()) {
        Ok(server) => server,
        Err(reason) => return println!("skipped: PostgreSQL: {reason}"),
    };
    let database = server.create_database().unwrap();
    let folder = Folder::new();
    let (roots, others) = (folder.0.join("roots.pem"), folder.0.join("others.pem"));
    fs::write(&roots, cert.pem()).unwrap();
    let other = CertificateParams::new(["localhost".to_owned()])
        .unwrap()
        .self_signed(&KeyPair::generate().unwrap());
    fs::write(&others, other.unwrap().pem()).unwrap();

    let store = open(&database.url, "localhost", &roots).unwrap();
    let work = |tx: &mut store::Tx<'_>| {
        let sql = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
        tx.query_one(sql, &[], |row| row.bigint(0))
    };
    assert_eq!(store.read_blocking::<_, StoreError, _>(work), Ok(1));
    assert_eq!(store.write_blocking::<_, StoreError, _>(b"", work), Ok(1));

    let forged = open(&database.url, "localhost", &others).unwrap_err();
    assert!(
        matches!(&forged, StoreError::Unavailable(reason) if reason.contains("certificate")),
        "{forged}"
    );
    let misnamed = open(&database.url, "127.0.0.1", &roots).unwrap_err();
    assert!(
        matches!(&misnamed, StoreError::Unavailable(reason) if reason.contains("certificate")),
        "{misnamed}"
    );
}
