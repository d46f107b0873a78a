//! What a document is evidence of, and what it must have shown for that (R-DOC-6).

use std::sync::OnceLock;

use domain::proofing::{DocumentRefused, VerifiedDocument};
use emrtd::lds::DataGroup;
use emrtd::passive_auth::{Circumstances, Files, authenticate};
use emrtd::trust::{Source, Store};
use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan as _};
use specimen::document::{
    Document, DocumentPlan, Mapping, PaceVariant, Persona, Portrait, Specimens, application,
};
use specimen::randomness::Randomness;

const TODAY: Date = date(2026, 11, 24);

fn now() -> Timestamp {
    "2026-11-24T12:00:00Z".parse().unwrap()
}

fn specimens() -> &'static Specimens {
    static SPECIMENS: OnceLock<Specimens> = OnceLock::new();
    SPECIMENS.get_or_init(|| Specimens::new(b"domain", now()))
}

fn plan(persona: Persona) -> DocumentPlan {
    DocumentPlan {
        portrait: Portrait::Jpeg2000Codestream,
        ..specimens().plan(persona)
    }
}

fn issued(persona: Persona, plan: &DocumentPlan) -> Document {
    let mut random = Randomness::from_seed(b"domain");
    Document::issue(plan, specimens().signer(persona), &mut random)
}

/// What comes of a document of which these files were read, and whose chip has proved nothing.
fn judged(document: &Document, left_out: &[DataGroup], today: Date) -> Result<(), DocumentRefused> {
    let mut store = Store::new();
    for country in [&specimens().denmark, &specimens().abroad] {
        for certificate in country.csca_certificates() {
            store.add(&certificate, &Source::new("specimen")).unwrap();
        }
    }
    let groups: Vec<_> = DataGroup::ALL
        .into_iter()
        .filter(|group| !left_out.contains(group))
        .filter_map(|group| {
            let file = document.application.get(&group.file_id())?;
            Some((group, file.as_slice()))
        })
        .collect();
    let files = Files {
        security_object: &document.application[&application::SOD],
        com: None,
        data_groups: &groups,
    };
    let found = authenticate(&files, &Circumstances::new(&store, now()));
    let document = found.document.expect("a specimen is authentic");
    VerifiedDocument::of(&document, &[], (now(), today)).map(drop)
}

/// The document's signed files promise a proof. Whoever changes or keeps back what is said before (EF.CardAccess, an offer of PACE, DG14
/// itself) makes the chip prove nothing, and gains nothing.
#[test]
fn r_doc_6_a_signed_promise_of_a_proof_that_was_not_kept_is_refused() {
    let refused = Err(DocumentRefused::ChipNotShownGenuine);
    for (persona, promise) in [
        (Persona::Dane, DataGroup::Dg14),
        (Persona::CardHolder, DataGroup::Dg14),
        (Persona::Foreigner, DataGroup::Dg15),
    ] {
        let document = issued(persona, &plan(persona));
        assert_eq!(judged(&document, &[], TODAY), refused, "{persona:?}");
        assert_eq!(judged(&document, &[promise], TODAY), refused, "{persona:?}");
    }
}

#[test]
fn r_doc_6_a_document_without_any_way_to_prove_its_chip_is_taken() {
    let pace = |mapping| PaceVariant {
        mapping,
        ..PaceVariant::USUAL
    };
    for pace in [
        vec![],
        vec![pace(Mapping::Generic)],
        vec![pace(Mapping::Integrated)],
    ] {
        let plan = DocumentPlan {
            pace,
            chip: Vec::new(),
            active: None,
            ..plan(Persona::Dane)
        };
        let document = issued(Persona::Dane, &plan);
        assert_eq!(judged(&document, &[], TODAY), Ok(()), "{:?}", plan.pace);
    }
}

#[test]
fn r_doc_6_a_document_holds_to_the_last_of_its_days() {
    let plan = DocumentPlan {
        pace: Vec::new(),
        chip: Vec::new(),
        ..plan(Persona::Dane)
    };
    let document = issued(Persona::Dane, &plan);
    let last = plan.mrz.expiry;
    assert_eq!(judged(&document, &[], last), Ok(()));
    let after = last + 1.day();
    assert_eq!(judged(&document, &[], after), Err(DocumentRefused::Expired));
}
