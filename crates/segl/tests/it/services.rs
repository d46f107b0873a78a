//! `segl services` and `segl migrate`.

use std::process::Command;

use oidc::client::SecretHash;

use crate::installation::{Installation, text};

pub(crate) const PUBLIC: &str = r#"
client_id = "kommune"
sector = "public"
redirect_uris = ["https://kommune.example/callback"]
scopes = ["openid"]
authentication = { method = "none" }
organisation = { id = "12345678", name = "Eksempel Kommune" }
name = { da = "Borgerservice", en = "Citizen service" }
"#;

/// What the command says of every migration of the program.
fn migrations(word: &str) -> String {
    store::MIGRATIONS
        .iter()
        .fold(String::new(), |text, migration| {
            text + word + ": " + migration.name + "\n"
        })
}

#[test]
fn services_are_put_listed_and_replaced() {
    let installation = Installation::new("services");
    let file = installation.write("kommune.toml", PUBLIC);
    let (_, complaint) = installation.fail(&["services", "put", file.to_str().unwrap()]);
    assert!(complaint.contains("run `segl migrate`"), "{complaint}");

    assert_eq!(
        installation.succeed(&["migrate", "--dry-run"]),
        migrations("pending")
    );
    assert_eq!(installation.succeed(&["migrate"]), migrations("applied"));
    assert_eq!(
        installation.succeed(&["migrate"]),
        "The database is up to date.\n"
    );

    installation.succeed(&["services", "put", file.to_str().unwrap()]);
    let again = installation.write(
        "kommune.toml",
        &PUBLIC.replace("Citizen service", "Citizens"),
    );
    installation.succeed(&["services", "put", again.to_str().unwrap()]);
    assert_eq!(
        installation.succeed(&["services", "list"]),
        "kommune  Citizens (Eksempel Kommune), public, no secret, PKCE, scopes: openid\n"
    );
    let listed: serde_json::Value =
        serde_json::from_str(&installation.succeed(&["services", "list", "--json"])).unwrap();
    assert_eq!(listed[0]["name"]["en"], "Citizens");
}

#[test]
fn one_bad_registration_keeps_all_out_and_is_named() {
    let installation = Installation::new("refused");
    installation.succeed(&["migrate"]);
    let good = installation.write("good.toml", PUBLIC);
    for (bad, reason) in [
        (
            PUBLIC.replace("https://kommune", "http://kommune"),
            "bad.toml: an address is not secure",
        ),
        (PUBLIC.replace("sector", "secter"), "unknown field `secter`"),
        (
            PUBLIC.replace("\"none\"", "\"secret\", sha256 = \"short\""),
            "the secret's hash is malformed",
        ),
        (
            PUBLIC.to_owned(),
            "client_id kommune stands in two of the files",
        ),
    ] {
        let bad = installation.write("bad.toml", &bad);
        let (_, complaint) = installation.fail(&[
            "services",
            "put",
            good.to_str().unwrap(),
            bad.to_str().unwrap(),
        ]);
        assert!(complaint.contains(reason), "{reason} in {complaint}");
    }
    assert_eq!(
        installation.succeed(&["services", "list"]),
        "No service is registered.\n"
    );
}

#[test]
fn a_secret_comes_with_the_line_that_knows_its_hash() {
    let secret = || {
        text(
            &Command::new(env!("CARGO_BIN_EXE_segl"))
                .args(["services", "secret"])
                .output()
                .unwrap()
                .stdout,
        )
    };
    let said = secret();
    let secret_line = said.lines().nth(1).unwrap().trim();
    assert_eq!(secret_line.len(), 43);
    let registration = PUBLIC.replace(
        "authentication = { method = \"none\" }",
        said.lines().last().unwrap().trim(),
    );
    let registration: oidc::client::Registration = toml::from_str(&registration).unwrap();
    assert_eq!(
        registration.authentication,
        oidc::client::ClientAuthentication::Secret {
            sha256: SecretHash::of(secret_line)
        }
    );
    assert_ne!(said, secret());
}
