//! Test-only: a PostgreSQL server for as long as a test runs.
//!
//! [`Postgres::shared`] gives the server that `SEGL_TEST_POSTGRES` names, a `postgres://` URL of somebody who may create
//! databases, or else starts one from the installed binaries in a temporary folder. A shell keeps that server: when the test's
//! process ends, however it does, the shell reads the end of its input, stops the server and removes the folder.

use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread::sleep;
use std::time::Duration;
use std::{env, fs, process};

/// Names a server to use instead of starting one.
pub const VARIABLE: &str = "SEGL_TEST_POSTGRES";

/// `$1` is the folder, `$2` the port, `$3` the program, the rest are its further arguments. Without fsync: only processes are killed here, never the kernel that has
/// their writes.
const KEEPER: &str = r#"
folder=$1 port=$2 program=$3
shift 3
start() {
  "$program" -D "$folder/data" -p "$port" -c listen_addresses=127.0.0.1 -c unix_socket_directories="$folder" -c fsync=off \
    -c max_connections=200 -c shared_buffers=64MB -c max_wal_size=256MB "$@" >>"$folder/log" 2>&1 </dev/null &
  server=$!
}
start "$@"
while read -r command; do
  [ "$command" = crash ] || continue
  kill -9 $server
  wait $server
  # The killed server's children need a moment to see that they are alone; a new one refuses to start before.
  while :; do start "$@"; sleep 0.2; kill -0 $server && break; done
done
kill -QUIT $server
wait $server
rm -rf "$folder"
"#;

/// A running server.
pub struct Postgres {
    /// `postgres://user:password@host:port`, without a database.
    base: String,
    /// What follows the database in the URL.
    query: String,
    psql: PathBuf,
    keeper: Option<Mutex<Child>>,
}

impl Postgres {
    /// The server of this process: the one that is named in the environment, or one that was started.
    ///
    /// `Err` says why there is none, so that a test can say why it is skipped.
    pub fn shared() -> Result<&'static Self, &'static str> {
        static SHARED: OnceLock<Result<Postgres, String>> = OnceLock::new();
        SHARED
            .get_or_init(|| match env::var(VARIABLE) {
                Ok(url) => Self::named(&url),
                Err(_) => Self::start(),
            })
            .as_ref()
            .map_err(String::as_str)
    }

    fn named(url: &str) -> Result<Self, String> {
        let (address, query) = url
            .split_once('?')
            .map_or((url, String::new()), |(url, query)| {
                (url, format!("?{query}"))
            });
        let path = address.find("://").and_then(|scheme| {
            address[scheme + 3..]
                .find('/')
                .map(|slash| scheme + 3 + slash)
        });
        let base = address[..path.unwrap_or(address.len())].to_owned();
        Ok(Self {
            base,
            query,
            psql: program("psql")?,
            keeper: None,
        })
    }

    /// Starts a server of one's own, which may be crashed.
    pub fn start() -> Result<Self, String> {
        Self::start_with(None)
    }

    /// Starts a server of one's own that speaks TLS too, with a certificate and its key in PEM.
    pub fn start_with_tls(certificate: &str, key: &str) -> Result<Self, String> {
        Self::start_with(Some((certificate, key)))
    }

    fn start_with(tls: Option<(&str, &str)>) -> Result<Self, String> {
        let (initdb, server, psql) = (program("initdb")?, program("postgres")?, program("psql")?);
        let owner = unprivileged()?;
        let folder = folder(owner)?;
        fs::write(folder.join("password"), "segl").map_err(text)?;
        let mut command = Command::new(initdb);
        command.args([
            "--no-sync",
            "--encoding=UTF8",
            "--locale=C",
            "--username=segl",
            "--auth=scram-sha-256",
        ]);
        command
            .arg("--pwfile")
            .arg(folder.join("password"))
            .arg("-D")
            .arg(folder.join("data"));
        finish(as_user(&mut command, owner).current_dir(&folder))?;
        let mut arguments = Vec::new();
        if let Some((certificate, key)) = tls {
            write_owned(&folder.join("data/server.crt"), certificate, owner)?;
            write_owned(&folder.join("data/server.key"), key, owner)?;
            arguments.extend(["-c", "ssl=on"]);
        }
        let port = free_port()?;
        let mut command = Command::new("sh");
        command
            .args(["-c", KEEPER, "sh"])
            .arg(&folder)
            .arg(port.to_string())
            .arg(server)
            .args(arguments);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .current_dir(&folder);
        let keeper = as_user(&mut command, owner)
            .process_group(0)
            .spawn()
            .map_err(text)?;
        let base = format!("postgres://segl:segl@127.0.0.1:{port}");
        let server = Self {
            base,
            query: String::new(),
            psql,
            keeper: Some(Mutex::new(keeper)),
        };
        server.wait_until_ready()?;
        Ok(server)
    }

