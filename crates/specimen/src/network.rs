//! Networks as ONNX files (onnx.proto3 of ONNX 1.15), made on the spot with weights of nobody's face: enough of the format to try whatever
//! loads and runs real ones.

mod drawn;

pub use drawn::{
    DETECTOR_FILE, DETECTOR_SIDE, RECOGNITION_FILE, VECTOR, detector, manifest, recognition,
    recognition_weights,
};

/// A graph that grows node by node.
#[derive(Default)]
pub struct Graph {
    nodes: Vec<Vec<u8>>,
    constants: Vec<Vec<u8>>,
    named: usize,
}

/// The value of an attribute.
#[derive(Clone, Copy)]
pub enum Attribute<'a> {
    /// A whole number.
    Int(i64),
    /// A number.
    Float(f32),
    /// Several whole numbers.
    Ints(&'a [i64]),
}

impl Graph {
    /// An empty graph.
    pub fn new() -> Self {
        Self::default()
    }

    /// A constant of numbers; its name.
    pub fn floats(&mut self, shape: &[i64], values: &[f32]) -> String {
        let raw: Vec<u8> = values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        self.constant(shape, 1, &raw)
    }

    /// A constant of whole numbers, such as a shape; its name.
    pub fn ints(&mut self, values: &[i64]) -> String {
        let raw: Vec<u8> = values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        let count = i64::try_from(values.len()).unwrap_or_default();
        self.constant(&[count], 7, &raw)
    }

    /// A node; the name of its output.
    pub fn node(
        &mut self,
        operator: &str,
        inputs: &[&str],
        attributes: &[(&str, Attribute)],
    ) -> String {
        let output = self.name();
        self.node_named(operator, inputs, attributes, &output);
        output
    }

    /// A node whose output has a name of its own.
    pub fn node_named(
        &mut self,
        operator: &str,
        inputs: &[&str],
        attributes: &[(&str, Attribute)],
        output: &str,
    ) {
        let mut node = Vec::new();
        for input in inputs {
            bytes(&mut node, 1, input.as_bytes());
        }
        bytes(&mut node, 2, output.as_bytes());
        bytes(&mut node, 4, operator.as_bytes());
        for (name, value) in attributes {
            bytes(&mut node, 5, &attribute(name, *value));
        }
        self.nodes.push(node);
    }

    /// The file of the graph, with one input of this name and shape, and outputs.
    pub fn file(self, input: (&str, &[i64]), outputs: &[(&str, &[i64])]) -> Vec<u8> {
        let mut graph = Vec::new();
        for node in &self.nodes {
            bytes(&mut graph, 1, node);
        }
        bytes(&mut graph, 2, b"specimen");
        for constant in &self.constants {
            bytes(&mut graph, 5, constant);
        }
        bytes(&mut graph, 11, &value_info(input.0, input.1));
        for (name, shape) in outputs {
            bytes(&mut graph, 12, &value_info(name, shape));
        }
        let mut version = Vec::new();
        number(&mut version, 2, 13);
        let mut model = Vec::new();
        number(&mut model, 1, 8);
        bytes(&mut model, 7, &graph);
        bytes(&mut model, 8, &version);
        model
    }

    fn name(&mut self) -> String {
        self.named += 1;
        format!("v{}", self.named)
    }

    fn constant(&mut self, shape: &[i64], kind: u64, raw: &[u8]) -> String {
        let name = self.name();
        let mut tensor = Vec::new();
        for size in shape {
            number(&mut tensor, 1, size.cast_unsigned());
        }
        number(&mut tensor, 2, kind);
        bytes(&mut tensor, 8, name.as_bytes());
        bytes(&mut tensor, 9, raw);
        self.constants.push(tensor);
        name
    }
}

fn attribute(name: &str, value: Attribute) -> Vec<u8> {
    let mut out = Vec::new();
    bytes(&mut out, 1, name.as_bytes());
    match value {
        Attribute::Float(value) => {
            varint(&mut out, (2 << 3) | 5);
            out.extend_from_slice(&value.to_le_bytes());
            number(&mut out, 20, 1);
        }
        Attribute::Int(value) => {
            number(&mut out, 3, value.cast_unsigned());
            number(&mut out, 20, 2);
        }
        Attribute::Ints(values) => {
            for value in values {
                number(&mut out, 8, value.cast_unsigned());
            }
            number(&mut out, 20, 7);
        }
    }
    out
}

/// A name with the type `float` and a shape.
fn value_info(name: &str, shape: &[i64]) -> Vec<u8> {
    let mut dimensions = Vec::new();
    for size in shape {
        let mut dimension = Vec::new();
        number(&mut dimension, 1, size.cast_unsigned());
        bytes(&mut dimensions, 1, &dimension);
    }
    let mut tensor = Vec::new();
    number(&mut tensor, 1, 1);
    bytes(&mut tensor, 2, &dimensions);
    let mut kind = Vec::new();
    bytes(&mut kind, 1, &tensor);
    let mut out = Vec::new();
    bytes(&mut out, 1, name.as_bytes());
    bytes(&mut out, 2, &kind);
    out
}

/// A field of bytes (Protocol Buffers encoding, wire type 2).
fn bytes(out: &mut Vec<u8>, field: u64, content: &[u8]) {
    varint(out, (field << 3) | 2);
    varint(out, content.len() as u64);
    out.extend_from_slice(content);
}

/// A field of a number (wire type 0).
fn number(out: &mut Vec<u8>, field: u64, value: u64) {
    varint(out, field << 3);
    varint(out, value);
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value > 0x7F {
        out.push(u8::try_from(value & 0x7F).unwrap_or_default() | 0x80);
        value >>= 7;
    }
    out.push(u8::try_from(value).unwrap_or_default());
}
