//! `segl serve`.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use rustls_pki_types::{CertificateDer, ServerName};

use crate::installation::{Answer, Installation, get, refused};

#[test]
fn it_is_ready_and_names_itself_and_stops_when_told() {
    let installation = Installation::new("ready");
    let mut server = installation.serve(&[]);
    let ready = server.get("/health/ready");
    assert_eq!((ready.status(), ready.body.as_str()), ("200", "ready\n"));
    let discovery = server.json("/.well-known/openid-configuration");
    assert_eq!(discovery["issuer"], "http://localhost:8080");
    server.signal("INT");
    server.says("stopped");
    assert!(server.ends().success());
}

#[test]
fn the_environment_goes_before_the_file() {
    let installation = Installation::new("environment");
    let server = installation.serve(&[
        ("SEGL_SERVER__ISSUER", "https://id.example.dk"),
        ("SEGL_LOG__LEVEL", "info,store=debug"),
    ]);
    assert_eq!(
        server.json("/.well-known/openid-configuration")["issuer"],
        "https://id.example.dk"
    );
}

#[test]
fn a_stop_lets_a_request_under_way_finish_and_takes_no_other() {
    let installation = Installation::new("stop");
    let mut server = installation.serve(&[]);
    let mut slow = server.connect();
    let body = "grant_type=authorization_code";
    let (first, rest) = body.split_at(10);
    let head = format!(
        "POST /connect/token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    slow.write_all(format!("{head}{first}").as_bytes()).unwrap();
    // Another connection that is answered afterwards shows that the first was accepted.
    assert_eq!(server.get("/health/live").body, "live\n");
    server.signal("TERM");
    while std::net::TcpStream::connect(server.address).is_ok() {
        std::thread::sleep(Duration::from_millis(5));
    }
    slow.write_all(rest.as_bytes()).unwrap();
    let answer = Answer::read(slow);
    assert_eq!(answer.status(), "401");
    assert!(answer.body.contains("invalid_client"), "{}", answer.body);
    assert!(server.ends().success());
}

#[test]
fn a_stop_ends_the_waiting_of_browsers() {
    let installation = Installation::new("browsers");
    installation.succeed(&["migrate"]);
    let service = installation.write("service.toml", crate::services::PUBLIC);
    installation.succeed(&["services", "put", service.to_str().unwrap()]);
    let mut server = installation.serve(&[]);
    let (path, cookies) = wait_page(&server);
    let mut events = server.connect();
    write!(
        events,
        "GET {} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookies}\r\n\r\n",
        path.replace("/wait", "/events")
    )
    .unwrap();
    let mut first = [0; 512];
    let length = events.read(&mut first).unwrap();
    assert!(
        first.get(..length).unwrap().starts_with(b"HTTP/1.1 200"),
        "{}",
        String::from_utf8_lossy(&first)
    );
    server.signal("TERM");
    server.says("stopped");
    // The stream ends in good order: with the last chunk.
    let mut last = Vec::new();
    events.read_to_end(&mut last).unwrap();
    assert!(last.ends_with(b"0\r\n\r\n"));
    assert!(server.ends().success());
}

/// Signs in as somebody whom nobody knows: who waits for that looks like anybody else (R-UID-2).
fn wait_page(server: &crate::installation::Server) -> (String, String) {
    let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    let request = format!(
        "/connect/authorize?client_id=kommune&redirect_uri=https://kommune.example/callback&response_type=code&scope=openid&state=s&nonce=n\
         &code_challenge={challenge}&code_challenge_method=S256"
    );
    let page = server.get(&request);
    assert_eq!(page.status(), "200", "{}{}", page.head, page.body);
    let cookies = cookies(&page);
    let sealed = page.body.split_once("name=\"b\" value=\"").unwrap().1;
    let sealed = sealed.split('"').next().unwrap();
    let fields = [("b", sealed), ("user_id", "ingen-kender-mig")];
    let form = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    let mut stream = server.connect();
    let head = format!(
        "Cookie: {cookies}\r\nOrigin: http://localhost:8080\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}",
        form.len()
    );
    write!(
        stream,
        "POST /signin HTTP/1.1\r\nHost: localhost\r\n{head}\r\nConnection: close\r\n\r\n{form}"
    )
    .unwrap();
    let submitted = Answer::read(stream);
    assert_eq!(
        submitted.status(),
        "200",
        "{}{}",
        submitted.head,
        submitted.body
    );
    let here = submitted.body.split_once("data-here=\"").unwrap().1;
    (here.split('"').next().unwrap().to_owned(), cookies)
}

fn cookies(answer: &Answer) -> String {
    let set = answer
        .head
        .lines()
        .filter_map(|line| line.strip_prefix("set-cookie: "));
    set.filter_map(|cookie| cookie.split(';').next())
        .collect::<Vec<_>>()
        .join("; ")
}

#[test]
fn what_stands_in_the_way_is_named() {
    let installation = Installation::bare("faults");
    let (_, complaint) = installation.fail(&["serve"]);
    assert!(
        complaint.contains("make a key vault with: segl keys init --config"),
        "{complaint}"
    );

    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = installation
        .command(&["serve"])
        .env("SEGL_SERVER__LISTEN", &address)
        .output()
        .unwrap();
    assert!(
        refused(&output)
            .1
            .contains(&format!("cannot listen at {address}"))
    );

    let output = installation
        .command(&["serve"])
        .env("SEGL_LOG__LEVEL", "segl=loud")
        .output()
        .unwrap();
    assert!(refused(&output).1.contains("log.level: segl=loud"));

    installation.configure("passphrase = 'x'");
    let (_, complaint) = installation.fail(&["serve"]);
    assert!(
        complaint.contains("unknown field `passphrase`") && complaint.contains("segl.toml"),
        "{complaint}"
    );
}

#[test]
fn it_speaks_tls_and_takes_a_renewed_certificate_at_sighup() {
    let installation = Installation::new("tls");
    let at = |name: &str| installation.folder.join(name).display().to_string();
    let first = certificate(&installation);
    installation.configure(&format!(
        "[server.tls]\ncertificate_file = '{}'\nkey_file = '{}'",
        at("chain.pem"),
        at("key.pem")
    ));
    let mut server = installation.serve(&[]);
    assert_eq!(
        get(over_tls(&server, &first), "/health/ready").body,
        "ready\n"
    );

    let second = certificate(&installation);
    server.signal("HUP");
    server.says("the certificate was read again");
    assert_eq!(
        get(over_tls(&server, &second), "/health/ready").body,
        "ready\n"
    );

    std::fs::write(at("chain.pem"), "nothing").unwrap();
    server.signal("HUP");
    server.says("the certificate cannot be read again");
    assert_eq!(
        get(over_tls(&server, &second), "/health/ready").body,
        "ready\n"
    );
}

/// Puts a new certificate for localhost in place.
pub(crate) fn certificate(installation: &Installation) -> CertificateDer<'static> {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    installation.write("chain.pem", &made.cert.pem());
    let key = installation.write("key.pem", &made.signing_key.serialize_pem());
    std::fs::set_permissions(key, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    made.cert.der().clone()
}

/// A connection that trusts this certificate only.
fn over_tls(
    server: &crate::installation::Server,
    trusted: &CertificateDer<'static>,
) -> StreamOwned<ClientConnection, std::net::TcpStream> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap();
    let config = Arc::new(config.with_root_certificates(roots).with_no_client_auth());
    let client = ClientConnection::new(config, ServerName::try_from("localhost").unwrap()).unwrap();
    StreamOwned::new(client, server.connect())
}

#[test]
fn metrics_are_on_a_listener_of_their_own() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let installation = Installation::new("metrics");
    installation.configure(&format!("[metrics]\nlisten = '{port}'"));
    let server = installation.serve(&[]);
    assert_eq!(server.get("/health/live").status(), "200");
    assert_eq!(server.get("/metrics").status(), "404");
    let page = get(std::net::TcpStream::connect(port).unwrap(), "/metrics");
    assert!(
        page.header("content-type")
            .starts_with("text/plain; version=0.0.4")
    );
    for line in [
        "segl_http_requests_total{route=\"/health/live\",status=\"200\"} 1\n",
        "segl_http_request_seconds_bucket{le=\"0.001\"}",
        "process_resident_memory_bytes ",
        "process_start_time_seconds ",
    ] {
        assert!(page.body.contains(line), "{line} in {}", page.body);
    }
}
