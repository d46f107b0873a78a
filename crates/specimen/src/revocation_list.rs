//! Certificate revocation lists (RFC 5280, 5; Doc 9303-12, 7.2).

use jiff::{SignedDuration, Timestamp};

use crate::{certificate::extension, country::Country, der};

impl Country {
    /// The revocation list of the CSCA's present key at a moment, valid for 90 days.
    pub fn revocation_list(&self, at: Timestamp, number: u32) -> Vec<u8> {
        let csca = self.csca();
        let entries: Vec<_> = self
            .revoked()
            .iter()
            .filter(|revoked| revoked.at <= at)
            .map(|revoked| {
                der::sequence([der::integer_content(&revoked.serial), der::time(revoked.at)])
            })
            .collect();
        let identifier = der::sequence([der::context_primitive(0, &csca.signer.key.identifier())]);
        let extensions = der::sequence([
            extension("2.5.29.35", false, &identifier),
            extension("2.5.29.20", false, &der::small(number)),
        ]);
        let body = der::sequence([
            der::small(1),
            csca.signer.scheme.algorithm(),
            csca.name.encode(),
            der::time(at),
            der::time(at + SignedDuration::from_hours(24 * 90)),
            if entries.is_empty() {
                Vec::new()
            } else {
                der::sequence(entries)
            },
            der::context(0, [extensions]),
        ]);
        let signature = csca
            .signer
            .sign(&body, &mut self.randomness("revocation list"));
        der::sequence([body, csca.signer.scheme.algorithm(), der::bits(&signature)])
    }
}
