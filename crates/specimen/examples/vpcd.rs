//! Puts a ready document's chip into a virtual PC/SC reader (vsmartcard-vpcd):
//!
//! ```text
//! cargo run -p specimen --example vpcd -- [--host 127.0.0.1] [--port 35963] [--persona dane] [--seed demo] [--pace 0..18] [--write FOLDER]
//! ```
//!
//! `--pace` gives the document another variant of PACE, the one with this number in `PaceVariant::all`.
//!
//! Prints the MRZ and the CAN that a reader needs; `--write` also writes the document's files and both countries' certificates, as
//! they would be read, into a folder.

use std::{net::TcpStream, path::Path, process::ExitCode};

use jiff::Timestamp;
use specimen::{
    chip::Chip,
    document::{Document, DocumentPlan, PaceVariant, Persona, Specimens, application},
    randomness::Randomness,
    vpcd,
};

struct Arguments {
    host: String,
    port: u16,
    persona: Persona,
    seed: String,
    pace: Option<PaceVariant>,
    write: Option<String>,
}

#[expect(
    clippy::disallowed_methods,
    reason = "the documents should be valid now"
)]
fn main() -> ExitCode {
    let arguments = match arguments() {
        Ok(arguments) => arguments,
        Err(problem) => {
            eprintln!("{problem}");
            return ExitCode::FAILURE;
        }
    };
    let specimens = Specimens::new(arguments.seed.as_bytes(), Timestamp::now());
    let document = document(&specimens, &arguments);
    println!("MRZ {}", document.mrz.text());
    if let Some(can) = &document.can {
        println!("CAN {can}");
    }
    let served = match &arguments.write {
        Some(folder) => write(Path::new(folder), &specimens, &document),
        None => Ok(()),
    }
    .and_then(|()| TcpStream::connect((arguments.host.as_str(), arguments.port)))
    .and_then(|stream| {
        stream.set_nodelay(true)?;
        let randomness =
            Randomness::from_seed(format!("{}{}", arguments.seed, Timestamp::now()).as_bytes());
        vpcd::serve(stream, &mut Chip::new(document, randomness))
    });
    match served {
        Ok(served) => {
            println!("{} commands, {} resets", served.commands, served.resets);
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("{}:{}: {problem}", arguments.host, arguments.port);
            ExitCode::FAILURE
        }
    }
}

fn arguments() -> Result<Arguments, String> {
    let mut arguments = Arguments {
        host: "127.0.0.1".to_owned(),
        port: vpcd::PORT,
        persona: Persona::Dane,
        seed: "demo".to_owned(),
        pace: None,
        write: None,
    };
    let mut given = std::env::args().skip(1);
    while let Some(name) = given.next() {
        let value = given
            .next()
            .ok_or_else(|| format!("{name} needs a value"))?;
        match name.as_str() {
            "--host" => arguments.host = value,
            "--port" => {
                arguments.port = value.parse().map_err(|_| format!("{value} is no port"))?;
            }
            "--seed" => arguments.seed = value,
            "--write" => arguments.write = Some(value),
            "--pace" => {
                let variant = value
                    .parse()
                    .ok()
                    .and_then(|number: usize| PaceVariant::all().get(number).copied());
                arguments.pace =
                    Some(variant.ok_or_else(|| format!("there is no variant {value}"))?);
            }
            "--persona" => {
                arguments.persona =
                    Persona::named(&value).ok_or_else(|| format!("nobody is called {value}"))?;
            }
            _ => return Err(format!("{name} is not known")),
        }
    }
    Ok(arguments)
}

fn document(specimens: &Specimens, arguments: &Arguments) -> Document {
    let Some(variant) = arguments.pace else {
        return specimens.document(arguments.persona);
    };
    let plan = DocumentPlan {
        pace: vec![variant],
        ..specimens.plan(arguments.persona)
    };
    let mut randomness = Randomness::from_seed(arguments.seed.as_bytes());
    Document::issue(&plan, specimens.signer(arguments.persona), &mut randomness)
}

fn write(folder: &Path, specimens: &Specimens, document: &Document) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    for (number, content) in &document.application {
        let name = match *number {
            application::COM => "COM.bin".to_owned(),
            application::SOD => "SOD.bin".to_owned(),
            group => format!("DG{}.bin", group & 0xFF),
        };
        std::fs::write(folder.join(name), content)?;
    }
    for (country, name) in [(&specimens.denmark, "DK"), (&specimens.abroad, "SE")] {
        for (index, certificate) in country.csca_certificates().iter().enumerate() {
            std::fs::write(folder.join(format!("CSCA_{name}_{index}.cer")), certificate)?;
        }
    }
    for (index, list) in specimens.revocation_lists().iter().enumerate() {
        std::fs::write(folder.join(format!("{index}.crl")), list)?;
    }
    std::fs::write(folder.join("masterlist.ml"), specimens.master_list())
}
