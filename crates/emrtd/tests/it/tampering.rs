//! 10,000 random changes of one byte: in security objects, data groups and answers of chips of generated documents. None is accepted as
//! verified unless every hashed and signed byte is the same, and then the facts are the same as without it.

use std::collections::BTreeMap;

use emrtd::lds::DataGroup;
use emrtd::passive_auth::{Circumstances, Files, VerifiedDocument, authenticate};
use emrtd::tlv::Header;
use emrtd::trust::{Source, Store};
use emrtd::x509::Certificate;
use specimen::country::{CertificateRequest, Country};
use specimen::curve::{Curve, CurveParameters};
use specimen::digest::Digest;
use specimen::document::{Document, DocumentPlan, LdsVersion, Persona, Portrait, application};
use specimen::randomness::Randomness;
use specimen::rsa::Pss;
use specimen::signer::{KeyKind, Scheme};

use crate::chip::{now, specimens};

/// Printed when a change is wrongly accepted; with the number of the change it names it.
pub(crate) const SEED: u64 = 20_261_124;

const RSA: KeyKind = KeyKind::Rsa {
    bits: 2048,
    exponent: 65537,
};

/// Which change: a place and what is added to the byte there by exclusive or, never nothing.
pub(crate) struct Draw(pub(crate) u64);

impl Draw {
    pub(crate) fn below(&mut self, below: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % below
    }

    /// Changes one byte and says where.
    pub(crate) fn change(&mut self, bytes: &mut [u8]) -> usize {
        let place = self.below(bytes.len());
        bytes[place] ^= u8::try_from(1 + self.below(255)).unwrap();
        place
    }
}

/// A document by the algorithms of its signer and of its authority.
struct Issued {
    name: &'static str,
    document: Document,
}

fn issue(name: &'static str, country: &mut Country, key: KeyKind, scheme: Scheme) -> Issued {
    let since = country.csca().since;
    let signer = country.issue(&CertificateRequest::document_signer(key, scheme, since));
    let issued = since.to_zoned(jiff::tz::TimeZone::UTC).date() + jiff::ToSpan::days(90);
    let usual = specimens().plan(Persona::Dane);
    let mut plan = DocumentPlan {
        portrait: Portrait::Jpeg2000Codestream,
        issued,
        digest: scheme.digest(),
        lds_version: LdsVersion::V1_8,
        ..usual
    };
    plan.mrz.issuer.clone_from(&country.state);
    let document = Document::issue(&plan, &signer, &mut Randomness::from_seed(name.as_bytes()));
    Issued { name, document }
}

fn documents() -> (Store, Vec<Issued>) {
    let mut denmark = specimens().denmark.clone();
    let mut abroad = specimens().abroad.clone();
    let mut store = Store::new();
    for country in [&denmark, &abroad] {
        for certificate in country.csca_certificates() {
            store.add(&certificate, &Source::new("specimen")).unwrap();
        }
    }
    let ec = |curve, parameters| KeyKind::Ec(curve, parameters);
    let named = CurveParameters::Named;
    let explicit = CurveParameters::Explicit;
    let ecdsa = Scheme::Ecdsa;
    let pss = Scheme::Pss(Pss::usual(Digest::Sha256));
    let documents = vec![
        issue("RSA-PSS by RSA-PSS", &mut abroad, RSA, pss),
        issue(
            "RSA by RSA-PSS",
            &mut abroad,
            RSA,
            Scheme::Pkcs1(Digest::Sha1),
        ),
        issue(
            "P-256 by RSA-PSS",
            &mut abroad,
            ec(Curve::P256, named),
            ecdsa(Digest::Sha256),
        ),
        issue(
            "P-384 by ECDSA",
            &mut denmark,
            ec(Curve::P384, explicit),
            ecdsa(Digest::Sha384),
        ),
        issue(
            "brainpoolP256r1 by RSA-PSS",
            &mut abroad,
            ec(Curve::BrainpoolP256r1, explicit),
            ecdsa(Digest::Sha224),
        ),
        issue(
            "P-521 by RSA-PSS",
            &mut abroad,
            ec(Curve::P521, named),
            ecdsa(Digest::Sha512),
        ),
    ];
    (store, documents)
}

/// Everything that is told once a document is verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) files: Vec<(DataGroup, Vec<u8>)>,
    hashes: Vec<(DataGroup, Vec<u8>)>,
    digest: emrtd::crypto::Digest,
    lds_version: Option<emrtd::lds::LdsVersion>,
    signer: Vec<u8>,
    country: Option<String>,
    document_types: Option<Vec<String>>,
    issuer: [u8; 32],
    signed: Option<jiff::Timestamp>,
    zone: String,
}

