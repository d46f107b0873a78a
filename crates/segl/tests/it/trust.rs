//! `segl trust import` and `segl trust list`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use specimen::certificate::Role;
use specimen::country::{CertificateRequest, Country, CountryPlan};
use specimen::master_list::{PkdEntry, ldif};

use crate::country::{Desk, SPECIMENS, testdata};
use crate::installation::Installation;

fn numbers(value: &Value) -> [u64; 3] {
    ["certificates", "added", "rejected"].map(|member| value[member].as_u64().unwrap())
}

#[test]
fn a_list_needs_somebody_who_vouches_for_its_signer() {
    let desk = Desk::new("anchor");
    let list = desk.write("dk.ml", &SPECIMENS.master_list());
    let (code, refused) = desk.json(&["trust", "import", &list]);
    assert_eq!((code, numbers(&refused)), (1, [0, 0, 1]), "{refused:#}");
    let rejected = &refused["rejected_items"][0];
    assert_eq!(rejected["fault"], "signer_not_trusted.issuer_unknown");
    assert_eq!(
        (&rejected["file"], &rejected["kind"]),
        (&json!("dk.ml"), &json!("master_list"))
    );

    let (_, said, _) = desk.run(&["trust", "import", &list]);
    assert!(
        said.contains("REFUSED: the master list") && said.contains("segl trust import FILE --data"),
        "{said}"
    );

    // In one command with the anchor, whichever comes first.
    let authorities = desk.authorities();
    let anchor = authorities[SPECIMENS.denmark.csca_certificates().len() - 1].clone();
    let (code, taken) = desk.json(&["trust", "import", &list, &anchor]);
    let all = authorities.len() as u64;
    assert_eq!((code, numbers(&taken)), (0, [all + 1, all, 0]), "{taken:#}");
    assert_eq!(taken["files"][0]["lists"][0]["kind"], "master_list");

    // Again: nothing is new.
    let (code, again) = desk.json(&["trust", "import", &list]);
    assert_eq!((code, numbers(&again)), (0, [all, 0, 0]));
}

/// Sweden, which came with Denmark's list, signs one by which Danish passports could be made.
#[test]
fn with_anchors_named_no_other_country_brings_in_authorities() {
    let desk = Desk::new("transitive");
    let now = SPECIMENS.denmark.csca().since + jiff::SignedDuration::from_hours(24 * 365);
    let mut abroad = SPECIMENS.abroad.clone();
    let by = abroad.issue(&CertificateRequest {
        role: Role::MasterListSigner,
        ..CertificateRequest::usual_document_signer(now)
    });
    let forged = Country::found(b"forged", &CountryPlan::new("DK", "DNK", now));
    let forged = abroad.master_list(forged.csca_certificates(), &by, now, &[]);
    let forged = desk.write("se.ml", &forged);
    let danish = desk.write("dk.ml", &SPECIMENS.master_list());
    let anchor = desk.write("dk.cer", &SPECIMENS.denmark.root_certificates()[2]);

    let together = [&forged, &danish, &anchor, "--anchor", "DK"];
    let together = together.map(AsRef::<str>::as_ref);
    let (code, taken) = desk.json(&[&["trust", "import"][..], &together].concat());
    assert_eq!((code, &taken["rejected"]), (1, &json!(1)), "{taken:#}");
    assert_eq!(taken["rejected_items"][0]["fault"], "anchor_missing");
    let (_, said, _) = desk.run(&["trust", "import", &forged, "--anchor", "DK"]);
    assert!(said.contains("--anchor SE"), "{said}");
    // Nor is it taken out of a directory, where nobody has named it.
    let bytes = std::fs::read(&forged).unwrap();
    let directory = ldif(&[("SE", PkdEntry::MasterList(&bytes))]);
    let directory = desk.write("pkd.ldif", directory.as_bytes());
    let (code, taken) = desk.json(&["trust", "import", &directory]);
    assert_eq!((code, numbers(&taken)), (1, [0, 0, 1]), "{taken:#}");
    let (_, listed) = desk.json(&["trust", "list"]);
    let anchors = listed["certificates"].as_array().unwrap().iter();
    for certificate in anchors {
        let is_danish = certificate["country"] == "DK";
        assert_eq!(certificate["anchor"], is_danish, "{certificate}");
    }

    let (code, taken) = desk.json(&["trust", "import", &forged, "--anchor", "SE"]);
    assert_eq!((code, numbers(&taken)), (0, [1, 1, 0]), "{taken:#}");
    assert_eq!(
        (&taken["new_anchors"], &taken["files"][0]["notes"]),
        (&json!(1), &json!([]))
    );
    let (code, _, complaint) = desk.run(&["trust", "import", &forged, "--anchor", "SWE"]);
    assert!(
        code == 2 && complaint.contains("two letters"),
        "{complaint}"
    );
}

