use face::{Matcher, ModelFault, NetworkFault};
use specimen::network::{self, Attribute, Graph};

use crate::{SEED, THRESHOLD, file, opened};

fn load(manifest: &str, file: impl FnMut(&str) -> Option<Vec<u8>>) -> Result<Matcher, ModelFault> {
    Matcher::load(&opened(manifest), 1, file)
}

fn manifest() -> String {
    network::manifest(SEED, THRESHOLD, true)
}

/// The fault with its file, for another file in the place of one, which the manifest names with its hash.
fn fault_of(name: &'static str, bytes: &[u8]) -> ModelFault {
    let old = if name == network::DETECTOR_FILE {
        network::detector()
    } else {
        network::recognition(SEED)
    };
    let hash = |bytes: &[u8]| {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
        digest
            .as_ref()
            .iter()
            .flat_map(|byte| [byte >> 4, byte & 15])
            .map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)]))
            .collect::<String>()
    };
    let manifest = manifest().replace(&hash(&old), &hash(bytes));
    load(&manifest, |wanted| {
        if wanted == name {
            Some(bytes.to_vec())
        } else {
            file(wanted)
        }
    })
    .unwrap_err()
}

#[test]
fn a_model_whose_files_are_there_loads() {
    let matcher = load(&manifest(), file).unwrap();
    assert_eq!(matcher.name(), "drawn faces 1");
    assert!(matcher.finds_faces());
}

#[test]
fn a_missing_and_an_altered_file_are_named() {
    let missing = load(&manifest(), |name| {
        file(name).filter(|_| name != network::DETECTOR_FILE)
    });
    let fault = missing.unwrap_err();
    assert_eq!(fault.file, network::DETECTOR_FILE);
    assert_eq!(fault.fault, NetworkFault::File);
    let altered = load(&manifest(), |name| {
        file(name).map(|mut bytes| {
            if let Some(last) = bytes.last_mut() {
                *last ^= 1;
            }
            bytes
        })
    });
    assert_eq!(altered.unwrap_err().fault, NetworkFault::Hash);
}

#[test]
fn a_network_of_another_form_does_not_load() {
    let onnx = fault_of(network::RECOGNITION_FILE, b"no network at all");
    assert!(
        matches!(onnx.fault, NetworkFault::Onnx(_) | NetworkFault::InputShape),
        "{onnx}"
    );

    let mut graph = Graph::new();
    graph.node_named(
        "Flatten",
        &["face"],
        &[("axis", Attribute::Int(1))],
        "vector",
    );
    let small = graph.file(("face", &[1, 3, 96, 96]), &[("vector", &[1, 27_648])]);
    let fault = fault_of(network::RECOGNITION_FILE, &small);
    assert_eq!(fault.fault, NetworkFault::InputShape);

    let mut graph = Graph::new();
    graph.node_named(
        "Flatten",
        &["face"],
        &[("axis", Attribute::Int(1))],
        "vector",
    );
    let wide = graph.file(("face", &[1, 3, 112, 112]), &[("vector", &[1, 37_632])]);
    let fault = fault_of(network::RECOGNITION_FILE, &wide);
    assert_eq!(fault.fault, NetworkFault::OutputShape);

    let mut graph = Graph::new();
    graph.node_named("NoSuchOperator", &["face"], &[], "vector");
    let unknown = graph.file(("face", &[1, 3, 112, 112]), &[("vector", &[1, 64])]);
    let fault = fault_of(network::RECOGNITION_FILE, &unknown);
    assert!(matches!(fault.fault, NetworkFault::Onnx(_)), "{fault}");

    let mut graph = Graph::new();
    graph.node_named(
        "Flatten",
        &["picture"],
        &[("axis", Attribute::Int(1))],
        "faces",
    );
    let rows = graph.file(("picture", &[1, 3, 160, 160]), &[("faces", &[1, 76_800])]);
    let fault = fault_of(network::DETECTOR_FILE, &rows);
    assert_eq!(
        (fault.file.as_str(), fault.fault),
        (network::DETECTOR_FILE, NetworkFault::OutputShape)
    );
}
