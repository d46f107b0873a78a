//! Tolerances that were used.

/// A departure from a standard that was tolerated, because real documents have it. What is tolerated is always reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Deviation {
    // Encoding, certificates and revocation lists (X.690; RFC 5280; ICAO 9303-12)
    /// CMS with indefinite lengths (ICAO 9303-10, 4.6.2 asks for DER). Seen from New Zealand.
    #[error("indefinite lengths where DER is due")]
    IndefiniteLength,
    /// A string was sent in pieces (X.690, 8.7.3), which DER has not.
    #[error("a string in pieces where DER is due")]
    ConstructedString,
    /// A certificate or list that is BER but not DER: lengths longer than needed, BOOLEANs other than `FF`.
    #[error("lengths or simple values that are not DER")]
    NotDer,
    /// RFC 5280, 4.1.2.2: a serial number is positive.
    #[error("the serial number is negative")]
    SerialNegative,
    /// RFC 5280, 4.1.2.2: a serial number has at most 20 bytes.
    #[error("the serial number has more than 20 bytes")]
    SerialLong,
    /// X.690, 8.3.2: no superfluous bytes in an INTEGER.
    #[error("the serial number is written in more bytes than it needs")]
    SerialNotMinimal,
    /// ICAO 9303-12, 7.1: certificates are of version 3.
    #[error("not a version 3 certificate")]
    VersionNot3,
    /// RFC 5280, 4.1.1.2: the algorithm inside tbsCertificate or tbsCertList is the one outside. The one outside is used.
    #[error("the algorithm of the signature differs inside and outside")]
    SignatureAlgorithmDiffers,
    /// ICAO 9303-12, 7.1.1.1.1: the country is in upper case letters.
    #[error("the country is in lower case")]
    CountryLowerCase,
    /// ICAO 9303-12, 7.1.1.1.1: a country of two letters is there.
    #[error("the country is missing, or not of two letters")]
    CountryMissing,
    /// ICAO 9303-12, 7.1.1.1.1: a common name is there.
    #[error("the common name is missing")]
    CommonNameMissing,
    /// A part of a name that is no attribute, or holds bytes that are no text of its type.
    #[error("a part of a name cannot be read")]
    NameMalformed,
    /// RFC 5280, 4.1.2.5: UTCTime through the year 2049.
    #[error("GeneralizedTime where UTCTime is due")]
    TimeTypeWrong,
    /// RFC 5280, 4.1.2.5: times have seconds.
    #[error("a time without seconds")]
    TimeWithoutSeconds,
    /// RFC 5280, 4.1.2.5.2: no fractions.
    #[error("a time with a fraction of a second")]
    TimeWithFraction,
    /// RFC 5280, 4.1.2.5: times end in `Z`. One without any zone is taken as UTC.
    #[error("a time that does not end in Z")]
    TimeNotInUtc,
    /// The list of extensions cannot be read from some point on; those before it are there.
    #[error("the list of extensions breaks off")]
    ExtensionsMalformed,
    /// RFC 5280, 4.2: an extension stands there once. The first counts.
    #[error("an extension stands there twice")]
    ExtensionTwice,
    /// RFC 5280, 4.2: who does not know a critical extension refuses. Whoever judges the path decides.
    #[error("an unknown extension is critical")]
    ExtensionCriticalUnknown,
    /// RFC 5280, 4.2.1.1.
    #[error("the authority key identifier cannot be read")]
    AuthorityKeyIdentifierMalformed,
    /// RFC 5280, 4.2.1.2.
    #[error("the subject key identifier cannot be read")]
    SubjectKeyIdentifierMalformed,
    /// RFC 5280, 4.2.1.3.
    #[error("the key usage cannot be read")]
    KeyUsageMalformed,
    /// ICAO 9303-12, table 6; RFC 3280, 4.2.1.4.
    #[error("the private key usage period cannot be read")]
    PrivateKeyUsagePeriodMalformed,
    /// RFC 5280, 4.2.1.9.
    #[error("the basic constraints cannot be read")]
    BasicConstraintsMalformed,
    /// RFC 5280, 4.2.1.12.
    #[error("the extended key usage cannot be read")]
    ExtendedKeyUsageMalformed,
    /// RFC 5280, 4.2.1.6 and 4.2.1.7.
    #[error("an alternative name cannot be read")]
    AlternativeNameMalformed,
    /// RFC 5280, 4.2.1.13.
    #[error("the CRL distribution points cannot be read")]
    CrlDistributionPointsMalformed,
    /// ICAO 9303-12, 7.1.1.6.
    #[error("the list of document types cannot be read")]
    DocumentTypeListMalformed,
    /// ICAO 9303-12, 7.1.1.5.
    #[error("the name change extension is not empty")]
    NameChangeMalformed,
    /// ICAO 9303-12, table 6: mandatory but for self-signed certificates.
    #[error("the authority key identifier is missing")]
    AuthorityKeyIdentifierMissing,
    /// ICAO 9303-12, table 6: mandatory for a CSCA.
    #[error("the subject key identifier is missing")]
    SubjectKeyIdentifierMissing,
    /// ICAO 9303-12, table 6: mandatory.
    #[error("the key usage is missing")]
    KeyUsageMissing,
    /// ICAO 9303-12, table 6: critical.
    #[error("the key usage is not critical")]
    KeyUsageNotCritical,
    /// ICAO 9303-12, table 6: mandatory for a CSCA.
    #[error("the basic constraints are missing")]
    BasicConstraintsMissing,
    /// ICAO 9303-12, table 6: critical.
    #[error("the basic constraints are not critical")]
    BasicConstraintsNotCritical,
    /// ICAO 9303-12, table 6: no basic constraints but for a CSCA.
    #[error("basic constraints where none are due")]
    BasicConstraintsInSigner,
    /// ICAO 9303-12, table 6: pathLenConstraint is 0.
    #[error("the path length is not 0")]
    PathLengthNotZero,

    // Signed data (RFC 5652)
    /// ICAO 9303-10, 4.6.2.1 and 9303-12, 9.1: the version is 3.
    #[error("signed data of another version")]
    SignedDataVersionUnusual,
    /// ICAO 9303-10, 4.6.2.1: a security object says id-icao-ldsSecurityObject. Seen: id-data (CN), 1.3.27.1.1.1 (BE, FR), 1.2.528.1.1006.1.20.1 (NL).
    #[error("the security object says another content type")]
    ContentTypeUnusual,
    /// ICAO 9303-10, 4.6.2: EF.SOD has the tag `77` around the signed data.
    #[error("the security object has no tag 77")]
    SecurityObjectUnwrapped,
    /// ICAO 9303-10, 4.6.2.1: there are signed attributes. The content, of the type id-data, is signed itself.
    #[error("no signed attributes")]
    SignedAttributesMissing,
    /// RFC 5652, 5.4: signed attributes are hashed in the order of DER. They were received, and signed, in another. Seen in older lists.
    #[error("signed attributes out of order, and signed so")]
    SignedAttributesNotInOrder,
    /// RFC 5652, 5.3: signed attributes are DER. They were received in another order than they were signed in.
    #[error("signed attributes out of order, but signed in order")]
    SignedAttributesPutInOrder,
    /// RFC 5652, 11.1: the content type is a signed attribute.
    #[error("the content type is not signed")]
    ContentTypeNotSigned,
    /// RFC 5652, 11.3: the time of signing is a time.
    #[error("the time of signing cannot be read")]
    SigningTimeMalformed,
    /// RFC 5652, 5.3: the issuer's name is that in the certificate. It has the same attributes, but in another order or written otherwise. Seen from Malaysia.
    #[error("the signer's name is written otherwise than in its certificate")]
    SignerNameOtherwise,
    /// RFC 5652, 5.3: the identifier means the signer's certificate. It means none, and the only one that is there has the key.
    #[error("the signer's identifier fits no certificate; its signature does")]
    SignerIdentifierUnfit,
    /// ICAO 9303-10, 4.6.2.1 and 9303-12, 9.1: one signer.
    #[error("several signers")]
    SeveralSigners,

    // Signed lists (ICAO 9303-12, 9 and 10; TR-03129-2, 7)
    /// TR-03129-2, 7.2: the certificate of a defect list's signer should say that it is for that. This one is an anchor itself.
    #[error("the list's signer is not marked as one")]
    ListSignerWithoutPurpose,
    /// The list was signed, as its signer says, when the signer's certificate was not valid.
    #[error("signed outside the validity of the signer's certificate")]
    SignedOutsideValidity,
    // Keys and signatures (ICAO 9303-12, 4; BSI TR-03111)
    /// A key with explicit curve parameters (RFC 5480, 2.1.1 forbids them), which are those of a known curve.
    #[error("explicit curve parameters where a name is due")]
    ExplicitCurveParameters,
    /// A number among explicit curve parameters has a leading zero byte too many or too few (SEC 1, 2.3.5).
    #[error("a curve parameter of another length than its field's")]
    CurveParameterLength,
    /// Explicit curve parameters tell the seed that they were made from, which is not looked at.
    #[error("curve parameters with a seed")]
    CurveSeed,
    /// Explicit curve parameters do not tell the cofactor (optional in RFC 3279, 2.3.5; TR-03111, 4.1.2 asks for it).
    #[error("curve parameters without a cofactor")]
    CurveCofactorMissing,
    /// A point is compressed (TR-03111, 3.2.2), where ICAO 9303-12, 7.1 asks for uncompressed ones.
    #[error("a compressed point")]
    CompressedPoint,
    /// An RSA modulus or exponent is written as a negative number: a leading zero byte is missing.
    #[error("an RSA number without the zero byte that makes it positive")]
    RsaNumberNegative,
    /// The DigestInfo of a PKCS#1 v1.5 signature has no NULL (RFC 8017, 9.2, note 2). Seen in ICAO's master list.
    #[error("a DigestInfo without NULL")]
    DigestInfoWithoutNull,
    /// The signature algorithm is `rsaEncryption` or `ecPublicKey`, and the hash function is told elsewhere. Seen from AU, NZ and US.
    #[error("the signature algorithm tells no hash function")]
    DigestToldElsewhere,
    /// RSASSA-PSS is declared, but the signature is one by PKCS#1 v1.5. Seen from TR.
    #[error("RSASSA-PSS is declared and PKCS#1 v1.5 used")]
    Pkcs1WherePssDeclared,
    /// The salt of RSASSA-PSS is not as long as the hash value (RFC 4055, 3.1).
    #[error("a salt that is not as long as the hash value")]
    SaltLength,
    /// The mask generation function of RSASSA-PSS has another hash function than the signature (RFC 4055, 3.1).
    #[error("another hash function in the mask generation function")]
    MaskDigest,
    /// An RSA signature without its leading zero bytes.
    #[error("an RSA signature shorter than the modulus")]
    RsaSignatureShort,
    /// The numbers of an ECDSA signature are not in DER: too many zero bytes, or negative for want of one.
    #[error("an ECDSA signature that is not DER")]
    EcdsaNotDer,
    /// An ECDSA signature in plain format where DER is due (TR-03111, 5.2).
    #[error("a plain ECDSA signature where DER is due")]
    EcdsaPlainForDer,
    /// An ECDSA signature in DER where the plain format is due (TR-03111, 5.2).
    #[error("an ECDSA signature in DER where the plain format is due")]
    EcdsaDerForPlain,

    // Paths to authorities (ICAO 9303-12, 7; TR-03135-1, 5.6.4.3)
    /// The issuer was found by its key identifier, and has another name.
    #[error("the issuer has another name")]
    IssuerNameOtherwise,
    /// The issuer was found by its name, and has another key identifier.
    #[error("the issuer has another key identifier")]
    AuthorityKeyIdentifierUnfit,
    /// The signer's key is that of a certificate which a defect list gives in place of the signer's own (TR-03135-1, 5.8.2.1.2). Needed by
    /// Lithuania.
    #[error("the signer's key was replaced by a defect list")]
    SignerKeyReplaced,
    /// The path ends at a link certificate that a list vouches for: the key before it is not in the store.
    #[error("the path ends at a link certificate")]
    LinkWithoutIssuer,

    // Machine readable zones (ICAO 9303-3 to 9303-7)
    /// The document code is none of the layout's (9303-4, 9303-5, 9303-6 and 9303-7: 4.2.2).
    #[error("the machine readable zone has an unusual document code")]
    MrzDocumentCodeUnusual,
    /// The issuing state is not in 9303-3, section 5.
    #[error("the machine readable zone has an unknown issuing state")]
    MrzIssuingStateUnknown,
    /// The nationality is not in 9303-3, section 5.
    #[error("the machine readable zone has an unknown nationality")]
    MrzNationalityUnknown,
    /// The name field has no primary identifier, digits, or more fillers between components than the standard has (9303-3, 4.6).
    #[error("the machine readable zone has an unusual name field")]
    MrzNameUnusual,
    /// The sex is none of `F`, `M` and `<`. Taken for `<`.
    #[error("the machine readable zone has an unusual sex")]
    MrzSexUnusual,
    /// An unknown month or day is written `00` where 9303-3, 4.8 has fillers.
    #[error("the machine readable zone has zeros for an unknown date")]
    MrzUnknownDateAsZeros,
    /// The date of birth is none.
    #[error("the machine readable zone's date of birth is none")]
    MrzBirthDateImplausible,
    /// The date of expiry is none, or has unknown parts.
    #[error("the machine readable zone's date of expiry is none")]
    MrzExpiryDateImplausible,
    /// A document number of more than nine characters fills the optional data, where a filler should end it (9303-5, 4.2.2, note j).
    #[error("the machine readable zone's long document number is not ended by a filler")]
    MrzLongNumberUnended,
    /// Typed: small letters, taken for capitals.
    #[error("the machine readable zone was typed in lower case")]
    MrzLowerCase,
    /// Typed: spaces within a line, left out.
    #[error("the machine readable zone was typed with spaces")]
    MrzSpaces,
    /// Typed: other signs for fillers, such as `«`.
    #[error("the machine readable zone was typed with other signs for fillers")]
    MrzFillerLookalike,
    /// Typed: fillers missing at the end of a line, added.
    #[error("the machine readable zone was typed with too few fillers")]
    MrzFillersMissing,
    /// Typed: more fillers than a line holds, cut.
    #[error("the machine readable zone was typed with too many fillers")]
    MrzFillersTooMany,
    /// Typed: letters where only digits can stand or the reverse, such as `O` for `0`, put right.
    #[error("letters of the machine readable zone were taken for digits, or the reverse")]
    MrzLookalikesCorrected,

    // Files of the chip (ICAO 9303-10)
    /// Bytes follow a file's one element. They are left out, unless they were signed with it.
    #[error("bytes behind a file's end")]
    FileTrailingBytes,
    /// A length in EF.ATR/INFO that would be below zero as an INTEGER: a leading zero was forgotten.
    #[error("a length of EF.ATR/INFO without its leading zero")]
    LengthWithoutLeadingZero,
    /// A file has an element that the standard does not have there.
    #[error("a file with an unknown element")]
    FileUnknownElement,
    /// EF.COM has no version, or one that is not well-formed (9303-10, 4.6.1).
    #[error("EF.COM without versions")]
    ComVersionMissing,
    /// EF.COM lists something that is no data group, or one twice.
    #[error("EF.COM lists what is no data group, or one twice")]
    ComTagListUnusual,
    /// The security object has fewer than two hashes (9303-10, 4.6.2.1).
    #[error("the security object has fewer than two hashes")]
    SecurityObjectFewHashes,
    /// The security object's version says that there are LDS versions inside and there are none, or the reverse.
    #[error("the security object's version does not fit what it holds")]
    SecurityObjectVersionInfo,
    /// A SecurityInfo with a known object identifier is not well-formed, and kept as an unknown one (9303-11, 9.2).
    #[error("a SecurityInfo that is not well-formed")]
    SecurityInfoMalformed,
    /// A key for chip authentication without a ChipAuthenticationInfo: taken for version 1 with 3DES (TR-03110-3, A.1.1.2).
    #[error("a chip authentication key without its ChipAuthenticationInfo")]
    ChipAuthenticationInfoMissing,
    /// A count says other than what follows.
    #[error("a count and what follows differ")]
    CountWrong,
    /// A biometric template does not say of which format it is (9303-10, 4.7.2.1).
    #[error("a biometric template without its format")]
    BiometricFormatMissing,
    /// A face record's lengths are zero or do not fit (ISO/IEC 19794-5:2005, 5).
    #[error("a face record with lengths that do not fit")]
    FaceRecordLength,
    /// A record declares another kind of image than it holds.
    #[error("an image of another kind than is declared")]
    ImageKindDeclaredWrong,
    /// JPEG 2000 as a bare codestream, without the file around it. Seen from China, Portugal and Spain.
    #[error("a JPEG 2000 codestream without its file")]
    ImageBareCodestream,
    /// JPEG that is neither in a JFIF nor in an Exif file.
    #[error("a JPEG image without its file")]
    ImageWithoutJfif,
    /// The image does not end where its bytes do: others follow, or it was cut off.
    #[error("an image that does not end with its bytes")]
    ImageTrailingBytes,
    /// A tag list names other elements than there are (9303-10, 4.7.11 and 4.7.12).
    #[error("a tag list that does not fit")]
    TagListWrong,
    /// Text that is not UTF-8, taken for ISO 8859-1 (9303-10, 4.7).
    #[error("text that is not UTF-8")]
    TextNotUtf8,
    /// A date that is none, left out.
    #[error("a date that is none")]
    DateMalformed,
    /// A date as packed digits where 9303-10 has characters; it recommends to read both (4.7.12).
    #[error("a date in packed digits")]
    DatePacked,
    /// An element that is there twice, of which the first is taken.
    #[error("an element that is there twice")]
    ElementTwice,
}

