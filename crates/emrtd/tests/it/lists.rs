//! `emrtd::trust`: master, deviation and defect lists, and files of them.

use std::collections::{BTreeMap, BTreeSet};

use emrtd::ber::{self, Normalised};
use emrtd::cms::SignedData;
use emrtd::fault::{
    CmsFault, Deviation, ImportFault, ListFault, RevocationListFault, TlvFault, TrustFault,
};
use emrtd::oid::{Oid, known};
use emrtd::tlv::{Reader, Tag, write, write_oid, write_unsigned};
use emrtd::trust::{
    Consequence, Defect, DefectList, DeviationKind, DeviationList, DocumentFacts, Import, ItemKind,
    MAX_DEFECTS, MAX_ENTRIES, MAX_LIST_CERTIFICATES, MasterList, Match, Place, Source, Store,
    StoredCertificate,
};
use emrtd::x509::Certificate;
use proptest::prelude::*;

use crate::testdata;

/// Name, certificates, countries, deviations of the signature.
const MASTER_LISTS: [(&str, usize, usize, &[Deviation]); 4] = [
    (
        "DE_ML_2026-05-28-08-28-45",
        588,
        112,
        &[Deviation::ExplicitCurveParameters],
    ),
    ("NL_ML_2026-03-11", 397, 125, &[]),
    (
        "ICAO_ML_2023-09",
        394,
        78,
        &[Deviation::DigestInfoWithoutNull],
    ),
    ("IT_ML_2023-07", 333, 55, &[]),
];

fn master_list(test: &str, name: &str) -> Option<Vec<u8>> {
    testdata::read(test, &format!("masterlists/{name}.ml"))
}

fn normalised(bytes: &[u8]) -> Normalised<'_> {
    ber::normalise(bytes).unwrap()
}

/// All certificates of all master lists.
fn union(test: &str) -> Option<Store> {
    let mut store = Store::new();
    for (name, ..) in MASTER_LISTS {
        let bytes = master_list(test, name)?;
        let normalised = normalised(&bytes);
        let signed_data = SignedData::parse(&normalised).unwrap();
        let list = MasterList::dangerous_parse(signed_data.content).unwrap();
        for certificate in &list.certificates {
            store.add_parsed(certificate, &Source::new(name));
        }
    }
    Some(store)
}

fn anchors(test: &str, names: &[&str]) -> Option<Store> {
    let mut store = Store::new();
    for name in names {
        let bytes = testdata::read(test, &format!("csca/{name}.cer"))?;
        store.add(&bytes, &Source::new(name)).unwrap();
    }
    Some(store)
}

#[test]
fn every_certificate_of_every_master_list_is_read() {
    for (name, certificates, countries, _) in MASTER_LISTS {
        let Some(bytes) = master_list("lists::every_certificate_is_read", name) else {
            return;
        };
        let normalised = normalised(&bytes);
        let signed_data = SignedData::parse(&normalised).unwrap();
        let list = MasterList::dangerous_parse(signed_data.content).unwrap();
        assert_eq!(list.certificates.len(), certificates, "{name}");
        assert!(list.rejected.is_empty(), "{name}");
        let found: BTreeSet<_> = list
            .certificates
            .iter()
            .map(|certificate| certificate.issuer.country())
            .collect();
        assert_eq!(found.len(), countries, "{name}");
    }
}

#[test]
fn what_is_unusual_in_the_master_lists_is_said() {
    let test = "lists::what_is_unusual_in_the_master_lists_is_said";
    let mut found: BTreeMap<Deviation, usize> = BTreeMap::new();
    let Some(store) = union(test) else {
        return;
    };
    for stored in &store {
        let certificate = stored.certificate().unwrap();
        for deviation in &certificate.deviations {
            *found.entry(deviation).or_default() += 1;
        }
        for deviation in &certificate.conformance() {
            *found.entry(deviation).or_default() += 1;
        }
    }
    // Three links of Lithuania.
    assert_eq!(found[&Deviation::SubjectKeyIdentifierMalformed], 3);
    for deviation in [
        Deviation::SerialNegative,
        Deviation::TimeTypeWrong,
        Deviation::CountryLowerCase,
        Deviation::CommonNameMissing,
        Deviation::BasicConstraintsMissing,
        Deviation::KeyUsageMissing,
        Deviation::KeyUsageNotCritical,
        Deviation::AuthorityKeyIdentifierMissing,
        Deviation::PathLengthNotZero,
    ] {
        assert!(found.contains_key(&deviation), "{deviation:?}");
    }
}

