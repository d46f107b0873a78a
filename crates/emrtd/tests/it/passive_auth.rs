//! Passive authentication of real and of published documents.

use emrtd::passive_auth::{Circumstances, verify_security_object};
use jiff::Timestamp;

use crate::testdata;
use crate::trust_store::union;

fn now() -> Timestamp {
    "2026-11-24T12:00:00Z".parse().unwrap()
}

#[test]
fn print() {
    let Some(store) = union("print") else { return };
    let dir = testdata::dir("print").unwrap();
    let mut files: Vec<_> = std::fs::read_dir(dir.join("sod")).unwrap().map(|e| e.unwrap().path()).collect();
    files.push(dir.join("lds/bsi2008/SOD.bin"));
    files.sort();
    for file in files {
        let bytes = std::fs::read(&file).unwrap();
        let (verdict, proof) = verify_security_object(&bytes, &Circumstances::new(&store, now()));
        println!("{} {:?}", file.file_name().unwrap().display(), proof.is_some());
        for (step, outcome) in verdict.steps() {
            println!("    {step} {outcome:?}");
        }
        println!("    {:?} {:?}", verdict.deviations, verdict.notices);
    }
}
