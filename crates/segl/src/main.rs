//! Segl.
fn main() {}
