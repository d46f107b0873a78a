//! A country that issues what a test needs: an authority, signers below it, and what they sign, on P-256.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use emrtd::crypto::Digest;
use emrtd::oid::{Oid, known};
use emrtd::tlv::{Tag, write, write_oid};

/// A key and the certificate for it.
pub struct Holder {
    key: EcdsaKeyPair,
    name: Vec<u8>,
    serial: u8,
    /// The certificate.
    pub certificate: Vec<u8>,
}

/// In which order signed attributes are signed and sent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// As the standard wants it.
    Der,
    /// Signed and sent in the reverse order.
    Reversed,
    /// Signed as the standard wants it, and sent in the reverse order.
    SentReversed,
}

/// The certificate's own part: what a signer is for, and the keys in it.
pub struct Request<'r> {
    /// The common name.
    pub name: &'r [u8],
    /// The serial number.
    pub serial: u8,
    /// The extensions.
    pub extensions: &'r [Vec<u8>],
}

/// An extension.
pub fn extension(oid: Oid<'_>, critical: bool, value: &[u8]) -> Vec<u8> {
    let critical: &[u8] = if critical { &[0x01, 0x01, 0xFF] } else { &[] };
    let value = write(Tag::OCTET_STRING, &[value]);
    write(Tag::SEQUENCE, &[&write_oid(oid), critical, &value])
}

/// The extended key usage extension.
pub fn purpose(oid: Oid<'_>) -> Vec<u8> {
    let purposes = write(Tag::SEQUENCE, &[&write_oid(oid)]);
    extension(known::EXTENDED_KEY_USAGE, true, &purposes)
}

/// An authority, its certificate signed with its own key.
pub fn authority() -> Holder {
    let key = key();
    let extensions = [
        extension(
            known::BASIC_CONSTRAINTS,
            true,
            &[0x30, 0x06, 0x01, 0x01, 0xFF, 0x02, 0x01, 0x00],
        ),
        extension(known::KEY_USAGE, true, &[0x03, 0x02, 0x01, 0x06]),
        extension(known::SUBJECT_KEY_IDENTIFIER, false, &[0x04, 0x01, 0x01]),
    ];
    let request = Request {
        name: b"CSCA",
        serial: 1,
        extensions: &extensions,
    };
    let name = name(request.name);
    let certificate = certificate(&request, &name, &spki(&key), &key);
    Holder {
        key,
        name,
        serial: 1,
        certificate,
    }
}

impl Holder {
    /// A signer below this authority.
    pub fn issue(&self, request: &Request<'_>) -> Holder {
        let key = key();
        let certificate = certificate(request, &self.name, &spki(&key), &self.key);
        Holder {
            key,
            name: self.name.clone(),
            serial: request.serial,
            certificate,
        }
    }

    /// The SignerIdentifier by issuer and serial number.
    pub fn identifier(&self) -> Vec<u8> {
        let serial = write(Tag::INTEGER, &[&[self.serial]]);
        write(Tag::SEQUENCE, &[&self.name, &serial])
    }

    /// SignedData over content, signed at a time (UTCTime).
    pub fn sign(&self, content_type: Oid<'_>, content: &[u8], time: &[u8]) -> Vec<u8> {
        self.sign_in_order(content_type, content, time, Order::Der)
    }

