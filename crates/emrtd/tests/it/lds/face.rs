//! DG2.

use emrtd::fault::{Deviation, ImageFault, LdsFault};
use emrtd::lds::{Dg2, FaceStandard, ImageKind, MAX_FACE_IMAGES};
use emrtd::tlv::{Tag, write};

use super::image::{CODESTREAM, jp2, jpeg};
use crate::testdata;

/// DG2 of biometric data, each under its tag, with a count.
fn dg2(count: u8, data: &[(u32, &[u8])]) -> Vec<u8> {
    let owner = write(Tag(0x87), &[&[1, 1]]);
    let kind = write(Tag(0x88), &[&[0, 8]]);
    let header = write(Tag(0xA1), &[&owner, &kind]);
    let templates: Vec<Vec<u8>> = data
        .iter()
        .map(|(tag, data)| write(Tag(0x7F60), &[&header, &write(Tag(*tag), &[data])]))
        .collect();
    let group = write(
        Tag(0x7F61),
        &[&write(Tag(0x02), &[&[count]]), &templates.concat()],
    );
    write(Tag(0x75), &[&group])
}

/// A record by ISO/IEC 19794-5: each image with its declared kind and as many feature points.
fn record(images: &[(u8, u16, &[u8])]) -> Vec<u8> {
    let blocks: Vec<Vec<u8>> = images
        .iter()
        .map(|(kind, points, data)| {
            let length = u32::try_from(20 + 8 * usize::from(*points) + 12 + data.len()).unwrap();
            let mut block = [&length.to_be_bytes()[..], &points.to_be_bytes(), &[0; 14]].concat();
            block.resize(block.len() + 8 * usize::from(*points), 7);
            block.extend_from_slice(&[1, *kind, 0, 10, 0, 20, 1, 2, 0, 0, 0, 0]);
            block.extend_from_slice(data);
            block
        })
        .collect();
    let blocks = blocks.concat();
    let length = u32::try_from(14 + blocks.len()).unwrap();
    let count = u16::try_from(images.len()).unwrap();
    [
        b"FAC\x00010\x00",
        &length.to_be_bytes()[..],
        &count.to_be_bytes(),
        &blocks,
    ]
    .concat()
}

fn deviations(file: &[u8]) -> Vec<Deviation> {
    Dg2::parse(file).unwrap().deviations.iter().collect()
}

/// ICAO 9303-10, appendix A.3: the header, and a record as long as it says. The lengths of `75` and of the header, `A1`, are misprinted there.
#[test]
fn worked_example() {
    let header = b"\xA1\x28\x80\x02\x01\x01\x81\x01\x02\x83\x07\x20\x02\x03\x15\x13\x30\x00\
        \x85\x08\x20\x02\x04\x01\x20\x07\x03\x31\x86\x04\x00\x01\x00\x01\x87\x02\x01\x01\x88\x02\x00\x08";
    let mut image = jpeg();
    image.splice(
        image.len() - 2..image.len() - 2,
        vec![0; 12_642 - 46 - jpeg().len()],
    );
    let record = record(&[(0, 0, &image)]);
    assert_eq!(record.len(), 12_642);
    let template = write(Tag(0x7F60), &[header, &write(Tag(0x5F2E), &[&record])]);
    assert_eq!(template[..5], [0x7F, 0x60, 0x82, 0x31, 0x91]);
    let file = write(
        Tag(0x75),
        &[&write(Tag(0x7F61), &[&[0x02, 0x01, 0x01], &template])],
    );
    let dg2 = Dg2::parse(&file).unwrap();
    let header = dg2.faces[0].header;
    assert_eq!(
        header.created,
        Some(&[0x20, 0x02, 0x03, 0x15, 0x13, 0x30, 0x00][..])
    );
    assert_eq!(
        header.validity,
        Some(&[0x20, 0x02, 0x04, 0x01, 0x20, 0x07, 0x03, 0x31][..])
    );
    assert_eq!(header.creator, Some(&[0, 1, 0, 1][..]));
    assert_eq!(
        (header.format_owner, header.format_type),
        (Some(&[1, 1][..]), Some(&[0, 8][..]))
    );
    assert!(dg2.deviations.is_empty(), "{:?}", dg2.deviations);
}

