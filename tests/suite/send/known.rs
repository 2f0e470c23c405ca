//! By what an issue is known again that went out before.

use super::Office;
use crate::support::relay::Script;

/// A letter that prints its day and its number, and shows a picture.
fn office() -> Office {
    let office = Office::new(Script::default(), 3);
    office.project.write("posts/map.png", picture(1));
    std::fs::remove_file(office.project.path("posts/west.md")).unwrap();
    post(&office, "2026-11-20-west", 7, TEXT);
    office
}

fn post(office: &Office, name: &str, number: u32, text: &str) {
    let head = format!("title: Notes\nsubtitle: From the west\nstatus: ready\nnumber: {number}");
    office.project.write(&format!("posts/{name}.md"), format!("---\n{head}\n---\n\n{text}"));
}

fn picture(shade: u8) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let pixels = image::RgbImage::from_pixel(40, 30, image::Rgb([shade, 90, 120]));
    pixels.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

const TEXT: &str = "The river rose.\n\n![The new map](map.png)\n";

#[test]
fn a_copy_under_another_day_name_and_number_is_the_same_letter() {
    let office = office();
    office.send("").success();
    post(&office, "2026-11-27-east", 8, TEXT);
    let ran = office.run("send east --yes").exits(2).says("the same letter, as `west`, was sent to 3 on");
    ran.says("give it a number and words of its own");
    post(&office, "2026-11-27-east", 8, &TEXT.replace('\n', "\r\n"));
    office.run("send east --yes").exits(2).says("the same letter, as `west`");
    assert_eq!(office.server.taken(), 3);
}

#[test]
fn what_no_reader_sees_makes_no_other_letter() {
    let office = office();
    office.send("").success();
    office.project.write("posts/chart.png", picture(1));
    for text in [
        TEXT.replace("rose.", "rose. \t"),
        TEXT.replace("rose.", "rose.<!-- or did it? -->"),
        format!("<!--\nchecked\n-->\n\n{TEXT}"),
        TEXT.replace("map.png", "chart.png"),
    ] {
        post(&office, "2026-11-27-east", 8, &text);
        office.run("send east --yes").exits(2).says("the same letter, as `west`, was sent to 3 on");
    }
    assert_eq!(office.server.taken(), 3);
}

#[test]
fn another_word_and_another_picture_make_another_letter() {
    let office = office();
    office.send("").success();
    post(&office, "2026-11-27-east", 8, &TEXT.replace("rose", "fell"));
    office.run("send east --yes").success().says("east: 3 sent");
    office.project.write("posts/map.png", picture(200));
    post(&office, "2026-11-28-south", 9, TEXT);
    office.run("send south --yes").success().says("south: 3 sent");
}

#[test]
fn the_archive_knows_slug_number_and_content_where_the_ledger_is_lost() {
    let office = office();
    office.send("").success();
    std::fs::remove_file(office.project.path("subscribers.db")).unwrap();
    office.import("email\nr0@example.org\n");
    office.send("").exits(2).says("it stands in the archive as `archive/west`");
    std::fs::remove_file(office.project.path("posts/2026-11-20-west.md")).unwrap();
    post(&office, "east", 7, "Another text.\n");
    office.run("send east --yes").exits(2).says("its number stands in the archive, as `archive/west`");
    post(&office, "east", 8, TEXT);
    office.run("send east --yes").exits(2).says("the same letter stands in the archive, as `archive/west`");
    post(&office, "east", 8, "Another text.\n");
    // The journal of the campaign is still beside the list.
    office.run("send east --yes").exits(2).says("tells of campaign 1, which the database does not hold");
    office.run("send east --yes --accept-old").success();
}

/// As the first versions wrote it: the hash of the whole letter.
#[test]
fn what_an_earlier_version_froze_goes_on_and_is_known() {
    let office = office();
    office.send("--limit 1").exits(3);
    let list = newsletter::subscribers::List::open_existing(&office.project.path("subscribers.db")).unwrap();
    let ledger = newsletter::campaign::ledger::Ledger::new(list.store().clone());
    let id = ledger.campaigns().unwrap()[0].id;
    let template = newsletter::message::MessageTemplate::from_bytes(&ledger.template(id).unwrap()).unwrap();
    let hash = template.hash();
    let done =
        list.store().write(move |tx| tx.run("UPDATE campaign SET content = ?, number = NULL", &[(&hash).into()]));
    assert_eq!(done.unwrap(), 1);
    office.send("").success().says("going on with west: 2 of 3 are left").says("3 sent");
    let text = office.project.read("posts/2026-11-20-west.md");
    office.project.write("posts/2026-11-20-east.md", text);
    office.run("send east --yes").exits(2).says("the same letter, as `west`, was sent to 3");
}

#[test]
fn each_name_that_an_issue_went_out_under_is_told() {
    let office = office();
    office.send("").success();
    post(&office, "east", 8, "Another text.\n");
    office.run("send east --yes").success();
    office.import("email\nnew@example.org\n");
    office.run("send east --yes --to-new").success();
    std::fs::remove_file(office.project.path("posts/east.md")).unwrap();
    post(&office, "south", 8, TEXT);
    let ran = office.run("send south --yes").exits(2).says("the same letter, as `west`, was sent to 3 on");
    ran.says("number 8, as `east`, was sent to 4 on").never_says("archive");
}
