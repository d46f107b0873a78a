//! Passive authentication of documents by the signing country of `specimen`, which knows nothing of this crate.

use emrtd::ber;
use emrtd::cms::SignedData as Signed;
use emrtd::crypto::{Digest as ReadDigest, PublicKey, SignatureAlgorithm, verify};
use emrtd::fault::{CmsFault, Deviation, PassiveFault, SignatureFault, TrustFault};
use emrtd::lds::DataGroup;
use emrtd::passive_auth::{
    Authentication, Circumstances, Files, Notice, Outcome, Reason, Step, authenticate,
    verify_security_object,
};
use emrtd::trust::{DefectList, Revocation, Source, Store};
use jiff::{SignedDuration, Timestamp};
use specimen::certificate::CertificateQuirk;
use specimen::cms::{CmsQuirk, SignedData, SignerCertificate};
use specimen::country::{CertificateRequest, Country, CountryPlan};
use specimen::curve::{Curve, CurveParameters};
use specimen::der;
use specimen::digest::Digest;
use specimen::document::{Document, DocumentPlan, Persona, Specimens, application};
use specimen::randomness::Randomness;
use specimen::rsa::Pss;
use specimen::signer::{KeyKind, PrivateKey, Scheme};

const SECOND: SignedDuration = SignedDuration::from_secs(1);

fn now() -> Timestamp {
    "2026-11-24T12:00:00Z".parse().unwrap()
}

fn founded() -> Timestamp {
    "2020-01-01T00:00:00Z".parse().unwrap()
}

fn denmark() -> Country {
    Country::found(
        b"passive authentication",
        &CountryPlan::new("DK", "DNK", founded()),
    )
}

fn store_of(country: &Country) -> Store {
    let mut store = Store::new();
    for certificate in country.csca_certificates() {
        store.add(&certificate, &Source::new("specimen")).unwrap();
    }
    store
}

fn plan() -> DocumentPlan {
    Specimens::new(b"plans", now()).plan(Persona::Dane)
}

fn issue(plan: &DocumentPlan, by: &SignerCertificate) -> Document {
    Document::issue(plan, by, &mut Randomness::from_seed(b"document"))
}

fn groups(document: &Document) -> Vec<(DataGroup, &[u8])> {
    DataGroup::ALL
        .into_iter()
        .filter_map(|group| Some((group, document.data_group(group.number())?)))
        .collect()
}

fn check<'a>(document: &'a Document, circumstances: &Circumstances<'_>) -> Authentication<'a> {
    let data_groups = groups(document);
    let files = Files {
        security_object: &document.application[&application::SOD],
        com: document
            .application
            .get(&application::COM)
            .map(Vec::as_slice),
        data_groups: &data_groups,
    };
    authenticate(&files, circumstances)
}

fn faults(found: &Authentication<'_>) -> Vec<(Step, PassiveFault)> {
    found.verdict.faults().collect()
}

#[test]
fn a_whole_document_is_proved() {
    let mut country = denmark();
    let signer = country.issue(&CertificateRequest::usual_document_signer(founded()));
    let mut store = store_of(&country);
    store
        .add_revocation_list(&country.revocation_list(now(), 1), &Source::new("crl"))
        .unwrap();
    let document = issue(&plan(), &signer);
    let found = check(&document, &Circumstances::new(&store, now()));
    let not_proved: Vec<_> = found
        .verdict
        .steps()
        .iter()
        .filter(|(_, outcome)| *outcome != Outcome::Proved)
        .collect();
    assert_eq!(
        not_proved,
        [&(
            Step::DocumentSignerDefects,
            Outcome::NotApplicable(Reason::NoDefectList)
        )]
    );
    assert_eq!(found.verdict.notices, []);
    let proof = found.document.unwrap();
    assert_eq!(proof.dg1().mrz.issuing_state.code(), "DNK");
    assert_eq!(proof.data_groups().len(), groups(&document).len());
    assert_eq!(
        proof.data_group(DataGroup::Dg2).unwrap().file(),
        document.data_group(2).unwrap()
    );
    assert_eq!(proof.security_object().signer().country(), Some("DK"));
    assert_eq!(
        proof.security_object().signer().issuer_sources(),
        [Source::new("specimen")]
    );
}

