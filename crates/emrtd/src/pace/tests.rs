//! The worked examples of ICAO 9303-11, appendices G to I, byte for byte, and answers that are refused.

use super::*;
use crate::crypto::curve::Curve;
use crate::crypto::symmetric::Cipher;
use crate::ephemeral_key::DomainParameters;
use crate::fault::ChipFault;
use crate::hex::unhex;
use crate::mrz::MrzInformation;
use crate::security_info::{KeyAgreement, PaceProtocol, SecurityInfos};

/// One of the worked examples.
struct Example {
    /// EF.CardAccess's only PACEInfo.
    info: &'static str,
    /// Document number, date of birth, date of expiry.
    zone: [&'static str; 3],
    /// What comes to the example's private keys or nonce: with numbers, the exponent less 1.
    random: [&'static str; 2],
    /// The key of the nonce, where the example does not derive it from the zone.
    nonce_key: Option<&'static str>,
    /// Commands and answers.
    talk: Vec<(String, String)>,
}

const APPENDIX_G: [&str; 3] = ["T22000129", "640812", "101031"];
const APPENDIX_H: &str = "591468CDA83D65219CCCB8560233600F";
/// Appendix G.1's MSE:Set AT with the domain parameters named.
const NAMED: &str = "00 22 C1 A4 12 80 0A 04 00 7F 00 07 02 02 04 02 02 83 01 01 84 01 0D";
const BEGIN_NONCE: &str = "10 86 00 00 02 7C 00 00";

/// Appendix G.1: generic mapping with ECDH.
fn g1() -> Example {
    example(
        "3012060A 04007F00 07020204 02020201 0202010D",
        APPENDIX_G,
        [
            "7F4EF07B 9EA82FD7 8AD689B3 8D0BC78C F21F249D 953BC46F 4C6E1925 9C010F99",
            "A73FB703 AC1436A1 8E0CFA5A BB3F7BEC 7A070E7A 6788486B EE230C4A 22762595",
        ],
        &[
            "00 22 C1 A4 0F 80 0A 04 00 7F 00 07 02 02 04 02 02 83 01 01",
            "90 00",
            BEGIN_NONCE,
            "7C 12 80 10 95 A3 A0 16 52 2E E9 8D 01 E7 6C B6 B9 8B 42 C3 90 00",
            "10 86 00 00 45 7C 43 81 41 04 7A CF 3E FC 98 2E C4 55 65 A4 B1 55
             12 9E FB C7 46 50 DC BF A6 36 2D 89 6F C7 02 62 E0 C2 CC 5E 54 45
             52 DC B6 72 52 18 79 91 15 B5 5C 9B AA 6D 9F 6B C3 A9 61 8E 70 C2
             5A F7 17 77 A9 C4 92 2D 00",
            "7C 43 82 41 04 82 4F BA 91 C9 CB E2 6B EF 53 A0 EB E7 34 2A 3B F1
             78 CE A9 F4 5D E0 B7 0A A6 01 65 1F BA 3F 57 30 D8 C8 79 AA A9 C9
             F7 39 91 E6 1B 58 F4 D5 2E B8 7A 0A 0C 70 9A 49 DC 63 71 93 63 CC
             D1 3C 54 90 00",
            "10 86 00 00 45 7C 43 83 41 04 2D B7 A6 4C 03 55 04 4E C9 DF 19
             05 14 C6 25 CB A2 CE A4 87 54 88 71 22 F3 A5 EF 0D 5E DD 30 1C
             35 56 F3 B3 B1 86 DF 10 B8 57 B5 8F 6A 7E B8 0F 20 BA 5D C7 BE
             1D 43 D9 BF 85 01 49 FB B3 64 62 00",
            "7C 43 84 41 04 9E 88 0F 84 29 05 B8 B3 18 1F 7A F7 CA A9 F0 EF
             B7 43 84 7F 44 A3 06 D2 D2 8C 1D 9E C6 5D F6 DB 77 64 B2 22 77
             A2 ED DC 3C 26 5A 9F 01 8F 9C B8 52 E1 11 B7 68 B3 26 90 4B 59
             A0 19 37 76 F0 94 90 00",
            "00 86 00 00 0C 7C 0A 85 08 C2 B0 BD 78 D9 4B A8 66 00",
            "7C 0A 86 08 3A BB 96 74 BC E9 3C 08 90 00",
        ],
    )
}

/// Appendix G.2: generic mapping with DH. The chip also names two certification authorities, which nobody asked for.
fn g2() -> Example {
    example(
        "3012060A 04007F00 07020204 01020201 02020100",
        APPENDIX_G,
        [
            "5265030f751f4ad18b08ac565fc7ac952e41618c",
            "89ccd99b0e8d3b1f11e1296dca68ec53411cf2c9",
        ],
        &[
            "00 22 C1 A4 0F 80 0A 04 00 7F 00 07 02 02 04 01 02 83 01 01",
            "90 00",
            BEGIN_NONCE,
            "7C 12 80 10 85 4D 8D F5 82 7F A6 85 2D 1A 4F A7 01 CD DD CA 90 00",
            "10 86 00 00 86 7C 81 83 81 81 80 23 FB 37 49 EA 03 0D 2A 25 B2 78 D2 A5
             62 04 7A DE 3F 01 B7 4F 17 A1 54 02 CB 73 52 CA 7D 2B 3E B7 1C 34 3D B1
             3D 1D EB CE 9A 36 66 DB CF C9 20 B4 91 74 A6 02 CB 47 96 5C AA 73 DC 70
             24 89 A4 4D 41 DB 91 4D E9 61 3D C5 E9 8C 94 16 05 51 C0 DF 86 27 4B 93
             59 BC 04 90 D0 1B 03 AD 54 02 2D CB 4F 57 FA D6 32 24 97 D7 A1 E2 8D 46
             71 0F 46 1A FE 71 0F BB BC 5F 8B A1 66 F4 31 19 75 EC 6C 00",
            "7C 81 83 82 81 80 78 87 9F 57 22 5A A8 08 0D 52 ED 0F C8 90 A4 B2 53 36
             F6 99 AA 89 A2 D3 A1 89 65 4A F7 07 29 E6 23 EA 57 38 B2 63 81 E4 DA 19
             E0 04 70 6F AC E7 B2 35 C2 DB F2 F3 87 48 31 2F 3C 98 C2 DD 48 82 A4 19
             47 B3 24 AA 12 59 AC 22 57 9D B9 3F 70 85 65 5A F3 08 89 DB B8 45 D9 E6
             78 3F E4 2C 9F 24 49 40 03 06 25 4C 8A E8 EE 9D D8 12 A8 04 C0 B6 6E 8C
             AF C1 4F 84 D8 25 89 50 A9 1B 44 12 6E E6 90 00",
            "10 86 00 00 86 7C 81 83 83 81 80 90 7D 89 E2 D4 25 A1 78 AA 81 AF 4A 77
             74 EC 8E 38 8C 11 5C AE 67 03 1E 85 EE CE 52 0B D9 11 55 1B 9A E4 D0 43
             69 F2 9A 02 62 6C 86 FB C6 74 7C C7 BC 35 26 45 B6 16 1A 2A 42 D4 4E DA
             80 A0 8F A8 D6 1B 76 D3 A1 54 AD 8A 5A 51 78 6B 0B C0 71 47 05 78 71 A9
             22 21 2C 5F 67 F4 31 73 17 22 36 B7 74 7D 16 71 E6 D6 92 A3 C7 D4 0A 0C
             3C 5C E3 97 54 5D 01 5C 17 5E B5 13 05 51 ED BC 2E E5 D4 00",
            "7C 81 83 84 81 80 07 56 93 D9 AE 94 18 77 57 3E 63 4B 6E 64 4F 8E 60 AF
             17 A0 07 6B 8B 12 3D 92 01 07 4D 36 15 2B D8 B3 A2 13 F5 38 20 C4 2A DC
             79 AB 5D 0A EE C3 AE FB 91 39 4D A4 76 BD 97 B9 B1 4D 0A 65 C1 FC 71 A0
             E0 19 CB 08 AF 55 E1 F7 29 00 5F BA 7E 3F A5 DC 41 89 92 38 A2 50 76 7A
             6D 46 DB 97 40 64 38 6C D4 56 74 35 85 F8 E5 D9 0C C8 B4 00 4B 1F 6D 86
             6C 79 CE 05 84 E4 96 87 FF 61 BC 29 AE A1 90 00",
            "00 86 00 00 0C 7C 0A 85 08 B4 6D D9 BD 4D 98 38 1F 00",
            "7C 1B 86 08 91 7F 37 B5 C0 E6 D8 D1 87 0F 44 45 54 45 53 54 43 56 43 41
             30 30 30 30 33 90 00",
        ],
    )
}

/// Appendix H.1: integrated mapping with ECDH. The example gives the values; the APDUs around them are those of section 4.4.4.
fn h1() -> Example {
    let example = example(
        "3012060A 04007F00 07020204 04020201 0202010D",
        APPENDIX_G,
        [
            "5DD4CBFC 96F5453B 130D890A 1CDBAE32",
            "A73FB703 AC1436A1 8E0CFA5A BB3F7BEC 7A070E7A 6788486B EE230C4A 22762595",
        ],
        &[
            "00 22 C1 A4 0F 80 0A 04 00 7F 00 07 02 02 04 04 02 83 01 01",
            "90 00",
            BEGIN_NONCE,
            "7C 12 80 10 143DC40C 08C8E891 FBED7DED B92B64AD 90 00",
            "10 86 00 00 14 7C 12 81 10 5DD4CBFC 96F5453B 130D890A 1CDBAE32 00",
            "7C 02 82 00 90 00",
            "10 86 00 00 45 7C 43 83 41 04 89CBA23F FE96AA18 D824627C 3E934E54
             A9FD0B87 A95D1471 DC1C0ABF DCD640D4 6755DE9B 7B778280 B6BEBD57 439ADFEB
             0E21FD4E D6DF4257 8C13418A 59B34C37 00",
            "7C 43 84 41 04 67F78E5F 7F768608 2B293E8D 087E0569 16D0F74B C01A5F89 57D0DE45
             691E51E8 932B69A9 62B52A09 85AD2C0A 271EE6A1 3A8ADDDC D1A3A994 B9DED257 F4D22753 90 00",
            "00 86 00 00 0C 7C 0A 85 08 450F02B8 6F6A0909 00",
            "7C 0A 86 08 75D4D96E 8D5B0308 90 00",
        ],
    );
    Example {
        nonce_key: Some(APPENDIX_H),
        ..example
    }
}

/// Appendix H.2: integrated mapping with DH. The terminal's private key is the example's modulo the order, less 1.
fn h2() -> Example {
    let example = example(
        "3012060A 04007F00 07020204 03020201 02020100",
        APPENDIX_G,
        [
            "B3A6DB3C 870C3E99 245E0D1C 06B747DE",
            "89ccd99b0e8d3b1f11e1296dca68ec53411cf2c9",
        ],
        &[
            "00 22 C1 A4 0F 80 0A 04 00 7F 00 07 02 02 04 03 02 83 01 01",
            "90 00",
            BEGIN_NONCE,
            "7C 12 80 10 9ABB8864 CA0FF155 1E620D1E F4E13510 90 00",
            "10 86 00 00 14 7C 12 81 10 B3A6DB3C 870C3E99 245E0D1C 06B747DE 00",
            "7C 00 90 00",
            "10 86 00 00 86 7C 81 83 83 81 80 0F0CC629 45A80292 51FB7EF3 C094E12E
             C68E4EF0 7F27CB9D 9CD04C5C 4250FAE0 E4F8A951 557E929A EB48E5C6 DD47F2F5
             CD7C351A 9BD2CD72 2C07EDE1 66770F08 FFCB3702 62CF308D D7B07F2E 0DA9CAAA
             1492344C 85290691 9538C98A 4BA4187E 76CE9D87 832386D3 19CE2E04 3C3343AE
             AE6EDBA1 A9894DC5 094D22F7 FE1351D5 00",
            "7C 81 83 84 81 80 928D9A0F 9DBA450F 13FC859C 6F290D1D 36E42431 138A4378
             500BEB4E 0401854C FF111F71 CB6DC1D0 335807A1 1388CC8E AA87B079 07AAD9FB
             A6B169AF 6D8C26AF 8DDDC39A DC3AD2E3 FF882B84 D23E9768 E95A80E4 746FB07A
             9767679F E92133B4 D379935C 771BD7FB ED6C7BB4 B1708B27 5EA75679 524CDC9C
             6A91370C C662A2F3 90 00",
            "00 86 00 00 0C 7C 0A 85 08 55D61977 CBF5307E 00",
            "7C 0A 86 08 C2F04230 187E1525 90 00",
        ],
    );
    Example {
        nonce_key: Some(APPENDIX_H),
        ..example
    }
}

/// Appendix I.1: chip authentication mapping.
fn i1() -> Example {
    example(
        "3012060A 04007F00 07020204 06020201 0202010D",
        ["C11T002JM", "960812", "231031"],
        [
            "5D8BB87B D74D985A 4B7D4325 B9F7B976 FE835122 77340079 8914AA22 738135CC",
            "76ECFDAA 9841C323 A3F5FC5E 88B88DB3 EFF7E35E BF57A7E6 946CB630 006C2120",
        ],
        &[
            "00 22 C1 A4 0F 80 0A 04 00 7F 00 07 02 02 04 06 02 83 01 01",
            "90 00",
            BEGIN_NONCE,
            "7C 12 80 10 CB 60 E8 E0 D8 5B 76 A9 BD 30 47 47 C2 AD 42 E2 90 00",
            "10 86 00 00 45 7C 43 81 41 04 7F 1D 41 0A DB 7D
             DB 3B 84 BF 10 30 80 09 81 A9 10 5D 74 57 B4 A3
             AD E0 02 38 4F 30 86 C6 7E DE 1A B8 89 10 4A 27
             DB 6D 84 2B 01 90 20 FB F3 CE AC B0 DC 62 7F 7B
             DC AC 29 96 9E 19 D0 E5 53 C1 00",
            "7C 43 82 41 04 A2 34 23 6A A9 B9 62 1E 8E FB 73
             B5 24 5C 0E 09 D2 57 6E 52 77 18 3C 12 08 BD D5
             52 80 CA E8 B3 04 F3 65 71 3A 35 6E 65 A4 51 E1
             65 EC C9 AC 0A C4 6E 37 71 34 2C 8F E5 AE DD 09
             26 85 33 8E 23 90 00",
            "10 86 00 00 45 7C 43 83 41 04 44 6C 93 40 84 D9
             DA B8 63 94 4F 21 95 20 07 6C 29 EE 3F 7A E6 72
             2B 11 FF 31 9E C1 C7 72 8F 95 54 83 40 0B FF 60
             BF 0C 59 29 27 00 09 27 7D C2 A5 15 E1 25 75 01
             0A D9 BA 91 6C F1 BF 86 FE FC 00",
            "7C 43 84 41 04 02 AD 56 6F 3C 6E C7 F9 32 45 09
             AD 50 A5 1F A5 20 30 78 2A 49 68 FC FE DF 73 7D
             AE A9 93 33 31 11 C3 B9 B4 C2 28 77 89 BD 13 7E
             7F 8A A8 82 E2 A3 C6 33 CC D6 EC C2 C6 3C 57 AD
             40 1A 09 C2 E1 90 00",
            "00 86 00 00 0C 7C 0A 85 08 E8 6B D0 60 18 A1 CD 3B 00",
            "7C 3C 86 08 85 96 CF 05 5C 67 C1 A3 8A 30 1E EA
             96 4D AA E3 72 AC 99 0E 3E FD E6 33 33 53 BF C8
             9A 67 04 D9 3D A8 79 8C F7 7F 5B 7A 54 BD 10 CB
             A3 72 B4 2B E0 B9 B5 F2 8A A8 DE 2F 4F 92 90 00",
        ],
    )
}

fn example(
    info: &'static str,
    zone: [&'static str; 3],
    random: [&'static str; 2],
    talk: &[&str],
) -> Example {
    let pairs = talk
        .chunks(2)
        .map(|pair| (pair[0].to_owned(), pair[1].to_owned()));
    Example {
        info,
        zone,
        random,
        nonce_key: None,
        talk: pairs.collect(),
    }
}

impl Example {
    fn offer(&self) -> PaceOffer {
        let access = tlv::write(Tag::SET, &[&unhex(self.info)]);
        PaceOffer::all(&SecurityInfos::parse(&access).unwrap())[0]
    }

    fn begin(&self) -> (Pace, CommandApdu) {
        let offer = self.offer();
        let [number, birth, expiry] = self.zone;
        let information = MrzInformation::from_typed(number, birth, expiry).unwrap();
        let padded = |hex: &str| {
            let digits = unhex(hex);
            let mut random = vec![0; offer.parameters.random_bytes().saturating_sub(digits.len())];
            random.extend(digits);
            Zeroizing::new(random)
        };
        let mapping = match offer.protocol.mapping {
            Mapping::Integrated => Zeroizing::new(unhex(self.random[0])),
            _ => padded(self.random[0]),
        };
        let random = PaceRandomness {
            mapping,
            agreement: padded(self.random[1]),
        };
        let (mut pace, command) = Pace::begin(offer, &Password::mrz(&information), random).unwrap();
        if let Some(key) = self.nonce_key {
            pace.nonce_key = EncryptionKey::new(offer.protocol.cipher, &unhex(key)).unwrap();
        }
        (pace, command)
    }

    fn run(&self) -> Result<PaceDone, PaceFault> {
        let (mut pace, mut command) = self.begin();
        for (expected, answer) in &self.talk {
            assert_eq!(command.to_bytes().unwrap(), unhex(expected));
            match pace.respond(&ResponseApdu::parse(&unhex(answer)).unwrap())? {
                Step::Send(next) => command = next,
                Step::Done(done) => return Ok(done),
            }
        }
        panic!("not done");
    }

    /// The same talk, with another answer to one command.
    fn with(mut self, number: usize, answer: &str) -> Self {
        answer.clone_into(&mut self.talk[number].1);
        self
    }
}

/// A session with these keys protects as the given one does.
fn has_keys(mut session: SecureMessaging, encryption: &str, mac: &str) -> bool {
    let cipher = session.cipher();
    let encryption = EncryptionKey::new(cipher, &unhex(encryption)).unwrap();
    let mac = MacKey::new(cipher, &unhex(mac)).unwrap();
    let command = CommandApdu::new(0xA4, [4, 12]).with_data([1, 2, 3]);
    let protected = SecureMessaging::new(encryption, mac)
        .protect(&command)
        .unwrap();
    session.protect(&command).unwrap() == protected
}

#[test]
fn runs_as_appendices_g_to_i() {
    let keys = [
        (
            g1(),
            "F5F0E35C0D7161EE6724EE513A0D9A7F",
            "FE251C7858B356B24514B3BD5F4297D1",
        ),
        (
            g2(),
            "2F7F46ADCC9E7E521B45D192FAFA9126",
            "805A1D27D45A5116F73C54469462B7D8",
        ),
        (
            h1(),
            "0D3FEB33251A6370893D62AE8DAAF51B",
            "B01E89E3D9E8719E586B50B4A7506E0B",
        ),
        (
            h2(),
            "01AFC10CF87BE36D8179E87370171F07",
            "23F0FBD05FD6C7B8B88F4C8309669061",
        ),
        (
            i1(),
            "0A9DA4DB03BDDE39FC5202BC44B2E89E",
            "4B1C06491ED5140CA2B537D344C6C0B1",
        ),
    ];
    for (example, encryption, mac) in keys {
        let done = example.run().unwrap();
        assert!(has_keys(done.session, encryption, mac));
        assert!(!done.parameters_named);
    }
}

/// Appendix I.1, "Chip Authentication".
#[test]
fn chip_authentication_mapping_proves_the_chip() {
    let info = unhex(
        "30620609 04007F00 07020201 02305230 0C060704 007F0007 01020201 0D034200
         04187270 9494399E 7470A643 1BE25E83 EEE24FEA 568C2ED2 8DB48E05 DB3A610D
         C884D256 A40E35EF CB59BF67 53D3A489 D28C7A4D 973C2DA1 38A6E7A4 A08F68E1 6F02010D",
    );
    let card_security = tlv::write(Tag::SET, &[&info]);
    let infos = SecurityInfos::parse(&card_security).unwrap();
    assert_eq!(infos.chip_authentication_keys.len(), 1);
    let domain = DomainParameters::from_parameter_id(13).unwrap();
    let public_key = infos.chip_authentication_keys[0].public_key;
    let (key, _) = ephemeral_key::static_key(public_key).unwrap();
    let proof = i1().run().unwrap().chip_authentication.unwrap();
    assert_eq!(proof.dangerous_verify(&key), Ok(()));
    assert_eq!(
        proof.dangerous_verify(&domain.generator()),
        Err(ChipFault::ChipAuthenticationFailed)
    );
    let other = DomainParameters::Curve(Curve::Secp256r1).generator();
    assert_eq!(
        proof.dangerous_verify(&other),
        Err(ChipFault::ChipKeyInvalid)
    );
    assert!(g1().run().unwrap().chip_authentication.is_none());
}

/// Appendix H.1: the pseudo-random function; and with longer keys it gives enough bits, 64 more than the prime.
#[test]
fn pseudo_random_as_appendix_h1() {
    let prime = Curve::BrainpoolP256r1.prime();
    let nonce = unhex("2923BE84 E16CD6AE 529049F1 F1BBE9EB");
    let key = unhex("5DD4CBFC 96F5453B 130D890A 1CDBAE32");
    let output = mapping::pseudo_random(Cipher::Aes128, &nonce, &key, prime).unwrap();
    let expected = "E4447E2D FB3586BA C05DDB00 156B57FB B2179A39 49294C97 25418980 0C517BAA
        8DA0FF39 7ED8C445 D3E421E4 FEB57322";
    assert_eq!(output[..], unhex(expected));
    for (cipher, length) in [
        (Cipher::TripleDes, 48),
        (Cipher::Aes192, 64),
        (Cipher::Aes256, 64),
    ] {
        let nonce = vec![1; cipher.nonce_length()];
        let key = vec![2; cipher.key_length()];
        let output = mapping::pseudo_random(cipher, &nonce, &key, prime).unwrap();
        assert_eq!(output.len(), length);
    }
}

/// Runs appendix G.1 with each of these answers to the command of this number.
fn refused_with(cases: Vec<(usize, &str, PaceFault)>) {
    for (number, answer, fault) in cases {
        assert_eq!(
            g1().with(number, answer).run().unwrap_err(),
            fault,
            "{number}: {answer}"
        );
    }
}

#[test]
fn refuses_statuses_that_are_not_success() {
    let security_status = PaceFault::Refused {
        step: PaceStep::EncryptedNonce,
        status: StatusWord::SECURITY_STATUS,
    };
    refused_with(vec![
        (0, "6985", PaceFault::NotSelected(StatusWord(0x6985))),
        (0, "63C0", PaceFault::PasswordBlocked),
        (0, "6983", PaceFault::PasswordBlocked),
        (1, "6982", security_status),
        (4, "6300", PaceFault::PasswordRefused { tries: None }),
        (4, "63C2", PaceFault::PasswordRefused { tries: Some(2) }),
        (4, "63C0", PaceFault::PasswordBlocked),
    ]);
    // The domain parameters are named then, and it is refused again.
    let mut example = g1().with(0, "6A80");
    example
        .talk
        .insert(1, (NAMED.to_owned(), "6A80".to_owned()));
    assert_eq!(
        example.run().unwrap_err(),
        PaceFault::NotSelected(StatusWord(0x6A80))
    );
}

#[test]
fn refuses_nonces_and_tokens_of_another_kind() {
    let long = format!("7C 52 80 50 {} 9000", "01".repeat(80));
    refused_with(vec![
        (
            1,
            "9000",
            PaceFault::AnswerMalformed(PaceStep::EncryptedNonce),
        ),
        (1, "7C 02 80 00 9000", PaceFault::NonceLength),
        (1, "7C 05 80 03 010203 9000", PaceFault::NonceLength),
        (1, &long, PaceFault::NonceLength),
        (
            4,
            "7C 0A 86 08 3A BB 96 74 BC E9 3C 09 90 00",
            PaceFault::TokenWrong,
        ),
        (4, "7C 02 86 00 90 00", PaceFault::TokenWrong),
    ]);
    let without = "7C 0A 86 08 85 96 CF 05 5C 67 C1 A3 90 00";
    assert_eq!(
        i1().with(4, without).run().unwrap_err(),
        PaceFault::ChipAuthenticationDataMalformed
    );
    let eight = "7C 0A 80 08 00 00 00 00 00 00 00 00 90 00";
    assert_eq!(
        h1().with(1, eight).run().unwrap_err(),
        PaceFault::NonceLength
    );
}

#[test]
fn refuses_keys_that_are_not_the_chips_own() {
    let talk = g1().talk;
    let map = format!("7C 43 82 41 {} 90 00", &unhex_text(&talk[2].0)[18..148]);
    let agree = format!("7C 43 84 41 {} 90 00", &unhex_text(&talk[3].0)[18..148]);
    let off_curve = format!("7C 43 82 41 04 {} 90 00", "01".repeat(64));
    let compressed = format!(
        "7C 23 82 21 {} 90 00",
        &unhex_text(&talk[2].1)[8..74].replacen("04", "02", 1)
    );
    refused_with(vec![
        (
            2,
            &off_curve,
            PaceFault::PublicKeyInvalid(PaceStep::MapNonce),
        ),
        (
            2,
            &compressed,
            PaceFault::PublicKeyInvalid(PaceStep::MapNonce),
        ),
        (
            2,
            "7C 03 82 01 00 9000",
            PaceFault::PublicKeyInvalid(PaceStep::MapNonce),
        ),
        (2, &map, PaceFault::ReflectedKey(PaceStep::MapNonce)),
        (3, &agree, PaceFault::ReflectedKey(PaceStep::KeyAgreement)),
        (
            3,
            "7C 03 82 01 00 9000",
            PaceFault::AnswerMalformed(PaceStep::KeyAgreement),
        ),
    ]);
}

fn unhex_text(text: &str) -> String {
    text.chars().filter(char::is_ascii_hexdigit).collect()
}

/// Ukraine's passports of before July 2022 answer 6A87 unless the domain parameters are named.
#[test]
fn names_the_domain_parameters_where_the_chip_wants_it() {
    let mut example = g1().with(0, "6A87");
    let named = "00 22 C1 A4 12 80 0A 04 00 7F 00 07 02 02 04 02 02 83 01 01 84 01 0D";
    example
        .talk
        .insert(1, (named.to_owned(), "9000".to_owned()));
    assert!(example.run().unwrap().parameters_named);
}

#[test]
fn ranks_offers() {
    let info = |variant, cipher, id| {
        let oid = [4, 0, 0x7F, 0, 7, 2, 2, 4, variant, cipher];
        let oid = tlv::write(Tag::OBJECT_IDENTIFIER, &[&oid]);
        tlv::write(Tag::SEQUENCE, &[&oid, &[2, 1, 2], &[2, 1, id]])
    };
    let infos = [
        info(1, 4, 2),
        info(2, 2, 13),
        info(2, 4, 16),
        info(4, 4, 16),
        info(6, 2, 13),
        info(2, 2, 31),
        info(2, 2, 0),
    ]
    .concat();
    let access = tlv::write(Tag::SET, &[&infos]);
    let offers = PaceOffer::all(&SecurityInfos::parse(&access).unwrap());
    let ranked: Vec<_> = offers
        .iter()
        .map(|offer| {
            (
                offer.protocol.mapping,
                offer.protocol.cipher,
                offer.parameter_id,
            )
        })
        .collect();
    assert_eq!(
        ranked,
        [
            (Mapping::ChipAuthentication, Cipher::Aes128, Some(13)),
            (Mapping::Generic, Cipher::Aes256, Some(16)),
            (Mapping::Integrated, Cipher::Aes256, Some(16)),
            (Mapping::Generic, Cipher::Aes128, Some(13)),
            (Mapping::Generic, Cipher::Aes256, Some(2)),
        ]
    );
    assert!(offers.iter().all(|offer| offer.is_ambiguous));
    assert_eq!(
        offers[4].protocol,
        PaceProtocol {
            key_agreement: KeyAgreement::Dh,
            mapping: Mapping::Generic,
            cipher: Cipher::Aes256,
        }
    );
}

/// Explicit domain parameters are taken only where they are those of a known curve (appendix G.1 has brainpoolP256r1's).
#[test]
fn recognises_explicit_domain_parameters() {
    let explicit = unhex(
        "3081EC 06072A8648CE3D0201 3081E0 020101 302C 06072A8648CE3D0101
         022100A9FB57DBA1EEA9BC3E660A909D838D726E3BF623D52620282013481D1F6E5377
         3044 04207D5A0975FC2C3057EEF67530417AFFE7FB8055C126DC5C6CE94A4B44F330B5D9
         042026DC5C6CE94A4B44F330B5D9BBD77CBF958416295CF7E1CE6BCCDC18FF8C07B6
         0441048BD2AEB9CB7E57CB2C4B482FFC81B7AFB9DE27E1E3BD23C23A4453BD9ACE3262
         547EF835C3DAC4FD97F8461A14611DC9C27745132DED8E545C1D54C72F046997
         022100A9FB57DBA1EEA9BC3E660A909D838D718C397AA3B561A6F7901E0E82974856A7 020101",
    );
    let brainpool = DomainParameters::Curve(Curve::BrainpoolP256r1);
    assert_eq!(DomainParameters::recognise(&explicit), Some(brainpool));
    for at in [50, 100, 150, 200] {
        let mut altered = explicit.clone();
        altered[at] ^= 1;
        assert_eq!(DomainParameters::recognise(&altered), None, "{at}");
    }
}
