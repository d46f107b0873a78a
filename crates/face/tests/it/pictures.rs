//! Hostile pictures: none ends the program, and none takes memory beyond its limits.

use face::picture::{Picture, PictureFault, Png};
use specimen::drawn_face::{self, Pose};

#[test]
fn every_truncation_of_a_picture_is_a_picture_or_a_fault() {
    let whole = drawn_face::jpeg(1, Pose::default());
    assert!(Picture::decode(&whole).is_ok());
    for length in (0..whole.len()).step_by(whole.len() / 60) {
        if let Ok(picture) = Picture::decode(&whole[..length]) {
            assert_eq!((picture.width(), picture.height()), (320, 400));
        }
    }
}

#[test]
fn bytes_changed_anywhere_are_a_picture_or_a_fault() {
    let whole = drawn_face::jpeg(1, Pose::default());
    for at in (0..whole.len()).step_by(whole.len() / 100) {
        let mut changed = whole.clone();
        changed[at] ^= 0x55;
        if let Ok(picture) = Picture::decode(&changed) {
            assert!(picture.width() <= 4096 && picture.height() <= 4096);
        }
    }
}

#[test]
fn a_picture_that_says_it_is_huge_is_refused_by_its_header() {
    let mut bomb = drawn_face::jpeg(1, Pose::default());
    let frame = bomb
        .windows(2)
        .position(|marker| marker == [0xFF, 0xC0])
        .unwrap();
    bomb[frame + 5..frame + 9].copy_from_slice(&[0xFF, 0xFF, 0xFF, 0xFF]);
    assert_eq!(Picture::decode(&bomb).err(), Some(PictureFault::TooLarge));
    assert_eq!(Png::of(&bomb).err(), Some(PictureFault::TooLarge));
    bomb[frame + 5..frame + 9].copy_from_slice(&[0x10, 0x00, 0x08, 0x01]);
    assert_eq!(Picture::decode(&bomb).err(), Some(PictureFault::TooLarge));
}

#[test]
fn png_is_shown_and_not_compared() {
    let png = Picture::decode(&drawn_face::jpeg(1, Pose::default()))
        .unwrap()
        .to_png();
    assert_eq!(Png::of(&png).unwrap().file, png);
    assert_eq!(Picture::decode(&png).err(), Some(PictureFault::NotCompared));
}
