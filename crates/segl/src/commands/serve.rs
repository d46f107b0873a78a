//! `segl serve`: the server, until it is told to stop.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use server::Segl;
use server::clock::Clock;
use server::listen::Listener;
use tokio::task::JoinSet;

use super::Outcome;
use crate::config::{Config, ConfigFile, TlsConfig};
use crate::installation;
use crate::running::certificate::Certificate;
use crate::running::{self, RunningFault, Stop, metrics, watch};

/// What `segl serve` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    config: ConfigFile,
}

/// Runs it.
pub(crate) fn run(args: Args) -> Outcome {
    let config = args.config.read()?;
    running::logging(&config.log)?;
    let runtime = running::runtime()?;
    runtime.block_on(serve(config, args.config.path))
}

/// First the sockets, so that a port that is taken is told at once; then what stands behind them.
async fn serve(config: Config, file: PathBuf) -> Outcome {
    let stop = Stop::on_signals()?;
    let (listener, certificate) = secured(config.server.listen, config.server.tls.as_ref()).await?;
    let desk = match &config.desk {
        Some(desk) => Some(
            secured(
                desk.listen,
                desk.tls.as_ref().or(config.server.tls.as_ref()),
            )
            .await?,
        ),
        None => None,
    };
    let metrics = match config.metrics.listen {
        Some(address) => Some((metrics::install()?, bind(address).await?)),
        None => None,
    };
    let vault = installation::vault(&config);
    let segl = tokio::task::spawn_blocking({
        let config = config.clone();
        move || installation::open(&config, Clock::System)
    })
    .await?
    .map_err(|fault| fault.with_advice(&file))?;
    tell(&segl, &config, listener.socket.local_addr()?);

    let mut beside = JoinSet::new();
    beside.spawn(watch::vault(Arc::clone(&segl), vault));
    let (desk, desk_certificate) = desk.unzip();
    for certificate in [certificate, desk_certificate.flatten()]
        .into_iter()
        .flatten()
    {
        beside.spawn(watch::certificate(certificate));
    }
    if let Some((metrics, listener)) = metrics {
        beside.spawn(metrics::serve(metrics, listener, stop.clone()));
    }
    let mut sites = vec![(listener, server::router(Arc::clone(&segl)))];
    sites.extend(desk.map(|listener| (listener, server::desk::router(Arc::clone(&segl)))));
    running::sites(segl, sites, stop).await;
    tracing::info!("stopped");
    Ok(())
}

/// A socket, and its certificate where it is to speak TLS.
async fn secured(
    address: SocketAddr,
    tls: Option<&TlsConfig>,
) -> Result<(Listener, Option<Arc<Certificate>>), RunningFault> {
    let certificate = tls.map(Certificate::read).transpose()?;
    let tls = certificate
        .as_ref()
        .map(Certificate::server_config)
        .transpose()?;
    let listener = Listener {
        tls,
        ..bind(address).await?
    };
    Ok((listener, certificate))
}

async fn bind(address: SocketAddr) -> Result<Listener, RunningFault> {
    Listener::bind(address, None)
        .await
        .map_err(|error| RunningFault::Listen { address, error })
}

fn tell(segl: &Segl, config: &Config, listen: SocketAddr) {
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        issuer = segl.settings.issuer(),
        %listen,
        desk = segl.settings.desk_origin(),
        tls = config.server.tls.is_some(),
        database = segl.store.engine_name(),
        services = segl.services.count(),
        policy = %segl.policy.effective,
        "serving"
    );
    if !server::assets::embedded() {
        tracing::warn!(
            "this build has no styles and no app: build the web part first (make web), then segl"
        );
    }
}
