//! `emrtd::trust`: who may sign master, deviation and defect lists.

use emrtd::ber;
use emrtd::cms::SignedData;
use emrtd::fault::{Deviation, ListFault, SignatureFault, TrustFault};
use emrtd::oid::{Oid, known};
use emrtd::tlv::{Tag, write, write_oid};
use emrtd::trust::{DefectList, DeviationList, MasterList, Source, Store, VerifiedList};

use crate::issuer::{Holder, Request, authority, extension, purpose};

const TIME: &[u8] = b"261124120000Z";

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

/// A country with a document signer, which says nothing of what it is for as most do, and a signer of defect lists.
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
fn tr_03129_2_7_2_who_may_sign_a_list() {
    let country = Country::new();
    let store = store(&country.authority);
    let content = defect_list(&country.signer, &[4, 3], &[]);
    let list = country.signed_list(&[4, 3], &[]);
    assert!(with_list(&list, &store, |list| list.deviations().is_empty()).unwrap());
    // A signer that says nothing of what it is for may be any document signer, unless it is trusted itself.
    let silent = country.signer.sign(known::DEFECT_LIST, &content, TIME);
    let refused = with_list(&silent, &store, |_| ()).unwrap_err();
    assert_eq!(refused, ListFault::SignerNotEntitled);
    let pinned = self::store(&country.signer);
    let deviations = with_list(&silent, &pinned, |list| list.deviations().clone()).unwrap();
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
    // Nor one of another authority, here of the same name.
    let elsewhere = with_list(&list, &self::store(&authority()), |_| ()).unwrap_err();
    let wrong = TrustFault::SignatureRefused(SignatureFault::SignatureWrong);
    assert_eq!(elsewhere, ListFault::SignerNotTrusted(wrong));
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
