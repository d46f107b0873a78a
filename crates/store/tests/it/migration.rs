//! Migrations: once each, unchanged, and none from the future.

use std::thread;

use store::{MIGRATIONS, Migration, Store, StoreError, migrate, pending_migrations};

use crate::engine::{Engine, SCHEMA, labels};

const SECOND: Migration = Migration {
    name: "0002_more",
    sql: "INSERT INTO things (id, label) VALUES ('\\x01', 'once')",
};

fn refusal(engine: &Engine, migrations: &[Migration]) -> StoreError {
    Store::open_with(&engine.config, migrations).unwrap_err()
}

fn durable() -> impl Iterator<Item = Engine> {
    Engine::all().into_iter().filter(|engine| engine.is_durable)
}

#[test]
fn each_is_applied_once() {
    for engine in durable() {
        engine.open();
        for _ in 0..3 {
            let store = Store::open_with(&engine.config, &[SCHEMA[0], SECOND]).unwrap();
            assert_eq!(labels(&store), ["once"], "{}", engine.name);
        }
    }
}

#[test]
fn a_text_that_changed_is_refused() {
    for engine in durable() {
        engine.open();
        let error = refusal(
            &engine,
            &[Migration {
                sql: "CREATE TABLE other (id BIGINT)",
                ..SCHEMA[0]
            }],
        );
        let reason = "has another text than the one that was applied".to_owned();
        assert_eq!(
            error,
            StoreError::Migration {
                name: "0001_contract".to_owned(),
                reason
            },
            "{}",
            engine.name
        );
    }
}

#[test]
fn one_from_a_newer_program_is_refused() {
    for engine in durable() {
        drop(Store::open_with(&engine.config, &[SCHEMA[0], SECOND]).unwrap());
        let error = refusal(&engine, SCHEMA);
        let reason = "was applied by a newer program, use that one".to_owned();
        assert_eq!(
            error,
            StoreError::Migration {
                name: "0002_more".to_owned(),
                reason
            },
            "{}",
            engine.name
        );
    }
}

#[test]
fn one_that_fails_leaves_nothing_behind() {
    for engine in durable() {
        engine.open();
        let broken = Migration {
            name: "0002_broken",
            sql: "CREATE TABLE half (id BIGINT); CREATE TABLE things (id BIGINT);",
        };
        assert!(
            matches!(
                refusal(&engine, &[SCHEMA[0], broken]),
                StoreError::Database(_)
            ),
            "{}",
            engine.name
        );
        let whole = Migration {
            name: "0002_whole",
            sql: "CREATE TABLE half (id BIGINT)",
        };
        Store::open_with(&engine.config, &[SCHEMA[0], whole]).unwrap();
    }
}

#[test]
fn programs_that_start_at_once_apply_each_once() {
    for engine in durable() {
        thread::scope(|scope| {
            let starts: Vec<_> = (0..6)
                .map(|_| {
                    scope.spawn(|| Store::open_with(&engine.config, &[SCHEMA[0], SECOND]).map(drop))
                })
                .collect();
            for start in starts {
                assert_eq!(start.join().unwrap(), Ok(()), "{}", engine.name);
            }
        });
        assert_eq!(
            labels(&Store::open_with(&engine.config, &[SCHEMA[0], SECOND]).unwrap()),
            ["once"],
            "{}",
            engine.name
        );
    }
}

#[test]
fn the_programs_own_apply_to_both_engines() {
    let names: Vec<_> = MIGRATIONS
        .iter()
        .map(|migration| migration.name.to_owned())
        .collect();
    assert!(names.is_sorted());
    for engine in durable() {
        assert_eq!(
            pending_migrations(&engine.config).unwrap(),
            names,
            "{}",
            engine.name
        );
        let early = Store::open_without_migrating(&engine.config).unwrap_err();
        assert!(
            matches!(early, StoreError::Migration { .. }),
            "{}: {early}",
            engine.name
        );
        assert_eq!(migrate(&engine.config).unwrap(), names, "{}", engine.name);
        assert!(
            migrate(&engine.config).unwrap().is_empty(),
            "{}",
            engine.name
        );
        assert!(
            pending_migrations(&engine.config).unwrap().is_empty(),
            "{}",
            engine.name
        );
        Store::open_without_migrating(&engine.config).unwrap();
        Store::open(&engine.config).unwrap();
    }
}

#[test]
fn a_database_that_cannot_be_opened_says_why() {
    for url in [
        "mysql://x",
        "postgres://localhost:1/x",
        "postgres://u@localhost/x?sslmode=prefer",
    ] {
        assert!(
            matches!(
                migrate(&store::StoreConfig::new(url)),
                Err(StoreError::Configuration(_))
            ),
            "{url}"
        );
    }
    for url in [
        "postgres://u@127.0.0.1:1/x",
        "sqlite:/no/such/folder/store.db",
    ] {
        assert!(
            matches!(
                migrate(&store::StoreConfig::new(url)),
                Err(StoreError::Unavailable(_))
            ),
            "{url}"
        );
    }
}
