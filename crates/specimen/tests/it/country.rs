//! Certificates, revocation lists and CMS made here, judged by OpenSSL.

use jiff::Timestamp;
use specimen::{
    certificate::{CertificateQuirk, Role},
    cms::{CmsQuirk, SignedData, content_type},
    country::{CertificateRequest, Country, CountryPlan},
    curve::{Curve, CurveParameters},
    deviation_list::{Deviation, DocumentSignerIdentifier},
    digest::Digest,
    master_list::{PkdEntry, ldif},
    rsa::Pss,
    signer::{KeyKind, Scheme},
};

use crate::openssl::Bench;

const RSA: KeyKind = KeyKind::Rsa {
    bits: 2048,
    exponent: 65537,
};

fn founded() -> Timestamp {
    "2024-01-15T12:00:00Z".parse().unwrap()
}

/// Every algorithm of the issue, with the curves that OpenSSL's chain verification takes (named ones).
fn algorithms() -> Vec<(KeyKind, Scheme)> {
    let mut all = Vec::new();
    for digest in Digest::ALL {
        all.push((RSA, Scheme::Pkcs1(digest)));
        all.push((RSA, Scheme::Pss(Pss::usual(digest))));
        all.push((
            KeyKind::Ec(Curve::P256, CurveParameters::Named),
            Scheme::Ecdsa(digest),
        ));
    }
    all.push((
        RSA,
        Scheme::Pss(Pss {
            digest: Digest::Sha256,
            mask: Digest::Sha256,
            salt: 64,
        }),
    ));
    all.push((
        RSA,
        Scheme::Pss(Pss {
            digest: Digest::Sha512,
            mask: Digest::Sha512,
            salt: 20,
        }),
    ));
    all.push((
        RSA,
        Scheme::Pss(Pss {
            digest: Digest::Sha256,
            mask: Digest::Sha1,
            salt: 0,
        }),
    ));
    all.push((
        KeyKind::Rsa {
            bits: 3072,
            exponent: 3,
        },
        Scheme::Pkcs1(Digest::Sha256),
    ));
    for curve in Curve::ALL {
        all.push((
            KeyKind::Ec(curve, CurveParameters::Named),
            Scheme::Ecdsa(Digest::Sha256),
        ));
    }
    all
}

#[test]
fn a_seed_gives_the_same_country() {
    let plan = CountryPlan::new("UT", "UTO", founded());
    let one = Country::found(b"seed", &plan);
    assert_eq!(
        one.csca().certificate,
        Country::found(b"seed", &plan).csca().certificate
    );
    assert_ne!(
        one.csca().certificate,
        Country::found(b"other", &plan).csca().certificate
    );
}

#[test]
fn document_signers_of_every_algorithm_chain_to_their_csca() {
    let Some(bench) =
        Bench::set_up("country::document_signers_of_every_algorithm_chain_to_their_csca")
    else {
        return;
    };
    for (index, (key, scheme)) in algorithms().into_iter().enumerate() {
        let mut country = Country::found(
            b"chain",
            &CountryPlan::new("UT", "UTO", founded()).with_key(key, scheme),
        );
        let signer = country.issue(&CertificateRequest::document_signer(key, scheme, founded()));
        let root = bench.file(
            &format!("root{index}.pem"),
            "CERTIFICATE",
            &country.csca().certificate,
        );
        let leaf = bench.file(
            &format!("leaf{index}.pem"),
            "CERTIFICATE",
            &signer.certificate,
        );
        let options = [
            "verify",
            "-auth_level",
            "0",
            "-check_ss_sig",
            "-attime",
            "1710000000",
        ];
        Bench::run(&options, &[("-CAfile", &root), ("", &leaf)]);
    }
}

#[test]
fn explicit_parameters_are_the_curves_own() {
    let Some(bench) = Bench::set_up("country::explicit_parameters_are_the_curves_own") else {
        return;
    };
    for curve in Curve::ALL {
        for form in [CurveParameters::Explicit, CurveParameters::ExplicitWithSeed] {
            let key = KeyKind::Ec(curve, form);
            let plan = CountryPlan::new("UT", "UTO", founded())
                .with_key(key, Scheme::Ecdsa(Digest::Sha384));
            let country = Country::found(b"explicit", &plan);
            let root = bench.file("explicit.pem", "CERTIFICATE", &country.csca().certificate);
            let text = Bench::run(&["x509", "-noout", "-text", "-in"], &[("", &root)]);
            assert!(
                text.contains("Prime") || text.contains("ASN1 OID"),
                "{text}"
            );
        }
    }
}

