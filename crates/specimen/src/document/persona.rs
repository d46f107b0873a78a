//! People who do not exist, with documents that are ready to be read.

use jiff::{
    SignedDuration, Timestamp, ToSpan,
    civil::{Date, date},
    tz::TimeZone,
};

use super::{
    ActivePlan, ChipPlan, Document, DocumentPlan, FaceFormat, LdsVersion, Mrz, PaceVariant,
    PersonalDetails, Portrait, Size,
};
use crate::{
    cipher::Cipher,
    cms::SignerCertificate,
    country::{CertificateRequest, Country, CountryPlan},
    curve::{Curve, CurveParameters},
    digest::Digest,
    group::{DomainForm, Group},
    randomness::Randomness,
    rsa::{Iso9796, Pss},
    signer::{KeyKind, Scheme},
};

/// Who holds a document, and what is the matter with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Persona {
    /// A grown Dane with a passport in order: PACE, chip authentication.
    Dane,
    /// A foreigner with a passport in order: BAC, active authentication with RSA, LDS 1.7.
    Foreigner,
    /// The holder of an ID card with a CAN: PACE with chip authentication mapping.
    CardHolder,
    /// A Dane whose passport has expired.
    Expired,
    /// A Dane whose passport's document signer has been revoked.
    Revoked,
    /// A copy of the Dane's chip: every byte right, no private key.
    Clone,
    /// A Dane of sixteen years.
    Minor,
}

impl Persona {
    /// Every one.
    pub const ALL: [Self; 7] = [
        Self::Dane,
        Self::Foreigner,
        Self::CardHolder,
        Self::Expired,
        Self::Revoked,
        Self::Clone,
        Self::Minor,
    ];

    /// The one with this word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|persona| persona.word() == word)
    }

    /// A word for command lines.
    pub fn word(self) -> &'static str {
        match self {
            Self::Dane => "dane",
            Self::Foreigner => "foreigner",
            Self::CardHolder => "card",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::Clone => "clone",
            Self::Minor => "minor",
        }
    }
}

/// Two countries and what they have issued.
#[derive(Debug, Clone)]
pub struct Specimens {
    /// Denmark's specimen.
    pub denmark: Country,
    /// A country abroad.
    pub abroad: Country,
    old_signer: SignerCertificate,
    danish_signer: SignerCertificate,
    danish_list_signer: SignerCertificate,
    revoked_signer: SignerCertificate,
    foreign_signer: SignerCertificate,
    now: Timestamp,
    randomness: Randomness,
}

impl Specimens {
    /// The countries and their documents as of a moment.
    pub fn new(seed: &[u8], now: Timestamp) -> Self {
        let ago = |years: i64| now - SignedDuration::from_hours(24 * 365 * years);
        // Each of Denmark's keys signs for five years; the second and third follow in time.
        let mut denmark = Country::found(seed, &CountryPlan::new("DK", "DNK", ago(13)));
        let old_signer = denmark.issue(&CertificateRequest::usual_document_signer(ago(12)));
        let curve = KeyKind::Ec(Curve::BrainpoolP384r1, CurveParameters::Explicit);
        denmark.change_key(curve, Scheme::Ecdsa(Digest::Sha384), ago(8));
        let danish_signer = denmark.issue(&CertificateRequest::usual_document_signer(ago(3)));
        denmark.change_key(curve, Scheme::Ecdsa(Digest::Sha384), ago(3));
        let revoked_signer = denmark.issue(&CertificateRequest::usual_document_signer(ago(2)));
        denmark.revoke(&revoked_signer, now - SignedDuration::from_hours(24 * 90));
        let list_request = CertificateRequest {
            role: crate::certificate::Role::MasterListSigner,
            ..CertificateRequest::usual_document_signer(ago(1))
        };
        let danish_list_signer = denmark.issue(&list_request);
        // Shorter than a CSCA's key should be, since finding a longer one takes seconds.
        let rsa = KeyKind::Rsa {
            bits: 2048,
            exponent: 65537,
        };
        let plan = CountryPlan::new("SE", "SWE", ago(6))
            .with_key(rsa, Scheme::Pss(Pss::usual(Digest::Sha256)));
        let mut abroad = Country::found(seed, &plan);
        let request =
            CertificateRequest::document_signer(rsa, Scheme::Pkcs1(Digest::Sha256), ago(5));
        let foreign_signer = abroad.issue(&request);
        let randomness = Randomness::from_seed(seed).fork("personas");
        Self {
            denmark,
            abroad,
            old_signer,
            danish_signer,
            danish_list_signer,
            revoked_signer,
            foreign_signer,
            now,
            randomness,
        }
    }

    /// A master list of both countries' CSCA certificates and links, signed by Denmark.
    pub fn master_list(&self) -> Vec<u8> {
        let all = [
            self.denmark.csca_certificates(),
            self.abroad.csca_certificates(),
        ]
        .concat();
        self.denmark
            .master_list(all, &self.danish_list_signer, self.now, &[])
    }

    /// The revocation lists of both countries.
    pub fn revocation_lists(&self) -> Vec<Vec<u8>> {
        [&self.denmark, &self.abroad]
            .map(|country| country.revocation_list(self.now, 1))
            .to_vec()
    }

