//! `emrtd::ber`.

use std::borrow::Cow;

use emrtd::ber::normalise;
use emrtd::fault::Deviation;
use emrtd::tlv::{Reader, Tag, write};
use proptest::prelude::*;

use crate::testdata;

#[test]
fn new_zealands_security_object_gets_definite_lengths() {
    let Some(bytes) = testdata::read("ber::new_zealands_security_object", "sod/NZ.bin") else {
        return;
    };
    let normalised = normalise(&bytes).unwrap();
    assert!(normalised.deviations.contains(Deviation::IndefiniteLength));
    let mut reader = Reader::der(&normalised.bytes);
    let sod = reader.expect(Tag(0x77)).unwrap();
    reader.finish().unwrap();
    let content_info = sod.reader().expect(Tag::SEQUENCE).unwrap();
    assert_eq!(content_info.children().map(Result::unwrap).count(), 2);
    let again = normalise(&normalised.bytes).unwrap();
    assert!(matches!(again.bytes, Cow::Borrowed(_)));
}

/// A structure of strings and structures; the flags say which are written with indefinite length, or in pieces.
#[derive(Debug, Clone)]
enum Node {
    String(Vec<u8>, bool),
    Sequence(Vec<Node>, bool),
}

impl Node {
    fn der(&self) -> Vec<u8> {
        match self {
            Self::String(value, _) => write(Tag::OCTET_STRING, &[value]),
            Self::Sequence(nodes, _) => {
                let inside: Vec<u8> = nodes.iter().flat_map(Self::der).collect();
                write(Tag::SEQUENCE, &[&inside])
            }
        }
    }

    fn ber(&self) -> Vec<u8> {
        match self {
            Self::String(value, false) => write(Tag::OCTET_STRING, &[value]),
            Self::String(value, true) => {
                let (first, last) = value.split_at(value.len() / 2);
                let pieces = [first, last].map(|piece| write(Tag::OCTET_STRING, &[piece]));
                write(Tag(0x24), &[&pieces[0], &pieces[1]])
            }
            Self::Sequence(nodes, indefinite) => {
                let inside: Vec<u8> = nodes.iter().flat_map(Self::ber).collect();
                if *indefinite {
                    return [&[0x30, 0x80], &inside[..], &[0, 0]].concat();
                }
                write(Tag::SEQUENCE, &[&inside])
            }
        }
    }
}

fn nodes() -> impl Strategy<Value = Node> {
    let string = (prop::collection::vec(any::<u8>(), 0..200), any::<bool>())
        .prop_map(|(value, pieces)| Node::String(value, pieces));
    string.prop_recursive(5, 40, 6, |inner| {
        (prop::collection::vec(inner, 0..6), any::<bool>())
            .prop_map(|(nodes, indefinite)| Node::Sequence(nodes, indefinite))
    })
}

proptest! {
    #[test]
    fn ber_becomes_the_der_of_the_same(node in nodes()) {
        let ber = node.ber();
        prop_assert_eq!(normalise(&ber).unwrap().bytes.into_owned(), node.der());
    }

    #[test]
    fn any_bytes_end_in_no_more_than_there_were(bytes in prop::collection::vec(
        prop_oneof![any::<u8>(), prop::sample::select(vec![0, 0x80, 0x24, 0x30, 0x23, 0x03])], 0..400,
    )) {
        if let Ok(normalised) = normalise(&bytes) {
            prop_assert!(normalised.bytes.len() <= 2 * bytes.len());
        }
    }
}
