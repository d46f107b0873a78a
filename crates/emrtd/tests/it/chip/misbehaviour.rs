//! Every misbehaviour of the virtual chip: a fault with its name, or a tolerance that is reported, and never a wrong byte.

use emrtd::apdu::StatusWord;
use emrtd::fault::{ChipFault, Command, Finding, PaceFault, PaceStep};
use emrtd::lds::DataGroup;
use emrtd::reader::{Access, Downgrade, FileName, ReadingPlan};
use specimen::document::{Document, DocumentPlan, Persona, application};
use specimen::misbehaviour::{File, Misbehaviour, ReadRefusal};

use super::{is_true, issued, old_passport, read_misbehaving, specimens};

const DG1: FileName = FileName::DataGroup(DataGroup::Dg1);
const DG2: FileName = FileName::DataGroup(DataGroup::Dg2);

fn dane() -> Document {
    specimens().document(Persona::Dane)
}

/// What the session with the Dane's chip comes to.
fn fault_with(misbehaviour: Misbehaviour) -> Option<ChipFault> {
    let (result, _) = read_misbehaving(&dane(), ReadingPlan::identification(), vec![misbehaviour]);
    result.err()
}

fn refused(step: PaceStep, status: u16) -> ChipFault {
    let status = StatusWord(status);
    ChipFault::Pace(PaceFault::Refused { step, status })
}

#[test]
fn pace_that_fails_ends_the_session() {
    use Misbehaviour as M;
    use PaceStep::{EncryptedNonce, KeyAgreement, MapNonce, MutualAuthentication};
    let cases = [
        (
            M::PaceNotSelected,
            ChipFault::Pace(PaceFault::NotSelected(StatusWord::WRONG_DATA)),
        ),
        (M::PaceFails(1), refused(EncryptedNonce, 0x6300)),
        (M::PaceFails(2), refused(MapNonce, 0x6300)),
        (M::PaceFails(3), refused(KeyAgreement, 0x6300)),
        (
            M::PaceFails(4),
            ChipFault::Pace(PaceFault::PasswordRefused { tries: None }),
        ),
        (
            M::PasswordBlocked,
            ChipFault::Pace(PaceFault::PasswordBlocked),
        ),
        (M::NonceTooShort, ChipFault::Pace(PaceFault::NonceLength)),
        (
            M::ReflectsKey(2),
            ChipFault::Pace(PaceFault::ReflectedKey(MapNonce)),
        ),
        (
            M::ReflectsKey(3),
            ChipFault::Pace(PaceFault::ReflectedKey(KeyAgreement)),
        ),
        (
            M::InvalidKey(2),
            ChipFault::Pace(PaceFault::PublicKeyInvalid(MapNonce)),
        ),
        (
            M::InvalidKey(3),
            ChipFault::Pace(PaceFault::PublicKeyInvalid(KeyAgreement)),
        ),
        (M::WrongToken, ChipFault::Pace(PaceFault::TokenWrong)),
        (
            M::WrongTemplate(1),
            ChipFault::Pace(PaceFault::AnswerMalformed(EncryptedNonce)),
        ),
        (
            M::WrongTemplate(2),
            ChipFault::Pace(PaceFault::AnswerMalformed(MapNonce)),
        ),
        (
            M::WrongTemplate(3),
            ChipFault::Pace(PaceFault::AnswerMalformed(KeyAgreement)),
        ),
        (
            M::WrongTemplate(4),
            ChipFault::Pace(PaceFault::AnswerMalformed(MutualAuthentication)),
        ),
    ];
    for (misbehaviour, fault) in cases {
        assert_eq!(
            fault_with(misbehaviour.clone()),
            Some(fault),
            "{misbehaviour:?}"
        );
    }
}

/// A downgrade to BAC is only had where the plan says so, and is reported.
#[test]
fn a_downgrade_is_reported() {
    let plan = ReadingPlan {
        downgrade: Downgrade::Reported,
        ..ReadingPlan::identification()
    };
    let (result, reading) = read_misbehaving(&dane(), plan, vec![Misbehaviour::WrongToken]);
    assert_eq!((result, reading.access), (Ok(()), Some(Access::Bac)));
    assert_eq!(
        reading.findings,
        [Finding::PaceDowngraded(PaceFault::TokenWrong)]
    );
    is_true(&reading, &dane());
}

/// Someone between hides EF.CardAccess: DG14, which the issuer has signed, tells.
#[test]
fn hidden_pace_is_noticed() {
    let hidden = Misbehaviour::FileMissing(File::Master(0x011C));
    let (result, reading) = read_misbehaving(&dane(), ReadingPlan::identification(), vec![hidden]);
    assert_eq!((result, reading.access), (Ok(()), Some(Access::Bac)));
    assert_eq!(
        reading.findings,
        [Finding::CardAccessMissing, Finding::PaceHidden]
    );
}

