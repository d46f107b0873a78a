//! No file makes a parser panic.

use emrtd::lds::{
    AtrInfo, Com, Dg1, Dg2, Dg5, Dg7, Dg11, Dg12, Dg14, Dg15, Dg16, Directory, LdsSecurityObject,
    Sod, UnreadDataGroup,
};
use emrtd::tlv::{Tag, write};
use proptest::prelude::*;

use super::image::{CODESTREAM, jp2, jpeg};

/// Every parser of a file.
fn parse_as_everything(file: &[u8]) {
    let _ = (
        AtrInfo::parse(file),
        Com::parse(file),
        Directory::parse(file),
        Sod::parse(file),
    );
    let _ = (
        Dg1::parse(file),
        Dg2::parse(file),
        Dg5::parse(file),
        Dg7::parse(file),
        Dg11::parse(file),
    );
    let _ = (
        Dg12::parse(file),
        Dg14::parse(file),
        Dg15::parse(file),
        Dg16::parse(file),
    );
    let _ = (LdsSecurityObject::parse(file), UnreadDataGroup::parse(file));
}

/// Bytes that are more likely to lead somewhere: elements in elements.
fn elements() -> impl Strategy<Value = Vec<u8>> {
    let tags = prop::sample::select(vec![
        0x02, 0x04, 0x06, 0x30, 0x31, 0x4F, 0x5C, 0x5F01, 0x5F0E, 0x5F0F, 0x5F1F, 0x5F26, 0x5F2B,
        0x5F2E, 0x5F36, 0x5F40, 0x5F43, 0x5F55, 0x60, 0x61, 0x65, 0x67, 0x6B, 0x6C, 0x6E, 0x6F,
        0x70, 0x75, 0x77, 0x7F2E, 0x7F60, 0x7F61, 0x7F66, 0x80, 0x87, 0xA0, 0xA1,
    ]);
    let leaf = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..40),
        Just(jpeg()),
        Just(jp2(3)),
        Just(CODESTREAM.to_vec()),
        Just(b"FAC\x00010\x00\x00\x00\x00\x00\x00\x01".to_vec()),
    ];
    leaf.prop_recursive(5, 24, 4, move |inner| {
        prop::collection::vec((tags.clone(), inner), 1..4).prop_map(|parts| {
            parts
                .iter()
                .flat_map(|(tag, value)| write(Tag(*tag), &[value]))
                .collect()
        })
    })
}

proptest! {
    #[test]
    fn nothing_panics(bytes in prop::collection::vec(any::<u8>(), 0..300), elements in elements()) {
        parse_as_everything(&bytes);
        parse_as_everything(&elements);
    }

    #[test]
    fn no_image_panics(which in 0..3_usize, at in 0..100_usize, by: u8, length in 0..200_usize) {
        let mut image = [jpeg(), jp2(3), CODESTREAM.to_vec()][which].clone();
        let at = at % image.len();
        image[at] = by;
        image.truncate(length);
        parse_as_everything(&write(Tag(0x67), &[&write(Tag(0x5F43), &[&image])]));
    }
}
