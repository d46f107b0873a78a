//! The files of a document in a folder: `COM.bin`, `SOD.bin`, `DG1.bin`, or what other programs call them (`EF.SOD`, `ef_dg01.bin`).

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use emrtd::lds::DataGroup;
use emrtd::passive_auth::Files;
use emrtd::reader::{FileName, Reading};

/// The longest file that is read: as much as is read off a chip.
const LONGEST: u64 = 1 << 20;

/// What was found.
#[derive(Default)]
pub(super) struct Found {
    files: BTreeMap<FileName, Vec<u8>>,
}

/// Why a document's files cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum FilesFault {
    /// The system says no.
    #[error("{}: {reason}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// Longer than any file of a document.
    #[error("{}: longer than a document's file can be", .0.display())]
    TooLong(PathBuf),
    /// Two files with one meaning.
    #[error("{}: two files are called so, in other letters", .0.display())]
    Twice(PathBuf),
    /// Nothing that signs.
    #[error("{}: no security object: it should be called SOD.bin", .0.display())]
    NoSecurityObject(PathBuf),
}

impl Found {
    /// A folder's files, or the single file as the security object.
    pub(super) fn at(path: &Path) -> Result<Self, FilesFault> {
        let mut found = Self::default();
        if !path.is_dir() {
            found.files.insert(FileName::Sod, read(path)?);
            return Ok(found);
        }
        let unreadable = |error: std::io::Error| FilesFault::Unreadable {
            path: path.to_owned(),
            reason: error.to_string(),
        };
        for entry in fs::read_dir(path).map_err(unreadable)? {
            let file = entry.map_err(unreadable)?.path();
            let Some(name) = file
                .file_name()
                .and_then(|name| meant(&name.to_string_lossy()))
            else {
                continue;
            };
            if found.files.insert(name, read(&file)?).is_some() {
                return Err(FilesFault::Twice(file));
            }
        }
        if found.files.contains_key(&FileName::Sod) {
            Ok(found)
        } else {
            Err(FilesFault::NoSecurityObject(path.to_owned()))
        }
    }

    /// What was read off a chip.
    pub(super) fn of(reading: &Reading) -> Self {
        Self {
            files: reading.files.clone(),
        }
    }

    /// Writes them into a folder, so that [`Found::at`] finds them again.
    pub(super) fn save(&self, folder: &Path) -> Result<(), FilesFault> {
        let unreadable = |path: &Path, error: std::io::Error| FilesFault::Unreadable {
            path: path.to_owned(),
            reason: error.to_string(),
        };
        fs::create_dir_all(folder).map_err(|error| unreadable(folder, error))?;
        for (name, bytes) in &self.files {
            let path = folder.join(format!("{}.bin", word(*name)));
            fs::write(&path, bytes).map_err(|error| unreadable(&path, error))?;
        }
        Ok(())
    }

    pub(super) fn get(&self, name: FileName) -> Option<&[u8]> {
        self.files.get(&name).map(Vec::as_slice)
    }

    /// One of the data groups.
    pub(super) fn data_group(&self, group: DataGroup) -> Option<&[u8]> {
        self.get(FileName::DataGroup(group))
    }

    /// All of them.
    pub(super) fn data_groups(&self) -> Vec<(DataGroup, &[u8])> {
        let groups = self.files.iter().filter_map(|(name, bytes)| match name {
            FileName::DataGroup(group) => Some((*group, bytes.as_slice())),
            _ => None,
        });
        groups.collect()
    }

    /// As passive authentication takes them.
    pub(super) fn for_authentication<'a>(
        &'a self,
        data_groups: &'a [(DataGroup, &'a [u8])],
    ) -> Files<'a, 'a> {
        Files {
            security_object: self.get(FileName::Sod).unwrap_or_default(),
            com: self.get(FileName::Com),
            data_groups,
        }
    }
}

/// What a file is called in a folder, and in progress reports.
pub(super) fn word(name: FileName) -> String {
    match name {
        FileName::CardAccess => "CardAccess".to_owned(),
        FileName::AtrInfo => "AtrInfo".to_owned(),
        FileName::CardSecurity => "CardSecurity".to_owned(),
        FileName::Com => "COM".to_owned(),
        FileName::Sod => "SOD".to_owned(),
        FileName::DataGroup(group) => format!("DG{}", group.number()),
    }
}

/// Which file a name means. Letters and digits count, `EF` before and an extension behind do not.
fn meant(name: &str) -> Option<FileName> {
    let upper = name.to_ascii_uppercase();
    let base = upper.strip_prefix("EF").unwrap_or(&upper);
    let base = base.trim_start_matches(['.', '_', '-', ' ']);
    let stem = match base.rsplit_once('.') {
        None => base,
        Some((stem, "BIN" | "DAT")) => stem,
        Some(_) => return None,
    };
    let number = |digits: &str| digits.parse().ok().and_then(DataGroup::from_number);
    match stem {
        "COM" => Some(FileName::Com),
        "SOD" => Some(FileName::Sod),
        "CARDACCESS" => Some(FileName::CardAccess),
        "CARDSECURITY" => Some(FileName::CardSecurity),
        _ => stem
            .strip_prefix("DG")
            .and_then(number)
            .map(FileName::DataGroup),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, FilesFault> {
    let unreadable = |error: std::io::Error| FilesFault::Unreadable {
        path: path.to_owned(),
        reason: error.to_string(),
    };
    if fs::metadata(path).map_err(unreadable)?.len() > LONGEST {
        return Err(FilesFault::TooLong(path.to_owned()));
    }
    fs::read(path).map_err(unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_programs_give_to_files() {
        let dg2 = Some(FileName::DataGroup(DataGroup::Dg2));
        for (name, file) in [
            ("SOD.bin", Some(FileName::Sod)),
            ("EF.SOD", Some(FileName::Sod)),
            ("ef_com.dat", Some(FileName::Com)),
            ("DG2.bin", dg2),
            ("dg02.bin", dg2),
            ("EF.DG2", dg2),
            ("DG17.bin", None),
            ("DG2.jpg", None),
            ("notes.txt", None),
        ] {
            assert_eq!(meant(name), file, "{name}");
        }
    }
}
