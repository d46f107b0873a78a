//! EF.DG2: facial images (Doc 9303-10, 4.7.2).

use jiff::civil::Date;

use super::portrait::{HEIGHT, Portrait, WIDTH};
use crate::der;

/// How DG2 holds a facial image (Doc 9303-10, 4.5.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FaceFormat {
    /// ISO/IEC 19794-5:2005, under tag `5F2E`.
    #[default]
    Iso19794,
    /// ISO/IEC 39794-5:2019, under tag `7F2E`.
    Iso39794,
}

/// EF.DG2: each image within a CBEFF template of its own (Doc 9303-10, 4.7.2.1).
pub(super) fn dg2(format: FaceFormat, images: &[(Portrait, Vec<u8>)], created: Date) -> Vec<u8> {
    let mut templates = vec![der::tlv(0x02, &[der::low_byte(images.len())])];
    templates.extend(images.iter().map(|(portrait, image)| {
        let (format_type, record) = match format {
            FaceFormat::Iso19794 => (
                [0x00, 0x08],
                der::tlv(0x5F2E, &facial_record(*portrait, image)),
            ),
            FaceFormat::Iso39794 => (
                [0x00, 0x2A],
                der::constructed(0x7F2E, [data_block(*portrait, image)]),
            ),
        };
        let header = [
            der::tlv(0x80, &[0x01, 0x01]),
            der::tlv(0x81, &[0x02]),
            der::tlv(
                0x83,
                created.strftime("%Y%m%d000000").to_string().as_bytes(),
            ),
            der::tlv(0x87, &[0x01, 0x01]),
            der::tlv(0x88, &format_type),
        ];
        der::constructed(0x7F60, [der::constructed(0xA1, header), record])
    }));
    der::constructed(0x75, [der::constructed(0x7F61, templates)])
}

/// The facial record of ISO/IEC 19794-5:2005, 5.4 to 5.7: no feature points, nothing said about the face.
fn facial_record(portrait: Portrait, image: &[u8]) -> Vec<u8> {
    let [[width_high, width_low], [height_high, height_low]] =
        [WIDTH, HEIGHT].map(u16::to_be_bytes);
    let information = [0; 16];
    // Full frontal, the coding, the size, sRGB, a digital camera.
    let data_type = u8::from(portrait.is_jpeg_2000());
    let picture = [
        1,
        data_type,
        width_high,
        width_low,
        height_high,
        height_low,
        1,
        2,
        0,
        0,
        0,
        0,
    ];
    let length = |extra: usize| {
        u32::try_from(image.len() + extra)
            .unwrap_or(0)
            .to_be_bytes()
    };
    let mut out = b"FAC\x00010\x00".to_vec();
    out.extend_from_slice(&length(14 + 20 + 12));
    out.extend_from_slice(&[0, 1]);
    out.extend_from_slice(&length(20 + 12));
    out.extend_from_slice(&information);
    out.extend_from_slice(&picture);
    out.extend_from_slice(image);
    out
}

/// `FaceImageDataBlock` of ISO/IEC 39794-5:2019, of generation 3 and the year 2019, with what the ICAO application profile wants.
fn data_block(portrait: Portrait, image: &[u8]) -> Vec<u8> {
    // The choice `code` of an extensible enumeration.
    let code = |number: u8, value: u8| der::context(number, [der::context_primitive(0, &[value])]);
    let format = if portrait.is_jpeg_2000() { 3 } else { 2 };
    let size = [(0, WIDTH), (1, HEIGHT)]
        .map(|(number, pixels)| der::context_primitive(number, &pixels.to_be_bytes()));
    let information = der::context(1, [code(0, format), code(1, 0), der::context(7, size)]);
    let picture = der::context(0, [der::context_primitive(0, image), information]);
    let representation = der::sequence([
        der::context_primitive(0, &[0]),
        // Two choices: the base representation, and of it the flat picture.
        der::context(1, [der::context(0, [picture])]),
    ]);
    let version = der::context(
        0,
        [
            der::context_primitive(0, &[3]),
            der::context_primitive(1, &[0x07, 0xE3]),
        ],
    );
    let block = der::constructed(0x65, [version, der::context(1, [representation])]);
    der::constructed(0xA1, [block])
}
