//! The authorization endpoint (RFC 6749 section 4.1.1; OpenID Connect Core section 3.1.2).
//!
//! [`AuthorizeRequest::check`] runs an ordered table of small checks. First come those that make an address
//! trustworthy; before they pass, a fault stays on our own page (R-SVC-4). Then the rest, whose faults are told to
//! the service at that address.

mod address;
mod checked;
mod checks;
mod fault;
mod idp_params;

pub use address::{ResponseMode, ReturnAddress};
pub use checked::{CheckedAuthorizeRequest, Idp, Language, Prompt};
pub use fault::{AuthorizeFault, OwnPageFault, Refusal, ReturnedFault};
pub use idp_params::{
    ActionText, AppSwitch, AppSwitchOs, IdpParamsFault, MAX_REFERENCE_TEXT, MitidParams,
};

use crate::{client::Client, form::Form};

/// An authorization request as it came, of which nothing is believed.
pub struct AuthorizeRequest<'a> {
    form: Form<'a>,
}

impl<'a> AuthorizeRequest<'a> {
    /// Reads the query string of a GET (without `?`) or the body of a POST.
    pub fn parse(encoded: &'a str) -> Result<Self, AuthorizeFault> {
        let form = Form::parse(encoded).map_err(OwnPageFault::Malformed)?;
        Ok(Self { form })
    }

    /// The `client_id`, to look up the service.
    pub fn client_id(&self) -> Option<&str> {
        self.form.get("client_id")
    }

    /// Checks everything. `client` is the service registered under [`AuthorizeRequest::client_id`], if there is one.
    pub fn check(
        &self,
        client: Option<&Client>,
    ) -> Result<CheckedAuthorizeRequest, AuthorizeFault> {
        let client = address::known_client(&self.form, client)?;
        let address = address::return_address(&self.form, client)?;
        let mut draft = CheckedAuthorizeRequest::begun(client, address);
        for check in checks::IN_ORDER {
            check(&self.form, client, &mut draft).map_err(|stop| stop.at(draft.address()))?;
        }
        Ok(draft)
    }
}