#[test]
fn every_signature_whose_issuer_is_in_the_lists_verifies() {
    let Some(store) = union("lists::every_signature_whose_issuer_is_in_the_lists") else {
        return;
    };
    assert_eq!(store.len(), 836);
    let without: Vec<(Option<&str>, TrustFault)> = store
        .iter()
        .filter_map(|stored| Some((stored.country(), store.issuer_of(stored).err()?)))
        .collect();
    // Links from keys that are in none of the lists.
    let expected =
        ["CY", "LB", "BE", "GR"].map(|country| (Some(country), TrustFault::IssuerUnknown));
    assert_eq!(without, expected);
}

#[test]
fn master_lists_verify_up_to_their_anchor() {
    let test = "lists::master_lists_verify_up_to_their_anchor";
    let cases = [
        ("DE_ML_2026-05-28-08-28-45", "DE_ROOT_CA_CSCA07"),
        ("NL_ML_2026-03-11", "NL_ROOT_CA"),
    ];
    for (name, anchor) in cases {
        let (Some(bytes), Some(store)) = (master_list(test, name), anchors(test, &[anchor])) else {
            return;
        };
        let normalised = normalised(&bytes);
        let signed_data = SignedData::parse(&normalised).unwrap();
        let verified = MasterList::verify(&signed_data, &store).unwrap();
        assert_eq!(
            Some(verified.anchor()),
            store.iter().next().map(StoredCertificate::fingerprint)
        );
        let signed = verified.signing_time().unwrap();
        assert_eq!(verified.signer_valid_at(signed), Ok(()));
    }
}