/// A file with several certificates is somebody's collection: each is trusted for its own country, and none is an anchor.
#[test]
fn a_certificate_among_others_is_no_anchor() {
    let desk = Desk::new("bundle");
    let mut bundle = String::new();
    for der in SPECIMENS.denmark.csca_certificates() {
        let text = STANDARD.encode(der);
        bundle.push_str("-----BEGIN CERTIFICATE-----\n");
        bundle.push_str(&text);
        bundle.push_str("\n-----END CERTIFICATE-----\n");
    }
    let bundle = desk.write("dk.pem", bundle.as_bytes());
    let list = desk.write("dk.ml", &SPECIMENS.master_list());
    let words = ["trust", "import", &bundle, &list, "--anchor"];
    let (code, taken) = desk.json(&[&words[..], &["se"]].concat());
    assert_eq!(code, 1, "{taken:#}");
    assert_eq!(taken["rejected_items"][0]["fault"], "anchor_missing");
    // Without anchors, naming the list is the decision to believe it, and that is said.
    let (code, taken) = desk.json(&words[..4]);
    assert_eq!(code, 0, "{taken:#}");
    let note = taken["files"][1]["notes"][0].as_str().unwrap();
    assert!(note.contains("--anchor"), "{note}");
    let (code, taken) = desk.json(&[&words[..], &["dk"]].concat());
    assert_eq!(
        (code, &taken["files"][1]["notes"]),
        (0, &json!([])),
        "{taken:#}"
    );
}

#[test]
fn an_unverified_list_is_taken_only_when_told_and_vouches_for_nobody() {
    let desk = Desk::new("unverified");
    let list = desk.write("dk.ml", &SPECIMENS.master_list());
    let (code, taken) = desk.json(&["trust", "import", &list, "--accept-unverified"]);
    let all = desk.authorities().len() as u64;
    assert_eq!((code, numbers(&taken)), (0, [all, all, 0]), "{taken:#}");
    assert_eq!(taken["files"][0]["lists"][0]["vouched_by"], Value::Null);
    let (_, listed) = desk.json(&["trust", "list"]);
    assert_eq!(
        listed["certificates"][0]["sources"],
        json!(["dk.ml (unverified)"])
    );
    // Its own authorities are known now, and still vouch for no list.
    assert_eq!(desk.json(&["trust", "import", &list]).0, 1);
}

#[test]
fn a_list_with_a_wrong_signature_is_refused_whatever_is_accepted() {
    let desk = Desk::new("forged");
    let mut forged = SPECIMENS.master_list();
    let middle = forged.len() / 2;
    forged[middle] ^= 1;
    let list = desk.write("dk.ml", &forged);
    let (code, refused) = desk.json(&["trust", "import", &list, "--accept-unverified"]);
    assert_eq!((code, numbers(&refused)), (1, [0, 0, 1]), "{refused:#}");
    let fault = refused["rejected_items"][0]["fault"].as_str().unwrap();
    assert!(fault.starts_with("signed_data"), "{fault}");
}