    /// A new, empty database.
    pub fn create_database(&self) -> Result<Database<'_>, String> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "segl_test_{}_{}",
            process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        self.run(&format!("CREATE DATABASE {name}"))?;
        Ok(Database {
            url: format!("{}/{name}{}", self.base, self.query),
            name,
            server: self,
        })
    }

    /// Whether it was started here, so that [`crash`](Self::crash) works.
    pub fn is_own(&self) -> bool {
        self.keeper.is_some()
    }

    /// Kills the server's main process with SIGKILL, starts it again, and returns when it has recovered.
    pub fn crash(&self) -> Result<(), String> {
        let keeper = self
            .keeper
            .as_ref()
            .ok_or("only a server that was started here is crashed")?;
        let before = self.ask("SELECT pg_postmaster_start_time()")?;
        let mut keeper = keeper.lock().unwrap_or_else(PoisonError::into_inner);
        keeper
            .stdin
            .as_mut()
            .ok_or("no pipe")?
            .write_all(b"crash\n")
            .map_err(text)?;
        for _ in 0..400 {
            if self
                .ask("SELECT pg_postmaster_start_time()")
                .is_ok_and(|now| now != before)
            {
                return Ok(());
            }
            sleep(Duration::from_millis(50));
        }
        Err("the crashed server does not answer again".to_owned())
    }

    fn wait_until_ready(&self) -> Result<(), String> {
        for _ in 0..200 {
            if self.run("SELECT 1").is_ok() {
                return Ok(());
            }
            sleep(Duration::from_millis(50));
        }
        Err("the server that was started does not answer".to_owned())
    }

    fn run(&self, sql: &str) -> Result<(), String> {
        self.ask(sql).map(drop)
    }

    fn ask(&self, sql: &str) -> Result<String, String> {
        let url = format!("{}/postgres{}", self.base, self.query);
        finish(Command::new(&self.psql).args(["-XqAt", "-v", "ON_ERROR_STOP=1", "-c", sql, &url]))
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Some(keeper) = &mut self.keeper {
            let keeper = keeper.get_mut().unwrap_or_else(PoisonError::into_inner);
            drop(keeper.stdin.take());
            // The keeper ends by itself; waiting only makes sure that the folder is gone.
            let _ = keeper.wait();
        }
    }
}

/// A database of its own, removed when this is dropped.
pub struct Database<'a> {
    /// Where to connect.
    pub url: String,
    name: String,
    server: &'a Postgres,
}

impl Drop for Database<'_> {
    fn drop(&mut self) {
        // A server that was started here goes as a whole. On another, a database left behind harms nobody.
        if !self.server.is_own() {
            let _ = self.server.run(&format!(
                "DROP DATABASE IF EXISTS {} WITH (FORCE)",
                self.name
            ));
        }
    }
}

/// The newest of Debian's versions, else what is in the path.
fn program(name: &str) -> Result<PathBuf, String> {
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let entry = entry.ok()?;
            Some((
                entry.file_name().to_str()?.parse().ok()?,
                entry.path().join("bin").join(name),
            ))
        })
        .filter(|(_, path)| path.exists())
        .collect();
    versions.sort();
    if let Some((_, path)) = versions.pop() {
        return Ok(path);
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|path| path.exists());
    found.ok_or_else(|| format!("no {name} of PostgreSQL is installed, and {VARIABLE} is not set"))
}

/// A server refuses to run as root; then it runs as this user and group.
fn unprivileged() -> Result<Option<(u32, u32)>, String> {
    if number(&["-u"])? != 0 {
        return Ok(None);
    }
    let found = ["postgres", "nobody"]
        .into_iter()
        .find_map(|user| Some((number(&["-u", user]).ok()?, number(&["-g", user]).ok()?)));
    found
        .map(Some)
        .ok_or_else(|| "root has no user postgres or nobody to run a server as".to_owned())
}

fn number(arguments: &[&str]) -> Result<u32, String> {
    finish(Command::new("id").args(arguments))?
        .trim()
        .parse()
        .map_err(text)
}

fn as_user(command: &mut Command, user: Option<(u32, u32)>) -> &mut Command {
    match user {
        Some((user, group)) => command.uid(user).gid(group),
        None => command,
    }
}

fn folder(owner: Option<(u32, u32)>) -> Result<PathBuf, String> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!(
        "segl-postgres-{}-{}",
        process::id(),
        COUNT.fetch_add(1, Ordering::Relaxed)
    );
    let folder = env::temp_dir().join(name);
    fs::create_dir(&folder).map_err(text)?;
    if let Some((user, group)) = owner {
        std::os::unix::fs::chown(&folder, Some(user), Some(group)).map_err(text)?;
    }
    Ok(folder)
}

/// A server wants to own its key alone.
fn write_owned(path: &Path, text: &str, owner: Option<(u32, u32)>) -> Result<(), String> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    options
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(self::text)?;
    if let Some((user, group)) = owner {
        std::os::unix::fs::chown(path, Some(user), Some(group)).map_err(self::text)?;
    }
    Ok(())
}

fn free_port() -> Result<u16, String> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(text)?;
    Ok(listener.local_addr().map_err(text)?.port())
}

/// Runs a command to its end: what it printed, or what it complained about.
fn finish(command: &mut Command) -> Result<String, String> {
    let output = command.stdin(Stdio::null()).output().map_err(text)?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let name = Path::new(command.get_program())
        .file_name()
        .unwrap_or_default()
        .to_string_lossy();
    Err(format!(
        "{name}: {}",
        String::from_utf8_lossy(&output.stderr).trim()
    ))
}

fn text(error: impl ToString) -> String {
    error.to_string()
}
