//! A network, read from an ONNX file whose hash is the manifest's, and run in this process.

use std::sync::Arc;

use rten::{Dimension, Model, ModelOptions, NodeId, RunOptions, ThreadPool, Value};
use rten_tensor::Tensor;
use rten_tensor::prelude::*;

use crate::geometry::Crop;
use crate::manifest::{Channels, NetworkInput, sha256};

/// A network that can be run.
pub(crate) struct Network {
    model: Model,
    input: NodeId,
    expects: NetworkInput,
    threads: Arc<ThreadPool>,
}

/// One of a network's outputs.
pub(crate) struct Output {
    pub(crate) shape: Vec<usize>,
    pub(crate) values: Vec<f32>,
}

/// Why a network cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NetworkFault {
    /// The file cannot be read.
    #[error("the file of the network cannot be read")]
    File,
    /// The file's hash is another than the manifest's.
    #[error("the file's SHA-256 is not the manifest's")]
    Hash,
    /// It is no ONNX file, or has an operator that is not run here.
    #[error("the file cannot be loaded as ONNX: {0}")]
    Onnx(String),
    /// It takes other than one picture of the manifest's size.
    #[error("the network takes no input of the manifest's size")]
    InputShape,
    /// It could not be run on an empty picture.
    #[error("the network cannot be run: {0}")]
    Run(String),
    /// What comes out is not what the manifest says.
    #[error("the network's output has not the manifest's form")]
    OutputShape,
}

impl Network {
    /// Compares the hash, loads, and looks at the form of what goes in.
    pub(crate) fn load(
        file: Vec<u8>,
        expects: &NetworkInput,
        threads: Arc<ThreadPool>,
    ) -> Result<Self, NetworkFault> {
        let hash: String = sha256(&file)
            .iter()
            .flat_map(|byte| [byte >> 4, byte & 15])
            .map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)]))
            .collect();
        if !hash.eq_ignore_ascii_case(&expects.sha256) {
            return Err(NetworkFault::Hash);
        }
        let model = ModelOptions::with_all_ops()
            .load(file)
            .map_err(|fault| NetworkFault::Onnx(fault.to_string()))?;
        let &[input] = model.input_ids() else {
            return Err(NetworkFault::InputShape);
        };
        if !takes(&model, expects) || model.output_ids().is_empty() {
            return Err(NetworkFault::InputShape);
        }
        Ok(Self {
            model,
            input,
            expects: expects.clone(),
            threads,
        })
    }

    /// Width and height of what goes in.
    pub(crate) const fn size(&self) -> (u32, u32) {
        let [width, height] = self.expects.size;
        (width, height)
    }

    /// The output of this name.
    pub(crate) fn output(&self, name: &str) -> Option<NodeId> {
        self.model
            .find_node(name)
            .filter(|node| self.model.output_ids().contains(node))
    }

    /// The first output.
    pub(crate) fn first_output(&self) -> Option<NodeId> {
        self.model.output_ids().first().copied()
    }

    /// Runs it on a picture of its size.
    pub(crate) fn run(&self, crop: &Crop, outputs: &[NodeId]) -> Result<Vec<Output>, NetworkFault> {
        let (width, height) = (crop.width as usize, crop.height as usize);
        let input = Value::from_shape([1, 3, height, width], self.planes(crop))
            .map_err(|_| NetworkFault::InputShape)?;
        let options = RunOptions::default().with_thread_pool(Some(Arc::clone(&self.threads)));
        let values = self
            .model
            .run(vec![(self.input, input.into())], outputs, Some(options))
            .map_err(|fault| NetworkFault::Run(fault.to_string()))?;
        values.into_iter().map(output).collect()
    }

    /// The colours one after the other, normalised.
    fn planes(&self, crop: &Crop) -> Vec<f32> {
        let order = match self.expects.channels {
            Channels::Rgb => [0, 1, 2],
            Channels::Bgr => [2, 1, 0],
        };
        let scales = self.expects.mean.iter().zip(&self.expects.deviation);
        order
            .into_iter()
            .zip(scales)
            .flat_map(|(channel, (mean, deviation))| {
                crop.values
                    .iter()
                    .map(move |pixel| (pixel[channel] - mean) / deviation)
            })
            .collect()
    }
}

/// Whether the model takes one picture of three planes of this size. A dimension without a number takes any.
fn takes(model: &Model, expects: &NetworkInput) -> bool {
    let [width, height] = expects.size;
    let wanted = [1, 3, height as usize, width as usize];
    model.input_shape(0).is_none_or(|shape| {
        shape.len() == wanted.len()
            && shape
                .iter()
                .zip(wanted)
                .all(|(dimension, wanted)| match dimension {
                    Dimension::Fixed(size) => *size == wanted,
                    Dimension::Symbolic(_) => true,
                })
    })
}

fn output(value: Value) -> Result<Output, NetworkFault> {
    let tensor: Tensor<f32> = value.try_into().map_err(|_| NetworkFault::OutputShape)?;
    Ok(Output {
        shape: tensor.shape().to_vec(),
        values: tensor.into_data(),
    })
}
