//! Statements and rows: what goes in comes out, and errors have the same names on both engines.

use store::{Row, StoreError, Value};

use crate::engine::{Engine, add};

type Cells = (Option<String>, Option<i64>, Option<Vec<u8>>);

fn cells(row: &Row<'_>) -> Result<Cells, StoreError> {
    Ok((
        row.opt_text(0)?.map(str::to_owned),
        row.opt_bigint(1)?,
        row.opt_bytes(2)?.map(<[u8]>::to_vec),
    ))
}

#[test]
fn values_come_back_as_they_went_in() {
    let values: [Cells; 6] = [
        (None, None, None),
        (Some(String::new()), Some(0), Some(Vec::new())),
        (
            Some("æøå ß 𝕊 'quoted' $1 \\".to_owned()),
            Some(i64::MAX),
            Some((0..=255).collect()),
        ),
        (
            Some("1e3".to_owned()),
            Some(i64::MIN),
            Some(b"123".to_vec()),
        ), // looks like numbers, and stays what it is
        (Some(" 007 ".to_owned()), Some(-1), Some(vec![0])),
        (
            Some("x".repeat(100_000)),
            Some(1 << 53),
            Some(vec![0xff; 100_000]),
        ),
    ];
    for engine in Engine::all() {
        let store = engine.open();
        for (number, value) in values.clone().into_iter().enumerate() {
            let id = [u8::try_from(number).unwrap()];
            let sent = value.clone();
            let back = store.write_blocking::<_, StoreError, _>(b"", move |tx| {
                let (label, number, content) = &sent;
                // Out of order on purpose: `$1` is a name to one engine and a number to the other.
                tx.execute(
                    "INSERT INTO things (content, label, number, id) VALUES ($4, $2, $3, $1)",
                    &[
                        (&id).into(),
                        label.as_ref().into(),
                        (*number).into(),
                        content.as_ref().into(),
                    ],
                )?;
                tx.query_one(
                    "SELECT label, number, content FROM things WHERE id = $1",
                    &[(&id).into()],
                    cells,
                )
            });
            assert_eq!(back, Ok(value.clone()), "{}", engine.name);
            let read = store.read_blocking(move |tx| {
                tx.query_one(
                    "SELECT label, number, content FROM things WHERE id = $1",
                    &[(&id).into()],
                    cells,
                )
            });
            assert_eq!(read, Ok(value), "{}", engine.name);
        }
    }
}

#[test]
fn null_first_and_a_value_later_use_the_same_statement() {
    for engine in Engine::all() {
        let store = engine.open();
        for (id, number) in [(1_u8, None), (2, Some(7_i64)), (3, None), (4, Some(8))] {
            let changed = store.write_blocking::<_, StoreError, _>(b"", move |tx| {
                tx.execute(
                    "INSERT INTO things (id, number) VALUES ($1, $2)",
                    &[(&[id]).into(), number.into()],
                )
            });
            assert_eq!(changed, Ok(1), "{}", engine.name);
        }
        let sum = store.read_blocking::<i64, StoreError, _>(|tx| {
            tx.query_one(
                "SELECT CAST(sum(number) AS BIGINT) FROM things",
                &[],
                |row| row.bigint(0),
            )
        });
        assert_eq!(sum, Ok(15), "{}", engine.name);
    }
}

#[test]
fn a_parameter_may_be_used_twice_and_truth_is_a_number() {
    for engine in Engine::all() {
        let store = engine.open();
        let found = store.write_blocking::<_, StoreError, _>(b"", |tx| {
            add(tx, "a")?;
            tx.query_one(
                "SELECT EXISTS (SELECT 1 FROM things WHERE label = $1 OR id = $2 OR label = $1), count(*) FROM things",
                &["a".into(), b"b".into()],
                |row| Ok((row.bigint(0)?, row.bigint(1)?)),
            )
        });
        assert_eq!(found, Ok((1, 1)), "{}", engine.name);
    }
}

