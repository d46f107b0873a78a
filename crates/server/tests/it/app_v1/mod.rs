mod activations;
mod holder;
mod requests;
