//! `status`, `cancel`, `resolve`, `approve` and `schedule`, over a ledger that the library wrote.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use insta::assert_snapshot;
use newsletter::build::{build_issue, open};
use newsletter::campaign::freeze::{Audience, Issue, RETRY_FOR, Settings, freeze, thaw};
use newsletter::campaign::ledger::{Age, Answer, DurableIntent, Intent, Kind, Ledger, Open, Outcome, Run, Suppress};
use newsletter::files::Disk;
use newsletter::message::MessageTemplate;
use newsletter::publication::Selection;
use newsletter::subscribers::List;
use newsletter::token::CampaignId;
use serde_json::Value;

use crate::support::Project;

/// A publication with a post, a list, and what a run did: the readers `r0` to `r9`, of whom the
/// even ones are at `example.org`, the odd ones at `example.net`.
struct World {
    project: Project,
    list: List,
    ledger: Ledger,
}

fn address(number: usize) -> String {
    format!("r{number}@example.{}", if number.is_multiple_of(2) { "org" } else { "net" })
}

impl World {
    fn new() -> Self {
        let project = Project::new().post(
            "2026-11-20-west",
            "title: Notes from the west\nstatus: ready\nnumber: 7",
            "Dear {{default subscriber.name \"reader\"}},\n\nall is well.",
        );
        let rows: String = (0..10).map(|number| address(number) + "\n").collect();
        project.write("list.csv", format!("email\n{rows}"));
        project.run(["subscribers", "import", "list.csv"]).success();
        let list = List::open_existing(&project.path("subscribers.db")).unwrap();
        let ledger = Ledger::new(list.store().clone());
        Self { project, list, ledger }
    }

    fn freeze(&self, kind: Kind, settings: &Settings, scheduled: Option<DateTime<Utc>>) -> CampaignId {
        let files = Disk::open(&self.project.root()).unwrap();
        let publication = open(&files, &Selection::All).unwrap();
        let built = build_issue(&publication, &publication.posts[0], &files);
        let (document, output) = (built.document.unwrap(), built.output.unwrap());
        let template =
            MessageTemplate::new(&publication.config, &document, &output.renditions, &output.assets).unwrap();
        let issue = Issue {
            number: Some(7),
            content: [7; 32],
            subject: document.front_matter.title.clone(),
            sender: "mira@upstream.example".to_owned(),
            template: Arc::new(template),
        };
        let audience = Audience { segment: None, zone: chrono_tz::Tz::UTC, kind, slug: "west" };
        freeze(&self.list, &audience, &issue, settings, scheduled, Utc::now()).unwrap()
    }

    fn first(&self) -> CampaignId {
        self.freeze(Kind::First, &Settings { retry_for: RETRY_FOR, ..Settings::default() }, None)
    }

    fn start(&self, campaign: CampaignId) -> Run {
        self.ledger.start(campaign, Age::Check, Utc::now()).unwrap()
    }

    /// Sends the first of each kind: 0 to 3 are sent, 4 and 6 deferred, 5 fails, 7 is in doubt, 8
    /// and 9 are not tried.
    fn send(&self, campaign: CampaignId) {
        let run = self.start(campaign);
        let due = Utc::now() + TimeDelta::minutes(30);
        runtime().block_on(async {
            for (intent, open) in intend(&run, 8).await {
                let rank = open.claim().rank;
                // A refusal of the recipient comes before the dot.
                let said = |code: u16, enhanced: &str, words: &str| Answer {
                    code: Some(code),
                    enhanced: Some(enhanced.to_owned()),
                    reply: Some(words.to_owned()),
                    relay_id: (code == 250).then(|| format!("Q{rank}")),
                };
                let record = match rank {
                    4 | 6 => open.close(Outcome::Deferred { due }, said(451, "4.7.1", "greylisted \u{1b}[31m")),
                    5 => open.close(Outcome::Failed(Suppress::Bounced), said(550, "5.1.1", "no such user")),
                    _ => {
                        intent.spend().unwrap();
                        match rank {
                            7 => open.close(Outcome::InDoubt, Answer::default()),
                            _ => open.close(Outcome::Sent, said(250, "2.0.0", "queued")),
                        }
                    }
                };
                run.record(vec![record], Utc::now()).await.unwrap();
            }
            run.end("the relay refused the login", Utc::now()).await.unwrap();
        });
    }

