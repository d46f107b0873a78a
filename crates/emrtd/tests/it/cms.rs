//! `emrtd::cms`.

use emrtd::ber;
use emrtd::cms::{ContentType, MAX_SIGNERS, SignedData, SignerIdentifier};
use emrtd::crypto::Digest;
use emrtd::fault::{CmsFault, Deviation, Deviations, SignatureFault};
use emrtd::oid::known;
use emrtd::tlv::{Reader, Tag, Tlv, write};
use proptest::prelude::*;

use crate::issuer::{Holder, Order, Request, authority};
use crate::testdata;

/// Reads and verifies a security object.
fn verified(bytes: &[u8]) -> Result<Deviations, CmsFault> {
    let normalised = ber::normalise(bytes).unwrap();
    let signed_data = SignedData::parse_security_object(&normalised)?;
    let verified = signed_data.verify_signer()?;
    let (_, unusual) = verified.content_as(ContentType::LdsSecurityObject)?;
    let mut deviations = verified.deviations().clone();
    deviations.extend(unusual);
    Ok(deviations)
}

#[test]
fn real_security_objects_verify_and_their_deviations_are_said() {
    let cases: [(&str, &[Deviation]); 8] = [
        ("AT", &[Deviation::ExplicitCurveParameters]),
        ("CN", &[Deviation::ContentTypeUnusual]),
        ("DE", &[Deviation::ExplicitCurveParameters]),
        ("FR", &[]),
        ("MY", &[Deviation::SignerNameOtherwise]),
        (
            "NZ",
            &[Deviation::IndefiniteLength, Deviation::DigestToldElsewhere],
        ),
        ("UK", &[Deviation::ExplicitCurveParameters]),
        ("US", &[Deviation::DigestToldElsewhere]),
    ];
    for (name, expected) in cases {
        let path = format!("sod/{name}.bin");
        let Some(bytes) = testdata::read("cms::real_security_objects_verify", &path) else {
            return;
        };
        let found: Vec<Deviation> = verified(&bytes).unwrap().iter().collect();
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn specimens_verify() {
    for path in ["lds/bsi2008/SOD.bin", "sod/bsi_tr03105_reference.bin"] {
        let Some(bytes) = testdata::read("cms::specimens_verify", path) else {
            return;
        };
        assert!(verified(&bytes).is_ok(), "{path}");
    }
}

#[test]
fn broken_security_objects_fail_each_with_its_fault() {
    let wrong = CmsFault::SignatureRefused(SignatureFault::SignatureWrong);
    let cases = [
        ("broken_1", wrong),
        // The type of the ContentInfo is enveloped data.
        ("mutated_14", CmsFault::NotSignedData),
        // Version 2.
        ("mutated_16", CmsFault::VersionUnknown),
        // Content type and signed attribute say id-data.
        ("mutated_18", wrong),
        // The content type says digested data, the signed attribute id-data.
        ("mutated_20", CmsFault::ContentTypeDiffers),
    ];
    for (name, fault) in cases {
        let path = format!("sod/{name}.bin");
        let Some(bytes) = testdata::read("cms::broken_security_objects_fail", &path) else {
            return;
        };
        assert_eq!(verified(&bytes).unwrap_err(), fault, "{name}");
    }
}

#[test]
fn a_real_card_security_verifies() {
    let Some(bytes) = testdata::read("cms::a_real_card_security_verifies", "cardsecurity/DE.bin")
    else {
        return;
    };
    let normalised = ber::normalise(&bytes).unwrap();
    let signed_data = SignedData::parse(&normalised).unwrap();
    let verified = signed_data.verify_signer().unwrap();
    let (content, unusual) = verified.content_as(ContentType::SecurityInfos).unwrap();
    assert!(unusual.is_empty() && content.starts_with(&[0x31]));
    let refused = verified.content_as(ContentType::LdsSecurityObject);
    assert_eq!(refused.unwrap_err(), CmsFault::ContentTypeUnexpected);
    assert_eq!(verified.certificate().issuer.country().unwrap(), "DE");
    assert_eq!(verified.digest(), Digest::Sha384);
}

/// The elements of the SignedData in a security object, each as received.
fn parts(security_object: &[u8]) -> Vec<Vec<u8>> {
    let file = Reader::der(security_object).read().unwrap().unwrap();
    let info = file.children().next().unwrap().unwrap();
    let explicit = info.children().nth(1).unwrap().unwrap();
    let signed_data = explicit.children().next().unwrap().unwrap();
    signed_data
        .children()
        .map(|tlv| tlv.unwrap().raw.to_vec())
        .collect()
}

/// A security object out of the elements of its SignedData.
fn security_object(parts: &[Vec<u8>]) -> Vec<u8> {
    let signed_data = write(Tag::SEQUENCE, &[&parts.concat()]);
    let explicit = write(Tag(0xA0), &[&signed_data]);
    let kind = emrtd::tlv::write_oid(known::SIGNED_DATA);
    write(Tag(0x77), &[&write(Tag::SEQUENCE, &[&kind, &explicit])])
}

/// Rewrites the elements of the only signer.
fn with_signer(parts: &mut [Vec<u8>], change: impl FnOnce(&mut Vec<Vec<u8>>)) {
    let set = Reader::der(parts.last().unwrap()).read().unwrap().unwrap();
    let signer = set.children().next().unwrap().unwrap();
    let mut fields: Vec<Vec<u8>> = signer
        .children()
        .map(|tlv| tlv.unwrap().raw.to_vec())
        .collect();
    change(&mut fields);
    let signer = write(Tag::SEQUENCE, &[&fields.concat()]);
    *parts.last_mut().unwrap() = write(Tag::SET, &[&signer]);
}

fn france(test: &str) -> Option<Vec<Vec<u8>>> {
    Some(parts(&testdata::read(test, "sod/FR.bin")?))
}

#[test]
fn attributes_out_of_order_are_tried_in_order() {
    let Some(mut parts) = france("cms::attributes_out_of_order_are_tried_in_order") else {
        return;
    };
    with_signer(&mut parts, |fields| {
        let set = Reader::der(&fields[3]).read().unwrap().unwrap();
        let attributes: Vec<Tlv<'_>> = set.children().map(Result::unwrap).collect();
        let turned: Vec<u8> = attributes
            .iter()
            .rev()
            .flat_map(|attribute| attribute.raw)
            .copied()
            .collect();
        fields[3] = write(set.tag, &[&turned]);
    });
    let found: Vec<Deviation> = verified(&security_object(&parts)).unwrap().iter().collect();
    assert_eq!(found, [Deviation::SignedAttributesPutInOrder]);
}

/// A signer below an authority.
fn signer() -> Holder {
    authority().issue(&Request {
        name: b"Document Signer",
        serial: 7,
        extensions: &[],
    })
}

const TIME: &[u8] = b"261124120000Z";

#[test]
fn attributes_are_verified_in_the_order_in_which_they_were_signed() {
    let signer = signer();
    let cases: [(Order, &[Deviation]); 3] = [
        (Order::Der, &[]),
        (Order::Reversed, &[Deviation::SignedAttributesNotInOrder]),
        (
            Order::SentReversed,
            &[Deviation::SignedAttributesPutInOrder],
        ),
    ];
    for (order, expected) in cases {
        let kind = known::LDS_SECURITY_OBJECT;
        let signed = signer.sign_in_order(kind, b"content", TIME, order);
        let found: Vec<Deviation> = verified(&write(Tag(0x77), &[&signed]))
            .unwrap()
            .iter()
            .collect();
        assert_eq!(found, expected);
    }
}

#[test]
fn content_types_that_documents_are_known_to_have_are_accepted_and_said() {
    let signer = signer();
    for kind in [
        known::DATA,
        known::BE_FR_SECURITY_OBJECT,
        known::NL_SECURITY_OBJECT,
    ] {
        let file = write(Tag(0x77), &[&signer.sign(kind, b"content", TIME)]);
        let found: Vec<Deviation> = verified(&file).unwrap().iter().collect();
        assert_eq!(found, [Deviation::ContentTypeUnusual]);
    }
    let other = signer.sign(known::CSCA_MASTER_LIST, b"content", TIME);
    let fault = verified(&write(Tag(0x77), &[&other])).unwrap_err();
    assert_eq!(fault, CmsFault::ContentTypeUnexpected);
}

#[test]
fn an_identifier_that_fits_no_certificate_leaves_it_to_the_signature() {
    let Some(mut parts) = france("cms::an_identifier_that_fits_no_certificate") else {
        return;
    };
    with_signer(&mut parts, |fields| {
        fields[1] = write(Tag::context(0), &[b"somebody else"]);
    });
    let found: Vec<Deviation> = verified(&security_object(&parts)).unwrap().iter().collect();
    assert_eq!(found, [Deviation::SignerIdentifierUnfit]);
    // With two certificates it means neither.
    let set = Reader::der(&parts[3])
        .read()
        .unwrap()
        .unwrap()
        .value
        .to_vec();
    let Some(other) = testdata::read("cms::an_identifier", "csca/NL_ROOT_CA.cer") else {
        return;
    };
    parts[3] = write(Tag(0xA0), &[&set, &other]);
    let fault = verified(&security_object(&parts)).unwrap_err();
    assert_eq!(fault, CmsFault::SignerCertificateMissing);
}

#[test]
fn a_signer_without_its_certificate_may_have_it_elsewhere() {
    let Some(mut parts) = france("cms::a_signer_without_its_certificate") else {
        return;
    };
    let whole = security_object(&parts);
    let normalised = ber::normalise(&whole).unwrap();
    let with = SignedData::parse_security_object(&normalised).unwrap();
    parts.remove(3);
    let bytes = security_object(&parts);
    assert_eq!(
        verified(&bytes).unwrap_err(),
        CmsFault::SignerCertificateMissing
    );
    let normalised = ber::normalise(&bytes).unwrap();
    let without = SignedData::parse_security_object(&normalised).unwrap();
    assert!(without.certificates.is_empty());
    assert!(
        without.signer_infos[0]
            .identifier
            .fits(&with.certificates[0])
    );
    assert!(without.verify_signer_among(&with.certificates).is_ok());
}

#[test]
fn a_certificate_that_is_none_does_not_hide_what_else_is_there() {
    let Some(mut parts) = france("cms::a_certificate_that_is_none") else {
        return;
    };
    let good = parts.clone();
    parts[3] = write(Tag(0xA0), &[&[0x30, 0x02, 0x05, 0x00]]);
    let fault = verified(&security_object(&parts)).unwrap_err();
    assert!(matches!(fault, CmsFault::SignerCertificateMalformed(_)));
    let set = Reader::der(&good[3]).read().unwrap().unwrap().value;
    parts[3] = write(Tag(0xA0), &[&[0x30, 0x02, 0x05, 0x00], set]);
    assert!(verified(&security_object(&parts)).is_ok());
}

#[test]
fn attributes_that_do_not_cover_the_content_are_refused() {
    let Some(good) = france("cms::attributes_that_do_not_cover_the_content") else {
        return;
    };
    let mut parts = good.clone();
    let last = parts[2].len() - 1;
    parts[2][last] ^= 1;
    let fault = verified(&security_object(&parts)).unwrap_err();
    assert_eq!(fault, CmsFault::ContentDigestWrong);

    let mut parts = good.clone();
    with_signer(&mut parts, |fields| {
        let set = Reader::der(&fields[3]).read().unwrap().unwrap();
        let kept: Vec<u8> = set
            .children()
            .map(Result::unwrap)
            .filter(|attribute| attribute.raw[12] != 4)
            .flat_map(|attribute| attribute.raw)
            .copied()
            .collect();
        fields[3] = write(set.tag, &[&kept]);
    });
    let fault = verified(&security_object(&parts)).unwrap_err();
    assert_eq!(fault, CmsFault::MessageDigestMissing);

    let mut parts = good.clone();
    with_signer(&mut parts, |fields| {
        fields.remove(3);
    });
    let fault = verified(&security_object(&parts)).unwrap_err();
    assert_eq!(fault, CmsFault::SignedAttributesMissing);

    let mut parts = good;
    with_signer(&mut parts, |fields| {
        let value = Reader::der(&fields[3]).read().unwrap().unwrap().value;
        fields[3] = write(Tag(0xA0), &[value, value]);
    });
    let fault = verified(&security_object(&parts)).unwrap_err();
    assert_eq!(fault, CmsFault::AttributeTwice);
}

#[test]
fn who_has_not_signed_or_too_many_are_named() {
    let Some(good) = france("cms::who_has_not_signed_or_too_many") else {
        return;
    };
    let mut parts = good.clone();
    let signer = Reader::der(parts.last().unwrap())
        .read()
        .unwrap()
        .unwrap()
        .value
        .to_vec();
    *parts.last_mut().unwrap() = write(Tag::SET, &[]);
    assert_eq!(verified(&security_object(&parts)), Err(CmsFault::NoSigner));
    *parts.last_mut().unwrap() = write(Tag::SET, &[&signer.repeat(MAX_SIGNERS + 1)]);
    let fault = verified(&security_object(&parts)).unwrap_err();
    assert_eq!(fault, CmsFault::TooManySigners);
    *parts.last_mut().unwrap() = write(Tag::SET, &[&signer, &signer]);
    let found: Vec<Deviation> = verified(&security_object(&parts)).unwrap().iter().collect();
    assert_eq!(found, [Deviation::SeveralSigners]);

    let mut parts = good;
    let kind = Reader::der(&parts[2]).read().unwrap().unwrap();
    let kind = kind.children().next().unwrap().unwrap().raw.to_vec();
    parts[2] = write(Tag::SEQUENCE, &[&kind]);
    let fault = verified(&security_object(&parts)).unwrap_err();
    assert_eq!(fault, CmsFault::ContentMissing);
}

#[test]
fn a_bare_security_object_is_read_too() {
    let Some(bytes) = testdata::read("cms::a_bare_security_object", "sod/FR.bin") else {
        return;
    };
    let bare = Reader::der(&bytes).read().unwrap().unwrap().value;
    let found: Vec<Deviation> = verified(bare).unwrap().iter().collect();
    assert_eq!(found, [Deviation::SecurityObjectUnwrapped]);
    // A chip may give more bytes than the file has.
    let longer = [&bytes[..], &[0, 0, 0xFF]].concat();
    assert!(verified(&longer).unwrap().is_empty());
}

#[test]
fn signers_are_identified_by_key_or_by_name() {
    let Some(bytes) = testdata::read("cms::signers_are_identified", "sod/MY.bin") else {
        return;
    };
    let normalised = ber::normalise(&bytes).unwrap();
    let signed_data = SignedData::parse_security_object(&normalised).unwrap();
    let identifier = signed_data.signer_infos[0].identifier;
    assert!(matches!(
        identifier,
        SignerIdentifier::IssuerAndSerialNumber { .. }
    ));
    assert!(identifier.fits(&signed_data.certificates[0]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]
    #[test]
    fn any_change_of_one_byte_is_refused_or_changes_nothing_signed(
        at in any::<prop::sample::Index>(),
        change in 1_u8..,
    ) {
        let Some(good) = testdata::read("cms::any_change_of_one_byte", "sod/US.bin") else {
            return Ok(());
        };
        let mut bytes = good.clone();
        let at = at.index(bytes.len());
        bytes[at] ^= change;
        let (before, after) = (ber::normalise(&good).unwrap(), ber::normalise(&bytes));
        let before = SignedData::parse_security_object(&before).unwrap();
        let Ok(after) = after else {
            return Ok(());
        };
        let Ok(after) = SignedData::parse_security_object(&after) else {
            return Ok(());
        };
        if let Ok(verified) = after.verify_signer() {
            prop_assert_eq!(verified.content(), before.content);
// A change of the certificate itself is for the path to find.
            prop_assert_eq!(verified.signing_time().unwrap().to_string(), "2021-09-16T13:45:00Z");
        }
    }

    #[test]
    fn any_bytes_end_in_signed_data_or_a_fault(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(normalised) = ber::normalise(&bytes) {
            let _ = SignedData::parse(&normalised);
            let _ = SignedData::parse_security_object(&normalised);
        }
    }
}