/// Every algorithm of Doc 9303-12, 4, and every departure that is in use, by the document signer and by the CSCA.
#[test]
fn every_algorithm_verifies() {
    let rsa = |exponent| KeyKind::Rsa {
        bits: 2048,
        exponent,
    };
    let salted = |digest, mask, salt| Scheme::Pss(Pss { digest, mask, salt });
    let mut kinds = vec![
        (
            rsa(65537),
            Scheme::Pkcs1WithoutNull(Digest::Sha256),
            vec![Deviation::DigestInfoWithoutNull],
        ),
        (
            rsa(65537),
            Scheme::RsaEncryption(Digest::Sha256),
            vec![Deviation::DigestToldElsewhere],
        ),
        (
            rsa(3),
            salted(Digest::Sha256, Digest::Sha256, 64),
            vec![Deviation::SaltLength],
        ),
        (
            rsa(65537),
            salted(Digest::Sha512, Digest::Sha512, 20),
            vec![Deviation::SaltLength],
        ),
        (
            rsa(65537),
            salted(Digest::Sha256, Digest::Sha1, 32),
            vec![Deviation::MaskDigest],
        ),
        (
            rsa(65537),
            Scheme::PssAnnouncedOnly(Pss::usual(Digest::Sha256)),
            vec![Deviation::Pkcs1WherePssDeclared],
        ),
    ];
    for digest in Digest::ALL {
        kinds.push((rsa(65537), Scheme::Pkcs1(digest), vec![]));
        kinds.push((rsa(65537), Scheme::Pss(Pss::usual(digest)), vec![]));
    }
    for (index, curve) in Curve::ALL.into_iter().enumerate() {
        let digest = Digest::ALL[index % Digest::ALL.len()];
        kinds.push((
            KeyKind::Ec(curve, CurveParameters::Named),
            Scheme::Ecdsa(digest),
            vec![],
        ));
        let explicit = [Deviation::ExplicitCurveParameters];
        kinds.push((
            KeyKind::Ec(curve, CurveParameters::Explicit),
            Scheme::Ecdsa(digest),
            explicit.to_vec(),
        ));
        let long = [
            Deviation::ExplicitCurveParameters,
            Deviation::CurveParameterLength,
        ];
        kinds.push((
            KeyKind::Ec(curve, CurveParameters::ExplicitLongCoefficient),
            Scheme::Ecdsa(Digest::Sha256),
            long.to_vec(),
        ));
    }
    let mut randomness = Randomness::from_seed(b"every algorithm");
    for (kind, scheme, wanted) in kinds {
        let key = match kind {
            // Finding primes takes a while: one key for all.
            KeyKind::Rsa { bits, exponent } => {
                PrivateKey::Rsa(specimen::rsa::RsaKey::from_seed(b"one", bits, exponent))
            }
            KeyKind::Ec(..) => PrivateKey::generate(kind, &mut randomness),
        };
        let signer = specimen::signer::Signer { key, scheme };
        let signature = signer.sign(b"message", &mut randomness);
        let read = PublicKey::parse(&signer.key.public_key_info()).unwrap();
        let algorithm = SignatureAlgorithm::parse(&scheme.algorithm()).unwrap();
        let mut deviations = read.deviations().clone();
        deviations.extend(algorithm.deviations());
        let algorithm = algorithm.or_digest(ReadDigest::Sha256);
        deviations.extend(
            verify(&read, &algorithm, b"message", &signature)
                .unwrap_or_else(|fault| panic!("{kind:?} {scheme:?}: {fault}")),
        );
        assert_eq!(
            deviations.iter().collect::<Vec<_>>(),
            wanted,
            "{kind:?} {scheme:?}"
        );
        assert_eq!(
            verify(&read, &algorithm, b"massage", &signature),
            Err(SignatureFault::SignatureWrong)
        );
    }
}

