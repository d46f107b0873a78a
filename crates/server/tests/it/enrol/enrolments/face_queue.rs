//! `/faces` of the desk: officials compare what no model decided.

use app::enrolment::{Enrolment, Way};
use domain::desk::Role;
use jiff::SignedDuration;
use jiff::civil::date;
use store::StoreError;
use testkit::browser::Browser;
use testkit::people::{ANNE, BO, Somebody};
use testkit::{Answer, TestServer};

use super::face::{kept, try_as, up_to_face, want_high};
use super::{look, the_one_in};
use crate::desk::{HAVBY, at_the_desk};
use crate::on_both;

/// A case that waits, and its address.
fn waiting(server: &TestServer) -> (Enrolment, String) {
    let enrolment = up_to_face(server, Way::Home);
    assert_eq!(try_as(server, &enrolment, 1)["outcome"], "to_official");
    let id = the_one_in(server, "waiting_for_official");
    (enrolment, format!("/faces/{id}"))
}

fn official<'a>(server: &'a TestServer, somebody: &Somebody) -> Browser<'a> {
    let (_, device) = server.with_official(somebody, (HAVBY, Role::Official));
    at_the_desk(server, &device)
}

fn take(browser: &mut Browser<'_>, case: &str) -> Answer {
    browser.desk_post(&format!("{case}/take"), &[])
}

fn fault(answer: &Answer) -> (u16, Option<&str>) {
    (answer.status.as_u16(), answer.fault())
}

/// What officials saw, as it stays.
fn views(server: &TestServer) -> Vec<(String, String)> {
    let found = server.segl.store.read_blocking(|tx| {
        tx.query(
            "SELECT view, reasons FROM face_views ORDER BY at",
            &[],
            |row| Ok((row.text(0)?.to_owned(), row.text(1)?.to_owned())),
        )
    });
    found.unwrap_or_else(|error: StoreError| panic!("{error}"))
}

#[test]
fn r_doc_6_an_official_compares_and_the_pictures_go_with_the_decision() {
    on_both(|server| {
        let (enrolment, case) = waiting(server);
        let mut anne = official(server, &ANNE);
        assert!(anne.desk("/faces").text().contains(&format!("{case}/take")));
        assert_eq!(fault(&anne.desk(&case)), (409, Some("face_lease_over")));
        assert_eq!(take(&mut anne, &case).location(), case);
        let page = anne.desk(&case);
        assert_eq!(page.status, 200);
        assert!(page.text().contains(&format!("{case}/pictures/3")));
        assert!(page.text().contains("Asked to come closer"));
        let portrait = anne.desk(&format!("{case}/portrait"));
        assert_eq!(portrait.header("content-type"), Some("image/png"));
        assert_eq!(portrait.header("cache-control"), Some("no-store"));
        assert_eq!(portrait.body[..4], *b"\x89PNG");
        for place in 0..4 {
            let picture = anne.desk(&format!("{case}/pictures/{place}"));
            assert_eq!(picture.body[..2], [0xFF, 0xD8]);
        }
        let done = anne.desk_post(&case, &[("view", "same"), ("note", "")]);
        assert_eq!(done.location(), "/faces?done=same");
        assert!(
            anne.desk("/faces?done=same")
                .text()
                .contains("Nobody is waiting")
        );
        assert_eq!(look(server, &enrolment).state, "number");
        assert_eq!(kept(server), (0, "decided".to_owned(), "proved".to_owned()));
        assert_eq!(views(server), [("same".to_owned(), String::new())]);
        assert_eq!(anne.desk(&format!("{case}/pictures/0")).status, 409);
    });
}

