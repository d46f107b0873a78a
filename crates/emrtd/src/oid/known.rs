//! The OBJECT IDENTIFIERs that travel documents use.

use super::{Oid, encode};

// Content types and attributes of CMS (RFC 5652, 4, 5.1 and 11)

/// id-data: `1.2.840.113549.1.7.1`.
pub const DATA: Oid<'static> = Oid(&encode::<9>(&[1, 2, 840, 113_549, 1, 7, 1]));
/// id-signedData: `1.2.840.113549.1.7.2`.
pub const SIGNED_DATA: Oid<'static> = Oid(&encode::<9>(&[1, 2, 840, 113_549, 1, 7, 2]));
/// id-contentType: `1.2.840.113549.1.9.3`.
pub const CONTENT_TYPE: Oid<'static> = Oid(&encode::<9>(&[1, 2, 840, 113_549, 1, 9, 3]));
/// id-messageDigest: `1.2.840.113549.1.9.4`.
pub const MESSAGE_DIGEST: Oid<'static> = Oid(&encode::<9>(&[1, 2, 840, 113_549, 1, 9, 4]));
/// id-signingTime: `1.2.840.113549.1.9.5`.
pub const SIGNING_TIME: Oid<'static> = Oid(&encode::<9>(&[1, 2, 840, 113_549, 1, 9, 5]));
/// id-ct-TSTInfo (RFC 3161): `1.2.840.113549.1.9.16.1.4`.
pub const CT_TST_INFO: Oid<'static> = Oid(&encode::<11>(&[1, 2, 840, 113_549, 1, 9, 16, 1, 4]));
/// id-aa-signingCertificate (RFC 2634): `1.2.840.113549.1.9.16.2.12`.
pub const SIGNING_CERTIFICATE: Oid<'static> =
    Oid(&encode::<11>(&[1, 2, 840, 113_549, 1, 9, 16, 2, 12]));
/// id-aa-signingCertificateV2 (RFC 5035): `1.2.840.113549.1.9.16.2.47`.
pub const SIGNING_CERTIFICATE_V2: Oid<'static> =
    Oid(&encode::<11>(&[1, 2, 840, 113_549, 1, 9, 16, 2, 47]));
/// id-aa-cmsAlgorithmProtect (RFC 6211): `1.2.840.113549.1.9.52`.
pub const CMS_ALGORITHM_PROTECT: Oid<'static> = Oid(&encode::<9>(&[1, 2, 840, 113_549, 1, 9, 52]));
/// emailAddress in names (RFC 2985): `1.2.840.113549.1.9.1`.
pub const EMAIL_ADDRESS: Oid<'static> = Oid(&encode::<9>(&[1, 2, 840, 113_549, 1, 9, 1]));

// ICAO (Doc 9303-10, 4.6.2; 9303-11, 9.2; 9303-12, 7 and 9)

/// id-icao-mrtd-security: `2.23.136.1.1`.
pub const ICAO_MRTD_SECURITY: Oid<'static> = Oid(&encode::<5>(&[2, 23, 136, 1, 1]));
/// id-icao-ldsSecurityObject: `2.23.136.1.1.1`.
pub const LDS_SECURITY_OBJECT: Oid<'static> = Oid(&encode::<6>(&[2, 23, 136, 1, 1, 1]));
/// id-icao-cscaMasterList: `2.23.136.1.1.2`.
pub const CSCA_MASTER_LIST: Oid<'static> = Oid(&encode::<6>(&[2, 23, 136, 1, 1, 2]));
/// id-icao-cscaMasterListSigningKey: `2.23.136.1.1.3`.
pub const CSCA_MASTER_LIST_SIGNING_KEY: Oid<'static> = Oid(&encode::<6>(&[2, 23, 136, 1, 1, 3]));
/// id-icao-aaProtocolObject: `2.23.136.1.1.5`.
pub const AA_PROTOCOL: Oid<'static> = Oid(&encode::<6>(&[2, 23, 136, 1, 1, 5]));
/// id-icao-mrtd-security-extensions: `2.23.136.1.1.6`.
pub const ICAO_EXTENSIONS: Oid<'static> = Oid(&encode::<6>(&[2, 23, 136, 1, 1, 6]));
/// id-icao-mrtd-security-extensions-nameChange: `2.23.136.1.1.6.1`.
pub const NAME_CHANGE: Oid<'static> = Oid(&encode::<7>(&[2, 23, 136, 1, 1, 6, 1]));
/// id-icao-mrtd-security-extensions-documentTypeList: `2.23.136.1.1.6.2`.
pub const DOCUMENT_TYPE_LIST: Oid<'static> = Oid(&encode::<7>(&[2, 23, 136, 1, 1, 6, 2]));
/// id-icao-DeviationList: `2.23.136.1.1.7`.
pub const DEVIATION_LIST: Oid<'static> = Oid(&encode::<6>(&[2, 23, 136, 1, 1, 7]));
/// id-icao-DeviationListSigningKey: `2.23.136.1.1.8`.
pub const DEVIATION_LIST_SIGNING_KEY: Oid<'static> = Oid(&encode::<6>(&[2, 23, 136, 1, 1, 8]));

