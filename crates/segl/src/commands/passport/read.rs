//! `segl passport read`.

use std::error::Error;
use std::io::BufRead as _;
use std::thread;
use std::time::Duration;

use emrtd::fault::{ChipFault, MrzFault};
use emrtd::mrz::{Mrz, MrzInformation};
use emrtd::password::Password;
use emrtd::reader::{Randomness, Reading, ReadingPlan, Session, SessionStep};
use serde_json::json;
use server::clock::Clock;

use super::super::fault_text;
use super::files::Found;
use super::judge::judge;
use super::progress::Bar;
use super::{PasswordArgs, ReadArgs};
use crate::card_reader::{Card, CardReaderFault, Reader, Service};

/// How often a document may be lost while it is read.
const LOSSES: u32 = 3;
/// How often the reader is asked whether a document is there.
const LOOK: Duration = Duration::from_millis(200);

/// Why a document cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum ReadFault {
    /// What was typed is no machine readable zone.
    #[error("--mrz")]
    Zone(#[source] MrzFault),
    /// What was typed is no card access number.
    #[error("--can is the six digits on the front of the document")]
    AccessNumber,
    /// The reader, or the service behind it.
    #[error("{0}{advice}", advice = advice(*.0))]
    Reader(CardReaderFault),
    /// No reader is attached.
    #[error("no card reader is attached to this machine")]
    NoReader,
    /// No reader has that name.
    #[error("no reader is called so; there are: {}", .0.join(", "))]
    ReaderUnknown(Vec<String>),
    /// Several readers, and no way to choose.
    #[error("which reader? Name it with --reader: {}", .0.join(", "))]
    WhichReader(Vec<String>),
    /// Nobody put a document there.
    #[error("no document on the reader {0}")]
    NoDocument(String),
    /// The chip.
    #[error("the document could not be read")]
    Chip(#[source] ChipFault),
    /// The chip refused the password.
    #[error(
        "the document could not be read: what was typed does not open it, or its chip is defective"
    )]
    Password(#[source] ChipFault),
}

const fn advice(fault: CardReaderFault) -> &'static str {
    match fault {
        CardReaderFault::NoService => {
            "\n  install and start it: on Debian, apt-get install pcscd, then systemctl start pcscd.socket"
        }
        CardReaderFault::ServiceForbidden | CardReaderFault::CardForbidden => {
            "\n  polkit decides who may: see /usr/share/polkit-1/actions/org.debian.pcsc-lite.policy, or ask as root"
        }
        CardReaderFault::CardInUse => "\n  close the other program (gpg's scdaemon, a browser)",
        _ => "",
    }
}

/// Runs it. Gives whether everything that is needed is proved.
pub(super) fn run(args: &ReadArgs) -> Result<bool, Box<dyn Error + Send + Sync>> {
    let trust = args.place.trust()?;
    let reading = match password(&args.password).and_then(|password| read(args, password)) {
        Ok(reading) => reading,
        Err(fault) => return Err(told(&fault, args.json).into()),
    };
    let found = Found::of(&reading);
    if let Some(folder) = &args.save {
        found.save(folder)?;
    }
    let mut report = judge(&found, Some(&reading), &trust, Clock::System.now());
    if let Some(path) = &args.portrait {
        report.write_portrait(&found, path)?;
    }
    report.show(args.json)?;
    Ok(report.is_proved())
}

/// The fault in words; for a program also as JSON, where the verdict would be.
fn told(fault: &ReadFault, as_json: bool) -> String {
    let words = fault_text::words(fault);
    if as_json {
        let fault = match fault {
            ReadFault::ReaderUnknown(_) => "reader_unknown".to_owned(),
            ReadFault::WhichReader(_) => "which_reader".to_owned(),
            ReadFault::NoDocument(_) => "no_document".to_owned(),
            other => emrtd::fault::name(other),
        };
        let told = json!({ "proved": false, "fault": fault, "message": words });
        println!("{told:#}");
    }
    words
}

fn password(args: &PasswordArgs) -> Result<Password, ReadFault> {
    if let Some(typed) = &args.mrz {
        return zone(&asked(
            typed,
            "Machine readable zone, or NUMBER/BIRTH/EXPIRY: ",
        ))
        .map(|zone| Password::mrz(&zone))
        .map_err(ReadFault::Zone);
    }
    let typed = args.can.as_deref().unwrap_or_default();
    Password::can(&asked(typed, "Card access number: ")).map_err(|_| ReadFault::AccessNumber)
}

/// What was typed, or, for `-`, what stands on standard input: command lines are seen by others and remembered by shells.
fn asked(typed: &str, question: &str) -> String {
    if typed != "-" {
        return typed.to_owned();
    }
    eprint!("{question}");
    let lines = std::io::stdin().lock().lines().map_while(Result::ok);
    lines.take_while(|line| !line.is_empty()).take(3).collect()
}

fn zone(typed: &str) -> Result<MrzInformation, MrzFault> {
    let parts: Vec<&str> = typed.split('/').map(str::trim).collect();
    match parts[..] {
        [number, birth, expiry] => MrzInformation::from_typed(number, birth, expiry),
        _ => Ok(Mrz::from_typed(typed)?.mrz.information()),
    }
}

