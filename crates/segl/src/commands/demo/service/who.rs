//! Somebody who signed in, as a service's pages tell of them.

use server::i18n::T;

use crate::commands::demo::relying_party::{SignedIn, pretty, readable};

/// Somebody who signed in, as a page tells of them.
pub(crate) struct Who<'a> {
    pub(crate) t: T<'a>,
    pub(crate) signed_in: &'a SignedIn,
}

/// What stands for a name under protection (R-SVC-7).
const PROTECTED: &str = "NAVNE & ADRESSEBESKYTTET";

impl Who<'_> {
    pub(crate) fn name(&self) -> &str {
        self.signed_in.about("mitid.identity_name")
    }

    pub(crate) fn name_is_withheld(&self) -> bool {
        self.name() == PROTECTED
    }

    pub(crate) fn greeting(&self) -> String {
        match self.name().split(' ').next() {
            Some(given) if !self.name_is_withheld() => self.t.with("service-hello", "name", given),
            _ => self.t.with_all("service-hello-you", &[]),
        }
    }

    pub(crate) fn age(&self) -> &str {
        self.signed_in.about("mitid.age")
    }

    /// The level of the sign-in as a whole (R-AUT-2).
    pub(crate) fn level(&self) -> String {
        self.level_name(&self.signed_in.claims.loa)
    }

    /// The two that it is made of.
    pub(crate) fn levels(&self) -> String {
        let claims = &self.signed_in.claims;
        let (ial, aal) = (self.level_name(&claims.ial), self.level_name(&claims.aal));
        self.t
            .with_all("service-levels", &[("ial", &ial), ("aal", &aal)])
    }

    fn level_name(&self, uri: &str) -> String {
        let word = uri.rsplit('/').next().unwrap_or_default().to_lowercase();
        self.t.with_all(&format!("service-level-{word}"), &[])
    }

    pub(crate) fn how(&self) -> String {
        let means = self.signed_in.claims.amr.iter().map(|means| {
            let key = format!("service-amr-{}", means.replace('_', "-"));
            if self.t.has(&key) {
                self.t.with_all(&key, &[])
            } else {
                means.clone()
            }
        });
        means.collect::<Vec<_>>().join(", ")
    }

    /// The CPR number with its last four digits hidden, where the service may have it (R-SVC-3).
    pub(crate) fn masked_cpr(&self) -> String {
        let cpr = self.signed_in.about("dk.cpr");
        cpr.get(..6)
            .map(|date| format!("{date}-••••"))
            .unwrap_or_default()
    }

    /// Everything that Segl told, for people who want to see it.
    pub(crate) fn raw(&self) -> Vec<(&str, String)> {
        let (header, claims) = readable(&self.signed_in.id_token);
        vec![
            (self.t.get("service-raw-header"), header),
            (self.t.get("service-raw-claims"), claims),
            (
                self.t.get("service-raw-userinfo"),
                pretty(&self.signed_in.userinfo),
            ),
            (
                self.t.get("service-raw-id-token"),
                self.signed_in.id_token.clone(),
            ),
            (
                self.t.get("service-raw-access-token"),
                self.signed_in.access_token.clone(),
            ),
        ]
    }
}
