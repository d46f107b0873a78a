//! What several fuzz targets share: specimen documents, and chips that answer what the fuzzer says.

use std::sync::OnceLock;

use emrtd::lds::DataGroup;
use emrtd::mrz::MrzInformation;
use emrtd::passive_auth::{Circumstances, verify_security_object};
use emrtd::password::Password;
use emrtd::reader::{Downgrade, Limits, Randomness, ReadingPlan, Session, SessionStep};
use emrtd::trust::{Source, Store};
use jiff::Timestamp;
use specimen::chip::Chip;
use specimen::cipher::Cipher;
use specimen::curve::Curve;
use specimen::document::{
    Document, DocumentPlan, Mapping, PaceVariant, Persona, Portrait, Specimens, application,
};
use specimen::group::{Group, Modp};

/// The sizes that no hostile chip gets a session beyond.
const LIMITS: Limits = Limits {
    file_bytes: 8192,
    commands: 300,
    restarts: 2,
};

/// The time of every check.
pub fn now() -> Timestamp {
    Timestamp::from_second(1_795_521_600).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// The countries that signed the seeds.
pub fn specimens() -> &'static Specimens {
    static SPECIMENS: OnceLock<Specimens> = OnceLock::new();
    SPECIMENS.get_or_init(|| Specimens::new(b"fuzz", now()))
}

/// A specimen document for each persona, with a small portrait.
pub fn documents() -> &'static [Document] {
    static DOCUMENTS: OnceLock<Vec<Document>> = OnceLock::new();
    DOCUMENTS.get_or_init(|| {
        let issue = |persona: Persona| {
            let plan = specimens().plan(persona);
            let plan = DocumentPlan {
                portrait: Portrait::Jpeg2000Codestream,
                ..plan
            };
            let mut random = specimen::randomness::Randomness::from_seed(persona.word().as_bytes());
            Document::issue(&plan, specimens().signer(persona), &mut random)
        };
        [Persona::Dane, Persona::Foreigner, Persona::CardHolder]
            .map(issue)
            .to_vec()
    })
}

fn store() -> &'static Store {
    static STORE: OnceLock<Store> = OnceLock::new();
    STORE.get_or_init(|| {
        let mut store = Store::new();
        let countries = [&specimens().denmark, &specimens().abroad];
        for certificate in countries
            .iter()
            .flat_map(|country| country.csca_certificates())
        {
            store
                .add(&certificate, &Source::new("specimen"))
                .expect("a specimen's certificate");
        }
        store
    })
}

/// Verifies a security object. One that is accepted has the hashes of a specimen document.
pub fn authenticate_object(bytes: &[u8]) {
    static HASHES: OnceLock<Vec<Hashes>> = OnceLock::new();
    let hashes = |bytes: &[u8]| {
        let (_, proof) = verify_security_object(bytes, &Circumstances::new(store(), now()));
        proof.map(|proof| {
            let groups = proof.data_groups();
            groups
                .map(|group| (group, proof.hash(group).map(<[u8]>::to_vec)))
                .collect()
        })
    };
    let known = HASHES.get_or_init(|| {
        let objects = documents()
            .iter()
            .map(|document| &document.application[&application::SOD]);
        objects
            .map(|object| hashes(object).expect("a specimen is verified"))
            .collect()
    });
    if let Some(accepted) = hashes(bytes) {
        assert!(
            known.contains(&accepted),
            "accepted what no specimen has signed"
        );
    }
}

type Hashes = Vec<(DataGroup, Option<Vec<u8>>)>;

/// A session, told to read everything; its random bytes are the same every time.
fn session(document: &Document, downgrade: Downgrade) -> Session {
    let expiry = document.mrz.expiry.strftime("%y%m%d").to_string();
    let zone = MrzInformation::from_typed(&document.mrz.number, &document.mrz.birth, &expiry);
    let password = Password::mrz(&zone.expect("a specimen's zone"));
    let plan = ReadingPlan {
        downgrade,
        ..ReadingPlan::everything()
    };
    let random = Randomness::new(|bytes| bytes.fill(0x5A));
    Session::new(password, plan, random).with_limits(LIMITS)
}

/// Talks with a chip until the session ends by itself, within its limits.
fn talk(session: &mut Session, mut chip: impl FnMut(&[u8]) -> Vec<u8>) {
    let mut step = session.start();
    let mut sent = 0;
    while let Ok(SessionStep::Send(command)) = step {
        sent += 1;
        assert!(sent <= LIMITS.commands, "a session without end");
        step = session.respond(&chip(&command));
    }
    let files = session.reading().files.values();
    assert!(
        files
            .into_iter()
            .all(|file| file.len() <= LIMITS.file_bytes),
        "a file without end"
    );
}

