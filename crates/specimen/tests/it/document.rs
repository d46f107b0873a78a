//! The ready documents: their security objects cover what is there, their images are images.

use std::process::Command;

use jiff::Timestamp;
use specimen::{
    digest::Digest,
    document::{
        Document, DocumentPlan, LdsVersion, Persona, Portrait, Specimens, application,
        security_object_content,
    },
    randomness::Randomness,
};

use crate::openssl::Bench;

pub fn now() -> Timestamp {
    "2026-11-01T10:00:00Z".parse().unwrap()
}

fn groups(document: &Document) -> Vec<(u8, Vec<u8>)> {
    (1..=16)
        .filter_map(|number| Some((number, document.data_group(number)?.to_vec())))
        .collect()
}

/// The security object without its tag `77`.
fn signed_data(document: &Document) -> &[u8] {
    let object = &document.application[&application::SOD];
    assert_eq!(object[..2], [0x77, 0x82]);
    &object[4..]
}

#[test]
fn every_security_object_hashes_what_is_there() {
    let specimens = Specimens::new(b"documents", now());
    for persona in Persona::ALL {
        let document = specimens.document(persona);
        let version = if persona == Persona::CardHolder {
            LdsVersion::V1_8
        } else {
            LdsVersion::V1_7
        };
        let content = security_object_content(version, Digest::Sha256, &groups(&document));
        let object = signed_data(&document);
        assert!(
            object
                .windows(content.len())
                .any(|window| window == content),
            "{persona:?}"
        );
    }
}

#[test]
fn every_security_object_verifies() {
    let Some(bench) = Bench::set_up("document::every_security_object_verifies") else {
        return;
    };
    let specimens = Specimens::new(b"documents", now());
    for persona in Persona::ALL {
        let document = specimens.document(persona);
        let file = bench.file("sod.der", "", signed_data(&document));
        Bench::run(
            &[
                "cms",
                "-verify",
                "-noverify",
                "-inform",
                "DER",
                "-out",
                "/dev/null",
                "-in",
            ],
            &[("", &file)],
        );
    }
}

#[test]
fn the_clone_is_a_copy_without_keys() {
    let specimens = Specimens::new(b"documents", now());
    let original = specimens.document(Persona::Dane);
    let copy = specimens.document(Persona::Clone);
    assert_eq!(original.application, copy.application);
    assert_eq!(original.master_file, copy.master_file);
    assert!(!original.chip.is_empty() && copy.chip.is_empty());
}

#[test]
fn a_data_group_holds_as_many_portraits_as_were_asked_for() {
    let specimens = Specimens::new(b"documents", now());
    let further_portraits = vec![Portrait::Jpeg2000, Portrait::Jpeg2000Codestream];
    let plan = DocumentPlan {
        further_portraits,
        ..specimens.plan(Persona::Dane)
    };
    let document = Document::issue(
        &plan,
        specimens.signer(Persona::Dane),
        &mut Randomness::from_seed(b""),
    );
    let content = document.data_group(2).unwrap();
    assert_eq!(
        content
            .windows(8)
            .filter(|window| window == b"FAC\x00010\x00")
            .count(),
        3
    );
    assert_eq!(
        content[..11],
        [
            0x75, 0x82, content[2], content[3], 0x7F, 0x61, 0x82, content[7], content[8], 0x02,
            0x01
        ]
    );
    assert_eq!(content[11], 3);
}

#[test]
fn a_portrait_has_the_size_that_was_asked_for() {
    for bytes in [20_000, 40_000, 100_000] {
        let image = Portrait::Jpeg { bytes }.image(7);
        assert!(image.len().abs_diff(bytes) <= 4, "{}", image.len());
    }
}

/// Skipped where there is no decoder.
#[test]
fn portraits_can_be_decoded() {
    let Some(bench) = Bench::set_up("document::portraits_can_be_decoded") else {
        return;
    };
    for (name, portrait, program) in [
        ("portrait.jpg", Portrait::Jpeg { bytes: 20_000 }, "djpeg"),
        ("portrait.jp2", Portrait::Jpeg2000, "opj_decompress"),
        (
            "portrait.j2k",
            Portrait::Jpeg2000Codestream,
            "opj_decompress",
        ),
    ] {
        let file = bench.file(name, "", &portrait.image(9));
        let out = file.with_extension("pgm");
        let mut command = Command::new(program);
        let command = if program == "djpeg" {
            command.arg("-outfile").arg(&out).arg(&file)
        } else {
            command.arg("-i").arg(&file).arg("-o").arg(&out)
        };
        match command.output() {
            Err(_) => {
                eprintln!("skipped document::portraits_can_be_decoded: {program} is not installed");
            }
            Ok(output) => {
                assert!(
                    output.status.success() && output.stderr.trim_ascii().is_empty(),
                    "{name}: {output:?}"
                );
                assert!(std::fs::read(&out).unwrap().len() >= 240 * 320);
            }
        }
    }
}
