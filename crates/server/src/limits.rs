//! How fast anyone may ask (R-AUT-9): per address, per app, and for strangers per user ID.
//!
//! None of these touches the holder: what is over a limit is told to wait, or does not count as a request of that person.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use domain::id::{AuthenticatorId, EnrolmentId, IdentityId};
use domain::policy::Policy;
use governor::clock::DefaultClock;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};

use crate::error::Fault;

type Keyed<K> = RateLimiter<K, DefaultKeyedStateStore<K>, DefaultClock>;

/// The limits of one server.
pub struct Limits {
    starts: Keyed<IpAddr>,
    strange: Keyed<IdentityId>,
    apps: Keyed<AuthenticatorId>,
    continuations: Keyed<IpAddr>,
    user_ids: Keyed<EnrolmentId>,
}

impl Limits {
    /// From the policy.
    pub fn new(policy: &Policy) -> Self {
        let (enrolment, policy) = (&policy.enrolment, &policy.limits);
        Self {
            starts: RateLimiter::keyed(quota(
                policy.starts_per_address_per_minute,
                Duration::from_mins(1),
            )),
            strange: RateLimiter::keyed(quota(
                policy.strange_starts_per_user_id_per_ten_minutes,
                Duration::from_mins(10),
            )),
            apps: RateLimiter::keyed(quota(
                policy.requests_per_app_per_minute,
                Duration::from_mins(1),
            )),
            continuations: RateLimiter::keyed(quota(
                enrolment.continuations_per_address_per_hour,
                Duration::from_hours(1),
            )),
            user_ids: RateLimiter::keyed(quota(
                enrolment.user_id_checks_per_minute,
                Duration::from_mins(1),
            )),
        }
    }

    /// A sign-in or an activation begins.
    pub fn start(&self, address: IpAddr) -> Result<(), Fault> {
        self.starts
            .check_key(&network(address))
            .map_err(|_| Fault::TooManyRequests)
    }

    /// A strange browser types a user ID. Gives whether it still counts as a request of that person.
    pub fn strange_start(&self, identity: IdentityId) -> bool {
        self.strange.check_key(&identity).is_ok()
    }

    /// An app asks.
    pub fn app(&self, app: AuthenticatorId) -> Result<(), Fault> {
        self.apps
            .check_key(&app)
            .map_err(|_| Fault::TooManyRequests)
    }

    /// Somebody brings a code to go on with an enrolment: counted before it is looked up (R-AUT-9).
    pub fn continuation(&self, address: IpAddr) -> Result<(), Fault> {
        self.continuations
            .check_key(&network(address))
            .map_err(|_| Fault::TooManyRequests)
    }

    /// An enrolment asks whether a user ID is free (R-UID-2).
    pub fn user_id_check(&self, enrolment: EnrolmentId) -> Result<(), Fault> {
        self.user_ids
            .check_key(&enrolment)
            .map_err(|_| Fault::TooManyRequests)
    }

    /// Forgets whoever has been quiet.
    pub fn forget_the_quiet(&self) {
        self.starts.retain_recent();
        self.strange.retain_recent();
        self.apps.retain_recent();
        self.continuations.retain_recent();
        self.user_ids.retain_recent();
    }
}

fn quota(count: u32, per: Duration) -> Quota {
    let count = NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN);
    Quota::with_period(per / count.get())
        .unwrap_or_else(|| Quota::per_second(count))
        .allow_burst(count)
}

/// One customer: an IPv4 address, or the /64 that one IPv6 customer has.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(six) => six.to_ipv4_mapped().map_or_else(
            || IpAddr::V6((six.to_bits() & !u128::from(u64::MAX)).into()),
            IpAddr::V4,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_that_passes_and_the_first_that_waits() {
        let policy = Policy::builtin();
        let limits = Limits::new(&policy);
        let policy = policy.limits;
        let (one, other): (IpAddr, IpAddr) =
            ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        for _ in 0..policy.starts_per_address_per_minute {
            assert_eq!(limits.start(one), Ok(()));
        }
        assert_eq!(limits.start(one), Err(Fault::TooManyRequests));
        assert_eq!(limits.start(other), Ok(()));
    }

    #[test]
    fn one_ipv6_customer_is_a_64() {
        let (one, same): (IpAddr, IpAddr) = (
            "2001:db8::1".parse().unwrap(),
            "2001:db8::ffff:1".parse().unwrap(),
        );
        assert_eq!(network(one), network(same));
        assert_eq!(
            network("::ffff:192.0.2.1".parse().unwrap()).to_string(),
            "192.0.2.1"
        );
    }
}
