//! `segl trust list`.

use std::error::Error;

use emrtd::crypto::KeyKind;
use emrtd::trust::{Source, StoredCertificate, StoredRevocationList};
use jiff::Timestamp;
use serde_json::{Value, json};
use server::clock::Clock;
use server::trust::Trust;

use super::super::say::{joined, say};
use super::ListArgs;

/// Runs it.
pub(super) fn run(args: &ListArgs) -> Result<bool, Box<dyn Error + Send + Sync>> {
    let trust = args.place.trust()?;
    let now = Clock::System.now();
    let text = if args.json {
        format!("{:#}\n", json(&trust, now))
    } else if trust.authorities().is_empty() {
        format!(
            "Nobody is trusted yet. Import a master list: segl trust import FILE {}\n",
            args.place.as_typed()
        )
    } else {
        lines(&trust, now)
    };
    say(&text)?;
    Ok(true)
}

/// The authorities by country and time.
fn sorted(trust: &Trust) -> Vec<&StoredCertificate> {
    let mut certificates: Vec<_> = trust.authorities().iter().collect();
    certificates.sort_by(|one, other| {
        (one.country(), one.not_before()).cmp(&(other.country(), other.not_before()))
    });
    certificates
}

/// The revocation lists likewise.
fn sorted_lists(trust: &Trust) -> Vec<&StoredRevocationList> {
    let mut lists: Vec<_> = trust.authorities().revocation_lists().iter().collect();
    lists.sort_by_key(|list| (list.country(), list.this_update()));
    lists
}

fn json(trust: &Trust, now: Timestamp) -> Value {
    let certificates = sorted(trust).into_iter().map(|stored| {
        json!({
            "country": stored.country(),
            "subject": subject(stored),
            "key": key(stored),
            "not_before": stored.not_before().to_string(),
            "not_after": stored.not_after().to_string(),
            "valid": is_valid(stored, now),
            "link": stored.is_link(),
            "sha256": store::hex(&stored.fingerprint()),
            "anchor": is_anchor(trust, stored),
            "sources": names(stored.sources()),
        })
    });
    let lists = sorted_lists(trust).into_iter().map(|list| {
        json!({
            "country": list.country(),
            "this_update": list.this_update().to_string(),
            "next_update": list.next_update().map(|next| next.to_string()),
            "outdated": list.next_update().is_none_or(|next| next < now),
            "entries": list.len(),
            "verified": trust.authorities().signer_of_list(list).is_ok(),
            "sources": names(list.sources()),
        })
    });
    json!({
        "certificates": certificates.collect::<Vec<_>>(),
        "revocation_lists": lists.collect::<Vec<_>>(),
    })
}

fn lines(trust: &Trust, now: Timestamp) -> String {
    let mut lines = Vec::new();
    for stored in sorted(trust) {
        lines.push(format!(
            "{}  {:.10} to {:.10}{}  {}{}  {}  [{}]",
            stored.country().unwrap_or("--"),
            stored.not_before().to_string(),
            stored.not_after().to_string(),
            if is_valid(stored, now) { "" } else { " (over)" },
            key(stored),
            [
                if stored.is_link() { ", link" } else { "" },
                if is_anchor(trust, stored) {
                    ", anchor"
                } else {
                    ""
                },
            ]
            .concat(),
            subject(stored),
            names(stored.sources()).join(", ")
        ));
    }
    for list in sorted_lists(trust) {
        let next = list.next_update().map_or("no next one".to_owned(), |next| {
            format!("next {:.10}", next.to_string())
        });
        let standing = match trust.authorities().signer_of_list(list) {
            Ok(_) if list.next_update().is_none_or(|next| next < now) => ", outdated",
            Ok(_) => "",
            Err(_) => ", its issuer is not known, so it counts for nothing",
        };
        lines.push(format!(
            "{}  revocation list of {:.10}, {next}, {} revoked{standing}  [{}]",
            list.country().unwrap_or("--"),
            list.this_update().to_string(),
            list.len(),
            names(list.sources()).join(", ")
        ));
    }
    let countries: std::collections::BTreeSet<_> = trust
        .authorities()
        .iter()
        .filter_map(StoredCertificate::country)
        .collect();
    lines.push(format!(
        "{} certificates of {} countries, {} revocation lists",
        trust.authorities().len(),
        countries.len(),
        trust.authorities().revocation_lists().len()
    ));
    joined(&lines)
}

/// Whether its word about other countries counts.
fn is_anchor(trust: &Trust, stored: &StoredCertificate) -> bool {
    let mut anchors = trust.anchors().iter();
    anchors.any(|anchor| anchor.fingerprint() == stored.fingerprint())
}

fn is_valid(stored: &StoredCertificate, now: Timestamp) -> bool {
    stored.not_before() <= now && now <= stored.not_after()
}

fn subject(stored: &StoredCertificate) -> String {
    stored
        .certificate()
        .map_or_else(|fault| fault.to_string(), |own| own.subject.to_string())
}

fn key(stored: &StoredCertificate) -> String {
    match stored.key().map(emrtd::crypto::PublicKey::kind) {
        Ok(KeyKind::Rsa { bits }) => format!("RSA {bits}"),
        Ok(KeyKind::EllipticCurve(curve)) => format!("{curve:?}"),
        Err(fault) => format!("unusable key: {fault}"),
    }
}

fn names(sources: &[Source]) -> Vec<&str> {
    sources.iter().map(Source::name).collect()
}
