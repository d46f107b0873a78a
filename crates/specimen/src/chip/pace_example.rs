//! PACE with integrated mapping as in Doc 9303-11, appendix H, whose examples begin with the password's key.

use std::collections::BTreeMap;

use num_bigint::BigUint;

use super::{Chip, pace::Pace};
use crate::{
    cipher::Cipher,
    curve::{Curve, padded},
    der,
    document::{Document, Mapping, Mrz, PaceVariant, Size},
    group::{Group, Modp},
    randomness::Randomness,
};

/// What appendix H lists of one run.
struct Example {
    group: Group,
    nonce: &'static str,
    encrypted: &'static str,
    terminal_nonce: &'static str,
    private: &'static str,
    public: &'static str,
    terminal: &'static str,
    terminal_token: &'static str,
    token: &'static str,
}

const CURVE: Example = Example {
    group: Group::Curve(Curve::BrainpoolP256r1),
    nonce: "2923BE84E16CD6AE529049F1F1BBE9EB",
    encrypted: "143DC40C08C8E891FBED7DEDB92B64AD",
    terminal_nonce: "5DD4CBFC96F5453B130D890A1CDBAE32",
    private: "107CF58696EF6155053340FD633392BA81909DF7B9706F226F32086C7AFF974A",
    public: "0467F78E5F7F7686082B293E8D087E056916D0F74BC01A5F8957D0DE45691E51E8932B69A962B52A0985AD2C0A271EE6A13A8ADDDCD1A3A994B9\
             DED257F4D22753",
    terminal: "0489CBA23FFE96AA18D824627C3E934E54A9FD0B87A95D1471DC1C0ABFDCD640D46755DE9B7B778280B6BEBD57439ADFEB0E21FD4ED6DF4257\
               8C13418A59B34C37",
    terminal_token: "450F02B86F6A0909",
    token: "75D4D96E8D5B0308",
};

const MODP: Example = Example {
    group: Group::Modp(Modp::Bits1024Order160),
    nonce: "FA5B7E3E49753A0DB9178B7B9BD898C8",
    encrypted: "9ABB8864CA0FF1551E620D1EF4E13510",
    terminal_nonce: "B3A6DB3C870C3E99245E0D1C06B747DE",
    private: "020F018C7284B047FA7721A337EFB7ACB1440BB30C5252BD41C97C30C994BB78E9F0C5B32744D84017D21FFA6878396A6469CA283EF5C000DAF7\
              D261A39AB8860ED4610AB5343390897AAB5A7787E4FAEFA0649C6A94FDF82D991E8E3FC332F5142729E7040A3F7D5A4D3CD75CBEE1F043C1CAD2\
              DD484FEB4ED22B597D36688E",
    public: "928D9A0F9DBA450F13FC859C6F290D1D36E42431138A4378500BEB4E0401854CFF111F71CB6DC1D0335807A11388CC8EAA87B07907AAD9FBA6B1\
             69AF6D8C26AF8DDDC39ADC3AD2E3FF882B84D23E9768E95A80E4746FB07A9767679FE92133B4D379935C771BD7FBED6C7BB4B1708B275EA75679\
             524CDC9C6A91370CC662A2F3",
    terminal: "0F0CC62945A8029251FB7EF3C094E12EC68E4EF07F27CB9D9CD04C5C4250FAE0E4F8A951557E929AEB48E5C6DD47F2F5CD7C351A9BD2CD722C07\
               EDE166770F08FFCB370262CF308DD7B07F2E0DA9CAAA1492344C852906919538C98A4BA4187E76CE9D87832386D319CE2E043C3343AEAE6EDBA1\
               A9894DC5094D22F7FE1351D5",
    terminal_token: "55D61977CBF5307E",
    token: "C2F04230187E1525",
};

fn hex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

fn empty_document() -> Document {
    Document {
        mrz: Mrz {
            size: Size::Td3,
            document_code: String::new(),
            issuer: String::new(),
            number: String::new(),
            surname: String::new(),
            given_names: String::new(),
            nationality: String::new(),
            birth: String::new(),
            sex: '<',
            expiry: jiff::civil::date(2030, 1, 1),
            optional: String::new(),
        },
        can: None,
        extended_length: None,
        basic_access: false,
        pace: Vec::new(),
        master_file: BTreeMap::new(),
        application: BTreeMap::new(),
        active: None,
        chip: Vec::new(),
        mapping_key: None,
    }
}

/// GENERAL AUTHENTICATE with one data object, or none; the answer's data.
fn step(chip: &mut Chip, last: bool, object: &[u8]) -> Vec<u8> {
    let data = der::tlv(0x7C, object);
    let class = if last { 0x00 } else { 0x10 };
    let command = [
        &[class, 0x86, 0, 0][..],
        &der::length(data.len())[usize::from(data.len() > 0x7F)..],
        &data,
        &[0],
    ];
    let answer = chip.process(&command.concat());
    let (data, status) = answer.split_at(answer.len() - 2);
    assert_eq!(status, [0x90, 0x00]);
    data.to_vec()
}

fn play(example: &Example) {
    let variant = PaceVariant {
        mapping: Mapping::Integrated,
        group: example.group,
        cipher: Cipher::Aes128,
    };
    let mut randomness = Randomness::from_seed(b"");
    randomness.script(&hex(example.nonce));
    // The private key of the MODP example is longer than the order; the same power has a shorter one.
    let order = variant.group.order();
    let private = BigUint::from_bytes_be(&hex(example.private)) % order;
    randomness.script(&padded(&private, order.to_bytes_be().len()));
    let mut chip = Chip::new(empty_document(), randomness);
    chip.pace = Some(Pace::Selected(
        variant,
        hex("591468CDA83D65219CCCB8560233600F"),
    ));
    let answer = |tag: u32, value: &str| der::tlv(0x7C, &der::tlv(tag, &hex(value)));
    assert_eq!(step(&mut chip, false, &[]), answer(0x80, example.encrypted));
    assert_eq!(
        step(
            &mut chip,
            false,
            &der::tlv(0x81, &hex(example.terminal_nonce))
        ),
        answer(0x82, "")
    );
    assert_eq!(
        step(&mut chip, false, &der::tlv(0x83, &hex(example.terminal))),
        answer(0x84, example.public)
    );
    assert_eq!(
        step(
            &mut chip,
            true,
            &der::tlv(0x85, &hex(example.terminal_token))
        ),
        answer(0x86, example.token)
    );
}

#[test]
fn pace_integrated_mapping_on_a_curve() {
    play(&CURVE);
}

#[test]
fn pace_integrated_mapping_modulo_a_prime() {
    play(&MODP);
}