// Unusual content types of security objects that were seen

/// Belgium and France: `1.3.27.1.1.1`.
pub const BE_FR_SECURITY_OBJECT: Oid<'static> = Oid(&encode::<5>(&[1, 3, 27, 1, 1, 1]));
/// The Netherlands: `1.2.528.1.1006.1.20.1`.
pub const NL_SECURITY_OBJECT: Oid<'static> = Oid(&encode::<9>(&[1, 2, 528, 1, 1006, 1, 20, 1]));

// Extensions of certificates and revocation lists (RFC 5280, 4.2, 5.2 and 5.3)

/// id-ce-subjectKeyIdentifier: `2.5.29.14`.
pub const SUBJECT_KEY_IDENTIFIER: Oid<'static> = Oid(&encode::<3>(&[2, 5, 29, 14]));
/// id-ce-keyUsage: `2.5.29.15`.
pub const KEY_USAGE: Oid<'static> = Oid(&encode::<3>(&[2, 5, 29, 15]));
/// id-ce-privateKeyUsagePeriod: `2.5.29.16`.
pub const PRIVATE_KEY_USAGE_PERIOD: Oid<'static> = Oid(&encode::<3>(&[2, 5, 29, 16]));
/// id-ce-subjectAltName: `2.5.29.17`.
pub const SUBJECT_ALT_NAME: Oid<'static> = Oid(&encode::<3>(&[2, 5, 29, 17]));
/// id-ce-issuerAltName: `2.5.29.18`.
pub const ISSUER_ALT_NAME: Oid<'static> = Oid(&encode::<3>(&[2, 5, 29, 18]));
/// id-ce-basicConstraints: `2.5.29.19`.
pub const BASIC_CONSTRAINTS: Oid<'static> = Oid(&encode::<3>(&[2, 5, 29, 19]));
/// id-ce-cRLNumber: `2.5.29.20`.
pub const CRL_NUMBER: Oid<'static> = Oid(&encode::<3>(&[2, 5, 29, 20]));
/// id-ce-cRLReasons: `2.5.29.21`.
pub const CRL_REASON: Oid<'static> = Oid(&encode::<3>(&[2, 5, 29, 21]));
/// id-ce-invalidityDate: `2.5.29.24`.
pub const INVALIDITY_DATE: Oid<'static> = Oid(&encode::<3>(&[2, 5, 29, 24]));
/// id-ce-deltaCRLIndicator: `2.5.29.27`.
pub const DELTA_CRL_INDICATOR: Oid<'static> = Oid(&encode::<3>(&[2, 5, 29, 27]));
/// id-ce-issuingDistributionPoint: `2.5.29.28`.
pub const ISSUING_DISTRIBUTION_POINT: Oid<'static> = Oid(&encode::<3>(&[2, 5, 29, 28]));
/// id-ce-certificateIssuer: `2.5.29.29`.
pub const CERTIFICATE_ISSUER: Oid<'static> = Oid(&encode::<3>(&[2, 5, 29, 29]));
/// id-ce-nameConstraints: `2.5.29.30`.
pub const NAME_CONSTRAINTS: Oid<'static> = Oid(&encode::<3>(&[2, 5, 29, 30]));
/// id-ce-cRLDistributionPoints: `2.5.29.31`.
pub const CRL_DISTRIBUTION_POINTS: Oid<'static> = Oid(&encode::<3>(&[2, 5, 29, 31]));
/// id-ce-certificatePolicies: `2.5.29.32`.
pub const CERTIFICATE_POLICIES: Oid<'static> = Oid(&encode::<3>(&[2, 5, 29, 32]));
/// id-ce-authorityKeyIdentifier: `2.5.29.35`.
pub const AUTHORITY_KEY_IDENTIFIER: Oid<'static> = Oid(&encode::<3>(&[2, 5, 29, 35]));
/// id-ce-extKeyUsage: `2.5.29.37`.
pub const EXTENDED_KEY_USAGE: Oid<'static> = Oid(&encode::<3>(&[2, 5, 29, 37]));
/// id-pe-authorityInfoAccess: `1.3.6.1.5.5.7.1.1`.
pub const AUTHORITY_INFO_ACCESS: Oid<'static> = Oid(&encode::<8>(&[1, 3, 6, 1, 5, 5, 7, 1, 1]));

// Attributes of names (X.520; RFC 4519)

