//! What the server's process has used so far: as the demo says, or its Prometheus metrics.

use serde::Deserialize;
use url::Url;

use super::Common;
use super::http::{Connection, Server, get};
use super::load::Failure;
use super::target::Target;

/// What a process has used.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
pub(super) struct Used {
    /// CPU time since it started, in microseconds, user and system.
    pub(super) cpu_us: f64,
    /// Resident memory in bytes.
    pub(super) rss_bytes: f64,
}

/// Where to ask.
#[derive(Debug)]
pub(super) enum Meter {
    /// `GET /demo/api/process`.
    Demo(Connection),
    /// Prometheus text at a path.
    Metrics(Connection, String),
    /// Nobody tells.
    Absent,
}

impl Meter {
    /// Finds out who tells, and says so where nobody does.
    pub(super) async fn find(common: &Common, target: &Target) -> Result<Self, Failure> {
        let mut meter = match &common.metrics {
            Some(url) => {
                let url: Url = url
                    .parse()
                    .map_err(|_| Failure::Target(format!("{url} is not a URL")))?;
                Self::Metrics(Connection::new(Server::of(&url)?), url.path().to_owned())
            }
            None => Self::Demo(Connection::new(target.server.clone())),
        };
        match (meter.read().await, &meter) {
            (Err(_), Self::Demo(_)) => {
                eprintln!(
                    "The server's CPU and memory stay unknown: it is no demo, and no --metrics were named."
                );
                Ok(Self::Absent)
            }
            (Err(failure), _) => Err(failure),
            (Ok(_), _) => Ok(meter),
        }
    }

    /// What the process has used so far.
    pub(super) async fn read(&mut self) -> Result<Option<Used>, Failure> {
        const STEP: &str = "asking what the server uses";
        let (connection, path) = match self {
            Self::Demo(connection) => (connection, "/demo/api/process"),
            Self::Metrics(connection, path) => (connection, path.as_str()),
            Self::Absent => return Ok(None),
        };
        let answer = connection.exchange(get(path)?).await?;
        if answer.status != 200 {
            return Err(Failure::status(STEP, &answer));
        }
        let used = match self {
            Self::Metrics(..) => of_metrics(&String::from_utf8_lossy(&answer.body)),
            _ => serde_json::from_slice(&answer.body).ok(),
        };
        used.map(Some).ok_or(Failure::Unreadable(STEP))
    }
}

/// The two standard metrics of a process, in the text format of Prometheus.
fn of_metrics(text: &str) -> Option<Used> {
    let value = |name: &str| {
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))?;
        line.split_ascii_whitespace().next()?.parse::<f64>().ok()
    };
    Some(Used {
        cpu_us: value("process_cpu_seconds_total")? * 1e6,
        rss_bytes: value("process_resident_memory_bytes")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_prometheus() {
        let text = "# TYPE process_cpu_seconds_total counter\nprocess_cpu_seconds_total 1.5\nprocess_resident_memory_bytes 2e7 1700000000\n";
        assert_eq!(
            of_metrics(text),
            Some(Used {
                cpu_us: 1_500_000.0,
                rss_bytes: 2e7
            })
        );
        assert_eq!(of_metrics("process_cpu_seconds_total 1.5"), None);
    }
}