#[test]
fn several_images_in_several_templates() {
    let (first, second) = (jpeg(), jp2(3));
    let two = record(&[(0, 2, &first), (1, 0, &second)]);
    let one = record(&[(1, 0, &second)]);
    let file = dg2(2, &[(0x5F2E, &two), (0x5F2E, &one)]);
    let dg2 = Dg2::parse(&file).unwrap();
    let kinds: Vec<ImageKind> = dg2
        .faces
        .iter()
        .map(|face| face.image.header.unwrap().kind)
        .collect();
    assert_eq!(
        kinds,
        [ImageKind::Jpeg, ImageKind::Jpeg2000, ImageKind::Jpeg2000]
    );
    assert_eq!(dg2.faces[0].image.data, first);
    assert_eq!(dg2.faces[0].header.format_type, Some(&[0, 8][..]));
    assert!(dg2.deviations.is_empty(), "{:?}", dg2.deviations);
}

/// What was seen in the field: bare codestreams, grey JP2, trailing bytes, lengths of 0, kinds declared wrong.
#[test]
fn what_is_tolerated_is_reported() {
    let one = |kind, data: &[u8]| dg2(1, &[(0x5F2E, &record(&[(kind, 0, data)]))]);
    assert_eq!(
        deviations(&one(1, CODESTREAM)),
        [Deviation::ImageBareCodestream]
    );
    assert_eq!(deviations(&one(1, &jp2(1))), []);
    let trailing = [jpeg(), vec![0, 0]].concat();
    assert_eq!(
        deviations(&one(0, &trailing)),
        [Deviation::ImageTrailingBytes]
    );
    assert_eq!(
        deviations(&one(1, &jpeg())),
        [Deviation::ImageKindDeclaredWrong]
    );
    assert_eq!(
        deviations(&dg2(3, &[(0x5F2E, &record(&[(0, 0, &jpeg())]))])),
        [Deviation::CountWrong]
    );
    let file = [one(0, &jpeg()), vec![0; 8]].concat();
    assert_eq!(deviations(&file), [Deviation::FileTrailingBytes]);

    // Lengths of 0, in the record's header and in the image's information: the image is what is left.
    for place in [8..12, 14..18] {
        let mut zero = record(&[(0, 0, &jpeg())]);
        zero[place].fill(0);
        let file = dg2(1, &[(0x5F2E, &zero)]);
        assert_eq!(deviations(&file), [Deviation::FaceRecordLength]);
        assert_eq!(Dg2::parse(&file).unwrap().faces[0].image.data, jpeg());
    }
}

#[test]
fn faults() {
    let fault = |file: &[u8]| Dg2::parse(file).unwrap_err();
    assert_eq!(fault(&dg2(0, &[])), LdsFault::NoImage);
    assert_eq!(
        fault(&dg2(1, &[(0x5F2F, &jpeg())])),
        LdsFault::NoBiometricData
    );
    assert_eq!(
        fault(&dg2(1, &[(0x5F2E, b"FIR\x00010\x00123456")])),
        LdsFault::FaceFormatUnknown
    );
    assert_eq!(
        fault(&dg2(1, &[(0x5F2E, b"FAC\x00")])),
        LdsFault::FaceRecordMalformed
    );
    assert_eq!(
        fault(&dg2(1, &[(0x5F2E, &record(&[(0, 0, &[])]))])),
        LdsFault::NoImage
    );
    assert_eq!(
        fault(&dg2(
            1,
            &[(0x7F2E, &write(Tag(0xA1), &[&write(Tag(0x66), &[])]))]
        )),
        LdsFault::FaceFormatUnknown
    );

    // Counts and lengths that would have more read than there is.
    let mut hostile = record(&[(0, 0, &jpeg())]);
    hostile[12..14].fill(0xFF);
    assert_eq!(fault(&dg2(1, &[(0x5F2E, &hostile)])), LdsFault::TooMany);
    let mut hostile = record(&[(0, 0, &jpeg())]);
    hostile[18..20].fill(0xFF);
    assert_eq!(
        fault(&dg2(1, &[(0x5F2E, &hostile)])),
        LdsFault::FaceRecordMalformed
    );
    let mut hostile = record(&[(0, 0, &jpeg()), (0, 0, &jpeg())]);
    hostile[14..18].fill(0xFF);
    assert_eq!(
        fault(&dg2(1, &[(0x5F2E, &hostile)])),
        LdsFault::FaceRecordMalformed
    );
    let image = record(&[(0, 0, &jpeg())]);
    assert_eq!(
        fault(&dg2(9, &[(0x5F2E, &image[..]); 10])),
        LdsFault::TooMany
    );
    let many = record(&vec![(0, 0, &jpeg()[..]); MAX_FACE_IMAGES]);
    assert_eq!(
        fault(&dg2(2, &[(0x5F2E, &many), (0x5F2E, &image)])),
        LdsFault::TooMany
    );
}

