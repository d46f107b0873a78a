//! `segl demo`: everything on one machine, with seeded people and two services to try it on.
//!
//! The two services are ordinary OpenID Connect clients on listeners of their own. They know Segl through its public endpoints
//! only; what this process shares with them is the folder in which their secrets were made.

mod bank;
mod bench_api;
mod codes;
mod data;
mod documents;
mod front;
mod http_client;
mod lan;
mod money;
mod municipality;
mod offices;
mod officials;
mod outbox;
mod p_codes;
mod pages;
mod people;
pub(crate) mod personas;
pub(crate) mod population;
mod process;
pub(crate) mod register;
mod registrations;
mod relying_party;
mod service;

use std::error::Error;
use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::{get, post};
use domain::assurance::Level;
use domain::policy::Policy;
use jiff::Timestamp;
use server::Segl;
use server::clock::Clock;
use server::i18n::Texts;
use server::listen::{self, Listener};
use server::settings::Settings;
use server::vault::Keys;
use store::{Store, StoreConfig};

use self::data::{Data, DataFault};
use self::documents::Documents;
use self::lan::Certificate;
use super::Outcome;
use crate::config::{LogConfig, LogFormat};
use crate::running::{self, Stop};

/// What `segl demo` takes.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    act: Option<Act>,
    /// The folder in which everything is kept. Without it on the disk, a first start makes it.
    #[arg(long, value_name = "DIR", default_value = "demo-data")]
    data: PathBuf,
    /// Segl's port. The bank listens on the next one, then the municipality, then Citizen Service's site for officials.
    #[arg(long, value_name = "N", default_value_t = 8080, value_parser = clap::value_parser!(u16).range(1..=65532))]
    port: u16,
    /// Serves this machine's network over HTTPS, with a certificate made on the spot, so that a phone can be used.
    #[arg(long)]
    lan: bool,
    /// A PostgreSQL database instead of the SQLite file in the folder.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Serves Prometheus metrics at this address.
    #[arg(long, value_name = "ADDRESS")]
    metrics: Option<SocketAddr>,
    /// How long a sign-in may take, for tests of what happens when it takes longer (R-SIG-1).
    #[arg(long, value_name = "N", hide = true, value_parser = clap::value_parser!(i64).range(1..=300))]
    sign_in_seconds: Option<i64>,
}

#[derive(Debug, clap::Subcommand)]
enum Act {
    /// Writes a made-up population in the format of the CPR office, for `segl import cpr`.
    Population(population::Args),
}

/// What the demo's own pages share.
pub(crate) struct Demo {
    pub(crate) segl: Arc<Segl>,
    pub(crate) addresses: Addresses,
    pub(crate) data: Data,
    pub(crate) documents: Documents,
}

/// Where the four sites are: origins.
#[derive(Debug, Clone)]
pub(crate) struct Addresses {
    pub(crate) segl: String,
    pub(crate) bank: String,
    pub(crate) municipality: String,
    pub(crate) desk: String,
}

impl Addresses {
    fn new(scheme: &str, host: &str, port: u16) -> Self {
        let origin = |next| format!("{scheme}://{host}:{}", port + next);
        Self {
            segl: origin(0),
            bank: origin(1),
            municipality: origin(2),
            desk: origin(3),
        }
    }
}

/// How long a stop waits for requests under way.
const PATIENCE: Duration = Duration::from_secs(2);

/// The database in a demo's folder, which is made with all that a demo keeps there if need be.
pub(crate) fn database_in(folder: &Path, now: Timestamp) -> Result<String, DataFault> {
    Ok(Data::open(folder, now)?.database_url())
}

/// The keys in a demo's folder.
pub(crate) fn keys_in(folder: &Path, now: Timestamp) -> Result<Keys, DataFault> {
    Data::open(folder, now)?.keys()
}

/// Whether a demo's folder has a database.
pub(crate) fn has_database(folder: &Path) -> bool {
    data::database(folder).exists()
}

/// Runs it.
pub(crate) fn run(args: Args) -> Outcome {
    if let Some(Act::Population(args)) = &args.act {
        return population::run(args);
    }
    running::logging(&LogConfig {
        level: "warn".to_owned(),
        format: LogFormat::Text,
    })?;
    let clock = Clock::System;
    let data = Data::open(&args.data, clock.now())?;
    let certificate = args
        .lan
        .then(|| Certificate::of_this_machine(data.folder(), clock.now()))
        .transpose()?;
    let addresses = match &certificate {
        Some(certificate) => Addresses::new("https", &certificate.address.to_string(), args.port),
        None => Addresses::new("http", "localhost", args.port),
    };
    let database = args.database.clone().unwrap_or_else(|| data.database_url());
    let store = Store::open(&StoreConfig::new(database))?;
    let settings = Settings::new(&addresses.segl, false)?.with_desk(&addresses.desk)?;
    let segl = Segl::new(settings, store, data.keys()?, policy(&args), clock)?;
    registrations::put(&segl, &addresses, &data.kept())?;
    server::desk::register(&segl)?;
    people::seed(&segl)?;
    register::seed(&segl, &data)?;
    officials::seed(&segl)?;
    offices::seed(&segl)?;
    let documents = Documents::issue(&data);
    documents.trust(&segl)?;
    p_codes::seed(&segl, data.first_day())?;
    let demo = Arc::new(Demo {
        segl: Arc::new(segl),
        addresses,
        data,
        documents,
    });
    running::runtime()?.block_on(serve(args, demo, certificate))
}

