//! The store of authorities, filled with the real lists.

use emrtd::ber;
use emrtd::cms::{ContentType, SignedData};
use emrtd::fault::TrustFault;
use emrtd::tlv::{Reader, Tag};
use emrtd::trust::{Added, Source, Store};

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

/// Four certificates are links, or newer keys, of authorities whose key is in no list here. All others verify.
#[test]
fn every_signature_between_authorities_holds() {
    let Some(store) = union("every_signature_between_authorities_holds") else {
        return;
    };
    let orphans: Vec<_> = store
        .iter()
        .filter_map(|certificate| {
            let fault = store.issuer_of(certificate).err()?;
            Some((certificate.country().unwrap(), fault))
        })
        .collect();
    let unknown = TrustFault::IssuerUnknown;
    assert_eq!(store.len(), 836);
    assert_eq!(orphans.len(), 4);
    for country in ["BE", "CY", "GR", "LB"] {
        assert!(orphans.contains(&(country, unknown)), "{country}");
    }
}

/// Each list is revocations by an authority in the store.
#[test]
fn real_revocation_lists_are_signed_by_authorities() {
    let test = "real_revocation_lists_are_signed_by_authorities";
    let Some(mut store) = union(test) else { return };
    for (country, entries) in [("DE", None), ("GB", Some(423)), ("US", None)] {
        let der = testdata::read(test, &format!("crl/{country}.crl")).unwrap();
        let source = Source::new(country);
        assert_eq!(store.add_revocation_list(&der, &source), Ok(Added::New));
        assert_eq!(store.add_revocation_list(&der, &source), Ok(Added::Known));
        let list = store.revocation_lists().last().unwrap();
        assert_eq!(list.country(), Some(country));
        assert!(
            entries.is_none_or(|entries| list.len() == entries),
            "{}",
            list.len()
        );
        let signer = store.signer_of_list(list).unwrap();
        assert_eq!(signer.country(), Some(country));
    }
}