#[test]
fn a_broken_card_access_is_a_promise() {
    let broken = Misbehaviour::Replaced(File::Master(0x011C), vec![0x31, 0x03, 0x30, 0x05, 0x06]);
    assert_eq!(
        fault_with(broken),
        Some(ChipFault::Pace(PaceFault::Unsupported))
    );
    let wrong_tag = Misbehaviour::WrongTag(File::Master(0x011C));
    assert_eq!(
        fault_with(wrong_tag),
        Some(ChipFault::Pace(PaceFault::Unsupported))
    );
}

#[test]
fn chips_of_ukraine_and_germany_are_understood() {
    for (misbehaviour, findings) in [
        (
            Misbehaviour::WantsParameterReference,
            vec![Finding::DomainParametersNamed],
        ),
        (Misbehaviour::NoExpectedLength, vec![]),
    ] {
        let plan = ReadingPlan::identification();
        let (result, reading) = read_misbehaving(&dane(), plan, vec![misbehaviour]);
        assert_eq!((result, reading.findings), (Ok(()), findings));
        assert!(matches!(reading.access, Some(Access::Pace(_))));
    }
}

#[test]
fn bac_that_fails_ends_the_session() {
    let document = issued(&old_passport());
    let conditions = StatusWord(0x6985);
    let refused = [
        ChipFault::BacRefused(conditions),
        ChipFault::Refused {
            command: Command::GetChallenge,
            status: conditions,
        },
    ];
    let plan = ReadingPlan::identification();
    let (result, _) = read_misbehaving(&document, plan, vec![Misbehaviour::BacRefused]);
    assert!(refused.contains(&result.unwrap_err()));
    for (misbehaviour, fault) in [
        (Misbehaviour::BacWrongMac, ChipFault::BacMacWrong),
        (Misbehaviour::BacWrongNonce, ChipFault::BacNonceWrong),
        (
            Misbehaviour::NoApplication,
            ChipFault::NoApplication(StatusWord::NOT_FOUND),
        ),
    ] {
        let plan = ReadingPlan::identification();
        let (result, _) = read_misbehaving(&document, plan, vec![misbehaviour]);
        assert_eq!(result, Err(fault));
    }
}

/// The step at which the Dane's chip is read under secure messaging: EF.CardAccess, EF.ATR/INFO, five of PACE, SELECT, then files.
const READING: u32 = 10;

#[test]
fn answers_that_are_not_authenticated_are_refused() {
    use Misbehaviour as M;
    for (misbehaviour, fault) in [
        (M::SuccessWithoutMac(READING), ChipFault::SuccessWithoutMac),
        (M::WrongMac(READING), ChipFault::MacWrong),
        (M::ReplayedCounter(READING), ChipFault::MacWrong),
        (M::StatusAltered(READING), ChipFault::StatusAltered),
        (
            M::StatusNotProtected(READING),
            ChipFault::StatusNotProtected,
        ),
        (
            M::AnswerReplaced(READING, vec![0x90, 0x00]),
            ChipFault::SuccessWithoutMac,
        ),
        (M::AnswerCut(READING), ChipFault::AnswerTooShort),
        (M::AnswerChanged(READING, 30, 4), ChipFault::MacWrong),
        (M::TornAt(READING), ChipFault::ConnectionLost),
    ] {
        assert_eq!(
            fault_with(misbehaviour.clone()),
            Some(fault),
            "{misbehaviour:?}"
        );
    }
}

/// A chip that ends the session is opened again, as often as the limits allow.
#[test]
fn a_session_that_ends_is_begun_anew() {
    let ended = Misbehaviour::SessionEnds(READING);
    let (result, reading) = read_misbehaving(&dane(), ReadingPlan::identification(), vec![ended]);
    assert_eq!(result, Ok(()));
    let fault = ChipFault::SecureMessagingEnded(StatusWord::SECURE_MESSAGING_WRONG);
    assert!(reading.findings.contains(&Finding::SessionRestarted(fault)));
    is_true(&reading, &dane());
    let always = (READING..60).map(Misbehaviour::SessionEnds).collect();
    let (result, _) = read_misbehaving(&dane(), ReadingPlan::identification(), always);
    assert_eq!(result, Err(fault));
}

#[test]
fn files_that_cannot_be_read_are_named() {
    use Misbehaviour as M;
    let dg1 = File::data_group(1);
    let dg2 = File::data_group(2);
    for (misbehaviour, file, fault) in [
        (M::FileMissing(dg1), DG1, ChipFault::FileNotFound),
        (M::FileForbidden(dg1), DG1, ChipFault::FileForbidden),
        (M::StopsShort(dg2, 5000), DG2, ChipFault::FileStopsShort),
        (M::StopsShort(dg2, 1), DG2, ChipFault::FileStopsShort),
        (M::Endless(dg2), DG2, ChipFault::FileTooLong),
        (M::WrongTag(dg1), DG1, ChipFault::FileTagWrong),
        (M::LengthTooLong(dg1), DG1, ChipFault::FileStopsShort),
        (
            M::Replaced(File::Application(application::SOD), vec![0x77, 0x80, 0, 0]),
            FileName::Sod,
            ChipFault::FileMalformed,
        ),
    ] {
        for plan in [specimens().plan(Persona::Dane), old_passport()] {
            let document = issued(&plan);
            let plan = ReadingPlan::identification();
            let (result, reading) = read_misbehaving(&document, plan, vec![misbehaviour.clone()]);
            assert_eq!(result, Ok(()), "{misbehaviour:?}");
            assert_eq!(reading.missing.get(&file), Some(&fault), "{misbehaviour:?}");
            assert!(!reading.files.contains_key(&file));
        }
    }
}