/// commonName: `2.5.4.3`.
pub const COMMON_NAME: Oid<'static> = Oid(&encode::<3>(&[2, 5, 4, 3]));
/// surname: `2.5.4.4`.
pub const SURNAME: Oid<'static> = Oid(&encode::<3>(&[2, 5, 4, 4]));
/// serialNumber: `2.5.4.5`.
pub const SERIAL_NUMBER: Oid<'static> = Oid(&encode::<3>(&[2, 5, 4, 5]));
/// countryName: `2.5.4.6`.
pub const COUNTRY_NAME: Oid<'static> = Oid(&encode::<3>(&[2, 5, 4, 6]));
/// localityName: `2.5.4.7`.
pub const LOCALITY_NAME: Oid<'static> = Oid(&encode::<3>(&[2, 5, 4, 7]));
/// stateOrProvinceName: `2.5.4.8`.
pub const STATE_OR_PROVINCE_NAME: Oid<'static> = Oid(&encode::<3>(&[2, 5, 4, 8]));
/// streetAddress: `2.5.4.9`.
pub const STREET_ADDRESS: Oid<'static> = Oid(&encode::<3>(&[2, 5, 4, 9]));
/// organizationName: `2.5.4.10`.
pub const ORGANIZATION_NAME: Oid<'static> = Oid(&encode::<3>(&[2, 5, 4, 10]));
/// organizationalUnitName: `2.5.4.11`.
pub const ORGANIZATIONAL_UNIT_NAME: Oid<'static> = Oid(&encode::<3>(&[2, 5, 4, 11]));
/// title: `2.5.4.12`.
pub const TITLE: Oid<'static> = Oid(&encode::<3>(&[2, 5, 4, 12]));
/// organizationIdentifier: `2.5.4.97`.
pub const ORGANIZATION_IDENTIFIER: Oid<'static> = Oid(&encode::<3>(&[2, 5, 4, 97]));
/// domainComponent: `0.9.2342.19200300.100.1.25`.
pub const DOMAIN_COMPONENT: Oid<'static> =
    Oid(&encode::<10>(&[0, 9, 2342, 19_200_300, 100, 1, 25]));

// Digests (FIPS 180-4)

/// id-sha1: `1.3.14.3.2.26`.
pub const SHA1: Oid<'static> = Oid(&encode::<5>(&[1, 3, 14, 3, 2, 26]));
/// id-sha224: `2.16.840.1.101.3.4.2.4`.
pub const SHA224: Oid<'static> = Oid(&encode::<9>(&[2, 16, 840, 1, 101, 3, 4, 2, 4]));
/// id-sha256: `2.16.840.1.101.3.4.2.1`.
pub const SHA256: Oid<'static> = Oid(&encode::<9>(&[2, 16, 840, 1, 101, 3, 4, 2, 1]));
/// id-sha384: `2.16.840.1.101.3.4.2.2`.
pub const SHA384: Oid<'static> = Oid(&encode::<9>(&[2, 16, 840, 1, 101, 3, 4, 2, 2]));
/// id-sha512: `2.16.840.1.101.3.4.2.3`.
pub const SHA512: Oid<'static> = Oid(&encode::<9>(&[2, 16, 840, 1, 101, 3, 4, 2, 3]));

// RSA (RFC 8017, C)

/// rsaEncryption: `1.2.840.113549.1.1.1`.
pub const RSA_ENCRYPTION: Oid<'static> = Oid(&encode::<9>(&[1, 2, 840, 113_549, 1, 1, 1]));
/// sha1WithRSAEncryption: `1.2.840.113549.1.1.5`.
pub const RSA_SHA1: Oid<'static> = Oid(&encode::<9>(&[1, 2, 840, 113_549, 1, 1, 5]));
/// id-mgf1: `1.2.840.113549.1.1.8`.
pub const MGF1: Oid<'static> = Oid(&encode::<9>(&[1, 2, 840, 113_549, 1, 1, 8]));
/// id-RSASSA-PSS: `1.2.840.113549.1.1.10`.
pub const RSA_PSS: Oid<'static> = Oid(&encode::<9>(&[1, 2, 840, 113_549, 1, 1, 10]));
/// sha256WithRSAEncryption: `1.2.840.113549.1.1.11`.
pub const RSA_SHA256: Oid<'static> = Oid(&encode::<9>(&[1, 2, 840, 113_549, 1, 1, 11]));
/// sha384WithRSAEncryption: `1.2.840.113549.1.1.12`.
pub const RSA_SHA384: Oid<'static> = Oid(&encode::<9>(&[1, 2, 840, 113_549, 1, 1, 12]));
/// sha512WithRSAEncryption: `1.2.840.113549.1.1.13`.
pub const RSA_SHA512: Oid<'static> = Oid(&encode::<9>(&[1, 2, 840, 113_549, 1, 1, 13]));
/// sha224WithRSAEncryption: `1.2.840.113549.1.1.14`.
pub const RSA_SHA224: Oid<'static> = Oid(&encode::<9>(&[1, 2, 840, 113_549, 1, 1, 14]));
/// sha1WithRSASignature of the OIW, obsolete: `1.3.14.3.2.29`.
pub const OIW_RSA_SHA1: Oid<'static> = Oid(&encode::<5>(&[1, 3, 14, 3, 2, 29]));

