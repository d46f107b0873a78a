//! `segl`: the whole of Segl in one program.

mod card_reader;
mod commands;
mod config;
mod face_model;
mod installation;
mod running;

use std::process::ExitCode;

/// Half of the time that requests spent on memory goes with it, measured with `segl bench signin`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    commands::run()
}
