//! What a chip's files prove, once all are read (R-DOC-6): passive authentication, and every proof that the chip is no copy.

use domain::proofing::{KeptStep, VerifiedDocument, kept_steps};
use emrtd::fault::ChipFault;
use emrtd::genuine_chip::GenuineChip;
use emrtd::lds::DataGroup;
use emrtd::passive_auth::{
    Authentication, Circumstances, Files, VerifiedDataGroup, authenticate, verify_card_security,
};
use emrtd::reader::{Access, FileName, Reading};
use emrtd::trust::Store;
use jiff::Timestamp;

use super::reports::word;
use crate::oidc_api::danish_day;

/// What came of a reading.
pub(super) struct Judged {
    pub(super) steps: Vec<KeptStep>,
    pub(super) document: Option<VerifiedDocument>,
}

/// What a proof of the chip's came to: nothing where the chip did not try.
type Shown = Option<Result<GenuineChip, String>>;

/// Judges what was read.
pub(super) fn judge(reading: &Reading, trust: &Store, now: Timestamp) -> Judged {
    let mut steps = vec![access(reading)];
    let Some(security_object) = reading.file(FileName::Sod) else {
        let why = reading.missing.get(&FileName::Sod);
        let why = why.map_or_else(|| "not_read".to_owned(), |fault| word(fault));
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
    let circumstances = Circumstances::new(trust, now);
    let authentication = authenticate(&files, &circumstances);
    steps.extend(kept_steps(&authentication.verdict, word));
    let mut genuine = Vec::new();
    for (step, shown) in [
        (
            "chip_authentication_mapping",
            mapping(reading, &circumstances),
        ),
        (
            "chip_authentication",
            chip_authentication(reading, &authentication),
        ),
        (
            "active_authentication",
            active_authentication(reading, &authentication),
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
        Some(Err(refused)) => Err(word(refused)),
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
        return Some(Err(fault.map_or_else(String::new, |fault| word(&fault))));
    };
    Some(named(mapping.verify(&card_security)))
}

/// Chip authentication, against the signed DG14 (ICAO 9303-11, 6.2).
fn chip_authentication(reading: &Reading, authentication: &Authentication<'_>) -> Shown {
    let result = reading.chip_authentication.as_ref()?;
    let dg14 = verified(authentication, DataGroup::Dg14);
    Some(match (result, dg14) {
        (Err(fault), _) => Err(word(fault)),
        (Ok(_), None) => Err("key_not_signed".to_owned()),
        (Ok(proved), Some(dg14)) => named(proved.verify(dg14)),
    })
}

/// Active authentication, against the signed DG15 (ICAO 9303-11, 6.1).
fn active_authentication(reading: &Reading, authentication: &Authentication<'_>) -> Shown {
    let result = reading.active_authentication.as_ref()?;
    let dg15 = verified(authentication, DataGroup::Dg15);
    Some(match (result, dg15) {
        (Err(fault), _) => Err(word(fault)),
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
    result.map_err(|fault| word(&fault))
}
