//! `emrtd::tlv`.

use emrtd::fault::TlvFault;
use emrtd::tlv::{Header, MAX_DEPTH, Reader, Tag, Tlv, write, write_unsigned};
use proptest::prelude::*;

#[test]
fn icao_9303_10_appendix_a_an_ef_com_is_read() {
    // The EF.COM of ICAO 9303-10, 4.6.1: LDS 1.7, Unicode 4.0.0, DG1, 2, 4, 12.
    let bytes = [
        0x60, 0x16, 0x5F, 0x01, 0x04, b'0', b'1', b'0', b'7', 0x5F, 0x36, 0x06, b'0', b'4', b'0',
        b'0', b'0', b'0', 0x5C, 0x04, 0x61, 0x75, 0x76, 0x6C,
    ];
    let com = Reader::der(&bytes).expect(Tag(0x60)).unwrap();
    let inside: Vec<Tlv<'_>> = com.children().map(Result::unwrap).collect();
    let tags: Vec<Tag> = inside.iter().map(|tlv| tlv.tag).collect();
    assert_eq!(tags, [Tag(0x5F01), Tag(0x5F36), Tag(0x5C)]);
    assert_eq!(inside[1].value, b"040000");
    assert_eq!((inside[1].offset, inside[1].value_offset()), (9, 12));
    assert_eq!(inside[2].raw, [0x5C, 0x04, 0x61, 0x75, 0x76, 0x6C]);
}

#[test]
fn x690_10_1_a_length_longer_than_needed_is_refused_in_der_only() {
    for bytes in [
        &[0x04, 0x81, 0x01, 0xAA][..],
        &[0x04, 0x82, 0x00, 0x01, 0xAA],
    ] {
        let fault = Reader::der(bytes).read().unwrap_err();
        assert_eq!(fault, TlvFault::LengthNotMinimal { offset: 0 });
        let tlv = Reader::ber(bytes).read().unwrap().unwrap();
        assert_eq!(tlv.value, [0xAA]);
    }
}

#[test]
fn faults_say_where() {
    let at = |bytes: &[u8]| Reader::new(bytes).read().unwrap_err();
    assert_eq!(at(&[0x30]), TlvFault::Truncated { offset: 0 });
    assert_eq!(at(&[0x30, 0x02, 0x05]), TlvFault::Truncated { offset: 0 });
    assert_eq!(at(&[0x30, 0x80]), TlvFault::IndefiniteLength { offset: 0 });
    let too_long = TlvFault::LengthTooLong { offset: 0 };
    assert_eq!(at(&[0x30, 0x85, 0, 0, 0, 0, 0]), too_long);
    assert_eq!(at(&[0x30, 0xFF]), too_long);
    let tag_too_long = TlvFault::TagTooLong { offset: 0 };
    assert_eq!(at(&[0x7F, 0x81, 0x81, 0x81, 0x01, 0x00]), tag_too_long);

    let bytes = [0x30, 0x04, 0x02, 0x01, 0x05, 0x05];
    let mut inside = Reader::new(&bytes).read().unwrap().unwrap().reader();
    let unexpected = TlvFault::UnexpectedTag {
        offset: 2,
        expected: Tag::BOOLEAN,
        found: Tag::INTEGER,
    };
    assert_eq!(inside.expect(Tag::BOOLEAN).unwrap_err(), unexpected);
    assert_eq!(inside.optional(Tag::BOOLEAN).unwrap(), None);
    assert_eq!(inside.expect(Tag::INTEGER).unwrap().value, [0x05]);
    assert_eq!(inside.finish(), Err(TlvFault::TrailingData { offset: 5 }));
    assert_eq!(inside.read(), Err(TlvFault::Truncated { offset: 5 }));
}

#[test]
fn nesting_is_followed_no_deeper_than_the_limit() {
    let mut bytes = Vec::new();
    for _ in 0..60 {
        bytes = write(Tag::SEQUENCE, &[&bytes]);
    }
    let mut reader = Reader::der(&bytes);
    let mut levels = 0;
    let fault = loop {
        match reader.read() {
            Ok(Some(tlv)) => reader = tlv.reader(),
            Ok(None) => panic!("the limit was not met"),
            Err(fault) => break fault,
        }
        levels += 1;
    };
    assert!(matches!(fault, TlvFault::TooDeep { .. }));
    assert_eq!(levels, u32::from(MAX_DEPTH) + 1);
}

