//! What an image's first bytes say.

use emrtd::fault::{Deviation, Deviations, ImageFault};
use emrtd::lds::{ImageHeader, ImageKind};

use crate::testdata;

/// A JPEG image's segments, without what they describe: 20 wide, 10 high, colour.
pub fn jpeg() -> Vec<u8> {
    let jfif = b"\xFF\xE0\x00\x10JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x00\x00";
    [b"\xFF\xD8", &jfif[..], FRAME, b"\xFF\xD9"].concat()
}

/// A frame header.
const FRAME: &[u8] =
    b"\xFF\xC0\x00\x11\x08\x00\x0A\x00\x14\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01";

/// A codestream's beginning and end: 20 wide, 10 high, colour.
pub const CODESTREAM: &[u8] = b"\xFF\x4F\xFF\x51\x00\x2F\x00\x00\x00\x00\x00\x18\x00\x00\x00\x0C\x00\x00\x00\x04\x00\x00\x00\x02\
    \x00\x00\x00\x14\x00\x00\x00\x0A\x00\x00\x00\x00\x00\x00\x00\x00\x00\x03\x07\x01\x01\x07\x01\x01\x07\x01\x01\xFF\xD9";

/// A JP2 file with that codestream.
pub fn jp2(components: u8) -> Vec<u8> {
    let signature =
        b"\x00\x00\x00\x0CjP  \x0D\x0A\x87\x0A\x00\x00\x00\x14ftypjp2 \x00\x00\x00\x00jp2 ";
    let header = b"\x00\x00\x00\x1Ejp2h\x00\x00\x00\x16ihdr\x00\x00\x00\x0A\x00\x00\x00\x14\x00";
    [
        signature,
        &header[..],
        &[components],
        b"\x07\x07\x00\x00\x00\x00\x00\x00jp2c",
        CODESTREAM,
    ]
    .concat()
}

fn header(data: &[u8]) -> (Result<ImageHeader, ImageFault>, Vec<Deviation>) {
    let mut deviations = Deviations::new();
    let header = ImageHeader::parse(data, &mut deviations);
    (header, deviations.iter().collect())
}

#[test]
fn every_kind() {
    let png = b"\x89PNG\x0D\x0A\x1A\x0A\x00\x00\x00\x0DIHDR\x00\x00\x00\x14\x00\x00\x00\x0A\x08\x02\x00\x00\x00";
    let cases: [(&[u8], ImageKind, &[Deviation]); 4] = [
        (&jpeg(), ImageKind::Jpeg, &[]),
        (&jp2(3), ImageKind::Jpeg2000, &[]),
        (
            CODESTREAM,
            ImageKind::Jpeg2000Codestream,
            &[Deviation::ImageBareCodestream],
        ),
        (png, ImageKind::Png, &[]),
    ];
    for (data, kind, deviations) in cases {
        let expected = ImageHeader {
            kind,
            width: 20,
            height: 10,
            components: 3,
            depth: 8,
        };
        assert_eq!(header(data), (Ok(expected), deviations.to_vec()));
    }
    assert!(header(&jp2(1)).0.unwrap().is_grey());
    let bare = [b"\xFF\xD8", FRAME, b"\xFF\xD9"].concat();
    assert_eq!(header(&bare).1, [Deviation::ImageWithoutJfif]);
}

#[test]
fn faults() {
    let fault = |data: &[u8]| header(data).0.unwrap_err();
    assert_eq!(fault(b""), ImageFault::Unknown);
    assert_eq!(fault(b"GIF89a"), ImageFault::Unknown);
    assert_eq!(fault(b"\xFF\xD8\xFF"), ImageFault::Truncated);
    assert_eq!(fault(&jpeg()[..30]), ImageFault::Truncated);
    assert_eq!(fault(b"\xFF\xD8\xFF\xE0\x00\x01"), ImageFault::JpegSegments);
    assert_eq!(fault(b"\xFF\xD8\xFF\xD9"), ImageFault::JpegSegments);
    assert_eq!(
        fault(b"\xFF\xD8\xFE\xE0\x00\x10JFIF\x00"),
        ImageFault::JpegSegments
    );
    assert_eq!(fault(&jp2(3)[..60]), ImageFault::Truncated);
    assert_eq!(fault(&jp2(3)[..32]), ImageFault::Jpeg2000Header);
    let without_header = [&jp2(3)[..32], &jp2(3)[62..]].concat();
    assert_eq!(fault(&without_header), ImageFault::Jpeg2000Header);
    assert_eq!(fault(&CODESTREAM[..20]), ImageFault::Truncated);
    let mut no_size = jpeg();
    no_size[25..27].fill(0);
    assert_eq!(fault(&no_size), ImageFault::Size);
}

#[test]
fn a_portrait() {
    let Some(image) = testdata::read("lds::image::a_portrait", "lds/silver.jp2") else {
        return;
    };
    let (header, deviations) = header(&image);
    let expected = ImageHeader {
        kind: ImageKind::Jpeg2000,
        width: 413,
        height: 531,
        components: 3,
        depth: 8,
    };
    assert_eq!((header, deviations), (Ok(expected), vec![]));
}
