//! Checking who signed (RFC 5652, 5.4 and 5.6).

use jiff::Timestamp;

use super::content_type::ContentType;
use super::signed_data::SignedData;
use super::signer_info::{Fit, SignerInfo};
use crate::crypto::{Digest, PublicKey, SignatureAlgorithm, verify};
use crate::fault::{CmsFault, Deviation, Deviations};
use crate::oid::{Oid, known};
use crate::x509::Certificate;

/// How many certificates that fit a signer equally well are tried.
const MAX_CANDIDATES: usize = 4;

/// Content that the key of a certificate has signed: the proof that [`SignedData::verify_signer`] gives. It says nothing about whether
/// that certificate is to be trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct VerifiedSignedData<'a> {
    content_type: Oid<'a>,
    content: &'a [u8],
    certificate: Certificate<'a>,
    signing_time: Option<Timestamp>,
    digest: Digest,
    signature_algorithm: SignatureAlgorithm,
    deviations: Deviations,
}

impl<'a> VerifiedSignedData<'a> {
    /// What the content says that it is.
    pub const fn content_type(&self) -> Oid<'a> {
        self.content_type
    }

    /// The content that was signed.
    pub const fn content(&self) -> &'a [u8] {
        self.content
    }

    /// The content, if it is of this kind, and what is unusual about how it says so.
    pub fn content_as(&self, kind: ContentType) -> Result<(&'a [u8], Deviations), CmsFault> {
        Ok((self.content, kind.check(self.content_type)?))
    }

    /// The certificate whose key signed.
    pub const fn certificate(&self) -> &Certificate<'a> {
        &self.certificate
    }

    /// When the signer says that it signed.
    pub const fn signing_time(&self) -> Option<Timestamp> {
        self.signing_time
    }

    /// The digest of the content.
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    /// How it was signed.
    pub const fn signature_algorithm(&self) -> SignatureAlgorithm {
        self.signature_algorithm
    }

    /// The tolerances that reading and verifying took.
    pub const fn deviations(&self) -> &Deviations {
        &self.deviations
    }
}

