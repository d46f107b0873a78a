//! The process as the system sees it, under the names that Prometheus' own clients use. Where `/proc` is missing, so are these.

use std::fmt::Write;
use std::fs;

/// What `/proc` counts processor time in; Linux fixes it at 100 a second for programs.
const TICKS_PER_SECOND: f64 = 100.0;

/// The text for Prometheus.
pub(crate) fn exposition() -> String {
    let mut text = String::new();
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mut put = |name: &str, kind: &str, value: Option<f64>| {
        if let Some(value) = value {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "# TYPE {name} {kind}\n{name} {value}");
        }
    };
    put("process_cpu_seconds_total", "counter", cpu_seconds(&stat));
    put(
        "process_resident_memory_bytes",
        "gauge",
        bytes(&status, "VmRSS:"),
    );
    put(
        "process_virtual_memory_bytes",
        "gauge",
        bytes(&status, "VmSize:"),
    );
    put("process_threads", "gauge", field(&status, "Threads:"));
    put("process_open_fds", "gauge", open_files());
    put("process_max_fds", "gauge", most_files());
    let started = started(&stat, &fs::read_to_string("/proc/stat").unwrap_or_default());
    put("process_start_time_seconds", "gauge", started);
    text
}

/// Field 3 and on of `/proc/self/stat` (proc_pid_stat(5)): what follows the program's name, which may hold spaces.
fn after_name(stat: &str, field: usize) -> Option<f64> {
    stat.rsplit_once(')')?
        .1
        .split_whitespace()
        .nth(field - 3)?
        .parse()
        .ok()
}

/// User and system time together.
fn cpu_seconds(stat: &str) -> Option<f64> {
    Some((after_name(stat, 14)? + after_name(stat, 15)?) / TICKS_PER_SECOND)
}

/// Since 1970: when the machine started, and how long after that the process.
fn started(stat: &str, machine: &str) -> Option<f64> {
    let booted: f64 = machine
        .lines()
        .find_map(|line| line.strip_prefix("btime "))?
        .trim()
        .parse()
        .ok()?;
    Some(booted + after_name(stat, 22)? / TICKS_PER_SECOND)
}

fn field(status: &str, name: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

fn bytes(status: &str, name: &str) -> Option<f64> {
    field(status, name).map(|kibibytes| kibibytes * 1024.0)
}

fn open_files() -> Option<f64> {
    // The folder itself is open while it is read.
    let open = fs::read_dir("/proc/self/fd")
        .ok()?
        .count()
        .saturating_sub(1);
    u32::try_from(open).ok().map(f64::from)
}

fn most_files() -> Option<f64> {
    field(
        &fs::read_to_string("/proc/self/limits").ok()?,
        "Max open files",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_programs_name_may_look_like_fields() {
        let stat = "7 (a) b) S 1 7 7 0 -1 4194304 100 0 0 0 250 50 0 0 20 0 3 0 12345 1000 200";
        assert_eq!(cpu_seconds(stat), Some(3.0));
        assert_eq!(
            started(stat, "cpu 1 2\nbtime 1700000000\n"),
            Some(1_700_000_123.45)
        );
        assert_eq!(
            bytes("Name:\tsegl\nVmRSS:\t    2048 kB\n", "VmRSS:"),
            Some(2_097_152.0)
        );
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn this_process_has_all_of_them() {
        let text = exposition();
        for name in [
            "cpu_seconds_total",
            "resident_memory_bytes",
            "virtual_memory_bytes",
            "threads",
            "open_fds",
            "max_fds",
            "start_time_seconds",
        ] {
            assert!(
                text.contains(&format!("\nprocess_{name} ")),
                "{name} in {text}"
            );
        }
    }
}
