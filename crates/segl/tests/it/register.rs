//! `segl import cpr` and `segl demo population`: what an operator types, and what `kill -9` does to it.

use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use store::{Store, StoreConfig, StoreError};

use crate::installation::Installation;

/// A file of so many people, and what changes in them.
fn population(installation: &Installation, persons: &str, more: &[&str]) -> String {
    let name = format!("population{}.cpr", more.join(""));
    let path = installation.folder.join(name).display().to_string();
    let output = Command::new(env!("CARGO_BIN_EXE_segl"))
        .args([
            "demo",
            "population",
            "--persons",
            persons,
            "--seed",
            "3",
            "--out",
            &path,
        ])
        .args(more)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    path
}

/// How many rows, findable rows and unfinished imports there are, and which import holds.
fn rows(folder: &Path) -> Vec<i64> {
    let url = format!("sqlite:{}", folder.join("segl.db").display());
    let store = Store::open_without_migrating(&StoreConfig::new(url)).unwrap();
    let rows = [
        "SELECT COUNT(*) FROM register_rows",
        "SELECT COUNT(*) FROM register_index",
        "SELECT COUNT(*) FROM register_imports WHERE state <> 'done'",
        "SELECT COALESCE(MAX(head), 0) FROM register_state",
    ]
    .map(|sql| {
        store
            .read_blocking::<_, StoreError, _>(move |tx| {
                tx.query_one(sql, &[], |row| row.bigint(0))
            })
            .unwrap()
    });
    store.close();
    rows.to_vec()
}

#[test]
fn a_register_and_its_changes_are_imported_and_told_in_sentences() {
    let installation = Installation::new("register");
    installation.succeed(&["migrate"]);
    let whole = population(&installation, "3000", &[]);
    let said = installation.succeed(&["import", "cpr", &whole]);
    assert!(
        said.starts_with("The register of 2026-11-01: 3,0"),
        "{said}"
    );
    assert!(said.ends_with("persons imported.\n"), "{said}");
    let said = installation.succeed(&["import", "cpr", &whole]);
    assert_eq!(
        said,
        "The register of 2026-11-01 had been imported before. Nothing was changed.\n"
    );
    let changes = population(&installation, "3000", &["--changes"]);
    let said = installation.succeed(&["import", "cpr", &changes]);
    assert!(said.starts_with("The changes of 2026-11-02: "), "{said}");
    let rows = rows(&installation.folder);
    assert_eq!((rows[0], rows[2], rows[3]), (rows[1], 0, 2));
    // The same changes again, and a file that is older than what holds.
    let said = installation.succeed(&["import", "cpr", &changes]);
    assert!(said.contains("had been imported before"), "{said}");
    let (_, complaint) = installation.fail(&["import", "cpr", &whole]);
    assert!(complaint.contains("it is of 2026-11-02"), "{complaint}");
}

#[test]
fn r_cpr_4_a_broken_file_is_refused_with_line_and_field_and_nothing_is_written() {
    let installation = Installation::new("register-broken");
    installation.succeed(&["migrate"]);
    let whole = population(&installation, "300", &[]);
    let bytes = std::fs::read(&whole).unwrap();
    let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
    let third = lines
        .iter()
        .rposition(|line| line.starts_with(b"001"))
        .unwrap();
    let mut broken = lines.clone();
    let line = [&lines[third][..23], b"77", &lines[third][25..]].concat();
    broken[third] = &line;
    let file = installation.folder.join("broken.cpr");
    std::fs::write(&file, broken.concat()).unwrap();
    let (_, complaint) = installation.fail(&["import", "cpr", file.to_str().unwrap()]);
    let expected = format!(
        "was not taken, and nothing of it: line {}, STATUS (column 24): not a code of the register (R-CPR-4)\n",
        third + 1
    );
    assert!(complaint.ends_with(&expected), "{complaint}");
    assert_eq!(rows(&installation.folder), [0, 0, 0, 0]);
    let (_, complaint) = installation.fail(&["import", "cpr", "nowhere.cpr"]);
    assert!(
        complaint.contains("nowhere.cpr: the file cannot be read"),
        "{complaint}"
    );
}

/// Killed again and again, a little later each time, and begun again: the register is that of an import which was left alone.
#[test]
fn r_cpr_4_a_killed_import_goes_on_to_the_same_register() {
    let installation = Installation::new("register-killed");
    installation.succeed(&["migrate"]);
    let whole = population(&installation, "5000", &[]);
    let mut patience = Duration::from_millis(40);
    let mut kills = 0;
    loop {
        let mut command = installation.command(&["import", "cpr", &whole]);
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        thread::sleep(patience);
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success());
            break;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        kills += 1;
        patience += patience / 3;
        // Nothing of it is seen before all of it is there.
        let rows = rows(&installation.folder);
        assert!(rows[3] == 0 || rows[0] == rows[1], "{rows:?}");
    }
    assert!(kills > 2, "{kills}");
    let alone = Installation::new("register-alone");
    alone.succeed(&["migrate"]);
    alone.succeed(&["import", "cpr", &whole]);
    assert_eq!(rows(&installation.folder), rows(&alone.folder));
}
