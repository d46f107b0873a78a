//! The lines of a file, and the SHA-256 of all that was read.

use std::fs::File;
use std::io::{BufRead, BufReader, Read as _};
use std::path::Path;

use aws_lc_rs::digest::{Context, SHA256};

use super::ImportFault;

/// Longer than any record is: a line is not read further.
const LONGEST: u64 = 1024;

pub(super) struct Lines {
    reader: BufReader<File>,
    digest: Context,
    line: Vec<u8>,
    read: u64,
    size: u64,
}

impl Lines {
    pub(super) fn open(file: &Path) -> Result<Self, ImportFault> {
        let file = File::open(file).map_err(|error| io(&error))?;
        let size = file.metadata().map_err(|error| io(&error))?.len();
        Ok(Self {
            reader: BufReader::with_capacity(1 << 18, file),
            digest: Context::new(&SHA256),
            line: Vec::with_capacity(512),
            read: 0,
            size,
        })
    }

    /// The next line, without its line feed.
    pub(super) fn next(&mut self) -> Result<Option<&[u8]>, ImportFault> {
        self.line.clear();
        let mut limited = (&mut self.reader).take(LONGEST);
        let read = limited
            .read_until(b'\n', &mut self.line)
            .map_err(|error| io(&error))?;
        if read == 0 {
            return Ok(None);
        }
        self.read += read as u64;
        self.digest.update(&self.line);
        Ok(Some(self.line.strip_suffix(b"\n").unwrap_or(&self.line)))
    }

    /// How many bytes were read, and of how many.
    pub(super) const fn progress(&self) -> (u64, u64) {
        (self.read, self.size)
    }

    /// Of everything that was read.
    pub(super) fn digest(self) -> [u8; 32] {
        let mut out = [0; 32];
        out.copy_from_slice(self.digest.finish().as_ref());
        out
    }
}

fn io(error: &std::io::Error) -> ImportFault {
    ImportFault::Io(error.to_string())
}
