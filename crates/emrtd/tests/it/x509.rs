//! `emrtd::x509`.

use emrtd::fault::{CertificateFault, Deviation, RevocationListFault, TlvFault};
use emrtd::oid::{Oid, known};
use emrtd::tlv::{Tag, write, write_oid, write_unsigned};
use emrtd::x509::{Certificate, GeneralName, Reason, RevocationList, Role, SerialNumber};
use proptest::prelude::*;

use crate::testdata;

const RSA_SHA256: [u8; 15] = [
    0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0B, 0x05, 0x00,
];

/// A certificate whose parts a test changes; nobody signed it.
struct Parts {
    serial: Vec<u8>,
    country: &'static [u8],
    not_before: (Tag, &'static [u8]),
    extensions: Vec<Vec<u8>>,
}

impl Default for Parts {
    fn default() -> Self {
        Self {
            serial: vec![1],
            country: b"UT",
            not_before: (Tag::UTC_TIME, b"200101000000Z"),
            extensions: Vec::new(),
        }
    }
}

impl Parts {
    fn encode(&self) -> Vec<u8> {
        let attribute = |kind, value| {
            let parts = [write_oid(kind), write(Tag::PRINTABLE_STRING, &[value])].concat();
            write(Tag::SET, &[&write(Tag::SEQUENCE, &[&parts])])
        };
        let name = write(
            Tag::SEQUENCE,
            &[
                &attribute(known::COUNTRY_NAME, self.country),
                &attribute(known::COMMON_NAME, b"CSCA"),
            ],
        );
        let (tag, not_before) = self.not_before;
        let validity = write(
            Tag::SEQUENCE,
            &[
                &write(tag, &[not_before]),
                &write(Tag::UTC_TIME, &[b"300101000000Z"]),
            ],
        );
        let extensions = write(Tag::SEQUENCE, &[&self.extensions.concat()]);
        let tbs = write(
            Tag::SEQUENCE,
            &[
                &[0xA0, 0x03, 0x02, 0x01, 0x02],
                &write(Tag::INTEGER, &[&self.serial]),
                &RSA_SHA256,
                &name,
                &validity,
                &name,
                &write(Tag::SEQUENCE, &[&RSA_SHA256, &[0x03, 0x02, 0x00, 0x01]]),
                &write(Tag(0xA3), &[&extensions]),
            ],
        );
        write(
            Tag::SEQUENCE,
            &[&tbs, &RSA_SHA256, &[0x03, 0x02, 0x00, 0x01]],
        )
    }
}

fn extension(oid: Oid<'_>, critical: bool, value: &[u8]) -> Vec<u8> {
    let critical: &[u8] = if critical { &[0x01, 0x01, 0xFF] } else { &[] };
    let value = write(Tag::OCTET_STRING, &[value]);
    write(Tag::SEQUENCE, &[&write_oid(oid), critical, &value])
}

#[test]
fn a_malformed_extension_takes_nothing_else_with_it() {
    let malformed = [0x04, 0x05, 0xFF];
    let cases = [
        (
            known::AUTHORITY_KEY_IDENTIFIER,
            Deviation::AuthorityKeyIdentifierMalformed,
        ),
        (
            known::SUBJECT_KEY_IDENTIFIER,
            Deviation::SubjectKeyIdentifierMalformed,
        ),
        (known::KEY_USAGE, Deviation::KeyUsageMalformed),
        (
            known::PRIVATE_KEY_USAGE_PERIOD,
            Deviation::PrivateKeyUsagePeriodMalformed,
        ),
        (
            known::BASIC_CONSTRAINTS,
            Deviation::BasicConstraintsMalformed,
        ),
        (
            known::EXTENDED_KEY_USAGE,
            Deviation::ExtendedKeyUsageMalformed,
        ),
        (known::SUBJECT_ALT_NAME, Deviation::AlternativeNameMalformed),
        (known::ISSUER_ALT_NAME, Deviation::AlternativeNameMalformed),
        (
            known::CRL_DISTRIBUTION_POINTS,
            Deviation::CrlDistributionPointsMalformed,
        ),
        (
            known::DOCUMENT_TYPE_LIST,
            Deviation::DocumentTypeListMalformed,
        ),
        (known::NAME_CHANGE, Deviation::NameChangeMalformed),
    ];
    let constraints = [0x30, 0x06, 0x01, 0x01, 0xFF, 0x02, 0x01, 0x00];
    for (oid, deviation) in cases {
        let mut extensions = vec![extension(oid, false, &malformed)];
        if oid != known::BASIC_CONSTRAINTS {
            extensions.push(extension(known::BASIC_CONSTRAINTS, true, &constraints));
        }
        let bytes = Parts {
            extensions,
            ..Parts::default()
        }
        .encode();
        let certificate = Certificate::parse(&bytes).unwrap();
        let found: Vec<Deviation> = certificate.deviations.iter().collect();
        assert_eq!(found, [deviation]);
        let extensions = &certificate.extensions;
        assert_eq!(extensions.find(oid).unwrap().value, malformed);
        assert_eq!(
            extensions.basic_constraints.is_some(),
            oid != known::BASIC_CONSTRAINTS
        );
    }
}

#[test]
fn a_list_of_extensions_that_breaks_off_keeps_those_before() {
    let identifier = extension(known::SUBJECT_KEY_IDENTIFIER, false, &[0x04, 0x01, 0x07]);
    let again = identifier.clone();
    let extensions = vec![identifier, again, vec![0x30, 0x7F]];
    let bytes = Parts {
        extensions,
        ..Parts::default()
    }
    .encode();
    let certificate = Certificate::parse(&bytes).unwrap();
    assert_eq!(
        certificate.extensions.subject_key_identifier,
        Some(&[0x07][..])
    );
    assert!(
        certificate
            .deviations
            .contains(Deviation::ExtensionsMalformed)
    );
    assert!(certificate.deviations.contains(Deviation::ExtensionTwice));
}

#[test]
fn extensions_without_end_are_not_all_read() {
    let extensions = (0..100)
        .map(|number| extension(Oid(&[0x2A, number]), false, &[]))
        .collect();
    let bytes = Parts {
        extensions,
        ..Parts::default()
    }
    .encode();
    let certificate = Certificate::parse(&bytes).unwrap();
    assert_eq!(certificate.extensions.iter().count(), 64);
    assert!(
        certificate
            .deviations
            .contains(Deviation::ExtensionsMalformed)
    );
}

#[test]
fn icao_9303_12_what_the_profile_misses_is_conformance() {
    let bytes = Parts {
        country: b"ut",
        ..Parts::default()
    }
    .encode();
    let certificate = Certificate::parse(&bytes).unwrap();
    assert!(certificate.deviations.is_empty());
    assert_eq!(certificate.role(), Role::CscaSelfIssued);
    assert_eq!(certificate.issuer.country().unwrap(), "UT");
    let missing: Vec<Deviation> = certificate.conformance().iter().collect();
    let expected = [
        Deviation::CountryLowerCase,
        Deviation::KeyUsageMissing,
        Deviation::SubjectKeyIdentifierMissing,
        Deviation::BasicConstraintsMissing,
    ];
    assert_eq!(missing, expected);
}

#[test]
fn serials_times_and_encodings_that_are_unusual_are_read_and_said() {
    let found = |parts: Parts| -> Vec<Deviation> {
        let bytes = parts.encode();
        let certificate = Certificate::parse(&bytes).unwrap();
        certificate.deviations.iter().collect()
    };
    let negative = Parts {
        serial: vec![0x80],
        ..Parts::default()
    };
    assert_eq!(found(negative), [Deviation::SerialNegative]);
    let long = Parts {
        serial: vec![1; 25],
        ..Parts::default()
    };
    assert_eq!(found(long), [Deviation::SerialLong]);
    let not_before = (Tag::GENERALIZED_TIME, &b"20200101000000Z"[..]);
    let wrong_type = Parts {
        not_before,
        ..Parts::default()
    };
    assert_eq!(found(wrong_type), [Deviation::TimeTypeWrong]);
    let constraints = [0x30, 0x03, 0x01, 0x01, 0xFF];
    let mut not_der = extension(known::BASIC_CONSTRAINTS, true, &constraints);
    not_der[9] = 0x01;
    let extensions = vec![not_der];
    let boolean = Parts {
        extensions,
        ..Parts::default()
    };
    // The extension alone is malformed by DER; nothing else is.
    assert_eq!(found(boolean), [Deviation::ExtensionsMalformed]);
}

#[test]
fn lengths_that_are_not_der_are_read_and_said() {
    let der = Parts::default().encode();
    let bytes = [&[0x30, 0x82, 0x00], &der[2..]].concat();
    let certificate = Certificate::parse(&bytes).unwrap();
    assert!(certificate.deviations.contains(Deviation::NotDer));
    assert_eq!(
        certificate.tbs_raw,
        Certificate::parse(&der).unwrap().tbs_raw
    );
}

#[test]
fn what_is_no_certificate_is_refused_by_part() {
    let trailing = [&Parts::default().encode()[..], &[0]].concat();
    let fault = Certificate::parse(&trailing).unwrap_err();
    let offset = trailing.len() - 1;
    let expected = CertificateFault::NotACertificate(TlvFault::TrailingData { offset });
    assert_eq!(fault, expected);
    let no_serial = Parts {
        serial: Vec::new(),
        ..Parts::default()
    }
    .encode();
    let fault = Certificate::parse(&no_serial).unwrap_err();
    assert!(matches!(fault, CertificateFault::SerialMalformed(_)));
    let not_before = (Tag::UTC_TIME, &b"tomorrow"[..]);
    let no_time = Parts {
        not_before,
        ..Parts::default()
    }
    .encode();
    let fault = Certificate::parse(&no_time).unwrap_err();
    assert!(matches!(fault, CertificateFault::ValidityNotTimes(_)));
}

#[test]
fn germanys_root_is_read_in_all_its_parts() {
    let test = "x509::germanys_root_is_read_in_all_its_parts";
    let Some(bytes) = testdata::read(test, "csca/DE_ROOT_CA_CSCA07.cer") else {
        return;
    };
    let root = Certificate::parse(&bytes).unwrap();
    assert!(root.deviations.is_empty());
    assert!(root.conformance().is_empty());
    assert_eq!(root.role(), Role::CscaSelfIssued);
    assert_eq!(root.serial.to_string(), "04CD");
    assert_eq!(root.issuer.country().unwrap(), "DE");
    let extensions = &root.extensions;
    let points = extensions.crl_distribution_points();
    assert!(points.iter().all(|point| point.starts_with("http")) && !points.is_empty());
    let period = extensions.private_key_usage_period.unwrap();
    assert!(period.not_after.unwrap() < root.not_after);
    let names = extensions.subject_alternative_names();
    let directory = names.iter().find_map(|name| match name {
        GeneralName::Directory(name) => name.attribute(known::LOCALITY_NAME),
        _ => None,
    });
    assert_eq!(directory.unwrap(), "D");
}

#[test]
fn britains_423_revoked_certificates_are_found() {
    let test = "x509::britains_423_revoked_certificates_are_found";
    let Some(bytes) = testdata::read(test, "crl/GB.crl") else {
        return;
    };
    let list = RevocationList::parse(&bytes).unwrap();
    assert_eq!(list.revoked().len(), 423);
    assert_eq!(list.issuer.country().unwrap(), "GB");
    assert_eq!(list.this_update.to_string(), "2021-06-22T11:11:50Z");
    assert_eq!(
        list.next_update.unwrap().to_string(),
        "2021-09-22T11:11:50Z"
    );
    assert_eq!(list.number.unwrap().to_string(), "01CB");
    assert!(
        list.authority_key_identifier
            .unwrap()
            .key_identifier
            .is_some()
    );
    for entry in list.revoked() {
        assert_eq!(list.find(entry.serial).unwrap().serial, entry.serial);
    }
    let root = Parts {
        serial: vec![0x49, 0x2E, 0xF3, 0xF0],
        ..Parts::default()
    }
    .encode();
    let revoked = Certificate::parse(&root).unwrap().serial;
    assert_eq!(
        list.find(revoked).unwrap().date.to_string(),
        "2019-10-21T13:24:49Z"
    );
    let good = Parts::default().encode();
    assert_eq!(list.find(Certificate::parse(&good).unwrap().serial), None);
}

#[test]
fn lists_without_entries_are_read() {
    for (path, country) in [("crl/DE.crl", "DE"), ("crl/US.crl", "US")] {
        let Some(bytes) = testdata::read("x509::lists_without_entries_are_read", path) else {
            return;
        };
        let list = RevocationList::parse(&bytes).unwrap();
        assert!(list.revoked().is_empty());
        assert_eq!(list.issuer.country().unwrap(), country);
    }
}

/// A revocation list with the given entries and extensions; nobody signed it.
fn revocation_list(entries: &[Vec<u8>], extensions: &[Vec<u8>]) -> Vec<u8> {
    let revoked = write(Tag::SEQUENCE, &[&entries.concat()]);
    let extensions = write(Tag::SEQUENCE, &[&extensions.concat()]);
    let tbs = write(
        Tag::SEQUENCE,
        &[
            &[0x02, 0x01, 0x01],
            &RSA_SHA256,
            &[0x30, 0x00],
            &write(Tag::UTC_TIME, &[b"200101000000Z"]),
            &revoked,
            &write(Tag(0xA0), &[&extensions]),
        ],
    );
    write(
        Tag::SEQUENCE,
        &[&tbs, &RSA_SHA256, &[0x03, 0x02, 0x00, 0x01]],
    )
}

fn revoked(serial: &[u8], date: &[u8], extensions: &[Vec<u8>]) -> Vec<u8> {
    let extensions = write(Tag::SEQUENCE, &[&extensions.concat()]);
    let date = write(Tag::UTC_TIME, &[date]);
    write(
        Tag::SEQUENCE,
        &[&write(Tag::INTEGER, &[serial]), &date, &extensions],
    )
}

#[test]
fn rfc5280_5_3_an_entry_says_why_and_from_when() {
    let reason = extension(known::CRL_REASON, false, &[0x0A, 0x01, 0x01]);
    let since = write(Tag::GENERALIZED_TIME, &[b"20180101000000Z"]);
    let since = extension(known::INVALIDITY_DATE, false, &since);
    let entry = revoked(&[9], b"190101000000Z", &[reason, since]);
    let later = revoked(&[0x00, 9], b"190601000000Z", &[]);
    let bytes = revocation_list(&[later, entry], &[]);
    let list = RevocationList::parse(&bytes).unwrap();
    let number = write_unsigned(&[9]);
    assert_eq!(number, [0x02, 0x01, 0x09]);
    let wanted: SerialNumber<'_> = list.revoked()[1].serial;
    let found = list.find(wanted).unwrap();
    assert_eq!(found.reason(), Some(Reason::KeyCompromise));
    assert_eq!(
        found.invalidity_date().unwrap().to_string(),
        "2018-01-01T00:00:00Z"
    );
    assert_eq!(found.date.to_string(), "2019-01-01T00:00:00Z");
}

#[test]
fn rfc5280_5_2_a_list_of_unsure_meaning_is_refused() {
    let cases = [
        (
            extension(known::DELTA_CRL_INDICATOR, true, &[2, 1, 1]),
            RevocationListFault::DeltaList,
        ),
        (
            extension(
                known::ISSUING_DISTRIBUTION_POINT,
                true,
                &[0x30, 0x03, 0x81, 0x01, 0xFF],
            ),
            RevocationListFault::PartialList,
        ),
        (
            extension(Oid(&[0x2A, 0x03]), true, &[0x05, 0x00]),
            RevocationListFault::UnknownCriticalExtension,
        ),
    ];
    for (extension, fault) in cases {
        let bytes = revocation_list(&[], &[extension]);
        assert_eq!(RevocationList::parse(&bytes), Err(fault));
    }
    let bytes = revocation_list(&[vec![0x05, 0x00]], &[]);
    let fault = RevocationList::parse(&bytes).unwrap_err();
    assert!(matches!(fault, RevocationListFault::RevokedMalformed(_)));
    let harmless = extension(
        known::ISSUING_DISTRIBUTION_POINT,
        true,
        &[0x30, 0x02, 0xA0, 0x00],
    );
    assert!(RevocationList::parse(&revocation_list(&[], &[harmless])).is_ok());
}

/// Asks everything of a certificate that can be asked.
fn ask(certificate: &Certificate<'_>) {
    let extensions = &certificate.extensions;
    let _ = (certificate.role(), certificate.conformance());
    let _ = (
        certificate.issuer.to_string(),
        certificate.subject.normalised_in_any_order(),
    );
    let _ = (extensions.extended_key_usage(), extensions.document_types());
    let _ = (
        extensions.subject_alternative_names(),
        extensions.crl_distribution_points(),
    );
}

proptest! {
    #[test]
    fn any_bytes_end_in_a_certificate_or_a_fault(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(certificate) = Certificate::parse(&bytes) {
            ask(&certificate);
        }
        let _ = RevocationList::parse(&bytes);
    }

    #[test]
    fn any_change_of_one_byte_ends_in_a_certificate_or_a_fault(at in any::<prop::sample::Index>(), to in any::<u8>()) {
        let constraints = extension(known::BASIC_CONSTRAINTS, true, &[0x30, 0x03, 0x01, 0x01, 0xFF]);
        let types = [0x30, 0x08, 0x02, 0x01, 0x00, 0x31, 0x03, 0x13, 0x01, b'P'];
        let types = extension(known::DOCUMENT_TYPE_LIST, false, &types);
        let extensions = vec![constraints, types];
        let mut bytes = Parts { extensions, ..Parts::default() }.encode();
        let at = at.index(bytes.len());
        bytes[at] = to;
        if let Ok(certificate) = Certificate::parse(&bytes) {
            ask(&certificate);
        }
    }
}
