//! Defect lists, from their signer to the verdict on a document (TR-03129-2, 7).

use emrtd::ber;
use emrtd::cms::SignedData;
use emrtd::crypto::Digest;
use emrtd::fault::{CmsFault, Deviation, ListFault, PassiveFault, SignatureFault, TrustFault};
use emrtd::oid::{Oid, known};
use emrtd::passive_auth::{Circumstances, Notice, Outcome, Reason, Step, verify_security_object};
use emrtd::tlv::{Tag, write, write_oid};
use emrtd::trust::{
    Consequence, DefectList, DeviationList, MasterList, Source, Store, VerifiedList,
};
use jiff::Timestamp;

use crate::issuer::{Holder, Request, authority, extension, purpose};

const TIME: &[u8] = b"261124120000Z";

fn now() -> Timestamp {
    "2026-11-24T12:00:00Z".parse().unwrap()
}

fn store(authority: &Holder) -> Store {
    let mut store = Store::new();
    store
        .add(&authority.certificate, &Source::new("test"))
        .unwrap();
    store
}

fn document_signer(extensions: &[Vec<u8>]) -> Request<'_> {
    Request {
        name: b"Document Signer",
        serial: 7,
        extensions,
    }
}

fn usage() -> Vec<u8> {
    extension(known::KEY_USAGE, true, &[0x03, 0x02, 0x07, 0x80])
}

/// A security object over two made-up data groups.
fn security_object(signer: &Holder) -> Vec<u8> {
    let hash = |number: u8| {
        let digest = Digest::Sha256.hash(&[&[number]]);
        let value = write(Tag::OCTET_STRING, &[digest.as_ref()]);
        write(Tag::SEQUENCE, &[&[0x02, 0x01, number], &value])
    };
    let sha256 = write(Tag::SEQUENCE, &[&write_oid(known::SHA256)]);
    let hashes = write(Tag::SEQUENCE, &[&hash(1), &hash(2)]);
    let content = write(Tag::SEQUENCE, &[&[0x02, 0x01, 0x00], &sha256, &hashes]);
    let signed = signer.sign(known::LDS_SECURITY_OBJECT, &content, TIME);
    write(Tag(0x77), &[&signed])
}

/// The content of a defect list about one signer.
fn defect_list(signer: &Holder, kind: &[u8], parameters: &[u8]) -> Vec<u8> {
    let oid = [known::DEFECT_LIST.0, kind].concat();
    let defect = write(Tag::SEQUENCE, &[&write_oid(Oid(&oid)), parameters]);
    let entry = write(
        Tag::SEQUENCE,
        &[&signer.identifier(), &write(Tag::SET, &[&defect])],
    );
    let hash = write_oid(known::SHA256);
    write(
        Tag::SEQUENCE,
        &[&[0x02, 0x01, 0x00], &hash, &write(Tag::SET, &[&entry])],
    )
}

/// A country with a document signer, and a signer of defect lists.
struct Country {
    authority: Holder,
    signer: Holder,
    list_signer: Holder,
}

impl Country {
    fn new() -> Self {
        let authority = authority();
        let signer = authority.issue(&document_signer(&[usage()]));
        let list_signer = authority.issue(&Request {
            name: b"Defect List Signer",
            serial: 9,
            extensions: &[usage(), purpose(known::DEFECT_LIST_SIGNING_KEY)],
        });
        Self {
            authority,
            signer,
            list_signer,
        }
    }

    fn signed_list(&self, kind: &[u8], parameters: &[u8]) -> Vec<u8> {
        let content = defect_list(&self.signer, kind, parameters);
        self.list_signer.sign(known::DEFECT_LIST, &content, TIME)
    }
}

/// Runs `then` with the verified list in `bytes`.
fn with_list<T>(
    bytes: &[u8],
    store: &Store,
    then: impl FnOnce(VerifiedList<'_, DefectList<'_>>) -> T,
) -> Result<T, ListFault> {
    let normalised = ber::normalise(bytes).unwrap();
    let signed_data = SignedData::parse(&normalised).unwrap();
    DefectList::verify(&signed_data, store).map(then)
}

