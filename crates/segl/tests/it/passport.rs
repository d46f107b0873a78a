//! `segl passport verify`.

mod reading;

use std::path::Path;

use serde_json::Value;
use specimen::cms::CmsQuirk;
use specimen::document::{Document, DocumentPlan, Persona, application};
use specimen::randomness::Randomness;

use crate::country::{Desk, SPECIMENS, outcome, testdata};

/// Every step of a whole document, in order.
const STEPS: [&str; 22] = [
    "security_object_structure",
    "security_object_hash",
    "security_object_signature",
    "document_signer_signature",
    "document_signer_usage",
    "document_signer_validity_at_signing",
    "csca_validity_at_issuing",
    "document_signer_validity",
    "csca_validity",
    "document_signer_revocation",
    "document_signer_defects",
    "security_object_and_com",
    "data_group_hash_1",
    "data_group_hash_2",
    "data_group_hash_11",
    "data_group_hash_12",
    "data_group_hash_14",
    "issuing_state",
    "document_type",
    "pace_chip_authentication_mapping",
    "chip_authentication",
    "active_authentication",
];

#[test]
fn a_good_document_is_proved_and_told() {
    let desk = Desk::trusting("good");
    let folder = desk.document(Persona::Dane);
    let (code, verdict) = desk.verify(&folder);
    assert_eq!(
        (code, &verdict["proved"]),
        (0, &Value::Bool(true)),
        "{verdict:#}"
    );
    let steps: Vec<&str> = verdict["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["step"].as_str().unwrap())
        .collect();

    assert_eq!(steps, STEPS);
    for step in verdict["steps"].as_array().unwrap() {
        match step["outcome"].as_str().unwrap() {
            "proved" => assert_eq!(step.as_object().unwrap().len(), 2),
            "not_applicable" => assert!(step["reason"].is_string(), "{step}"),
            other => panic!("{other}: {step}"),
        }
    }
    let document = &verdict["document"];
    assert_eq!(document["surname"], "OESTERGAARD");
    assert_eq!(document["given_names"], "SOEREN AEBELOE");
    assert_eq!(document["full_name"], "Østergård, Søren Æbelø");
    assert_eq!(document["document_number"], "120000001");
    assert_eq!(document["date_of_birth"], "1984-02-29");
    assert_eq!(document["issuing_state"], "DNK");
    assert_eq!(document["expired"], false);
    assert_eq!(verdict["signer"]["country"], "DK");

    let folder = folder.display().to_string();
    let portrait = desk.folder.join("face.png");
    let words = [
        "passport",
        "verify",
        &folder,
        "--portrait",
        portrait.to_str().unwrap(),
    ];
    let (code, said, _) = desk.run(&words);
    assert_eq!(code, 0);
    for line in [
        "  name            OESTERGAARD, SOEREN AEBELOE\n",
        "  ok    The document signer signed it\n",
        "  ok    DG2 (face) is the one that was signed\n",
        "PROVED: the state that the document names has signed this",
    ] {
        assert!(said.contains(line), "{line} in {said}");
    }
    assert_eq!(std::fs::read(portrait).unwrap()[..4], *b"\x89PNG");
}

#[test]
fn every_kind_of_bad_document_has_its_named_fault() {
    let desk = Desk::trusting("bad");
    let revoked = desk.document(Persona::Revoked);
    let (code, verdict) = desk.verify(&revoked);
    assert_eq!(
        (code, outcome(&verdict, "document_signer_revocation")),
        (1, "revoked")
    );

    // It has expired, and says so; what its country signed stays signed.
    let expired = desk.document(Persona::Expired);
    let (code, verdict) = desk.verify(&expired);
    assert_eq!(
        (code, &verdict["document"]["expired"]),
        (0, &Value::Bool(true)),
        "{verdict:#}"
    );

    let changed = |name: &str, file: &str, change: &dyn Fn(&mut Vec<u8>)| {
        let folder = desk.files(name, &SPECIMENS.document(Persona::Dane));
        let path = folder.join(file);
        let mut bytes = std::fs::read(&path).unwrap();
        change(&mut bytes);
        std::fs::write(path, bytes).unwrap();
        let (code, verdict) = desk.verify(&folder);
        assert_eq!(
            (code, &verdict["proved"]),
            (1, &Value::Bool(false)),
            "{name}"
        );
        verdict
    };
    let flip_last = |bytes: &mut Vec<u8>| *bytes.last_mut().unwrap() ^= 1;
    let verdict = changed("face", "DG2.bin", &flip_last);
    assert_eq!(
        outcome(&verdict, "data_group_hash_2"),
        "data_group_hash_wrong"
    );
    assert_eq!(outcome(&verdict, "data_group_hash_1"), "proved");
    let verdict = changed("signature", "SOD.bin", &flip_last);
    assert!(
        outcome(&verdict, "security_object_signature").starts_with("signed_data.signature_refused"),
        "{verdict:#}"
    );
    let verdict = changed("cut", "SOD.bin", &|bytes| bytes.truncate(100));
    assert_ne!(outcome(&verdict, "security_object_structure"), "proved");
    let dg1 = SPECIMENS
        .document(Persona::Dane)
        .data_group(1)
        .unwrap()
        .to_owned();
    let verdict = changed("tag", "DG2.bin", &|bytes| *bytes = dg1.clone());
    assert_eq!(outcome(&verdict, "data_group_hash_2"), "data_group_tag");

    // Another country's signer.
    let signer = SPECIMENS.signer(Persona::Foreigner);
    let mut randomness = Randomness::from_seed(b"foreign");
    let plan = SPECIMENS.plan(Persona::Dane);
    let document = Document::issue(&plan, signer, &mut randomness);
    let (code, verdict) = desk.verify(&desk.files("state", &document));
    assert_eq!(
        (code, outcome(&verdict, "issuing_state")),
        (1, "issuing_state_differs")
    );
}

#[test]
fn an_unusual_document_is_proved_and_its_deviations_are_named() {
    let desk = Desk::trusting("unusual");
    let plan = DocumentPlan {
        quirks: vec![CmsQuirk::IndefiniteLength],
        ..SPECIMENS.plan(Persona::Dane)
    };
    let signer = SPECIMENS.signer(Persona::Dane);
    let document = Document::issue(&plan, signer, &mut Randomness::from_seed(b"unusual"));
    let (code, verdict) = desk.verify(&desk.files("indefinite", &document));
    assert_eq!(code, 0, "{verdict:#}");
    let deviations = verdict["deviations"].as_array().unwrap();
    assert!(
        deviations.contains(&Value::from("indefinite_length")),
        "{deviations:?}"
    );
}

#[test]
fn without_trust_the_issuer_is_unknown_and_no_database_is_made() {
    let desk = Desk::new("untrusting");
    let folder = desk.document(Persona::Dane);
    let (code, verdict) = desk.verify(&folder);
    assert_eq!(
        (code, outcome(&verdict, "document_signer_signature")),
        (1, "path.issuer_unknown")
    );
    assert_eq!(outcome(&verdict, "security_object_signature"), "proved");
    assert!(!desk.folder.join("data").exists());
}

#[test]
fn a_single_security_object() {
    let desk = Desk::trusting("single");
    let object = SPECIMENS.document(Persona::Foreigner).application[&application::SOD].clone();
    let file = desk.write("EF.SOD", &object);
    let (code, verdict) = desk.verify(file.as_ref());
    assert_eq!(
        (code, &verdict["document"]),
        (0, &Value::Null),
        "{verdict:#}"
    );
    assert_eq!(outcome(&verdict, "data_group_hash_1"), "not_applicable");
}

#[test]
fn what_is_no_document_says_what_is_missing() {
    let desk = Desk::trusting("none");
    let empty = desk.folder.join("empty");
    std::fs::create_dir_all(&empty).unwrap();
    let (code, _, complaint) = desk.run(&["passport", "verify", empty.to_str().unwrap()]);
    assert!(
        code == 2 && complaint.contains("no security object: it should be called SOD.bin"),
        "{complaint}"
    );
    let (code, _, complaint) = desk.run(&["passport", "verify", "/no/such"]);
    assert!(
        code == 2 && complaint.contains("/no/such: No such file"),
        "{complaint}"
    );
}

/// A desk that trusts every real list.
fn trusting_real_lists(test: &str, data: &Path) -> Desk {
    let desk = Desk::new(test);
    let mut words = vec!["trust".to_owned(), "import".to_owned()];
    for folder in ["masterlists", "csca"] {
        for entry in std::fs::read_dir(data.join(folder)).unwrap() {
            words.push(entry.unwrap().path().display().to_string());
        }
    }
    assert_eq!(desk.json(&words).0, 0);
    desk
}

#[test]
fn real_security_objects() {
    let Some(data) = testdata("passport::real_security_objects") else {
        return;
    };
    let desk = trusting_real_lists("real-objects", &data);
    for country in ["AT", "CN", "DE", "FR", "MY", "NZ", "UK", "US"] {
        let (code, verdict) = desk.verify(&data.join(format!("sod/{country}.bin")));
        assert_eq!(
            (code, &verdict["proved"]),
            (0, &Value::Bool(true)),
            "{country}: {verdict:#}"
        );
    }
    for broken in [
        "broken_1",
        "mutated_14",
        "mutated_16",
        "mutated_18",
        "mutated_20",
    ] {
        let (code, verdict) = desk.verify(&data.join(format!("sod/{broken}.bin")));
        assert_eq!(
            (code, &verdict["proved"]),
            (1, &Value::Bool(false)),
            "{broken}: {verdict:#}"
        );
    }
    let (code, verdict) = desk.verify(&data.join("cardsecurity/DE.bin"));
    assert_eq!(
        (code, &verdict["signer"]["country"]),
        (0, &Value::from("DE")),
        "{verdict:#}"
    );
}

#[test]
fn a_whole_specimen_of_a_real_country() {
    let Some(data) = testdata("passport::a_whole_specimen_of_a_real_country") else {
        return;
    };
    let desk = trusting_real_lists("real-specimen", &data);
    let portrait = desk.folder.join("erika.png");
    let specimen = data.join("lds/bsi2008").display().to_string();
    let (code, verdict) = desk.json(&[
        "passport",
        "verify",
        &specimen,
        "--portrait",
        portrait.to_str().unwrap(),
    ]);
    assert_eq!(
        (code, outcome(&verdict, "document_signer_signature")),
        (1, "path.issuer_unknown")
    );
    assert_eq!(outcome(&verdict, "security_object_signature"), "proved");
    for group in [1, 2, 14] {
        assert_eq!(
            outcome(&verdict, &format!("data_group_hash_{group}")),
            "proved",
            "{verdict:#}"
        );
    }
    // Its security object has no hash of the DG15 beside it.
    assert_eq!(
        outcome(&verdict, "data_group_hash_15"),
        "data_group_not_covered"
    );
    assert_eq!(verdict["document"]["document_number"], "C11T002JM");
    assert_eq!(std::fs::read(portrait).unwrap()[..4], *b"\x89PNG");
}
