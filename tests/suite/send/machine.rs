//! What the machine does to a campaign: each test is a row of docs/reliability.md, 'The machine'.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use super::again::{each_has_one, slow};
use super::{Office, until};
use crate::support::relay::Script;
use crate::support::{Project, Ran};

/// The library that makes a disk fail.
fn disk() -> &'static PathBuf {
    static DISK: OnceLock<PathBuf> = OnceLock::new();
    DISK.get_or_init(|| {
        let library = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("disk-{}.so", std::process::id()));
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/suite/send/disk.c");
        let made = Command::new("cc").args(["-shared", "-fPIC", "-O1", source, "-ldl", "-o"]).arg(&library).status();
        assert!(made.unwrap().success());
        library
    })
}

/// Runs a command on a disk that is full for files with `file` in their path after so many bytes,
/// or read-only.
fn on_a_bad_disk(office: &Office, line: &str, file: &str, room: Option<u32>) -> Ran {
    let mut command = office.project.command(line.split_whitespace());
    command.env("LD_PRELOAD", disk()).env("DISK_FILE", file);
    if let Some(room) = room {
        command.env("DISK_ROOM", room.to_string());
    }
    office.project.ran(command.output().unwrap())
}

/// Runs a command under what `ulimit` sets.
fn limited(project: &Project, limit: &str, line: &str) -> Ran {
    let newsletter = project.command(line.split_whitespace());
    let mut command = Command::new("sh");
    command.args(["-c", &format!("ulimit {limit}; exec \"$0\" \"$@\"")]).arg(newsletter.get_program());
    command.args(newsletter.get_args()).current_dir(project.root()).stdin(Stdio::null());
    project.ran(command.output().unwrap())
}

#[test]
fn on_a_full_disk_the_run_stops_and_the_next_one_completes_it() {
    let mut stages = [0; 3];
    for room in [0, 40_000, 100_000, 150_000, 200_000, 300_000, 10_000_000] {
        let office = Office::new(Script::default(), 20);
        let ran = on_a_bad_disk(&office, "send west --yes", "subscribers.db-wal", Some(room));
        let stage = match ran.code {
            Some(0) => 2,
            _ => usize::from(office.server.taken() > 0),
        };
        stages[stage] += 1;
        if stage < 2 {
            assert!(matches!(ran.code, Some(2 | 3)), "{}", ran.all());
            ran.says("the disk that holds the database is full").says("make room");
            office.send("").success().says("20 sent");
        }
        each_has_one(&office, 20);
    }
    assert!(stages.iter().all(|count| *count > 0), "before, while and not at all: {stages:?}");
}

#[test]
fn on_a_disk_that_is_full_for_the_journal_no_dot_goes_out() {
    for room in [0, 60, 200, 400] {
        let office = Office::new(Script::default(), 20);
        let ran = on_a_bad_disk(&office, "send west --yes", ".journal", Some(room));
        assert!(matches!(ran.code, Some(2 | 3)), "{}", ran.all());
        ran.says("No space left on device").says("journal");
        assert_eq!(office.count("sent") + office.count("in_doubt"), office.server.taken() as u64);
        office.send("").success().says("20 sent");
        each_has_one(&office, 20);
    }
}

#[test]
fn on_a_read_only_disk_nothing_is_sent_and_the_file_is_named() {
    let office = Office::new(Script::default(), 5);
    let refused = on_a_bad_disk(&office, "send west --yes", "subscribers.db", None).exits(2);
    refused.says("subscribers.db").says("Read-only file system").says("help: ");
    assert_eq!(office.server.taken(), 0);
    on_a_bad_disk(&office, "doctor", "subscribers.db", None).says("the database `subscribers.db` cannot be written");
    office.send("--limit 2").exits(3);
    on_a_bad_disk(&office, "send west --yes", "subscribers.db", None).exits(2).says("Read-only file system");
    office.send("").success().says("5 sent");
    each_has_one(&office, 5);
}

#[test]
fn a_database_that_another_program_holds_for_a_while_is_waited_for() {
    let office = Office::new(slow(), 12);
    let other = rusqlite::Connection::open(office.project.path("subscribers.db")).unwrap();
    let child = office.start("send west --yes");
    until("some are sent", || office.server.taken() >= 2);
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    std::thread::sleep(Duration::from_secs(2));
    other.execute_batch("COMMIT").unwrap();
    office.end(child).success().says("12 sent");
    each_has_one(&office, 12);
}

