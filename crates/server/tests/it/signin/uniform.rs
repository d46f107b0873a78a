//! R-UID-2: asking for a user ID that does not exist looks exactly like asking for one that does.

use jiff::SignedDuration;
use testkit::TestServer;
use testkit::browser::{Browser, bank_request, query};
use testkit::people::FREJA;

use crate::on_both;

/// A page without what differs at every request: sealed texts, the four digits, the time.
fn shape(page: &str) -> String {
    let mut out = String::new();
    let mut run = String::new();
    for character in page.chars() {
        if character.is_ascii_alphanumeric() || character == '_' || character == '-' {
            run.push(character);
            continue;
        }
        if run.len() > 60 {
            run = format!("<{}>", run.len());
        } else if run.len() == 4 && run.bytes().all(|byte| byte.is_ascii_digit()) {
            run.replace_range(.., "<4>");
        }
        out.push_str(&std::mem::take(&mut run));
        out.push(character);
    }
    out + &run
}

#[test]
fn r_uid_2_the_same_pages_the_same_answers_the_same_end() {
    on_both(|server| {
        server.enrol(&FREJA);
        let seen = ["freja.holm", "nobody.at.all", "0101901234", "<script>"].map(|user_id| {
            let mut browser = Browser::new(server);
            let wait = browser.begin(&bank_request(&[]), user_id);
            let page = shape(browser.get(&wait).text());
            let again = Browser::new(server).begin(&bank_request(&[]), user_id);
            assert_ne!(again, wait);
            let ended = browser
                .get(&wait.replace("/wait", "/finish"))
                .fault()
                .unwrap_or_default()
                .to_owned();
            (wait.len(), page, ended)
        });
        assert!(seen.iter().all(|one| one == &seen[0]), "{seen:#?}");
        assert_eq!(
            seen[0].2, "second_request",
            "two browsers meet, whether the user ID exists or not"
        );
    });
}

#[test]
fn r_uid_2_an_unknown_user_id_ends_like_one_that_nobody_answers() {
    let server = TestServer::sqlite();
    let mut browser = Browser::new(&server);
    let wait = browser.begin(&bank_request(&[]), "nobody.at.all");
    server.wait(SignedDuration::from_secs(300));
    let answer = browser.get(&wait.replace("/wait", "/finish"));
    assert_eq!(
        query(answer.location(), "error_description").as_deref(),
        Some("mitid_timeout")
    );
}

/// The same statements run for both; how long they take is measured in `bench/`, never in a test. Here: the same rows appear.
#[test]
fn r_uid_2_the_same_work_is_done() {
    let server = TestServer::sqlite();
    server.enrol(&FREJA);
    let rows = || {
        server.segl.store.read_blocking(|tx| {
            tx.query_one(
                "SELECT count(*) FROM sign_ins WHERE state = 'waiting'",
                &[],
                |row| row.bigint(0),
            )
        })
    };
    Browser::new(&server).begin(&bank_request(&[]), "freja.holm");
    assert_eq!(rows(), Ok(1));
    Browser::new(&server).begin(&bank_request(&[]), "nobody.at.all");
    assert_eq!(rows(), Ok(2));
}
