//! Writes what the fuzz targets begin with: files of specimen documents, and of a folder of real data if one is given.
//!
//! ```text
//! cargo run --release --example seed -- fuzz/corpus [DATA]
//! ```

use std::error::Error;
use std::fs;
use std::path::Path;

use emrtd::{ber, cms::SignedData, lds::Sod, trust::Import};
use emrtd_fuzz::{documents, now, specimens};
use specimen::document::application;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let corpus = arguments.next().ok_or("where is the corpus to be?")?;
    let mut seeds = Seeds {
        corpus: Path::new(&corpus),
        count: 0,
    };
    for document in documents() {
        for file in document
            .application
            .values()
            .chain(document.master_file.values())
        {
            seeds.file(file)?;
        }
        let object = &document.application[&application::SOD];
        seeds.write("passive_authentication", object)?;
        for (number, file) in &document.application {
            let code = match *number {
                application::COM => 2,
                application::SOD => 3,
                group => u8::try_from(group - 0x0100 + 3)?,
            };
            let length = u16::try_from(file.len())?.to_be_bytes();
            seeds.write("reader_files", &[&[code], &length[..], file].concat())?;
        }
    }
    seeds.file(&specimens().master_list())?;
    seeds.file(&specimens().denmark.revocation_list(now(), 1))?;
    seeds.write(
        "reader_answers",
        b"\x00\x02\x90\x00\x0a\x01\x02\x03\x04\x05\x06\x07\x08\x90\x00\x02\x6a\x82",
    )?;
    // Each document as it is, and with each of the answers of PACE in a right shape and with another content.
    for document in 0..8 {
        seeds.write("reader_pace", &[document])?;
        for (answer, tag) in [(4, 0), (5, 2), (6, 4), (7, 6)] {
            let content = [&[document, answer, 4, tag, 65, 4][..], &[0x5A; 64]].concat();
            seeds.write("reader_pace", &content)?;
        }
    }
    seeds.write("apdu", b"\x61\x00\x90\x00")?;
    seeds.write("mrz", b"I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<")?;
    seeds.write(
        "mrz",
        b"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10",
    )?;
    if let Some(data) = arguments.next() {
        folder(Path::new(&data), &mut seeds)?;
    }
    println!("{} seeds", seeds.count);
    Ok(())
}

fn folder(path: &Path, seeds: &mut Seeds<'_>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(path)? {
        let path = entry?.path();
        if path.is_dir() {
            folder(&path, seeds)?;
        } else {
            seeds.file(&fs::read(&path)?)?;
        }
    }
    Ok(())
}

/// Files in the folders of those targets that may read them, each named by its number.
struct Seeds<'a> {
    corpus: &'a Path,
    count: usize,
}

impl Seeds<'_> {
    /// The longest seed: what is longer only slows the fuzzer down.
    const LONGEST: usize = 32 << 10;

    fn write(&mut self, target: &str, bytes: &[u8]) -> Result<(), Box<dyn Error>> {
        if bytes.len() <= Self::LONGEST {
            let folder = self.corpus.join(target);
            fs::create_dir_all(&folder)?;
            fs::write(folder.join(format!("seed-{}", self.count)), bytes)?;
            self.count += 1;
        }
        Ok(())
    }

    /// A file of any kind, and what is inside of it.
    fn file(&mut self, bytes: &[u8]) -> Result<(), Box<dyn Error>> {
        for target in [
            "tlv",
            "ber",
            "data_groups",
            "dg2",
            "master_files",
            "images",
            "import",
        ] {
            self.write(target, bytes)?;
        }
        if let Ok(sod) = Sod::parse(bytes) {
            self.write("security_object", bytes)?;
            self.signed(sod.cms)?;
        }
        self.signed(bytes)?;
        for item in Import::read(bytes).items.iter().take(40) {
            self.write("certificate", &item.bytes)?;
            self.write("revocation_list", &item.bytes)?;
        }
        Ok(())
    }

    fn signed(&mut self, bytes: &[u8]) -> Result<(), Box<dyn Error>> {
        let Ok(normalised) = ber::normalise(bytes) else {
            return Ok(());
        };
        let Ok(signed) = SignedData::parse_security_object(&normalised) else {
            return Ok(());
        };
        self.write("cms", bytes)?;
        self.write("ber", bytes)?;
        self.write("security_object", signed.content)?;
        self.write("lists", signed.content)?;
        for certificate in &signed.certificates {
            self.write("certificate", certificate.raw)?;
            self.write("keys", certificate.spki_raw)?;
            self.write("keys", certificate.signature_algorithm_raw)?;
        }
        Ok(())
    }
}