#[test]
fn processes_that_begin_at_the_same_time_send_one_campaign() {
    let office = Office::new(slow(), 10);
    let children: Vec<_> = (0..4).map(|_| office.start("send west --yes")).collect();
    let ended: Vec<_> = children.into_iter().map(|child| office.end(child)).collect();
    assert_eq!(ended.iter().filter(|ran| ran.code == Some(0)).count(), 1, "{ended:?}");
    for ran in ended.into_iter().filter(|ran| ran.code != Some(0)) {
        assert_eq!(ran.code, Some(2), "{}", ran.all());
        let said = ["by another process", "is in the ledger already", "`newsletter send west` goes on with it"];
        assert!(said.iter().any(|words| ran.all().contains(words)), "{}", ran.all());
    }
    each_has_one(&office, 10);
}

#[test]
fn a_ledger_that_was_put_back_is_refused_until_the_user_says_that_it_is_meant() {
    let office = Office::new(Script::default(), 6);
    let (database, before, within) =
        (office.project.path("subscribers.db"), office.project.path("before"), office.project.path("within"));
    std::fs::copy(&database, &before).unwrap();
    office.send("--limit 2").exits(3);
    std::fs::copy(&database, &within).unwrap();
    office.send("").success().says("6 sent");
    // Where the ledger knows nothing of the campaign, its record in the archive is the first to say so.
    std::fs::copy(&before, &database).unwrap();
    office.send("").exits(2).says("it stands in the archive as `archive/west`");
    std::fs::remove_dir_all(office.project.path("archive")).unwrap();
    for copy in [&before, &within] {
        std::fs::copy(copy, &database).unwrap();
        let lacks = copy == &before;
        for _ in 0..2 {
            let ran = office.send("").exits(2).says("--accept-old");
            let tells = if lacks { "campaign 1, which the database does not hold" } else { "run 2, the database only" };
            ran.says("the journal beside the database tells of").says(tells);
        }
        let none = if lacks { "Nothing was sent or scheduled yet" } else { "paused" };
        assert!(office.run("status").all().contains(none), "nothing was frozen");
        assert_eq!(office.server.taken(), 6);
    }
    // Whoever insists gets what the ledger holds for unsent sent again.
    office.send("--accept-old").success().says("6 sent");
    assert_eq!(office.server.taken(), 10);
}

#[test]
fn with_too_few_file_descriptors_it_says_so_and_loses_nobody() {
    let mut refused = 0;
    for number in [6, 9, 11, 13, 15, 17, 19, 21, 24] {
        let office = Office::new(Script::default(), 8);
        office.reconfigure("connections: 1", "connections: 6");
        let ran = limited(&office.project, &format!("-n {number}"), "send west --yes");
        assert!(matches!(ran.code, Some(0 | 2 | 3)), "{number}: {}", ran.all());
        if ran.code != Some(0) {
            refused += 1;
            ran.says("Too many open files");
            office.send("").success().says("8 sent");
        }
        each_has_one(&office, 8);
    }
    assert!(refused > 3, "{refused}");
}

/// A PNG that claims to be this large, and holds no pixel.
fn bomb(width: u32, height: u32) -> Vec<u8> {
    let mut header = b"IHDR".to_vec();
    header.extend([width.to_be_bytes(), height.to_be_bytes()].concat());
    header.extend([8, 2, 0, 0, 0]);
    let crc = !header.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    });
    let data = b"\0\0\0\x0aIDAT\x78\x9c\x03\0\0\0\0\x01\0\0\0\0\0\0";
    [b"\x89PNG\r\n\x1a\n\0\0\0\x0d", header.as_slice(), &crc.to_be_bytes(), data].concat()
}

#[test]
fn a_huge_image_is_a_finding_however_little_memory_there_is() {
    let office = Office::with(Script::default(), "email\nr0@example.org\n", "![A map](map.png)\n");
    office.project.write("posts/map.png", bomb(60_000, 60_000));
    let large = "it has 60000 × 60000 pixels, more than the limit";
    limited(&office.project, "-v 3000000", "send west --yes").exits(1).says("posts/west.md:").says(large);
    office.reconfigure("language: en", "language: en\nchecks: {max_image_pixels: 1000000000}");
    office.project.write("posts/map.png", bomb(30_000, 30_000));
    let ran = limited(&office.project, "-v 2000000", "send west --yes").exits(1);
    ran.says("posts/west.md:").says("it has 30000 × 30000 pixels, and needs more memory than there is");
    assert_eq!(office.server.taken(), 0);
}