#[test]
fn without_a_defect_list_the_step_does_not_apply() {
    let country = Country::new();
    let store = store(&country.authority);
    let file = security_object(&country.signer);
    let (verdict, proof) = verify_security_object(&file, &Circumstances::new(&store, now()));
    assert!(proof.is_some());
    let outcome = verdict.outcome(Step::DocumentSignerDefects);
    assert_eq!(outcome, Outcome::NotApplicable(Reason::NoDefectList));
}

#[test]
fn a_signer_that_a_list_calls_revoked_is_not_trusted() {
    let country = Country::new();
    let store = store(&country.authority);
    let file = security_object(&country.signer);
    let list = country.signed_list(&[1, 1], &[0x0A, 0x01, 0x03]);
    with_list(&list, &store, |list| {
        let lists = [list];
        let circumstances = Circumstances {
            defect_lists: &lists,
            ..Circumstances::new(&store, now())
        };
        let (verdict, proof) = verify_security_object(&file, &circumstances);
        assert!(proof.is_none());
        assert_eq!(verdict.decisive_fault(), Some(PassiveFault::KnownDefect));
        let outcome = verdict.outcome(Step::DocumentSignerDefects);
        assert_eq!(outcome, Outcome::Failed(PassiveFault::KnownDefect));
    })
    .unwrap();
}

#[test]
fn keys_that_may_be_known_to_others_void_what_the_chip_shows() {
    let country = Country::new();
    let store = store(&country.authority);
    let file = security_object(&country.signer);
    let cases = [
        (
            3,
            Consequence::ChipAuthenticationVoid,
            Notice::ChipAuthenticationVoid,
        ),
        (
            4,
            Consequence::ActiveAuthenticationVoid,
            Notice::ActiveAuthenticationVoid,
        ),
    ];
    for (kind, consequence, notice) in cases {
        let list = country.signed_list(&[1, kind], &[]);
        with_list(&list, &store, |list| {
            let lists = [list];
            let circumstances = Circumstances {
                defect_lists: &lists,
                ..Circumstances::new(&store, now())
            };
            let (verdict, proof) = verify_security_object(&file, &circumstances);
            assert!(proof.unwrap().signer().is_void(consequence));
            assert_eq!(verdict.notices, [notice]);
            let outcome = verdict.outcome(Step::DocumentSignerDefects);
            assert_eq!(outcome, Outcome::Proved);
        })
        .unwrap();
    }
}

#[test]
fn the_right_country_comes_from_the_list() {
    let country = Country::new();
    let store = store(&country.authority);
    let file = security_object(&country.signer);
    let list = country.signed_list(&[2, 5], &[0x13, 0x02, b'D', b'K']);
    with_list(&list, &store, |list| {
        let lists = [list];
        let circumstances = Circumstances {
            defect_lists: &lists,
            ..Circumstances::new(&store, now())
        };
        let (verdict, proof) = verify_security_object(&file, &circumstances);
        assert_eq!(proof.unwrap().signer().country(), Some("DK"));
        assert_eq!(verdict.notices, [Notice::KnownDefect]);
    })
    .unwrap();
}

