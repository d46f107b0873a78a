//! What the chip lets be done, and when.

use std::sync::OnceLock;

use specimen::{
    chip::Chip,
    cipher::Cipher,
    curve::{Curve, CurveParameters},
    der,
    digest::Digest,
    document::{
        ActivePlan, ChipPlan, Document, DocumentPlan, Mapping, PaceVariant, Persona, Portrait,
        Specimens, application, master_file,
    },
    group::{DomainForm, Group, Modp},
    misbehaviour::{File, Misbehaviour, ReadRefusal},
    randomness::Randomness,
    signer::KeyKind,
};

use crate::{
    document::now,
    terminal::{Command, Plain, Terminal},
};

fn specimens() -> &'static Specimens {
    static SPECIMENS: OnceLock<Specimens> = OnceLock::new();
    SPECIMENS.get_or_init(|| Specimens::new(b"documents", now()))
}

fn issued(plan: &DocumentPlan) -> Document {
    Document::issue(
        plan,
        specimens().signer(Persona::Dane),
        &mut Randomness::from_seed(b"chip"),
    )
}

fn terminal(document: &Document, misbehaviours: Vec<Misbehaviour>) -> Terminal {
    Terminal::new(Chip::misbehaving(
        document.clone(),
        Randomness::from_seed(b"nonces"),
        misbehaviours,
    ))
}

/// A terminal in the application, behind BAC.
fn opened(document: &Document, misbehaviours: Vec<Misbehaviour>) -> Terminal {
    let mut terminal = terminal(document, misbehaviours);
    terminal.select_application();
    assert_eq!(terminal.basic_access(&document.mrz.information()), 0x9000);
    terminal
}

#[test]
fn nothing_is_readable_before_access() {
    let document = specimens().document(Persona::Dane);
    let mut terminal = terminal(&document, Vec::new());
    for file in [
        master_file::ATR_INFO,
        master_file::DIR,
        master_file::CARD_ACCESS,
    ] {
        assert_eq!(terminal.select(file), 0x9000);
        assert_eq!(terminal.read(0, 1).1, 0x9000);
    }
    assert_eq!(terminal.select(master_file::CARD_SECURITY), 0x6982);
    terminal.select_application();
    for file in (0x0101..=0x0110).chain([application::COM, application::SOD]) {
        assert_eq!(terminal.select(file), 0x6982, "{file:04X}");
    }
    for short in 1..=0x1E {
        let Plain(data, status) = terminal.read(0x8000 | short << 8, 1);
        assert!(data.is_empty() && status == 0x6982, "{short:02X}");
    }
    assert_eq!(
        terminal
            .send(Command([0x00, 0x88, 0, 0], &[0; 8], Some(256)))
            .1,
        0x6985
    );
}

#[test]
fn every_file_is_read_after_basic_access_control() {
    for persona in [Persona::Dane, Persona::Foreigner] {
        let document = specimens().document(persona);
        let mut terminal = opened(&document, Vec::new());
        for (file, content) in &document.application {
            assert_eq!(
                terminal.read_file(*file, content.len(), 223),
                *content,
                "{file:04X}"
            );
        }
    }
}

#[test]
fn every_file_is_read_after_pace_with_every_cipher_and_kind_of_group() {
    let plan = specimens().plan(Persona::CardHolder);
    for variant in PaceVariant::all()
        .into_iter()
        .filter(|variant| variant.mapping == Mapping::Generic)
    {
        let document = issued(&DocumentPlan {
            pace: vec![variant],
            ..plan.clone()
        });
        let mut terminal = terminal(&document, Vec::new());
        assert_eq!(
            terminal.pace(variant, 2, document.can.as_ref().unwrap().as_bytes()),
            0x9000,
            "{variant:?}"
        );
        terminal.select_application();
        for (file, content) in &document.application {
            assert_eq!(
                terminal.read_file(*file, content.len(), 4000),
                *content,
                "{variant:?} {file:04X}"
            );
        }
    }
}

