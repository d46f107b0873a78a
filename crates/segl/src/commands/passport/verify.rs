//! `segl passport verify`.

use std::error::Error;

use server::clock::Clock;

use super::VerifyArgs;
use super::files::Found;
use super::judge::judge;

/// Runs it. Gives whether everything that is needed is proved.
pub(super) fn run(args: &VerifyArgs) -> Result<bool, Box<dyn Error + Send + Sync>> {
    let found = Found::at(&args.path)?;
    let trust = args.place.trust()?;
    let mut report = judge(&found, None, &trust, Clock::System.now());
    if let Some(path) = &args.portrait {
        report.write_portrait(&found, path)?;
    }
    report.show(args.json)?;
    Ok(report.is_proved())
}