#[test]
fn r_doc_6_not_the_same_ends_it_and_the_reason_stays() {
    on_both(|server| {
        let (enrolment, case) = waiting(server);
        let mut anne = official(server, &ANNE);
        take(&mut anne, &case);
        let without = anne.desk_post(&case, &[("view", "not_same")]);
        assert_eq!(fault(&without), (400, Some("face_reason_needed")));
        let reason = ("not_same_features_differ", "on");
        let done = anne.desk_post(&case, &[("view", "not_same"), reason, ("note", "Ears.")]);
        assert_eq!(done.location(), "/faces?done=not_same");
        let shown = look(server, &enrolment);
        assert_eq!(shown.state, "refused");
        assert_eq!(
            kept(server),
            (0, "decided".to_owned(), "refused".to_owned())
        );
        let seen = ("not_same".to_owned(), "features_differ".to_owned());
        assert_eq!(views(server), [seen]);
    });
}

#[test]
fn r_doc_6_what_cannot_be_told_asks_for_new_pictures() {
    on_both(|server| {
        let (enrolment, case) = waiting(server);
        let mut anne = official(server, &ANNE);
        take(&mut anne, &case);
        let reason = ("cannot_tell_pictures_poor", "on");
        let done = anne.desk_post(&case, &[("view", "cannot_tell"), reason]);
        assert_eq!(done.location(), "/faces?done=cannot_tell");
        assert_eq!(look(server, &enrolment).state, "face");
        assert_eq!(kept(server).0, 0);
        assert_eq!(try_as(server, &enrolment, 1)["outcome"], "to_official");
        assert_eq!(kept(server).0, 4);
        // The same official may look at the new pictures.
        take(&mut anne, &case);
        let done = anne.desk_post(&case, &[("view", "same")]);
        assert_eq!(done.location(), "/faces?done=same");
        assert_eq!(look(server, &enrolment).state, "number");
    });
}

#[test]
fn a_case_is_kept_for_whoever_took_it_and_another_is_told() {
    on_both(|server| {
        let (_, case) = waiting(server);
        let (mut anne, mut bo) = (official(server, &ANNE), official(server, &BO));
        take(&mut anne, &case);
        assert_eq!(fault(&take(&mut bo, &case)), (409, Some("face_case_taken")));
        assert!(
            bo.desk("/faces")
                .text()
                .contains("Another official has taken it")
        );
        for path in ["", "/portrait", "/pictures/0"] {
            let hidden = bo.desk(&format!("{case}{path}"));
            assert_eq!(fault(&hidden), (409, Some("face_case_taken")), "{path}");
        }
        let decided = bo.desk_post(&case, &[("view", "same")]);
        assert_eq!(fault(&decided), (409, Some("face_case_taken")));
        let lease = SignedDuration::from_secs(server.segl.policy.face.lease_seconds);
        server.wait(lease - SignedDuration::from_micros(1));
        assert_eq!(fault(&take(&mut bo, &case)), (409, Some("face_case_taken")));
        server.wait(SignedDuration::from_micros(1));
        let late = anne.desk_post(&case, &[("view", "same")]);
        assert_eq!(fault(&late), (409, Some("face_lease_over")));
        assert_eq!(take(&mut bo, &case).location(), case);
        let done = bo.desk_post(&case, &[("view", "same")]);
        assert_eq!(done.location(), "/faces?done=same");
        let late = anne.desk_post(&case, &[("view", "same")]);
        assert_eq!(fault(&late), (409, Some("face_case_over")));
        assert_eq!(views(server).len(), 1);
    });
}

#[test]
fn of_two_who_take_a_case_in_one_moment_one_has_it() {
    on_both(|server| {
        let (_, case) = waiting(server);
        let browsers = [official(server, &ANNE), official(server, &BO)];
        let cookies: Vec<String> = browsers.iter().map(Browser::cookie_header).collect();
        let start = std::sync::Barrier::new(2);
        let path = format!("{case}/take");
        let mut statuses: Vec<u16> = std::thread::scope(|scope| {
            let taking: Vec<_> = cookies
                .iter()
                .map(|cookie| {
                    let (start, path) = (&start, &path);
                    let segl = server.beside();
                    scope.spawn(move || taken_at(segl, path, cookie, start))
                })
                .collect();
            taking.into_iter().map(|one| one.join().unwrap()).collect()
        });
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 409]);
    });
}