    /// A persona's document.
    pub fn document(&self, persona: Persona) -> Document {
        let plan = self.plan(persona);
        // The clone draws what the original drew, so that it is a copy.
        let original = if persona == Persona::Clone {
            Persona::Dane
        } else {
            persona
        };
        let mut document = Document::issue(
            &plan,
            self.signer(persona),
            &mut self.randomness.fork(original.word()),
        );
        if persona == Persona::Clone {
            document.active = None;
            document.chip.clear();
        }
        document
    }

    /// Who signs a persona's document.
    pub fn signer(&self, persona: Persona) -> &SignerCertificate {
        match persona {
            Persona::Foreigner => &self.foreign_signer,
            Persona::Revoked => &self.revoked_signer,
            Persona::Expired => &self.old_signer,
            _ => &self.danish_signer,
        }
    }

    /// A persona's document before it is issued, to be varied.
    pub fn plan(&self, persona: Persona) -> DocumentPlan {
        let today = self.now.to_zoned(TimeZone::UTC).date();
        match persona {
            Persona::Dane | Persona::Clone => passport(
                "Østergård",
                "Søren Æbelø",
                "120000001",
                date(1984, 2, 29),
                today,
                -2,
            ),
            Persona::Expired => passport(
                "Specimen",
                "Udløbet",
                "120000002",
                date(1961, 7, 1),
                today,
                -11,
            ),
            Persona::Revoked => passport(
                "Specimen",
                "Tilbagekaldt",
                "120000003",
                date(1977, 12, 24),
                today,
                -1,
            ),
            Persona::Minor => passport(
                "Specimen",
                "Ung",
                "120000004",
                years_from(today, -16),
                today,
                -1,
            ),
            Persona::Foreigner => foreign_passport(today),
            Persona::CardHolder => identity_card(today),
        }
    }
}

fn years_from(day: Date, years: i32) -> Date {
    day.checked_add(years.years()).unwrap_or(day)
}

fn mrz_of(surname: &str, given_names: &str, number: &str, birth: Date) -> Mrz {
    Mrz {
        size: Size::Td3,
        document_code: "P".to_owned(),
        issuer: "DNK".to_owned(),
        number: number.to_owned(),
        surname: surname.to_owned(),
        given_names: given_names.to_owned(),
        nationality: "DNK".to_owned(),
        birth: birth.strftime("%y%m%d").to_string(),
        sex: 'F',
        expiry: birth,
        optional: String::new(),
    }
}

/// A Danish passport, valid ten years from a day so many years from today.
fn passport(
    surname: &str,
    given_names: &str,
    number: &str,
    birth: Date,
    today: Date,
    issued: i32,
) -> DocumentPlan {
    let issued = years_from(today, issued);
    let mrz = mrz_of(surname, given_names, number, birth);
    DocumentPlan::passport(mrz, birth, issued)
}

impl DocumentPlan {
    /// A passport in order, as Denmark issues them: PACE and chip authentication, valid for ten years. The zone's expiry follows from the
    /// day of issue.
    pub fn passport(mrz: Mrz, birth: Date, issued: Date) -> Self {
        let full_name = format!("{}<<{}", mrz.surname, mrz.given_names.replace(' ', "<"));
        let expiry = years_from(issued, 10);
        Self {
            mrz: Mrz { expiry, ..mrz },
            can: None,
            portrait: Portrait::Jpeg { bytes: 20_000 },
            further_portraits: Vec::new(),
            face_format: FaceFormat::Iso19794,
            details: Some(PersonalDetails {
                full_name: Some(full_name),
                full_date_of_birth: Some(birth.strftime("%Y%m%d").to_string()),
                ..PersonalDetails::default()
            }),
            authority: Some("Specimen Kommune".to_owned()),
            issued,
            lds_version: LdsVersion::V1_7,
            digest: Digest::Sha256,
            extended_length: Some(4096),
            basic_access: true,
            pace: vec![PaceVariant::USUAL],
            active: None,
            chip: vec![ChipPlan {
                group: Group::Curve(Curve::BrainpoolP256r1),
                form: DomainForm::Explicit,
                ciphers: vec![Cipher::Aes128],
                key_id: None,
                without_info: false,
                invalid_key: false,
            }],
            further: Vec::new(),
            quirks: Vec::new(),
        }
    }
}

fn foreign_passport(today: Date) -> DocumentPlan {
    let usual = passport(
        "Specimen",
        "Anna Lena",
        "AA0000017",
        date(1990, 5, 17),
        today,
        -3,
    );
    DocumentPlan {
        mrz: Mrz {
            issuer: "SWE".to_owned(),
            nationality: "SWE".to_owned(),
            optional: "199005170000".to_owned(),
            ..usual.mrz
        },
        pace: Vec::new(),
        chip: Vec::new(),
        active: Some(ActivePlan::Rsa {
            bits: 1280,
            form: Iso9796::usual(Digest::Sha1),
        }),
        authority: None,
        extended_length: None,
        ..usual
    }
}

fn identity_card(today: Date) -> DocumentPlan {
    let usual = passport("Specimen", "Kort", "K00000123", date(1999, 9, 9), today, -1);
    let variant = PaceVariant {
        mapping: super::Mapping::ChipAuthentication,
        ..PaceVariant::USUAL
    };
    DocumentPlan {
        mrz: Mrz {
            size: Size::Td1,
            document_code: "ID".to_owned(),
            sex: 'M',
            ..usual.mrz
        },
        can: Some("123456".to_owned()),
        basic_access: false,
        pace: vec![variant, PaceVariant::USUAL],
        lds_version: LdsVersion::V1_8,
        ..usual
    }
}
