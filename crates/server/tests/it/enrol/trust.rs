//! Whom the server trusts: what was imported, and what of it decides about a document.

use jiff::SignedDuration;
use specimen::certificate::Role;
use specimen::chip::Chip;
use specimen::cms::CmsQuirk;
use specimen::country::CertificateRequest;
use specimen::deviation_list::Deviation;
use specimen::document::{Document, Persona};
use testkit::{NOON, TestServer};

use super::reading::read;
use super::{chip, import, issued, kept, outcome, specimens, trust};
use crate::on_both;

fn shown(server: &TestServer, document: &Document) -> app::relay::ReadingShown {
    read(server, &mut chip(document)).1
}

#[test]
fn what_a_command_imports_counts_as_soon_as_the_job_has_seen_it() {
    on_both(|server| {
        let document = specimens().document(Persona::Dane);
        let before = shown(server, &document);
        let unknown = ("failed", Some("path.issuer_unknown"));
        assert_eq!(outcome(&before, "document_signer_signature"), unknown);

        // Another server with the same database has imported it; this one hears of it by its job, and one that starts knows it.
        let other = server.beside();
        trust(&other);
        assert!(server.segl.trust.now().authorities().is_empty());
        server.block_on(server::jobs::once(&server.segl)).unwrap();
        assert_eq!(server.segl.trust.now().authorities().len(), 6);
        assert_eq!(server.beside().trust.now().authorities().len(), 6);
        let (reading, after) = read(server, &mut chip(&document));
        assert_eq!(after.state, "verified", "{after:?}");
        assert!(kept(server, &reading.relay()).is_some());
        assert!(!server.segl.trust.reload(&server.segl.store).unwrap());
    });
}

#[test]
fn a_master_list_is_enough_where_an_anchor_vouches_for_it() {
    let server = TestServer::sqlite();
    let anchor = specimens().denmark.root_certificates().pop().unwrap();
    import(&server.segl, vec![specimens().master_list(), anchor]);
    for persona in [Persona::Dane, Persona::Foreigner] {
        let shown = shown(&server, &specimens().document(persona));
        assert_eq!(shown.state, "verified", "{shown:?}");
    }
}

#[test]
fn a_security_object_without_a_certificate_is_verified_with_one_that_was_imported() {
    let server = TestServer::sqlite();
    trust(&server.segl);
    let quirks = [CmsQuirk::NoCertificates, CmsQuirk::KeyIdentifier];
    for quirks in [&quirks[..1], &quirks[..]] {
        let document = issued(Persona::Dane, |plan| plan.quirks = quirks.to_vec());
        let missing = ("failed", Some("signed_data.signer_certificate_missing"));
        let fresh = TestServer::sqlite();
        trust(&fresh.segl);
        let before = shown(&fresh, &document);
        assert_eq!(outcome(&before, "security_object_signature"), missing);
        let signer = specimens().signer(Persona::Dane).certificate.clone();
        import(&fresh.segl, vec![signer]);
        let after = shown(&fresh, &document);
        assert_eq!(after.state, "verified", "{after:?}");
    }
}

/// Sweden says that others may know the keys of some of its passports.
fn deviation_list(number: &str) -> (Vec<u8>, Vec<u8>) {
    let mut abroad = specimens().abroad.clone();
    let year = SignedDuration::from_hours(24 * 365);
    let by = abroad.issue(&CertificateRequest {
        role: Role::DeviationListSigner,
        ..CertificateRequest::usual_document_signer(NOON - year)
    });
    let entry = Deviation {
        document_type: Some("P<".to_owned()),
        document_signer: None,
        document_numbers: vec![number.to_owned()],
        kind: "1.4".to_owned(),
        description: Some("keys copied at the factory".to_owned()),
    };
    let anchor = abroad.root_certificates().pop().unwrap();
    (abroad.deviation_list(&[entry], &by, NOON), anchor)
}

#[test]
fn r_doc_6_a_key_that_its_state_calls_compromised_shows_nothing() {
    let foreigner = specimens().document(Persona::Foreigner);
    let number = foreigner.mrz.number.clone();
    for (listed, state) in [(number.as_str(), "refused"), ("XX0000000", "verified")] {
        let server = TestServer::sqlite();
        trust(&server.segl);
        let (list, anchor) = deviation_list(listed);
        import(&server.segl, vec![list, anchor]);
        let shown = shown(&server, &foreigner);
        assert_eq!(shown.state, state, "{shown:?}");
        let told = outcome(&shown, "published_deviations");
        if state == "refused" {
            let kind = "active_authentication_key_compromised";
            assert_eq!(told, ("failed", Some(kind)));
            let why = ("failed", Some("key_compromised"));
            assert_eq!(outcome(&shown, "active_authentication"), why);
            let why = ("failed", Some("chip_not_shown_genuine"));
            assert_eq!(outcome(&shown, "evidence"), why);
        } else {
            assert_eq!(told, ("not_applicable", Some("none_published")));
        }
    }
}

/// A state speaks about its own documents only: another's with that number is not meant.
#[test]
fn a_deviation_list_says_nothing_about_another_countrys_documents() {
    let server = TestServer::sqlite();
    trust(&server.segl);
    let dane = specimens().document(Persona::Dane);
    let (list, anchor) = deviation_list(&dane.mrz.number);
    import(&server.segl, vec![list, anchor]);
    let (_, shown) = read(
        &server,
        &mut Chip::new(dane, specimens().denmark.randomness("chip")),
    );
    let told = outcome(&shown, "published_deviations");
    assert_eq!(told, ("not_applicable", Some("none_published")));
}