fn read(args: &ReadArgs, password: Password) -> Result<Reading, ReadFault> {
    let mut session = Session::new(password, ReadingPlan::everything(), Randomness::new(fill));
    let mut card = card(args)?;
    let mut bar = Bar::new();
    let mut losses = 0;
    let mut step = session.start();
    loop {
        let command = match step {
            Ok(SessionStep::Done) => break,
            Ok(SessionStep::Send(command)) => command,
            Err(fault) => {
                bar.clear();
                return Err(chip_fault(fault));
            }
        };
        bar.show(session.progress());
        step = match card.transmit(&command) {
            Ok(answer) => session.respond(&answer),
            Err(CardReaderFault::CardGone | CardReaderFault::CardSilent) if losses < LOSSES => {
                losses += 1;
                bar.clear();
                eprintln!("The document was moved. Put it back, and leave it there.");
                session.connection_lost();
                drop(card);
                card = self::card(args)?;
                session.resume()
            }
            Err(fault) => {
                bar.clear();
                return Err(ReadFault::Reader(fault));
            }
        };
    }
    bar.clear();
    Ok(session.into_reading())
}

/// Where no password is the right one, the words say so.
fn chip_fault(fault: ChipFault) -> ReadFault {
    use emrtd::fault::PaceFault;
    match fault {
        ChipFault::BacRefused(_) | ChipFault::BacMacWrong => ReadFault::Password(fault),
        ChipFault::Pace(PaceFault::PasswordRefused { .. } | PaceFault::Refused { .. }) => {
            ReadFault::Password(fault)
        }
        other => ReadFault::Chip(other),
    }
}

/// The document on the reader; waits for one.
fn card(args: &ReadArgs) -> Result<Card, ReadFault> {
    let mut looks = Duration::from_secs(args.wait).as_millis() / LOOK.as_millis();
    let mut is_asked = false;
    loop {
        let mut service = Service::connect().map_err(ReadFault::Reader)?;
        let readers = service.readers().map_err(ReadFault::Reader)?;
        let reader = chosen(&readers, args.reader.as_deref())?;
        let fault = if reader.has_card {
            match service.card(&reader.name) {
                Ok(card) => return Ok(card),
                Err(fault) => fault,
            }
        } else {
            CardReaderFault::NoCard
        };
        let may_come = matches!(
            fault,
            CardReaderFault::NoCard | CardReaderFault::CardGone | CardReaderFault::CardSilent
        );
        if !may_come {
            return Err(ReadFault::Reader(fault));
        }
        if looks == 0 {
            return Err(ReadFault::NoDocument(reader.name.clone()));
        }
        if !is_asked {
            eprintln!("Put the document on the reader {}.", reader.name);
            is_asked = true;
        }
        looks -= 1;
        thread::sleep(LOOK);
    }
}

/// The reader that is meant: by name, or the only one, or the only one with a document.
fn chosen<'r>(readers: &'r [Reader], name: Option<&str>) -> Result<&'r Reader, ReadFault> {
    let names = |readers: &[&Reader]| readers.iter().map(|reader| reader.name.clone()).collect();
    let all: Vec<&Reader> = readers.iter().collect();
    let Some(name) = name else {
        let with_card: Vec<&Reader> = readers.iter().filter(|reader| reader.has_card).collect();
        return match (&all[..], &with_card[..]) {
            ([], _) => Err(ReadFault::NoReader),
            ([only], _) | (_, [only]) => Ok(only),
            _ => Err(ReadFault::WhichReader(names(&all))),
        };
    };
    let named = |reader: &&Reader| reader.name == name;
    let matching: Vec<&Reader> = readers
        .iter()
        .filter(|reader| reader.name.to_lowercase().contains(&name.to_lowercase()))
        .collect();
    match (readers.iter().find(named), &matching[..]) {
        (Some(reader), _) => Ok(reader),
        (None, [only]) => Ok(only),
        (None, []) if all.is_empty() => Err(ReadFault::NoReader),
        (None, []) => Err(ReadFault::ReaderUnknown(names(&all))),
        (None, _) => Err(ReadFault::WhichReader(names(&matching))),
    }
}

/// Keys are made of these. A machine without randomness can make none, and nothing sensible can be done instead.
fn fill(bytes: &mut [u8]) {
    if aws_lc_rs::rand::fill(bytes).is_err() {
        std::process::abort();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(name: &str, has_card: bool) -> Reader {
        Reader {
            name: name.to_owned(),
            has_card,
        }
    }

    #[test]
    fn the_reader_that_is_meant() {
        let one = [reader("Desk 00 00", false)];
        let two = [reader("Desk 00 00", false), reader("Desk 01 00", true)];
        let both = [reader("Desk 00 00", true), reader("Desk 01 00", true)];
        assert_eq!(chosen(&[], None), Err(ReadFault::NoReader));
        assert_eq!(chosen(&one, None), Ok(&one[0]));
        assert_eq!(chosen(&two, None), Ok(&two[1]));
        assert!(matches!(
            chosen(&both, None),
            Err(ReadFault::WhichReader(_))
        ));
        assert_eq!(chosen(&both, Some("desk 00")), Ok(&both[0]));
        assert_eq!(chosen(&both, Some("Desk 01 00")), Ok(&both[1]));
        assert!(matches!(
            chosen(&both, Some("desk")),
            Err(ReadFault::WhichReader(_))
        ));
        assert!(matches!(
            chosen(&both, Some("phone")),
            Err(ReadFault::ReaderUnknown(_))
        ));
    }

    #[test]
    fn a_zone_is_typed_whole_or_in_three_parts() {
        let whole = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10";
        assert_eq!(zone(whole), zone("L898902C3/740812/120415"));
        assert!(zone(whole).is_ok());
        assert!(zone("L898902C3/740812").is_err());
    }
}