#[test]
fn simple_values_are_read() {
    let tlv = |bytes: &'static [u8]| Reader::der(bytes).read().unwrap().unwrap();
    assert_eq!(tlv(&[0x01, 0x01, 0xFF]).boolean(), Ok(true));
    let malformed = Err(TlvFault::BooleanMalformed { offset: 0 });
    assert_eq!(tlv(&[0x01, 0x01, 0x01]).boolean(), malformed);
    assert_eq!(tlv(&[0x02, 0x02, 0x00, 0x80]).small_unsigned(), Ok(128));
    assert_eq!(tlv(&[0x02, 0x01, 0x00]).unsigned(), Ok(&[][..]));
    let malformed = TlvFault::IntegerMalformed { offset: 0 };
    assert_eq!(tlv(&[0x02, 0x01, 0x80]).unsigned(), Err(malformed));
    assert_eq!(tlv(&[0x02, 0x02, 0x00, 0x7F]).integer(), Err(malformed));
    assert_eq!(tlv(&[0x02, 0x00]).integer(), Err(malformed));
    assert_eq!(
        tlv(&[0x03, 0x02, 0x04, 0xF0]).bit_string(),
        Ok((&[0xF0][..], 4))
    );
    let malformed = Err(TlvFault::BitStringMalformed { offset: 0 });
    assert_eq!(tlv(&[0x03, 0x02, 0x08, 0xF0]).bit_string(), malformed);
    let malformed = Err(TlvFault::BitStringMalformed { offset: 0 });
    assert_eq!(tlv(&[0x03, 0x02, 0x04, 0xF0]).bit_string_bytes(), malformed);
    assert_eq!(tlv(&[0x06, 0x01, 0x55]).oid().unwrap().to_string(), "2.5");
}

#[test]
fn a_header_alone_says_how_long_its_file_is() {
    let header = Header::parse(&[0x7F, 0x61, 0x82, 0x50, 0x00]).unwrap();
    assert_eq!((header.tag, header.total_length()), (Tag(0x7F61), 0x5005));
    assert_eq!(
        Header::parse(&[0x75, 0x82, 0x50]),
        Err(TlvFault::Truncated { offset: 0 })
    );
}

fn tags() -> impl Strategy<Value = Tag> {
    prop_oneof![
        Just(Tag(0x04)),
        Just(Tag(0x77)),
        Just(Tag(0x5F1F)),
        Just(Tag(0x7F61)),
        Just(Tag(0x9F_8101)),
        Just(Tag(0xBF81_8203)),
    ]
}

proptest! {
    #[test]
    fn what_is_written_reads_the_same(
        tag in tags(),
        value in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..300),
            prop::collection::vec(any::<u8>(), 65_500..65_600),
        ],
    ) {
        let bytes = write(tag, &[&value]);
        let mut reader = Reader::der(&bytes);
        let tlv = reader.expect(tag).unwrap();
        prop_assert_eq!(tlv.value, &value[..]);
        prop_assert_eq!(tlv.raw, &bytes[..]);
        prop_assert_eq!(reader.finish(), Ok(()));
        prop_assert_eq!(Header::parse(&bytes).unwrap().total_length(), bytes.len());
    }

    #[test]
    fn numbers_read_the_same(number in any::<u32>()) {
        let bytes = write_unsigned(&number.to_be_bytes());
        prop_assert_eq!(Reader::der(&bytes).expect(Tag::INTEGER).unwrap().small_unsigned(), Ok(number));
    }

    #[test]
    fn any_bytes_end_in_elements_or_a_fault(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        fn walk(reader: Reader<'_>, input: &[u8]) -> Result<(), TlvFault> {
            let mut reader = reader;
            while let Some(tlv) = reader.read()? {
                assert_eq!(&input[tlv.offset..tlv.offset + tlv.raw.len()], tlv.raw);
                let _ = (tlv.boolean(), tlv.integer(), tlv.bit_string(), tlv.small_unsigned());
                let _ = tlv.oid().map(|oid| oid.to_string());
                if tlv.tag.is_constructed() {
                    let _ = walk(tlv.reader(), input);
                }
            }
            reader.finish()
        }
        let _ = walk(Reader::ber(&bytes), &bytes);
        let _ = walk(Reader::der(&bytes), &bytes);
    }
}
