//! Chip Authentication, version 1 (ICAO 9303-11, 6.2): a session whose keys only a chip with the private key of DG14 can have.

use core::cmp::Reverse;

use crate::apdu::{
    CommandApdu, EXTENDED_EXPECTED, ResponseApdu, SHORT_EXPECTED, StatusWord, Step, instruction,
};
use crate::crypto::AgreementKey;
use crate::crypto::symmetric::Cipher;
use crate::ephemeral_key::{self, DomainParameters, EphemeralKey};
use crate::fault::{ChipFault, Command, Deviations};
use crate::genuine_chip::{ChipProof, GenuineChip};
use crate::lds::DataGroup;
use crate::pace::{
    ChipAuthenticationMapping, MECHANISM, REFERENCE, general_authenticate, reference,
};
use crate::passive_auth::{VerifiedCardSecurity, VerifiedDataGroup};
use crate::secure_messaging::SecureMessaging;
use crate::security_info::{ChipAuthenticationProtocol, SecurityInfos};
use crate::tlv::{self, Reader, Tag};

/// The ephemeral public key of MSE:Set KAT.
const EPHEMERAL_KEY: Tag = Tag(0x91);
/// The ephemeral public key of GENERAL AUTHENTICATE.
const PUBLIC_KEY: Tag = Tag(0x80);

/// A way of Chip Authentication that DG14 offers: protocol, key and the key's number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChipAuthenticationWay {
    /// Key agreement and cipher.
    pub protocol: ChipAuthenticationProtocol,
    /// The chip's static public key.
    pub key: AgreementKey,
    /// The key's number, where the chip has several.
    pub key_id: Option<u64>,
    /// What is unusual about the offer.
    pub deviations: Deviations,
}

impl ChipAuthenticationWay {
    /// Every way of version 1 that can be gone, the strongest first. Keys that are in no known group are left out.
    pub fn all(infos: &SecurityInfos<'_>) -> Vec<Self> {
        let (ways, deviations) = infos.chip_authentication_ways();
        let known = ways.into_iter().filter(|(info, _)| info.version == 1);
        let mut ways: Vec<Self> = known
            .filter_map(|(info, key)| {
                let (key, unusual) = ephemeral_key::static_key(key.public_key)?;
                let mut deviations = deviations.clone();
                deviations.extend(&unusual);
                Some(Self {
                    protocol: info.protocol,
                    key,
                    key_id: info.key_id,
                    deviations,
                })
            })
            .collect();
        let strength = |way: &Self| {
            (
                way.protocol.cipher,
                matches!(way.key, AgreementKey::EllipticCurve(_)),
                DomainParameters::of(&way.key).prime().len(),
            )
        };
        ways.sort_by_key(|way| Reverse(strength(way)));
        ways
    }
}

/// One run of Chip Authentication, inside the session that access control gave.
#[derive(Debug)]
pub struct ChipAuthentication {
    way: ChipAuthenticationWay,
    key: EphemeralKey,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// MSE:Set KAT is sent: all in one.
    KeyAgreementTemplate,
    /// MSE:Set AT is sent.
    AuthenticationTemplate,
    /// GENERAL AUTHENTICATE is sent.
    GeneralAuthenticate,
}

/// What Chip Authentication comes to. The commands that follow must go under `session`.
#[derive(Debug)]
pub struct ChipAuthenticationDone {
    /// The new session. It proves something when the chip has answered once under it.
    pub session: SecureMessaging,
    /// What is proved then.
    pub key: ChipKeyProved,
}

/// The public key whose private half a chip has proved to know. It proves nothing before DG14 is verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChipKeyProved {
    key: AgreementKey,
    deviations: Deviations,
}

impl ChipAuthentication {
    /// Begins a run: MSE:Set KAT with 3DES, MSE:Set AT with AES (6.2.4). `random` has [`DomainParameters::random_bytes`] bytes of the
    /// key's domain parameters, or more.
    pub fn begin(
        way: ChipAuthenticationWay,
        random: &[u8],
    ) -> Result<(Self, CommandApdu), ChipFault> {
        let generator = DomainParameters::of(&way.key).generator();
        let key = EphemeralKey::new(&generator, random);
        let key = key.map_err(|_| ChipFault::ChipAuthenticationUnsupported)?;
        let state = match way.protocol.cipher {
            Cipher::TripleDes => State::KeyAgreementTemplate,
            Cipher::Aes128 | Cipher::Aes192 | Cipher::Aes256 => State::AuthenticationTemplate,
        };
        let run = Self { way, key, state };
        let command = match state {
            State::KeyAgreementTemplate => run.set_key_agreement_template(),
            _ => run.set_authentication_template(),
        };
        Ok((run, command))
    }

