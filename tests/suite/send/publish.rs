//! What readers look for on the web, before the first message.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::Office;
use crate::support::relay::Script;
use crate::support::server::Server;

/// A site that has everything once it is told to, or nothing.
fn site() -> (Server, Arc<AtomicBool>) {
    let is_there = Arc::new(AtomicBool::new(false));
    let site = Server::start({
        let is_there = Arc::clone(&is_there);
        move |_, _| Some(if is_there.load(Ordering::Acquire) { "200 OK" } else { "404 Not Found" }.to_owned())
    });
    (site, is_there)
}

/// An office whose issue has a page and a picture on the site.
fn office(site: &Server) -> Office {
    let office = Office::with(Script::default(), "email\na@example.org\nb@example.org\n", TEXT);
    office.reconfigure("language: en\n", &format!("language: en\nbase_url: {}\n", site.url("")));
    let mut picture = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(600, 400).write_to(&mut picture, image::ImageFormat::Png).unwrap();
    office.project.write("images/map.png", picture.into_inner());
    office
}

const TEXT: &str = "All is well.\n\n![The way up the river](../images/map.png)";

#[test]
fn a_page_and_a_picture_that_are_missing_keep_the_campaign_frozen_until_they_are_there() {
    let (site, is_there) = site();
    let office = office(&site);
    let ran = office.send("").exits(3).says("the web page `http://127.0.0.1:").says("the image `http://127.0.0.1:");
    ran.says("its server says 404")
        .says("`publish.command` does it for you")
        .says("nothing was sent of `west`, which stays frozen for 2 readers")
        .says("next: newsletter send west\n");
    assert_eq!((office.server.taken(), office.count("pending")), (0, 2));
    assert_eq!(office.status()["state"], "frozen");
    is_there.store(true, Ordering::Release);
    office.send("").success().says("2 sent");
    let asked = site.lines();
    let [page, picture] = &asked[asked.len() - 2..] else { panic!("{asked:?}") };
    assert_eq!(page, "HEAD /west/");
    let picture = picture.trim_start_matches("HEAD ");
    let mail = office.letters("a@example.org").remove(0);
    let mail = mailparse::parse_mail(mail.as_bytes()).unwrap();
    assert!(mail.subparts[1].get_body().unwrap().contains(picture), "the mail shows what was asked for");
}

#[test]
fn who_knows_that_they_will_be_there_in_time_does_without_the_look() {
    let (site, _) = site();
    let office = office(&site);
    office.send("--skip-publish-check").success().says("2 sent");
    assert_eq!(site.lines(), [""; 0]);
}

#[test]
fn a_program_that_cannot_publish_keeps_the_campaign_frozen() {
    let (site, is_there) = site();
    is_there.store(true, Ordering::Release);
    let office = office(&site);
    office.reconfigure("smtp:", "publish: {command: [cat, pages]}\nsmtp:");
    let ran = office.send("").exits(3).says("`cat`, which `publish.command` names, failed");
    ran.says("which stays frozen for 2 readers").says("next: newsletter send west\n");
    office.project.write("pages", "they are up\n");
    office.send("").success().says("they are up").says("2 sent");
}

#[test]
fn a_private_post_asks_for_nothing_and_brings_its_pictures_along() {
    let (site, _) = site();
    let office = office(&site);
    let text = office.project.read("posts/west.md");
    office.project.write("posts/west.md", text.replace("status: ready", "status: ready\nvisibility: private"));
    office.send("").success().says("2 sent");
    assert_eq!(site.lines(), [""; 0]);
    let mail = office.letters("a@example.org").remove(0);
    let mail = mailparse::parse_mail(mail.as_bytes()).unwrap();
    let related = &mail.subparts[1];
    assert_eq!(related.ctype.mimetype, "multipart/related");
    assert_eq!(related.subparts[1].ctype.mimetype, "image/png");
    assert!(related.subparts[0].get_body().unwrap().contains("cid:"));
    let texts = [&mail.subparts[0], &related.subparts[0]].map(|part| part.get_body().unwrap());
    assert!(texts.iter().all(|text| !text.contains("/west")), "no way to a page: {texts:?}");
}

#[cfg(unix)]
#[test]
fn the_site_is_built_with_the_issue_in_it_before_the_program_runs() {
    let (site, is_there) = site();
    is_there.store(true, Ordering::Release);
    let office = office(&site);
    office.reconfigure("smtp:", "publish: {command: [cat, site/west/index.html]}\nsmtp:");
    office.send("").success().says("All is well.").says("2 sent");
    assert!(office.project.path("site/index.html").exists());
}

#[test]
fn a_site_that_cannot_be_built_keeps_the_campaign_frozen_and_nothing_is_run() {
    let (site, is_there) = site();
    is_there.store(true, Ordering::Release);
    let office = office(&site);
    office.reconfigure("smtp:", "publish: {command: [touch, ran]}\nsmtp:");
    office.project.write("site/mine.txt", "x");
    let ran = office.send("").exits(3).says("no build has made").says("which stays frozen for 2 readers");
    ran.says("next: newsletter send west\n");
    assert!(!office.project.path("ran").exists() && office.server.taken() == 0);
}

#[test]
fn without_a_program_no_site_is_built() {
    let (site, is_there) = site();
    is_there.store(true, Ordering::Release);
    let office = office(&site);
    office.send("").success();
    assert!(!office.project.path("site").exists());
}
