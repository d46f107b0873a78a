//! Passive authentication of real and of published documents (`sod/`, `cardsecurity/`, `lds/`).

use emrtd::fault::{CmsFault, Deviation, PassiveFault, SignatureFault, TrustFault};
use emrtd::lds::DataGroup;
use emrtd::passive_auth::{
    Circumstances, Files, Notice, Outcome, Reason, Step, authenticate, verify_card_security,
    verify_security_object,
};
use jiff::Timestamp;

use crate::testdata;
use crate::trust_store::union;

fn now() -> Timestamp {
    "2026-11-24T12:00:00Z".parse().unwrap()
}

/// Every real document verifies up to its CSCA, with the tolerances that it is known to need.
#[test]
fn real_security_objects_verify_up_to_their_csca() {
    use Deviation::{
        CommonNameMissing, ContentTypeUnusual, CurveSeed, DigestToldElsewhere,
        ExplicitCurveParameters, IndefiniteLength, SignerNameOtherwise,
    };
    let Some(store) = union("real_security_objects_verify_up_to_their_csca") else {
        return;
    };
    let expected: [(&str, &str, &[Deviation]); 8] = [
        ("AT", "AT", &[ExplicitCurveParameters]),
        ("CN", "CN", &[ContentTypeUnusual]),
        ("DE", "DE", &[ExplicitCurveParameters]),
        ("FR", "FR", &[]),
        ("MY", "MY", &[SignerNameOtherwise]),
        (
            "NZ",
            "NZ",
            &[IndefiniteLength, DigestToldElsewhere, CommonNameMissing],
        ),
        ("UK", "GB", &[ExplicitCurveParameters, CurveSeed]),
        ("US", "US", &[DigestToldElsewhere, CommonNameMissing]),
    ];
    for (file, country, deviations) in expected {
        let file = testdata::read(
            "real_security_objects_verify_up_to_their_csca",
            &format!("sod/{file}.bin"),
        )
        .unwrap();
        let (verdict, proof) = verify_security_object(&file, &Circumstances::new(&store, now()));
        assert_eq!(verdict.faults().collect::<Vec<_>>(), [], "{country}");
        let proof = proof.unwrap();
        assert_eq!(proof.signer().country(), Some(country));
        assert!(proof.hash(DataGroup::Dg1).is_some() && proof.hash(DataGroup::Dg2).is_some());
        assert_eq!(
            verdict.deviations.iter().collect::<Vec<_>>(),
            deviations,
            "{country}"
        );
        assert_eq!(verdict.notices, []);
        assert_eq!(
            verdict.outcome(Step::DocumentSignerRevocation),
            Outcome::NotApplicable(Reason::NoRevocationList)
        );
    }
}

/// What is broken fails, each with its own fault at its own step.
#[test]
fn broken_security_objects_fail_at_the_step_that_is_broken() {
    let Some(store) = union("broken_security_objects_fail_at_the_step_that_is_broken") else {
        return;
    };
    let wrong = CmsFault::SignatureRefused(SignatureFault::SignatureWrong);
    let expected = [
        (
            "broken_1",
            Step::SecurityObjectSignature,
            PassiveFault::SignedData(wrong),
        ),
        (
            "mutated_14",
            Step::SecurityObjectStructure,
            PassiveFault::SignedData(CmsFault::NotSignedData),
        ),
        (
            "mutated_16",
            Step::SecurityObjectStructure,
            PassiveFault::SignedData(CmsFault::VersionUnknown),
        ),
        (
            "mutated_18",
            Step::SecurityObjectSignature,
            PassiveFault::SignedData(wrong),
        ),
        (
            "mutated_20",
            Step::SecurityObjectHash,
            PassiveFault::SignedData(CmsFault::ContentTypeDiffers),
        ),
        (
            "bsi_tr03105_reference",
            Step::DocumentSignerSignature,
            PassiveFault::Path(TrustFault::IssuerUnknown),
        ),
    ];
    for (file, step, fault) in expected {
        let bytes = testdata::read(
            "broken_security_objects_fail_at_the_step_that_is_broken",
            &format!("sod/{file}.bin"),
        )
        .unwrap();
        let (verdict, proof) = verify_security_object(&bytes, &Circumstances::new(&store, now()));
        assert_eq!(
            verdict.faults().collect::<Vec<_>>(),
            [(step, fault)],
            "{file}"
        );
        assert_eq!(verdict.decisive_fault(), Some(fault), "{file}");
        assert!(proof.is_none(), "{file}");
        let after = verdict
            .steps()
            .iter()
            .skip_while(|(asked, _)| *asked != step)
            .skip(1);
        for (step, outcome) in after {
            assert_eq!(
                *outcome,
                Outcome::NotApplicable(Reason::NotReached),
                "{file} {step}"
            );
        }
    }
}

