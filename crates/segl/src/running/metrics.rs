//! What Prometheus asks for, on a listener of its own: requests, sign-ins, and the process itself.

use std::time::Duration;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use server::listen::{self, Listener};

use super::{RunningFault, Stop, process};

/// Seconds. A request takes a few milliseconds; what takes longer than a second is a fault.
const BUCKETS: [f64; 14] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];
/// How often histograms are condensed when nobody asks.
const UPKEEP: Duration = Duration::from_secs(5);

/// What was counted.
#[derive(Clone)]
pub(crate) struct Metrics(PrometheusHandle);

/// Begins to count. Once in a process.
pub(crate) fn install() -> Result<Metrics, RunningFault> {
    let fault = |error: &dyn std::fmt::Display| RunningFault::Metrics(error.to_string());
    let recorder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BUCKETS)
        .map_err(|error| fault(&error))?
        .build_recorder();
    let metrics = Metrics(recorder.handle());
    ::metrics::set_global_recorder(recorder).map_err(|error| fault(&error))?;
    describe();
    Ok(metrics)
}

fn describe() {
    ::metrics::describe_counter!("segl_http_requests_total", "Requests by route and status.");
    ::metrics::describe_histogram!("segl_http_request_seconds", "How long requests took.");
    ::metrics::describe_counter!(
        "segl_sign_ins_begun_total",
        "Sign-ins that were begun with a user ID."
    );
    ::metrics::describe_counter!(
        "segl_sign_ins_approved_total",
        "Sign-ins that were approved."
    );
}

/// Answers `GET /metrics` until the stop.
pub(crate) async fn serve(metrics: Metrics, listener: Listener, stop: Stop) {
    let upkeep = tokio::spawn(condense(metrics.clone()));
    let page = move || {
        let text = metrics.0.render() + &process::exposition();
        async move { ([(CONTENT_TYPE, "text/plain; version=0.0.4")], text) }
    };
    listen::serve(
        listener,
        Router::new().route("/metrics", get(page)),
        stop.came(),
    )
    .await;
    upkeep.abort();
}

async fn condense(metrics: Metrics) {
    let mut ticks = tokio::time::interval(UPKEEP);
    loop {
        ticks.tick().await;
        metrics.0.run_upkeep();
    }
}
