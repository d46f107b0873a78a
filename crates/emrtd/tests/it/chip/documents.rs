//! Whole documents, by every protocol: read, verified, and the chip proved.

use std::sync::OnceLock;

use emrtd::fault::{ChipFault, Finding};
use emrtd::genuine_chip::{ChipProof, GenuineChip};
use emrtd::lds::DataGroup;
use emrtd::passive_auth::{
    Circumstances, Files, VerifiedDocument, authenticate, verify_card_security,
};
use emrtd::password::Password;
use emrtd::reader::{Access, FileName, Reading, ReadingPlan, Session};
use emrtd::trust::{Source, Store};
use specimen::cipher::Cipher;
use specimen::curve::{Curve, CurveParameters};
use specimen::digest::Digest;
use specimen::document::{ActivePlan, ChipPlan, Document, DocumentPlan, PaceVariant, Persona};
use specimen::group::{DomainForm, Group, Modp};
use specimen::misbehaviour::Misbehaviour;
use specimen::rsa::{Iso9796, Trailer};
use specimen::signer::KeyKind;

use super::{
    chip, is_true, issued, now, old_passport, random, read, read_misbehaving, specimens, talk, zone,
};

pub(super) fn store() -> &'static Store {
    static STORE: OnceLock<Store> = OnceLock::new();
    STORE.get_or_init(|| {
        let mut store = Store::new();
        let countries = [&specimens().denmark, &specimens().abroad];
        for certificate in countries
            .iter()
            .flat_map(|country| country.csca_certificates())
        {
            store.add(&certificate, &Source::new("specimen")).unwrap();
        }
        store
    })
}

