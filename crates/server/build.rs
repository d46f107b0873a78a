//! Embeds the web build (`web/dist`), which `make web` makes.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use serde_json::{Map, Value};

fn main() -> Result<(), Box<dyn Error>> {
    let dist = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../../web/dist");
    println!(
        "cargo::rerun-if-changed={}",
        dist.join("manifest.json").display()
    );
    let entries = match fs::read_to_string(dist.join("manifest.json")) {
        Ok(manifest) => embed(&dist, &serde_json::from_str(&manifest)?)?,
        Err(error) if env::var("PROFILE")? == "release" => {
            return Err(format!("web/dist is missing, run `make web` first: {error}").into());
        }
        Err(_) => {
            println!(
                "cargo::warning=web/dist is missing: pages will have no styles and there is no app; run `make web`"
            );
            String::new()
        }
    };
    let code = format!("static ASSETS: &[Asset] = &[\n{entries}];\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("assets.rs"), code)?;
    Ok(())
}

/// One array element for each file of the manifest.
fn embed(dist: &Path, manifest: &Map<String, Value>) -> Result<String, Box<dyn Error>> {
    let mut entries = String::new();
    for (name, entry) in manifest {
        let member = |key: &str| {
            entry[key]
                .as_str()
                .ok_or_else(|| format!("{name} has no {key}"))
        };
        let (file, content_type) = (member("file")?, member("content-type")?);
        let path = dist
            .join(file)
            .canonicalize()
            .map_err(|error| format!("web/dist/{file}: {error}"))?;
        println!("cargo::rerun-if-changed={}", path.display());
        let path = path.to_str().ok_or("a path that is no text")?;
        writeln!(
            entries,
            "    Asset {{ name: {name:?}, file: {file:?}, content_type: {content_type:?}, bytes: include_bytes!({path:?}) }},"
        )?;
    }
    Ok(entries)
}
