//! The worked examples of Doc 9303-11, appendices D, F, G and I, from the chip's side: what the chip draws is given, and what it
//! answers must be the example's, byte for byte. Appendix H gives a key where the others give a password, and is tried beside the
//! code.

use std::collections::BTreeMap;

use jiff::civil::date;
use num_bigint::BigUint;
use specimen::{
    chip::Chip,
    cipher::Cipher,
    curve::Curve,
    digest::Digest,
    document::{ActiveKey, Document, Mapping, Mrz, PaceVariant, Size},
    ec_key::EcKey,
    group::{Group, Modp},
    randomness::Randomness,
    rsa::{Iso9796, RsaKey},
};

fn hex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

/// A document with nothing but an MRZ's keys.
fn document(number: &str, birth: &str, expiry: jiff::civil::Date) -> Document {
    Document {
        mrz: Mrz {
            size: Size::Td3,
            document_code: "P".into(),
            issuer: "UTO".into(),
            number: number.into(),
            surname: "ERIKSSON".into(),
            given_names: "ANNA MARIA".into(),
            nationality: "UTO".into(),
            birth: birth.into(),
            sex: 'F',
            expiry,
            optional: String::new(),
        },
        can: None,
        extended_length: None,
        basic_access: true,
        pace: Vec::new(),
        master_file: BTreeMap::new(),
        application: BTreeMap::new(),
        active: None,
        chip: Vec::new(),
        mapping_key: None,
    }
}

/// Plays a conversation with a chip that draws these bytes.
fn play(document: Document, drawn: &[&str], conversation: &[(&str, &str)]) {
    let mut randomness = Randomness::from_seed(b"");
    for text in drawn {
        randomness.script(&hex(text));
    }
    let mut chip = Chip::new(document, randomness);
    for (command, answer) in conversation {
        assert_eq!(chip.process(&hex(command)), hex(answer), "to {command}");
    }
}

#[test]
fn basic_access_control_and_secure_messaging() {
    let mut document = document("L898902C", "690806", date(1994, 6, 23));
    document
        .application
        .insert(0x011E, hex("60145F0104303130365F36063034303030305C026175"));
    let drawn = ["4608F91988702212", "0B4F80323EB3191CB04970CB4052790B"];
    let conversation = [
        ("00A4040C07A0000002471001", "9000"),
        ("0084000008", "4608F919887022129000"),
        (
            "008200002872C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F25F1448EEA8AD90A728",
            "46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F2F2D235D074D74499000",
        ),
        (
            "0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800",
            "990290008E08FA855A5D4C50A8ED9000",
        ),
        (
            "0CB000000D9701048E08ED6705417E96BA5500",
            "8709019FF0EC34F9922651990290008E08AD55CC17140B2DED9000",
        ),
        (
            "0CB000040D9701128E082EA28A70F3C7B53500",
            "871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A990290008E08C8B2787EAEA07D749000",
        ),
    ];
    play(document, &drawn, &conversation);
}

#[test]
fn pace_generic_mapping_on_a_curve() {
    let mut document = document("T22000129", "640812", date(2010, 10, 31));
    document.pace = vec![PaceVariant::USUAL];
    let drawn = [
        "3F00C4D39D153F2B2A214A078D899B22",
        "498FF49756F2DC1587840041839A85982BE7761D14715FB091EFA7BCE9058560",
        "107CF58696EF6155053340FD633392BA81909DF7B9706F226F32086C7AFF974A",
    ];
    play(document, &drawn, &GENERIC_CURVE);
}

#[test]
fn pace_generic_mapping_modulo_a_prime() {
    let mut document = document("T22000129", "640812", date(2010, 10, 31));
    document.pace = vec![PaceVariant {
        group: Group::Modp(Modp::Bits1024Order160),
        ..PaceVariant::USUAL
    }];
    let drawn = [
        "FA5B7E3E49753A0DB9178B7B9BD898C8",
        "66DDAFEAC1609CB5B963BB0CB3FF8B3E047F336C",
        "A5B780126B7C980E9FCEA1D4539DA1D27C342DFA",
    ];
    play(document, &drawn, &GENERIC_MODP);
}

