use proptest::prelude::*;

use crate::campaign::journal::note::{Head, Note};
use crate::campaign::journal::{Answered, Evidence, Journal, Left, Try};

/// Makes a journal what a machine may leave of it that went down: its first bytes, written since
/// another start.
pub(in crate::campaign) fn reboot(path: &std::path::Path, kept: usize) {
    let bytes = std::fs::read(path).unwrap();
    let (head, rest) = Head::decode(&bytes).unwrap();
    let mut left = Head { boot: BOOT, ..head }.encode();
    left.extend(&rest[..kept.min(rest.len())]);
    std::fs::write(path, left).unwrap();
}

const BOOT: Option<[u8; 16]> = Some([7; 16]);

fn answered(code: u16) -> Answered {
    Answered {
        outcome: 1,
        due: -5,
        code,
        enhanced: "2.0.0".to_owned(),
        reply: "Ok: queued as 4é".to_owned(),
        relay_id: "4é".to_owned(),
    }
}

fn bytes(notes: &[Note]) -> Vec<u8> {
    let head = Head { campaign: 3, epoch: 2, boot: BOOT }.encode();
    head.into_iter().chain(notes.iter().flat_map(Note::encode)).collect()
}

fn first(delivery: i64) -> Try {
    Try { delivery, before: 0 }
}

fn begun(delivery: i64) -> Note {
    Note::Begun { tried: first(delivery) }
}

fn reply(delivery: i64, code: u16) -> Note {
    Note::Answered { tried: first(delivery), answered: answered(code) }
}

#[test]
fn it_tells_no_dot_from_one_that_was_not_answered_and_one_that_was() {
    let left = Left::parse(&bytes(&[begun(1), begun(2), reply(1, 250)]), BOOT);
    assert_eq!(left.evidence(3, 2, first(1)), Evidence::Answered(answered(250)));
    assert_eq!(left.evidence(3, 2, first(2)), Evidence::Unknown);
    assert_eq!(left.evidence(3, 2, first(4)), Evidence::NoDot);
}

#[test]
fn a_second_dot_after_a_reply_is_unknown_again() {
    let left = Left::parse(&bytes(&[begun(1), reply(1, 451), begun(1)]), BOOT);
    assert_eq!(left.evidence(3, 2, first(1)), Evidence::Unknown);
}

#[test]
fn an_earlier_try_s_reply_says_nothing_of_a_later_one() {
    let left = Left::parse(&bytes(&[begun(1), reply(1, 451)]), BOOT);
    assert_eq!(left.evidence(3, 2, Try { delivery: 1, before: 1 }), Evidence::NoDot);
}

#[test]
fn it_speaks_for_its_own_run_alone() {
    let left = Left::parse(&bytes(&[begun(1), reply(1, 250)]), BOOT);
    for (campaign, epoch) in [(3, 1), (3, 3), (4, 2)] {
        for delivery in [1, 2] {
            assert_eq!(left.evidence(campaign, epoch, first(delivery)), Evidence::Unknown);
        }
    }
}

#[test]
fn after_a_reboot_or_on_a_system_without_boot_ids_its_silence_proves_nothing() {
    let notes = bytes(&[begun(1), reply(1, 250)]);
    for boot in [Some([8; 16]), None] {
        let left = Left::parse(&notes, boot);
        assert_eq!(left.evidence(3, 2, first(2)), Evidence::Unknown);
        // What it says is still true.
        assert_eq!(left.evidence(3, 2, first(1)), Evidence::Answered(answered(250)));
    }
    let nameless = Head { campaign: 3, epoch: 2, boot: None }.encode();
    assert_eq!(Left::parse(&nameless, None).evidence(3, 2, first(2)), Evidence::Unknown);
}

#[test]
fn what_is_no_journal_proves_nothing() {
    for bytes in [&b""[..], b"NLTRJ", b"another file that is longer than a head is"] {
        assert_eq!(Left::parse(bytes, BOOT).evidence(3, 2, first(1)), Evidence::Unknown);
    }
}

#[test]
fn a_journal_on_the_disk_says_what_was_noted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    assert_eq!(Left::read(&path).unwrap(), Left::default());
    let journal = Journal::begin(&path, 3, 2).unwrap();
    journal.about_to_write(first(1)).unwrap();
    journal.about_to_write(first(2)).unwrap();
    journal.reply(first(1), answered(250)).unwrap();
    let left = Left::read(&path).unwrap();
    assert_eq!(left.evidence(3, 2, first(1)), Evidence::Answered(answered(250)));
    assert_eq!(left.evidence(3, 2, first(2)), Evidence::Unknown);
    if cfg!(target_os = "linux") {
        assert_eq!(left.evidence(3, 2, first(3)), Evidence::NoDot);
    }
    drop(Journal::begin(&path, 3, 3).unwrap());
    assert_eq!(Left::read(&path).unwrap().epoch(3), Some(3));
}

#[cfg(target_os = "linux")]
#[test]
fn a_journal_that_cannot_be_written_lets_no_dot_go() {
    // `/dev/full` takes nothing, as a full disk.
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let journal = Journal { file: std::sync::Mutex::new(Ok(full)) };
    for _ in 0..2 {
        let error = journal.about_to_write(first(1)).unwrap_err();
        assert!(error.to_string().contains("No space left on device"), "{error}");
    }
}

fn notes() -> impl Strategy<Value = Vec<Note>> {
    let note = (1_i64..6, any::<bool>(), any::<u16>(), ".{0,20}").prop_map(|(delivery, begins, code, text)| {
        if begins {
            return begun(delivery);
        }
        Note::Answered { tried: first(delivery), answered: Answered { reply: text, ..answered(code) } }
    });
    prop::collection::vec(note, 0..12)
}

proptest! {
    #[test]
    fn any_bytes_can_be_read(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Left::parse(&bytes, BOOT);
        let head = Head { campaign: 3, epoch: 2, boot: BOOT }.encode();
        let _ = Left::parse(&[head, bytes].concat(), BOOT);
    }

    #[test]
    fn a_torn_tail_costs_the_last_note_alone(notes in notes()) {
        let whole = bytes(&notes);
        prop_assume!(!notes.is_empty());
        let before = Left::parse(&bytes(&notes[..notes.len() - 1]), BOOT);
        for cut in 1..=notes.last().unwrap().encode().len() {
            prop_assert_eq!(&Left::parse(&whole[..whole.len() - cut], BOOT), &before);
        }
    }

    /// Whatever byte is changed, no dot that was begun is taken for none.
    #[test]
    fn damage_never_proves_that_no_dot_was_written(notes in notes(), place in any::<prop::sample::Index>(), flip in 1_u8..) {
        let mut damaged = bytes(&notes);
        let place = place.index(damaged.len());
        damaged[place] ^= flip;
        let left = Left::parse(&damaged, BOOT);
        for delivery in 1..6 {
            if notes.contains(&begun(delivery)) {
                prop_assert_ne!(left.evidence(3, 2, first(delivery)), Evidence::NoDot);
            }
        }
    }
}
