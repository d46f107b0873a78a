//! Where the fields of each record stand: columns counted from 1, as the CPR office's record descriptions of its extracts count them. The names
//! are theirs, so that a fault can be looked up there.

/// A field: its name, its first column and its width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// The register's own name.
    pub name: &'static str,
    /// The first column, counted from 1.
    pub column: usize,
    /// How many columns.
    pub width: usize,
}

const fn field(name: &'static str, column: usize, width: usize) -> Field {
    Field {
        name,
        column,
        width,
    }
}

/// The first three columns of every record.
pub(super) const RECORD_TYPE: Field = field("RECORDTYPE", 1, 3);
/// The number that a record is about.
pub(super) const PNR: Field = field("PNR", 4, 10);
/// The line as a whole.
pub(super) const LINE: Field = field("RECORD", 1, 0);

/// 000: the start.
pub(super) mod start {
    use super::{Field, field};
    pub(in super::super) const PRODUCED_ON: Field = field("PRODDTO", 20, 8);
    pub(in super::super) const CHANGES_SINCE: Field = field("PRODDTOFORRIG", 28, 8);
}

/// 099 (or 999): the end.
pub(super) mod end {
    use super::{Field, field};
    pub(in super::super) const SORT: Field = field("SORTFELT-10", 4, 10);
    pub(in super::super) const COUNT: Field = field("TAELLER", 14, 8);
}

/// 001: what a number stands for.
pub(super) mod current {
    use super::{Field, field};
    pub(in super::super) const NOW: Field = field("PNRGAELD", 14, 10);
    pub(in super::super) const STATUS: Field = field("STATUS", 24, 2);
    pub(in super::super) const STATUS_SINCE: Field = field("STATUSHAENSTART", 26, 12);
    pub(in super::super) const SEX: Field = field("KOEN", 39, 1);
    pub(in super::super) const BORN: Field = field("FOED_DT", 40, 10);
}

/// 002: the address in codes.
pub(super) mod address {
    use super::{Field, field};
    pub(in super::super) const MUNICIPALITY: Field = field("KOMKOD", 14, 4);
    pub(in super::super) const STREET: Field = field("VEJKOD", 18, 4);
    pub(in super::super) const HOUSE: Field = field("HUSNR", 22, 4);
    pub(in super::super) const FLOOR: Field = field("ETAGE", 26, 2);
    pub(in super::super) const DOOR: Field = field("SIDEDOER", 28, 4);
    pub(in super::super) const MOVED_IN: Field = field("TILFLYDTO", 70, 12);
}

/// 003: the address in words.
pub(super) mod written {
    use super::{Field, field};
    pub(in super::super) const ADDRESSEE: Field = field("ADRNVN", 14, 34);
    pub(in super::super) const STANDARD: Field = field("STANDARDADR", 116, 34);
    pub(in super::super) const POSTAL_CODE: Field = field("POSTNR", 184, 4);
    pub(in super::super) const TOWN: Field = field("POSTDISTTXT", 188, 20);
    pub(in super::super) const MUNICIPALITY: Field = field("KOMKOD", 208, 4);
    pub(in super::super) const STREET_CODE: Field = field("VEJKOD", 212, 4);
    pub(in super::super) const HOUSE: Field = field("HUSNR", 216, 4);
    pub(in super::super) const FLOOR: Field = field("ETAGE", 220, 2);
    pub(in super::super) const DOOR: Field = field("SIDEDOER", 222, 4);
    pub(in super::super) const STREET: Field = field("VEJADRNVN", 230, 20);
}

/// 004: protection.
pub(super) mod protection {
    use super::{Field, field};
    pub(in super::super) const KIND: Field = field("BESKYTTYPE", 14, 4);
    pub(in super::super) const FROM: Field = field("START_DT-BESKYTTELSE", 18, 10);
    pub(in super::super) const UNTIL: Field = field("SLET_DT-BESKYTTELSE", 28, 10);
}

/// 005: gone abroad.
pub(super) mod abroad {
    use super::{Field, field};
    pub(in super::super) const COUNTRY: Field = field("UDR_LANDEKOD", 14, 4);
    pub(in super::super) const SINCE: Field = field("UDRDTO", 18, 12);
    pub(in super::super) const LINES: [Field; 5] = [
        field("UDLANDADR1", 31, 34),
        field("UDLANDADR2", 65, 34),
        field("UDLANDADR3", 99, 34),
        field("UDLANDADR4", 133, 34),
        field("UDLANDADR5", 167, 34),
    ];
}