// Elliptic curves and ECDSA (RFC 5480; RFC 5758; X9.62; RFC 5639)

/// id-ecPublicKey: `1.2.840.10045.2.1`.
pub const EC_PUBLIC_KEY: Oid<'static> = Oid(&encode::<7>(&[1, 2, 840, 10045, 2, 1]));
/// id-ecDH: `1.3.132.1.12`.
pub const EC_DH: Oid<'static> = Oid(&encode::<5>(&[1, 3, 132, 1, 12]));
/// prime-field of X9.62: `1.2.840.10045.1.1`.
pub const PRIME_FIELD: Oid<'static> = Oid(&encode::<7>(&[1, 2, 840, 10045, 1, 1]));
/// ecdsa-with-SHA1: `1.2.840.10045.4.1`.
pub const ECDSA_SHA1: Oid<'static> = Oid(&encode::<7>(&[1, 2, 840, 10045, 4, 1]));
/// ecdsa-with-SHA224: `1.2.840.10045.4.3.1`.
pub const ECDSA_SHA224: Oid<'static> = Oid(&encode::<8>(&[1, 2, 840, 10045, 4, 3, 1]));
/// ecdsa-with-SHA256: `1.2.840.10045.4.3.2`.
pub const ECDSA_SHA256: Oid<'static> = Oid(&encode::<8>(&[1, 2, 840, 10045, 4, 3, 2]));
/// ecdsa-with-SHA384: `1.2.840.10045.4.3.3`.
pub const ECDSA_SHA384: Oid<'static> = Oid(&encode::<8>(&[1, 2, 840, 10045, 4, 3, 3]));
/// ecdsa-with-SHA512: `1.2.840.10045.4.3.4`.
pub const ECDSA_SHA512: Oid<'static> = Oid(&encode::<8>(&[1, 2, 840, 10045, 4, 3, 4]));
/// secp192r1, P-192: `1.2.840.10045.3.1.1`.
pub const SECP192R1: Oid<'static> = Oid(&encode::<8>(&[1, 2, 840, 10045, 3, 1, 1]));
/// secp224r1, P-224: `1.3.132.0.33`.
pub const SECP224R1: Oid<'static> = Oid(&encode::<5>(&[1, 3, 132, 0, 33]));
/// secp256r1, P-256: `1.2.840.10045.3.1.7`.
pub const SECP256R1: Oid<'static> = Oid(&encode::<8>(&[1, 2, 840, 10045, 3, 1, 7]));
/// secp384r1, P-384: `1.3.132.0.34`.
pub const SECP384R1: Oid<'static> = Oid(&encode::<5>(&[1, 3, 132, 0, 34]));
/// secp521r1, P-521: `1.3.132.0.35`.
pub const SECP521R1: Oid<'static> = Oid(&encode::<5>(&[1, 3, 132, 0, 35]));
/// brainpoolP160r1: `1.3.36.3.3.2.8.1.1.1`.
pub const BRAINPOOL_P160R1: Oid<'static> = Oid(&encode::<9>(&[1, 3, 36, 3, 3, 2, 8, 1, 1, 1]));
/// brainpoolP192r1: `1.3.36.3.3.2.8.1.1.3`.
pub const BRAINPOOL_P192R1: Oid<'static> = Oid(&encode::<9>(&[1, 3, 36, 3, 3, 2, 8, 1, 1, 3]));
/// brainpoolP224r1: `1.3.36.3.3.2.8.1.1.5`.
pub const BRAINPOOL_P224R1: Oid<'static> = Oid(&encode::<9>(&[1, 3, 36, 3, 3, 2, 8, 1, 1, 5]));
/// brainpoolP256r1: `1.3.36.3.3.2.8.1.1.7`.
pub const BRAINPOOL_P256R1: Oid<'static> = Oid(&encode::<9>(&[1, 3, 36, 3, 3, 2, 8, 1, 1, 7]));
/// brainpoolP320r1: `1.3.36.3.3.2.8.1.1.9`.
pub const BRAINPOOL_P320R1: Oid<'static> = Oid(&encode::<9>(&[1, 3, 36, 3, 3, 2, 8, 1, 1, 9]));
/// brainpoolP384r1: `1.3.36.3.3.2.8.1.1.11`.
pub const BRAINPOOL_P384R1: Oid<'static> = Oid(&encode::<9>(&[1, 3, 36, 3, 3, 2, 8, 1, 1, 11]));
/// brainpoolP512r1: `1.3.36.3.3.2.8.1.1.13`.
pub const BRAINPOOL_P512R1: Oid<'static> = Oid(&encode::<9>(&[1, 3, 36, 3, 3, 2, 8, 1, 1, 13]));