/// Takes a case by a server of its own, when the other is ready too.
fn taken_at(
    segl: std::sync::Arc<server::Segl>,
    path: &str,
    cookie: &str,
    start: &std::sync::Barrier,
) -> u16 {
    use tower::ServiceExt as _;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let request = axum::http::Request::post(path)
        .header("host", "desk.example.dk")
        .header("origin", testkit::DESK)
        .header("cookie", cookie)
        .body(axum::body::Body::empty())
        .unwrap();
    let router = server::desk::router(segl);
    start.wait();
    runtime.block_on(async { router.oneshot(request).await.unwrap().status().as_u16() })
}

#[test]
fn r_doc_5_high_takes_two_different_officials() {
    on_both(|server| {
        let (enrolment, case) = waiting(server);
        want_high(server);
        let (mut anne, mut bo) = (official(server, &ANNE), official(server, &BO));
        take(&mut anne, &case);
        assert!(anne.desk(&case).text().contains("You are the first"));
        let first = anne.desk_post(&case, &[("view", "same")]);
        assert_eq!(first.location(), "/faces?done=second");
        assert_eq!(look(server, &enrolment).state, "waiting_for_official");
        assert_eq!(kept(server).0, 4);
        assert_eq!(
            fault(&take(&mut anne, &case)),
            (403, Some("face_second_needed"))
        );
        take(&mut bo, &case);
        assert!(bo.desk(&case).text().contains("You are the second"));
        let second = bo.desk_post(&case, &[("view", "same")]);
        assert_eq!(second.location(), "/faces?done=same");
        assert_eq!(look(server, &enrolment).state, "number");
        assert_eq!(views(server).len(), 2);
    });
}

#[test]
fn r_doc_6_an_official_does_not_decide_about_themselves() {
    const SOEREN: Somebody = Somebody {
        name: "Søren Æbelø Østergård",
        user_id: "soeren.works.here",
        number: "2902840002",
        birth_date: date(1984, 2, 29),
        protected: false,
    };
    on_both(|server| {
        let (_, case) = waiting(server);
        let mut soeren = official(server, &SOEREN);
        assert_eq!(
            fault(&take(&mut soeren, &case)),
            (403, Some("face_own_case"))
        );
        assert_eq!(fault(&soeren.desk(&case)), (409, Some("face_lease_over")));
    });
}

#[test]
fn without_a_role_or_from_another_site_nothing_is_had() {
    let server = TestServer::sqlite();
    let (_, case) = waiting(&server);
    let mut nobody = Browser::new(&server);
    for path in [
        "/faces",
        &case,
        &format!("{case}/portrait"),
        &format!("{case}/pictures/0"),
    ] {
        assert_eq!(
            fault(&nobody.desk(path)),
            (401, Some("desk_sign_in_needed")),
            "{path}"
        );
    }
    let anne = official(&server, &ANNE);
    let headers = [
        ("host", "desk.example.dk"),
        ("origin", "https://elsewhere.example"),
        ("cookie", &anne.cookie_header()),
    ];
    let foreign = server.post_form(&format!("{case}/take"), &[], &headers);
    assert_eq!(foreign.status, 403);
}

#[test]
fn both_pages_are_whole_in_both_languages() {
    let server = TestServer::sqlite();
    let (_, case) = waiting(&server);
    let mut anne = official(&server, &ANNE);
    take(&mut anne, &case);
    for (language, words) in [("en", "Your decision"), ("da", "Din afgørelse")] {
        let page = anne.desk(&format!("{case}?lang={language}"));
        assert!(page.text().contains(words), "{}", page.text());
        let list = anne.desk(&format!("/faces?lang={language}"));
        for page in [page, list] {
            // A text that is missing shows its key.
            assert!(!page.text().contains(">face-") && !page.text().contains("\"face-step"));
        }
    }
}