#[test]
fn counts_say_how_many_rows_were_hit() {
    for engine in Engine::all() {
        let store = engine.open();
        let counts = store.write_blocking::<_, StoreError, _>(b"", |tx| {
            let guarded = "UPDATE counters SET value = $2 WHERE id = $1 AND value = $3";
            Ok([
                tx.execute(guarded, &[1_i64.into(), 5_i64.into(), 0_i64.into()])?,
                tx.execute(guarded, &[1_i64.into(), 6_i64.into(), 0_i64.into()])?,
                tx.execute("UPDATE counters SET value = value + 1", &[])?,
                add(tx, "a")?,
                tx.execute(
                    "INSERT INTO things (id) VALUES ($1) ON CONFLICT DO NOTHING",
                    &[b"a".into()],
                )?,
                tx.execute("DELETE FROM things", &[])?,
            ])
        });
        assert_eq!(counts, Ok([1, 0, 2, 1, 0, 1]), "{}", engine.name);
    }
}

#[test]
fn one_row_is_one_row() {
    for engine in Engine::all() {
        let store = engine.open();
        let ids = "SELECT id FROM counters WHERE id <= $1 ORDER BY id";
        let id = |row: &Row<'_>| row.bigint(0);
        let opt = |most: i64| {
            store.read_blocking::<_, StoreError, _>(move |tx| tx.query_opt(ids, &[most.into()], id))
        };
        assert_eq!(
            [opt(0), opt(1), opt(2)],
            [Ok(None), Ok(Some(1)), Err(StoreError::TooManyRows)],
            "{}",
            engine.name
        );
        let one = |most: i64| {
            store.read_blocking::<_, StoreError, _>(move |tx| tx.query_one(ids, &[most.into()], id))
        };
        assert_eq!(
            [one(0), one(1), one(2)],
            [Err(StoreError::NoRow), Ok(1), Err(StoreError::TooManyRows)]
        );
        let all =
            store.read_blocking::<_, StoreError, _>(move |tx| tx.query(ids, &[9_i64.into()], id));
        assert_eq!(all, Ok(vec![1, 2]), "{}", engine.name);
    }
}

#[test]
fn returning_gives_the_rows_it_changed() {
    for engine in Engine::all() {
        let store = engine.open();
        let values = store.write_blocking::<_, StoreError, _>(b"", |tx| {
            let sql = "UPDATE counters SET value = value + $2 WHERE id = (SELECT id FROM counters WHERE id >= $1 ORDER BY id LIMIT 1) RETURNING value";
            Ok([
                tx.query_one(sql, &[1_i64.into(), 3_i64.into()], |row| row.bigint(0))?,
                tx.query_one("SELECT value FROM counters WHERE id = 1", &[], |row| row.bigint(0))?,
            ])
        });
        assert_eq!(values, Ok([3, 3]), "{}", engine.name);
    }
}

#[test]
fn a_taken_key_is_a_unique_violation() {
    for engine in Engine::all() {
        let store = engine.open();
        store
            .write_blocking::<_, StoreError, _>(b"", |tx| add(tx, "a"))
            .unwrap();
        let by_key = store.write_blocking::<_, StoreError, _>(b"", |tx| add(tx, "a"));
        assert!(
            matches!(by_key, Err(StoreError::UniqueViolation { .. })),
            "{}: {by_key:?}",
            engine.name
        );
        let by_label = store.write_blocking::<_, StoreError, _>(b"", |tx| {
            tx.execute(
                "INSERT INTO things (id, label) VALUES ($1, $2)",
                &[b"b".into(), "a".into()],
            )
        });
        let Err(StoreError::UniqueViolation {
            constraint: Some(name),
        }) = by_label
        else {
            panic!("{}: {by_label:?}", engine.name);
        };
        assert!(name.contains("label"), "{}: {name}", engine.name);
    }
}