// Diffie-Hellman keys (RFC 3279, 2.3.3; PKCS #3)

/// dhpublicnumber: `1.2.840.10046.2.1`.
pub const DH_PUBLIC_NUMBER: Oid<'static> = Oid(&encode::<7>(&[1, 2, 840, 10046, 2, 1]));
/// dhKeyAgreement: `1.2.840.113549.1.3.1`.
pub const DH_KEY_AGREEMENT: Oid<'static> = Oid(&encode::<9>(&[1, 2, 840, 113_549, 1, 3, 1]));

// BSI: plain signatures (TR-03111, 5.2.1) and domain parameters (TR-03110-3, A.2.1.1)

/// bsi-de: `0.4.0.127.0.7`.
pub const BSI_DE: Oid<'static> = Oid(&encode::<5>(&[0, 4, 0, 127, 0, 7]));
/// standardizedDomainParameters: `0.4.0.127.0.7.1.2`.
pub const STANDARDIZED_DOMAIN_PARAMETERS: Oid<'static> =
    Oid(&encode::<7>(&[0, 4, 0, 127, 0, 7, 1, 2]));
/// ecdsa-plain-SHA1: `0.4.0.127.0.7.1.1.4.1.1`.
pub const ECDSA_PLAIN_SHA1: Oid<'static> = Oid(&encode::<10>(&[0, 4, 0, 127, 0, 7, 1, 1, 4, 1, 1]));
/// ecdsa-plain-SHA224: `0.4.0.127.0.7.1.1.4.1.2`.
pub const ECDSA_PLAIN_SHA224: Oid<'static> =
    Oid(&encode::<10>(&[0, 4, 0, 127, 0, 7, 1, 1, 4, 1, 2]));
/// ecdsa-plain-SHA256: `0.4.0.127.0.7.1.1.4.1.3`.
pub const ECDSA_PLAIN_SHA256: Oid<'static> =
    Oid(&encode::<10>(&[0, 4, 0, 127, 0, 7, 1, 1, 4, 1, 3]));
/// ecdsa-plain-SHA384: `0.4.0.127.0.7.1.1.4.1.4`.
pub const ECDSA_PLAIN_SHA384: Oid<'static> =
    Oid(&encode::<10>(&[0, 4, 0, 127, 0, 7, 1, 1, 4, 1, 4]));
/// ecdsa-plain-SHA512: `0.4.0.127.0.7.1.1.4.1.5`.
pub const ECDSA_PLAIN_SHA512: Oid<'static> =
    Oid(&encode::<10>(&[0, 4, 0, 127, 0, 7, 1, 1, 4, 1, 5]));
/// ecdsa-plain-RIPEMD160: `0.4.0.127.0.7.1.1.4.1.6`.
pub const ECDSA_PLAIN_RIPEMD160: Oid<'static> =
    Oid(&encode::<10>(&[0, 4, 0, 127, 0, 7, 1, 1, 4, 1, 6]));

// BSI: chip authentication (TR-03110-3, A.1.1.2; ICAO 9303-11, 9.2.5 to 9.2.7)

/// id-PK: `0.4.0.127.0.7.2.2.1`.
pub const PK: Oid<'static> = Oid(&encode::<8>(&[0, 4, 0, 127, 0, 7, 2, 2, 1]));
/// id-PK-DH: `0.4.0.127.0.7.2.2.1.1`.
pub const PK_DH: Oid<'static> = Oid(&encode::<9>(&[0, 4, 0, 127, 0, 7, 2, 2, 1, 1]));
/// id-PK-ECDH: `0.4.0.127.0.7.2.2.1.2`.
pub const PK_ECDH: Oid<'static> = Oid(&encode::<9>(&[0, 4, 0, 127, 0, 7, 2, 2, 1, 2]));
/// id-CA: `0.4.0.127.0.7.2.2.3`.
pub const CA: Oid<'static> = Oid(&encode::<8>(&[0, 4, 0, 127, 0, 7, 2, 2, 3]));
/// id-CA-DH: `0.4.0.127.0.7.2.2.3.1`.
pub const CA_DH: Oid<'static> = Oid(&encode::<9>(&[0, 4, 0, 127, 0, 7, 2, 2, 3, 1]));
/// id-CA-DH-3DES-CBC-CBC: `0.4.0.127.0.7.2.2.3.1.1`.
pub const CA_DH_3DES_CBC_CBC: Oid<'static> =
    Oid(&encode::<10>(&[0, 4, 0, 127, 0, 7, 2, 2, 3, 1, 1]));