    /// The same, with the signed attributes in any order.
    pub fn sign_in_order(
        &self,
        content_type: Oid<'_>,
        content: &[u8],
        time: &[u8],
        order: Order,
    ) -> Vec<u8> {
        let digest = Digest::Sha256.hash(&[content]);
        let attribute = |oid, value: Vec<u8>| {
            write(
                Tag::SEQUENCE,
                &[&write_oid(oid), &write(Tag::SET, &[&value])],
            )
        };
        let mut attributes = [
            attribute(known::CONTENT_TYPE, write_oid(content_type)),
            attribute(known::SIGNING_TIME, write(Tag::UTC_TIME, &[time])),
            attribute(
                known::MESSAGE_DIGEST,
                write(Tag::OCTET_STRING, &[digest.as_ref()]),
            ),
        ];
        attributes.sort();
        let in_order = attributes.concat();
        if order != Order::Der {
            attributes.reverse();
        }
        let attributes = attributes.concat();
        let signed = match order {
            Order::Der | Order::SentReversed => &in_order,
            Order::Reversed => &attributes,
        };
        let signature = sign(&self.key, &write(Tag::SET, &[signed]));
        let sha256 = write(Tag::SEQUENCE, &[&write_oid(known::SHA256)]);
        let signer = write(
            Tag::SEQUENCE,
            &[
                &[0x02, 0x01, 0x01],
                &self.identifier(),
                &sha256,
                &write(Tag(0xA0), &[&attributes]),
                &algorithm(),
                &write(Tag::OCTET_STRING, &[&signature]),
            ],
        );
        let content = write(Tag(0xA0), &[&write(Tag::OCTET_STRING, &[content])]);
        let signed_data = write(
            Tag::SEQUENCE,
            &[
                &[0x02, 0x01, 0x03],
                &write(Tag::SET, &[&sha256]),
                &write(Tag::SEQUENCE, &[&write_oid(content_type), &content]),
                &write(Tag(0xA0), &[&self.certificate]),
                &write(Tag::SET, &[&signer]),
            ],
        );
        let explicit = write(Tag(0xA0), &[&signed_data]);
        write(Tag::SEQUENCE, &[&write_oid(known::SIGNED_DATA), &explicit])
    }
}

fn key() -> EcdsaKeyPair {
    EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap()
}

fn sign(key: &EcdsaKeyPair, message: &[u8]) -> Vec<u8> {
    let signature = key.sign(&SystemRandom::new(), message).unwrap();
    signature.as_ref().to_vec()
}

fn algorithm() -> Vec<u8> {
    write(Tag::SEQUENCE, &[&write_oid(known::ECDSA_SHA256)])
}

fn name(common_name: &[u8]) -> Vec<u8> {
    let attribute = |kind, value: &[u8]| {
        let parts = [write_oid(kind), write(Tag::PRINTABLE_STRING, &[value])].concat();
        write(Tag::SET, &[&write(Tag::SEQUENCE, &[&parts])])
    };
    let country = attribute(known::COUNTRY_NAME, b"UT");
    write(
        Tag::SEQUENCE,
        &[&country, &attribute(known::COMMON_NAME, common_name)],
    )
}

fn spki(key: &EcdsaKeyPair) -> Vec<u8> {
    let curve = [write_oid(known::EC_PUBLIC_KEY), write_oid(known::SECP256R1)].concat();
    let point = write(Tag::BIT_STRING, &[&[0], key.public_key().as_ref()]);
    write(Tag::SEQUENCE, &[&write(Tag::SEQUENCE, &[&curve]), &point])
}

/// Valid through the years 2020 to 2039.
fn certificate(request: &Request<'_>, issuer: &[u8], spki: &[u8], by: &EcdsaKeyPair) -> Vec<u8> {
    let time = |value: &[u8]| write(Tag::UTC_TIME, &[value]);
    let validity = [time(b"200101000000Z"), time(b"391231235959Z")].concat();
    let extensions = write(Tag::SEQUENCE, &[&request.extensions.concat()]);
    let tbs = write(
        Tag::SEQUENCE,
        &[
            &[0xA0, 0x03, 0x02, 0x01, 0x02],
            &write(Tag::INTEGER, &[&[request.serial]]),
            &algorithm(),
            issuer,
            &write(Tag::SEQUENCE, &[&validity]),
            &name(request.name),
            spki,
            &write(Tag(0xA3), &[&extensions]),
        ],
    );
    let signature = sign(by, &tbs);
    let signature = write(Tag::BIT_STRING, &[&[0], &signature]);
    write(Tag::SEQUENCE, &[&tbs, &algorithm(), &signature])
}
