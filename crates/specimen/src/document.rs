//! Documents: files signed by a country, and the keys that stay in the chip (Doc 9303-10).

mod data_group;
mod face;
pub(crate) mod jpeg;
mod mrz;
mod persona;
mod portrait;
mod security_info;
mod security_object;

use std::{collections::BTreeMap, sync::Arc};

use jiff::{Timestamp, civil::Date};
use num_bigint::BigUint;

pub use data_group::{PersonalDetails, tag};
pub use face::FaceFormat;
pub use mrz::{Mrz, Size, check_digit};
pub use persona::{Persona, Specimens};
pub use portrait::Portrait;
pub(crate) use security_info::chip_authentication_oid;
pub use security_info::{Mapping, PaceVariant};
pub use security_object::{LdsVersion, security_object_content};

use crate::{
    cipher::Cipher,
    cms::{CmsQuirk, SignerCertificate},
    curve::Point,
    der,
    digest::Digest,
    ec_key::EcKey,
    group::{DhKey, DomainForm, Element, Group},
    randomness::Randomness,
    rsa::{Iso9796, RsaKey},
    signer::{KeyKind, PrivateKey},
};

/// Files of the master file (Doc 9303-10, table 33).
pub mod master_file {
    /// EF.ATR/INFO.
    pub const ATR_INFO: u16 = 0x2F01;
    /// EF.DIR.
    pub const DIR: u16 = 0x2F00;
    /// EF.CardAccess.
    pub const CARD_ACCESS: u16 = 0x011C;
    /// EF.CardSecurity.
    pub const CARD_SECURITY: u16 = 0x011D;
}

/// Files of the eMRTD application (Doc 9303-10, table 38): data group `n` is `0x0100 + n`.
pub mod application {
    /// EF.COM.
    pub const COM: u16 = 0x011E;
    /// EF.SOD.
    pub const SOD: u16 = 0x011D;
    /// The application's identifier.
    pub const AID: [u8; 7] = [0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01];
}

/// How a chip authenticates actively (Doc 9303-11, 6.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActivePlan {
    /// RSA with ISO/IEC 9796-2.
    Rsa {
        /// Bits of the modulus.
        bits: u64,
        /// The form of the signature.
        form: Iso9796,
    },
    /// ECDSA.
    Ecdsa {
        /// The key.
        key: KeyKind,
        /// The hash.
        digest: Digest,
        /// `r || s` as the standard wants it, or else `Ecdsa-Sig-Value`.
        plain: bool,
    },
}

/// How a chip does chip authentication (Doc 9303-11, 6.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChipPlan {
    /// The group of the static key.
    pub group: Group,
    /// How the key names the group.
    pub form: DomainForm,
    /// The ciphers offered.
    pub ciphers: Vec<Cipher>,
    /// The key's number, where there is one.
    pub key_id: Option<u8>,
    /// `ChipAuthenticationInfo` is left out, as some early documents did.
    pub without_info: bool,
    /// The public key told is none of the group.
    pub invalid_key: bool,
}

/// A document to be issued.
#[derive(Debug, Clone)]
pub struct DocumentPlan {
    /// The MRZ.
    pub mrz: Mrz,
    /// The card access number, where one is printed.
    pub can: Option<String>,
    /// The portrait.
    pub portrait: Portrait,
    /// More portraits of the same holder in DG2, after the first.
    pub further_portraits: Vec<Portrait>,
    /// How DG2 holds them.
    pub face_format: FaceFormat,
    /// DG11.
    pub details: Option<PersonalDetails>,
    /// DG12: the authority.
    pub authority: Option<String>,
    /// The day of issue.
    pub issued: Date,
    /// The version of the logical data structure.
    pub lds_version: LdsVersion,
    /// The hash of the data groups.
    pub digest: Digest,
    /// Bytes of the longest answer in extended length, told in EF.ATR/INFO; none where the chip has only short length.
    pub extended_length: Option<u16>,
    /// Whether basic access control works.
    pub basic_access: bool,
    /// The variants of PACE, in the order of EF.CardAccess. None: no EF.CardAccess.
    pub pace: Vec<PaceVariant>,
    /// Active authentication.
    pub active: Option<ActivePlan>,
    /// Chip authentication. The keys of PACE-CAM are made by themselves.
    pub chip: Vec<ChipPlan>,
    /// Data groups that are there beside those which follow from the rest: number and content with tag, e.g. DG3 or DG13.
    pub further: Vec<(u8, Vec<u8>)>,
    /// Departures of EF.SOD.
    pub quirks: Vec<CmsQuirk>,
}