impl Facts {
    pub(crate) fn of(document: &VerifiedDocument<'_>) -> Self {
        let object = document.security_object();
        let signer = object.signer();
        let files = document.data_groups().iter();
        let hashes = object.data_groups();
        Self {
            files: files
                .map(|file| (file.data_group(), file.file().to_vec()))
                .collect(),
            hashes: hashes
                .map(|group| (group, object.hash(group).unwrap().to_vec()))
                .collect(),
            digest: object.digest(),
            lds_version: object.lds_version(),
            // What its issuer has signed of it.
            signer: Certificate::parse(signer.certificate())
                .unwrap()
                .tbs_raw
                .to_vec(),
            country: signer.country().map(str::to_owned),
            document_types: signer.document_types().map(<[String]>::to_vec),
            issuer: signer.issuer_fingerprint(),
            signed: signer.signed(),
            zone: format!("{:?}", document.dg1()),
        }
    }
}

fn verified(files: &BTreeMap<u16, Vec<u8>>, store: &Store) -> Option<Facts> {
    let groups: Vec<_> = DataGroup::ALL
        .into_iter()
        .filter_map(|group| Some((group, files.get(&group.file_id())?.as_slice())))
        .collect();
    let files = Files {
        security_object: &files[&application::SOD],
        com: files.get(&application::COM).map(Vec::as_slice),
        data_groups: &groups,
    };
    let found = authenticate(&files, &Circumstances::new(store, now()));
    found.document.as_ref().map(Facts::of)
}

/// The parts of EF.SOD by the places of their elements, from outside to inside.
const PARTS: [(&[usize], &str); 20] = [
    (&[], "EF.SOD"),
    (&[0], "ContentInfo"),
    (&[0, 0], "contentType"),
    (&[0, 1], "content"),
    (&[0, 1, 0], "SignedData"),
    (&[0, 1, 0, 0], "version"),
    (&[0, 1, 0, 1], "digestAlgorithms"),
    (&[0, 1, 0, 2], "encapContentInfo"),
    (&[0, 1, 0, 3], "certificates"),
    (&[0, 1, 0, 3, 0], "certificate"),
    (&[0, 1, 0, 3, 0, 0], "tbsCertificate"),
    (&[0, 1, 0, 3, 0, 1], "certificate signatureAlgorithm"),
    (&[0, 1, 0, 3, 0, 2], "certificate signature"),
    (&[0, 1, 0, 4], "signerInfos"),
    (&[0, 1, 0, 4, 0], "SignerInfo"),
    (&[0, 1, 0, 4, 0, 0], "SignerInfo version"),
    (&[0, 1, 0, 4, 0, 1], "sid"),
    (&[0, 1, 0, 4, 0, 2], "digestAlgorithm"),
    (&[0, 1, 0, 4, 0, 3], "signedAttrs"),
    (&[0, 1, 0, 4, 0, 4], "signatureAlgorithm"),
];

/// The innermost of the parts of EF.SOD in which a byte is.
fn part(file: &[u8], place: usize) -> &'static str {
    let (mut path, mut name) = (Vec::new(), "");
    let mut element = 0;
    loop {
        match PARTS.iter().find(|(known, _)| *known == path) {
            Some((_, known)) => name = known,
            None if path.len() == 6 => return "signature",
            None => return name,
        }
        let header = Header::parse(&file[element..]).unwrap();
        let end = element + header.total_length();
        let mut child = end - header.value_length;
        path.push(0);
        if place < child {
            return name;
        }
        while child < end {
            let length = Header::parse(&file[child..]).map(|it| it.total_length());
            let Ok(length) = length else { return name };
            if place < child + length {
                break;
            }
            child += length;
            *path.last_mut().unwrap() += 1;
        }
        element = child;
    }
}

/// 6,000 changes. What is tolerated is named by its part of EF.SOD: none of it is hashed or signed.
#[test]
fn no_change_to_a_file_is_accepted() {
    let (store, documents) = documents();
    let mut draw = Draw(SEED);
    let mut tolerated: BTreeMap<&str, u32> = BTreeMap::new();
    for issued in &documents {
        let mut files = issued.document.application.clone();
        files.remove(&application::COM);
        let untouched = verified(&files, &store);
        assert!(untouched.is_some(), "{} is not verified", issued.name);
        let others: Vec<u16> = files
            .keys()
            .copied()
            .filter(|file| *file != application::SOD)
            .collect();
        for number in 0..1000 {
            // Four of five in the security object.
            let file = match number % 5 {
                0 => others[draw.below(others.len())],
                _ => application::SOD,
            };
            let original = files[&file].clone();
            let place = draw.change(files.get_mut(&file).unwrap());
            let facts = verified(&files, &store);
            files.insert(file, original);
            if facts.is_none() {
                continue;
            }
            let name = issued.name;
            assert_eq!(
                facts, untouched,
                "{SEED} {name} {number}: {file:04X} {place}"
            );
            assert_eq!(file, application::SOD, "{SEED} {name} {number}: {place}");
            *tolerated.entry(part(&files[&file], place)).or_default() += 1;
        }
    }
    let wanted = BTreeMap::from([
        ("SignerInfo version", 2),
        ("certificate signatureAlgorithm", 7),
        ("digestAlgorithms", 35),
        ("sid", 144),
        ("signatureAlgorithm", 1),
    ]);
    assert_eq!(tolerated, wanted);
}