    fn json(&self, arguments: &[&str], code: i32) -> Value {
        let ran = self.project.run(arguments.iter().chain(&["--format", "json"])).exits(code);
        assert_eq!(ran.stderr, "");
        serde_json::from_str(&ran.stdout).unwrap()
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().build().unwrap()
}

async fn intend(run: &Run, most: usize) -> Vec<(DurableIntent, Open)> {
    let claims = run.claim(None, most, Utc::now()).unwrap();
    let intents = run.record_intent(claims).await.unwrap().into_iter();
    intents
        .filter_map(|intent| match intent {
            Intent::Durable(intent, open) => Some((intent, open)),
            Intent::Withheld => None,
        })
        .collect()
}

/// What was said, without the times of this run.
fn steady(text: &str) -> String {
    let is_time = |word: &str| word.len() == 10 && word.starts_with("20") && word.matches('-').count() == 2;
    let mut steady = String::new();
    for line in text.lines() {
        let mut words: Vec<&str> = line.split(' ').collect();
        for index in 0..words.len() {
            if is_time(words[index]) {
                (words[index], words[index + 1]) = ("[DAY]", "[TIME]");
            }
        }
        steady = format!("{steady}{}\n", words.join(" "));
    }
    steady
}

#[test]
fn before_anything_was_sent_status_says_so() {
    let project = Project::new();
    project.run(["status"]).success().says("Nothing was sent or scheduled yet").says("next: newsletter list");
    let ran = project.run(["status", "--format", "json"]).success();
    assert_eq!(ran.stdout, "{\"version\":1,\"campaigns\":[]}\n");
    project.run(["status", "west"]).exits(2).says("`west` has no campaign: nothing of it was sent or scheduled");
    assert!(!project.path("subscribers.db").exists(), "looking makes nothing");
}

#[test]
fn status_shows_totals_domains_and_what_servers_said() {
    let world = World::new();
    let campaign = world.first();
    assert_snapshot!(steady(&world.project.run(["status"]).all()));
    world.send(campaign);
    assert_snapshot!(steady(&world.project.run(["status", "west"]).all()));
    assert_snapshot!(steady(&world.project.run(["status", "west", "--recipients", "--quiet"]).all()));
}

#[test]
fn whoever_is_forgotten_is_shown_as_such() {
    let world = World::new();
    world.send(world.first());
    for number in [1, 8] {
        world.project.run(["subscribers", "forget", &address(number), "--yes"]).success();
    }
    let ran = world.project.run(["status", "west", "--recipients"]).exits(3);
    ran.says("\n(forgotten)     1   2 ").says("suppressed  (forgotten)\n").never_says("forgotten-");
}

#[test]
fn a_reason_is_told_in_the_publication_s_zone() {
    let world = World::new();
    let run = world.start(world.first());
    let reason = "what is left is due at 2026-11-25T00:15:28+00:00";
    runtime().block_on(run.end(reason, Utc::now())).unwrap();
    let ran = world.project.run(["status", "west"]).exits(3);
    ran.says("paused, what is left is due at 2026-11-25 01:15 Europe/Vienna\n");
}

#[test]
fn the_json_of_a_campaign_has_its_counts_and_they_sum_to_the_total() {
    let world = World::new();
    world.send(world.first());
    let json = world.json(&["status", "west"], 3);
    let keys: Vec<_> = json.as_object().unwrap().keys().map(String::as_str).collect();
    let counts = ["pending", "sending", "sent", "deferred", "failed", "in_doubt", "suppressed", "cancelled"];
    assert_eq!(keys, [&["campaign", "state", "total"], &counts[..]].concat());
    assert_eq!(counts.map(|key| json[key].as_u64().unwrap()), [2, 0, 4, 2, 1, 1, 0, 0]);
    assert_eq!((&json["campaign"], &json["state"], &json["total"]), (&1.into(), &"paused".into(), &10.into()));
    let all = world.json(&["status"], 3);
    assert_eq!(all["version"], 1);
    assert_eq!(all["campaigns"][0]["slug"], "west");
    assert_eq!(all["campaigns"][0]["deferred"], 2);
}

#[test]
fn the_json_of_recipients_has_the_message_id_that_was_sent() {
    let world = World::new();
    let campaign = world.first();
    world.send(campaign);
    let json = world.json(&["status", "west", "--recipients"], 3);
    let keys: Vec<_> = json.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!((keys[0], keys[10], keys[11], keys.len()), ("campaign", "cancelled", "recipients", 12));
    let recipients = json["recipients"].as_array().unwrap();
    assert_eq!(recipients.len(), 10);
    let keys: Vec<_> = recipients[0].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["address", "state", "attempts", "code", "enhanced", "reply", "message_id", "relay_id"]);
    assert_eq!(recipients[0]["relay_id"], "Q0");
    assert_eq!(recipients[5]["code"], 550);
    assert_eq!(recipients[5]["enhanced"], "5.1.1");
    assert_eq!(recipients[7]["state"], "in_doubt");
    assert_eq!(recipients[7]["reply"], Value::Null);
    assert_eq!(recipients[8]["message_id"], Value::Null, "its message was not begun");

