//! What was measured, for people or as one line of JSON.

use std::time::Duration;

use serde::Serialize;

use super::floor::Floor;
use super::load::Measured;
use crate::commands::Outcome;

/// The line of `segl bench signin --json`. The first six names are fixed; what the server did not tell is null.
#[derive(Debug, PartialEq, Serialize)]
struct SignInLine {
    signins_per_s: f64,
    p50_ms: f64,
    p99_ms: f64,
    server_cpu_us_per_signin: Option<f64>,
    floor_us: f64,
    server_rss_mb: Option<f64>,
    floor_ratio: Option<f64>,
    floor_opaque_us: f64,
    floor_approval_us: f64,
    floor_id_token_us: f64,
    signins: usize,
    failed: usize,
}

/// The line of `segl bench token --json`. The first five names are fixed.
#[derive(Debug, PartialEq, Serialize)]
struct TokenLine {
    tokens_per_s: f64,
    p50_ms: f64,
    p99_ms: f64,
    server_cpu_us_per_token: Option<f64>,
    server_rss_mb: Option<f64>,
    tokens: usize,
    failed: usize,
}

/// Reports sign-ins; a failed one is a failure of the whole.
pub(super) fn sign_ins(measured: &Measured, floor: &Floor, json: bool) -> Outcome {
    let report = SignInLine {
        signins_per_s: tenth(per_second(measured)),
        p50_ms: quantile(measured, 50),
        p99_ms: quantile(measured, 99),
        server_cpu_us_per_signin: cpu_each(measured),
        floor_us: tenth(floor.sum()),
        server_rss_mb: memory(measured),
        floor_ratio: cpu_each(measured).map(|cpu| hundredth(cpu / floor.sum())),
        floor_opaque_us: tenth(floor.opaque),
        floor_approval_us: tenth(floor.approval),
        floor_id_token_us: tenth(floor.id_token),
        signins: measured.completed,
        failed: measured.failed,
    };
    if json {
        println!("{}", serde_json::to_string(&report)?);
    } else {
        println!("Sign-ins a second      {:>10.1}", report.signins_per_s);
        println!("Latency, median        {:>10.1} ms", report.p50_ms);
        println!("Latency, 99th per cent {:>10.1} ms", report.p99_ms);
        println!(
            "Server CPU a sign-in   {}",
            shown(report.server_cpu_us_per_signin, "us")
        );
        println!("Floor                  {:>10.1} us", report.floor_us);
        println!("  OPAQUE               {:>10.1} us", report.floor_opaque_us);
        println!(
            "  the approval         {:>10.1} us",
            report.floor_approval_us
        );
        println!(
            "  the ID token         {:>10.1} us",
            report.floor_id_token_us
        );
        println!("Server CPU / floor     {}", shown(report.floor_ratio, ""));
        println!(
            "Server memory          {}",
            shown(report.server_rss_mb, "MB")
        );
        println!(
            "Sign-ins, failed       {:>10} {}",
            report.signins, report.failed
        );
    }
    verdict(measured)
}

/// Reports tokens.
pub(super) fn tokens(measured: &Measured, json: bool) -> Outcome {
    let report = TokenLine {
        tokens_per_s: tenth(per_second(measured)),
        p50_ms: quantile(measured, 50),
        p99_ms: quantile(measured, 99),
        server_cpu_us_per_token: cpu_each(measured),
        server_rss_mb: memory(measured),
        tokens: measured.completed,
        failed: measured.failed,
    };
    if json {
        println!("{}", serde_json::to_string(&report)?);
    } else {
        println!("Tokens a second        {:>10.1}", report.tokens_per_s);
        println!("Latency, median        {:>10.1} ms", report.p50_ms);
        println!("Latency, 99th per cent {:>10.1} ms", report.p99_ms);
        println!(
            "Server CPU a token     {}",
            shown(report.server_cpu_us_per_token, "us")
        );
        println!(
            "Server memory          {}",
            shown(report.server_rss_mb, "MB")
        );
        println!(
            "Tokens, failed         {:>10} {}",
            report.tokens, report.failed
        );
    }
    verdict(measured)
}

fn verdict(measured: &Measured) -> Outcome {
    match (measured.failed, measured.completed) {
        (0, 0) => Err("nothing was finished in the time measured".into()),
        (0, _) => Ok(()),
        (failed, completed) => Err(format!("{failed} failed, {completed} were finished").into()),
    }
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

fn per_second(measured: &Measured) -> f64 {
    count(measured.completed) / measured.window.as_secs_f64()
}

/// The latency that this share in a hundred does not exceed, in milliseconds (nearest rank).
fn quantile(measured: &Measured, percent: usize) -> f64 {
    let rank = (measured.latencies.len() * percent).div_ceil(100);
    let latency = measured.latencies.get(rank.saturating_sub(1)).copied();
    hundredth(latency.unwrap_or(Duration::ZERO).as_secs_f64() * 1e3)
}

fn cpu_each(measured: &Measured) -> Option<f64> {
    let used = measured.used.filter(|_| measured.completed > 0)?;
    Some(tenth(used.cpu_us / count(measured.completed)))
}

fn memory(measured: &Measured) -> Option<f64> {
    measured.used.map(|used| tenth(used.rss_bytes / 1e6))
}

fn tenth(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

fn hundredth(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

fn shown(figure: Option<f64>, unit: &str) -> String {
    figure.map_or_else(
        || "   unknown".to_owned(),
        |figure| format!("{figure:>10.2} {unit}"),
    )
}

#[cfg(test)]
mod tests {
    use super::super::meter::Used;
    use super::*;

    fn measured() -> Measured {
        Measured {
            completed: 200,
            window: Duration::from_secs(2),
            latencies: (1..=200).map(Duration::from_millis).collect(),
            used: Some(Used {
                cpu_us: 100_000.0,
                rss_bytes: 5e7,
            }),
            failed: 0,
        }
    }

    #[test]
    fn figures_follow_from_what_was_measured() {
        let measured = measured();
        assert_eq!(
            (quantile(&measured, 50), quantile(&measured, 99)),
            (100.0, 198.0)
        );
        assert_eq!(
            (cpu_each(&measured), memory(&measured)),
            (Some(500.0), Some(50.0))
        );
        assert!((per_second(&measured) - 100.0).abs() < 1e-9);
        assert!(verdict(&measured).is_ok());
    }

    #[test]
    fn one_failure_or_nothing_at_all_fails_the_whole() {
        let none = Measured {
            completed: 0,
            latencies: Vec::new(),
            ..measured()
        };
        assert_eq!((quantile(&none, 99), cpu_each(&none)), (0.0, None));
        assert!(verdict(&none).is_err());
        assert!(
            verdict(&Measured {
                failed: 1,
                ..measured()
            })
            .is_err()
        );
    }
}
