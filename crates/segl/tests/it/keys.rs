//! `segl keys`.

use std::os::unix::fs::PermissionsExt;

use crate::installation::{Installation, Server};

#[test]
fn init_makes_a_vault_and_its_passphrase_once() {
    let installation = Installation::bare("init");
    let said = installation.succeed(&["keys", "init"]);
    assert!(
        said.contains("vault.json") && said.contains("made"),
        "{said}"
    );
    let read = |name: &str| std::fs::read_to_string(installation.folder.join(name)).unwrap();
    for name in ["passphrase", "vault.json"] {
        let mode = std::fs::metadata(installation.folder.join(name))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    // 256 bits in base64url.
    assert_eq!(read("passphrase").trim_end().len(), 43);

    let before = read("vault.json");
    let (_, complaint) = installation.fail(&["keys", "init"]);
    assert!(complaint.contains("is there already"), "{complaint}");
    assert_eq!(read("vault.json"), before);
}

#[test]
fn init_keeps_a_passphrase_that_is_there() {
    let installation = Installation::bare("passphrase");
    let file = installation.write("passphrase", "chosen by somebody\n");
    installation.succeed(&["keys", "init"]);
    assert_eq!(
        std::fs::read_to_string(&file).unwrap(),
        "chosen by somebody\n"
    );
    assert_eq!(list(&installation).len(), 3);
    std::fs::write(file, "chosen by somebody else\n").unwrap();
    let (_, complaint) = installation.fail(&["keys", "list"]);
    assert!(
        complaint.contains("does not open the key vault"),
        "{complaint}"
    );
}

#[test]
fn a_running_server_publishes_new_keys_beside_the_old() {
    let installation = Installation::new("rotate");
    let mut server = installation.serve(&[]);
    let old = published(&server);
    assert_eq!(old.len(), 3);

    let said = installation.succeed(&["keys", "rotate", "--overlap", "1h"]);
    assert!(
        said.contains("sign from") && said.contains("stay published until"),
        "{said}"
    );
    server.signal("HUP");
    server.says("the key vault was read again");

    let both = published(&server);
    assert_eq!(both.len(), 6);
    assert!(
        old.iter().all(|kid| both.contains(kid)),
        "{old:?} in {both:?}"
    );
    let listed: Vec<_> = list(&installation)
        .iter()
        .map(|key| key["kid"].as_str().unwrap().to_owned())
        .collect();
    assert!(
        both.iter().all(|kid| listed.contains(kid)),
        "{both:?} in {listed:?}"
    );

    // A vault that does not open changes nothing.
    std::fs::write(installation.folder.join("vault.json"), "{}").unwrap();
    server.signal("HUP");
    server.says("the key vault cannot be read again");
    assert_eq!(published(&server), both);
}

#[test]
fn the_times_of_a_rotation_follow_from_overlap_and_longest_token() {
    let installation = Installation::new("times");
    installation.succeed(&["keys", "rotate", "--overlap", "2h"]);
    let keys = list(&installation);
    let at = |key: &serde_json::Value, name: &str| {
        key[name]
            .as_str()
            .unwrap()
            .parse::<jiff::Timestamp>()
            .unwrap()
    };
    let (old, new) = (keys.first().unwrap(), keys.last().unwrap());
    assert!(new["published_until"].is_null());
    // R-SVC-5: an access token lives for three hours.
    assert_eq!(
        at(old, "published_until")
            .duration_since(at(new, "signs_from"))
            .as_hours(),
        3
    );
    let said = installation.succeed(&["keys", "list"]);
    assert_eq!(
        said.lines()
            .filter(|line| line.contains("signs, published until"))
            .count(),
        3,
        "{said}"
    );
    assert_eq!(
        said.lines()
            .filter(|line| line.contains("signs from"))
            .count(),
        3,
        "{said}"
    );

    let (_, complaint) = installation.fail(&["keys", "rotate", "--overlap", "5m"]);
    assert!(complaint.contains("6 minutes or more"), "{complaint}");
    assert_eq!(list(&installation).len(), 6);
}

fn published(server: &Server) -> Vec<String> {
    let jwks = server.json("/.well-known/openid-configuration/jwks");
    jwks["keys"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| key["kid"].as_str().unwrap().to_owned())
        .collect()
}

fn list(installation: &Installation) -> Vec<serde_json::Value> {
    serde_json::from_str(&installation.succeed(&["keys", "list", "--json"])).unwrap()
}
