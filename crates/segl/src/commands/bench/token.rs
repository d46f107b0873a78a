//! `segl bench token`: access tokens by client credentials (RFC 6749 section 4.4).

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::Full;
use hyper::Request;
use hyper::header::AUTHORIZATION;
use oidc::jose::{TokenType, verify_payload};
use serde::Deserialize;

use super::http::{Connection, post_form};
use super::load::{Failure, Work, block_on, run as load};
use super::meter::Meter;
use super::service::Service;
use super::target::{Cast, Target};
use super::{Common, report};
use crate::commands::Outcome;

/// What `segl bench token` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    common: Common,
}

/// How many requests are under way at a time, unless told otherwise.
const CONCURRENCY: u32 = 32;

/// Runs it.
pub(super) fn run(args: Args) -> Outcome {
    let common = args.common;
    let (service, mut meter) = block_on(async {
        let target = Target::discover(&common.target).await?;
        let cast = Cast::gather(&common, &target, 0).await?;
        let meter = Meter::find(&common, &target).await?;
        Ok::<_, Failure>((Service::new(target, cast.client)?, meter))
    })??;
    let count = common.concurrency.unwrap_or(CONCURRENCY);
    let workers = (0..count)
        .map(|_| Tokens::new(&service))
        .collect::<Result<Vec<_>, _>>()?;
    eprintln!(
        "Asking for tokens for {} seconds, {count} at a time.",
        common.seconds
    );
    let measured = load(workers, common.seconds, &mut meter)?;
    report::tokens(&measured, common.json)
}

/// Asks for a token, again and again.
pub(super) struct Tokens {
    service: Arc<Service>,
    connection: Connection,
    request: Request<Full<Bytes>>,
    verified: bool,
}

impl Tokens {
    pub(super) fn new(service: &Arc<Service>) -> Result<Self, Failure> {
        let fields = [
            ("grant_type", "client_credentials"),
            ("scope", &service.client.api_scope),
        ];
        let mut request = post_form("/connect/token", &fields)?;
        request
            .headers_mut()
            .insert(AUTHORIZATION, service.basic.clone());
        let connection = Connection::new(service.target.server.clone());
        Ok(Self {
            service: Arc::clone(service),
            connection,
            request,
            verified: false,
        })
    }
}

impl Work for Tokens {
    async fn once(&mut self) -> Result<(), Failure> {
        #[derive(Deserialize)]
        struct Answer {
            access_token: String,
        }
        const STEP: &str = "asking for a token";
        let answer = self.connection.exchange(self.request.clone()).await?;
        if answer.status != 200 {
            return Err(Failure::status(STEP, &answer));
        }
        let Answer { access_token } =
            serde_json::from_slice(&answer.body).map_err(|_| Failure::Unreadable(STEP))?;
        if !self.verified {
            verify_payload(
                &access_token,
                &self.service.target.jwks,
                TokenType::AccessToken,
            )
            .map_err(Failure::Token)?;
            self.verified = true;
        }
        Ok(())
    }
}
