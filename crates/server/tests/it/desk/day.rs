//! `/day` of the desk: the day's list (R-BOK-1).

use domain::desk::Role;
use jiff::SignedDuration;
use testkit::TestServer;
use testkit::browser::Browser;
use testkit::people::{ANNE, BO};

use super::{HAVBY, at_the_desk};
use crate::appointments::{MONDAY_HALF_PAST, MONDAY_NINE, book, open_office};
use crate::on_both;

/// The ids on the list, in order, with the name of each.
fn list(page: &str) -> Vec<String> {
    page.split("data-booking=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect()
}

fn note(browser: &mut Browser<'_>, booking: &str, step: &str) -> String {
    let fields = [("booking", booking), ("step", step)];
    browser
        .desk_post("/day/note", &fields)
        .location()
        .to_owned()
}

#[test]
fn r_bok_1_the_list_has_bookings_in_order_and_walk_ins_behind_and_each_goes_its_way() {
    on_both(|server| {
        open_office(server, 1);
        let mut citizen = Browser::new(server);
        book(&mut citizen, MONDAY_HALF_PAST, "20123456");
        book(&mut citizen, MONDAY_NINE, "20123457");
        // Monday, ten past nine.
        server.wait(SignedDuration::from_mins(21 * 60 + 10));
        let (_, device) = server.with_official(&ANNE, (HAVBY, Role::Official));
        let mut desk = at_the_desk(server, &device);
        let came = [
            ("office", "havby"),
            ("service", "p_code"),
            ("name", "Ole Uden Tid"),
        ];
        desk.desk_post("/day/walk-in", &came).location();
        let page = desk.desk("/day");
        let ids = list(page.text());
        assert_eq!(ids.len(), 3);
        let places = ["9:00", "9:30", "No appointment"].map(|word| page.text().find(word).unwrap());
        assert!(places.is_sorted(), "{}", page.text());
        assert!(
            page.text().contains("have to wait"),
            "the only desk is kept for nine o'clock until a quarter past"
        );
        // Five minutes before that nobody may be written off.
        assert!(note(&mut desk, &ids[0], "no_show").contains("told=may-come"));
        assert!(!note(&mut desk, &ids[0], "arrive").contains("told="));
        let page = desk.desk("/day");
        assert!(
            page.text()
                .contains("Marta Nowak has an appointment and is next")
        );
        assert!(!note(&mut desk, &ids[0], "call").contains("told="));
        assert!(
            note(&mut desk, &ids[0], "call").contains("told=changed"),
            "once"
        );
        assert!(!note(&mut desk, &ids[0], "finish").contains("told="));
        let page = desk.desk("/day");
        assert!(
            page.text()
                .contains("Ole Uden Tid came without an appointment and can be served now")
        );
    });
}

#[test]
fn an_official_of_another_municipality_sees_and_changes_nothing() {
    on_both(|server| {
        open_office(server, 1);
        let mut citizen = Browser::new(server);
        book(&mut citizen, MONDAY_NINE, "20123456");
        server.wait(SignedDuration::from_mins(21 * 60));
        let (_, device) = server.with_official(&ANNE, (HAVBY, Role::Official));
        let id = list(at_the_desk(server, &device).desk("/day").text()).remove(0);
        let (_, device) = server.with_official(&BO, ("33333333", Role::Supervisor));
        let mut other = at_the_desk(server, &device);
        assert!(
            other
                .desk("/day")
                .text()
                .contains("no office with appointments")
        );
        assert_eq!(other.desk("/day?office=havby").fault(), Some("not_found"));
        let fields = [("booking", id.as_str()), ("step", "arrive")];
        assert_eq!(
            other.desk_post("/day/note", &fields).fault(),
            Some("not_found")
        );
        let came = [("office", "havby"), ("service", "p_code"), ("name", "Ole")];
        assert_eq!(
            other.desk_post("/day/walk-in", &came).fault(),
            Some("not_found")
        );
    });
}

#[test]
fn the_list_is_closed_to_whoever_is_not_signed_in_and_to_other_sites() {
    let server = TestServer::sqlite();
    open_office(&server, 1);
    let mut stranger = Browser::new(&server);
    for path in ["/day", "/day?office=havby"] {
        assert_eq!(stranger.desk(path).fault(), Some("desk_sign_in_needed"));
    }
    let (_, device) = server.with_official(&ANNE, (HAVBY, Role::Official));
    let browser = at_the_desk(&server, &device);
    let headers = [
        ("host", "desk.example.dk"),
        ("origin", "https://evil.example"),
        ("cookie", &browser.cookie_header()),
    ];
    let came = [("office", "havby"), ("service", "p_code"), ("name", "Ole")];
    let forged = server.post_form("/day/walk-in", &came, &headers);
    assert_eq!(forged.fault(), Some("foreign_form"));
}