/// The example gives the quotient of the two private keys (CA.IC) and not the static one, which follows from it.
#[test]
fn pace_chip_authentication_mapping() {
    let order = &Curve::BrainpoolP256r1.domain().order;
    let mapping = "9E56A6B59C95D06ECE5CD10F983BB2F4F1943528E577F23881D89D8C3BBEE0AA";
    let quotient = "85DC3FA93D0952BFA82F5FD189EE75BD82F11D1F0B8ED4BF5319AC9B53C426B3";
    let number = |text: &str| BigUint::parse_bytes(text.as_bytes(), 16).unwrap();
    let key = EcKey::new(
        Curve::BrainpoolP256r1,
        number(mapping) * number(quotient).modinv(order).unwrap() % order,
    );
    let public = "041872709494399E7470A6431BE25E83EEE24FEA568C2ED28DB48E05DB3A610DC884D256A40E35EFCB59BF6753D3A489D28C7A4D973C\
                  2DA138A6E7A4A08F68E16F";
    assert_eq!(Curve::BrainpoolP256r1.encode(&key.public), hex(public));
    let mut document = document("C11T002JM", "960812", date(2023, 10, 31));
    document.pace = vec![PaceVariant {
        mapping: Mapping::ChipAuthentication,
        ..PaceVariant::USUAL
    }];
    document.mapping_key = Some(key.into());
    // The example's private key is larger than the order.
    let private =
        number("CD626EF3C256E235FE8912CAC28279E626008EDA6B3A05C4CF862A3BDAB79E78") % order;
    let private = format!("{private:064X}");
    let drawn = ["658B860BC94DF6F044FCE6D5C82CF8E5", mapping, &private];
    play(document, &drawn, &CHIP_AUTHENTICATION_MAPPING);
}

/// The example gives no key, so that only what is signed can be compared.
#[test]
fn active_authentication_signs_the_representative_of_appendix_f() {
    let key = RsaKey::from_seed(b"appendix F", 1024, 65537);
    let mut document = document("L898902C", "690806", date(1994, 6, 23));
    document.active = Some(ActiveKey::Rsa(
        std::sync::Arc::clone(&key),
        Iso9796::usual(Digest::Sha1),
    ));
    let nonce = "9D2784A67F8E7C659973EA1AEA25D95B6C8F91E5002F369F0FBDCE8A3CEC1991B543F1696546C5524CF23A5303CD6C98599F40B79F\
                 377B5F3A1406B3B4D8F96784D23AA88DB7E1032A405E69325FA91A6E86F5C71AEA978264C4A207446DAD4E7292E2DCDA3024B47DA8";
    let mut randomness = Randomness::from_seed(b"");
    randomness.script(&hex(nonce));
    let challenge = hex("F173589974BF40C6");
    let signature = key.sign_9796(Iso9796::usual(Digest::Sha1), &challenge, &mut randomness);
    let opened = BigUint::from_bytes_be(&signature)
        .modpow(&key.exponent, &key.modulus)
        .to_bytes_be();
    assert_eq!(
        opened,
        hex(&format!(
            "6A{nonce}C063AA1E6D22FBD976AB0FE73D94D2D9C6D88127BC"
        ))
    );
}

/// Appendix D.1.
#[test]
fn keys_from_a_seed() {
    use specimen::cipher::Purpose;
    let seed = hex("239AB9CB282DAF66231DC5A4DF6BFBAE");
    let encryption = Cipher::TripleDes.derive(&seed, Purpose::Encryption);
    assert_eq!(encryption, hex("AB94FCEDF2664EDFB9B291F85D7F77F2"));
}

/// Appendix G.1.
const GENERIC_CURVE: [(&str, &str); 5] = [
    ("0022C1A40F800A04007F00070202040202830101", "9000"),
    (
        "10860000027C0000",
        "7C12801095A3A016522EE98D01E76CB6B98B42C39000",
    ),
    (
        "10860000457C438141047ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC70262E0C2CC5E544552DCB6725218799115B55C9BAA6D9F6BC3A9618E70C25AF71777A9C4922D00",
        "7C43824104824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F5730D8C879AAA9C9F73991E61B58F4D52EB87A0A0C709A49DC63719363CCD13C549000",
    ),
    (
        "10860000457C438341042DB7A64C0355044EC9DF190514C625CBA2CEA48754887122F3A5EF0D5EDD301C3556F3B3B186DF10B857B58F6A7EB80F20BA5DC7BE1D43D9BF850149FBB3646200",
        "7C438441049E880F842905B8B3181F7AF7CAA9F0EFB743847F44A306D2D28C1D9EC65DF6DB7764B22277A2EDDC3C265A9F018F9CB852E111B768B326904B59A0193776F0949000",
    ),
    (
        "008600000C7C0A8508C2B0BD78D94BA86600",
        "7C0A86083ABB9674BCE93C089000",
    ),
];

