//! `segl`: the whole of Segl in one program.

mod commands;
mod config;
mod installation;
mod running;

use std::process::ExitCode;

fn main() -> ExitCode {
    commands::run()
}
