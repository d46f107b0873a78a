//! `segl`: the whole of Segl in one program.

mod commands;
mod config;
mod installation;

use std::process::ExitCode;

fn main() -> ExitCode {
    commands::run()
}