/// 008: the name.
pub(super) mod name {
    use super::{Field, field};
    pub(in super::super) const GIVEN: Field = field("FORNVN", 14, 50);
    pub(in super::super) const MIDDLE: Field = field("MELNVN", 65, 40);
    pub(in super::super) const FAMILY: Field = field("EFTERNVN", 106, 40);
    pub(in super::super) const ADDRESSEE: Field = field("ADRNVN", 160, 34);
}

/// 009: the place of birth.
pub(super) mod birth {
    use super::{Field, field};
    pub(in super::super) const PLACE: Field = field("MYNTXT-FØDESTED", 18, 20);
}

/// 010: citizenship.
pub(super) mod citizenship {
    use super::{Field, field};
    pub(in super::super) const COUNTRY: Field = field("LANDEKOD", 14, 4);
}

/// 012: civil status.
pub(super) mod civil_status {
    use super::{Field, field};
    pub(in super::super) const STATUS: Field = field("CIVST", 14, 1);
    pub(in super::super) const SPOUSE: Field = field("AEGTEPNR", 15, 10);
    pub(in super::super) const SINCE: Field = field("HAENSTART-CIVILSTAND", 71, 12);
}

/// 014: a child.
pub(super) mod child {
    use super::{Field, field};
    pub(in super::super) const CHILD: Field = field("PNR", 14, 10);
}

/// 015: the parents.
pub(super) mod parents {
    use super::{Field, field};
    pub(in super::super) const MOTHER: Field = field("PNRMOR", 25, 10);
    pub(in super::super) const FATHER: Field = field("PNRFAR", 92, 10);
}

/// 022: a number that the person had before.
pub(super) mod earlier_number {
    use super::{Field, field};
    pub(in super::super) const NUMBER: Field = field("PNR", 14, 10);
}

/// 023: an address before.
pub(super) mod earlier_address {
    use super::{Field, field};
    pub(in super::super) const UNDONE: Field = field("ANNKOR", 14, 1);
    pub(in super::super) const MUNICIPALITY: Field = field("KOMKOD", 15, 4);
    pub(in super::super) const STREET: Field = field("VEJKOD", 19, 4);
    pub(in super::super) const HOUSE: Field = field("HUSNR", 23, 4);
    pub(in super::super) const FLOOR: Field = field("ETAGE", 27, 2);
    pub(in super::super) const DOOR: Field = field("SIDEDOER", 29, 4);
    pub(in super::super) const FROM: Field = field("TILFLYDTO", 71, 12);
    pub(in super::super) const UNTIL: Field = field("FRAFLYDTO", 84, 12);
}

/// 026: a name before.
pub(super) mod earlier_name {
    use super::{Field, field};
    pub(in super::super) const UNDONE: Field = field("ANNKOR", 14, 1);
    pub(in super::super) const GIVEN: Field = field("FORNVN", 15, 50);
    pub(in super::super) const MIDDLE: Field = field("MELNVN", 66, 40);
    pub(in super::super) const FAMILY: Field = field("EFTERNVN", 107, 40);
    pub(in super::super) const FROM: Field = field("NVNHAENSTART", 148, 12);
    pub(in super::super) const UNTIL: Field = field("NVNHAENSLUT", 161, 12);
}

/// How long each record is. Spaces at the end may be missing.
pub(super) const fn length(record: [u8; 3]) -> Option<usize> {
    Some(match &record {
        b"000" => 35,
        b"001" => 106,
        b"002" => 306,
        b"003" => 249,
        b"004" | b"009" => 37,
        b"005" => 200,
        b"006" => 203,
        b"007" => 26,
        b"014" => 23,
        b"008" => 193,
        b"010" => 30,
        b"011" => 25,
        b"012" => 95,
        b"013" | b"028" => 36,
        b"015" => 147,
        b"016" => 58,
        b"017" => 272,
        b"018" => 60,
        b"019" => 75,
        b"020" => 47,
        b"021" => 63,
        b"022" | b"099" => 45,
        b"023" => 96,
        b"024" => 218,
        b"025" => 40,
        b"026" => 173,
        b"027" => 44,
        b"029" => 109,
        b"030" => 48,
        b"031" | b"032" | b"033" => 269,
        b"999" => 21,
        _ => return None,
    })
}
