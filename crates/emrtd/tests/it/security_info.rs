//! `emrtd::security_info`: the worked examples of ICAO 9303-11, and files of documents.

use emrtd::crypto::symmetric::Cipher;
use emrtd::fault::{Deviation, LdsFault};
use emrtd::oid::{Oid, known};
use emrtd::security_info::{
    ChipAuthenticationProtocol, KeyAgreement, MAX_SECURITY_INFOS, Mapping, PaceInfo, PaceProtocol,
    SecurityInfos,
};
use emrtd::tlv::{Reader, Tag, write, write_oid};
use proptest::prelude::*;

use crate::lds::security_object::signed_content;
use crate::testdata;

/// The bytes of hexadecimal text.
fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text
        .chars()
        .filter_map(|c| c.to_digit(16))
        .map(|digit| u8::try_from(digit).unwrap())
        .collect();
    digits
        .chunks(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect()
}

/// ICAO 9303-11, appendices G.1, G.2, H.1 and I.1.
#[test]
fn worked_examples() {
    let cases = [
        (
            "3012060A 04007F00 07020204 02020201 0202010D",
            KeyAgreement::Ecdh,
            Mapping::Generic,
            13,
        ),
        (
            "3012060A 04007F00 07020204 01020201 02020100",
            KeyAgreement::Dh,
            Mapping::Generic,
            0,
        ),
        (
            "3012060A 04007F00 07020204 06020201 0202010D",
            KeyAgreement::Ecdh,
            Mapping::ChipAuthentication,
            13,
        ),
    ];
    for (info, key_agreement, mapping, parameter) in cases {
        let file = write(Tag::SET, &[&hex(info)]);
        let infos = SecurityInfos::parse(&file).unwrap();
        let protocol = PaceProtocol {
            key_agreement,
            mapping,
            cipher: Cipher::Aes128,
        };
        assert_eq!(
            infos.pace,
            [PaceInfo {
                protocol,
                version: 2,
                parameter_id: Some(parameter)
            }]
        );
        assert_eq!(protocol.oid().unwrap(), hex(info)[4..14]);
        assert!(infos.deviations.is_empty());
    }
}

#[test]
fn every_object_identifier_round_trips() {
    let mut protocols = 0;
    for variant in 0..=7 {
        for cipher in 0..=5 {
            let bytes = [known::PACE.0, &[variant, cipher]].concat();
            if let Some(protocol) = PaceProtocol::from_oid(Oid(&bytes)) {
                assert_eq!(protocol.oid(), Some(bytes));
                protocols += 1;
            }
            let bytes = [known::CA.0, &[variant, cipher]].concat();
            if let Some(protocol) = ChipAuthenticationProtocol::from_oid(Oid(&bytes)) {
                assert_eq!(protocol.oid(), bytes);
                protocols += 1;
            }
        }
    }
    // 9303-11, 9.2.3 and 9.2.7: 19 of PACE, 8 of chip authentication.
    assert_eq!(protocols, 27);
}

#[test]
fn dg14_of_the_specimens() {
    for path in ["lds/bsi2008/DG14.bin", "lds/bsi_tr03105_dg14.bin"] {
        let Some(file) = testdata::read("security_info::dg14_of_the_specimens", path) else {
            return;
        };
        let set = Reader::ber(&file).expect(Tag(0x6E)).unwrap().value;
        let infos = SecurityInfos::parse(set).unwrap();
        let (ways, deviations) = infos.chip_authentication_ways();
        assert_eq!(ways.len(), 1);
        let protocol = ChipAuthenticationProtocol {
            key_agreement: KeyAgreement::Ecdh,
            cipher: Cipher::TripleDes,
        };
        assert_eq!(
            (ways[0].0.protocol, ways[0].0.version, ways[0].0.key_id),
            (protocol, 1, None)
        );
        assert_eq!(ways[0].1.public_key.len(), 279);
        assert!(deviations.is_empty() && infos.deviations.is_empty() && infos.unknown.is_empty());
        assert_eq!(infos.terminal_authentication.len(), 1);
    }
}

#[test]
fn card_security_of_a_real_document() {
    let Some(file) = testdata::read(
        "security_info::card_security_of_a_real_document",
        "cardsecurity/DE.bin",
    ) else {
        return;
    };
    let content = signed_content(&file);
    let infos = SecurityInfos::parse(&content).unwrap();
    assert!(infos.deviations.is_empty());
    let mappings: Vec<Mapping> = infos
        .pace
        .iter()
        .map(|info| info.protocol.mapping)
        .collect();
    assert_eq!(mappings, [Mapping::Generic, Mapping::ChipAuthentication]);
    // The key of PACE with chip authentication mapping has the identifier of its domain parameters; the other way names its own.
    let ids: Vec<Option<u64>> = infos
        .chip_authentication_keys
        .iter()
        .map(|key| key.key_id)
        .collect();
    assert_eq!(ids, [Some(13), Some(72)]);
    let (ways, _) = infos.chip_authentication_ways();
    assert_eq!(
        (ways.len(), ways[0].0.version, ways[0].1.key_id),
        (1, 2, Some(72))
    );
    // ChipAuthenticationDomainParameterInfo, of TR-03110's version 2.
    assert_eq!(
        infos
            .unknown
            .iter()
            .map(|info| info.protocol)
            .collect::<Vec<_>>(),
        [known::CA_ECDH]
    );
}

