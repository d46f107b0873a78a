use crate::testdata;
use emrtd::ber;
use emrtd::cms::*;
#[test]
fn probe() {
    let dir = testdata::dir("probe").unwrap();
    for d in [
        "sod",
        "masterlists",
        "deviation",
        "cardsecurity",
        "lds/bsi2008",
    ] {
        let mut files: Vec<_> = std::fs::read_dir(dir.join(d))
            .unwrap()
            .map(|f| f.unwrap().path())
            .collect();
        files.sort();
        for f in files {
            if d == "lds/bsi2008" && !f.ends_with("SOD.bin") {
                continue;
            }
            let b = std::fs::read(&f).unwrap();
            let t = std::time::Instant::now();
            let n = ber::normalise(&b);
            let n = match n {
                Ok(n) => n,
                Err(e) => {
                    println!("{} {e:?}", f.display());
                    continue;
                }
            };
            let s = if d == "sod" || d.starts_with("lds") {
                SignedData::parse_security_object(&n)
            } else {
                SignedData::parse(&n)
            };
            match s {
                Err(e) => println!("{} PARSE {e:?}", f.display()),
                Ok(s) => {
                    let v = s.verify_signer();
                    println!(
                        "{} {} certs {} ct {} {:?} {:?}",
                        f.file_name().unwrap().display(),
                        s.version,
                        s.certificates.len(),
                        s.content_type,
                        v.map(|v| (
                            v.deviations().clone(),
                            v.signature_algorithm(),
                            v.signing_time(),
                            v.certificate().issuer,
                            v.certificate().deviations.clone(),
                            v.certificate().conformance()
                        )),
                        t.elapsed()
                    );
                }
            }
        }
    }
}