/// The first and the last second of the document signer, at signing.
#[test]
fn validity_at_signing_ends_with_its_last_second() {
    let mut country = denmark();
    let request =
        CertificateRequest::usual_document_signer("2022-01-01T00:00:00Z".parse().unwrap());
    let signer = country.issue(&request);
    let store = store_of(&country);
    let end = request.not_before + SignedDuration::from_hours(24 * request.days);
    let without_time = DocumentPlan {
        quirks: vec![CmsQuirk::NoSigningTime],
        ..plan()
    };
    let document = issue(&without_time, &signer);
    let outcome = |signed| {
        let mut circumstances = Circumstances::new(&store, now());
        circumstances.signed = signed;
        let found = check(&document, &circumstances);
        (
            found.verdict.outcome(Step::DocumentSignerValidityAtSigning),
            found.document.is_some(),
        )
    };
    let failed = |fault| (Outcome::Failed(PassiveFault::Validity(fault)), false);
    assert_eq!(
        outcome(None),
        (Outcome::NotApplicable(Reason::SigningTimeUnknown), true)
    );
    assert_eq!(
        outcome(Some(request.not_before - SECOND)),
        failed(TrustFault::NotYetValid)
    );
    assert_eq!(outcome(Some(request.not_before)), (Outcome::Proved, true));
    assert_eq!(outcome(Some(end)), (Outcome::Proved, true));
    assert_eq!(outcome(Some(end + SECOND)), failed(TrustFault::Expired));
}

/// The same now, which is said and decides nothing: the last second of the document signer, and of the CSCA.
#[test]
fn validity_now_is_said_and_decides_nothing() {
    let mut country = denmark();
    let request = CertificateRequest::usual_document_signer(founded());
    let signer = country.issue(&request);
    let store = store_of(&country);
    let document = issue(&plan(), &signer);
    let signer_end = request.not_before + SignedDuration::from_hours(24 * request.days);
    let csca_end = store.iter().next().unwrap().not_after();
    for (end, step) in [
        (signer_end, Step::DocumentSignerValidity),
        (csca_end, Step::CscaValidity),
    ] {
        let at = |time| {
            let found = check(&document, &Circumstances::new(&store, time));
            assert!(found.document.is_some());
            found.verdict.outcome(step)
        };
        let expired = Outcome::Failed(PassiveFault::Validity(TrustFault::Expired));
        assert_eq!(at(end), Outcome::Proved);
        assert_eq!(at(end + SignedDuration::from_millis(999)), Outcome::Proved);
        assert_eq!(at(end + SECOND), expired);
    }
}

#[test]
fn a_revoked_signer_proves_nothing() {
    let mut country = denmark();
    let signer = country.issue(&CertificateRequest::usual_document_signer(founded()));
    let document = issue(&plan(), &signer);
    let mut store = store_of(&country);
    let unknown = check(&document, &Circumstances::new(&store, now()));
    assert_eq!(
        unknown.verdict.outcome(Step::DocumentSignerRevocation),
        Outcome::NotApplicable(Reason::NoRevocationList)
    );
    assert!(unknown.document.is_some());
    // The list of a country with the same name and another key does not count.
    let mut forger = Country::found(b"another", &CountryPlan::new("DK", "DNK", founded()));
    forger.revoke(&signer, founded());
    store
        .add_revocation_list(&forger.revocation_list(now(), 1), &Source::new("forged"))
        .unwrap();
    let forged = check(&document, &Circumstances::new(&store, now()));
    assert_eq!(forged.verdict.notices, [Notice::RevocationListRefused]);
    assert!(forged.document.is_some());
    // A list from before, and long after its next update.
    store
        .add_revocation_list(&country.revocation_list(founded(), 1), &Source::new("old"))
        .unwrap();
    let old = check(&document, &Circumstances::new(&store, now()));
    assert_eq!(
        old.verdict.outcome(Step::DocumentSignerRevocation),
        Outcome::Proved
    );
    assert_eq!(old.verdict.notices, [Notice::RevocationListOutdated]);
    country.revoke(&signer, now() - SECOND);
    store
        .add_revocation_list(&country.revocation_list(now(), 2), &Source::new("new"))
        .unwrap();
    let revoked = check(&document, &Circumstances::new(&store, now()));
    assert_eq!(
        faults(&revoked),
        [(Step::DocumentSignerRevocation, PassiveFault::Revoked)]
    );
    assert!(
        revoked.document.is_none()
            && revoked.security_object.is_none()
            && revoked.data_groups.is_empty()
    );
}

