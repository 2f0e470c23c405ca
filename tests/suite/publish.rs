//! Whether what a mail leads to is on the web, against a server of the test's own.

use newsletter::campaign::publish::{Found, Missing, Wanted, missing, reach};
use newsletter::web::{AskError, Reach};

use crate::support::server::Server;

fn site() -> Server {
    Server::start(|_, path| {
        Some(match path {
            "/west/" | "/west/images/map-1a2b.png" => "200 OK".to_owned(),
            "/moved/" => "301 Moved\r\nLocation: /west/".to_owned(),
            "/broken/" => "503 Busy".to_owned(),
            _ => "404 Not Found".to_owned(),
        })
    })
}

#[test]
fn a_page_and_images_that_answer_are_not_missed() {
    let site = site();
    let images = [site.url("/west/images/map-1a2b.png")];
    assert_eq!(missing(Some(&site.url("/west/")), &images, reach(&site.url(""))), []);
    assert_eq!(site.lines(), ["HEAD /west/", "HEAD /west/images/map-1a2b.png"]);
}

#[test]
fn a_page_that_redirects_to_one_that_answers_is_there() {
    let site = site();
    assert_eq!(missing(Some(&site.url("/moved/")), &[], Reach::Everywhere), []);
}

#[test]
fn what_does_not_answer_is_named_with_the_remedy() {
    let site = site();
    let images = [site.url("/west/images/map-0000.png"), site.url("/west/images/map-1a2b.png")];
    let found = missing(Some(&site.url("/broken/")), &images, Reach::Everywhere);
    let expected = [
        (Wanted::Page, site.url("/broken/"), Found::Status(503)),
        (Wanted::Image, images[0].clone(), Found::Status(404)),
    ];
    let expected = expected.map(|(wanted, url, found)| Missing { wanted, url, found });
    assert_eq!(found, expected);
    assert!(found[0].to_string().ends_with("/broken/` does not answer: its server says 503"), "{}", found[0]);
    assert!(found[1].to_string().starts_with("the image `http://"), "{}", found[1]);
    assert!(found[1].help().contains("--skip-publish-check"));
}

#[test]
fn a_private_post_has_no_page_to_ask_for() {
    let site = site();
    assert_eq!(missing(None, &[], Reach::Everywhere), []);
    assert_eq!(site.lines(), [""; 0]);
}

#[test]
fn a_public_site_that_leads_into_this_network_is_not_followed() {
    let site = site();
    let found = missing(Some(&site.url("/west/")), &[], Reach::Public);
    assert_eq!(found[0].found, Found::Nothing(AskError::Private("127.0.0.1".to_owned())));
    assert_eq!(site.lines(), [""; 0]);
}