/// As with Lithuania's documents whose certificate has a key on another curve than the one that signed.
#[test]
fn a_wrong_key_is_replaced_only_where_a_list_says_so() {
    let mut country = Country::new();
    let right = country.signer.certificate.clone();
    let request = document_signer(&[]);
    country.signer = country
        .signer
        .with_wrong_certificate(&country.authority, &request);
    let store = store(&country.authority);
    let file = security_object(&country.signer);
    let (verdict, proof) = verify_security_object(&file, &Circumstances::new(&store, now()));
    assert!(proof.is_none());
    let wrong = CmsFault::SignatureRefused(SignatureFault::SignatureWrong);
    assert_eq!(
        verdict.decisive_fault(),
        Some(PassiveFault::SignedData(wrong))
    );

    let list = country.signed_list(&[1, 2], &write(Tag::OCTET_STRING, &[&right]));
    with_list(&list, &store, |list| {
        let lists = [list];
        let circumstances = Circumstances {
            defect_lists: &lists,
            ..Circumstances::new(&store, now())
        };
        let (verdict, proof) = verify_security_object(&file, &circumstances);
        assert!(proof.is_some());
        assert!(verdict.deviations.contains(Deviation::SignerKeyReplaced));
        assert_eq!(verdict.notices, [Notice::KnownDefect]);
    })
    .unwrap();
}

#[test]
fn tr_03129_2_7_2_who_may_sign_a_list() {
    let country = Country::new();
    let store = store(&country.authority);
    let content = defect_list(&country.signer, &[4, 3], &[]);
    // A signer that says nothing of what it is for is accepted for defect lists, and said.
    let silent = country.signer.sign(known::DEFECT_LIST, &content, TIME);
    let deviations = with_list(&silent, &store, |list| list.deviations().clone()).unwrap();
    assert!(deviations.contains(Deviation::ListSignerWithoutPurpose));
    // One that is for something else is not.
    let other = country.authority.issue(&Request {
        name: b"Master List Signer",
        serial: 11,
        extensions: &[purpose(known::CSCA_MASTER_LIST_SIGNING_KEY)],
    });
    let other = other.sign(known::DEFECT_LIST, &content, TIME);
    let refused = with_list(&other, &store, |_| ()).unwrap_err();
    assert_eq!(refused, ListFault::SignerNotEntitled);
    // Nor one of another country.
    let list = country.signed_list(&[4, 3], &[]);
    let elsewhere = with_list(&list, &self::store(&authority()), |_| ()).unwrap_err();
    let expected = TrustFault::SignatureRefused(SignatureFault::SignatureWrong);
    let unknown = TrustFault::IssuerUnknown;
    let faults = [expected, unknown].map(ListFault::SignerNotTrusted);
    assert!(faults.contains(&elsewhere));
}

#[test]
fn icao_9303_12_7_1_1_3_a_document_signer_signs_no_lists() {
    let country = Country::new();
    let store = store(&country.authority);
    let set = write(Tag::SET, &[&country.authority.certificate]);
    let content = write(Tag::SEQUENCE, &[&[0x02, 0x01, 0x00], &set]);
    let verify = |holder: &Holder, time: &[u8]| {
        let bytes = holder.sign(known::CSCA_MASTER_LIST, &content, time);
        let normalised = ber::normalise(&bytes).unwrap();
        let signed_data = SignedData::parse(&normalised).unwrap();
        let verified = MasterList::verify(&signed_data, &store)?;
        assert_eq!(verified.list().certificates.len(), 1);
        Ok(verified.deviations().clone())
    };
    let refused = verify(&country.signer, TIME);
    assert_eq!(refused, Err(ListFault::SignerNotEntitled));
    let entitled = country.authority.issue(&Request {
        name: b"Master List Signer",
        serial: 11,
        extensions: &[purpose(known::CSCA_MASTER_LIST_SIGNING_KEY)],
    });
    assert!(verify(&entitled, TIME).unwrap().is_empty());
    let early = verify(&entitled, b"191231235959Z").unwrap();
    assert!(early.contains(Deviation::SignedOutsideValidity));

    let empty = write(Tag::SEQUENCE, &[&[0x02, 0x01, 0x00], &write(Tag::SET, &[])]);
    let bytes = entitled.sign(known::DEVIATION_LIST, &empty, TIME);
    let normalised = ber::normalise(&bytes).unwrap();
    let signed_data = SignedData::parse(&normalised).unwrap();
    let refused = DeviationList::verify(&signed_data, &store).unwrap_err();
    assert_eq!(refused, ListFault::SignerNotEntitled);
}
