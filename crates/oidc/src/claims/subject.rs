//! `sub`: who the person is to one organisation, and to nobody else (R-SVC-2; OpenID Connect Core section 8.1).

use aws_lc_rs::hmac;
use uuid::{Builder, Uuid};

/// The key of all subjects. Losing it would give everybody a new `sub` everywhere; leaking it would let organisations compare.
pub struct SubjectKey(hmac::Key);

impl SubjectKey {
    /// Takes 256 secret bits.
    pub fn new(key: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }
}

impl std::fmt::Debug for SubjectKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SubjectKey(..)")
    }
}

/// The lasting subject of an identity within one organisation.
pub fn pairwise_subject(key: &SubjectKey, organisation_id: &str, identity: Uuid) -> Uuid {
    derive(key, "segl-pairwise-v1", organisation_id, identity)
}

/// A subject that lasts as long as one sign-in: nothing of the identity goes into it.
pub fn transient_subject(key: &SubjectKey, client_id: &str, transaction_id: Uuid) -> Uuid {
    derive(key, "segl-transient-v1", client_id, transaction_id)
}

/// HMAC-SHA-256 over the purpose, the receiver and the id, cut to a UUID of version 8 (RFC 9562 section 5.8). The id has a
/// fixed length and the purpose a zero byte behind it, so the three cannot run into each other.
fn derive(key: &SubjectKey, purpose: &str, receiver: &str, id: Uuid) -> Uuid {
    let mut context = hmac::Context::with_key(&key.0);
    for part in [purpose.as_bytes(), &[0], id.as_bytes(), receiver.as_bytes()] {
        context.update(part);
    }
    let tag = context.sign();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&tag.as_ref()[..16]);
    Builder::from_custom_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDENTITY: Uuid = Uuid::from_u128(0x7027_a386_aa7c_4dd6_93de_ebff_d670_f8b5);

    #[test]
    fn is_stable_per_organisation_and_differs_between_them() {
        let key = SubjectKey::new(&[7; 32]);
        let subject = pairwise_subject(&key, "12345678", IDENTITY);
        assert_eq!(subject, pairwise_subject(&key, "12345678", IDENTITY));
        assert_ne!(subject, pairwise_subject(&key, "12345679", IDENTITY));
        assert_ne!(
            subject,
            pairwise_subject(&key, "12345678", Uuid::from_u128(1))
        );
        assert_ne!(
            subject,
            pairwise_subject(&SubjectKey::new(&[8; 32]), "12345678", IDENTITY)
        );
        assert_ne!(subject, transient_subject(&key, "12345678", IDENTITY));
    }

    #[test]
    fn does_not_change_between_versions() {
        let key = SubjectKey::new(&[7; 32]);
        let subject = pairwise_subject(&key, "12345678", IDENTITY);
        assert_eq!(subject.get_version_num(), 8);
        assert_eq!(subject.get_variant(), uuid::Variant::RFC4122);
        assert_eq!(subject.to_string(), "c8a964f1-76ba-8971-a74f-23150c181cef");
    }
}