    // The message as a run would write it again.
    let standing = world.ledger.standing(campaign).unwrap();
    let template = world.ledger.template(campaign).unwrap();
    let (letters, _) = thaw(&world.list, &standing.campaign, &template, None).unwrap();
    world.project.run(["resolve", "west", "--resend"]).exits(3);
    let run = world.start(campaign);
    let claims = run.claim(None, 1, Utc::now()).unwrap();
    assert_eq!(claims[0].address, address(7));
    let letter = letters.letter(&claims[0]).unwrap();
    let bytes = letter.content.bytes();
    let id = format!("\r\nMessage-ID: <{}>\r\n", recipients[7]["message_id"].as_str().unwrap());
    assert!(String::from_utf8_lossy(bytes).contains(&id), "{id}");
}

#[test]
fn a_post_is_known_by_its_file_its_slug_and_the_name_of_a_file_that_is_gone() {
    let world = World::new();
    world.first();
    for name in ["west", "posts/2026-11-20-west.md", "2026-11-20-west"] {
        world.project.run(["status", name]).exits(3).says("Campaign 1 of `west`: frozen");
    }
    std::fs::remove_file(world.project.path("posts/2026-11-20-west.md")).unwrap();
    for name in ["west", "posts/2026-11-20-west.md", "2026-11-20-west"] {
        world.project.run(["status", name]).exits(3).says("Campaign 1 of `west`: frozen");
    }
    world.project.run(["status", "wset"]).exits(2).says("did you mean `west`?");
    world.project.run(["status", "posts"]).exits(2).says("has no campaign");
    world.project.run(["status", "west", "--campaign", "4"]).exits(2).says("`west` has no campaign 4").says("it has 1");
    world.project.write("newsletter.yaml", "name: [");
    world.project.run(["status", "west"]).exits(3).says("Campaign 1 of `west`: frozen");
}

#[test]
fn cancel_asks_and_leaves_what_was_sent() {
    let world = World::new();
    world.send(world.first());
    world
        .project
        .run(["cancel", "west"])
        .exits(2)
        .says("cancel campaign 1 of `west`? 4 of 10 are not sent and never will be")
        .says("add `--yes`");
    assert_eq!(world.json(&["status", "west"], 3)["state"], "paused");
    let ran = world.project.run(["cancel", "west", "--yes"]).exits(3);
    ran.says("cancelled campaign 1: 4 sent, 4 not").says("next: newsletter resolve west --assume-sent");
    let json = world.json(&["status", "west"], 3);
    assert_eq!((&json["state"], &json["cancelled"], &json["in_doubt"]), (&"cancelled".into(), &4.into(), &1.into()));
    world
        .project
        .run(["cancel", "west", "--yes"])
        .exits(2)
        .says("campaign 1 of `west` is cancelled: nothing of it is left");
    world
        .project
        .run(["resolve", "west", "--resend"])
        .exits(2)
        .says("nothing of a campaign that is cancelled is sent any more");
    world.project.run(["resolve", "west", "--assume-sent"]).success().says("1 taken for sent");
    world.json(&["status", "west"], 0);
}

#[test]
fn a_run_that_is_on_stops_at_its_next_intent_when_it_is_cancelled() {
    let world = World::new();
    let campaign = world.first();
    let run = world.start(campaign);
    runtime().block_on(async {
        let (intent, open) = intend(&run, 1).await.pop().unwrap();
        let ran = world.project.run(["cancel", "west", "--yes"]).exits(3);
        ran.says("cancelled campaign 1: 0 sent, 9 not")
            .says("1 on the wire: the run that is on finishes what it has there");
        intent.spend().unwrap();
        let answer = Answer { code: Some(250), ..Answer::default() };
        run.record(vec![open.close(Outcome::Sent, answer)], Utc::now()).await.unwrap();
        assert!(run.claim(None, 5, Utc::now()).unwrap().is_empty());
        run.end("", Utc::now()).await.unwrap();
    });
    let json = world.json(&["status", "west"], 0);
    assert_eq!((&json["state"], &json["sent"], &json["cancelled"]), (&"cancelled".into(), &1.into(), &9.into()));
}