#[test]
fn a_directory_brings_signers_and_lists_but_no_authority() {
    let desk = Desk::new("directory");
    let signer = &SPECIMENS
        .signer(specimen::document::Persona::Dane)
        .certificate;
    let lists = SPECIMENS.revocation_lists();
    let master_list = SPECIMENS.master_list();
    let authority = &SPECIMENS.denmark.csca_certificates()[0];
    let directory = ldif(&[
        ("DK", PkdEntry::DocumentSigner(signer)),
        ("DK", PkdEntry::RevocationList(&lists[0])),
        ("DK", PkdEntry::DocumentSigner(authority)),
        ("DK", PkdEntry::MasterList(&master_list)),
    ]);
    let file = desk.write("pkd.ldif", directory.as_bytes());
    let (code, taken) = desk.json(&["trust", "import", &file]);
    assert_eq!((code, numbers(&taken)), (1, [1, 1, 2]), "{taken:#}");
    let faults: Vec<_> = taken["rejected_items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["fault"].as_str().unwrap())
        .collect();
    assert_eq!(
        faults,
        [
            "authority_not_vouched.issuer_unknown",
            "signer_not_trusted.issuer_unknown"
        ]
    );
    assert_eq!(
        taken["files"][0]["others"]["revocation_lists"],
        json!({ "read": 1, "added": 1 })
    );
    // With the authorities there, all of it is good.
    let mut words = vec!["trust".to_owned(), "import".to_owned(), file];
    words.extend(desk.authorities());
    assert_eq!(desk.json(&words).0, 0);
}

#[test]
fn files_that_are_not_there_or_hold_nothing() {
    let desk = Desk::new("files");
    let (code, _, complaint) = desk.run(&["trust", "import", "/no/such.ml"]);
    assert_eq!(code, 2);
    assert!(
        complaint.starts_with("segl: /no/such.ml: No such file"),
        "{complaint}"
    );
    for (name, content, fault) in [
        ("empty.cer", &b""[..], "empty"),
        (
            "notes.txt",
            b"Dear all,\nthe list is attached.\n",
            "format_unknown",
        ),
        (
            "short.der",
            &[0x30, 0x82, 0x10, 0x00, 0x30],
            "encoding_malformed",
        ),
        (
            "key.pem",
            b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
            "pem_label_unknown",
        ),
    ] {
        let file = desk.write(name, content);
        let (code, refused) = desk.json(&["trust", "import", &file]);
        assert_eq!(
            (code, numbers(&refused)),
            (1, [0, 0, 1]),
            "{name}: {refused:#}"
        );
        let found = refused["rejected_items"][0]["fault"].as_str().unwrap();
        assert!(found.starts_with(fault), "{name}: {found}");
    }
    let (_, said, _) = desk.run(&["trust", "list"]);
    assert!(said.starts_with("Nobody is trusted yet."), "{said}");
}

#[test]
fn the_list_tells_country_key_validity_and_source() {
    let desk = Desk::trusting("list");
    let (_, listed) = desk.json(&["trust", "list"]);
    let certificates = listed["certificates"].as_array().unwrap();
    assert_eq!(certificates.len(), desk.authorities().len());
    let first = &certificates[0];
    assert_eq!(
        (&first["country"], &first["sources"]),
        (&json!("DK"), &json!(["csca0.cer"]))
    );
    for member in ["subject", "key", "not_before", "not_after", "sha256"] {
        assert!(first[member].is_string(), "{member}");
    }
    let lists = listed["revocation_lists"].as_array().unwrap();
    assert_eq!(lists.len(), 2);
    assert_eq!(
        (
            &lists[0]["country"],
            &lists[0]["verified"],
            &lists[0]["entries"]
        ),
        (&json!("DK"), &json!(true), &json!(1))
    );
    let (_, said, _) = desk.run(&["trust", "list"]);
    assert!(
        said.contains("  RSA 2048, anchor  ") && said.contains("1 revoked"),
        "{said}"
    );
    assert!(
        said.ends_with("certificates of 2 countries, 2 revocation lists\n"),
        "{said}"
    );
}

#[test]
fn the_demo_starts_on_a_folder_that_an_import_has_made() {
    let desk = Desk::trusting("demo-folder");
    for file in ["segl.db", "vault.json", "vault-passphrase", "demo.json"] {
        assert!(desk.folder.join("data").join(file).exists(), "{file}");
    }
}

#[test]
fn an_operators_installation_is_named_by_its_configuration() {
    let installation = Installation::new("trust-config");
    let list = installation.folder.join("dk.cer");
    std::fs::write(&list, SPECIMENS.denmark.csca_certificates()[0].clone()).unwrap();
    let words = ["trust", "import", list.to_str().unwrap(), "--json"];
    let early = installation.command(&words).output().unwrap();
    assert_eq!(early.status.code(), Some(2));
    installation.succeed(&["migrate"]);
    let taken: Value = serde_json::from_str(&installation.succeed(&words)).unwrap();
    assert_eq!(numbers(&taken), [1, 1, 0]);
    let desk = Desk::new("both");
    let (code, _, complaint) = desk.run(&["trust", "list", "--config", "segl.toml"]);
    assert!(
        code == 2 && complaint.contains("cannot be used with"),
        "{complaint}"
    );
}

#[test]
fn real_lists_and_what_their_readme_says_of_them() {
    let Some(data) = testdata("trust::real_lists_and_what_their_readme_says_of_them") else {
        return;
    };
    let desk = Desk::new("real");
    let at = |path: &str| data.join(path).display().to_string();
    let anchor = at("csca/DE_ROOT_CA_CSCA07.cer");
    let german = at("masterlists/DE_ML_2026-05-28-08-28-45.ml");
    let (code, taken) = desk.json(&["trust", "import", &german]);
    assert_eq!((code, numbers(&taken)), (1, [0, 0, 1]));
    assert_eq!(desk.json(&["trust", "import", &anchor]).0, 0);
    let (code, taken) = desk.json(&["trust", "import", &german]);
    assert_eq!(
        (code, numbers(&taken)[0], numbers(&taken)[2]),
        (0, 588, 0),
        "{taken:#}"
    );
    let (_, listed) = desk.json(&["trust", "list"]);
    let countries: std::collections::BTreeSet<_> = listed["certificates"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one["country"].as_str())
        .collect();
    assert_eq!(countries.len(), 112);
    let (code, taken) = desk.json(&[
        "trust".to_owned(),
        "import".to_owned(),
        at("masterlists/NL_ML_2026-03-11.ml"),
        at("masterlists/ICAO_ML_2023-09.ml"),
        at("masterlists/IT_ML_2023-07.ml"),
        at("csca/NL_ROOT_CA.cer"),
        at("crl/DE.crl"),
        at("crl/GB.crl"),
        at("crl/US.crl"),
        at("deviation/EE_2018.bin"),
    ]);
    assert_eq!((code, numbers(&taken)[2]), (0, 0), "{taken:#}");
    let (_, listed) = desk.json(&["trust", "list"]);
    for list in listed["revocation_lists"].as_array().unwrap() {
        assert_eq!(list["verified"], true, "{list}");
    }
}