#[test]
fn link_certificates_lead_from_the_old_key_to_the_new() {
    let Some(bench) = Bench::set_up("country::link_certificates_lead_from_the_old_key_to_the_new")
    else {
        return;
    };
    let key = KeyKind::Ec(Curve::P384, CurveParameters::Named);
    let plan =
        CountryPlan::new("UT", "UTO", founded()).with_key(RSA, Scheme::Pkcs1(Digest::Sha256));
    let mut country = Country::found(b"links", &plan);
    country.change_name(
        "CSCA Utopia",
        key,
        Scheme::Ecdsa(Digest::Sha384),
        "2025-01-15T12:00:00Z".parse().unwrap(),
    );
    let signer = country.issue(&CertificateRequest::usual_document_signer(
        "2025-02-01T00:00:00Z".parse().unwrap(),
    ));
    let root = bench.file(
        "old.pem",
        "CERTIFICATE",
        &country.generations[0].certificate,
    );
    let link = bench.file(
        "link.pem",
        "CERTIFICATE",
        country.csca().link.as_ref().unwrap(),
    );
    let leaf = bench.file("leaf.pem", "CERTIFICATE", &signer.certificate);
    // A path length of zero forbids the link in RFC 5280's eyes; Doc 9303-12, 7.1.1.6 keeps it all the same.
    let options = ["verify", "-partial_chain", "-attime", "1740000000"];
    Bench::run(&options, &[("-CAfile", &link), ("", &leaf)]);
    Bench::run(&options, &[("-CAfile", &root), ("", &link)]);
}

#[test]
fn revocation_lists_are_signed_and_revoke() {
    let Some(bench) = Bench::set_up("country::revocation_lists_are_signed_and_revoke") else {
        return;
    };
    let plan = CountryPlan::new("UT", "UTO", founded())
        .with_key(RSA, Scheme::Pss(Pss::usual(Digest::Sha256)));
    let mut country = Country::found(b"crl", &plan);
    let signer = country.issue(&CertificateRequest::usual_document_signer(founded()));
    let at = "2025-01-01T00:00:00Z".parse().unwrap();
    country.revoke(&signer, at);
    let root = bench.file("root.pem", "CERTIFICATE", &country.csca().certificate);
    let list = bench.file("list.pem", "X509 CRL", &country.revocation_list(at, 7));
    let text = Bench::run(
        &["crl", "-noout", "-text"],
        &[("-CAfile", &root), ("-in", &list)],
    );
    assert!(
        text.contains("verify OK") && text.contains("Revocation Date: Jan  1 00:00:00 2025"),
        "{text}"
    );
}

#[test]
fn signed_data_verifies_with_its_tolerable_quirks() {
    let Some(bench) = Bench::set_up("country::signed_data_verifies_with_its_tolerable_quirks")
    else {
        return;
    };
    let quirks: [&[CmsQuirk]; 6] = [
        &[],
        &[CmsQuirk::IndefiniteLength],
        &[CmsQuirk::KeyIdentifier],
        &[CmsQuirk::NoSigningTime],
        &[CmsQuirk::NoSignedAttributes],
        &[CmsQuirk::ContentType("1.3.27.1.1.1")],
    ];
    for (index, (key, scheme)) in algorithms().into_iter().enumerate() {
        let mut country = Country::found(b"chain", &CountryPlan::new("UT", "UTO", founded()));
        let signer = country.issue(&CertificateRequest::document_signer(key, scheme, founded()));
        // Every algorithm, and every quirk with two of them.
        for quirks in if index < 2 { &quirks[..] } else { &quirks[..1] } {
            let data = SignedData {
                content_type: content_type::LDS_SECURITY_OBJECT,
                content: b"content",
                further_certificates: &[],
                digest: scheme.digest(),
                signing_time: founded(),
                quirks,
            };
            let signed = data.sign(&signer, &mut country.randomness("test"));
            let file = bench.file("signed.der", "", &signed);
            let text = Bench::run(
                &["cms", "-verify", "-noverify", "-inform", "DER", "-in"],
                &[("", &file)],
            );
            assert!(
                text.contains("content"),
                "{key:?} {scheme:?} {quirks:?}: {text}"
            );
        }
    }
}

#[test]
fn a_master_list_verifies_up_to_its_csca() {
    let Some(bench) = Bench::set_up("country::a_master_list_verifies_up_to_its_csca") else {
        return;
    };
    let key = KeyKind::Ec(Curve::P384, CurveParameters::Named);
    let plan =
        CountryPlan::new("UT", "UTO", founded()).with_key(key, Scheme::Ecdsa(Digest::Sha384));
    let mut country = Country::found(b"list", &plan);
    let request = CertificateRequest {
        role: Role::MasterListSigner,
        ..CertificateRequest::usual_document_signer(founded())
    };
    let signer = country.issue(&request);
    let list = country.master_list(country.csca_certificates(), &signer, founded(), &[]);
    let root = bench.file("root.pem", "CERTIFICATE", &country.csca().certificate);
    let list = bench.file("list.der", "", &list);
    let options = [
        "cms",
        "-verify",
        "-inform",
        "DER",
        "-purpose",
        "any",
        "-attime",
        "1710000000",
    ];
    Bench::run(
        &options,
        &[
            ("-CAfile", &root),
            ("-in", &list),
            ("-out", &std::path::PathBuf::from("/dev/null")),
        ],
    );
}

