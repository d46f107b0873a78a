//! Whom to trust about travel documents: certificates and lists as they were imported, each once, with all who vouch for it.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

use crate::stored::Place;
use crate::{StoreError, Tx, Value};

/// What an item is, and so how it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TrustKind {
    /// A certificate of a country's authority: self-signed, or a link.
    Authority,
    /// A certificate of a document signer.
    DocumentSigner,
    /// A revocation list.
    RevocationList,
    /// A deviation list: what a state knows to be wrong with its own documents.
    DeviationList,
    /// A defect list: what an inspecting state knows to be wrong with the documents of some signers.
    DefectList,
}

const KINDS: [(TrustKind, &str); 5] = [
    (TrustKind::Authority, "authority"),
    (TrustKind::DocumentSigner, "document_signer"),
    (TrustKind::RevocationList, "revocation_list"),
    (TrustKind::DeviationList, "deviation_list"),
    (TrustKind::DefectList, "defect_list"),
];

impl fmt::Display for TrustKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = KINDS.iter().find(|(kind, _)| kind == self);
        f.write_str(word.map_or("", |(_, word)| word))
    }
}

impl FromStr for TrustKind {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let kind = KINDS.iter().find(|(_, word)| *word == text);
        kind.map(|(kind, _)| *kind).ok_or("no such kind")
    }
}

/// Something to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewItem {
    /// What it is.
    pub kind: TrustKind,
    /// The SHA-256 of its encoding, which is its key.
    pub sha256: [u8; 32],
    /// Its encoding.
    pub der: Vec<u8>,
}

/// Who brought something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustSource {
    /// The name of the file that it came in.
    pub name: String,
    /// How far it stands for the item.
    pub vouching: Vouching,
}

/// How far somebody stands for an item; the further, the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Vouching {
    /// It was taken unverified, because the operator said so.
    Unverified,
    /// The operator, or a list whose signer an anchor vouches for, stands for it. An authority issues its own country's documents by that,
    /// and vouches for no other country.
    Vouched,
    /// The operator has named the authority as one whose word about others counts.
    Anchor,
}

/// As the column `vouched` has them.
const VOUCHING: [Vouching; 3] = [Vouching::Unverified, Vouching::Vouched, Vouching::Anchor];

impl Vouching {
    fn number(self) -> i64 {
        let place = VOUCHING.iter().position(|one| *one == self);
        place
            .and_then(|place| i64::try_from(place).ok())
            .unwrap_or(0)
    }
}

/// Something that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustItem {
    /// What it is.
    pub kind: TrustKind,
    /// The SHA-256 of its encoding.
    pub sha256: [u8; 32],
    /// Its encoding.
    pub der: Vec<u8>,
    /// When it came first.
    pub imported_at: Timestamp,
    /// Who brought it, in the order of time.
    pub sources: Vec<TrustSource>,
}

/// Keeps an item, or notes one more source of one that is known. Gives whether it is new. A source that has vouched once keeps vouching.
pub fn put(
    tx: &mut Tx<'_>,
    item: &NewItem,
    source: &TrustSource,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let now = Value::BigInt(now.as_microsecond());
    let new = tx.execute(
        "INSERT INTO trust_items (sha256, kind, der, imported_at) VALUES ($1, $2, $3, $4) ON CONFLICT (sha256) DO NOTHING",
        &[
            Value::Bytes(&item.sha256),
            Value::Text(&item.kind.to_string()),
            Value::Bytes(&item.der),
            now,
        ],
    )?;
    tx.execute(
        "INSERT INTO trust_sources (sha256, source, vouched, imported_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (sha256, source) DO UPDATE SET vouched = excluded.vouched WHERE trust_sources.vouched < excluded.vouched",
        &[
            Value::Bytes(&item.sha256),
            Value::Text(&source.name),
            Value::BigInt(source.vouching.number()),
            now,
        ],
    )?;
    Ok(new == 1)
}

impl TrustItem {
    /// How far the best of its sources stands for it.
    pub fn vouching(&self) -> Vouching {
        let sources = self.sources.iter().map(|source| source.vouching);
        sources.max().unwrap_or(Vouching::Unverified)
    }
}

/// What tells one state of what is kept from another, so that a server sees cheaply whether it must read it anew. Nothing is ever
/// taken out: whatever comes adds a source, or makes one stand for more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrustState {
    sources: i64,
    vouching: i64,
}

/// The state of what is kept.
pub fn state(tx: &mut Tx<'_>) -> Result<TrustState, StoreError> {
    tx.query_one(
        "SELECT COUNT(*), CAST(COALESCE(SUM(vouched), 0) AS BIGINT) FROM trust_sources",
        &[],
        |row| {
            Ok(TrustState {
                sources: row.bigint(0)?,
                vouching: row.bigint(1)?,
            })
        },
    )
}

/// Everything that is kept, in the order in which it came.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<TrustItem>, StoreError> {
    let mut sources: HashMap<[u8; 32], Vec<TrustSource>> = HashMap::new();
    let rows = tx.query(
        "SELECT sha256, source, vouched FROM trust_sources ORDER BY imported_at, source",
        &[],
        |row| {
            let place = Place {
                table: "trust_sources",
                id: row.bytes(0)?,
            };
            let vouching = usize::try_from(row.bigint(2)?)
                .ok()
                .and_then(|number| VOUCHING.get(number));
            let source = TrustSource {
                name: row.text(1)?.to_owned(),
                vouching: *vouching.ok_or_else(|| place.corrupt("vouched", "no such number"))?,
            };
            Ok((key(place.table, place.id)?, source))
        },
    )?;
    for (sha256, source) in rows {
        sources.entry(sha256).or_default().push(source);
    }
    tx.query(
        "SELECT sha256, kind, der, imported_at FROM trust_items ORDER BY imported_at, sha256",
        &[],
        |row| {
            let place = Place {
                table: "trust_items",
                id: row.bytes(0)?,
            };
            let sha256 = key(place.table, row.bytes(0)?)?;
            Ok(TrustItem {
                kind: place.word("kind", row.text(1)?)?,
                sha256,
                der: row.bytes(2)?.to_owned(),
                imported_at: place.time("imported_at", row.bigint(3)?)?,
                sources: sources.remove(&sha256).unwrap_or_default(),
            })
        },
    )
}

fn key(table: &'static str, bytes: &[u8]) -> Result<[u8; 32], StoreError> {
    let place = Place { table, id: bytes };
    bytes
        .try_into()
        .map_err(|_| place.corrupt("sha256", "not 32 bytes"))
}