#[test]
fn master_lists_verify_up_to_the_union_of_all() {
    let test = "lists::master_lists_verify_up_to_the_union_of_all";
    let Some(store) = union(test) else {
        return;
    };
    for (name, certificates, _, expected) in MASTER_LISTS {
        let bytes = master_list(test, name).unwrap();
        let normalised = normalised(&bytes);
        let signed_data = SignedData::parse(&normalised).unwrap();
        let verified = MasterList::verify(&signed_data, &store).unwrap();
        assert_eq!(verified.list().certificates.len(), certificates);
        let found: Vec<Deviation> = verified.deviations().iter().collect();
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn without_its_anchor_a_list_is_refused() {
    let test = "lists::without_its_anchor_a_list_is_refused";
    let (Some(bytes), Some(store)) = (
        master_list(test, "IT_ML_2023-07"),
        anchors(test, &["DE_ROOT_CA_CSCA07", "NL_ROOT_CA"]),
    ) else {
        return;
    };
    let normalised = normalised(&bytes);
    let signed_data = SignedData::parse(&normalised).unwrap();
    let refused = MasterList::verify(&signed_data, &store);
    let fault = ListFault::SignerNotTrusted(TrustFault::IssuerUnknown);
    assert_eq!(refused.unwrap_err(), fault);
}

#[test]
fn a_link_in_the_list_leads_on_from_an_older_anchor() {
    let test = "lists::a_link_in_the_list_leads_on_from_an_older_anchor";
    let name = "DE_ML_2026-05-28-08-28-45";
    let Some(bytes) = master_list(test, name) else {
        return;
    };
    let normalised = normalised(&bytes);
    let signed_data = SignedData::parse(&normalised).unwrap();
    let list = MasterList::dangerous_parse(signed_data.content).unwrap();
    let signer = signed_data.verify_signer().unwrap();
    let authority = signer
        .certificate()
        .extensions
        .authority_key_identifier
        .unwrap();
    let key = |certificate: &&Certificate<'_>| {
        certificate.extensions.subject_key_identifier == authority.key_identifier
    };
    // The link to the key that signed the list's signer says which older key it was signed with.
    let link = list
        .certificates
        .iter()
        .filter(key)
        .find(|certificate| {
            let issuer = certificate.extensions.authority_key_identifier;
            issuer.unwrap().key_identifier != authority.key_identifier
        })
        .unwrap();
    let older = link
        .extensions
        .authority_key_identifier
        .unwrap()
        .key_identifier;
    let anchor = list
        .certificates
        .iter()
        .find(|certificate| certificate.extensions.subject_key_identifier == older)
        .unwrap();
    let mut store = Store::new();
    store.add_parsed(anchor, &Source::new("anchor"));
    assert!(store.path(signer.certificate()).is_err());
    let verified = MasterList::verify(&signed_data, &store).unwrap();
    assert_eq!(verified.list().certificates.len(), 588);
    assert_eq!(
        Some(verified.anchor()),
        store.iter().next().map(StoredCertificate::fingerprint)
    );
}

#[test]
fn what_another_kind_of_signer_signed_is_no_master_list() {
    let test = "lists::what_another_kind_of_signer_signed_is_no_master_list";
    let (Some(bytes), Some(store)) = (testdata::read(test, "deviation/EE_2018.bin"), union(test))
    else {
        return;
    };
    let normalised = normalised(&bytes);
    let signed_data = SignedData::parse(&normalised).unwrap();
    let unexpected = ListFault::SignedDataRefused(CmsFault::ContentTypeUnexpected);
    assert_eq!(
        MasterList::verify(&signed_data, &store).unwrap_err(),
        unexpected
    );
    assert_eq!(
        DefectList::verify(&signed_data, &store).unwrap_err(),
        unexpected
    );
}

#[test]
fn a_changed_list_is_refused() {
    let test = "lists::a_changed_list_is_refused";
    let (Some(mut bytes), Some(store)) = (
        master_list(test, "NL_ML_2026-03-11"),
        anchors(test, &["NL_ROOT_CA"]),
    ) else {
        return;
    };
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    let normalised = normalised(&bytes);
    let signed_data = SignedData::parse(&normalised).unwrap();
    let fault = MasterList::verify(&signed_data, &store).unwrap_err();
    let changed = ListFault::SignedDataRefused(CmsFault::ContentDigestWrong);
    assert_eq!(fault, changed);
}

#[test]
fn a_certificate_that_is_none_leaves_the_others_in_the_list() {
    let test = "lists::a_certificate_that_is_none";
    let Some(good) = testdata::read(test, "csca/NL_ROOT_CA.cer") else {
        return;
    };
    let set = write(Tag::SET, &[&[0x30, 0x00], &good]);
    let content = write(Tag::SEQUENCE, &[&[0x02, 0x01, 0x00], &set]);
    let list = MasterList::dangerous_parse(&content).unwrap();
    assert_eq!((list.certificates.len(), list.rejected.len()), (1, 1));
    let content = write(Tag::SEQUENCE, &[&[0x02, 0x01, 0x01], &set]);
    let fault = MasterList::dangerous_parse(&content).unwrap_err();
    assert_eq!(fault, ListFault::VersionUnknown);
}

#[test]
fn estonias_deviation_list_is_verified_and_searched() {
    let test = "lists::estonias_deviation_list";
    let (Some(bytes), Some(store)) = (testdata::read(test, "deviation/EE_2018.bin"), union(test))
    else {
        return;
    };
    let normalised = normalised(&bytes);
    let signed_data = SignedData::parse(&normalised).unwrap();
    let verified = DeviationList::verify(&signed_data, &store).unwrap();
    let list = verified.list();
    assert_eq!(list.entries.len(), 1);
    assert_eq!(list.entries[0].documents.number_count(), Some(169_422));
    let mut facts = DocumentFacts {
        document_type: "P",
        document_number: "BB0000001",
        signer: None,
        issued: None,
    };
    let about: Vec<_> = list.about(facts).collect();
    assert_eq!(about.len(), 1);
    assert_eq!(about[0].0, Match::Certain);
    let kind = about[0].1.descriptions[0].kind;
    assert_eq!(kind, DeviationKind::SecurityObjectSignatureWrong);
    facts.document_number = "XX0000001";
    assert_eq!(list.about(facts).count(), 0);
}

/// A deviation list of one entry, with these elements of DeviationDocuments.
fn deviation_list(documents: &[&[u8]], kind: &[u8]) -> Vec<u8> {
    let oid = [known::DEVIATION_LIST.0, kind].concat();
    let description = write(
        Tag::SEQUENCE,
        &[
            &write(Tag::PRINTABLE_STRING, &[b"why"]),
            &write_oid(Oid(&oid)),
        ],
    );
    let entry = write(
        Tag::SEQUENCE,
        &[
            &write(Tag::SEQUENCE, documents),
            &write(Tag::SET, &[&description]),
        ],
    );
    let sha256 = write(Tag::SEQUENCE, &[&write_oid(known::SHA256)]);
    let version = write_unsigned(&[0]);
    write(
        Tag::SEQUENCE,
        &[&version, &sha256, &write(Tag::SET, &[&entry])],
    )
}

#[test]
fn icao_9303_12_10_everything_that_is_given_must_hold() {
    let time = |value: &[u8]| write(Tag::GENERALIZED_TIME, &[value]);
    let period = write(
        Tag(0xA4),
        &[&time(b"20100101000000Z"), &time(b"20101231235959Z")],
    );
    let kind = write(Tag::context(0), &[b"P<"]);
    let bytes = deviation_list(&[&kind, &period], &[1, 4]);
    let list = DeviationList::dangerous_parse(&bytes).unwrap();
    let entry = &list.entries[0].descriptions[0];
    assert_eq!(
        entry.kind,
        DeviationKind::ActiveAuthenticationKeyCompromised
    );
    assert_eq!(entry.description.as_deref(), Some("why"));
    let found = |document_type, issued: Option<&str>| {
        let facts = DocumentFacts {
            document_type,
            document_number: "1",
            signer: None,
            issued: issued.map(|time| time.parse().unwrap()),
        };
        list.about(facts).next().map(|(found, _)| found)
    };
    assert_eq!(
        found("P", Some("2010-06-01T00:00:00Z")),
        Some(Match::Certain)
    );
    assert_eq!(found("PM", None), Some(Match::Possible));
    assert_eq!(found("P", Some("2011-01-01T00:00:00Z")), None);
    assert_eq!(found("ID", None), None);
}

#[test]
fn icao_9303_12_10_a_signer_is_meant_by_name_by_key_or_by_digest() {
    let test = "lists::a_signer_is_meant_by_name_by_key_or_by_digest";
    let (Some(nl), Some(de)) = (
        testdata::read(test, "csca/NL_ROOT_CA.cer"),
        testdata::read(test, "csca/DE_ROOT_CA_CSCA07.cer"),
    ) else {
        return;
    };
    let certificates = [&nl, &de].map(|bytes| Certificate::parse(bytes).unwrap());
    let nl = &certificates[0];
    let key = nl.extensions.subject_key_identifier.unwrap();
    let digest = emrtd::crypto::Digest::Sha256.hash(&[nl.raw]);
    let serial = write(Tag::INTEGER, &[nl.serial.as_bytes()]);
    for documents in [
        write(Tag(0xA1), &[nl.issuer.raw(), &serial]),
        write(Tag::context(2), &[key]),
        write(Tag::context(3), &[digest.as_ref()]),
    ] {
        let bytes = deviation_list(&[&documents], &[2, 3]);
        let list = DeviationList::dangerous_parse(&bytes).unwrap();
        let found = |signer| {
            let facts = DocumentFacts {
                document_type: "P",
                document_number: "1",
                signer,
                issued: None,
            };
            list.about(facts).next().map(|(found, _)| found)
        };
        assert_eq!(found(Some(nl)), Some(Match::Certain));
        assert_eq!(found(Some(&certificates[1])), None);
        assert_eq!(found(None), Some(Match::Possible));
    }
}

/// A defect list with one entry, of this signer and these VersionedKnownDefects.
fn defect_list(version: u8, signer: &[&[u8]], defects: &[Vec<u8>]) -> Vec<u8> {
    let defects = write(Tag::SET, &[&defects.concat()]);
    let entry = write(Tag::SEQUENCE, &[&signer.concat(), &defects]);
    let hash = write_oid(known::SHA256);
    let version = write_unsigned(&[version]);
    write(
        Tag::SEQUENCE,
        &[&version, &hash, &write(Tag::SET, &[&entry])],
    )
}

fn known_defect(kind: &[u8], parameters: &[u8]) -> Vec<u8> {
    let oid = [known::DEFECT_LIST.0, kind].concat();
    write(Tag::SEQUENCE, &[&write_oid(Oid(&oid)), parameters])
}

fn known_defect_v2(kind: &[u8], parameters: &[u8]) -> Vec<u8> {
    let oid = [known::DEFECT_LIST.0, kind].concat();
    let parameters = write(Tag(0xA0), &[parameters]);
    let description = write(Tag(0x81), &[b"known since 2015"]);
    write(
        Tag(0xA0),
        &[&write_oid(Oid(&oid)), &parameters, &description],
    )
}

#[test]
fn tr_03129_2_7_3_defects_say_what_they_mean_for_a_verdict() {
    let test = "lists::defects_say_what_they_mean";
    let Some(bytes) = testdata::read(test, "csca/NL_ROOT_CA.cer") else {
        return;
    };
    let signer = Certificate::parse(&bytes).unwrap();
    let key = signer.extensions.subject_key_identifier.unwrap();
    let identifier = write(Tag::context(0), &[key]);
    let groups = [0x31, 0x06, 0x02, 0x01, 0x02, 0x02, 0x01, 0x0B];
    let cases: [(&[u8], &[u8], Defect<'_>, Consequence); 9] = [
        (
            &[1, 1],
            &[0x0A, 1, 3],
            Defect::CertificateRevoked(3),
            Consequence::ChipNotTrusted,
        ),
        (
            &[1, 3],
            &[],
            Defect::ChipAuthenticationKeyRevoked,
            Consequence::ChipAuthenticationVoid,
        ),
        (
            &[1, 4],
            &[],
            Defect::ActiveAuthenticationKeyRevoked,
            Consequence::ActiveAuthenticationVoid,
        ),
        (
            &[1, 5],
            &[0x0A, 1, 4],
            Defect::AuthenticationProtocolFailure {
                chip_authentication: true,
                active_authentication: false,
                pace_cam: true,
            },
            Consequence::Explains,
        ),
        (
            &[1, 6],
            &[0x0A, 1, 1],
            Defect::ValidityPeriodIncorrect {
                csca: false,
                document_signer: true,
            },
            Consequence::Explains,
        ),
        (
            &[2, 1],
            &groups,
            Defect::DataGroupsMalformed(vec![2, 11]),
            Consequence::Explains,
        ),
        (
            &[2, 5],
            &[0x13, 2, b'L', b'T'],
            Defect::IssuingCountryWrong("LT".into()),
            Consequence::Explains,
        ),
        (
            &[4, 3],
            &[],
            Defect::PowerDownRequired,
            Consequence::Explains,
        ),
        (
            &[4, 4],
            &[0x0A, 1, 2],
            Defect::DocumentSignerMalformed(2),
            Consequence::ChipNotTrusted,
        ),
    ];
    for (kind, parameters, expected, consequence) in cases {
        let old = defect_list(0, &[&identifier], &[known_defect(kind, parameters)]);
        let new = defect_list(1, &[&identifier], &[known_defect_v2(kind, parameters)]);
        for bytes in [old, new] {
            let list = DefectList::dangerous_parse(&bytes).unwrap();
            let found: Vec<_> = list.of(&signer).collect();
            assert_eq!(found, [&expected]);
            assert_eq!(found[0].consequence(), consequence);
        }
    }
    let unknown = defect_list(0, &[&identifier], &[known_defect(&[4, 99], &[])]);
    let list = DefectList::dangerous_parse(&unknown).unwrap();
    let found = list.of(&signer).next().unwrap();
    assert_eq!(found.consequence(), Consequence::ChipNotTrusted);
}

#[test]
fn tr_03129_2_7_1_1_identifier_and_hash_must_both_fit() {
    let test = "lists::identifier_and_hash_must_both_fit";
    let Some(bytes) = testdata::read(test, "csca/NL_ROOT_CA.cer") else {
        return;
    };
    let signer = Certificate::parse(&bytes).unwrap();
    let serial = write(Tag::INTEGER, &[signer.serial.as_bytes()]);
    let identifier = write(Tag::SEQUENCE, &[signer.issuer.raw(), &serial]);
    let digest = emrtd::crypto::Digest::Sha256.hash(&[signer.raw]);
    let hash = write(Tag::OCTET_STRING, &[digest.as_ref()]);
    let other = write(Tag::OCTET_STRING, &[&[0; 32]]);
    let count = |signer_parts: &[&[u8]]| {
        let bytes = defect_list(0, signer_parts, &[known_defect(&[4, 3], &[])]);
        let list = DefectList::dangerous_parse(&bytes).unwrap();
        list.of(&signer).count()
    };
    assert_eq!(count(&[&identifier, &hash]), 1);
    assert_eq!(count(&[&identifier]), 1);
    assert_eq!(count(&[&hash]), 1);
    assert_eq!(count(&[&identifier, &other]), 0);
    assert_eq!(count(&[]), 0);
    let missing = defect_list(0, &[&hash], &[known_defect(&[1, 1], &[])]);
    let fault = DefectList::dangerous_parse(&missing).unwrap_err();
    let expected = Tag::ENUMERATED;
    let missing = TlvFault::Missing {
        offset: 0,
        expected,
    };
    assert_eq!(fault, ListFault::ContentMalformed(missing));
}

#[test]
fn lists_of_more_entries_than_are_read_are_refused() {
    let number = write(Tag::PRINTABLE_STRING, &[b"1"]);
    let numbers = write(Tag(0xA5), &[&number.repeat(MAX_ENTRIES)]);
    let bytes = deviation_list(&[&numbers], &[2, 3]);
    let fault = DeviationList::dangerous_parse(&bytes).unwrap_err();
    assert_eq!(fault, ListFault::TooManyEntries);

    let defects = known_defect(&[4, 3], &[]).repeat(MAX_DEFECTS);
    let bytes = defect_list(0, &[], &[defects]);
    let fault = DefectList::dangerous_parse(&bytes).unwrap_err();
    assert_eq!(fault, ListFault::TooManyEntries);

    let set = write(Tag::SET, &[&[0x30, 0x00].repeat(MAX_LIST_CERTIFICATES + 1)]);
    let content = write(Tag::SEQUENCE, &[&write_unsigned(&[0]), &set]);
    let fault = MasterList::dangerous_parse(&content).unwrap_err();
    assert_eq!(fault, ListFault::TooManyEntries);
}

/// Base64 in lines of `width`, each but the first with `lead` in front.
fn base64(bytes: &[u8], width: usize, lead: &str) -> String {
    use base64::Engine;
    let text = base64::engine::general_purpose::STANDARD.encode(bytes);
    let lines: Vec<&str> = text
        .as_bytes()
        .chunks(width)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    lines.join(&format!("\n{lead}"))
}

/// Files of every kind: a certificate, a revocation list, a master list and a deviation list.
fn files(test: &str) -> Option<[Vec<u8>; 4]> {
    Some([
        testdata::read(test, "csca/NL_ROOT_CA.cer")?,
        testdata::read(test, "crl/GB.crl")?,
        master_list(test, "IT_ML_2023-07")?,
        testdata::read(test, "deviation/EE_2018.bin")?,
    ])
}

const KINDS: [ItemKind; 4] = [
    ItemKind::Certificate,
    ItemKind::RevocationList,
    ItemKind::MasterList,
    ItemKind::DeviationList,
];

/// That a file holds these and nothing else.
fn assert_holds(file: &[u8], expected: &[Vec<u8>]) {
    let import = Import::read(file);
    assert_eq!(import.rejected, []);
    let kinds: Vec<ItemKind> = import.items.iter().map(|item| item.kind).collect();
    assert_eq!(kinds, KINDS);
    for (item, bytes) in import.items.iter().zip(expected) {
        assert_eq!(&item.bytes, bytes);
    }
}

#[test]
fn der_pem_ldif_and_base64_hold_the_same() {
    let Some(files) = files("lists::der_pem_ldif_and_base64_hold_the_same") else {
        return;
    };
    assert_holds(&files.concat(), &files);
    assert_holds(&files.join(&b'\n'), &files);

    let labels = ["CERTIFICATE", "X509 CRL", "PKCS7", "CMS"];
    let pem: Vec<String> = labels
        .iter()
        .zip(&files)
        .map(|(label, bytes)| {
            let text = base64(bytes, 64, "");
            format!("subject=..\n-----BEGIN {label}-----\n{text}\n-----END {label}-----\n")
        })
        .collect();
    assert_holds(pem.concat().as_bytes(), &files);
    assert_holds(pem.concat().replace('\n', "\r\n").as_bytes(), &files);

    let names = [
        "userCertificate;binary",
        "certificateRevocationList;binary",
        "pkdMasterListContent",
        "pkdDeviationListContent",
    ];
    let ldif: Vec<String> = names
        .iter()
        .zip(&files)
        .map(|(name, bytes)| {
            let text = base64(bytes, 76, " ");
            format!(
                "dn: cn=1,o=dsc,c=NL,dc=data,\n dc=download\nobjectClass: top\n{name}:: {text}\n\n"
            )
        })
        .collect();
    assert_holds(
        format!("version: 1\n\n{}", ldif.concat()).as_bytes(),
        &files,
    );
    assert_holds(ldif.concat().replace('\n', "\r\n").as_bytes(), &files);

    // Text that begins as DER would.
    let talkative = format!("0 s:C=NL\n{}", pem.concat());
    assert_holds(talkative.as_bytes(), &files);

    let alone = base64(&files[0], 64, "");
    let import = Import::read(alone.as_bytes());
    assert_eq!(import.items[0].bytes, files[0]);
}

#[test]
fn what_cannot_be_imported_is_named_and_takes_nothing_with_it() {
    let Some(files) = files("lists::what_cannot_be_imported_is_named") else {
        return;
    };
    let good = base64(&files[0], 64, "");
    let mut bad_certificate = files[0].clone();
    bad_certificate[9] ^= 0xFF;
    let bad = base64(&bad_certificate, 64, "");
    let pem = format!(
        "-----BEGIN CERTIFICATE-----\n{bad}\n-----END CERTIFICATE-----\n\
         -----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n\
         -----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n\
         -----BEGIN CERTIFICATE-----\n{good}\n-----END CERTIFICATE-----\n\
         -----BEGIN CERTIFICATE-----\n{good}\n"
    );
    let import = Import::read(pem.as_bytes());
    assert_eq!(import.items.len(), 1);
    let faults: Vec<ImportFault> = import.rejected.iter().map(|one| one.fault).collect();
    assert!(matches!(faults[0], ImportFault::CertificateRejected(_)));
    let expected = [
        ImportFault::PemLabelUnknown,
        ImportFault::Base64Malformed,
        ImportFault::PemUnterminated,
    ];
    assert_eq!(faults[1..], expected);

    let cut = &files[1][..100];
    let import = Import::read(&[&files[0], cut].concat());
    assert_eq!(import.items.len(), 1);
    let fault = ImportFault::EncodingMalformed(TlvFault::Truncated { offset: 0 });
    assert_eq!(import.rejected[0].fault, fault);
    assert_eq!(import.rejected[0].place, Place::Byte(files[0].len()));
}

#[test]
fn each_kind_of_rejection_has_its_fault() {
    let test = "lists::each_kind_of_rejection_has_its_fault";
    let fault = |file: &[u8]| Import::read(file).rejected[0].fault;
    assert_eq!(fault(b""), ImportFault::Empty);
    assert_eq!(fault(b"  \n"), ImportFault::Empty);
    assert_eq!(fault(b"hello, world"), ImportFault::FormatUnknown);
    assert_eq!(fault(&[0x30, 0x00]), ImportFault::KindUnknown);
    assert_eq!(fault(&[0x30, 0x02, 0x05, 0x00]), ImportFault::KindUnknown);
    let unending = ImportFault::EncodingMalformed(TlvFault::Truncated { offset: 2 });
    assert_eq!(fault(&[0x30, 0x80]), unending);
    let (Some(sod), Some(mut crl)) = (
        testdata::read(test, "sod/FR.bin"),
        testdata::read(test, "crl/GB.crl"),
    ) else {
        return;
    };
    let bare = Reader::der(&sod).read().unwrap().unwrap().value;
    assert_eq!(fault(bare), ImportFault::ContentTypeUnknown);
    // The first revoked certificate gets another tag.
    let at = crl
        .windows(4)
        .position(|four| four == [0x30, 0x15, 0x02, 0x04])
        .unwrap();
    crl[at] = 0x31;
    let rejected = fault(&crl);
    let is_list = matches!(
        rejected,
        ImportFault::RevocationListRejected(RevocationListFault::RevokedMalformed(_))
    );
    assert!(is_list, "{rejected:?}");
}

#[test]
fn signed_data_of_indefinite_length_comes_out_definite() {
    let Some(good) = files("lists::signed_data_of_indefinite_length") else {
        return;
    };
    let list = &good[2];
    let inside = Reader::der(list).read().unwrap().unwrap().value;
    let indefinite = [&[0x30, 0x80], inside, &[0, 0]].concat();
    let import = Import::read(&indefinite);
    assert_eq!(import.rejected, []);
    assert_eq!(import.items[0].kind, ItemKind::MasterList);
    assert_eq!(&import.items[0].bytes, list);
}

proptest! {
    #[test]
    fn any_bytes_end_in_items_or_faults(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let import = Import::read(&bytes);
        prop_assert!(!import.items.is_empty() || !import.rejected.is_empty());
        let _ = MasterList::dangerous_parse(&bytes);
        let _ = DeviationList::dangerous_parse(&bytes);
        let _ = DefectList::dangerous_parse(&bytes);
    }

    #[test]
    fn any_text_ends_in_items_or_faults(text in "(dn: |-----BEGIN |-----END |CERTIFICATE|-----|userCertificate|::? |MAM|\n| |[ -~]){0,60}") {
        let _ = Import::read(text.as_bytes());
    }

    #[test]
    fn any_change_of_one_byte_of_a_list_is_read_or_refused(at in any::<prop::sample::Index>(), to in any::<u8>()) {
        let mut bytes = defect_list(
            1,
            &[&write(Tag::context(0), &[b"key"])],
            &[known_defect_v2(&[2, 1], &[0x31, 0x03, 0x02, 0x01, 0x02]), known_defect(&[1, 6], &[0x0A, 1, 1])],
        );
        let at = at.index(bytes.len());
        bytes[at] = to;
        let _ = DefectList::dangerous_parse(&bytes);
    }
}