/// The specimen of 2008 hangs together; its test CSCA, which the data lacks, is its own document signer's issuer.
#[test]
fn bsi_2008_specimen_hangs_together() {
    let test = "bsi_2008_specimen_hangs_together";
    let Some(store) = union(test) else { return };
    let read = |name: &str| testdata::read(test, &format!("lds/bsi2008/{name}.bin")).unwrap();
    let (sod, com) = (read("SOD"), read("COM"));
    let groups = [
        DataGroup::Dg1,
        DataGroup::Dg2,
        DataGroup::Dg14,
        DataGroup::Dg15,
    ];
    let files = groups.map(|group| (group, read(&format!("DG{}", group.number()))));
    let data_groups: Vec<_> = files
        .iter()
        .map(|(group, file)| (*group, file.as_slice()))
        .collect();
    let files = Files {
        security_object: &sod,
        com: Some(&com),
        data_groups: &data_groups,
    };
    let found = authenticate(&files, &Circumstances::new(&store, now()));
    let unknown = PassiveFault::Path(TrustFault::IssuerUnknown);
    assert_eq!(
        found.verdict.faults().collect::<Vec<_>>(),
        [
            (Step::DocumentSignerSignature, unknown),
            // Both sets hold a DG15 that their security object says nothing of: active authentication with it would prove nothing.
            (
                Step::DataGroupHash(DataGroup::Dg15),
                PassiveFault::DataGroupNotCovered
            ),
        ]
    );
    assert_eq!(
        found.verdict.outcome(Step::SecurityObjectSignature),
        Outcome::Proved
    );
    assert!(
        found
            .verdict
            .deviations
            .contains(Deviation::ExplicitCurveParameters)
    );
    for group in groups.into_iter().filter(|group| *group != DataGroup::Dg15) {
        let step = Step::DataGroupHash(group);
        assert_eq!(found.verdict.outcome(step), Outcome::Proved, "{step}");
    }
    assert_eq!(
        found.verdict.outcome(Step::SecurityObjectAndCom),
        Outcome::Proved
    );
    assert_eq!(
        found.verdict.outcome(Step::IssuingState),
        Outcome::NotApplicable(Reason::NotReached)
    );
    assert_eq!(found.verdict.notices, [Notice::Sha1]);
    assert!(
        found.document.is_none() && found.security_object.is_none() && found.data_groups.is_empty()
    );
}

/// The reference set of TR-03105-5: the hashes match, and the issuer is unknown.
#[test]
fn bsi_tr_03105_reference_set_hangs_together() {
    let test = "bsi_tr_03105_reference_set_hangs_together";
    let Some(store) = union(test) else { return };
    let sod = testdata::read(test, "sod/bsi_tr03105_reference.bin").unwrap();
    let groups = [DataGroup::Dg1, DataGroup::Dg14, DataGroup::Dg15];
    let files = groups.map(|group| {
        let path = format!("lds/bsi_tr03105_dg{}.bin", group.number());
        (group, testdata::read(test, &path).unwrap())
    });
    let data_groups: Vec<_> = files
        .iter()
        .map(|(group, file)| (*group, file.as_slice()))
        .collect();
    let files = Files {
        security_object: &sod,
        com: None,
        data_groups: &data_groups,
    };
    let found = authenticate(&files, &Circumstances::new(&store, now()));
    let unknown = PassiveFault::Path(TrustFault::IssuerUnknown);
    assert_eq!(
        found.verdict.faults().collect::<Vec<_>>(),
        [
            (Step::DocumentSignerSignature, unknown),
            // Both sets hold a DG15 that their security object says nothing of: active authentication with it would prove nothing.
            (
                Step::DataGroupHash(DataGroup::Dg15),
                PassiveFault::DataGroupNotCovered
            ),
        ]
    );
    for group in groups.into_iter().filter(|group| *group != DataGroup::Dg15) {
        let step = Step::DataGroupHash(group);
        assert_eq!(found.verdict.outcome(step), Outcome::Proved, "{step}");
    }
    assert!(found.document.is_none() && found.data_groups.is_empty());
}

/// EF.CardSecurity of a German document.
#[test]
fn card_security_verifies_up_to_its_csca() {
    let test = "card_security_verifies_up_to_its_csca";
    let Some(store) = union(test) else { return };
    let file = testdata::read(test, "cardsecurity/DE.bin").unwrap();
    let (verdict, proof) = verify_card_security(&file, &Circumstances::new(&store, now()));
    assert_eq!(verdict.faults().collect::<Vec<_>>(), []);
    let proof = proof.unwrap();
    assert_eq!(proof.signer().country(), Some("DE"));
    assert_eq!(proof.security_infos()[0], 0x31);
}
