//! The LDS security object.

use emrtd::ber;
use emrtd::crypto::Digest;
use emrtd::fault::{Deviation, LdsFault};
use emrtd::lds::{DataGroup, LdsSecurityObject, LdsVersion, Sod};
use emrtd::oid::{Oid, known};
use emrtd::tlv::{Reader, Tag, write, write_oid};

use crate::testdata;

/// The content that a CMS signs, without looking at anything else in it.
pub fn signed_content(cms: &[u8]) -> Vec<u8> {
    let normalised = ber::normalise(cms).unwrap();
    let content_info = Reader::ber(&normalised.bytes).read().unwrap().unwrap();
    let signed_data = content_info.children().nth(1).unwrap().unwrap();
    let signed_data = signed_data.children().next().unwrap().unwrap();
    let encapsulated = signed_data.children().nth(2).unwrap().unwrap();
    let content = encapsulated.children().nth(1).unwrap().unwrap();
    content.children().next().unwrap().unwrap().value.to_vec()
}

/// An LDS security object by its parts.
fn object(version: u8, hashes: &[(u8, &[u8])], versions: Option<(&str, &str)>) -> Vec<u8> {
    let algorithm = write(Tag::SEQUENCE, &[&write_oid(known::SHA256)]);
    let hashes: Vec<Vec<u8>> = hashes
        .iter()
        .map(|(number, hash)| {
            let number = write(Tag::INTEGER, &[&[*number]]);
            write(
                Tag::SEQUENCE,
                &[&number, &write(Tag::OCTET_STRING, &[hash])],
            )
        })
        .collect();
    let hashes = write(Tag::SEQUENCE, &[&hashes.concat()]);
    let versions = versions.map_or_else(Vec::new, |(lds, unicode)| {
        let [lds, unicode] =
            [lds, unicode].map(|text| write(Tag::PRINTABLE_STRING, &[text.as_bytes()]));
        write(Tag::SEQUENCE, &[&lds, &unicode])
    });
    write(
        Tag::SEQUENCE,
        &[
            &write(Tag::INTEGER, &[&[version]]),
            &algorithm,
            &hashes,
            &versions,
        ],
    )
}

#[test]
fn both_versions() {
    let old = object(0, &[(1, &[1; 32]), (2, &[2; 32])], None);
    let parsed = LdsSecurityObject::parse(&old).unwrap();
    assert_eq!(
        (parsed.version, parsed.digest_algorithm),
        (0, known::SHA256)
    );
    assert_eq!(parsed.hash(DataGroup::Dg2), Some(&[2; 32][..]));
    assert_eq!(parsed.hash(DataGroup::Dg3), None);
    assert!(parsed.deviations.is_empty());
    let new = object(
        1,
        &[(1, &[1; 32]), (14, &[2; 32])],
        Some(("0108", "040000")),
    );
    let parsed = LdsSecurityObject::parse(&new).unwrap();
    assert_eq!(
        parsed.version_info.unwrap().version(),
        Some(LdsVersion { major: 1, minor: 8 })
    );
    assert_eq!(
        parsed.data_groups().collect::<Vec<_>>(),
        [DataGroup::Dg1, DataGroup::Dg14]
    );
}

#[test]
fn faults_and_tolerances() {
    let fault = |bytes: &[u8]| LdsSecurityObject::parse(bytes).unwrap_err();
    assert_eq!(
        fault(&object(2, &[], None)),
        LdsFault::SecurityObjectVersion
    );
    assert_eq!(
        fault(&object(0, &[(17, &[])], None)),
        LdsFault::DataGroupNumber
    );
    assert_eq!(
        fault(&object(0, &[(0, &[])], None)),
        LdsFault::DataGroupNumber
    );
    assert_eq!(
        fault(&object(0, &[(1, &[]), (1, &[])], None)),
        LdsFault::DataGroupTwice
    );
    let deviations = |bytes: &[u8]| {
        LdsSecurityObject::parse(bytes)
            .unwrap()
            .deviations
            .iter()
            .collect::<Vec<_>>()
    };
    let few = [Deviation::SecurityObjectFewHashes];
    assert_eq!(deviations(&object(0, &[(1, &[])], None)), few);
    let unversioned = [Deviation::SecurityObjectVersionInfo];
    assert_eq!(
        deviations(&object(1, &[(1, &[]), (2, &[])], None)),
        unversioned
    );
}