/// A key of 2,048 bits fits neither into a short command nor into a short answer: both come in parts.
#[test]
fn long_keys_are_exchanged_in_parts_without_extended_length() {
    let variant = PaceVariant {
        group: Group::Modp(Modp::Bits2048Order256),
        ..PaceVariant::USUAL
    };
    let plan = specimens().plan(Persona::Dane);
    let document = issued(&DocumentPlan {
        extended_length: None,
        pace: vec![variant],
        ..plan
    });
    let mut terminal = terminal(&document, Vec::new());
    let data = [
        der::tlv(0x80, &der::oid_content(&variant.oid())),
        der::tlv(0x83, &[1]),
    ]
    .concat();
    assert_eq!(
        terminal
            .send(Command([0x00, 0x22, 0xC1, 0xA4], &data, None))
            .1,
        0x9000
    );
    assert_eq!(
        terminal
            .send(Command([0x10, 0x86, 0, 0], &[0x7C, 0x00], Some(256)))
            .1,
        0x9000
    );
    for (asked, answered) in [(0x81, 0x82), (0x83, 0x84)] {
        let key = variant.group.key_pair(
            &variant.group.generator(),
            &mut Randomness::from_seed(&[asked]),
        );
        let data = der::tlv(
            0x7C,
            &der::tlv(u32::from(asked), &variant.group.encode(&key.public)),
        );
        let (first, second) = data.split_at(200);
        assert_eq!(
            terminal.send(Command([0x10, 0x86, 0, 0], first, None)),
            Plain(Vec::new(), 0x9000)
        );
        let Plain(start, status) = terminal.send(Command([0x10, 0x86, 0, 0], second, Some(256)));
        assert_eq!((start.len(), status >> 8), (256, 0x61));
        let Plain(end, status) = terminal.send(Command(
            [0x00, 0xC0, 0, 0],
            &[],
            Some(usize::from(status & 0xFF)),
        ));
        assert_eq!(status, 0x9000);
        let answer = [start, end].concat();
        assert_eq!(answer[4..8], [answered, 0x82, 0x01, 0x00]);
        assert!(variant.group.decode(&answer[8..]).is_some());
    }
}

#[test]
fn a_wrong_password_opens_nothing() {
    let document = specimens().document(Persona::Dane);
    let mut first = terminal(&document, Vec::new());
    first.select_application();
    assert_eq!(first.basic_access("L898902C<369080619406236"), 0x6300);
    assert_eq!(first.select(application::COM), 0x6982);
    let mut second = terminal(&document, vec![Misbehaviour::TriesLeft(2)]);
    let wrong = Digest::Sha1.hash(&[b"L898902C<369080619406236"]);
    assert_eq!(second.pace(PaceVariant::USUAL, 1, &wrong), 0x63C2);
    assert_eq!(second.pace(PaceVariant::USUAL, 2, b"123456"), 0x6A88);
}

#[test]
fn a_challenge_serves_once() {
    let document = specimens().document(Persona::Dane);
    let mut terminal = terminal(&document, Vec::new());
    terminal.select_application();
    assert_eq!(terminal.basic_access("L898902C<369080619406236"), 0x6300);
    let again = terminal.send(Command([0x00, 0x82, 0, 0], &[0; 40], Some(40)));
    assert_eq!(again.1, 0x6985);
}

#[test]
fn a_plain_command_ends_the_session() {
    let document = specimens().document(Persona::Dane);
    let mut terminal = opened(&document, Vec::new());
    assert_eq!(terminal.select(application::COM), 0x9000);
    terminal.forget();
    assert_eq!(terminal.select(application::COM), 0x6982);
    assert_eq!(terminal.chip.process(&[0x0C, 0xB0, 0, 0, 0]), [0x69, 0x88]);
}