/// Reads a chip whose answers are the parts of the bytes, each begun by its length, over and over.
pub fn read_answers(bytes: &[u8]) {
    let Some((first, bytes)) = bytes.split_first() else {
        return;
    };
    let mut answers = Vec::new();
    let mut rest = bytes;
    while let Some((length, after)) = rest.split_first() {
        let (answer, after) = after.split_at(usize::from(*length).min(after.len()));
        answers.push(answer);
        rest = after;
    }
    if answers.is_empty() {
        return;
    }
    let downgrade = if first & 1 == 0 {
        Downgrade::Reported
    } else {
        Downgrade::Refused
    };
    let mut answers = answers.iter().cycle();
    let mut session = session(&documents()[1], downgrade);
    talk(&mut session, |_| {
        answers
            .next()
            .map_or_else(Vec::new, |answer| answer.to_vec())
    });
}

/// Reads a chip which keeps to the standard and holds the bytes as its files: which file, its length by 16 bits, its content.
pub fn read_files(bytes: &[u8]) {
    let mut document = documents()[1].clone();
    let mut rest = bytes;
    while let [file, high, low, after @ ..] = rest {
        let length = usize::from(u16::from_be_bytes([*high, *low])).min(after.len());
        let (content, after) = after.split_at(length);
        let content = content.to_vec();
        match file % 20 {
            0 => document.master_file.insert(0x011C, content),
            1 => document.master_file.insert(0x2F01, content),
            2 => document.application.insert(application::COM, content),
            3 => document.application.insert(application::SOD, content),
            group => document
                .application
                .insert(0x0100 + u16::from(group - 3), content),
        };
        rest = after;
    }
    let mut session = session(&document, Downgrade::Reported);
    let random = specimen::randomness::Randomness::from_seed(b"chip");
    let mut chip = Chip::new(document, random);
    talk(&mut session, |command| chip.process(command));
}

/// A document for each way of doing PACE: mappings on curves and in a group of numbers.
fn pace_documents() -> &'static [Document] {
    static DOCUMENTS: OnceLock<Vec<Document>> = OnceLock::new();
    DOCUMENTS.get_or_init(|| {
        let curves = [Curve::P256, Curve::BrainpoolP256r1].map(Group::Curve);
        let groups = curves
            .into_iter()
            .chain([Group::Modp(Modp::Bits1024Order160)]);
        let variants = groups.flat_map(|group| {
            [
                Mapping::Generic,
                Mapping::Integrated,
                Mapping::ChipAuthentication,
            ]
            .map(|mapping| PaceVariant {
                mapping,
                group,
                cipher: Cipher::Aes128,
            })
        });
        // Chip Authentication Mapping is for curves only.
        variants
            .filter(|variant| {
                matches!(variant.group, Group::Curve(_))
                    || variant.mapping != Mapping::ChipAuthentication
            })
            .map(|variant| {
                let plan = DocumentPlan {
                    portrait: Portrait::Jpeg2000Codestream,
                    pace: vec![variant],
                    can: None,
                    ..specimens().plan(Persona::Dane)
                };
                let mut random = specimen::randomness::Randomness::from_seed(b"pace");
                Document::issue(&plan, specimens().signer(Persona::Dane), &mut random)
            })
            .collect()
    })
}

/// Gets access to a chip that has its keys and does PACE, but whose answers are changed on their way: which document, then changes of
/// which answer, how, where, by how many bytes, and by which. Ends with access.
pub fn open_by_pace(bytes: &[u8]) {
    let Some((which, changes)) = bytes.split_first() else {
        return;
    };
    let documents = pace_documents();
    let document = &documents[usize::from(*which) % documents.len()];
    let mut session = session(document, Downgrade::Refused);
    let random = specimen::randomness::Randomness::from_seed(b"chip");
    let mut chip = Chip::new(document.clone(), random);
    let mut step = session.start();
    let mut sent = 0;
    while let Ok(SessionStep::Send(command)) = step {
        sent += 1;
        assert!(sent <= LIMITS.commands, "a session without end");
        if session.reading().access.is_some() {
            return;
        }
        let mut answer = chip.process(&command);
        changed(&mut answer, sent, changes);
        step = session.respond(&answer);
    }
}

/// Makes the changes that are meant for an answer.
fn changed(answer: &mut Vec<u8>, number: u32, mut changes: &[u8]) {
    while let [step, how, at, length, rest @ ..] = changes {
        let (content, after) = rest.split_at(usize::from(*length).min(rest.len()));
        changes = after;
        if u32::from(step % 16) != number % 16 {
            continue;
        }
        let at = usize::from(*at).min(answer.len());
        match how % 5 {
            0 => {
                let end = (at + content.len()).min(answer.len());
                answer.splice(at..end, content.iter().copied());
            }
            1 => {
                answer.splice(at..at, content.iter().copied());
            }
            2 => answer.truncate(at),
            3 => *answer = content.to_vec(),
            // A data object of PACE with any content, its lengths right.
            _ => {
                let length = u8::try_from(content.len().min(0x7D)).unwrap_or(0x7D);
                let content = &content[..usize::from(length)];
                let tag = u8::try_from(at & 0x0F).unwrap_or(0) | 0x80;
                let head = [0x7C, length + 2, tag, length];
                *answer = [&head[..], content, &[0x90, 0x00]].concat();
            }
        }
    }
}