#[test]
fn links_and_names_that_change_are_followed() {
    let mut country = denmark();
    let curve = KeyKind::Ec(Curve::P256, CurveParameters::Named);
    country.change_key(
        curve,
        Scheme::Ecdsa(Digest::Sha256),
        "2022-01-01T00:00:00Z".parse().unwrap(),
    );
    country.change_name(
        "CSCA of the Kingdom",
        curve,
        Scheme::Ecdsa(Digest::Sha256),
        "2024-01-01T00:00:00Z".parse().unwrap(),
    );
    let request =
        CertificateRequest::usual_document_signer("2024-02-01T00:00:00Z".parse().unwrap());
    let signer = country.issue(&request);
    let plan = DocumentPlan {
        issued: jiff::civil::date(2025, 3, 1),
        ..plan()
    };
    let document = issue(&plan, &signer);
    let sod = &document.application[&application::SOD];
    let normalised = ber::normalise(sod).unwrap();
    let signed = Signed::parse_security_object(&normalised).unwrap();
    let certificate = &signed.certificates[0];
    // All certificates: the self-signed one of the newest key is trusted at once.
    let whole = store_of(&country);
    assert_eq!(whole.len(), 5);
    assert_eq!(whole.path(certificate).unwrap().authorities().len(), 1);
    // The oldest self-signed one and the links: the path goes over both links.
    let mut links = Store::new();
    links
        .add(&country.generations[0].certificate, &Source::new("root"))
        .unwrap();
    for generation in &country.generations[1..] {
        links
            .add(generation.link.as_ref().unwrap(), &Source::new("link"))
            .unwrap();
    }
    let path = links.path(certificate).unwrap();
    assert_eq!(path.authorities().len(), 3);
    assert!(
        path.deviations().is_empty() || !path.deviations().contains(Deviation::LinkWithoutIssuer)
    );
    assert!(
        check(&document, &Circumstances::new(&links, now()))
            .document
            .is_some()
    );
    // The last link alone: a list vouches for it.
    let mut alone = Store::new();
    alone
        .add(
            country.generations[2].link.as_ref().unwrap(),
            &Source::new("link"),
        )
        .unwrap();
    assert!(
        alone
            .path(certificate)
            .unwrap()
            .deviations()
            .contains(Deviation::LinkWithoutIssuer)
    );
    // The old keys alone do not reach the new signer, until the new key comes.
    let mut old = Store::new();
    old.add(&country.generations[0].certificate, &Source::new("old"))
        .unwrap();
    assert_eq!(
        old.path(certificate).map(drop),
        Err(TrustFault::IssuerUnknown)
    );
    old.add(&country.generations[2].certificate, &Source::new("new"))
        .unwrap();
    assert!(old.path(certificate).is_ok());
    // A link whose own issuer comes later is verified then.
    alone
        .add(&country.generations[1].certificate, &Source::new("later"))
        .unwrap();
    assert_eq!(alone.path(certificate).unwrap().authorities().len(), 2);
}

#[test]
fn a_country_cannot_sign_for_another() {
    let mut sweden = Country::found(b"sweden", &CountryPlan::new("SE", "SWE", founded()));
    let signer = sweden.issue(&CertificateRequest::usual_document_signer(founded()));
    let store = store_of(&sweden);
    let document = issue(&plan(), &signer);
    let found = check(&document, &Circumstances::new(&store, now()));
    assert_eq!(
        faults(&found),
        [(Step::IssuingState, PassiveFault::IssuingStateDiffers)]
    );
    assert!(found.document.is_none());
    // Its own are fine, and what it signs is genuine as far as it goes.
    assert!(found.security_object.is_some());
}

#[test]
fn unknown_and_forged_issuers_are_told_apart() {
    let mut country = denmark();
    let signer = country.issue(&CertificateRequest::usual_document_signer(founded()));
    let document = issue(&plan(), &signer);
    let fault_with = |store: &Store| {
        let found = check(&document, &Circumstances::new(store, now()));
        let faults = faults(&found);
        assert_eq!(faults.len(), 1);
        faults[0]
    };
    let path = |fault| (Step::DocumentSignerSignature, PassiveFault::Path(fault));
    assert_eq!(fault_with(&Store::new()), path(TrustFault::IssuerUnknown));
    let same_name = Country::found(b"another", &CountryPlan::new("DK", "DNK", founded()));
    assert_eq!(
        fault_with(&store_of(&same_name)),
        path(TrustFault::IssuerUnknown)
    );
    // A document signer is no authority, even where a list has it.
    let mut store = Store::new();
    store
        .add(&signer.certificate, &Source::new("by mistake"))
        .unwrap();
    assert_eq!(fault_with(&store), path(TrustFault::IssuerUnknown));
}