/// The tolerances that were used, each once, in the order in which they were met.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deviations(Vec<Deviation>);

impl Deviations {
    /// None yet.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds one, if it is not there already.
    pub fn push(&mut self, deviation: Deviation) {
        if !self.contains(deviation) {
            self.0.push(deviation);
        }
    }

    /// Whether this one was used.
    pub fn contains(&self, deviation: Deviation) -> bool {
        self.0.contains(&deviation)
    }

    /// Whether none was.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many were.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// All of them.
    pub fn iter(&self) -> std::iter::Copied<std::slice::Iter<'_, Deviation>> {
        self.0.iter().copied()
    }
}

impl Extend<Deviation> for Deviations {
    fn extend<T: IntoIterator<Item = Deviation>>(&mut self, deviations: T) {
        for deviation in deviations {
            self.push(deviation);
        }
    }
}

impl FromIterator<Deviation> for Deviations {
    fn from_iter<T: IntoIterator<Item = Deviation>>(deviations: T) -> Self {
        let mut all = Self::new();
        all.extend(deviations);
        all
    }
}

impl From<Deviation> for Deviations {
    fn from(deviation: Deviation) -> Self {
        Self(vec![deviation])
    }
}

impl IntoIterator for Deviations {
    type Item = Deviation;
    type IntoIter = std::vec::IntoIter<Deviation>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Deviations {
    type Item = Deviation;
    type IntoIter = std::iter::Copied<std::slice::Iter<'a, Deviation>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
