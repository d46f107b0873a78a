//! Every page in every language, with every text there.

use server::i18n::Lang;
use testkit::TestServer;
use testkit::browser::{Browser, bank_request};

#[test]
fn every_page_renders_in_every_language_and_leads_to_the_other() {
    let server = TestServer::sqlite();
    for lang in Lang::ALL {
        let mut browser = Browser::new(&server);
        browser.language = lang.tag();
        let wait = browser.begin(&bank_request(&[]), "somebody");
        let other = wait.replace("/wait", "/finish");
        Browser::new(&server).begin(&bank_request(&[]), "somebody");
        let pages = [
            bank_request(&[]),
            wait,
            other,
            "/connect/endsession".into(),
            "/nowhere".into(),
        ];
        for path in pages {
            let page = browser.get(&path);
            let text = page.text();
            assert!(
                text.contains(&format!("<html lang=\"{}\">", lang.tag())),
                "{path}"
            );
            assert_eq!(text.matches("<h1").count(), 1, "{path}");
            let switch = text
                .split("<a href=\"")
                .skip(1)
                .map(|rest| rest.split('"').next().unwrap())
                .find(|href| href.contains("lang="))
                .unwrap();
            let switched =
                Browser::new(&server).get(&switch.replace("&amp;", "&").replace("&#38;", "&"));
            assert!(
                switched.status != 404 && switched.status != 405,
                "{path}: {switch}"
            );
        }
    }
}