#[test]
fn an_image_is_not_printed() {
    let file = dg2(1, &[(0x5F2E, &record(&[(0, 0, &jpeg())]))]);
    let printed = format!("{:?}", Dg2::parse(&file).unwrap());
    assert!(
        !printed.contains("255") && printed.contains("width: 20"),
        "{printed}"
    );
}

/// The specimen by ISO/IEC 39794-5 with every field: the image is the file beside it, a JP2 in spite of its name.
#[test]
fn every_field_of_iso_39794() {
    const TEST: &str = "lds::face::every_field_of_iso_39794";
    let Some(file) = testdata::read(TEST, "lds/ICAO_39794_5_AP_DG2_AllFields.dat") else {
        return;
    };
    let Some(image) = testdata::read(TEST, "lds/ICAO_39794_5_AP_DG2_Face.jpg") else {
        return;
    };
    let dg2 = Dg2::parse(&file).unwrap();
    assert_eq!(dg2.faces.len(), 1);
    let face = &dg2.faces[0];
    assert_eq!(face.standard, FaceStandard::Iso39794);
    assert!(face.image.data == image);
    assert_eq!(face.header.format_type, Some(&[0, 0x2A][..]));
    assert_eq!(face.header.creator, Some(&[1, 3, 0, 1][..]));
    let header = face.image.header.unwrap();
    assert_eq!((header.kind, header.components), (ImageKind::Jpeg2000, 3));
    assert!(dg2.deviations.is_empty(), "{:?}", dg2.deviations);
}

#[test]
fn a_record_of_iso_19794() {
    const TEST: &str = "lds::face::a_record_of_iso_19794";
    let Some(record) = testdata::read(TEST, "lds/ISO19794_Test1_Data.bin") else {
        return;
    };
    let Some(image) = testdata::read(TEST, "lds/ISO19794_Test1_Face.jpg") else {
        return;
    };
    let file = dg2(1, &[(0x5F2E, &record)]);
    let dg2 = Dg2::parse(&file).unwrap();
    assert_eq!(dg2.faces[0].standard, FaceStandard::Iso19794);
    assert!(dg2.faces[0].image.data == image);
    assert_eq!(dg2.faces[0].image.header.unwrap().kind, ImageKind::Jpeg);
    // It declares JPEG 2000 and 148 by 70.
    assert!(dg2.deviations.contains(Deviation::ImageKindDeclaredWrong));
}

/// Its image has `FE E0` where the first marker should be, `FF E0`.
#[test]
fn a_record_with_a_broken_image() {
    const TEST: &str = "lds::face::a_record_with_a_broken_image";
    let Some(record) = testdata::read(TEST, "lds/ISO19794_Test2_Data_InvalidImage.bin") else {
        return;
    };
    let file = dg2(1, &[(0x5F2E, &record)]);
    let dg2 = Dg2::parse(&file).unwrap();
    assert_eq!(dg2.faces[0].image.header, Err(ImageFault::JpegSegments));
}

#[test]
fn of_a_specimen() {
    const TEST: &str = "lds::face::of_a_specimen";
    let Some(file) = testdata::read(TEST, "lds/bsi2008/DG2.bin") else {
        return;
    };
    let dg2 = Dg2::parse(&file).unwrap();
    let header = dg2.faces[0].image.header.unwrap();
    assert_eq!(
        (header.kind, header.width, header.height),
        (ImageKind::Jpeg2000, 413, 531)
    );
    assert!(dg2.deviations.is_empty(), "{:?}", dg2.deviations);
}
