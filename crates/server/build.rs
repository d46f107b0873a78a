//! Embeds the web build (`web/dist`), which `make web` makes.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

fn main() {
    let dist =
        Path::new(&env::var("CARGO_MANIFEST_DIR").expect("cargo sets this")).join("../../web/dist");
    println!("cargo::rerun-if-changed={}", dist.display());
    let mut code = String::from("static ASSETS: &[Asset] = &[\n");
    let manifest = dist.join("manifest.json");
    match fs::read_to_string(&manifest) {
        Ok(text) => {
            println!("cargo::rerun-if-changed={}", manifest.display());
            let files: serde_json::Map<String, serde_json::Value> =
                serde_json::from_str(&text).expect("web/dist/manifest.json is an object");
            for (name, entry) in files {
                let member = |key: &str| {
                    entry[key]
                        .as_str()
                        .unwrap_or_else(|| panic!("{name} has no {key}"))
                        .to_owned()
                };
                let file = member("file");
                let path = dist
                    .join(&file)
                    .canonicalize()
                    .unwrap_or_else(|error| panic!("web/dist/{file}: {error}"));
                writeln!(
                    code,
                    "Asset {{ name: {name:?}, file: {file:?}, content_type: {:?}, bytes: include_bytes!({path:?}) }},",
                    member("content-type")
                )
                .expect("a string takes everything");
            }
        }
        Err(_) if env::var("PROFILE").as_deref() == Ok("release") => {
            panic!("web/dist is missing: run `make web` first")
        }
        Err(_) => println!(
            "cargo::warning=web/dist is missing: pages will have no styles and there is no app; run `make web`"
        ),
    }
    code.push_str("];\n");
    fs::write(
        Path::new(&env::var("OUT_DIR").expect("cargo sets this")).join("assets.rs"),
        code,
    )
    .expect("OUT_DIR can be written");
}