/// id-CA-DH-AES-CBC-CMAC-128: `0.4.0.127.0.7.2.2.3.1.2`.
pub const CA_DH_AES_CBC_CMAC_128: Oid<'static> =
    Oid(&encode::<10>(&[0, 4, 0, 127, 0, 7, 2, 2, 3, 1, 2]));
/// id-CA-DH-AES-CBC-CMAC-192: `0.4.0.127.0.7.2.2.3.1.3`.
pub const CA_DH_AES_CBC_CMAC_192: Oid<'static> =
    Oid(&encode::<10>(&[0, 4, 0, 127, 0, 7, 2, 2, 3, 1, 3]));
/// id-CA-DH-AES-CBC-CMAC-256: `0.4.0.127.0.7.2.2.3.1.4`.
pub const CA_DH_AES_CBC_CMAC_256: Oid<'static> =
    Oid(&encode::<10>(&[0, 4, 0, 127, 0, 7, 2, 2, 3, 1, 4]));
/// id-CA-ECDH: `0.4.0.127.0.7.2.2.3.2`.
pub const CA_ECDH: Oid<'static> = Oid(&encode::<9>(&[0, 4, 0, 127, 0, 7, 2, 2, 3, 2]));
/// id-CA-ECDH-3DES-CBC-CBC: `0.4.0.127.0.7.2.2.3.2.1`.
pub const CA_ECDH_3DES_CBC_CBC: Oid<'static> =
    Oid(&encode::<10>(&[0, 4, 0, 127, 0, 7, 2, 2, 3, 2, 1]));
/// id-CA-ECDH-AES-CBC-CMAC-128: `0.4.0.127.0.7.2.2.3.2.2`.
pub const CA_ECDH_AES_CBC_CMAC_128: Oid<'static> =
    Oid(&encode::<10>(&[0, 4, 0, 127, 0, 7, 2, 2, 3, 2, 2]));
/// id-CA-ECDH-AES-CBC-CMAC-192: `0.4.0.127.0.7.2.2.3.2.3`.
pub const CA_ECDH_AES_CBC_CMAC_192: Oid<'static> =
    Oid(&encode::<10>(&[0, 4, 0, 127, 0, 7, 2, 2, 3, 2, 3]));
/// id-CA-ECDH-AES-CBC-CMAC-256: `0.4.0.127.0.7.2.2.3.2.4`.
pub const CA_ECDH_AES_CBC_CMAC_256: Oid<'static> =
    Oid(&encode::<10>(&[0, 4, 0, 127, 0, 7, 2, 2, 3, 2, 4]));

// BSI: terminal authentication and the rest of the SecurityInfos (TR-03110-3, A.1.1)

/// id-TA: `0.4.0.127.0.7.2.2.2`.
pub const TA: Oid<'static> = Oid(&encode::<8>(&[0, 4, 0, 127, 0, 7, 2, 2, 2]));
/// id-CI: `0.4.0.127.0.7.2.2.6`.
pub const CI: Oid<'static> = Oid(&encode::<8>(&[0, 4, 0, 127, 0, 7, 2, 2, 6]));
/// id-eIDSecurity: `0.4.0.127.0.7.2.2.7`.
pub const EID_SECURITY: Oid<'static> = Oid(&encode::<8>(&[0, 4, 0, 127, 0, 7, 2, 2, 7]));
/// id-PT: `0.4.0.127.0.7.2.2.8`.
pub const PT: Oid<'static> = Oid(&encode::<8>(&[0, 4, 0, 127, 0, 7, 2, 2, 8]));
/// id-PS: `0.4.0.127.0.7.2.2.11`.
pub const PS: Oid<'static> = Oid(&encode::<8>(&[0, 4, 0, 127, 0, 7, 2, 2, 11]));
/// id-PasswordType: `0.4.0.127.0.7.2.2.12`.
pub const PASSWORD_TYPE: Oid<'static> = Oid(&encode::<8>(&[0, 4, 0, 127, 0, 7, 2, 2, 12]));

// BSI: PACE (TR-03110-3, A.1.1.1; ICAO 9303-11, 9.2.3)

/// id-PACE: `0.4.0.127.0.7.2.2.4`.
pub const PACE: Oid<'static> = Oid(&encode::<8>(&[0, 4, 0, 127, 0, 7, 2, 2, 4]));
/// id-PACE-DH-GM: `0.4.0.127.0.7.2.2.4.1`.
pub const PACE_DH_GM: Oid<'static> = Oid(&encode::<9>(&[0, 4, 0, 127, 0, 7, 2, 2, 4, 1]));
/// id-PACE-DH-GM-3DES-CBC-CBC: `0.4.0.127.0.7.2.2.4.1.1`.
pub const PACE_DH_GM_3DES_CBC_CBC: Oid<'static> =
    Oid(&encode::<10>(&[0, 4, 0, 127, 0, 7, 2, 2, 4, 1, 1]));