    /// Takes the answer to the command that was sent last, secure messaging taken off.
    pub fn respond(
        &mut self,
        answer: &ResponseApdu,
    ) -> Result<Step<ChipAuthenticationDone>, ChipFault> {
        let status = answer.status;
        match self.state {
            State::KeyAgreementTemplate | State::GeneralAuthenticate if status.is_success() => {
                self.done().map(Step::Done)
            }
            State::KeyAgreementTemplate if is_other_way(status) => {
                self.state = State::AuthenticationTemplate;
                Ok(Step::Send(self.set_authentication_template()))
            }
            State::AuthenticationTemplate if status.is_success() => {
                self.state = State::GeneralAuthenticate;
                Ok(Step::Send(self.general_authenticate()))
            }
            State::KeyAgreementTemplate | State::AuthenticationTemplate => {
                let command = Command::ManageSecurityEnvironment;
                Err(ChipFault::Refused { command, status })
            }
            State::GeneralAuthenticate => {
                let command = Command::GeneralAuthenticate;
                Err(ChipFault::Refused { command, status })
            }
        }
    }

    /// GENERAL AUTHENTICATE with our key (6.2.4.2).
    fn general_authenticate(&self) -> CommandApdu {
        let key = tlv::write(PUBLIC_KEY, &[ephemeral_key::encode(self.key.public())]);
        let expected = if key.len() > 250 {
            EXTENDED_EXPECTED
        } else {
            SHORT_EXPECTED
        };
        general_authenticate(&key, expected)
    }

    /// MSE:Set KAT (6.2.4.1).
    fn set_key_agreement_template(&self) -> CommandApdu {
        let mut data = tlv::write(EPHEMERAL_KEY, &[ephemeral_key::encode(self.key.public())]);
        self.write_reference(&mut data);
        CommandApdu::new(instruction::MANAGE_SECURITY_ENVIRONMENT, [0x41, 0xA6]).with_data(data)
    }

    /// MSE:Set AT (6.2.4.2).
    fn set_authentication_template(&self) -> CommandApdu {
        let mut data = tlv::write(MECHANISM, &[&self.way.protocol.oid()]);
        self.write_reference(&mut data);
        CommandApdu::new(instruction::MANAGE_SECURITY_ENVIRONMENT, [0x41, 0xA4]).with_data(data)
    }

    fn write_reference(&self, data: &mut Vec<u8>) {
        if let Some(id) = self.way.key_id {
            tlv::write_into(data, REFERENCE, &[reference(&id.to_be_bytes())]);
        }
    }

    fn done(&self) -> Result<ChipAuthenticationDone, ChipFault> {
        let secret = self.key.shared_secret(&self.way.key);
        let secret = secret.map_err(|_| ChipFault::ChipKeyInvalid)?;
        Ok(ChipAuthenticationDone {
            session: SecureMessaging::derive(self.way.protocol.cipher, &secret)?,
            key: ChipKeyProved {
                key: self.way.key.clone(),
                deviations: self.way.deviations.clone(),
            },
        })
    }
}

/// Whether a chip does not know MSE:Set KAT, so that MSE:Set AT is worth trying (6.2.4).
fn is_other_way(status: StatusWord) -> bool {
    [
        StatusWord::NOT_SUPPORTED,
        StatusWord::WRONG_PARAMETERS,
        StatusWord::UNKNOWN_INSTRUCTION,
    ]
    .contains(&status)
}

impl ChipKeyProved {
    /// Whether the chip is genuine: whether the key that it proved to know is one of `dg14`'s.
    pub fn verify(&self, dg14: &VerifiedDataGroup<'_>) -> Result<GenuineChip, ChipFault> {
        let file = dg14
            .file_of(DataGroup::Dg14)
            .ok_or(ChipFault::ChipAuthenticationUnsupported)?;
        let infos = Reader::ber(file).expect(DataGroup::Dg14.tag());
        let infos = infos
            .map_err(|_| ChipFault::ChipAuthenticationUnsupported)?
            .value;
        let is_signed = keys(infos).any(|key| key == self.key);
        if !is_signed {
            return Err(ChipFault::ChipAuthenticationFailed);
        }
        Ok(GenuineChip::new(
            ChipProof::ChipAuthentication,
            self.deviations.clone(),
        ))
    }
}

impl ChipAuthenticationMapping {
    /// Whether the chip is genuine: whether what it sent with PACE proves a key of the verified EF.CardSecurity
    /// (ICAO 9303-11, 4.4.3.5.2).
    pub fn verify(&self, card_security: &VerifiedCardSecurity) -> Result<GenuineChip, ChipFault> {
        let mut fault = ChipFault::ChipAuthenticationUnsupported;
        for key in keys(card_security.security_infos()) {
            match self.dangerous_verify(&key) {
                Ok(()) => {
                    let proof = ChipProof::ChipAuthenticationMapping;
                    return Ok(GenuineChip::new(proof, Deviations::new()));
                }
                Err(ChipFault::ChipAuthenticationFailed) => {
                    fault = ChipFault::ChipAuthenticationFailed;
                }
                Err(_) => {}
            }
        }
        Err(fault)
    }
}

/// The keys of the ChipAuthenticationPublicKeyInfos that are in a known group.
fn keys(infos: &[u8]) -> impl Iterator<Item = AgreementKey> {
    let infos = SecurityInfos::parse(infos).unwrap_or_default();
    let keys: Vec<AgreementKey> = infos
        .chip_authentication_keys
        .iter()
        .filter_map(|info| ephemeral_key::static_key(info.public_key))
        .map(|(key, _)| key)
        .collect();
    keys.into_iter()
}