#[test]
fn list_signers_and_authorities_sign_no_documents() {
    let mut country = denmark();
    let request = CertificateRequest {
        role: specimen::certificate::Role::MasterListSigner,
        ..CertificateRequest::usual_document_signer(founded())
    };
    let list_signer = country.issue(&request);
    let store = store_of(&country);
    let document = issue(&plan(), &list_signer);
    let found = check(&document, &Circumstances::new(&store, now()));
    assert_eq!(
        faults(&found),
        [(Step::DocumentSignerUsage, PassiveFault::NotADocumentSigner)]
    );
    assert!(found.document.is_none() && found.security_object.is_none());
}

#[test]
fn kinds_of_document_are_said_and_decide_nothing() {
    let mut country = denmark();
    let role = specimen::certificate::Role::DocumentSigner {
        document_types: vec!["ID".to_owned(), "AR".to_owned()],
    };
    let signer = country.issue(&CertificateRequest {
        role,
        ..CertificateRequest::usual_document_signer(founded())
    });
    let store = store_of(&country);
    let document = issue(&plan(), &signer);
    let found = check(&document, &Circumstances::new(&store, now()));
    assert_eq!(
        faults(&found),
        [(Step::DocumentType, PassiveFault::DocumentTypeNotAllowed)]
    );
    assert!(found.document.is_some());
}

/// What certificates and signed data miss in the field costs no trust and is said.
#[test]
fn departures_from_the_profile_are_said() {
    let quirks = [
        (
            CertificateQuirk::NoKeyUsage,
            Some(Deviation::KeyUsageMissing),
        ),
        (
            CertificateQuirk::NoAuthorityKeyIdentifier,
            Some(Deviation::AuthorityKeyIdentifierMissing),
        ),
        (
            CertificateQuirk::MalformedExtension,
            Some(Deviation::PrivateKeyUsagePeriodMalformed),
        ),
        (
            CertificateQuirk::NegativeSerial,
            Some(Deviation::SerialNegative),
        ),
        (CertificateQuirk::LongSerial, Some(Deviation::SerialLong)),
        (
            CertificateQuirk::LowerCaseCountry,
            Some(Deviation::CountryLowerCase),
        ),
        (CertificateQuirk::NoExtensions, Some(Deviation::VersionNot3)),
    ];
    for (quirk, deviation) in quirks {
        let mut country = denmark();
        let request = CertificateRequest {
            quirks: vec![quirk],
            ..CertificateRequest::usual_document_signer(founded())
        };
        let signer = country.issue(&request);
        let store = store_of(&country);
        let document = issue(&plan(), &signer);
        let found = check(&document, &Circumstances::new(&store, now()));
        assert!(found.document.is_some(), "{quirk:?} {:?}", faults(&found));
        assert!(
            deviation.is_none_or(|deviation| found.verdict.deviations.contains(deviation)),
            "{quirk:?} {:?}",
            found.verdict.deviations
        );
    }
}