/// Every security object in the folder but those that are broken where the content is.
#[test]
fn of_real_documents() {
    const SHA1: Oid<'static> = known::SHA1;
    let cases: [(&str, u8, Oid<'_>, &[u8]); 11] = [
        ("AT", 0, known::SHA256, &[1, 2, 3, 11, 12, 14]),
        ("CN", 0, known::SHA256, &[1, 2, 11, 12, 15]),
        ("DE", 1, known::SHA384, &[1, 2, 3, 14]),
        ("FR", 0, known::SHA256, &[1, 2, 3, 11, 12, 13, 14]),
        ("MY", 0, known::SHA256, &[1, 2, 3, 11, 12, 14]),
        ("NZ", 0, known::SHA256, &[1, 2, 12, 13, 14, 15]),
        ("UK", 1, known::SHA256, &[1, 2, 14]),
        ("US", 0, known::SHA256, &[1, 2, 11, 12]),
        ("broken_1", 1, known::SHA256, &[1, 2, 14]),
        ("bsi_tr03105_reference", 0, known::SHA256, &[1, 2, 3, 14, 4]),
        ("../lds/bsi2008/SOD", 0, SHA1, &[1, 2, 3, 14]),
    ];
    for (name, version, algorithm, groups) in cases {
        let path = format!("sod/{name}.bin");
        let Some(file) = testdata::read("lds::security_object::of_real_documents", &path) else {
            return;
        };
        let sod = Sod::parse(&file).unwrap();
        let content = signed_content(sod.cms);
        let object = LdsSecurityObject::parse(&content).unwrap();
        let numbers: Vec<u8> = object.data_groups().map(DataGroup::number).collect();
        assert_eq!(
            (object.version, object.digest_algorithm),
            (version, algorithm),
            "{name}"
        );
        assert_eq!(numbers, groups, "{name}");
        assert!(
            sod.deviations.is_empty() && object.deviations.is_empty(),
            "{name}"
        );
    }
}

/// The hash over each file of the specimens is the one that the document signer signed.
#[test]
fn hashes_of_the_specimens() {
    const TEST: &str = "lds::security_object::hashes_of_the_specimens";
    let folders: [(&str, &[(&str, DataGroup)]); 2] = [
        (
            "lds/bsi2008/SOD.bin",
            &[
                ("lds/bsi2008/DG1.bin", DataGroup::Dg1),
                ("lds/bsi2008/DG2.bin", DataGroup::Dg2),
                ("lds/bsi2008/DG14.bin", DataGroup::Dg14),
            ],
        ),
        (
            "sod/bsi_tr03105_reference.bin",
            &[
                ("lds/bsi_tr03105_dg1.bin", DataGroup::Dg1),
                ("lds/bsi_tr03105_dg14.bin", DataGroup::Dg14),
            ],
        ),
    ];
    for (sod, files) in folders {
        let Some(file) = testdata::read(TEST, sod) else {
            return;
        };
        let content = signed_content(Sod::parse(&file).unwrap().cms);
        let object = LdsSecurityObject::parse(&content).unwrap();
        let digest = Digest::from_oid(object.digest_algorithm).unwrap();
        for (path, group) in files {
            let Some(file) = testdata::read(TEST, path) else {
                return;
            };
            assert_eq!(
                object.hash(*group),
                Some(digest.hash(&[&file]).as_ref()),
                "{path}"
            );
        }
    }
}