#[test]
fn large_files_are_read_with_the_odd_instruction() {
    let plan = DocumentPlan {
        portrait: Portrait::Jpeg { bytes: 70_000 },
        ..specimens().plan(Persona::Dane)
    };
    let document = issued(&plan);
    let content = document.data_group(2).unwrap();
    let mut terminal = opened(&document, Vec::new());
    let mut read = Vec::new();
    while read.len() < content.len() {
        let offset = der::tlv(0x54, &read.len().to_be_bytes()[5..]);
        let expected = (content.len() - read.len() + 4).min(1000);
        let Plain(data, status) =
            terminal.send(Command([0x00, 0xB1, 0x00, 0x02], &offset, Some(expected)));
        assert!(status == 0x9000 || status == 0x6282, "{status:04X}");
        let header = 2 + usize::from(data[1].saturating_sub(0x80));
        assert_eq!(data[0], 0x53);
        read.extend_from_slice(&data[header..]);
    }
    assert_eq!(read, content);
}

#[test]
fn reading_past_the_end_is_told_in_four_ways() {
    let document = specimens().document(Persona::Dane);
    let whole = document.data_group(1).unwrap();
    for (misbehaviours, expected) in [
        (vec![], Plain(whole[90..].to_vec(), 0x6282)),
        (
            vec![Misbehaviour::NoWarningAtEnd],
            Plain(whole[90..].to_vec(), 0x9000),
        ),
        (
            vec![Misbehaviour::RefusesBeyondEnd],
            Plain(Vec::new(), 0x6B00),
        ),
        (
            vec![Misbehaviour::CorrectsBeyondEnd],
            Plain(Vec::new(), 0x6C03),
        ),
    ] {
        let mut terminal = opened(&document, misbehaviours);
        assert_eq!(terminal.select(0x0101), 0x9000);
        assert_eq!(terminal.read(90, 10), expected);
        assert_eq!(terminal.read(93, 10).1, 0x6B00);
    }
}

#[test]
fn a_limit_of_reading_is_told_in_five_ways() {
    let document = specimens().document(Persona::Dane);
    let whole = document.data_group(2).unwrap();
    for (refusal, expected) in [
        (ReadRefusal::WrongLength, Plain(Vec::new(), 0x6700)),
        (ReadRefusal::CorrectedLength, Plain(Vec::new(), 0x6CA0)),
        (ReadRefusal::WrongParameters, Plain(Vec::new(), 0x6B00)),
        (
            ReadRefusal::LessWithSuccess,
            Plain(whole[..0xA0].to_vec(), 0x9000),
        ),
        (
            ReadRefusal::LessWithWarning,
            Plain(whole[..0xA0].to_vec(), 0x6282),
        ),
    ] {
        let mut terminal = opened(&document, vec![Misbehaviour::ReadLimit(0xA0, refusal)]);
        assert_eq!(terminal.select(0x0102), 0x9000);
        assert_eq!(terminal.read(0, 0xA1), expected);
        assert_eq!(
            terminal.read(0, 0xA0),
            Plain(whole[..0xA0].to_vec(), 0x9000)
        );
    }
}

#[test]
fn extended_length_is_given_where_it_is_promised() {
    let document = specimens().document(Persona::Dane);
    let whole = document.data_group(2).unwrap();
    let mut kept = opened(&document, Vec::new());
    assert_eq!(kept.select(0x0102), 0x9000);
    assert_eq!(kept.read(0, 2000), Plain(whole[..2000].to_vec(), 0x9000));
    // At most 4,096 bytes, with protection.
    assert!((4000..4096).contains(&kept.read(0, 0x1_0000).0.len()));
    let mut chip = Chip::misbehaving(
        document,
        Randomness::from_seed(b""),
        vec![Misbehaviour::ExtendedLengthNotKept],
    );
    assert_eq!(
        chip.process(&[0x00, 0xB0, 0x9C, 0x00, 0x00, 0x10, 0x00]),
        [0x67, 0x00]
    );
}