#[test]
fn resolve_decides_about_what_is_in_doubt_alone() {
    let world = World::new();
    world.send(world.first());
    world.project.run(["resolve", "west"]).exits(2).says("--resend").says("--assume-sent");
    world.project.run(["resolve", "west", "--resend", "--assume-sent"]).exits(2).says("cannot be used with");
    let other = address(0);
    let ran = world.project.run(["resolve", "west", "--resend", &other]).exits(2);
    ran.says("error: `r0@example.org` is not in doubt: it is sent").says("next: newsletter status west --recipients");
    let ran = world.project.run(["resolve", "west", "--resend", "r77@example.net", "nobody@else.example"]).exits(2);
    ran.says("`r77@example.net` is not among the readers of campaign 1\nhelp: did you mean `r7@example.net`?")
        .says("`nobody@else.example` is not among the readers of campaign 1\nnext:");
    let ran = world.project.run(["resolve", "west", "--resend", &address(7), &other]).exits(3);
    ran.says("`r0@example.org` is not in doubt: it is sent")
        .says("with the same Message-ID")
        .says("may get it twice")
        .says("next: newsletter send west");
    let json = world.json(&["status", "west"], 3);
    assert_eq!((&json["in_doubt"], &json["pending"]), (&0.into(), &3.into()));
    let ran = world.project.run(["resolve", "west", "--assume-sent"]).exits(2);
    ran.says("nothing of `west` is in doubt").says("next: newsletter status");
}

#[test]
fn nothing_is_resolved_while_a_run_is_on() {
    let world = World::new();
    let run = world.start(world.first());
    let under_way = runtime().block_on(intend(&run, 1));
    world.project.run(["resolve", "west", "--resend"]).exits(2).says("is being sent by another process");
    drop((under_way, run));
    // Its process is gone, and no dot was written.
    world.project.run(["resolve", "west", "--resend"]).exits(2).says("nothing of `west` is in doubt");
    assert_eq!(world.json(&["status", "west"], 3)["pending"], 10);
}

#[test]
fn status_names_the_newest_campaign_and_others_by_their_number() {
    let world = World::new();
    let first = world.first();
    world.send(first);
    world.freeze(Kind::Correction(first), &Settings::default(), None);
    let ran = world.project.run(["status", "west"]).exits(3);
    ran.says("Campaign 2 of `west`: frozen")
        .says("a correction, to those who got campaign 1")
        .says("campaign 1 of the same post is paused: `status west --campaign 1`");
    assert_eq!(world.json(&["status", "west", "--campaign", "1"], 3)["total"], 10);
    assert_eq!(world.json(&["status", "west"], 3)["total"], 4);
}

#[test]
fn schedule_lists_what_waits_for_a_time_in_the_publication_s_zone() {
    let world = World::new();
    world.project.run(["schedule", "list"]).success().says("nothing is scheduled");
    let at = DateTime::parse_from_rfc3339("2099-07-01T05:30:00Z").unwrap().to_utc();
    world.freeze(Kind::First, &Settings::default(), Some(at));
    let ran = world.project.run(["schedule", "list"]).success();
    assert_eq!(ran.stdout, "2099-07-01 07:30 Europe/Vienna  west  beginning of campaign 1  10\n");
    world.project.run(["status", "west"]).exits(3).says("next: newsletter schedule print");
}