#[test]
fn a_deviation_list_verifies_and_has_the_modules_shape() {
    let Some(bench) = Bench::set_up("country::a_deviation_list_verifies_and_has_the_modules_shape")
    else {
        return;
    };
    let mut country = Country::found(b"list", &CountryPlan::new("UT", "UTO", founded()));
    let usual = CertificateRequest::usual_document_signer(founded());
    let document_signer = country.issue(&usual);
    let signer = country.issue(&CertificateRequest {
        role: Role::DeviationListSigner,
        ..usual
    });
    let deviations = [
        Deviation {
            document_type: Some("P<".into()),
            document_signer: Some(DocumentSignerIdentifier::IssuerAndSerial(
                document_signer.issuer.clone(),
                document_signer.serial.clone(),
            )),
            document_numbers: Vec::new(),
            kind: "2.2".into(),
            description: Some("a hash is wrong".into()),
        },
        Deviation {
            document_type: None,
            document_signer: None,
            document_numbers: vec!["120000001".into(), "120000002".into()],
            kind: "3.2".into(),
            description: None,
        },
    ];
    let list = bench.file(
        "list.der",
        "",
        &country.deviation_list(&deviations, &signer, founded()),
    );
    let content = list.with_extension("content");
    Bench::run(
        &["cms", "-verify", "-noverify", "-inform", "DER"],
        &[("-in", &list), ("-out", &content)],
    );
    let text = Bench::run(&["asn1parse", "-inform", "DER", "-in"], &[("", &content)]);
    assert!(
        text.contains("2.23.136.1.1.7.2.2") && text.contains("120000002"),
        "{text}"
    );
}

#[test]
fn odd_certificates_can_still_be_read() {
    let Some(bench) = Bench::set_up("country::odd_certificates_can_still_be_read") else {
        return;
    };
    for (quirk, shows) in [
        (CertificateQuirk::NoBasicConstraints, "X509v3 Key Usage"),
        (CertificateQuirk::NoKeyUsage, "X509v3 Basic Constraints"),
        (
            CertificateQuirk::NoAuthorityKeyIdentifier,
            "X509v3 Subject Key Identifier",
        ),
        (
            CertificateQuirk::NoSubjectKeyIdentifier,
            "X509v3 Authority Key Identifier",
        ),
        (CertificateQuirk::NoExtensions, "Version: 1"),
        (
            CertificateQuirk::MalformedExtension,
            "Private Key Usage Period",
        ),
        (CertificateQuirk::NegativeSerial, "Serial Number: -"),
        (CertificateQuirk::LongSerial, "5a:5a:5a"),
        (CertificateQuirk::LowerCaseCountry, "C = ut"),
        (
            CertificateQuirk::UnknownCriticalExtension,
            "1.3.6.1.4.1.99999.1: critical",
        ),
    ] {
        let plan = CountryPlan {
            quirks: vec![quirk],
            ..CountryPlan::new("UT", "UTO", founded())
        };
        let country = Country::found(b"odd", &plan);
        let file = bench.file("odd.pem", "CERTIFICATE", &country.csca().certificate);
        let text = Bench::run(&["x509", "-noout", "-text", "-in"], &[("", &file)]);
        assert!(text.contains(shows), "{quirk:?}: {text}");
    }
}

#[test]
fn ldif_holds_what_was_put_in() {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let value: Vec<u8> = (0..=255).collect();
    let entries = [
        ("UT", PkdEntry::DocumentSigner(&value)),
        ("XX", PkdEntry::MasterList(&value)),
    ];
    let text = ldif(&entries);
    assert!(text.lines().all(|line| line.len() <= 76));
    let unfolded = text.replace("\n ", "");
    let encoded = STANDARD.encode(&value);
    assert!(unfolded.contains(&format!("\nuserCertificate;binary:: {encoded}\n")));
    assert!(unfolded.contains(&format!("\npkdMasterListContent:: {encoded}\n")));
    assert!(
        unfolded
            .contains("\ndn: cn=specimen1,o=ml,c=XX,dc=data,dc=download,dc=pkd,dc=icao,dc=int\n")
    );
}