#[test]
fn files_can_be_made_to_misbehave() {
    let document = specimens().document(Persona::Dane);
    let dg1 = File::data_group(1);
    let read = |misbehaviour: Misbehaviour, offset: u16| {
        let mut terminal = opened(&document, vec![misbehaviour]);
        match terminal.select(0x0101) {
            0x9000 => terminal.read(offset, 4),
            status => Plain(Vec::new(), status),
        }
    };
    let header = document.data_group(1).unwrap()[..4].to_vec();
    assert_eq!(read(Misbehaviour::FileMissing(dg1), 0).1, 0x6A82);
    assert_eq!(read(Misbehaviour::FileForbidden(dg1), 0).1, 0x6982);
    assert_eq!(
        read(Misbehaviour::WrongTag(dg1), 0).0[..],
        [&[0x75][..], &header[1..]].concat()
    );
    assert_eq!(
        read(Misbehaviour::Endless(dg1), 0),
        Plain(vec![0x61, 0x84, 0xFF, 0xFF], 0x9000)
    );
    assert_eq!(
        read(Misbehaviour::Endless(dg1), 0x7FF0),
        Plain(vec![0; 4], 0x9000)
    );
    assert_eq!(
        read(Misbehaviour::EndlesslyNested(dg1), 4),
        Plain(vec![0x30, 0x80, 0x30, 0x80], 0x9000)
    );
    assert_eq!(read(Misbehaviour::StopsShort(dg1, 50), 50).1, 0x6B00);
    assert_eq!(read(Misbehaviour::LengthTooLong(dg1), 92).1, 0x6B00);
    assert_eq!(
        read(Misbehaviour::TrailingBytes(dg1, 7), 93),
        Plain(vec![0; 4], 0x9000)
    );
    let sound = document.data_group(1).unwrap();
    assert_ne!(read(Misbehaviour::Tampered(dg1, 3), 89).0[0], sound[89]);
}

#[test]
fn chip_authentication_restarts_secure_messaging_in_both_forms() {
    let groups = [
        Group::Curve(Curve::P256),
        Group::Curve(Curve::BrainpoolP512r1),
        Group::Modp(Modp::Bits1024Order160),
    ];
    for group in groups {
        for (cipher, key_id) in [
            (Cipher::TripleDes, None),
            (Cipher::TripleDes, Some(2)),
            (Cipher::Aes256, Some(2)),
        ] {
            let plan = ChipPlan {
                group,
                form: DomainForm::Explicit,
                ciphers: vec![cipher],
                key_id,
                without_info: false,
                invalid_key: false,
            };
            let document = issued(&DocumentPlan {
                chip: vec![plan],
                ..specimens().plan(Persona::Dane)
            });
            authenticate_chip(&document, true);
            if cipher == Cipher::TripleDes {
                authenticate_chip(&document, false);
            }
        }
    }
}

/// Chip authentication by MSE:Set AT and GENERAL AUTHENTICATE, or by MSE:Set KAT alone; then a file under the new keys.
fn authenticate_chip(document: &Document, in_two: bool) {
    let mut terminal = opened(document, Vec::new());
    let chip = &document.chip[0];
    let (group, cipher) = (chip.key.group, chip.ciphers[0]);
    let key = group.key_pair(&group.generator(), &mut Randomness::from_seed(b"ephemeral"));
    let public = group.encode(&key.public);
    let reference = chip
        .key_id
        .map(|id| der::tlv(0x84, &[id]))
        .unwrap_or_default();
    if in_two {
        let arc = if matches!(group, Group::Modp(_)) {
            1
        } else {
            2
        };
        let oid = der::oid_content(&format!("0.4.0.127.0.7.2.2.3.{arc}.{}", cipher.arc()));
        let data = [der::tlv(0x80, &oid), reference].concat();
        assert_eq!(
            terminal.send(Command([0, 0x22, 0x41, 0xA4], &data, None)).1,
            0x9000
        );
        let data = der::tlv(0x7C, &der::tlv(0x80, &public));
        let answer = terminal.send(Command([0, 0x86, 0, 0], &data, Some(256)));
        assert_eq!(answer, Plain(vec![0x7C, 0x00], 0x9000));
    } else {
        let data = [der::tlv(0x91, &public), reference].concat();
        assert_eq!(
            terminal.send(Command([0, 0x22, 0x41, 0xA6], &data, None)).1,
            0x9000
        );
    }
    let secret = group.shared_secret(&key.agree(&chip.key.public));
    terminal.restart(cipher, &secret, vec![0; cipher.block()]);
    let dg1 = document.data_group(1).unwrap();
    assert_eq!(terminal.read_file(0x0101, dg1.len(), 200), dg1);
}