#[test]
fn other_constraints_are_told_apart_from_taken_keys() {
    for engine in Engine::all() {
        let store = engine.open();
        let check = store.write_blocking::<_, StoreError, _>(b"", |tx| {
            tx.execute("UPDATE counters SET value = -1", &[])
        });
        assert!(
            matches!(check, Err(StoreError::ConstraintViolation(_))),
            "{}: {check:?}",
            engine.name
        );
        let null = store.write_blocking::<_, StoreError, _>(b"", |tx| {
            tx.execute("INSERT INTO things (id) VALUES ($1)", &[Value::Null])
        });
        assert!(
            matches!(null, Err(StoreError::ConstraintViolation(_))),
            "{}: {null:?}",
            engine.name
        );
    }
}

#[test]
fn a_column_of_another_type_is_an_error_that_names_it() {
    for engine in Engine::all() {
        let store = engine.open();
        let wrong = store.read_blocking::<_, StoreError, _>(|tx| {
            tx.query_one("SELECT id, value FROM counters WHERE id = 1", &[], |row| {
                row.text(1).map(str::to_owned)
            })
        });
        let expected = StoreError::ColumnType {
            index: 1,
            expected: "TEXT",
            found: "BIGINT".to_owned(),
        };
        assert_eq!(wrong, Err(expected), "{}", engine.name);
        let missing = store.read_blocking::<_, StoreError, _>(|tx| {
            tx.query_one("SELECT value FROM counters WHERE id = 1", &[], |row| {
                row.bigint(1)
            })
        });
        assert!(missing.is_err(), "{}", engine.name);
        let null = store.read_blocking::<_, StoreError, _>(|tx| {
            tx.query_one("SELECT max(number) FROM things", &[], |row| row.bigint(0))
        });
        let expected = StoreError::ColumnType {
            index: 0,
            expected: "BIGINT",
            found: "NULL".to_owned(),
        };
        assert_eq!(null, Err(expected), "{}", engine.name);
    }
}

#[test]
fn a_corrupt_row_is_an_error_with_table_column_and_id() {
    for engine in Engine::all() {
        let store = engine.open();
        store
            .write_blocking::<_, StoreError, _>(b"", |tx| add(tx, "no-such-state"))
            .unwrap();
        let read = store.read_blocking::<(), StoreError, _>(|tx| {
            tx.query_one("SELECT id, label FROM things", &[], |row| {
                match row.text(1)? {
                    "open" | "closed" => Ok(()),
                    _ => Err(row.corrupt(
                        "things",
                        "label",
                        row.bytes(0)?.escape_ascii(),
                        "no such state",
                    )),
                }
            })
        });
        let error = read.unwrap_err();
        assert_eq!(
            error.to_string(),
            "corrupt row: things.label of no-such-state: no such state",
            "{}",
            engine.name
        );
    }
}

#[test]
fn what_only_one_engine_could_store_is_refused_on_both() {
    for engine in Engine::all() {
        let store = engine.open();
        let nul = store.write_blocking::<_, StoreError, _>(b"", |tx| add(tx, "a\0b"));
        assert!(
            matches!(nul, Err(StoreError::Database(_))),
            "{}: {nul:?}",
            engine.name
        );
        let missing = store.write_blocking::<_, StoreError, _>(b"", |tx| {
            tx.execute("UPDATE counters SET value = $1", &[])
        });
        assert!(
            matches!(missing, Err(StoreError::Database(_))),
            "{}: {missing:?}",
            engine.name
        );
    }
}

#[test]
fn a_statement_that_is_no_sql_leaves_the_store_in_order() {
    for engine in Engine::all() {
        let store = engine.open();
        let wrong = store.write_blocking::<_, StoreError, _>(b"", |tx| {
            add(tx, "a")?;
            tx.execute("UPDATE no_such_table SET x = 1", &[])
        });
        assert!(
            matches!(wrong, Err(StoreError::Database(_))),
            "{}: {wrong:?}",
            engine.name
        );
        assert_eq!(
            store.write_blocking::<_, StoreError, _>(b"", |tx| add(tx, "a")),
            Ok(1),
            "{}",
            engine.name
        );
    }
}