#[test]
fn departures_of_signed_data_are_said_or_fail() {
    let mut country = denmark();
    let signer = country.issue(&CertificateRequest::usual_document_signer(founded()));
    let store = store_of(&country);
    let circumstances = Circumstances::new(&store, now());
    let with = |quirk| {
        let plan = DocumentPlan {
            quirks: vec![quirk],
            ..plan()
        };
        let document = issue(&plan, &signer);
        verify_security_object(&document.application[&application::SOD], &circumstances)
    };
    for (quirk, deviation) in [
        (CmsQuirk::IndefiniteLength, Deviation::IndefiniteLength),
        (
            CmsQuirk::AttributesNotInOrder,
            Deviation::SignedAttributesNotInOrder,
        ),
        (
            CmsQuirk::ContentType("1.3.27.1.1.1"),
            Deviation::ContentTypeUnusual,
        ),
        (CmsQuirk::IssuerReversed, Deviation::SignerNameOtherwise),
    ] {
        let (verdict, proof) = with(quirk);
        assert!(proof.is_some(), "{quirk:?} {:?}", verdict.decisive_fault());
        assert!(
            verdict.deviations.contains(deviation),
            "{quirk:?} {:?}",
            verdict.deviations
        );
    }
    assert!(with(CmsQuirk::KeyIdentifier).1.is_some());
    let wrong = CmsFault::SignatureRefused(SignatureFault::SignatureWrong);
    for (quirk, step, fault) in [
        (
            CmsQuirk::WrongSignature,
            Step::SecurityObjectSignature,
            wrong,
        ),
        (
            CmsQuirk::WrongMessageDigest,
            Step::SecurityObjectHash,
            CmsFault::ContentDigestWrong,
        ),
        (
            CmsQuirk::NoSignedAttributes,
            Step::SecurityObjectHash,
            CmsFault::SignedAttributesMissing,
        ),
        (
            CmsQuirk::NoCertificates,
            Step::SecurityObjectSignature,
            CmsFault::SignerCertificateMissing,
        ),
    ] {
        let (verdict, proof) = with(quirk);
        assert!(proof.is_none());
        assert_eq!(
            verdict.faults().collect::<Vec<_>>(),
            [(step, PassiveFault::SignedData(fault))]
        );
    }
    // A certificate that is known otherwise stands in for the one that is missing.
    let known = [emrtd::x509::Certificate::parse(&signer.certificate).unwrap()];
    let circumstances = Circumstances {
        document_signers: &known,
        ..circumstances
    };
    let plan = DocumentPlan {
        quirks: vec![CmsQuirk::NoCertificates],
        ..plan()
    };
    let document = issue(&plan, &signer);
    assert!(check(&document, &circumstances).document.is_some());
}

#[test]
fn files_that_are_not_what_was_signed_are_refused() {
    let mut country = denmark();
    let signer = country.issue(&CertificateRequest::usual_document_signer(founded()));
    let store = store_of(&country);
    let circumstances = Circumstances::new(&store, now());
    let document = issue(&plan(), &signer);
    let (_, object) =
        verify_security_object(&document.application[&application::SOD], &circumstances);
    let object = object.unwrap();
    let (dg1, dg2) = (
        document.data_group(1).unwrap(),
        document.data_group(2).unwrap(),
    );
    let verified = |group, file: &[u8]| {
        object
            .verify_data_group(group, file)
            .map(|verified| verified.file().len())
    };
    assert_eq!(verified(DataGroup::Dg1, dg1), Ok(dg1.len()));
    assert_eq!(
        verified(DataGroup::Dg1, &[dg1, &[0; 3]].concat()),
        Ok(dg1.len())
    );
    assert_eq!(
        verified(DataGroup::Dg1, &dg1[..dg1.len() - 1]),
        Err(PassiveFault::DataGroupHashWrong)
    );
    assert_eq!(
        verified(DataGroup::Dg1, dg2),
        Err(PassiveFault::DataGroupTag)
    );
    assert_eq!(
        verified(DataGroup::Dg2, &[]),
        Err(PassiveFault::DataGroupTag)
    );
    assert_eq!(
        verified(DataGroup::Dg16, &[0x70, 0]),
        Err(PassiveFault::DataGroupNotCovered)
    );
    // A changed data group takes the whole document's proof away; another EF.COM does not.
    let mut changed = document.clone();
    changed.application.get_mut(&0x0102).unwrap().pop();
    let found = check(&changed, &circumstances);
    let dg2 = Step::DataGroupHash(DataGroup::Dg2);
    assert_eq!(faults(&found), [(dg2, PassiveFault::DataGroupHashWrong)]);
    assert!(found.document.is_none());
    let mut changed = document.clone();
    changed.application.insert(
        application::COM,
        der::constructed(0x60, [der::constructed(0x5C, [vec![0x61]])]),
    );
    let found = check(&changed, &circumstances);
    assert_eq!(
        faults(&found),
        [(Step::SecurityObjectAndCom, PassiveFault::ComDiffers)]
    );
    assert!(found.document.is_some());
    // Without its machine readable zone a document is not bound to a state.
    let mut changed = document.clone();
    changed.application.remove(&0x0101);
    let found = check(&changed, &circumstances);
    assert_eq!(
        found.verdict.outcome(Step::IssuingState),
        Outcome::NotApplicable(Reason::NoMachineReadableZone)
    );
    assert_eq!(
        found.verdict.outcome(Step::DataGroupHash(DataGroup::Dg1)),
        Outcome::NotApplicable(Reason::NotRead)
    );
    assert!(found.document.is_none() && found.security_object.is_some());
}