/// The built-in policy, but that a browser's key may reach Substantial, and that load tests come from one address.
fn policy(args: &Args) -> Policy {
    let mut policy = Policy::builtin();
    policy.app.unattested_aal = Level::Substantial;
    policy.limits.starts_per_address_per_minute = 100_000_000;
    policy.limits.requests_per_app_per_minute = 100_000_000;
    policy.enrolment.continuations_per_address_per_hour = 100_000_000;
    if let Some(seconds) = args.sign_in_seconds {
        policy.sign_in.seconds = seconds;
    }
    policy
}

async fn serve(args: Args, demo: Arc<Demo>, certificate: Option<Certificate>) -> Outcome {
    let stop = Stop::on_signals()?;
    let tls = certificate
        .as_ref()
        .map(Certificate::server_config)
        .transpose()?;
    let kept = demo.data.kept();
    let texts = Arc::new(Texts::builtin()?);
    let roots = certificate.as_ref();
    let sites = [
        (
            args.port,
            server::router_with(Arc::clone(&demo.segl), router(Arc::clone(&demo))),
        ),
        (
            args.port + 1,
            bank::router(&demo.addresses, &kept, &texts, roots)?,
        ),
        (
            args.port + 2,
            municipality::router(&demo.addresses, &kept, &texts, roots)?,
        ),
        (args.port + 3, server::desk::router(Arc::clone(&demo.segl))),
    ];
    let mut listeners = Vec::new();
    for (port, router) in sites {
        for address in interfaces(args.lan) {
            let bound = Listener::bind(SocketAddr::new(address, port), tls.clone()).await;
            match bound {
                Ok(listener) => listeners.push((listener, router.clone())),
                // A machine without IPv6 is served on IPv4.
                Err(error)
                    if address.is_ipv6() && error.kind() != std::io::ErrorKind::AddrInUse => {}
                Err(error) => return Err(taken(port, &error)),
            }
        }
    }
    if let Some(address) = args.metrics {
        let metrics = running::metrics::install()?;
        let listener = Listener::bind(address, None).await?;
        tokio::spawn(running::metrics::serve(metrics, listener, stop.clone()));
    }
    let jobs = server::jobs::start(&demo.segl);
    let mut serving = tokio::task::JoinSet::new();
    for (listener, router) in listeners {
        serving.spawn(listen::serve(listener, router, stop.came()));
    }
    say_where(&demo.addresses, certificate.is_some());
    stop.came().await;
    demo.segl.end_waiting();
    // A page that waits for the app would keep its connection for minutes.
    let finished = async { while serving.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(PATIENCE, finished).await;
    drop(jobs);
    let store = demo.segl.store.clone();
    tokio::task::spawn_blocking(move || store.close()).await?;
    Ok(())
}

/// `localhost` is both of its addresses; a phone in the same network reaches all.
fn interfaces(lan: bool) -> Vec<IpAddr> {
    if lan {
        vec![Ipv4Addr::UNSPECIFIED.into()]
    } else {
        vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]
    }
}

fn taken(port: u16, error: &std::io::Error) -> Box<dyn Error + Send + Sync> {
    if error.kind() == std::io::ErrorKind::AddrInUse {
        return format!(
            "port {port} is taken by another program. The demo needs four ports in a row: end that program, or choose others, \
             for example `segl demo --port 9080` for 9080 to 9083"
        )
        .into();
    }
    format!("port {port} cannot be used: {error}").into()
}

/// The demo's own pages, beside the provider's.
fn router(demo: Arc<Demo>) -> Router<Arc<Segl>> {
    Router::new()
        .route("/", get(front::page))
        .route("/demo/style.css", get(pages::style))
        .route("/demo/people", post(front::add_person))
        .route("/demo/codes", post(front::new_codes))
        .route("/demo/chips", get(documents::list))
        .route("/demo/chips/{persona}", get(documents::chip))
        .route("/demo/chips/{persona}/portrait", get(documents::portrait))
        .route("/demo/outbox", get(outbox::page))
        .route("/demo/outbox/letter/{message}", get(outbox::letter))
        .route("/demo/api/people", post(bench_api::people))
        .route("/demo/api/outbox", get(outbox::json))
        .route("/demo/api/bench-client", get(bench_api::bench_client))
        .route("/demo/api/process", get(process::usage))
        .with_state(demo)
}

/// Where to go. Whoever reads along in a pipe may stop doing so.
fn say_where(addresses: &Addresses, lan: bool) {
    let Addresses {
        segl,
        bank,
        municipality,
        desk,
    } = addresses;
    let mut text = format!(
        "\n  Segl's demo is running.\n\n  Start here        {segl}/\n  The app           {segl}/app/\n  The bank          {bank}/\n  \
         The municipality  {municipality}/\n  Citizen Service   {desk}/\n  The outbox        {segl}/demo/outbox\n"
    );
    if lan {
        text.push_str(&Certificate::advice(segl));
    }
    text.push_str(
        "\n  Ctrl-C stops it. What you do is kept, and is there when you start it again.\n",
    );
    let _ = std::io::stdout().write_all(text.as_bytes());
}