/// Whatever a chip's block size is, and however it says so, the files are read.
#[test]
fn every_block_size_is_found() {
    for plan in [specimens().plan(Persona::Dane), old_passport()] {
        let document = issued(&plan);
        for limit in [0x20, 0x80, 0xA0, 0xDF, 256] {
            for refusal in ReadRefusal::ALL {
                let misbehaviour = Misbehaviour::ReadLimit(limit, refusal);
                let plan = ReadingPlan::identification();
                let (result, reading) = read_misbehaving(&document, plan, vec![misbehaviour]);
                assert_eq!(result, Ok(()), "{limit} {refusal:?}");
                is_true(&reading, &document);
                assert!(
                    reading.files.contains_key(&DG2),
                    "{limit} {refusal:?} {reading:?}"
                );
                let least = u32::try_from(20_000 / limit).unwrap();
                // Finding the size out costs some commands, and reading header and content apart one for each file.
                assert!(
                    reading.commands < least * 2 + 60,
                    "{limit} {refusal:?} {reading:?}"
                );
            }
        }
    }
}

#[test]
fn quirks_of_reading_are_reported() {
    use Misbehaviour as M;
    for (misbehaviour, finding) in [
        (M::RefusesBeyondEnd, Some(Finding::ReadBeyondEndRefused)),
        (M::CorrectsBeyondEnd, None),
        (M::NoWarningAtEnd, None),
        (
            M::NoShortFileIdentifiers,
            Some(Finding::ShortIdentifiersRefused),
        ),
        (M::NoOddInstruction, None),
        (M::TrailingBytes(File::data_group(1), 7), None),
    ] {
        for plan in [specimens().plan(Persona::Dane), old_passport()] {
            let document = issued(&plan);
            let plan = ReadingPlan::identification();
            let (result, reading) = read_misbehaving(&document, plan, vec![misbehaviour.clone()]);
            assert_eq!(result, Ok(()), "{misbehaviour:?}");
            is_true(&reading, &document);
            assert!(reading.files.contains_key(&DG1) && reading.files.contains_key(&DG2));
            let found = finding.is_none_or(|finding| reading.findings.contains(&finding));
            assert!(found, "{misbehaviour:?} {reading:?}");
        }
    }
}

/// China's passports promise extended length and refuse it.
#[test]
fn extended_length_that_is_not_kept_is_given_up() {
    let misbehaviour = vec![Misbehaviour::ExtendedLengthNotKept];
    let (result, reading) = read_misbehaving(&dane(), ReadingPlan::identification(), misbehaviour);
    assert_eq!(result, Ok(()));
    assert!(reading.findings.contains(&Finding::ExtendedLengthNotKept));
    is_true(&reading, &dane());
    assert!(reading.files.contains_key(&DG2));
}

/// Above 32,767 bytes the offset stands in a data object.
#[test]
fn a_file_of_more_than_32_kib_is_read() {
    for extended_length in [None, Some(1000), Some(4096), Some(65_535)] {
        let document = issued(&DocumentPlan {
            portrait: specimen::document::Portrait::Jpeg { bytes: 80_000 },
            extended_length,
            ..specimens().plan(Persona::Dane)
        });
        let plan = ReadingPlan::identification();
        let (result, reading) = read_misbehaving(&document, plan, Vec::new());
        assert_eq!(result, Ok(()), "{extended_length:?}");
        assert_eq!(
            reading.files.get(&DG2),
            document.application.get(&0x0102),
            "{reading:?}"
        );
    }
    let document = issued(&DocumentPlan {
        portrait: specimen::document::Portrait::Jpeg { bytes: 40_000 },
        ..old_passport()
    });
    let plan = ReadingPlan::identification();
    let (_, reading) = read_misbehaving(&document, plan, vec![Misbehaviour::NoOddInstruction]);
    let refused = ChipFault::Refused {
        command: Command::ReadBinary,
        status: StatusWord::UNKNOWN_INSTRUCTION,
    };
    assert_eq!(reading.missing.get(&DG2), Some(&refused));
}

/// Each misbehaviour, with a PACE and a BAC document: nothing hangs, nothing panics, and no byte is taken that the chip does not hold.
#[test]
fn every_misbehaviour_comes_to_an_end() {
    for plan in [specimens().plan(Persona::Dane), old_passport()] {
        let document = issued(&plan);
        for misbehaviour in Misbehaviour::examples() {
            let misbehaving = super::chip(&document, vec![misbehaviour.clone()]);
            let plan = ReadingPlan::everything();
            let (_, reading) = read_misbehaving(&document, plan, vec![misbehaviour]);
            is_true(&reading, misbehaving.document());
        }
    }
}