/// No single changed byte of a security object is taken for what was signed, unless it is one that nothing signs and nothing reads.
#[test]
fn changed_bytes_prove_nothing_else() {
    let curve = KeyKind::Ec(Curve::P256, CurveParameters::Named);
    let plan_of_country =
        CountryPlan::new("DK", "DNK", founded()).with_key(curve, Scheme::Ecdsa(Digest::Sha256));
    let mut country = Country::found(b"changed bytes", &plan_of_country);
    let signer = country.issue(&CertificateRequest::usual_document_signer(founded()));
    let store = store_of(&country);
    let circumstances = Circumstances::new(&store, now());
    let document = issue(&plan(), &signer);
    let sod = &document.application[&application::SOD];
    let (_, object) = verify_security_object(sod, &circumstances);
    let object = object.unwrap();
    let mut survivors = 0;
    for at in 0..sod.len() {
        let mut changed = sod.clone();
        changed[at] ^= 1 << (at % 8);
        let (_, proof) = verify_security_object(&changed, &circumstances);
        if let Some(proof) = proof {
            assert_eq!(proof.digest(), object.digest(), "byte {at}");
            assert!(proof.data_groups().eq(object.data_groups()), "byte {at}");
            assert!(
                object
                    .data_groups()
                    .all(|group| proof.hash(group) == object.hash(group)),
                "byte {at}"
            );
            survivors += 1;
        }
    }
    // The list of digest algorithms, and the signer's identifier, are not signed.
    assert!(survivors < 100, "{survivors}");
}

/// A defect list about a document signer of this country, and an anchor that vouches for it: its signer's own certificate.
fn defect_list(
    country: &mut Country,
    signer: &SignerCertificate,
    defect: &[u8],
) -> (Vec<u8>, Store) {
    let hash = der::octets(&Digest::Sha256.hash(&[&signer.certificate]));
    let entry = der::sequence([hash, der::set_of(vec![defect.to_vec()])]);
    let content = der::sequence([
        der::small(0),
        der::oid("2.16.840.1.101.3.4.2.1"),
        der::set_of(vec![entry]),
    ]);
    let list_signer = country.issue(&CertificateRequest::usual_document_signer(founded()));
    let data = SignedData {
        content_type: "0.4.0.127.0.7.3.1.5",
        content: &content,
        further_certificates: &[],
        digest: Digest::Sha256,
        signing_time: now(),
        quirks: &[],
    };
    let list = data.sign(&list_signer, &mut Randomness::from_seed(b"defect list"));
    let mut anchors = Store::new();
    anchors
        .add(&list_signer.certificate, &Source::new("configured"))
        .unwrap();
    (list, anchors)
}

fn with_defect(
    country: &mut Country,
    signer: &SignerCertificate,
    document: &Document,
    defect: &[u8],
) -> (Vec<(Step, PassiveFault)>, bool) {
    let (list, anchors) = defect_list(country, signer, defect);
    let store = store_of(country);
    let normalised = ber::normalise(&list).unwrap();
    let signed = Signed::parse(&normalised).unwrap();
    let lists = [DefectList::verify(&signed, &anchors).unwrap()];
    let circumstances = Circumstances {
        defect_lists: &lists,
        ..Circumstances::new(&store, now())
    };
    let found = check(document, &circumstances);
    (faults(&found), found.document.is_some())
}