#[test]
fn schedule_lists_retries_and_waves_and_what_was_missed() {
    let world = World::new();
    world.send(world.first());
    world.project.run(["schedule", "list"]).success().says("nothing is scheduled");
    let run = world.start(CampaignId(1));
    let due = Utc::now() + TimeDelta::minutes(30);
    runtime().block_on(async {
        let deferred = Answer { code: Some(451), ..Answer::default() };
        for (intent, open) in intend(&run, 2).await {
            drop(intent);
            run.record(vec![open.close(Outcome::Deferred { due }, deferred.clone())], Utc::now()).await.unwrap();
        }
        run.end("what is deferred waits", Utc::now()).await.unwrap();
    });
    world.project.run(["schedule", "list"]).success().says("west  retries of campaign 1  4\n");

    let world = World::new();
    let waves = Settings { warmup: vec![3, 4], ..Settings::default() };
    let campaign = world.freeze(Kind::First, &waves, None);
    world.project.run(["status", "west"]).exits(3).says("next: newsletter send west");
    let run = world.start(campaign);
    runtime().block_on(async {
        for (intent, open) in intend(&run, 3).await {
            intent.spend().unwrap();
            let answer = Answer { code: Some(250), ..Answer::default() };
            run.record(vec![open.close(Outcome::Sent, answer)], Utc::now()).await.unwrap();
        }
        run.end("the next wave is tomorrow's", Utc::now()).await.unwrap();
    });
    world.project.run(["schedule", "list"]).success().says("west  next wave of campaign 1  7\n");

    let world = World::new();
    let run = world.start(world.first());
    let under_way = runtime().block_on(intend(&run, 1));
    // Its process dies.
    drop((under_way, run));
    let ran = world.project.run(["schedule", "list"]).success();
    ran.says("west  rest of campaign 1  10\n").says("next: newsletter send --due");

    let world = World::new();
    let past = Utc::now() - TimeDelta::hours(3);
    world.freeze(Kind::First, &Settings::default(), Some(past));
    let ran = world.project.run(["schedule", "list"]).exits(3);
    ran.says("west  missed beginning of campaign 1  10\n")
        .says("nothing ran to send it")
        .says("next: newsletter send west");
}

#[test]
fn schedule_prints_units_and_a_line_for_cron_with_whole_paths() {
    let project = Project::new();
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_newsletter")).canonicalize().unwrap();
    let program = program.to_string_lossy();
    let cron = project.run(["schedule", "print", "--cron"]).success();
    assert_eq!(cron.stdout, format!("*/5 * * * * '{program}' -C '[DIR]' --quiet send --due\n"));
    let units = project.run(["schedule", "print", "--systemd"]).success();
    let line = format!("ExecStart=\"{program}\" -C \"[DIR]\" --quiet send --due\n");
    units
        .says(&line)
        .says("OnCalendar=*:0/5")
        .says("WantedBy=timers.target")
        .never_says("*/5 *")
        .says("systemctl --user");
    let both = project.run(["schedule", "print"]).success();
    both.says(&line).says(&cron.stdout);
    project.run(["schedule", "print", "--cron", "--systemd"]).exits(2);
}

#[test]
fn an_approval_holds_until_a_reader_would_see_a_change() {
    let project = Project::new().file("parts/end.md", "See you.\n").post(
        "west",
        "title: West\nstatus: ready",
        "Dear {{default subscriber.name \"reader\"}},\n\n:::include parts/end.md\n",
    );
    let ran = project.run(["approve", "west", "--by", "Mira"]).success();
    ran.says("approved `west` by Mira: West").says("next: newsletter send west --dry-run");
    let again = |words: &str| project.run(["approve", "west"]).success().says(words);
    again("by Mira, and is the same");
    project.write("posts/west.md", "---\ntitle: West\nstatus: draft\ntags: [china]\n---\n\nDear {{default subscriber.name \"reader\"}},\n\n:::include parts/end.md\n");
    again("and is the same");
    project.write("parts/end.md", "See you in May.\n");
    again("it has changed:").says("-See you.\n").says("+See you in May.\n");
    again("and is the same");
    project.write("newsletter.yaml", project.read("newsletter.yaml").replace("Trieste", "Triest"));
    again("it has changed:").says("Triest");
    project.write(
        "posts/west.md",
        "---\ntitle: West\nsubject: Wild West\nstatus: ready\n---\n\nDear {{subscriber.name}},\n\nSee you in May.\n",
    );
    again("-Subject: West\n").says("+Subject: Wild West\n").says("+Dear {{subscriber.name}},");
}

#[test]
fn what_has_errors_or_is_several_posts_is_not_approved() {
    let project = Project::new().post("a", "title: A\ntemplate: nosuch", "Text.").post("b", "title: B", "Text.");
    project.run(["approve", "a"]).exits(1).says("nosuch").says("a post with errors cannot be approved");
    project.run(["approve", "posts"]).exits(2).says("`posts` names several posts").says("by its file or its slug");
    project.run(["approve", "c"]).exits(2).says("there is no post `c`");
    assert!(!project.path("subscribers.db").exists());
}
