//! The population register: what is known of a person there (R-CPR-3, R-CPR-4), and whether a document is that person's.

mod entry;
pub mod file;
mod followed;
mod matched;

pub use entry::{
    Address, CprStatus, EarlierAddress, EarlierName, ForeignAddress, Marital, MaritalStatus,
    Protection, RegisterEntry, RegisterName, UnknownCode,
};
pub use followed::{Followed, RegisterChange, follow};
pub use matched::{RegisterMatch, RegisterMismatch, RegisterPolicy, matched};

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::cpr_number::CprNumber;
    use crate::secret::Pii;
    use jiff::civil::date;

    /// An entry with nothing in it but what everybody has.
    pub(crate) fn somebody() -> RegisterEntry {
        RegisterEntry {
            cpr: CprNumber::parse("1204910418").unwrap(),
            status: CprStatus::LivesInDenmark,
            status_since: None,
            name: RegisterName {
                given: Pii::new("Freja".to_owned()),
                middle: None,
                family: Pii::new("Nygaard".to_owned()),
            },
            birth_date: Pii::new(date(1991, 4, 12)),
            protection: None,
            address: None,
            moved_in: None,
            abroad: None,
            earlier_addresses: Vec::new(),
            earlier_names: Vec::new(),
            marital: None,
            spouse: None,
            children: Vec::new(),
            mother: None,
            father: None,
            citizenship: None,
            birth_place: None,
            replaced_by: None,
            replaces: Vec::new(),
        }
    }
}