/// Appendix G.2, without the certification authority reference in the last answer: this chip does no terminal authentication.
const GENERIC_MODP: [(&str, &str); 5] = [
    ("0022C1A40F800A04007F00070202040102830101", "9000"),
    (
        "10860000027C0000",
        "7C128010854D8DF5827FA6852D1A4FA701CDDDCA9000",
    ),
    (
        "10860000867C818381818023FB3749EA030D2A25B278D2A562047ADE3F01B74F17A15402CB7352CA7D2B3EB71C343DB13D1DEBCE9A3666DBCFC920B49174A602CB47965CAA73DC702489A44D41DB914DE9613DC5E98C94160551C0DF86274B9359BC0490D01B03AD54022DCB4F57FAD6322497D7A1E28D46710F461AFE710FBBBC5F8BA166F4311975EC6C00",
        "7C818382818078879F57225AA8080D52ED0FC890A4B25336F699AA89A2D3A189654AF70729E623EA5738B26381E4DA19E004706FACE7B235C2DBF2F38748312F3C98C2DD4882A41947B324AA1259AC22579DB93F7085655AF30889DBB845D9E6783FE42C9F2449400306254C8AE8EE9DD812A804C0B66E8CAFC14F84D8258950A91B44126EE69000",
    ),
    (
        "10860000867C8183838180907D89E2D425A178AA81AF4A7774EC8E388C115CAE67031E85EECE520BD911551B9AE4D04369F29A02626C86FBC6747CC7BC352645B6161A2A42D44EDA80A08FA8D61B76D3A154AD8A5A51786B0BC07147057871A922212C5F67F43173172236B7747D1671E6D692A3C7D40A0C3C5CE397545D015C175EB5130551EDBC2EE5D400",
        "7C8183848180075693D9AE941877573E634B6E644F8E60AF17A0076B8B123D9201074D36152BD8B3A213F53820C42ADC79AB5D0AEEC3AEFB91394DA476BD97B9B14D0A65C1FC71A0E019CB08AF55E1F729005FBA7E3FA5DC41899238A250767A6D46DB974064386CD456743585F8E5D90CC8B4004B1F6D866C79CE0584E49687FF61BC29AEA19000",
    ),
    (
        "008600000C7C0A8508B46DD9BD4D98381F00",
        "7C0A8608917F37B5C0E6D8D19000",
    ),
];

/// Appendix I.1.
const CHIP_AUTHENTICATION_MAPPING: [(&str, &str); 5] = [
    ("0022C1A40F800A04007F00070202040602830101", "9000"),
    (
        "10860000027C0000",
        "7C128010CB60E8E0D85B76A9BD304747C2AD42E29000",
    ),
    (
        "10860000457C438141047F1D410ADB7DDB3B84BF1030800981A9105D7457B4A3ADE002384F3086C67EDE1AB889104A27DB6D842B019020FBF3CEACB0DC627F7BDCAC29969E19D0E553C100",
        "7C43824104A234236AA9B9621E8EFB73B5245C0E09D2576E5277183C1208BDD55280CAE8B304F365713A356E65A451E165ECC9AC0AC46E3771342C8FE5AEDD092685338E239000",
    ),
    (
        "10860000457C43834104446C934084D9DAB863944F219520076C29EE3F7AE6722B11FF319EC1C7728F955483400BFF60BF0C5929270009277DC2A515E12575010AD9BA916CF1BF86FEFC00",
        "7C4384410402AD566F3C6EC7F9324509AD50A51FA52030782A4968FCFEDF737DAEA993333111C3B9B4C2287789BD137E7F8AA882E2A3C633CCD6ECC2C63C57AD401A09C2E19000",
    ),
    (
        "008600000C7C0A8508E86BD06018A1CD3B00",
        "7C3C86088596CF055C67C1A38A301EEA964DAAE372AC990E3EFDE6333353BFC89A6704D93DA8798CF77F5B7A54BD10CBA372B42BE0B9B5F28AA8DE2F4F929000",
    ),
];
