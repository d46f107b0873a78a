//! The store of authorities, filled with the real lists.

use std::collections::BTreeMap;

use emrtd::ber;
use emrtd::cms::{ContentType, SignedData};
use emrtd::tlv::{Reader, Tag};
use emrtd::trust::{Source, Store};

use crate::testdata;

/// Every real list, by its file's name.
pub const LISTS: [&str; 4] = [
    "DE_ML_2026-05-28-08-28-45.ml",
    "NL_ML_2026-03-11.ml",
    "ICAO_ML_2023-09.ml",
    "IT_ML_2023-07.ml",
];

/// A store of all real lists, whose signatures are tested elsewhere.
pub fn union(test: &str) -> Option<Store> {
    let mut store = Store::new();
    for name in LISTS {
        let bytes = testdata::read(test, &format!("masterlists/{name}"))?;
        add_list(&mut store, &bytes, &Source::new(name));
    }
    Some(store)
}

fn add_list(store: &mut Store, bytes: &[u8], source: &Source) {
    let normalised = ber::normalise(bytes).unwrap();
    let signed = SignedData::parse(&normalised).unwrap();
    let verified = signed.verify_signer().unwrap();
    let (content, _) = verified.content_as(ContentType::CscaMasterList).unwrap();
    let mut list = Reader::ber(content).expect(Tag::SEQUENCE).unwrap().reader();
    list.expect(Tag::INTEGER).unwrap();
    for certificate in list.expect(Tag::SET).unwrap().children() {
        store.add(certificate.unwrap().raw, source).unwrap();
    }
}

#[test]
fn every_signature_between_authorities_holds() {
    let Some(store) = union("every_signature_between_authorities_holds") else {
        return;
    };
    let mut faults = BTreeMap::<_, usize>::new();
    for certificate in &store {
        if let Err(fault) = store.issuer_of(certificate) {
            *faults
                .entry(format!("{fault:?} {:?}", certificate.country()))
                .or_default() += 1;
        }
    }
    println!("{} {faults:#?}", store.len());
}