/// The document that was read, if passive authentication proves it.
pub(super) fn with_verified<T>(
    reading: &Reading,
    then: impl FnOnce(Option<&VerifiedDocument<'_>>) -> T,
) -> T {
    let groups = reading.data_groups();
    let files = Files {
        security_object: reading.file(FileName::Sod).unwrap_or_default(),
        com: reading.file(FileName::Com),
        data_groups: &groups,
    };
    let authentication = authenticate(&files, &Circumstances::new(store(), now()));
    then(authentication.document.as_ref())
}

/// The proofs that the chip is genuine, each by its own way.
pub(super) fn genuine(reading: &Reading) -> Vec<Result<GenuineChip, ChipFault>> {
    with_verified(reading, |document| {
        let document = document.unwrap();
        let mut proofs = Vec::new();
        if let Some(key) = &reading.chip_authentication {
            let dg14 = document.data_group(DataGroup::Dg14).unwrap();
            proofs.push(key.clone().and_then(|key| key.verify(&dg14)));
        }
        if let Some(mapping) = &reading.chip_authentication_mapping {
            let file = reading.file(FileName::CardSecurity).unwrap();
            let (_, proof) = verify_card_security(file, &Circumstances::new(store(), now()));
            proofs.push(mapping.verify(&proof.unwrap()));
        }
        if let Some(signature) = &reading.active_authentication {
            let dg15 = document.data_group(DataGroup::Dg15).unwrap();
            let dg14 = document.data_group(DataGroup::Dg14);
            proofs.push(
                signature
                    .clone()
                    .and_then(|it| it.verify(&dg15, dg14.as_ref())),
            );
        }
        proofs
    })
}

/// The chip proved itself in this one way.
fn is_proved(reading: &Reading, proof: ChipProof) {
    let proofs: Vec<_> = genuine(reading)
        .into_iter()
        .map(|it| it.map(|it| it.proof()))
        .collect();
    assert_eq!(proofs, [Ok(proof)]);
}

#[test]
fn every_persona_is_read_and_verified() {
    for persona in [
        Persona::Dane,
        Persona::Foreigner,
        Persona::Minor,
        Persona::Expired,
    ] {
        let document = specimens().document(persona);
        let reading = read(&document, ReadingPlan::everything());
        is_true(&reading, &document);
        let mut missing = reading.missing.keys();
        assert!(missing.all(|file| matches!(file, FileName::CardAccess | FileName::AtrInfo)));
        assert_eq!(reading.data_groups().len(), document.application.len() - 2);
        let proof = match persona {
            Persona::Foreigner => ChipProof::ActiveAuthentication,
            _ => ChipProof::ChipAuthentication,
        };
        is_proved(&reading, proof);
    }
}

#[test]
fn a_card_is_read_with_its_number_and_proved_by_pace() {
    let document = specimens().document(Persona::CardHolder);
    for password in [Password::can("123456").unwrap(), zone(&document)] {
        let mut session = Session::new(password, ReadingPlan::everything(), random());
        talk(
            &mut session,
            &mut chip(&document, Vec::new()),
            &mut Vec::new(),
        )
        .unwrap();
        let reading = session.into_reading();
        is_true(&reading, &document);
        assert_eq!(reading.findings, []);
        is_proved(&reading, ChipProof::ChipAuthenticationMapping);
    }
}

/// Every mapping with every cipher, on a curve and in a group of numbers.
#[test]
fn every_kind_of_pace_opens_the_chip() {
    for variant in PaceVariant::all() {
        let plan = DocumentPlan {
            pace: vec![variant],
            basic_access: false,
            chip: Vec::new(),
            ..specimens().plan(Persona::Dane)
        };
        let document = issued(&plan);
        let reading = read(&document, ReadingPlan::identification());
        is_true(&reading, &document);
        assert!(
            matches!(reading.access, Some(Access::Pace(_))),
            "{variant:?}"
        );
        assert_eq!(
            (reading.findings, reading.missing.len()),
            (vec![], 0),
            "{variant:?}"
        );
    }
}

#[test]
fn every_standardised_group_does_pace() {
    let curves = Curve::ALL.into_iter().map(Group::Curve);
    let numbers = [
        Modp::Bits1024Order160,
        Modp::Bits2048Order224,
        Modp::Bits2048Order256,
    ];
    for group in curves.chain(numbers.map(Group::Modp)) {
        let variant = PaceVariant {
            group,
            ..PaceVariant::USUAL
        };
        let document = issued(&DocumentPlan {
            pace: vec![variant],
            ..specimens().plan(Persona::Dane)
        });
        let reading = read(&document, ReadingPlan::identification());
        assert!(matches!(reading.access, Some(Access::Pace(_))), "{group:?}");
        is_proved(&reading, ChipProof::ChipAuthentication);
    }
}

fn with_chip(chip: Vec<ChipPlan>) -> Document {
    issued(&DocumentPlan {
        chip,
        ..specimens().plan(Persona::Dane)
    })
}

#[test]
fn every_kind_of_chip_authentication_proves_the_chip() {
    let groups = [
        Group::Curve(Curve::BrainpoolP256r1),
        Group::Curve(Curve::P256),
        Group::Modp(Modp::Bits2048Order256),
    ];
    for group in groups {
        for cipher in Cipher::ALL {
            for (key_id, without_info) in [(None, false), (Some(3), false), (None, true)] {
                if without_info && cipher != Cipher::TripleDes {
                    continue;
                }
                let document = with_chip(vec![ChipPlan {
                    group,
                    form: DomainForm::Explicit,
                    ciphers: vec![cipher],
                    key_id,
                    without_info,
                    ..specimens().plan(Persona::Dane).chip[0].clone()
                }]);
                let reading = read(&document, ReadingPlan::identification());
                is_true(&reading, &document);
                is_proved(&reading, ChipProof::ChipAuthentication);
            }
        }
    }
}

#[test]
fn every_kind_of_active_authentication_proves_the_chip() {
    let mut plans = Vec::new();
    for digest in [
        Digest::Sha1,
        Digest::Sha224,
        Digest::Sha256,
        Digest::Sha384,
        Digest::Sha512,
    ] {
        for (trailer, smaller) in [
            (Trailer::Implicit, false),
            (Trailer::Named, false),
            (Trailer::Named, true),
        ] {
            let form = Iso9796 {
                digest,
                trailer,
                smaller,
            };
            plans.push(ActivePlan::Rsa { bits: 1280, form });
        }
    }
    for (curve, digest) in [
        (Curve::P256, Digest::Sha256),
        (Curve::BrainpoolP384r1, Digest::Sha384),
        (Curve::BrainpoolP256r1, Digest::Sha224),
    ] {
        for plain in [true, false] {
            let key = KeyKind::Ec(curve, CurveParameters::Explicit);
            plans.push(ActivePlan::Ecdsa { key, digest, plain });
        }
    }
    for active in plans {
        let document = issued(&DocumentPlan {
            active: Some(active),
            ..old_passport()
        });
        let reading = read(&document, ReadingPlan::identification());
        is_proved(&reading, ChipProof::ActiveAuthentication);
    }
}

/// A signature of 256 bytes wants extended length under secure messaging (ICAO 9303-11, 6.1.4).
#[test]
fn a_long_active_authentication_key_takes_extended_length() {
    let active = ActivePlan::Rsa {
        bits: 2048,
        form: Iso9796::usual(Digest::Sha256),
    };
    let document = issued(&DocumentPlan {
        active: Some(active),
        chip: Vec::new(),
        ..specimens().plan(Persona::Dane)
    });
    let reading = read(&document, ReadingPlan::identification());
    is_proved(&reading, ChipProof::ActiveAuthentication);
}

/// A copy has every byte and no key.
#[test]
fn a_copy_is_told_from_the_chip() {
    let signing = DocumentPlan {
        active: Some(ActivePlan::Rsa {
            bits: 1280,
            form: Iso9796::usual(Digest::Sha1),
        }),
        ..old_passport()
    };
    let mapping = DocumentPlan {
        can: None,
        ..specimens().plan(Persona::CardHolder)
    };
    let documents = [
        specimens().document(Persona::Dane),
        issued(&signing),
        issued(&mapping),
    ];
    for copy in [Misbehaviour::Clone, Misbehaviour::HonestClone] {
        for document in &documents {
            let plan = ReadingPlan::identification();
            let (result, reading) = read_misbehaving(document, plan, vec![copy.clone()]);
            if result
                == Err(ChipFault::Pace(
                    emrtd::fault::PaceFault::ChipAuthenticationDataMalformed,
                ))
            {
                continue;
            }
            assert_eq!(result, Ok(()));
            is_true(&reading, document);
            assert!(
                reading
                    .files
                    .contains_key(&FileName::DataGroup(DataGroup::Dg2))
            );
            let proofs = genuine(&reading);
            assert!(
                !proofs.is_empty() && proofs.iter().all(Result::is_err),
                "{copy:?} {proofs:?}"
            );
        }
    }
    let plan = ReadingPlan::identification();
    let (result, reading) = read_misbehaving(&documents[0], plan, vec![Misbehaviour::Clone]);
    assert_eq!(result, Ok(()));
    assert_eq!(
        genuine(&reading),
        [Err(ChipFault::ChipAuthenticationFailed)]
    );
    assert!(matches!(
        reading.findings[..],
        [Finding::SessionRestarted(_)]
    ));
}

/// The persona that is a copy of the Dane's passport.
#[test]
fn the_clone_proves_nothing() {
    let document = specimens().document(Persona::Clone);
    let reading = read(&document, ReadingPlan::identification());
    let proofs = genuine(&reading);
    assert!(
        !proofs.is_empty() && proofs.iter().all(Result::is_err),
        "{proofs:?}"
    );
}

/// What a chip proves counts only with a DG14 or DG15 that the document signer has signed.
#[test]
fn a_proof_is_nothing_without_the_issuers_signature() {
    let document = specimens().document(Persona::Dane);
    let mut reading = read(&document, ReadingPlan::identification());
    let other = with_chip(vec![ChipPlan {
        group: Group::Curve(Curve::P256),
        form: DomainForm::Explicit,
        ciphers: vec![Cipher::Aes256],
        ..specimens().plan(Persona::Dane).chip[0].clone()
    }]);
    let theirs = read(&other, ReadingPlan::identification());
    reading.chip_authentication = theirs.chip_authentication;
    assert_eq!(
        genuine(&reading),
        [Err(ChipFault::ChipAuthenticationFailed)]
    );
    let dg14 = FileName::DataGroup(DataGroup::Dg14);
    reading.files.insert(dg14, theirs.files[&dg14].clone());
    assert!(with_verified(&reading, |document| document.is_none()));
}

#[test]
fn mapping_of_the_card_is_chosen_before_all_others() {
    let document = specimens().document(Persona::CardHolder);
    let reading = read(&document, ReadingPlan::identification());
    let Some(Access::Pace(offer)) = reading.access else {
        panic!("no PACE");
    };
    assert_eq!(
        offer.protocol.mapping,
        emrtd::security_info::Mapping::ChipAuthentication
    );
}
