//! What is signed (RFC 5652, 5.2).

use crate::fault::{CmsFault, Deviation, Deviations};
use crate::oid::{Oid, known};

/// The kinds of content that travel documents and their lists have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContentType {
    /// LDSSecurityObject, in EF.SOD (ICAO 9303-10, 4.6.2.2).
    LdsSecurityObject,
    /// SecurityInfos, in EF.CardSecurity and EF.ChipSecurity (TR-03110-3, A.1.2.5).
    SecurityInfos,
    /// CscaMasterList (ICAO 9303-12, 9).
    CscaMasterList,
    /// DeviationList (ICAO 9303-12, 10).
    DeviationList,
    /// DefectList (TR-03129-2, 7).
    DefectList,
}

impl ContentType {
    /// The object identifier that the standard gives it.
    pub const fn oid(self) -> Oid<'static> {
        match self {
            Self::LdsSecurityObject => known::LDS_SECURITY_OBJECT,
            Self::SecurityInfos => known::SECURITY_OBJECT,
            Self::CscaMasterList => known::CSCA_MASTER_LIST,
            Self::DeviationList => known::DEVIATION_LIST,
            Self::DefectList => known::DEFECT_LIST,
        }
    }

    /// Whether `found` says this kind of content. Security objects with other identifiers are accepted where documents are known to
    /// have them: id-data (China), 1.3.27.1.1.1 (Belgium, France), 1.2.528.1.1006.1.20.1 (the Netherlands).
    pub fn check(self, found: Oid<'_>) -> Result<Deviations, CmsFault> {
        if found == self.oid() {
            return Ok(Deviations::new());
        }
        let instead = [
            known::DATA,
            known::BE_FR_SECURITY_OBJECT,
            known::NL_SECURITY_OBJECT,
        ];
        if self == Self::LdsSecurityObject && instead.contains(&found) {
            return Ok(Deviation::ContentTypeUnusual.into());
        }
        Err(CmsFault::ContentTypeUnexpected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_types_stand_for_a_security_object_only() {
        let unusual = Ok(Deviation::ContentTypeUnusual.into());
        for found in [
            known::DATA,
            known::BE_FR_SECURITY_OBJECT,
            known::NL_SECURITY_OBJECT,
        ] {
            assert_eq!(ContentType::LdsSecurityObject.check(found), unusual);
            let refused = Err(CmsFault::ContentTypeUnexpected);
            assert_eq!(ContentType::CscaMasterList.check(found), refused);
        }
        let exact = ContentType::DeviationList.check(known::DEVIATION_LIST);
        assert_eq!(exact, Ok(Deviations::new()));
    }
}