#[test]
fn one_bad_entry_does_not_hide_the_others() {
    let good = hex("3012060A 04007F00 07020204 02020201 0202010D");
    let bad = write(
        Tag::SEQUENCE,
        &[
            &write_oid(known::PACE_ECDH_GM_AES_CBC_CMAC_128),
            &[0x05, 0x00],
        ],
    );
    let other = write(Tag::SEQUENCE, &[&write_oid(known::CI), &[0x05, 0x00]]);
    let file = [write(Tag::SET, &[&bad, &other, &good]), vec![0x90, 0x00]].concat();
    let infos = SecurityInfos::parse(&file).unwrap();
    assert_eq!(infos.pace.len(), 1);
    assert_eq!(
        infos
            .unknown
            .iter()
            .map(|info| info.protocol)
            .collect::<Vec<_>>(),
        [known::PACE_ECDH_GM_AES_CBC_CMAC_128, known::CI]
    );
    let expected = [
        Deviation::FileTrailingBytes,
        Deviation::SecurityInfoMalformed,
    ];
    assert_eq!(infos.deviations.iter().collect::<Vec<_>>(), expected);
}

/// ICAO 9303-11, 9.2.2, 9.2.4 and 9.2.10.
#[test]
fn kinds_without_a_worked_example() {
    let parameters = write(
        Tag::SEQUENCE,
        &[&write_oid(known::EC_PUBLIC_KEY), &[0x30, 0x00]],
    );
    let explicit = write(
        Tag::SEQUENCE,
        &[
            &write_oid(known::PACE_ECDH_IM),
            &parameters,
            &[0x02, 0x01, 0x21],
        ],
    );
    let active = write(
        Tag::SEQUENCE,
        &[
            &write_oid(known::AA_PROTOCOL),
            &[0x02, 0x01, 0x01],
            &write_oid(known::ECDSA_PLAIN_SHA256),
        ],
    );
    let id = [known::ICAO_MRTD_SECURITY.0, &[13]].concat();
    let directory = write(
        Tag::SEQUENCE,
        &[&write_oid(Oid(&id)), &write(Tag::OCTET_STRING, &[b"dir"])],
    );
    let file = write(Tag::SET, &[&explicit, &active, &directory]);
    let infos = SecurityInfos::parse(&file).unwrap();
    let explicit = infos.pace_domain_parameters[0];
    assert_eq!(
        (explicit.key_agreement, explicit.mapping),
        (KeyAgreement::Ecdh, Mapping::Integrated)
    );
    assert_eq!(
        (explicit.domain_parameter, explicit.parameter_id),
        (&parameters[..], Some(33))
    );
    assert_eq!(
        infos.active_authentication.unwrap().signature_algorithm,
        known::ECDSA_PLAIN_SHA256
    );
    assert_eq!(infos.directory, Some(&b"dir"[..]));
    assert!(infos.deviations.is_empty() && infos.unknown.is_empty());
}

#[test]
fn a_key_alone_stands_for_3des() {
    let key = write(
        Tag::SEQUENCE,
        &[
            &write_oid(known::PK_DH),
            &write(Tag::SEQUENCE, &[]),
            &[0x02, 0x01, 0x05],
        ],
    );
    let file = write(Tag::SET, &[&key]);
    let infos = SecurityInfos::parse(&file).unwrap();
    let (ways, deviations) = infos.chip_authentication_ways();
    assert_eq!(
        ways[0].0.protocol,
        ChipAuthenticationProtocol::assumed(KeyAgreement::Dh)
    );
    assert_eq!((ways[0].0.key_id, ways[0].1.key_id), (Some(5), Some(5)));
    assert!(deviations.contains(Deviation::ChipAuthenticationInfoMissing));
}

#[test]
fn more_than_any_chip_has() {
    let info = hex("3012060A 04007F00 07020204 02020201 0202010D");
    let file = write(Tag::SET, &[&info.repeat(MAX_SECURITY_INFOS + 1)]);
    assert_eq!(SecurityInfos::parse(&file), Err(LdsFault::TooMany));
}

proptest! {
    #[test]
    fn nothing_panics(bytes in prop::collection::vec(any::<u8>(), 0..200), at in 0..20_usize, by: u8) {
        let _ = SecurityInfos::parse(&bytes);
        let _ = SecurityInfos::parse(&write(Tag::SET, &[&bytes]));
        let mut file = write(Tag::SET, &[&hex("3012060A 04007F00 07020204 02020201 0202010D")]);
        file[at] = by;
        let _ = SecurityInfos::parse(&file);
    }
}