#[test]
fn a_clone_does_not_follow_chip_authentication() {
    let document = specimens().document(Persona::Dane);
    let mut honest = opened(&document, vec![Misbehaviour::HonestClone]);
    let oid = der::oid_content("0.4.0.127.0.7.2.2.3.2.2");
    assert_eq!(
        honest
            .send(Command([0, 0x22, 0x41, 0xA4], &der::tlv(0x80, &oid), None))
            .1,
        0x6A88
    );
    let mut clone = opened(&document, vec![Misbehaviour::Clone]);
    assert_eq!(
        clone
            .send(Command([0, 0x22, 0x41, 0xA4], &der::tlv(0x80, &oid), None))
            .1,
        0x9000
    );
    let key = document.chip[0].key.group.key_pair(
        &document.chip[0].key.group.generator(),
        &mut Randomness::from_seed(b""),
    );
    let data = der::tlv(0x7C, &der::tlv(0x80, &key.group.encode(&key.public)));
    assert_eq!(
        clone.send(Command([0, 0x86, 0, 0], &data, Some(256))).1,
        0x9000
    );
    // It has other keys now than the terminal: what comes next does not fit.
    let secret = key
        .group
        .shared_secret(&key.agree(&document.chip[0].key.public));
    clone.restart(Cipher::Aes128, &secret, vec![0; 16]);
    assert_eq!(clone.select(0x0101), 0x6988);
}

#[test]
fn active_authentication_signs_plainly_or_not() {
    let key = KeyKind::Ec(Curve::P256, CurveParameters::Named);
    for (plain, check) in [(true, 64), (false, 0x30)] {
        let active = ActivePlan::Ecdsa {
            key,
            digest: Digest::Sha256,
            plain,
        };
        let document = issued(&DocumentPlan {
            active: Some(active),
            ..specimens().plan(Persona::Dane)
        });
        let mut terminal = opened(&document, Vec::new());
        let Plain(signature, status) = terminal.send(Command([0, 0x88, 0, 0], &[7; 8], Some(256)));
        assert_eq!(status, 0x9000);
        assert_eq!(
            if plain {
                signature.len()
            } else {
                usize::from(signature[0])
            },
            check
        );
    }
}

#[test]
fn no_command_and_no_misbehaviour_makes_the_chip_panic() {
    let document = specimens().document(Persona::CardHolder);
    let mut randomness = Randomness::from_seed(b"commands");
    for misbehaviour in Misbehaviour::examples() {
        let mut chip = Chip::misbehaving(
            document.clone(),
            Randomness::from_seed(b""),
            vec![misbehaviour],
        );
        for _ in 0..200 {
            let [length, instruction, class] = randomness.array::<3>();
            let instructions = [0xA4, 0xB0, 0xB1, 0x84, 0x82, 0x22, 0x86, 0x88, 0xC0];
            let mut command = randomness.bytes(usize::from(length % 40));
            if let [first, second, ..] = &mut command[..] {
                *first = class & 0x1C;
                *second = instructions[usize::from(instruction) % instructions.len()];
            }
            chip.process(&command);
        }
    }
}