impl<'a> SignedData<'a> {
    /// Verifies who signed, with the certificates beside the content.
    ///
    /// The signer's certificate is the one that its identifier means: exactly, or else by serial number and the same name written
    /// otherwise, or else the only one that is there. The signature decides.
    ///
    /// Where several have signed, one good signature is enough; the fault is otherwise the first signer's.
    pub fn verify_signer(&self) -> Result<VerifiedSignedData<'a>, CmsFault> {
        self.verify_signer_among(&[])
    }

    /// The same, where the signer's certificate may also be one of `others`: a security object need not hold it (ICAO 9303-10,
    /// 4.6.2.1; Doc 9303 before its seventh edition), and it is then in the public key directory.
    pub fn verify_signer_among(
        &self,
        others: &[Certificate<'a>],
    ) -> Result<VerifiedSignedData<'a>, CmsFault> {
        let mut first = CmsFault::NoSigner;
        for (index, signer) in self.signer_infos.iter().enumerate() {
            match self.verify(signer, others) {
                Ok(mut verified) => {
                    if self.signer_infos.len() > 1 {
                        verified.deviations.push(Deviation::SeveralSigners);
                    }
                    return Ok(verified);
                }
                Err(fault) if index == 0 => first = fault,
                Err(_) => {}
            }
        }
        Err(first)
    }

    fn verify(
        &self,
        signer: &SignerInfo<'a>,
        others: &[Certificate<'a>],
    ) -> Result<VerifiedSignedData<'a>, CmsFault> {
        let mut deviations = self.deviations.clone();
        let digest =
            Digest::parse(signer.digest_algorithm_raw).map_err(CmsFault::DigestAlgorithmUnknown)?;
        let algorithm = SignatureAlgorithm::parse(signer.signature_algorithm_raw)
            .map_err(CmsFault::SignatureAlgorithmUnknown)?;
        deviations.extend(algorithm.deviations());
        let algorithm = algorithm.or_digest(digest);
        let signing_time = self.check_attributes(signer, digest, &mut deviations)?;
        let (certificates, how) = self.candidates(signer, others)?;
        deviations.extend(how);
        let messages = Messages::of(signer, self.content)?;
        let mut first = None;
        for certificate in certificates {
            match messages.verify(certificate, algorithm, signer.signature) {
                Ok(more) => {
                    deviations.extend(more);
                    return Ok(VerifiedSignedData {
                        content_type: self.content_type,
                        content: self.content,
                        certificate: certificate.clone(),
                        signing_time,
                        digest,
                        signature_algorithm: algorithm,
                        deviations,
                    });
                }
                Err(fault) => first = first.or(Some(fault)),
            }
        }
        Err(first.unwrap_or(CmsFault::SignerCertificateMissing))
    }

    /// Checks that the signed attributes are about this content (5.6, 11.1, 11.2); gives the time of signing.
    fn check_attributes(
        &self,
        signer: &SignerInfo<'a>,
        digest: Digest,
        deviations: &mut Deviations,
    ) -> Result<Option<Timestamp>, CmsFault> {
        let Some(attributes) = signer.signed_attributes else {
            // Signed attributes of another document could else be passed off as content.
            if self.content_type != known::DATA {
                return Err(CmsFault::SignedAttributesMissing);
            }
            deviations.push(Deviation::SignedAttributesMissing);
            return Ok(None);
        };
        match attributes.content_type()? {
            None => deviations.push(Deviation::ContentTypeNotSigned),
            Some(signed) if signed != self.content_type => {
                return Err(CmsFault::ContentTypeDiffers);
            }
            Some(_) => {}
        }
        if digest.hash(&[self.content]).as_ref() != attributes.message_digest()? {
            return Err(CmsFault::ContentDigestWrong);
        }
        attributes.signing_time(deviations)
    }

    /// The certificates that fit best, and how they do.
    fn candidates<'c>(
        &'c self,
        signer: &SignerInfo<'a>,
        others: &'c [Certificate<'a>],
    ) -> Result<(Vec<&'c Certificate<'a>>, Option<Deviation>), CmsFault> {
        let mut fitting: Vec<(Fit, &Certificate<'a>)> = self
            .certificates
            .iter()
            .chain(others)
            .map(|certificate| (signer.identifier.fit(certificate), certificate))
            .filter(|(fit, _)| *fit != Fit::None)
            .collect();
        let best = fitting.iter().map(|(fit, _)| *fit).min();
        fitting.retain(|(fit, _)| Some(*fit) == best);
        let how = match (best, self.certificates.as_slice()) {
            (Some(Fit::Exact), _) => None,
            (Some(_), _) => Some(Deviation::SignerNameOtherwise),
            (None, [only]) => {
                fitting.push((Fit::None, only));
                Some(Deviation::SignerIdentifierUnfit)
            }
            (None, _) => {
                let rejected = self.rejected_certificates.first();
                return Err(
                    rejected.map_or(CmsFault::SignerCertificateMissing, |rejected| {
                        CmsFault::SignerCertificateMalformed(rejected.fault)
                    }),
                );
            }
        };
        let certificates = fitting.into_iter().map(|(_, certificate)| certificate);
        Ok((certificates.take(MAX_CANDIDATES).collect(), how))
    }
}

/// What may have been signed.
enum Messages<'a> {
    Content(&'a [u8]),
    Attributes {
        as_received: Vec<u8>,
        in_order: Option<Vec<u8>>,
    },
}

impl<'a> Messages<'a> {
    fn of(signer: &SignerInfo<'a>, content: &'a [u8]) -> Result<Self, CmsFault> {
        let Some(attributes) = signer.signed_attributes else {
            return Ok(Self::Content(content));
        };
        Ok(Self::Attributes {
            as_received: attributes.as_received(),
            in_order: attributes.in_order()?,
        })
    }

    /// Verifies with the key of a certificate. Attributes that are not in the order of DER are tried as received, then in order: both
    /// are found in lists, and the standard wants the latter.
    fn verify(
        &self,
        certificate: &Certificate<'_>,
        algorithm: SignatureAlgorithm,
        signature: &[u8],
    ) -> Result<Deviations, CmsFault> {
        let key = PublicKey::parse(certificate.spki_raw).map_err(CmsFault::SignerKeyRefused)?;
        let check = |message: &[u8]| {
            let mut deviations = verify(&key, &algorithm, message, signature)?;
            deviations.extend(key.deviations());
            Ok(deviations)
        };
        match self {
            Self::Content(content) => check(content),
            Self::Attributes {
                as_received,
                in_order: None,
            } => check(as_received),
            Self::Attributes {
                as_received,
                in_order: Some(in_order),
            } => {
                let with = |deviation| {
                    move |mut deviations: Deviations| {
                        deviations.push(deviation);
                        deviations
                    }
                };
                check(as_received)
                    .map(with(Deviation::SignedAttributesNotInOrder))
                    .or_else(|fault| {
                        check(in_order)
                            .map(with(Deviation::SignedAttributesPutInOrder))
                            .map_err(|_| fault)
                    })
            }
        }
        .map_err(CmsFault::SignatureRefused)
    }
}
