//! `segl passport read`: our command, PC/SC's service, vsmartcard's virtual reader, and a specimen's chip in it.
//!
//! The service and the driver are Debian's `pcscd` and `vsmartcard-vpcd`. A machine has one such service: where one runs already it is
//! used, if it has the virtual reader; otherwise one is started on a free port. All of it is one test, so that it shares the service.

use std::fs;
use std::io::Write as _;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use specimen::chip::Chip;
use specimen::document::Persona;
use specimen::misbehaviour::Misbehaviour;
use specimen::randomness::Randomness;
use specimen::vpcd;

use crate::country::{Desk, SPECIMENS, outcome};

const SERVICE: &str = "/usr/sbin/pcscd";
const DRIVER: &str = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so";
const SOCKET: &str = "/run/pcscd/pcscd.comm";

/// The service with a virtual reader; where we have started it, until it is dropped.
struct Service {
    child: Option<Child>,
    port: u16,
}

impl Service {
    fn start(folder: &Path) -> Result<Self, String> {
        for needed in [SERVICE, DRIVER] {
            if !Path::new(needed).exists() {
                return Err(format!("there is no {needed}"));
            }
        }
        if UnixStream::connect(SOCKET).is_ok() {
            // The driver as Debian configures it.
            return match TcpStream::connect(("127.0.0.1", vpcd::PORT)) {
                Ok(_) => Ok(Self {
                    child: None,
                    port: vpcd::PORT,
                }),
                Err(_) => Err("a PC/SC service without the virtual reader runs already".to_owned()),
            };
        }
        if fs::create_dir_all("/run/pcscd").is_err() {
            return Err("pcscd must be started by root".to_owned());
        }
        let free = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let readers = folder.join("readers");
        fs::create_dir_all(&readers).unwrap();
        let reader = format!(
            "FRIENDLYNAME \"Segl Test\"\nDEVICENAME /dev/null:{port:#06X}\nLIBPATH {DRIVER}\nCHANNELID {port:#06X}\n"
        );
        fs::write(readers.join("virtual"), reader.replace("0X", "0x")).unwrap();
        let mut child = Command::new(SERVICE)
            .arg("--foreground")
            .arg("--config")
            .arg(&readers)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| error.to_string())?;
        for _ in 0..100 {
            if let Ok(Some(status)) = child.try_wait() {
                return Err(format!("pcscd ended with {status}"));
            }
            if UnixStream::connect(SOCKET).is_ok() {
                break;
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(Self {
            child: Some(child),
            port,
        })
    }

    /// Puts a chip on the reader.
    fn put(&self, chip: Chip) -> OnReader {
        // The virtual reader listens as soon as the service has loaded it.
        let stream = (0..100)
            .find_map(|_| {
                let stream = TcpStream::connect(("127.0.0.1", self.port)).ok();
                if stream.is_none() {
                    thread::sleep(Duration::from_millis(50));
                }
                stream
            })
            .unwrap();
        stream.set_nodelay(true).unwrap();
        let ours = stream.try_clone().unwrap();
        let mut chip = chip;
        let served = thread::spawn(move || drop(vpcd::serve(stream, &mut chip)));
        // The service looks for cards a few times a second.
        thread::sleep(Duration::from_millis(600));
        OnReader {
            ours,
            served: Some(served),
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            // It takes its socket away when it is asked to end.
            let _ = Command::new("kill").arg(child.id().to_string()).status();
            let _ = child.wait();
        }
    }
}

/// A chip on the reader, until it is dropped.
struct OnReader {
    ours: TcpStream,
    served: Option<JoinHandle<()>>,
}

impl Drop for OnReader {
    fn drop(&mut self) {
        let _ = self.ours.shutdown(Shutdown::Both);
        let _ = self.served.take().unwrap().join();
        thread::sleep(Duration::from_millis(600));
    }
}

fn chip(persona: Persona, misbehaviours: Vec<Misbehaviour>) -> Chip {
    let randomness = Randomness::from_seed(persona.word().as_bytes());
    Chip::misbehaving(SPECIMENS.document(persona), randomness, misbehaviours)
}

fn zone(persona: Persona) -> String {
    SPECIMENS.plan(persona).mrz.text().replace('\n', "")
}

#[test]
fn documents_on_a_virtual_reader() {
    let desk = Desk::trusting("reading");
    let service = match Service::start(&desk.folder) {
        Ok(service) => service,
        Err(reason) => {
            let line =
                format!("skipped passport::reading::documents_on_a_virtual_reader: {reason}\n");
            std::io::stderr().write_all(line.as_bytes()).unwrap();
            return;
        }
    };
    nothing_on_the_reader(&desk);
    a_passport_opened_with_its_zone(&desk, &service);
    an_identity_card_opened_with_its_can(&desk, &service);
    an_older_passport_by_basic_access(&desk, &service);
    a_copy_is_found_out(&desk, &service);
    a_wrong_zone(&desk, &service);
}

fn nothing_on_the_reader(desk: &Desk) {
    let zone = zone(Persona::Dane);
    let words = ["passport", "read", "--mrz", &zone, "--wait", "0"];
    let (code, told) = desk.json(&words);
    // The driver makes two slots of one reader.
    assert_eq!(
        (code, told["fault"].as_str()),
        (2, Some("which_reader")),
        "{told}"
    );
    let named = ["--reader", "00 00"];
    let (code, told) = desk.json(&[&words[..], &named].concat());
    assert_eq!(
        (code, told["fault"].as_str()),
        (2, Some("no_document")),
        "{told}"
    );
    let unknown = ["--reader", "no such"];
    let (code, told) = desk.json(&[&words[..], &unknown].concat());
    assert_eq!(
        (code, told["fault"].as_str()),
        (2, Some("reader_unknown")),
        "{told}"
    );
}

fn a_passport_opened_with_its_zone(desk: &Desk, service: &Service) {
    let _on = service.put(chip(Persona::Dane, Vec::new()));
    let saved: PathBuf = desk.folder.join("saved");
    let portrait = desk.folder.join("read.png");
    let (code, verdict) = desk.json(&[
        "passport",
        "read",
        "--mrz",
        &zone(Persona::Dane),
        "--save",
        saved.to_str().unwrap(),
        "--portrait",
        portrait.to_str().unwrap(),
    ]);
    assert_eq!((code, &verdict["proved"]), (0, &true.into()), "{verdict:#}");
    assert_eq!(verdict["document"]["surname"], "OESTERGAARD");
    assert_eq!(verdict["chip"]["access"], "pace");
    assert_eq!(outcome(&verdict, "chip_authentication"), "proved");
    assert_eq!(fs::read(portrait).unwrap()[..4], *b"\x89PNG");
    // What was kept is what the chip holds, and is proved again without it.
    let kept = fs::read(saved.join("DG2.bin")).unwrap();
    assert_eq!(
        Some(&kept[..]),
        SPECIMENS.document(Persona::Dane).data_group(2)
    );
    assert_eq!(desk.verify(&saved).0, 0);
}

fn an_identity_card_opened_with_its_can(desk: &Desk, service: &Service) {
    let _on = service.put(chip(Persona::CardHolder, Vec::new()));
    let (code, said, complaint) = desk.run(&["passport", "read", "--can", "123456"]);
    assert_eq!(code, 0, "{said}{complaint}");
    assert!(
        said.contains("ok    The chip is no copy: PACE with chip authentication mapping"),
        "{said}"
    );
    assert!(
        said.trim_end().ends_with("; the chip is no copy."),
        "{said}"
    );
}

fn an_older_passport_by_basic_access(desk: &Desk, service: &Service) {
    let _on = service.put(chip(Persona::Foreigner, Vec::new()));
    let zone = zone(Persona::Foreigner);
    let second = &zone[zone.len() - 44..];
    let parts = format!("{}/{}/{}", &second[..9], &second[13..19], &second[21..27]);
    let (code, verdict) = desk.json(&["passport", "read", "--mrz", &parts]);
    assert_eq!(code, 0, "{verdict:#}");
    assert_eq!(verdict["chip"]["access"], "bac");
    assert_eq!(outcome(&verdict, "active_authentication"), "proved");
    assert_eq!(outcome(&verdict, "chip_authentication"), "not_applicable");
}

fn a_copy_is_found_out(desk: &Desk, service: &Service) {
    let _on = service.put(chip(Persona::Dane, vec![Misbehaviour::Clone]));
    let (code, verdict) = desk.json(&["passport", "read", "--mrz", &zone(Persona::Dane)]);
    assert_eq!(
        (code, &verdict["proved"]),
        (1, &false.into()),
        "{verdict:#}"
    );
    assert_eq!(
        outcome(&verdict, "chip_authentication"),
        "chip_authentication_failed"
    );
    assert_eq!(outcome(&verdict, "data_group_hash_2"), "proved");
}

fn a_wrong_zone(desk: &Desk, service: &Service) {
    let _on = service.put(chip(Persona::Dane, Vec::new()));
    let (code, _, complaint) = desk.run(&["passport", "read", "--mrz", &zone(Persona::Minor)]);
    assert_eq!(code, 2);
    assert!(
        complaint.contains("what was typed does not open it"),
        "{complaint}"
    );
}

#[test]
fn what_was_typed_is_judged_before_a_reader_is_asked() {
    let desk = Desk::new("typed");
    let (code, told) = desk.json(&["passport", "read", "--can", "12"]);
    assert_eq!(
        (code, told["fault"].as_str()),
        (2, Some("access_number")),
        "{told}"
    );
    let (code, told) = desk.json(&["passport", "read", "--mrz", "L898902C3/740812"]);
    assert_eq!(code, 2);
    assert!(
        told["fault"].as_str().unwrap().starts_with("zone."),
        "{told}"
    );
    let (code, _, complaint) = desk.run(&["passport", "read"]);
    assert!(
        code == 2 && complaint.contains("--mrz <ZONE>|--can <DIGITS>"),
        "{complaint}"
    );
}

#[test]
fn a_machine_without_the_service_says_what_to_do() {
    let desk = Desk::new("no-service");
    let mut command = desk.command(&["passport", "read", "--can", "123456"]);
    command.env("PCSCLITE_CSOCK_NAME", desk.folder.join("nothing"));
    let output = command.output().unwrap();
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        complaint.contains("no PC/SC service runs on this machine")
            && complaint.contains("apt-get install pcscd"),
        "{complaint}"
    );
}