/// id-PACE-DH-GM-AES-CBC-CMAC-128: `0.4.0.127.0.7.2.2.4.1.2`.
pub const PACE_DH_GM_AES_CBC_CMAC_128: Oid<'static> =
    Oid(&encode::<10>(&[0, 4, 0, 127, 0, 7, 2, 2, 4, 1, 2]));
/// id-PACE-DH-GM-AES-CBC-CMAC-192: `0.4.0.127.0.7.2.2.4.1.3`.
pub const PACE_DH_GM_AES_CBC_CMAC_192: Oid<'static> =
    Oid(&encode::<10>(&[0, 4, 0, 127, 0, 7, 2, 2, 4, 1, 3]));
/// id-PACE-DH-GM-AES-CBC-CMAC-256: `0.4.0.127.0.7.2.2.4.1.4`.
pub const PACE_DH_GM_AES_CBC_CMAC_256: Oid<'static> =
    Oid(&encode::<10>(&[0, 4, 0, 127, 0, 7, 2, 2, 4, 1, 4]));
/// id-PACE-ECDH-GM: `0.4.0.127.0.7.2.2.4.2`.
pub const PACE_ECDH_GM: Oid<'static> = Oid(&encode::<9>(&[0, 4, 0, 127, 0, 7, 2, 2, 4, 2]));
/// id-PACE-ECDH-GM-3DES-CBC-CBC: `0.4.0.127.0.7.2.2.4.2.1`.
pub const PACE_ECDH_GM_3DES_CBC_CBC: Oid<'static> =
    Oid(&encode::<10>(&[0, 4, 0, 127, 0, 7, 2, 2, 4, 2, 1]));
/// id-PACE-ECDH-GM-AES-CBC-CMAC-128: `0.4.0.127.0.7.2.2.4.2.2`.
pub const PACE_ECDH_GM_AES_CBC_CMAC_128: Oid<'static> =
    Oid(&encode::<10>(&[0, 4, 0, 127, 0, 7, 2, 2, 4, 2, 2]));
/// id-PACE-ECDH-GM-AES-CBC-CMAC-192: `0.4.0.127.0.7.2.2.4.2.3`.
pub const PACE_ECDH_GM_AES_CBC_CMAC_192: Oid<'static> =
    Oid(&encode::<10>(&[0, 4, 0, 127, 0, 7, 2, 2, 4, 2, 3]));
/// id-PACE-ECDH-GM-AES-CBC-CMAC-256: `0.4.0.127.0.7.2.2.4.2.4`.
pub const PACE_ECDH_GM_AES_CBC_CMAC_256: Oid<'static> =
    Oid(&encode::<10>(&[0, 4, 0, 127, 0, 7, 2, 2, 4, 2, 4]));
/// id-PACE-DH-IM: `0.4.0.127.0.7.2.2.4.3`.
pub const PACE_DH_IM: Oid<'static> = Oid(&encode::<9>(&[0, 4, 0, 127, 0, 7, 2, 2, 4, 3]));
/// id-PACE-DH-IM-3DES-CBC-CBC: `0.4.0.127.0.7.2.2.4.3.1`.
pub const PACE_DH_IM_3DES_CBC_CBC: Oid<'static> =
    Oid(&encode::<10>(&[0, 4, 0, 127, 0, 7, 2, 2, 4, 3, 1]));
/// id-PACE-DH-IM-AES-CBC-CMAC-128: `0.4.0.127.0.7.2.2.4.3.2`.
pub const PACE_DH_IM_AES_CBC_CMAC_128: Oid<'static> =
    Oid(&encode::<10>(&[0, 4, 0, 127, 0, 7, 2, 2, 4, 3, 2]));
/// id-PACE-DH-IM-AES-CBC-CMAC-192: `0.4.0.127.0.7.2.2.4.3.3`.
pub const PACE_DH_IM_AES_CBC_CMAC_192: Oid<'static> =
    Oid(&encode::<10>(&[0, 4, 0, 127, 0, 7, 2, 2, 4, 3, 3]));
/// id-PACE-DH-IM-AES-CBC-CMAC-256: `0.4.0.127.0.7.2.2.4.3.4`.
pub const PACE_DH_IM_AES_CBC_CMAC_256: Oid<'static> =
    Oid(&encode::<10>(&[0, 4, 0, 127, 0, 7, 2, 2, 4, 3, 4]));
/// id-PACE-ECDH-IM: `0.4.0.127.0.7.2.2.4.4`.
pub const PACE_ECDH_IM: Oid<'static> = Oid(&encode::<9>(&[0, 4, 0, 127, 0, 7, 2, 2, 4, 4]));
/// id-PACE-ECDH-IM-3DES-CBC-CBC: `0.4.0.127.0.7.2.2.4.4.1`.
pub const PACE_ECDH_IM_3DES_CBC_CBC: Oid<'static> =
    Oid(&encode::<10>(&[0, 4, 0, 127, 0, 7, 2, 2, 4, 4, 1]));
