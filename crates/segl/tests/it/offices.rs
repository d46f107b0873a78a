//! `segl offices`.

use crate::installation::Installation;

const OFFICES: &str = include_str!("../../src/commands/demo/offices.toml");

#[test]
fn offices_are_imported_all_or_none_and_listed() {
    let installation = Installation::new("offices");
    installation.succeed(&["migrate"]);
    let list = || installation.succeed(&["offices", "list"]);
    assert!(list().contains("nobody can book"));
    let import = |text: &str| installation.write("offices.toml", text);
    for (wrong, complaint) in [
        (
            OFFICES.replacen("desks = 1", "desks = 0", 1),
            "office nordager: desks",
        ),
        (
            OFFICES.replace("id = \"nordager\"", "id = \"birkesund\""),
            "office birkesund stands in the file twice",
        ),
        (
            OFFICES.replacen("p_code = 15", "tea = 15", 1),
            "tea is not new_identity",
        ),
        (OFFICES.replacen("09:00", "25:00", 1), "offices.toml"),
    ] {
        let file = import(&wrong);
        let (_, said) = installation.fail(&["offices", "import", file.to_str().unwrap()]);
        assert!(said.contains(complaint), "{said}");
        assert!(list().contains("nobody can book"), "nothing of it is kept");
    }
    let file = import(OFFICES);
    let file = file.to_str().unwrap();
    let said = installation.succeed(&["offices", "import", file]);
    assert_eq!(said.matches("imported: ").count(), 2, "{said}");
    installation.succeed(&["offices", "import", file]);
    assert_eq!(
        list(),
        "birkesund  Borgerservice Birkesund (organisation 00000002), desks: 3, lost_access new_identity p_code with_witness\n\
         nordager  Borgerservice Nordager (organisation 00000004), desks: 1, lost_access new_identity with_witness\n"
    );
}
