//! `GET /demo/api/process`: what this process uses, for the load generator.

use axum::Json;
use serde::Serialize;
use server::error::Fault;

/// What the process uses.
#[derive(Debug, Serialize)]
pub(crate) struct Usage {
    pid: u32,
    cpu_us: u64,
    rss_bytes: u64,
}

/// Reads it from the kernel.
pub(crate) async fn usage() -> Result<Json<Usage>, Fault> {
    read().map(Json).ok_or(Fault::Missing("/proc"))
}

fn read() -> Option<Usage> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    Some(Usage {
        pid: std::process::id(),
        cpu_us: ticks(&stat)?.max(running_threads().unwrap_or_default()),
        rss_bytes: resident_kib(&status)? * 1024,
    })
}

/// User and system time of all threads, also those that have ended, in steps of 10 ms (proc(5); Linux has 100 ticks a second).
fn ticks(stat: &str) -> Option<u64> {
    let (_, fields) = stat.rsplit_once(") ")?;
    let mut fields = fields.split(' ').skip(11);
    let mut next = || fields.next()?.parse::<u64>().ok();
    Some((next()? + next()?) * 10_000)
}

/// The time of the threads that live, to the nanosecond; not every kernel counts it. The demo's threads live as long as it does.
fn running_threads() -> Option<u64> {
    let mut nanos = 0;
    for task in std::fs::read_dir("/proc/self/task").ok()? {
        let Ok(text) = std::fs::read_to_string(task.ok()?.path().join("schedstat")) else {
            continue;
        };
        nanos += text.split(' ').next()?.parse::<u64>().ok()?;
    }
    Some(nanos / 1000)
}

fn resident_kib(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_brackets_and_spaces_does_not_shift_the_fields() {
        let stat = "25277 (a ) b) R 25270 25270 20021 0 -1 4194304 102 0 0 0 7 5 0 0 20 0 1 0 406583 3133440 416";
        assert_eq!(ticks(stat), Some(120_000));
        assert_eq!(resident_kib("Name:\tx\nVmRSS:\t    2012 kB\n"), Some(2012));
        assert!(read().is_some_and(|usage| usage.rss_bytes > 0));
    }
}
