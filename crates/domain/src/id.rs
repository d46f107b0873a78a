//! Identifiers: 128 random bits with the kind of thing they name in the type.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Marks the identifier of a [`crate::person::Person`].
#[derive(Debug)]
pub enum OfPerson {}
/// Marks the identifier of a [`crate::identity::Identity`]: the `mitid.uuid` of the dialect (R-SVC-2).
#[derive(Debug)]
pub enum OfIdentity {}
/// Marks the identifier of an [`crate::authenticator::Authenticator`].
#[derive(Debug)]
pub enum OfAuthenticator {}
/// Marks the identifier of a [`crate::sign_in::SignIn`].
#[derive(Debug)]
pub enum OfSignIn {}
/// Marks the identifier of an [`crate::activation::Activation`].
#[derive(Debug)]
pub enum OfActivation {}
/// Marks the identifier of a [`crate::proofing::ChipReading`].
#[derive(Debug)]
pub enum OfChipReading {}
/// Marks the identifier of one relay of a chip reading.
#[derive(Debug)]
pub enum OfRelay {}
/// Marks the identifier of a [`crate::proofing::enrolment::Enrolment`].
#[derive(Debug)]
pub enum OfEnrolment {}
/// Marks the identifier of a message to a person.
#[derive(Debug)]
pub enum OfMessage {}
/// Marks the identifier of a [`crate::appointment::Booking`].
#[derive(Debug)]
pub enum OfBooking {}
/// Marks the identifier of a case at a desk.
#[derive(Debug)]
pub enum OfDeskCase {}

/// Names a person.
pub type PersonId = Id<OfPerson>;
/// Names an identity.
pub type IdentityId = Id<OfIdentity>;
/// Names an authenticator.
pub type AuthenticatorId = Id<OfAuthenticator>;
/// Names a sign-in.
pub type SignInId = Id<OfSignIn>;
/// Names an activation.
pub type ActivationId = Id<OfActivation>;
/// Names a reading of a document's chip.
pub type ChipReadingId = Id<OfChipReading>;
/// Names one relay of a chip reading.
pub type RelayId = Id<OfRelay>;
/// Names a booking at Citizen Service.
pub type BookingId = Id<OfBooking>;
/// Names an enrolment.
pub type EnrolmentId = Id<OfEnrolment>;
/// Names a message.
pub type MessageId = Id<OfMessage>;
/// Names a case at Citizen Service's desk.
pub type DeskCaseId = Id<OfDeskCase>;

/// 16 random bytes that name one `K`; written as a UUID (RFC 9562, version 4).
pub struct Id<K> {
    bytes: [u8; 16],
    kind: PhantomData<fn() -> K>,
}

impl<K> Id<K> {
    /// An identifier from 16 random bytes, of which 6 bits are set to the version and variant.
    pub fn from_random(random: [u8; 16]) -> Self {
        Self::from_bytes(
            uuid::Builder::from_random_bytes(random)
                .into_uuid()
                .into_bytes(),
        )
    }

    /// The identifier with just these bytes, as they were stored.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self {
            bytes,
            kind: PhantomData,
        }
    }

    /// The 16 bytes, as they are stored.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.bytes
    }
}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}
impl<K> Eq for Id<K> {}
impl<K> Hash for Id<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.bytes.hash(state);
    }
}
impl<K> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        uuid::Uuid::from_bytes(self.bytes).hyphenated().fmt(f)
    }
}
impl<K> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl<K> FromStr for Id<K> {
    type Err = InvalidId;
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let uuid = uuid::Uuid::try_parse(text).map_err(|_| InvalidId)?;
        Ok(Self::from_bytes(uuid.into_bytes()))
    }
}
impl<K> TryFrom<&[u8]> for Id<K> {
    type Error = InvalidId;
    fn try_from(bytes: &[u8]) -> Result<Self, InvalidId> {
        bytes
            .try_into()
            .map(Self::from_bytes)
            .map_err(|_| InvalidId)
    }
}
/// As a UUID where people may read it, else as its 16 bytes.
impl<K> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            self.bytes.serialize(serializer)
        }
    }
}
impl<'de, K> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
            text.parse().map_err(serde::de::Error::custom)
        } else {
            <[u8; 16]>::deserialize(deserializer).map(Self::from_bytes)
        }
    }
}

/// Not 16 bytes, or not a UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier")]
pub struct InvalidId;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_written_as_a_version_4_uuid_and_reads_back() {
        let id = IdentityId::from_random([0xff; 16]);
        assert_eq!(id.to_string(), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(IdentityId::try_from(&id.as_bytes()[..]), Ok(id));
        assert_eq!(IdentityId::try_from(&[0u8; 15][..]), Err(InvalidId));
    }
}
