//! Codes of states, organisations and persons without a nationality (9303-3, section 5).

use std::fmt;

/// A three-letter code as the machine readable zone holds it: `A-Z`, filled up with `<` (`D<<`).
///
/// Any three characters of the zone make one, since documents hold what they hold; [`State::is_known`] says whether 9303-3 lists it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct State([u8; 3]);

impl State {
    /// Of three characters as the zone holds them.
    pub const fn new(characters: [u8; 3]) -> Self {
        Self(characters)
    }

    /// Of one to three letters, in either case: `D`, `dnk`. `None` for anything else.
    pub fn from_code(code: &str) -> Option<Self> {
        let letters = code.as_bytes();
        let fits = (1..=3).contains(&letters.len()) && letters.iter().all(u8::is_ascii_alphabetic);
        fits.then(|| {
            let mut filled = [b'<'; 3];
            for (place, letter) in filled.iter_mut().zip(letters) {
                *place = letter.to_ascii_uppercase();
            }
            Self(filled)
        })
    }

    /// The three characters, fillers included.
    pub const fn as_bytes(&self) -> &[u8; 3] {
        &self.0
    }

    /// The code without its fillers: `D`, `DNK`.
    pub fn code(&self) -> String {
        self.0
            .iter()
            .filter(|byte| **byte != b'<')
            .map(|byte| char::from(*byte))
            .collect()
    }

    /// Whether 9303-3 lists the code: ISO 3166-1 and parts A to H of section 5.
    pub fn is_known(self) -> bool {
        iso_3166(self.0).is_some() || special(self.0).is_some()
    }

    /// The two-letter code, where the standard gives one: `DE` for `D`, `GB` for the six British kinds, `UN` for `UNO`.
    pub fn two_letter(self) -> Option<&'static str> {
        special(self.0).map_or_else(|| iso_3166(self.0), |countries| countries.first().copied())
    }

    /// The `countryName` values that certificates of this issuing state are known to use, most usual first, upper case.
    /// For binding a document signer to the state that the document names (9303-12, 7.1).
    ///
    /// Hong Kong's and Macao's documents name China (`CHN`); early United Nations certificates say `ZZ`.
    pub fn certificate_countries(self) -> Vec<&'static str> {
        match (&self.0, special(self.0)) {
            (b"CHN", _) => vec!["CN", "HK", "MO"],
            (b"HKG", _) => vec!["HK", "CN"],
            (b"MAC", _) => vec!["MO", "CN"],
            (_, Some(countries)) => countries.to_vec(),
            (_, None) => iso_3166(self.0).into_iter().collect(),
        }
    }

    /// Whether a document of this state may be signed under a certificate with this `countryName`, in any case.
    pub fn may_be_signed_by(self, country: &str) -> bool {
        self.certificate_countries()
            .iter()
            .any(|known| known.eq_ignore_ascii_case(country))
            || country.eq_ignore_ascii_case(&self.code())
    }

    /// Whether the code stands for no nationality: stateless, a refugee, or unspecified (9303-3, section 5, part E).
    pub fn is_without_nationality(self) -> bool {
        matches!(&self.0, b"XXA" | b"XXB" | b"XXC" | b"XXX")
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "State({self})")
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code())
    }
}

/// Codes outside ISO 3166-1, and those that it lists differently, with the countries that certificates name.
/// 9303-3, section 5: parts A (extensions), B and C (reserved; United Nations), D (other authorities), E (without nationality),
/// F (deprecated), G (specimen) and H (ICAO).
fn special(code: [u8; 3]) -> Option<&'static [&'static str]> {
    Some(match &code {
        b"D<<" => &["DE"],
        b"GBD" | b"GBN" | b"GBO" | b"GBP" | b"GBS" => &["GB"],
        b"RKS" => &["KS", "XK"],
        b"EUE" => &["EU"],
        b"UNO" | b"UNA" | b"UNK" => &["UN", "ZZ"],
        b"XBA" | b"XIM" | b"XCC" | b"XCE" | b"XCO" | b"XEC" | b"XPO" | b"XES" | b"XMP" | b"XOM"
        | b"XDC" | b"XXA" | b"XXB" | b"XXC" | b"XXX" => &[],
        b"ANT" => &["AN"],
        b"NTZ" => &["NT"],
        b"UTO" => &["UT"],
        b"IAO" => &["IA"],
        _ => return None,
    })
}