/// id-PACE-ECDH-IM-AES-CBC-CMAC-128: `0.4.0.127.0.7.2.2.4.4.2`.
pub const PACE_ECDH_IM_AES_CBC_CMAC_128: Oid<'static> =
    Oid(&encode::<10>(&[0, 4, 0, 127, 0, 7, 2, 2, 4, 4, 2]));
/// id-PACE-ECDH-IM-AES-CBC-CMAC-192: `0.4.0.127.0.7.2.2.4.4.3`.
pub const PACE_ECDH_IM_AES_CBC_CMAC_192: Oid<'static> =
    Oid(&encode::<10>(&[0, 4, 0, 127, 0, 7, 2, 2, 4, 4, 3]));
/// id-PACE-ECDH-IM-AES-CBC-CMAC-256: `0.4.0.127.0.7.2.2.4.4.4`.
pub const PACE_ECDH_IM_AES_CBC_CMAC_256: Oid<'static> =
    Oid(&encode::<10>(&[0, 4, 0, 127, 0, 7, 2, 2, 4, 4, 4]));
/// id-PACE-ECDH-CAM: `0.4.0.127.0.7.2.2.4.6`.
pub const PACE_ECDH_CAM: Oid<'static> = Oid(&encode::<9>(&[0, 4, 0, 127, 0, 7, 2, 2, 4, 6]));
/// id-PACE-ECDH-CAM-AES-CBC-CMAC-128: `0.4.0.127.0.7.2.2.4.6.2`.
pub const PACE_ECDH_CAM_AES_CBC_CMAC_128: Oid<'static> =
    Oid(&encode::<10>(&[0, 4, 0, 127, 0, 7, 2, 2, 4, 6, 2]));
/// id-PACE-ECDH-CAM-AES-CBC-CMAC-192: `0.4.0.127.0.7.2.2.4.6.3`.
pub const PACE_ECDH_CAM_AES_CBC_CMAC_192: Oid<'static> =
    Oid(&encode::<10>(&[0, 4, 0, 127, 0, 7, 2, 2, 4, 6, 3]));
/// id-PACE-ECDH-CAM-AES-CBC-CMAC-256: `0.4.0.127.0.7.2.2.4.6.4`.
pub const PACE_ECDH_CAM_AES_CBC_CMAC_256: Oid<'static> =
    Oid(&encode::<10>(&[0, 4, 0, 127, 0, 7, 2, 2, 4, 6, 4]));

// BSI: what is signed for documents (TR-03110-3, A.1.2.5; TR-03129-2, 6.3)

/// id-roles: `0.4.0.127.0.7.3.1.2`.
pub const ROLES: Oid<'static> = Oid(&encode::<8>(&[0, 4, 0, 127, 0, 7, 3, 1, 2]));
/// id-DefectList: `0.4.0.127.0.7.3.1.5`.
pub const DEFECT_LIST: Oid<'static> = Oid(&encode::<8>(&[0, 4, 0, 127, 0, 7, 3, 1, 5]));
/// id-AuthDefect: `0.4.0.127.0.7.3.1.5.1`.
pub const AUTH_DEFECT: Oid<'static> = Oid(&encode::<9>(&[0, 4, 0, 127, 0, 7, 3, 1, 5, 1]));
/// id-ePassportDefect: `0.4.0.127.0.7.3.1.5.2`.
pub const EPASSPORT_DEFECT: Oid<'static> = Oid(&encode::<9>(&[0, 4, 0, 127, 0, 7, 3, 1, 5, 2]));
/// id-eIDDefect: `0.4.0.127.0.7.3.1.5.3`.
pub const EID_DEFECT: Oid<'static> = Oid(&encode::<9>(&[0, 4, 0, 127, 0, 7, 3, 1, 5, 3]));
/// id-DocumentDefect: `0.4.0.127.0.7.3.1.5.4`.
pub const DOCUMENT_DEFECT: Oid<'static> = Oid(&encode::<9>(&[0, 4, 0, 127, 0, 7, 3, 1, 5, 4]));
/// id-SecurityObject: `0.4.0.127.0.7.3.2.1`.
pub const SECURITY_OBJECT: Oid<'static> = Oid(&encode::<8>(&[0, 4, 0, 127, 0, 7, 3, 2, 1]));
/// id-electronicDefectListSigningKey: `0.4.0.127.0.7.3.11.2.1.2`.
pub const DEFECT_LIST_SIGNING_KEY: Oid<'static> =
    Oid(&encode::<10>(&[0, 4, 0, 127, 0, 7, 3, 11, 2, 1, 2]));