#[test]
fn known_defects_take_trust_away_or_explain() {
    let mut country = denmark();
    let signer = country.issue(&CertificateRequest::usual_document_signer(founded()));
    let mut document = issue(&plan(), &signer);
    let revoked = der::sequence([der::oid("0.4.0.127.0.7.3.1.5.1.1"), der::tlv(0x0A, &[4])]);
    let (found, proved) = with_defect(&mut country, &signer, &document, &revoked);
    assert_eq!(
        found,
        [(Step::DocumentSignerDefects, PassiveFault::KnownDefect)]
    );
    assert!(!proved);
    // EF.COM differs, and is known to.
    document.application.insert(
        application::COM,
        der::constructed(0x60, [der::constructed(0x5C, [vec![0x61]])]),
    );
    let com = der::sequence([der::oid("0.4.0.127.0.7.3.1.5.2.3")]);
    let (found, proved) = with_defect(&mut country, &signer, &document, &com);
    assert!(proved, "{found:?}");
    assert_eq!(found, []);
}

/// Lithuania: the certificate names brainpoolP224r1, the key is on P-224. Only a defect list makes it verify.
#[test]
fn a_certificate_that_names_another_curve_verifies_by_its_replacement_only() {
    let mut country = denmark();
    let named = |curve| {
        CertificateRequest::document_signer(
            KeyKind::Ec(curve, CurveParameters::Named),
            Scheme::Ecdsa(Digest::Sha224),
            founded(),
        )
    };
    let wrong = country.issue(&named(Curve::BrainpoolP224r1));
    let right = country.issue(&named(Curve::P224));
    // Signed with the right key, under the wrong certificate.
    let odd = SignerCertificate {
        signer: right.signer.clone(),
        ..wrong.clone()
    };
    let document = issue(&plan(), &odd);
    let store = store_of(&country);
    let alone = check(&document, &Circumstances::new(&store, now()));
    // A number of a signature on the one curve may be out of range on the other.
    let refused = |fault| {
        let fault = PassiveFault::SignedData(CmsFault::SignatureRefused(fault));
        faults(&alone) == [(Step::SecurityObjectSignature, fault)]
    };
    assert!(refused(SignatureFault::SignatureWrong) || refused(SignatureFault::SignatureMalformed));
    let content = specimen::certificate::CertificateContent {
        role: named(Curve::P224).role,
        serial: wrong.serial.clone(),
        issuer: country.csca().name.clone(),
        subject: country.csca().name.clone(),
        issuer_key: country.csca().signer.key.identifier(),
        not_before: founded(),
        not_after: now(),
        signs_until: now(),
        quirks: vec![],
    };
    let forger = Country::found(b"list maker", &CountryPlan::new("XX", "UTO", founded()));
    let replacement = content.sign(
        &right.signer.key,
        &forger.csca().signer,
        &mut Randomness::from_seed(b"replacement"),
    );
    let defect = der::sequence([
        der::oid("0.4.0.127.0.7.3.1.5.1.2"),
        der::octets(&replacement),
    ]);
    let (found, proved) = with_defect(&mut country, &wrong, &document, &defect);
    assert_eq!(found, []);
    assert!(proved);
}

/// Documents of all personas with their lists, as the demo has them.
#[test]
fn personas_are_proved_or_not() {
    let specimens = Specimens::new(b"personas", now());
    let mut store = Store::new();
    for country in [&specimens.denmark, &specimens.abroad] {
        for certificate in country.csca_certificates() {
            store.add(&certificate, &Source::new("specimen")).unwrap();
        }
    }
    for list in specimens.revocation_lists() {
        store
            .add_revocation_list(&list, &Source::new("crl"))
            .unwrap();
    }
    for list in store.revocation_lists() {
        assert!(store.signer_of_list(list).is_ok());
    }
    for persona in [
        Persona::Dane,
        Persona::Foreigner,
        Persona::CardHolder,
        Persona::Expired,
        Persona::Minor,
        Persona::Revoked,
    ] {
        let document = specimens.document(persona);
        let found = check(&document, &Circumstances::new(&store, now()));
        let fault = found.verdict.decisive_fault();
        match persona {
            Persona::Revoked => assert_eq!(fault, Some(PassiveFault::Revoked)),
            _ => assert_eq!(fault, None, "{persona:?}"),
        }
        let normalised = ber::normalise(&document.application[&application::SOD]).unwrap();
        let signed = Signed::parse_security_object(&normalised).unwrap();
        let signer = &signed.certificates[0];
        let issuer = store.path(signer).unwrap().issuer();
        let revoked = matches!(
            store.revocation(signer, issuer, now()),
            Revocation::Revoked { .. }
        );
        assert_eq!(revoked, persona == Persona::Revoked);
    }
}
