//! Curves against published vectors, and keys with explicit parameters.

use proptest::prelude::*;

use super::curve::{Curve, KeyPair, Parameters, Point, Secret};
use super::{AgreementKey, Digest, PssParameters, PublicKey, SignatureAlgorithm, dh};
use crate::fault::{Deviation, Deviations, SignatureFault};
use crate::hex::unhex;
use crate::oid::{Oid, known};
use crate::tlv::{Tag, write, write_oid, write_unsigned};

/// A curve, both sides' secrets, the first side's and the second side's x where they are published, the shared x.
type Agreement = (
    Curve,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

/// NIST CAVP's KAS ECC CDH vectors with the chip's side computed from its point, RFC 5903 section 8, RFC 6932 appendix A, RFC 7027 appendix A.
const AGREEMENTS: [Agreement; 5] = [
    (
        Curve::Secp256r1,
        "C88F01F510D9AC3F70A292DAA2316DE544E9AAB8AFE84049C62A9C57862D1433",
        "DAD0B65394221CF9B051E1FECA5787D098DFE637FC90B9EF945D0C3772581180",
        "C6EF9C5D78AE012A011164ACB397CE2088685D8F06BF9BE0B283AB46476BEE53",
        "D6840F6B42F6EDAFD13116E0E12565202FEF8E9ECE7DCE03812464D04B9442DE",
    ),
    (
        Curve::BrainpoolP224r1,
        "7C4B7A2C8A4BAD1FBB7D79CC0955DB7C6A4660CA64CC4778159B495E",
        "B104A67A6F6E85E14EC1825E1539E8ECDBBF584922367DD88C6BDCF2",
        "63976D4AAE6CD0F6DD18DEFEF55D96569D0507C03E74D6486FFA28FB",
        "312DFD98783F9FB77B9704945A73BEB6DCCBE3B65D0F967DCAB574EB",
    ),
    (
        Curve::BrainpoolP256r1,
        "81DB1EE100150FF2EA338D708271BE38300CB54241D79950F77B063039804F1D",
        "44106E913F92BC02A1705D9953A8414DB95E1AAA49E81D9E85F929A8E3100BE5",
        "55E40BC41E37E3E2AD25C3C6654511FFA8474A91A0032087593852D3E7D76BD3",
        "89AFC39D41D3B327814B80940B042590F96556EC91E6AE7939BCE31F3A18BF2B",
    ),
    (
        Curve::BrainpoolP384r1,
        "1E20F5E048A5886F1F157C74E91BDE2B98C8B52D58E5003D57053FC4B0BD65D6F15EB5D1EE1610DF870795143627D042",
        "68B665DD91C195800650CDD363C625F4E742E8134667B767B1B476793588F885AB698C852D4A6E77A252D6380FCAF068",
        "032640BC6003C59260F7250C3DB58CE647F98E1260ACCE4ACDA3DD869F74E01F8BA5E0324309DB6A9831497ABAC96670",
        "0BD9D3A7EA0B3D519D09D8E48D0785FB744A6B355E6304BC51C229FBBCE239BBADF6403715C35D4FB2A5444F575D4F42",
    ),
    (
        Curve::BrainpoolP512r1,
        "16302FF0DBBB5A8D733DAB7141C1B45ACBC8715939677F6A56850A38BD87BD59B09E80279609FF333EB9D4C061231FB26F92EEB04982A5F1D1764CAD57665422",
        "0A420517E406AAC0ACDCE90FCD71487718D3B953EFD7FBEC5F7F27E28C6149999397E91E029E06457DB2D3E640668B392C2A7E737A7F0BF04436D11640FD09FD",
        "230E18E1BCC88A362FA54E4EA3902009292F7F8033624FD471B5D8ACE49D12CFABBC19963DAB8E2F1EBA00BFFB29E4D72D13F2224562F405CB80503666B25429",
        "A7927098655F1F9976FA50A9D566865DC530331846381C87256BAF3226244B76D36403C024D7BBF0AA0803EAFF405D3D24F11A9B5C0BEF679FE1454B21C4CD1F",
    ),
];

#[test]
fn rfc_5903_6932_and_7027_both_sides_agree() {
    for (curve, secret_a, x_a, secret_b, shared) in AGREEMENTS {
        let (a, b) = (pair(curve, secret_a), pair(curve, secret_b));
        assert_eq!(a.public().x(), unhex(x_a), "{curve:?}");
        assert_eq!(
            *a.diffie_hellman(b.public()).unwrap(),
            unhex(shared),
            "{curve:?}"
        );
        assert_eq!(
            *b.diffie_hellman(a.public()).unwrap(),
            unhex(shared),
            "{curve:?}"
        );
    }
}

fn pair(curve: Curve, secret: &str) -> KeyPair {
    KeyPair::from_secret(Secret::from_bytes(curve, &unhex(secret)).unwrap()).unwrap()
}

/// NIST CAVP, KAS ECC CDH, the first vector of P-192 and of P-224.
#[test]
fn cavp_ecc_cdh() {
    let vectors = [
        (
            Curve::Secp192r1,
            "42ea6dd9969dd2a61fea1aac7f8e98edcc896c6e55857cc0",
            "dfbe5d7c61fac88b11811bde328e8a0d12bf01a9d204b523",
            "f17d3fea367b74d340851ca4270dcb24c271f445bed9d527",
            "b15053401f57285637ec324c1cd2139e3a67de3739234b37",
            "803d8ab2e5b6e6fca715737c3a82f7ce3c783124f6d51cd0",
        ),
        (
            Curve::Secp224r1,
            "af33cd0629bc7e996320a3f40368f74de8704fa37b8fab69abaae280",
            "882092ccbba7930f419a8a4f9bb16978bbc3838729992559a6f2e2d7",
            "8346a60fc6f293ca5a0d2af68ba71d1dd389e5e40837942df3e43cbd",
            "8de2e26adf72c582d6568ef638c4fd59b18da171bdf501f1d929e048",
            "7d96f9a3bd3c05cf5cc37feb8b9d5209d5c2597464dec3e9983743e8",
        ),
    ];
    for (curve, x, y, secret, own_x, shared) in vectors {
        let other = Point::from_coordinates(curve, &unhex(x), &unhex(y)).unwrap();
        let own = pair(curve, secret);
        assert_eq!(own.public().x(), unhex(own_x));
        assert_eq!(*own.diffie_hellman(&other).unwrap(), unhex(shared));
    }
}

/// The generator times the order less one is its negative: tells a wrong constant in the arithmetic or in the parameters.
#[test]
fn every_curve_has_its_generator_and_its_order() {
    for curve in Curve::ALL {
        let mut less_one = curve.order().to_vec();
        *less_one.last_mut().unwrap() -= 1;
        let pair = KeyPair::from_secret(Secret::from_bytes(curve, &less_one).unwrap()).unwrap();
        let generator = curve.generator();
        assert_eq!(
            Point::decode(curve, generator.encode()),
            Ok(generator.clone())
        );
        assert_eq!(pair.public().x(), generator.x(), "{curve:?}");
        assert_ne!(pair.public().y(), generator.y(), "{curve:?}");
        let one = Secret::from_bytes(curve, &[1]).unwrap();
        assert_eq!(one.multiply(&generator), Ok(generator.clone()));
        // The negative and the generator sum up to infinity, as a shared point of generic mapping may not.
        let mapped = curve.map_generator(&[1], pair.public());
        assert_eq!(mapped, Err(SignatureFault::PointAtInfinity));
        assert_eq!(Curve::from_oid(curve.oid()), Some(curve));
        assert_eq!(
            (8..=18)
                .filter(|id| Curve::from_parameter_id(*id) == Some(curve))
                .count(),
            1
        );
    }
}

#[test]
fn secrets_and_points_out_of_range_are_refused() {
    for curve in Curve::ALL {
        let secret = |bytes: &[u8]| Secret::from_bytes(curve, bytes).map(drop);
        assert_eq!(secret(&[0]), Err(SignatureFault::SecretOutOfRange));
        assert_eq!(secret(curve.order()), Err(SignatureFault::SecretOutOfRange));
        assert_eq!(secret(&[1; 67]), Err(SignatureFault::SecretOutOfRange));
        let short = vec![1; curve.random_bytes() - 1];
        assert_eq!(
            Secret::from_random(curve, &short).map(drop),
            Err(SignatureFault::TooLittleRandomness)
        );
        let mut encoded = curve.generator().encode().to_vec();
        assert_eq!(
            Point::decode(curve, &[0]),
            Err(SignatureFault::PointAtInfinity)
        );
        assert_eq!(
            Point::decode(curve, &encoded[1..]),
            Err(SignatureFault::PointMalformed)
        );
        *encoded.last_mut().unwrap() ^= 1;
        assert_eq!(
            Point::decode(curve, &encoded),
            Err(SignatureFault::PointNotOnCurve)
        );
        // The prime itself is no coordinate.
        let x = Point::from_coordinates(curve, curve.prime(), curve.generator().y());
        assert_eq!(x, Err(SignatureFault::PointNotOnCurve), "{curve:?}");
    }
    let p256 = KeyPair::from_random(Curve::Secp256r1, &[7; 40]).unwrap();
    let other = Curve::BrainpoolP256r1.generator();
    assert_eq!(
        p256.agree(&other).map(drop),
        Err(SignatureFault::GroupMismatch)
    );
}

/// What was signed here verifies here, by the other backend where there is one; nothing else does.
#[test]
fn signatures_verify_on_every_curve_with_every_digest() {
    for curve in Curve::ALL {
        let pair = KeyPair::from_random(curve, &[0xA5; 80]).unwrap();
        let key = PublicKey::parse(&spki(&named(curve), pair.public().encode())).unwrap();
        for digest in Digest::ALL {
            let hash = digest.hash(&[b"message"]);
            let signature = pair.sign(hash.as_ref(), &[0x5A; 80]).unwrap();
            let plain = SignatureAlgorithm::EcdsaPlain(digest);
            assert_eq!(
                super::verify(&key, &plain, b"message", &signature),
                Ok(Deviations::new()),
                "{curve:?} {digest:?}"
            );
            assert_eq!(
                super::verify(&key, &plain, b"massage", &signature),
                Err(SignatureFault::SignatureWrong)
            );
            let rs = signature.split_at(curve.field_bytes());
            let der = write(
                Tag::SEQUENCE,
                &[&write_unsigned(rs.0), &write_unsigned(rs.1)],
            );
            let told = SignatureAlgorithm::Ecdsa(digest);
            assert_eq!(
                super::verify(&key, &told, b"message", &der),
                Ok(Deviations::new())
            );
            assert_eq!(
                super::verify(&key, &told, b"message", &signature),
                Ok(Deviation::EcdsaPlainForDer.into())
            );
            assert_eq!(
                super::verify(&key, &plain, b"message", &der),
                Ok(Deviation::EcdsaDerForPlain.into())
            );
            let loose = write(
                Tag::SEQUENCE,
                &[
                    &write(Tag::INTEGER, &[&[0, 0], rs.0]),
                    &write(Tag::INTEGER, &[rs.1]),
                ],
            );
            assert_eq!(
                super::verify(&key, &told, b"message", &loose),
                Ok(Deviation::EcdsaNotDer.into())
            );
        }
    }
}

/// r = 0, s = 0, and numbers not below the order: what CVE-2022-21449 was about.
#[test]
fn signatures_of_zeros_are_refused() {
    for curve in Curve::ALL {
        let key = PublicKey::parse(&spki(&named(curve), curve.generator().encode())).unwrap();
        let length = curve.field_bytes();
        let order = curve.order();
        for (r, s) in [
            (vec![0; length], vec![0; length]),
            (vec![0; length], vec![1; length]),
            (order.to_vec(), order.to_vec()),
        ] {
            let signature = [r, s].concat();
            let verified = super::verify(
                &key,
                &SignatureAlgorithm::EcdsaPlain(Digest::Sha256),
                b"",
                &signature,
            );
            assert!(
                matches!(
                    verified,
                    Err(SignatureFault::SignatureWrong | SignatureFault::SignatureMalformed)
                ),
                "{curve:?} {verified:?}"
            );
        }
    }
}

fn named(curve: Curve) -> Vec<u8> {
    write_oid(curve.oid())
}

fn spki(parameters: &[u8], point: &[u8]) -> Vec<u8> {
    let algorithm = write(
        Tag::SEQUENCE,
        &[&write_oid(known::EC_PUBLIC_KEY), parameters],
    );
    write(
        Tag::SEQUENCE,
        &[&algorithm, &write(Tag::BIT_STRING, &[&[0], point])],
    )
}

/// Explicit parameters as a certificate may hold them.
#[derive(Debug, Clone)]
struct Explicit {
    p: Vec<u8>,
    a: Vec<u8>,
    b: Vec<u8>,
    seed: bool,
    base: Vec<u8>,
    order: Vec<u8>,
    cofactor: Option<u8>,
}

impl Explicit {
    fn of(curve: Curve) -> Self {
        let numbers = Parameters::of(curve);
        Self {
            p: numbers.p.to_vec(),
            a: numbers.a.to_vec(),
            b: numbers.b.to_vec(),
            seed: false,
            base: curve.generator().encode().to_vec(),
            order: numbers.n.to_vec(),
            cofactor: Some(1),
        }
    }

    fn encode(&self) -> Vec<u8> {
        let field = write(
            Tag::SEQUENCE,
            &[&write_oid(known::PRIME_FIELD), &write_unsigned(&self.p)],
        );
        let seed = if self.seed {
            write(Tag::BIT_STRING, &[&[0; 21]])
        } else {
            Vec::new()
        };
        let octets = |value: &[u8]| write(Tag::OCTET_STRING, &[value]);
        let coefficients = write(Tag::SEQUENCE, &[&octets(&self.a), &octets(&self.b), &seed]);
        let cofactor = self
            .cofactor
            .map_or(Vec::new(), |cofactor| write_unsigned(&[cofactor]));
        write(
            Tag::SEQUENCE,
            &[
                &write_unsigned(&[1]),
                &field,
                &coefficients,
                &octets(&self.base),
                &write_unsigned(&self.order),
                &cofactor,
            ],
        )
    }

    fn key(&self, point: &[u8]) -> Result<PublicKey, SignatureFault> {
        PublicKey::parse(&spki(&self.encode(), point))
    }
}

/// CVE-2020-0601: the real curve with another generator, so that a known public key has a known secret.
#[test]
fn cve_2020_0601_another_generator_is_refused() {
    for curve in Curve::ALL {
        let victim = KeyPair::from_random(curve, &[3; 80]).unwrap();
        let mut explicit = Explicit::of(curve);
        explicit.base = victim.public().encode().to_vec();
        let refused = explicit.key(victim.public().encode()).map(drop);
        assert_eq!(refused, Err(SignatureFault::CurveParametersUnknown));
    }
}

/// CVE-2022-0778: a modulus that is no prime, and a compressed point whose root never ends. Nothing is computed with either.
#[test]
fn cve_2022_0778_a_modulus_that_is_no_prime_is_refused() {
    let mut explicit = Explicit::of(Curve::Secp256r1);
    explicit.p = unhex("02697D");
    explicit.base = unhex("02 0001");
    assert_eq!(
        explicit.key(&unhex("02 0001")).map(drop),
        Err(SignatureFault::CurveParametersUnknown)
    );
}

#[test]
fn keys_that_do_not_tell_their_curve_are_refused() {
    let point = Curve::Secp256r1.generator();
    let with = |parameters: &[u8]| PublicKey::parse(&spki(parameters, point.encode())).map(drop);
    assert_eq!(with(&[]), Err(SignatureFault::CurveNotTold));
    assert_eq!(with(&[5, 0]), Err(SignatureFault::CurveNotTold));
    assert_eq!(
        with(&write_oid(known::BRAINPOOL_P160R1)),
        Err(SignatureFault::CurveUnknown)
    );
    let binary = write(
        Tag::SEQUENCE,
        &[
            &write_oid(Oid(&[0x2A, 0x86, 0x48, 0xCE, 0x3D, 1, 2])),
            &[5, 0],
        ],
    );
    let binary = write(Tag::SEQUENCE, &[&write_unsigned(&[1]), &binary]);
    assert_eq!(with(&binary), Err(SignatureFault::CurveParametersUnknown));
    assert!(matches!(
        with(&[0x30, 0]),
        Err(SignatureFault::KeyMalformed(_))
    ));
}

fn zeros_changed(number: &[u8], zeros: usize) -> Vec<u8> {
    let start = number.iter().take_while(|byte| **byte == 0).count();
    [&vec![0; zeros], &number[start..]].concat()
}

proptest! {
    /// However a known curve is written, it is that curve, and what is unusual is said.
    #[test]
    fn explicit_parameters_of_a_known_curve_are_taken(
        index in 0_usize..11, zeros_a in 0_usize..4, zeros_b in 0_usize..4, seed: bool, compressed: bool, cofactor: bool,
    ) {
        let curve = Curve::ALL[index];
        let mut explicit = Explicit::of(curve);
        explicit.a = zeros_changed(&explicit.a, zeros_a);
        explicit.b = zeros_changed(&explicit.b, zeros_b);
        explicit.seed = seed;
        explicit.cofactor = cofactor.then_some(1);
        if compressed {
            let sign = explicit.base[explicit.base.len() - 1] & 1;
            explicit.base = [&[2 | sign], curve.generator().x()].concat();
        }
        let unusual = explicit.a.len() != curve.field_bytes() || explicit.b.len() != curve.field_bytes();
        let key = explicit.key(curve.generator().encode()).unwrap();
        prop_assert_eq!(key.point().unwrap().curve(), curve);
        let deviations = key.deviations();
        prop_assert!(deviations.contains(Deviation::ExplicitCurveParameters));
        prop_assert_eq!(deviations.contains(Deviation::CurveParameterLength), unusual);
        prop_assert_eq!(deviations.contains(Deviation::CurveSeed), seed);
        prop_assert_eq!(deviations.contains(Deviation::CurveCofactorMissing), !cofactor);
        prop_assert_eq!(deviations.contains(Deviation::CompressedPoint), compressed);
    }

    /// One bit of one number changed, and it is no known curve any more.
    #[test]
    fn explicit_parameters_with_a_changed_bit_are_refused(index in 0_usize..11, which in 0_usize..5, byte: usize, bit in 0_u8..8) {
        let curve = Curve::ALL[index];
        let mut explicit = Explicit::of(curve);
        let number = match which {
            0 => &mut explicit.p,
            1 => &mut explicit.a,
            2 => &mut explicit.b,
            3 => &mut explicit.base,
            _ => &mut explicit.order,
        };
        let at = byte % number.len();
        number[at] ^= 1 << bit;
        let refused = explicit.key(curve.generator().encode()).map(drop);
        prop_assert_eq!(refused, Err(SignatureFault::CurveParametersUnknown));
    }

    /// Whatever bytes come, reading them ends, with a key or a fault.
    #[test]
    fn reading_keys_and_algorithms_ends(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = PublicKey::parse(&bytes);
        let _ = AgreementKey::parse(&bytes);
        let _ = SignatureAlgorithm::parse(&bytes);
    }
}

#[test]
fn rfc_4055_pss_parameters_have_defaults() {
    let parse = |parameters: &[u8]| {
        SignatureAlgorithm::parse(&write(
            Tag::SEQUENCE,
            &[&write_oid(known::RSA_PSS), parameters],
        ))
    };
    let defaults = SignatureAlgorithm::RsaPss(PssParameters {
        digest: Digest::Sha1,
        mask_digest: Digest::Sha1,
        salt_length: 20,
    });
    for absent in [&[][..], &[5, 0], &[0x30, 0]] {
        assert_eq!(parse(absent), Ok(defaults));
    }
    let sha256 = write(Tag::SEQUENCE, &[&write_oid(known::SHA256)]);
    let salt = |length: u8| write(Tag(0xA2), &[&write_unsigned(&[length])]);
    let digest = write(Tag(0xA0), &[&sha256]);
    let Ok(unusual) = parse(&write(Tag::SEQUENCE, &[&digest, &salt(64)])) else {
        panic!("refused");
    };
    let deviations: Vec<_> = unusual.deviations().into_iter().collect();
    assert_eq!(deviations, [Deviation::SaltLength, Deviation::MaskDigest]);
    let trailer = write(Tag(0xA3), &[&write_unsigned(&[2])]);
    assert_eq!(
        parse(&write(Tag::SEQUENCE, &[&digest, &trailer])),
        Err(SignatureFault::TrailerUnknown)
    );
    let mask = write(
        Tag(0xA1),
        &[&write(Tag::SEQUENCE, &[&write_oid(known::SHA256)])],
    );
    assert_eq!(
        parse(&write(Tag::SEQUENCE, &[&mask])),
        Err(SignatureFault::MaskFunctionUnknown)
    );
    let salt = write(Tag(0xA2), &[&write_unsigned(&[1, 0, 0])]);
    assert_eq!(
        parse(&write(Tag::SEQUENCE, &[&salt])),
        Err(SignatureFault::SaltTooLong)
    );
}

#[test]
fn algorithms_without_a_digest_take_the_one_told_elsewhere() {
    let parse = |oid| SignatureAlgorithm::parse(&write(Tag::SEQUENCE, &[&write_oid(oid), &[5, 0]]));
    let rsa = parse(known::RSA_ENCRYPTION).unwrap();
    assert_eq!(
        rsa.or_digest(Digest::Sha384),
        SignatureAlgorithm::RsaPkcs1(Digest::Sha384)
    );
    assert!(rsa.deviations().contains(Deviation::DigestToldElsewhere));
    let key = PublicKey::parse(&spki(
        &named(Curve::Secp256r1),
        Curve::Secp256r1.generator().encode(),
    ))
    .unwrap();
    assert_eq!(
        super::verify(&key, &rsa, b"", &[]),
        Err(SignatureFault::DigestNotTold)
    );
    let told = parse(known::RSA_SHA256).unwrap();
    assert_eq!(
        told.or_digest(Digest::Sha1),
        SignatureAlgorithm::RsaPkcs1(Digest::Sha256)
    );
    assert_eq!(
        super::verify(&key, &told, b"", &[]),
        Err(SignatureFault::KeyAlgorithmMismatch)
    );
    assert_eq!(parse(known::MGF1), Err(SignatureFault::AlgorithmUnknown));
}

/// Keys of both sides, and the generators of both mappings.
#[test]
fn rfc_5114_both_sides_agree() {
    for group in dh::Group::ALL {
        let random = |byte| vec![byte; group.random_bytes()];
        let a = dh::KeyPair::from_random(group, &random(0x31)).unwrap();
        let b = dh::KeyPair::from_random(group, &random(0xC7)).unwrap();
        let shared = a.diffie_hellman(b.public()).unwrap();
        assert_eq!(*shared, *b.diffie_hellman(a.public()).unwrap());
        assert_eq!(
            dh::Element::decode(group, a.public().encode()),
            Ok(a.public().clone())
        );
        // Generic mapping: both sides reach one generator, which is in the subgroup.
        let mapped = group
            .map_generator(&[0xFE; 16], &a.agree(b.public()).unwrap())
            .unwrap();
        assert_eq!(
            dh::Element::decode(group, mapped.encode()),
            Ok(mapped.clone())
        );
        let again = dh::KeyPair::with_generator(a.secret().clone(), &mapped).unwrap();
        assert_ne!(again.public(), a.public());
        let integrated = group.map_integrated(&[0x77; 300]).unwrap();
        assert_eq!(
            dh::Element::decode(group, integrated.encode()),
            Ok(integrated.clone())
        );
    }
}

/// 0, 1, p-1, p, and an element of another subgroup: what a chip could send to learn the secret.
#[test]
fn elements_outside_of_the_subgroup_are_refused() {
    for group in dh::Group::ALL {
        let mut less_one = group.prime().to_vec();
        *less_one.last_mut().unwrap() -= 1;
        let long = vec![1; group.element_bytes() + 1];
        for outside in [&[][..], &[0], &[1], &[2], &less_one, group.prime(), &long] {
            assert_eq!(
                dh::Element::decode(group, outside),
                Err(SignatureFault::GroupElementInvalid),
                "{group:?}"
            );
        }
        let secret = |bytes: &[u8]| dh::Secret::from_bytes(group, bytes).map(drop);
        assert_eq!(secret(group.order()), Err(SignatureFault::SecretOutOfRange));
        assert_eq!(secret(&[0]), Err(SignatureFault::SecretOutOfRange));
        assert_eq!(secret(&[1]), Ok(()));
    }
}

#[test]
fn chip_authentication_keys_name_their_group() {
    let group = dh::Group::Modp2048Order224;
    let pair = dh::KeyPair::from_random(group, &[9; 36]).unwrap();
    let info = |oid, parameters: &[&[u8]]| {
        let parameters: Vec<Vec<u8>> = parameters
            .iter()
            .map(|number| write_unsigned(number))
            .collect();
        let parameters = write(
            Tag::SEQUENCE,
            &parameters.iter().map(Vec::as_slice).collect::<Vec<_>>(),
        );
        let algorithm = write(Tag::SEQUENCE, &[&write_oid(oid), &parameters]);
        let key = write(
            Tag::BIT_STRING,
            &[&[0], &write_unsigned(pair.public().encode())],
        );
        AgreementKey::parse(&write(Tag::SEQUENCE, &[&algorithm, &key])).map(|(key, _)| key)
    };
    let generator = group.generator();
    let expected = Ok(AgreementKey::DiffieHellman(pair.public().clone()));
    assert_eq!(
        info(
            known::DH_KEY_AGREEMENT,
            &[group.prime(), generator.encode()]
        ),
        expected
    );
    assert_eq!(
        info(
            known::DH_PUBLIC_NUMBER,
            &[group.prime(), generator.encode(), group.order()]
        ),
        expected
    );
    assert_eq!(
        info(known::DH_KEY_AGREEMENT, &[group.prime(), &[2]]),
        Err(SignatureFault::GroupUnknown)
    );
    let point = Curve::BrainpoolP320r1.generator();
    let key = AgreementKey::parse(&spki(&named(Curve::BrainpoolP320r1), point.encode()));
    assert_eq!(
        key,
        Ok((AgreementKey::EllipticCurve(point), Deviations::new()))
    );
}
