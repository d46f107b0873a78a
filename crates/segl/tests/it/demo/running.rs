//! A running demo, in a folder and on ports of its own.

use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::browser::Browser;
use super::phone::Phone;

pub(super) struct Demo {
    folder: PathBuf,
    child: Child,
    port: u16,
    more: Vec<String>,
    pub(super) segl: String,
    pub(super) bank: String,
    pub(super) municipality: String,
}

/// What a service gets for one sign-in.
pub(super) struct Tokens {
    pub(super) code: String,
    pub(super) access_token: String,
    pub(super) id_token: String,
}

impl Demo {
    pub(super) fn start(test: &str) -> Self {
        Self::start_with(test, &[])
    }

    /// With more on the command line.
    pub(super) fn start_with(test: &str, more: &[&str]) -> Self {
        let more: Vec<String> = more.iter().map(|&word| word.to_owned()).collect();
        let folder = std::env::temp_dir().join(format!("segl-demo-{test}-{}", std::process::id()));
        let port = four_ports();
        let origin = |next| format!("http://localhost:{}", port + next);
        Self {
            child: started(command(&folder, port).args(&more)),
            more,
            folder,
            port,
            segl: origin(0),
            bank: origin(1),
            municipality: origin(2),
        }
    }

    pub(super) fn start_again(&mut self) {
        self.child = started(command(&self.folder, self.port).args(&self.more));
    }