/// The private key of active authentication.
#[derive(Debug, Clone)]
pub enum ActiveKey {
    /// RSA.
    Rsa(Arc<RsaKey>, Iso9796),
    /// ECDSA; plain or not.
    Ecdsa(EcKey, Digest, bool),
}

/// A private key of chip authentication.
#[derive(Debug, Clone)]
pub struct ChipKey {
    /// The key.
    pub key: DhKey,
    /// The ciphers.
    pub ciphers: Vec<Cipher>,
    /// The key's number.
    pub key_id: Option<u8>,
}

/// An issued document: what its chip holds.
#[derive(Debug, Clone)]
pub struct Document {
    /// The MRZ.
    pub mrz: Mrz,
    /// The card access number.
    pub can: Option<String>,
    /// Bytes of the longest answer in extended length; none where the chip has only short length.
    pub extended_length: Option<u16>,
    /// Whether basic access control works.
    pub basic_access: bool,
    /// The variants of PACE.
    pub pace: Vec<PaceVariant>,
    /// Files of the master file by identifier.
    pub master_file: BTreeMap<u16, Vec<u8>>,
    /// Files of the application by identifier.
    pub application: BTreeMap<u16, Vec<u8>>,
    /// The key of active authentication.
    pub active: Option<ActiveKey>,
    /// The keys of chip authentication in the application.
    pub chip: Vec<ChipKey>,
    /// The static key of PACE-CAM.
    pub mapping_key: Option<DhKey>,
}

impl Document {
    /// Issues a document, its security object signed by a document signer.
    pub fn issue(plan: &DocumentPlan, by: &SignerCertificate, randomness: &mut Randomness) -> Self {
        let active = plan
            .active
            .map(|active| ActiveKey::generate(active, randomness));
        let chip: Vec<(&ChipPlan, DhKey)> = plan
            .chip
            .iter()
            .map(|chip| {
                (
                    chip,
                    chip.group.key_pair(&chip.group.generator(), randomness),
                )
            })
            .collect();
        let mapping_key = plan
            .pace
            .iter()
            .find(|variant| variant.mapping == Mapping::ChipAuthentication)
            .map(|variant| {
                variant
                    .group
                    .key_pair(&variant.group.generator(), randomness)
            });
        let groups = data_groups(plan, active.as_ref(), &chip, randomness);
        let mut application: BTreeMap<u16, Vec<u8>> = groups
            .iter()
            .map(|(number, content)| (0x0100 + u16::from(*number), content.clone()))
            .collect();
        let numbers: Vec<u8> = groups.iter().map(|(number, _)| *number).collect();
        application.insert(
            application::COM,
            data_group::com(plan.lds_version.text(), &numbers),
        );
        let object = security_object::sign(plan, &groups, by, randomness);
        application.insert(application::SOD, object);
        Self {
            mrz: plan.mrz.clone(),
            can: plan.can.clone(),
            extended_length: plan.extended_length,
            basic_access: plan.basic_access,
            pace: plan.pace.clone(),
            master_file: master_files(plan, mapping_key.as_ref(), by, randomness),
            application,
            active,
            chip: chip
                .into_iter()
                .map(|(plan, key)| ChipKey {
                    key,
                    ciphers: plan.ciphers.clone(),
                    key_id: plan.key_id,
                })
                .collect(),
            mapping_key,
        }
    }

    /// A data group's content with its tag.
    pub fn data_group(&self, number: u8) -> Option<&[u8]> {
        self.application
            .get(&(0x0100 + u16::from(number)))
            .map(Vec::as_slice)
    }
}

impl ActiveKey {
    fn generate(plan: ActivePlan, randomness: &mut Randomness) -> Self {
        match plan {
            ActivePlan::Rsa { bits, form } => Self::Rsa(
                RsaKey::from_seed(&randomness.array::<32>(), bits, 65537),
                form,
            ),
            ActivePlan::Ecdsa { key, digest, plain } => match PrivateKey::generate(key, randomness)
            {
                PrivateKey::Ec(key, _) => Self::Ecdsa(key, digest, plain),
                PrivateKey::Rsa(key) => Self::Rsa(key, Iso9796::usual(digest)),
            },
        }
    }

    fn public_key_info(&self) -> Vec<u8> {
        let form = crate::curve::CurveParameters::Explicit;
        match self {
            Self::Rsa(key, _) => PrivateKey::Rsa(Arc::clone(key)).public_key_info(),
            Self::Ecdsa(key, ..) => PrivateKey::Ec(key.clone(), form).public_key_info(),
        }
    }
}

