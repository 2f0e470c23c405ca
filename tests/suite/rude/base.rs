//! A campaign that is frozen once, and copied for each cell. Its readers have names and fields that
//! would end a header, a text or a command, were they not handled with care.

use std::path::PathBuf;
use std::sync::OnceLock;

use newsletter::store::StoreError;
use newsletter::subscribers::List;
use tempfile::TempDir;

use super::fault::Third;
use crate::send::Office;
use crate::support::relay::Script;

/// Somebody on the list.
pub(super) struct Reader {
    pub(super) address: &'static str,
    name: &'static str,
    pub(super) town: &'static str,
}

const fn reader(address: &'static str, name: &'static str, town: &'static str) -> Reader {
    Reader { address, name, town }
}

/// Everybody, in the order of the list.
pub(super) const READERS: [Reader; 6] = [
    reader("r0@example.org", "Ada\r\nBcc: eve@example.net", "Lund"),
    reader("r1@example.org", ".", "."),
    reader("r2@example.org", "Ines", "Faro"),
    reader("r3@example.org", "Bo\r\n.\r\nMAIL FROM:<eve@example.net>", "..\n.\nQUIT"),
    reader("r4@example.org", "Li\n", ".\r\n.\r\nRCPT TO:<eve@example.net>"),
    reader("r5+a.b=c@example.org", "\"Jo\" <jo@example.net>", "\r.\r"),
];

/// Whose turn it is when things go wrong.
pub(super) const THIRD: usize = 2;
/// Who is refused where RSET is to be said afterwards.
pub(super) const SECOND: usize = 1;
/// The third, where her address needs SMTPUTF8.
const WIDE: &str = "in\u{ea}s@example.org";
/// Twice in a letter, more than the sending end of a connection holds.
const LONG: usize = 1_800_000;

/// What is offered before the first cell.
pub(super) const OFFERS: [&str; 3] = ["SIZE 99999999", "8BITMIME", "SMTPUTF8"];

pub(super) struct Base {
    office: Office,
    third: Third,
}

impl Base {
    /// The one with this third reader.
    pub(super) fn of(third: Third) -> &'static Self {
        static BASES: [OnceLock<Base>; 3] = [const { OnceLock::new() }; 3];
        BASES[third as usize].get_or_init(|| Self::freeze(third))
    }

    fn freeze(third: Third) -> Self {
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let mut table = "email,name,town\n".to_owned();
        for (rank, reader) in READERS.iter().enumerate() {
            let cells = [address(third, rank), reader.name, reader.town].map(quoted);
            table.extend([&cells.join(","), "\n"]);
        }
        let text = "Dear {{default subscriber.name \"reader\"}},\n\n{{default subscriber.town \"-\"}}\n\nall is well.";
        let office = Office::with(Script::offering(&OFFERS), &table, text);
        office.send("--at 2099-01-01T07:30").success();
        if third == Third::Long {
            // Longer than a list takes; the ledger has no opinion.
            let fields = serde_json::json!({ "town": "longwords ".repeat(LONG / 10) }).to_string();
            let list = List::open_existing(&office.project.path("subscribers.db")).unwrap();
            let values = [fields.into(), READERS[THIRD].address.into()];
            let done =
                list.store().write(move |tx| tx.run("UPDATE delivery SET fields = ? WHERE address = ?", &values));
            let done: Result<_, StoreError> = done;
            assert_eq!(done.unwrap(), 1);
        }
        Self { office, third }
    }

    /// A copy of its database, in a folder of its own.
    pub(super) fn copy(&self) -> (TempDir, PathBuf) {
        // In memory, where that is to be had: how long a disk takes is no question here.
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
        let path = folder.path().join("subscribers.db");
        std::fs::copy(self.office.project.path("subscribers.db"), &path).unwrap();
        (folder, path)
    }

    /// The addresses, in the order of the list.
    pub(super) fn addresses(&self) -> [&'static str; 6] {
        std::array::from_fn(|rank| address(self.third, rank))
    }
}

fn address(third: Third, rank: usize) -> &'static str {
    if rank == THIRD && third == Third::Wide { WIDE } else { READERS[rank].address }
}
