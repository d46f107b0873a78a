//! The `openssl` command line as an independent judge, where it is installed.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
};

/// A folder of its own for the files of one test, removed at the end.
pub struct Bench {
    folder: PathBuf,
}

impl Bench {
    /// Nothing, with the reason printed, where `openssl` is not installed.
    pub fn set_up(test: &str) -> Option<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        if Command::new("openssl").arg("version").output().is_err() {
            eprintln!("skipped {test}: openssl is not installed");
            return None;
        }
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("specimen-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Some(Self { folder })
    }

    /// Writes DER as PEM, or as it stands where there is no label.
    pub fn file(&self, name: &str, label: &str, bytes: &[u8]) -> PathBuf {
        use base64::{Engine as _, engine::general_purpose::STANDARD};
        let path = self.folder.join(name);
        if label.is_empty() {
            std::fs::write(&path, bytes).unwrap();
            return path;
        }
        let text = STANDARD.encode(bytes);
        let lines: Vec<&str> = text
            .as_bytes()
            .chunks(64)
            .map(|line| str::from_utf8(line).unwrap())
            .collect();
        let pem = format!(
            "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
            lines.join("\n")
        );
        std::fs::write(&path, pem).unwrap();
        path
    }

    /// Runs it and wants success.
    pub fn run(arguments: &[&str], files: &[(&str, &Path)]) -> String {
        let mut command = Command::new("openssl");
        command.args(arguments);
        for (option, file) in files {
            if !option.is_empty() {
                command.arg(option);
            }
            command.arg(file);
        }
        let output = command.output().unwrap();
        let text = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(output.status.success(), "{command:?}: {text}");
        text
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
