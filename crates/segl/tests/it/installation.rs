//! An installation in a folder of its own, and a server that runs on it.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, ChildStderr, Command, ExitStatus, Output, Stdio};
use std::time::Duration;

/// How long anything may take before the test has failed.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Installation {
    pub(crate) folder: PathBuf,
}

impl Installation {
    /// A folder with a configuration and nothing else.
    pub(crate) fn bare(test: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("segl-it-{test}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let installation = Self { folder };
        installation.configure("");
        installation
    }

    /// With a key vault.
    pub(crate) fn new(test: &str) -> Self {
        let installation = Self::bare(test);
        installation.succeed(&["keys", "init"]);
        installation
    }

    /// Writes the configuration: the usual one, and more tables or keys of the last one, `[log]`.
    pub(crate) fn configure(&self, more: &str) {
        let at = |name: &str| self.folder.join(name).display().to_string();
        let mut text = String::new();
        writeln!(
            text,
            "[server]\nissuer = 'http://localhost:8080'\nlisten = '127.0.0.1:0'"
        )
        .unwrap();
        writeln!(text, "[database]\nurl = 'sqlite:{}'", at("segl.db")).unwrap();
        writeln!(
            text,
            "[vault]\npath = '{}'\npassphrase_file = '{}'",
            at("vault.json"),
            at("passphrase")
        )
        .unwrap();
        writeln!(text, "[log]\nformat = 'json'\n{more}").unwrap();
        self.write("segl.toml", &text);
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// `segl WORDS.. --config segl.toml`
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_segl"));
        command
            .args(words)
            .arg("--config")
            .arg(self.folder.join("segl.toml"))
            .stdin(Stdio::null());
        command
    }

    /// Runs a command that has to succeed, and gives what it says.
    pub(crate) fn succeed(&self, words: &[&str]) -> String {
        let output = self.command(words).output().unwrap();
        assert!(
            output.status.success(),
            "{words:?}: {}{}",
            text(&output.stdout),
            text(&output.stderr)
        );
        text(&output.stdout)
    }

    /// Runs a command that has to fail, and gives what it says: the answer, and the complaint.
    pub(crate) fn fail(&self, words: &[&str]) -> (String, String) {
        refused(&self.command(words).output().unwrap())
    }

    /// Runs a server, with more in its environment, and waits until it serves.
    pub(crate) fn serve(&self, environment: &[(&str, &str)]) -> Server {
        let mut command = self.command(&["serve"]);
        command
            .envs(environment.iter().copied())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let address = wait_for(&mut log, "serving")
            .get("listen")
            .unwrap()
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        Server {
            child,
            log,
            address,
        }
    }
}

impl Drop for Installation {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// What a command that has to fail says.
pub(crate) fn refused(output: &Output) -> (String, String) {
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stdout));
    (text(&output.stdout), text(&output.stderr))
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn wait_for(log: &mut BufReader<ChildStderr>, message: &str) -> serde_json::Value {
    let mut seen = String::new();
    loop {
        let mut line = String::new();
        assert_ne!(
            log.read_line(&mut line).unwrap(),
            0,
            "the server ended: {seen}"
        );
        match serde_json::from_str::<serde_json::Value>(&line) {
            Ok(entry) if entry.get("message").is_some_and(|said| said == message) => return entry,
            _ => seen += &line,
        }
    }
}

pub(crate) struct Server {
    child: Child,
    log: BufReader<ChildStderr>,
    pub(crate) address: SocketAddr,
}

impl Server {
    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        get(self.connect(), path)
    }

    pub(crate) fn json(&self, path: &str) -> serde_json::Value {
        serde_json::from_str(&self.get(path).body).unwrap()
    }

    pub(crate) fn signal(&self, name: &str) {
        assert!(
            Command::new("kill")
                .args(["-s", name])
                .arg(self.child.id().to_string())
                .status()
                .unwrap()
                .success()
        );
    }

    /// Waits for a line of the log.
    pub(crate) fn says(&mut self, message: &str) -> serde_json::Value {
        wait_for(&mut self.log, message)
    }

    pub(crate) fn ends(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One answer, read to its end.
pub(crate) struct Answer {
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn read(mut stream: impl Read) -> Self {
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        Self {
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }

    pub(crate) fn status(&self) -> &str {
        self.head.get(9..12).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        let line = self.head.lines().find_map(|line| {
            line.split_once(": ")
                .filter(|(found, _)| found.eq_ignore_ascii_case(name))
        });
        line.unwrap_or_else(|| panic!("no {name} in {}", self.head))
            .1
    }
}

pub(crate) fn get(mut stream: impl Read + Write, path: &str) -> Answer {
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    Answer::read(stream)
}
