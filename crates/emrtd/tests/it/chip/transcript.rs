//! What someone between the chip and the session sees: no personal data once access is had.

use emrtd::reader::ReadingPlan;
use specimen::document::{Document, Persona};

use super::{chip, issued, old_passport, session, specimens, talk};

/// Everything about the holder that is in the files, as a listener would look for it.
fn personal(document: &Document) -> Vec<Vec<u8>> {
    let mrz = &document.mrz;
    let words = [&mrz.number, &mrz.surname, &mrz.given_names, &mrz.birth];
    let mut found: Vec<Vec<u8>> = words.map(|word| word.as_bytes().to_vec()).to_vec();
    found.push(mrz.information().into_bytes());
    for (file, bytes) in &document.application {
        // Any sixteen bytes in a row: public keys and hashes too.
        let step = if *file == 0x0102 { 997 } else { 16 };
        found.extend(bytes.windows(16).step_by(step).map(<[u8]>::to_vec));
    }
    found
}

fn holds(haystack: &[u8], needle: &[u8]) -> bool {
    haystack
        .windows(needle.len())
        .any(|window| window == needle)
}

#[test]
fn a_transcript_holds_no_personal_data() {
    let documents = [
        specimens().document(Persona::Dane),
        specimens().document(Persona::CardHolder),
        issued(&old_passport()),
    ];
    for document in documents {
        let mut transcript = Vec::new();
        let mut session = session(&document, ReadingPlan::everything());
        talk(
            &mut session,
            &mut chip(&document, Vec::new()),
            &mut transcript,
        )
        .unwrap();
        assert!(session.reading().files.len() >= 5);
        let seen: Vec<u8> = transcript
            .iter()
            .flat_map(|(sent, got)| [&sent[..], got].concat())
            .collect();
        let key = session
            .reading()
            .file(emrtd::reader::FileName::CardAccess)
            .map(<[u8]>::to_vec);
        for secret in personal(&document) {
            let is_public = key.as_ref().is_some_and(|key| holds(key, &secret));
            assert!(is_public || !holds(&seen, &secret), "{secret:02X?}");
        }
    }
}

/// Two readings of the same document have nothing in common behind access but the headers of the commands.
#[test]
fn two_transcripts_do_not_tell_that_the_holder_is_the_same() {
    let document = issued(&old_passport());
    let mut transcripts = Vec::new();
    for seed in [b"one", b"two"] {
        let mut bytes = specimen::randomness::Randomness::from_seed(seed);
        let random = emrtd::reader::Randomness::new(move |out| {
            out.copy_from_slice(&bytes.bytes(out.len()));
        });
        let plan = ReadingPlan::identification();
        let mut session = emrtd::reader::Session::new(super::zone(&document), plan, random);
        let mut transcript = Vec::new();
        let noise = specimen::randomness::Randomness::from_seed(seed);
        let mut chip = specimen::chip::Chip::new(document.clone(), noise);
        talk(&mut session, &mut chip, &mut transcript).unwrap();
        transcripts.push(transcript);
    }
    let answers = |transcript: &[(Vec<u8>, Vec<u8>)]| -> Vec<Vec<u8>> {
        let long = transcript.iter().map(|(_, answer)| answer.clone());
        long.filter(|answer| answer.len() > 20).collect()
    };
    let [one, two] = &transcripts[..] else {
        panic!("two transcripts");
    };
    let (one, two) = (answers(one), answers(two));
    assert_eq!(one.len(), two.len());
    assert!(one.iter().all(|answer| !two.contains(answer)));
}
