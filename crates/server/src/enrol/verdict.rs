//! What a chip's files prove, once all are read (R-DOC-6): passive authentication, and every proof that the chip is no copy.

use domain::proofing::{KeptStep, VerifiedDocument, kept_steps};
use emrtd::fault::{ChipFault, name};
use emrtd::genuine_chip::GenuineChip;
use emrtd::lds::DataGroup;
use emrtd::passive_auth::{
    Authentication, Circumstances, Files, VerifiedDataGroup, authenticate, verify_card_security,
};
use emrtd::reader::{Access, FileName, Reading};
use emrtd::trust::{DocumentFacts, Match};
use emrtd::x509::Certificate;
use jiff::Timestamp;

use crate::oidc_api::danish_day;
use crate::trust::{Published, Trust};

/// What came of a reading.
pub(super) struct Judged {
    pub(super) steps: Vec<KeptStep>,
    pub(super) document: Option<VerifiedDocument>,
}

/// What a proof of the chip's came to: nothing where the chip did not try.
type Shown = Option<Result<GenuineChip, String>>;

/// Judges what was read.
pub(super) fn judge(reading: &Reading, trust: &Trust, now: Timestamp) -> Judged {
    let mut steps = vec![access(reading)];
    let Some(security_object) = reading.file(FileName::Sod) else {
        let why = reading.missing.get(&FileName::Sod);
        let why = why.map_or_else(|| "not_read".to_owned(), |fault| name(fault));
        steps.push(KeptStep::new("security_object_structure", Err(why)));
        return Judged {
            steps,
            document: None,
        };
    };
    let data_groups = reading.data_groups();
    let files = Files {
        security_object,
        com: reading.file(FileName::Com),
        data_groups: &data_groups,
    };
    let (authentication, chip_authentication_mapping) =
        trust.with_circumstances(security_object, now, |circumstances| {
            (
                authenticate(&files, circumstances),
                mapping(reading, circumstances),
            )
        });
    steps.extend(kept_steps(&authentication.verdict, name));
    let published = published(&authentication, trust);
    steps.push(published_step(&published));
    let mut genuine = Vec::new();
    for (step, shown) in [
        ("chip_authentication_mapping", chip_authentication_mapping),
        (
            "chip_authentication",
            chip_authentication(reading, &authentication),
        ),
        (
            "active_authentication",
            active_authentication(reading, &authentication, &published),
        ),
    ] {
        steps.push(shown_step(step, shown.as_ref()));
        genuine.extend(shown.and_then(Result::ok));
    }
    let document = authentication
        .document
        .as_ref()
        .map(|document| VerifiedDocument::of(document, &genuine, (now, danish_day(now))));
    let evidence = match &document {
        Some(Ok(_)) => Ok(()),
        Some(Err(refused)) => Err(name(refused)),
        None => Err("not_authentic".to_owned()),
    };
    steps.push(KeptStep::new("evidence", evidence));
    Judged {
        steps,
        document: document.and_then(Result::ok),
    }
}

/// How access to the chip was had.
fn access(reading: &Reading) -> KeptStep {
    let way = match reading.access {
        Some(Access::Pace(_)) => Ok("pace"),
        Some(Access::Bac) => Ok("bac"),
        None => Err("not_reached".to_owned()),
    };
    let mut step = KeptStep::new("access", way.clone().map(drop));
    if let Ok(way) = way {
        step.why = Some(way.to_owned());
    }
    step
}

fn shown_step(step: &str, shown: Option<&Result<GenuineChip, String>>) -> KeptStep {
    match shown {
        Some(result) => KeptStep::new(step, result.as_ref().map(drop).map_err(Clone::clone)),
        None => KeptStep {
            step: step.to_owned(),
            outcome: "not_applicable".to_owned(),
            why: Some("not_offered".to_owned()),
        },
    }
}

/// PACE with chip authentication mapping, against the signed EF.CardSecurity (ICAO 9303-11, 4.4.3.5).
fn mapping(reading: &Reading, circumstances: &Circumstances<'_>) -> Shown {
    let mapping = reading.chip_authentication_mapping.as_ref()?;
    let Some(file) = reading.file(FileName::CardSecurity) else {
        return Some(Err("not_read".to_owned()));
    };
    let (verdict, card_security) = verify_card_security(file, circumstances);
    let Some(card_security) = card_security else {
        let fault = verdict.decisive_fault();
        return Some(Err(fault.map_or_else(String::new, |fault| name(&fault))));
    };
    Some(named(mapping.verify(&card_security)))
}

/// Chip authentication, against the signed DG14 (ICAO 9303-11, 6.2).
fn chip_authentication(reading: &Reading, authentication: &Authentication<'_>) -> Shown {
    let result = reading.chip_authentication.as_ref()?;
    let dg14 = verified(authentication, DataGroup::Dg14);
    Some(match (result, dg14) {
        (Err(fault), _) => Err(name(fault)),
        (Ok(_), None) => Err("key_not_signed".to_owned()),
        (Ok(proved), Some(dg14)) => named(proved.verify(dg14)),
    })
}

/// What the state that issued the document has published about documents like it (ICAO 9303-12, 10).
fn published(authentication: &Authentication<'_>, trust: &Trust) -> Vec<Published> {
    let Some(document) = &authentication.document else {
        return Vec::new();
    };
    let mrz = &document.dg1().mrz;
    let signer = document.security_object().signer();
    let certificate = Certificate::parse(signer.certificate()).ok();
    let code = String::from_utf8_lossy(&mrz.document_code);
    let facts = DocumentFacts {
        document_type: code.trim_end_matches('<'),
        document_number: mrz.document_number.expose(),
        signer: certificate.as_ref(),
        issued: None,
    };
    trust.published_deviations(signer.country(), facts)
}

/// It is told, and decides nothing by itself: what was proved stays proved, but for keys that others may know.
fn published_step(published: &[Published]) -> KeptStep {
    let certain = published.iter().find(|one| one.how == Match::Certain);
    match certain.or(published.first()) {
        Some(one) => KeptStep::new("published_deviations", Err(one.kind.clone())),
        None => KeptStep {
            step: "published_deviations".to_owned(),
            outcome: "not_applicable".to_owned(),
            why: Some("none_published".to_owned()),
        },
    }
}

/// Active authentication, against the signed DG15 (ICAO 9303-11, 6.1). Where the state says that others may know such keys, it shows
/// nothing.
fn active_authentication(
    reading: &Reading,
    authentication: &Authentication<'_>,
    published: &[Published],
) -> Shown {
    let result = reading.active_authentication.as_ref()?;
    if published.iter().any(|one| one.key_compromised) {
        return Some(Err("key_compromised".to_owned()));
    }
    let dg15 = verified(authentication, DataGroup::Dg15);
    Some(match (result, dg15) {
        (Err(fault), _) => Err(name(fault)),
        (Ok(_), None) => Err("key_not_signed".to_owned()),
        (Ok(signature), Some(dg15)) => {
            named(signature.verify(dg15, verified(authentication, DataGroup::Dg14)))
        }
    })
}

fn verified<'a, 'f>(
    authentication: &'a Authentication<'f>,
    data_group: DataGroup,
) -> Option<&'a VerifiedDataGroup<'f>> {
    let mut groups = authentication.data_groups.iter();
    groups.find(|verified| verified.data_group() == data_group)
}

fn named(result: Result<GenuineChip, ChipFault>) -> Result<GenuineChip, String> {
    result.map_err(|fault| name(&fault))
}
