//! Checking an approval (R-SIG-2): what was shown, as the app says, is what was asked, and the device key signed it.

use crate::device_key::DevicePublicKey;
use crate::statement::ApprovalStatement;
use crate::{ApprovalFault, Fault};

/// Checks that the app showed what the server asked, and that its device key signed just that.
///
/// `expected` is what the server rebuilt from its own record. The signature is verified over that, never over what was sent: `sent`
/// only serves to name a difference.
pub fn verify_approval(
    expected: &ApprovalStatement,
    sent: &ApprovalStatement,
    signature: &[u8],
    key: &DevicePublicKey,
) -> Result<VerifiedApproval, ApprovalFault> {
    if let Some(member) = expected.first_difference(sent) {
        return Err(ApprovalFault::Altered { member });
    }
    match key.verify(&expected.canonical(), signature) {
        Ok(_) => Ok(VerifiedApproval {
            statement: expected.clone(),
        }),
        Err(Fault::SignatureMalformed) => Err(ApprovalFault::SignatureMalformed),
        Err(_) => Err(ApprovalFault::SignatureRefused),
    }
}

/// An approval that a device key signed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct VerifiedApproval {
    statement: ApprovalStatement,
}

impl VerifiedApproval {
    /// What was approved.
    pub const fn statement(&self) -> &ApprovalStatement {
        &self.statement
    }

    /// What was approved, for whoever keeps it.
    pub fn into_statement(self) -> ApprovalStatement {
        self.statement
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device_key::DeviceKey;

    fn asked() -> ApprovalStatement {
        ApprovalStatement {
            action: "APPROVE".to_owned(),
            authenticator: "AAECAwQFBgcICQoLDA0ODw".to_owned(),
            decision: ApprovalStatement::APPROVE.to_owned(),
            nonce: "bm9uY2Vub25jZW5vbmNlIQ".to_owned(),
            reference_text: "Overfør 2.000,00 kr. til \"Ida\"".to_owned(),
            service: "Nordbanken".to_owned(),
            service_id: "demo-bank".to_owned(),
            sign_in: "c2lnbmluc2lnbmluc2lnbg".to_owned(),
            typ: ApprovalStatement::TYP.to_owned(),
        }
    }

    #[test]
    fn r_sig_2_what_was_asked_shown_and_signed_is_approved() {
        let key = DeviceKey::generate().unwrap();
        let signature = key.sign(&asked().canonical()).unwrap();
        let approval =
            verify_approval(&asked(), &asked(), &signature, &key.public().unwrap()).unwrap();
        assert_eq!(approval.statement(), &asked());
        assert_eq!(approval.into_statement(), asked());
    }

    #[test]
    fn r_sig_2_what_was_shown_differently_is_refused_by_name() {
        let key = DeviceKey::generate().unwrap();
        let altered = ApprovalStatement {
            reference_text: "Overfør 20,00 kr. til \"Ida\"".to_owned(),
            ..asked()
        };
        let signature = key.sign(&altered.canonical()).unwrap();
        let fault =
            verify_approval(&asked(), &altered, &signature, &key.public().unwrap()).unwrap_err();
        assert_eq!(
            fault,
            ApprovalFault::Altered {
                member: "reference_text"
            }
        );
    }

    #[test]
    fn r_sig_2_a_signature_over_something_else_is_refused() {
        let key = DeviceKey::generate().unwrap();
        let altered = ApprovalStatement {
            nonce: "another".to_owned(),
            ..asked()
        };
        let signature = key.sign(&altered.canonical()).unwrap();
        let public = key.public().unwrap();
        // The app claims to have shown what was asked, but signed something else.
        let fault = verify_approval(&asked(), &asked(), &signature, &public).unwrap_err();
        assert_eq!(fault, ApprovalFault::SignatureRefused);
        let fault = verify_approval(&asked(), &asked(), &signature[..63], &public).unwrap_err();
        assert_eq!(fault, ApprovalFault::SignatureMalformed);
        let other = DeviceKey::generate()
            .unwrap()
            .sign(&asked().canonical())
            .unwrap();
        let fault = verify_approval(&asked(), &asked(), &other, &public).unwrap_err();
        assert_eq!(fault, ApprovalFault::SignatureRefused);
    }
}