/// The two-letter code of a three-letter one by ISO 3166-1.
fn iso_3166(code: [u8; 3]) -> Option<&'static str> {
    ISO_3166
        .split_ascii_whitespace()
        .find(|entry| entry.as_bytes()[..3] == code)
        .map(|entry| &entry[3..])
}

/// ISO 3166-1: each entry the three-letter code, then the two-letter one.
const ISO_3166: &str = "
ABWAW AFGAF AGOAO AIAAI ALAAX ALBAL ANDAD AREAE ARGAR ARMAM ASMAS ATAAQ ATFTF ATGAG AUSAU AUTAT AZEAZ BDIBI BELBE BENBJ
BESBQ BFABF BGDBD BGRBG BHRBH BHSBS BIHBA BLMBL BLRBY BLZBZ BMUBM BOLBO BRABR BRBBB BRNBN BTNBT BVTBV BWABW CAFCF CANCA
CCKCC CHECH CHLCL CHNCN CIVCI CMRCM CODCD COGCG COKCK COLCO COMKM CPVCV CRICR CUBCU CUWCW CXRCX CYMKY CYPCY CZECZ DEUDE
DJIDJ DMADM DNKDK DOMDO DZADZ ECUEC EGYEG ERIER ESHEH ESPES ESTEE ETHET FINFI FJIFJ FLKFK FRAFR FROFO FSMFM GABGA GBRGB
GEOGE GGYGG GHAGH GIBGI GINGN GLPGP GMBGM GNBGW GNQGQ GRCGR GRDGD GRLGL GTMGT GUFGF GUMGU GUYGY HKGHK HMDHM HNDHN HRVHR
HTIHT HUNHU IDNID IMNIM INDIN IOTIO IRLIE IRNIR IRQIQ ISLIS ISRIL ITAIT JAMJM JEYJE JORJO JPNJP KAZKZ KENKE KGZKG KHMKH
KIRKI KNAKN KORKR KWTKW LAOLA LBNLB LBRLR LBYLY LCALC LIELI LKALK LSOLS LTULT LUXLU LVALV MACMO MAFMF MARMA MCOMC MDAMD
MDGMG MDVMV MEXMX MHLMH MKDMK MLIML MLTMT MMRMM MNEME MNGMN MNPMP MOZMZ MRTMR MSRMS MTQMQ MUSMU MWIMW MYSMY MYTYT NAMNA
NCLNC NERNE NFKNF NGANG NICNI NIUNU NLDNL NORNO NPLNP NRUNR NZLNZ OMNOM PAKPK PANPA PCNPN PERPE PHLPH PLWPW PNGPG POLPL
PRIPR PRKKP PRTPT PRYPY PSEPS PYFPF QATQA REURE ROURO RUSRU RWARW SAUSA SDNSD SENSN SGPSG SGSGS SHNSH SJMSJ SLBSB SLESL
SLVSV SMRSM SOMSO SPMPM SRBRS SSDSS STPST SURSR SVKSK SVNSI SWESE SWZSZ SXMSX SYCSC SYRSY TCATC TCDTD TGOTG THATH TJKTJ
TKLTK TKMTM TLSTL TONTO TTOTT TUNTN TURTR TUVTV TWNTW TZATZ UGAUG UKRUA UMIUM URYUY USAUS UZBUZ VATVA VCTVC VENVE VGBVG
VIRVI VNMVN VUTVU WLFWF WSMWS YEMYE ZAFZA ZMBZM ZWEZW";

#[cfg(test)]
mod tests {
    use super::State;

    #[test]
    fn special_codes() {
        for (code, country) in [
            ("D", "DE"),
            ("GBD", "GB"),
            ("RKS", "KS"),
            ("UNO", "UN"),
            ("EUE", "EU"),
            ("HKG", "CN"),
            ("CHN", "MO"),
            ("DNK", "dk"),
        ] {
            let state = State::from_code(code).unwrap();
            assert!(state.is_known(), "{code}");
            assert!(state.may_be_signed_by(country), "{code}");
            assert_eq!(state.to_string(), code);
        }
        assert!(State::from_code("XOM").unwrap().is_known());
        assert_eq!(State::from_code("XOM").unwrap().two_letter(), None);
        assert!(!State::from_code("ZZZ").unwrap().is_known());
        assert!(!State::from_code("SWE").unwrap().may_be_signed_by("NO"));
        assert!(State::from_code("XXA").unwrap().is_without_nationality());
        assert_eq!(State::from_code(""), None);
        assert_eq!(State::from_code("DEUT"), None);
    }
}