    /// Starts another one on the same ports, which must fail, and gives what it says.
    pub(super) fn second_start(&self) -> String {
        let folder = self.folder.join("second");
        let output = command(&folder, self.port).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).unwrap()
    }

    /// Asks for the end, as a terminal does.
    pub(super) fn stop(&mut self) -> ExitStatus {
        let id = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-s", "TERM", &id])
                .status()
                .unwrap()
                .success()
        );
        self.child.wait().unwrap()
    }

    /// The app of somebody on the front page, activated with the codes there.
    pub(super) fn seeded(&self, user_id: &str) -> Phone {
        let codes = Browser::default()
            .get(&format!("{}/", self.segl))
            .codes(user_id);
        self.phone(user_id, &codes)
    }

    pub(super) fn phone(&self, user_id: &str, codes: &(String, String)) -> Phone {
        Phone::activate(&self.segl, user_id, codes).unwrap()
    }

    /// Why codes are refused.
    pub(super) fn activate_refused(&self, user_id: &str, codes: &(String, String)) -> String {
        match Phone::activate(&self.segl, user_id, codes) {
            Ok(_) => panic!("activated"),
            Err(error) => error.code().unwrap().to_owned(),
        }
    }

    pub(super) fn json<T: DeserializeOwned>(&self, path: &str) -> T {
        serde_json::from_str(&Browser::default().get(&format!("{}{path}", self.segl)).body).unwrap()
    }

    pub(super) fn post_json<T: DeserializeOwned>(&self, path: &str, body: &Value) -> T {
        let headers = [("content-type", "application/json")];
        let page = Browser::default().post_with(
            &format!("{}{path}", self.segl),
            &headers,
            &body.to_string(),
        );
        serde_json::from_str(&page.body).unwrap()
    }

    /// A complete sign-in to the load generator's service.
    pub(super) fn sign_in_as_bench(
        &self,
        browser: &mut Browser,
        phone: &Phone,
        bench: &Value,
    ) -> Tokens {
        let text = |name: &str| bench[name].as_str().unwrap();
        let verifier = "a".repeat(43);
        let challenge = URL_SAFE_NO_PAD.encode(aws_lc_rs::digest::digest(
            &aws_lc_rs::digest::SHA256,
            verifier.as_bytes(),
        ));
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("response_type", "code"),
                ("client_id", text("client_id")),
                ("redirect_uri", text("redirect_uri")),
                ("scope", text("scope")),
                ("code_challenge", &challenge),
                ("code_challenge_method", "S256"),
            ])
            .finish();
        let waiting = browser
            .get(&format!("{}/connect/authorize?{query}", self.segl))
            .type_user_id(browser, phone.user_id());
        let (_, return_to) = phone.approve(&waiting.link());
        let mut page = browser.get_once(&format!("{}{return_to}", self.segl));
        while !page.location.as_deref().unwrap().contains("code=") {
            let next = page.location.unwrap();
            page = browser.get_once(&format!("{}{next}", self.segl));
        }
        let address = url::Url::parse(&page.location.unwrap()).unwrap();
        let code = address
            .query_pairs()
            .find(|(name, _)| name == "code")
            .unwrap()
            .1
            .into_owned();
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", text("redirect_uri")),
            ("code_verifier", &verifier),
        ];
        let answer = self.token(bench, &form);
        let member = |name: &str| answer[name].as_str().unwrap().to_owned();
        Tokens {
            access_token: member("access_token"),
            id_token: member("id_token"),
            code,
        }
    }

    /// An access token of the load generator's own.
    pub(super) fn client_credentials(&self, bench: &Value) -> String {
        let answer = self.token(
            bench,
            &[
                ("grant_type", "client_credentials"),
                ("scope", bench["api_scope"].as_str().unwrap()),
            ],
        );
        answer["access_token"].as_str().unwrap().to_owned()
    }

    fn token(&self, bench: &Value, form: &[(&str, &str)]) -> Value {
        let text = |name: &str| bench[name].as_str().unwrap();
        let basic = STANDARD.encode(format!("{}:{}", text("client_id"), text("client_secret")));
        let basic = format!("Basic {basic}");
        let headers = [
            ("authorization", basic.as_str()),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let page =
            Browser::default().post_with(&format!("{}/connect/token", self.segl), &headers, &body);
        assert_eq!(page.status, 200, "{}", page.body);
        serde_json::from_str(&page.body).unwrap()
    }

    /// A file of the demo's folder.
    pub(super) fn file(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.folder.join(name)).unwrap()
    }

    /// Looks for secrets in every byte of the database, its log too.
    pub(super) fn holds_none_of(&self, secrets: &[(&str, String)]) {
        let mut looked_at = 0;
        for entry in std::fs::read_dir(&self.folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            if !name.starts_with("segl.db") {
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            looked_at += bytes.len();
            for (what, secret) in secrets {
                assert!(secret.len() >= 6, "{what} is too short to look for");
                assert!(
                    !contains(&bytes, secret.as_bytes()),
                    "{name} has the {what} in clear"
                );
                if let Ok(raw) = URL_SAFE_NO_PAD.decode(secret)
                    && raw.len() >= 16
                {
                    assert!(
                        !contains(&bytes, &raw),
                        "{name} has the bytes of the {what}"
                    );
                }
            }
            // So that a change of encoding cannot make this test blind.
            if name == "segl.db" || name == "segl.db-wal" {
                looked_at += usize::from(contains(&bytes, b"demo-bank"));
            }
        }
        assert!(looked_at > 50_000, "only {looked_at} bytes of database");
    }
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn command(folder: &PathBuf, port: u16) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_segl"));
    command
        .arg("demo")
        .arg("--data")
        .arg(folder)
        .args(["--port", &port.to_string()])
        .stdin(Stdio::null());
    command
}

/// Starts it, and waits until it says where to go.
fn started(command: &mut Command) -> Child {
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap());
    let mut all = String::new();
    while !all.contains("Ctrl-C") {
        assert_ne!(
            said.read_line(&mut all).unwrap(),
            0,
            "the demo ended: {all}"
        );
    }
    // Whatever else it says must have somewhere to go.
    std::thread::spawn(move || said.read_to_end(&mut Vec::new()));
    child
}

/// The first of four free ports in a row, which no other test of this run takes.
fn four_ports() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let base = 21_000 + u16::try_from(std::process::id() % 3_000).unwrap() * 12;
    loop {
        let port = base
            .wrapping_add(NEXT.fetch_add(4, Ordering::Relaxed))
            .clamp(1024, 65_000);
        let free = (port..port + 4).all(|port| TcpListener::bind(("127.0.0.1", port)).is_ok());
        if free {
            return port;
        }
    }
}
