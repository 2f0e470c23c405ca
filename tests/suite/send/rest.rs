//! Who is left, and how they get it: after refusals, a cancellation, or a part of the list.

use super::{Office, reader};
use crate::support::relay::{Act, Script, Step};

fn nobody_is_there() -> Office {
    Office::new(Script::default().on(Step::Rcpt, 0, Act::Say(b"550 5.1.1 no such user\r\n")), 3)
}

#[test]
fn where_every_address_is_refused_for_good_nobody_has_got_it_and_that_is_said_everywhere() {
    let office = nobody_is_there();
    let words = "nobody has got it, and nobody whom it was for can be written to";
    office.send("").exits(3).says(words).says("next: newsletter status west --recipients");
    office.run("status west").exits(3).says(words).says("next: newsletter status west --recipients");
    office.run("status").exits(3);
    let ran = office.send("--retry-failed").exits(3).says("3 messages failed, at addresses that get no more mail");
    ran.says(words).says("next: newsletter status west --recipients");
    let ran =
        office.send("").exits(2).says("`west` went out on").says("and reached nobody").never_says("--retry-failed");
    ran.says("none of its readers can be written to").says("--to-new");
    let ran = office.send("--to-new").exits(2).says("nobody is on the list");
    ran.says("next: newsletter subscribers import FILE --dry-run");
}

#[test]
fn an_issue_that_others_got_in_the_end_is_done() {
    let script = (0..3).fold(Script::default(), |script, number| {
        script.to(&reader(number), Step::Rcpt, Act::Say(b"550 5.1.1 no such user\r\n"))
    });
    let office = Office::new(script, 3);
    office.send("").exits(3);
    office.import("email\nnew@example.org\n");
    office.send("--to-new").success().says("1 sent");
    office.run("status").success();
    office.run("status west --campaign 1").exits(3);
}

#[test]
fn where_nothing_failed_there_is_nothing_to_try_once_more() {
    let office = Office::new(Script::default(), 2);
    office.send("").success();
    office.send("--retry-failed").success().says("nothing failed").says("next: newsletter status west");
}

#[test]
fn who_is_new_is_new_to_the_part_of_the_list_that_it_went_to() {
    let office = Office::with(Script::default(), "email,town\na@example.org,Graz\nb@example.org,Linz\n", super::TEXT);
    office.reconfigure("segments: {", "segments: {graz: 'town = \"Graz\"', linz: 'town = \"Linz\"', ");
    office.send("--segment graz").success().says("1 sent");
    let ran = office.send("--to-new").exits(2);
    ran.says("everybody in the segment `graz` was in an earlier campaign of `west`").says("`--segment NAME`");
    office.import("email,town\nc@example.org,Graz\nd@example.org,Linz\n");
    let ran =
        office.send("--to-new").success().says("1 reader (segment `graz`, whom no earlier campaign of it went to)");
    ran.never_says("joined since");
    office.send("--to-new --segment linz").success().says("2 readers (segment `linz`, whom no earlier");
    let copies = |who: &str| office.copies(&format!("{who}@example.org"));
    assert_eq!(["a", "b", "c", "d"].map(copies), [1, 1, 1, 1]);
}

#[test]
fn who_has_not_got_it_when_it_is_cancelled_gets_it_when_that_is_said() {
    let office = Office::new(Script::default(), 5);
    office.send("--limit 2").exits(3);
    let ran = office.run("cancel west --yes").success().says("cancelled campaign 1: 2 sent, 3 not");
    ran.says("3 have not got it: `send west --to-new` sends it to them").says("next: newsletter send west --to-new");
    office.send("").exits(2).says("is cancelled, and was sent to 2").says("help: for those whom it has not reached");
    let ran = office.send("--retry-failed").exits(2).says("nothing of a campaign that is cancelled is sent any more");
    ran.says("help: what is cancelled stays so: `newsletter send POST --to-new`");
    office.send("--to-new").success().says("3 sent");
    let copies: Vec<_> = (0..5).map(|number| office.copies(&reader(number))).collect();
    assert_eq!(copies, [1; 5]);
    office.send("").exits(2).says("`west` was sent to 5 on");
    office.send("--to-new").exits(2).says("everybody on the list was in an earlier campaign of `west`");
}

#[test]
fn what_was_cancelled_before_anybody_got_it_is_begun_anew_and_has_no_rest() {
    let office = Office::new(Script::default(), 2);
    office.send("--at 2099-01-01T07:30").success();
    office.run("cancel west --yes").success().never_says("--to-new");
    office.send("--to-new").exits(2).says("`west` was never sent");
    office.send("").success().says("2 sent");
}