/// Every data group with its number, in order.
fn data_groups(
    plan: &DocumentPlan,
    active: Option<&ActiveKey>,
    chip: &[(&ChipPlan, DhKey)],
    randomness: &mut Randomness,
) -> Vec<(u8, Vec<u8>)> {
    let [tone] = randomness.array::<1>();
    let portraits = std::iter::once(&plan.portrait).chain(&plan.further_portraits);
    let images: Vec<(Portrait, Vec<u8>)> = portraits
        .map(|portrait| (*portrait, portrait.image(tone)))
        .collect();
    let mut groups = vec![
        (1, data_group::dg1(&plan.mrz.text())),
        (2, face::dg2(plan.face_format, &images, plan.issued)),
    ];
    groups.extend(
        plan.details
            .as_ref()
            .map(|details| (11, data_group::dg11(details))),
    );
    groups.extend(
        plan.authority
            .as_ref()
            .map(|authority| (12, data_group::dg12(authority, plan.issued))),
    );
    let mut infos: Vec<Vec<u8>> = Vec::new();
    for (plan, key) in chip {
        if !plan.without_info {
            let info = |cipher: &Cipher| {
                security_info::chip_authentication(plan.group, *cipher, plan.key_id)
            };
            infos.extend(plan.ciphers.iter().map(info));
        }
        let public = if plan.invalid_key {
            outside(&key.public)
        } else {
            key.public.clone()
        };
        infos.push(security_info::chip_public_key(
            plan.group,
            &public,
            plan.form,
            plan.key_id,
        ));
    }
    if let Some(ActiveKey::Ecdsa(_, digest, _)) = active {
        infos.push(security_info::active_authentication(*digest));
    }
    // Fingerprints and irises are behind terminal authentication.
    if plan
        .further
        .iter()
        .any(|(number, _)| matches!(number, 3 | 4))
    {
        infos.push(security_info::terminal_authentication());
    }
    // PACE is told again where the security object covers it (Doc 9303-11, 9.2.11).
    infos.extend(plan.pace.iter().map(|variant| variant.info()));
    if !infos.is_empty() {
        groups.push((14, der::constructed(0x6E, [der::set_of(infos)])));
    }
    if let Some(active) = active {
        groups.push((15, der::constructed(0x6F, [active.public_key_info()])));
    }
    groups.extend(plan.further.iter().cloned());
    groups.sort();
    groups
}

/// An element that does not belong to the group.
fn outside(element: &Element) -> Element {
    match element {
        Element::Point(Point::Affine(x, y)) => {
            Element::Point(Point::Affine(x.clone(), y ^ BigUint::from(1_u8)))
        }
        Element::Point(Point::Infinity) => element.clone(),
        Element::Number(number) => Element::Number(number ^ BigUint::from(1_u8)),
    }
}

/// EF.CardAccess, EF.CardSecurity, EF.ATR/INFO and EF.DIR.
fn master_files(
    plan: &DocumentPlan,
    mapping_key: Option<&DhKey>,
    by: &SignerCertificate,
    randomness: &mut Randomness,
) -> BTreeMap<u16, Vec<u8>> {
    let mut files = BTreeMap::new();
    let infos: Vec<Vec<u8>> = plan.pace.iter().map(|variant| variant.info()).collect();
    if let Some(longest) = plan.extended_length {
        // Selection by name and identifier, short identifiers, chaining, extended length, its limits told (Doc 9303-10, table 29).
        let capabilities = der::tlv(0x47, &[0x94, 0x01, 0xE0]);
        let lengths = [
            der::tlv(0x02, &1000_u16.to_be_bytes()),
            der::tlv(0x02, &longest.to_be_bytes()),
        ];
        files.insert(
            master_file::ATR_INFO,
            [capabilities, der::constructed(0x7F66, lengths)].concat(),
        );
    }
    files.insert(
        master_file::DIR,
        der::constructed(0x61, [der::tlv(0x4F, &application::AID)]),
    );
    if infos.is_empty() {
        return files;
    }
    files.insert(master_file::CARD_ACCESS, der::set_of(infos.clone()));
    if let Some(key) = mapping_key {
        let number = Some(1);
        let public = security_info::chip_public_key(
            key.group,
            &key.public,
            DomainForm::Standardised,
            number,
        );
        let content = der::set_of(infos.into_iter().chain([public]).collect());
        let at = noon(plan.issued);
        let security = security_object::sign_card_security(&content, at, by, randomness);
        files.insert(master_file::CARD_SECURITY, security);
    }
    files
}

/// The moment at which a document of a day is signed.
pub(crate) fn noon(day: Date) -> Timestamp {
    day.at(12, 0, 0, 0)
        .to_zoned(jiff::tz::TimeZone::UTC)
        .map_or(Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp())
}
