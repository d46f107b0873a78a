//! `segl doctor`.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use crate::installation::Installation;
use crate::serve::certificate;

/// A finding by what it is about: state and detail.
fn about<'a>(findings: &'a Value, about: &str) -> (&'a str, &'a str) {
    let found = findings
        .as_array()
        .unwrap()
        .iter()
        .find(|finding| finding["about"] == about);
    let found = found.unwrap_or_else(|| panic!("nothing about {about} in {findings}"));
    (
        found["state"].as_str().unwrap(),
        found["detail"].as_str().unwrap(),
    )
}

fn healthy(installation: &Installation) -> Value {
    serde_json::from_str(&installation.succeed(&["doctor", "--json"])).unwrap()
}

fn ill(installation: &Installation) -> Value {
    serde_json::from_str(&installation.fail(&["doctor", "--json"]).0).unwrap()
}

fn installed(test: &str) -> Installation {
    let installation = Installation::new(test);
    installation.succeed(&["migrate"]);
    let service = installation.write("service.toml", crate::services::PUBLIC);
    installation.succeed(&["services", "put", service.to_str().unwrap()]);
    installation
}

#[test]
fn a_good_installation_has_nothing_that_fails() {
    let installation = installed("healthy");
    let findings = healthy(&installation);
    for name in [
        "configuration",
        "passphrase",
        "vault file",
        "vault",
        "signing keys",
        "policy",
        "database",
        "commit",
        "clock",
        "services",
        "listener",
    ] {
        assert_eq!(about(&findings, name).0, "ok", "{name}: {findings}");
    }
    assert_eq!(
        about(&findings, "issuer"),
        ("warn", "http://localhost:8080 is plain HTTP")
    );
    let said = installation.succeed(&["doctor"]);
    assert!(
        said.lines()
            .any(|line| line == "ok    services             1 registered"),
        "{said}"
    );
    assert!(
        said.lines()
            .any(|line| line.trim() == "-> only for trying things out on this machine"),
        "{said}"
    );
}

#[test]
fn before_the_first_start_it_says_what_comes_next() {
    let installation = Installation::bare("first");
    let (said, complaint) = installation.fail(&["doctor"]);
    assert!(
        said.contains("-> on a new installation: segl keys init --config"),
        "{said}"
    );
    assert!(said.contains("segl.db is not there yet"), "{said}");
    assert!(complaint.contains("things are wrong"), "{complaint}");
    assert!(!installation.folder.join("segl.db").exists());
}

#[test]
fn secrets_that_others_can_read_are_found() {
    let installation = installed("permissions");
    std::fs::set_permissions(
        installation.folder.join("passphrase"),
        Permissions::from_mode(0o640),
    )
    .unwrap();
    let findings = ill(&installation);
    let (state, detail) = about(&findings, "passphrase");
    assert_eq!(state, "fail");
    assert!(
        detail.ends_with("can be read or changed by others (mode 640)"),
        "{detail}"
    );
    assert_eq!(about(&findings, "vault file").0, "ok");
}

#[test]
fn a_server_that_runs_is_asked() {
    let installation = installed("running");
    let at = |name: &str| installation.folder.join(name).display().to_string();
    certificate(&installation);
    installation.configure(&format!(
        "[server.tls]\ncertificate_file = '{}'\nkey_file = '{}'",
        at("chain.pem"),
        at("key.pem")
    ));
    let server = installation.serve(&[]);
    let listen = server.address.to_string();
    let findings = || {
        let output = installation
            .command(&["doctor", "--json"])
            .env("SEGL_SERVER__LISTEN", &listen)
            .output()
            .unwrap();
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    assert_eq!(
        about(&findings(), "listener"),
        ("ok", format!("{listen} is served, and ready").as_str())
    );
    assert_eq!(about(&findings(), "certificate").0, "ok");

    // The file was renewed, and nobody told the server.
    certificate(&installation);
    let findings = findings();
    let (state, detail) = about(&findings, "listener");
    assert_eq!(state, "fail");
    assert!(
        detail.contains("another certificate is served than the file's"),
        "{detail}"
    );
}

#[test]
fn a_configuration_that_cannot_be_read_is_the_only_finding() {
    let installation = Installation::bare("unreadable");
    installation.configure("levle = 'info'");
    let findings = ill(&installation);
    assert_eq!(findings.as_array().unwrap().len(), 1);
    assert!(
        about(&findings, "configuration")
            .1
            .contains("unknown field `levle`")
    );
}

#[test]
fn on_postgresql_the_password_comes_from_its_file_and_the_clocks_are_compared() {
    let database = match testpg::Postgres::shared().and_then(|server| {
        server
            .create_database()
            .map_err(|_| "no database could be created")
    }) {
        Ok(database) => database,
        Err(reason) => return eprintln!("skipped on PostgreSQL: {reason}"),
    };
    let mut url = url::Url::parse(&database.url).unwrap();
    let password = url.password().unwrap_or_default().to_owned();
    url.set_password(None).unwrap();
    let installation = Installation::new("postgresql");
    let file = installation.write("database-password", &format!("{password}\n"));
    std::fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
    let environment = [
        ("SEGL_DATABASE__URL", url.as_str()),
        ("SEGL_DATABASE__PASSWORD_FILE", file.to_str().unwrap()),
    ];
    let server = installation.serve(&environment);
    assert_eq!(server.get("/health/ready").body, "ready\n");

    let mut doctor = installation.command(&["doctor", "--json"]);
    let output = doctor.envs(environment).output().unwrap();
    let findings: Value = serde_json::from_slice(&output.stdout).unwrap();
    let (state, detail) = about(&findings, "database");
    assert_eq!(state, "ok", "{findings}");
    assert!(detail.starts_with("PostgreSQL "), "{detail}");
    let (state, detail) = about(&findings, "clock");
    assert_eq!(state, "ok", "{detail}");
    assert!(detail.ends_with(" s from the database's"), "{detail}");

    let mut leaking = installation.command(&["serve"]);
    leaking.env(
        "SEGL_DATABASE__URL",
        url.as_str().replacen('@', ":secret@", 1),
    );
    let (_, complaint) = crate::installation::refused(&leaking.output().unwrap());
    assert!(complaint.contains("put it into a file"), "{complaint}");
    assert!(!complaint.contains("secret"), "{complaint}");
}
