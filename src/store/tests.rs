use crate::store::{Store, StoreError, values};

fn store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("subscribers.db")).unwrap();
    (folder, store)
}

fn put(store: &Store, name: &'static str) -> Result<usize, StoreError> {
    store.write(move |tx| tx.run("INSERT INTO meta VALUES (?, ?)", values![name, b"x"]))
}

fn names(store: &Store) -> Vec<String> {
    store.read(|tx| tx.all("SELECT name FROM meta ORDER BY name", &[], |row| row.get(0))).unwrap()
}

#[test]
fn what_was_written_is_there_when_it_is_opened_again() {
    let (folder, store) = store();
    put(&store, "a").unwrap();
    drop(store);
    let path = folder.path().join("subscribers.db");
    assert_eq!(names(&Store::open_existing(&path).unwrap()), ["a"]);
    #[cfg(unix)]
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&path.metadata().unwrap().permissions()) & 0o777, 0o600);
}

#[test]
fn a_job_that_fails_takes_back_its_own_work_alone() {
    let (_folder, store) = store();
    let other = store.clone();
    let thread = std::thread::spawn(move || put(&other, "good"));
    let failed: Result<(), StoreError> = store.write(|tx| {
        tx.run("INSERT INTO meta VALUES ('bad', x'00')", &[])?;
        Err(StoreError::Other("changed my mind".into()))
    });
    assert!(failed.unwrap_err().to_string().contains("changed my mind"));
    thread.join().unwrap().unwrap();
    assert_eq!(names(&store), ["good"]);
    put(&store, "good").unwrap_err();
    assert_eq!(names(&store), ["good"]);
}

#[test]
fn reading_cannot_write() {
    let (_folder, store) = store();
    let written = store.read(|tx| tx.run("INSERT INTO meta VALUES ('a', x'00')", &[]));
    assert!(matches!(written, Err(StoreError::ReadOnly)), "{written:?}");
    put(&store, "b").unwrap();
}

#[test]
fn a_file_of_somebody_else_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.db");
    rusqlite::Connection::open(&path).unwrap().execute_batch("CREATE TABLE songs (title)").unwrap();
    assert!(matches!(Store::open(&path), Err(StoreError::Foreign(_))));
    std::fs::write(&path, "not a database, but a text that is longer than a header").unwrap();
    assert!(matches!(Store::open(&path), Err(StoreError::Foreign(_))));
    assert!(matches!(Store::open_existing(&folder.path().join("none")), Err(StoreError::Open { .. })));
}

#[test]
fn a_newer_database_is_refused() {
    let (folder, store) = store();
    drop(store);
    let path = folder.path().join("subscribers.db");
    rusqlite::Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    assert!(matches!(Store::open(&path), Err(StoreError::Newer(_))));
}

#[test]
fn a_database_that_somebody_holds_too_long_is_named_and_loses_nothing() {
    let (folder, store) = store();
    put(&store, "a").unwrap();
    store.write(|tx| tx.first("PRAGMA busy_timeout = 20", &[], |row| row.get::<i64>(0))).unwrap();
    let other = rusqlite::Connection::open(folder.path().join("subscribers.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let busy = put(&store, "b").unwrap_err();
    assert!(matches!(busy, StoreError::Busy) && busy.is_transient(), "{busy:?}");
    other.execute_batch("COMMIT").unwrap();
    put(&store, "c").unwrap();
    assert_eq!(names(&store), ["a", "c"]);
}

/// The names and the bytes of all files beside each other.
fn beside(path: &std::path::Path) -> Vec<(std::ffi::OsString, Vec<u8>)> {
    let entries = std::fs::read_dir(path.parent().unwrap()).unwrap().map(Result::unwrap);
    let mut files: Vec<_> = entries.map(|entry| (entry.file_name(), std::fs::read(entry.path()).unwrap())).collect();
    files.sort();
    files
}

#[test]
fn a_look_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("odd ? name#.db");
    assert!(matches!(Store::look(&path), Err(StoreError::Open { .. })));
    // Of an earlier version.
    let old = rusqlite::Connection::open(&path).unwrap();
    old.execute_batch(include_str!("migrations/0001_subscribers.sql")).unwrap();
    old.pragma_update(None, "application_id", super::APPLICATION).unwrap();
    old.pragma_update(None, "user_version", 1).unwrap();
    drop(old);
    let before = beside(&path);
    Store::look(&path).unwrap();
    assert_eq!(beside(&path), before);
    // One that is in use.
    let store = Store::open(&path).unwrap();
    put(&store, "a").unwrap();
    let before = beside(&path);
    assert!(before.len() > 1);
    Store::look(&path).unwrap();
    assert_eq!(beside(&path).len(), before.len());
    drop(store);
    rusqlite::Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    assert!(matches!(Store::look(&path), Err(StoreError::Newer(_))));
    std::fs::write(&path, "not a database, but a text that is longer than a header").unwrap();
    assert!(matches!(Store::look(&path), Err(StoreError::Foreign(_))));
}

#[test]
fn a_backup_holds_everything_and_replaces_nothing() {
    let (folder, store) = store();
    put(&store, "a").unwrap();
    let copy = folder.path().join("copy.db");
    store.backup(&copy).unwrap();
    put(&store, "b").unwrap();
    assert_eq!(names(&Store::open_existing(&copy).unwrap()), ["a"]);
    assert!(matches!(store.backup(&copy), Err(StoreError::Open { .. })));
    assert_eq!(names(&store), ["a", "b"]);
}

#[test]
fn a_full_disk_is_named_and_loses_nothing() {
    let (_folder, store) = store();
    put(&store, "a").unwrap();
    // The page count stands in for a disk without room.
    let limited = store.write(|tx| tx.first("PRAGMA max_page_count = 1", &[], |row| row.get::<i64>(0)));
    limited.unwrap();
    let big = store.write(|tx| tx.run("INSERT INTO meta VALUES ('b', zeroblob(10000000))", &[]));
    assert!(matches!(big, Err(StoreError::Full)), "{big:?}");
    store.write(|tx| tx.first("PRAGMA max_page_count = 1000000", &[], |row| row.get::<i64>(0))).unwrap();
    put(&store, "c").unwrap();
    assert_eq!(names(&store), ["a", "c"]);
}

#[test]
fn connections_that_close_at_the_same_time_do_not_wait_for_each_other() {
    let (_folder, store) = store();
    put(&store, "a").unwrap();
    let path = store.path().to_owned();
    drop(store);
    for _ in 0..20 {
        let together = std::sync::Arc::new(std::sync::Barrier::new(4));
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let (path, together) = (path.clone(), std::sync::Arc::clone(&together));
                std::thread::spawn(move || {
                    let connection = super::connect(&path).unwrap();
                    connection.execute("UPDATE meta SET value = randomblob(8)", []).unwrap();
                    together.wait();
                    drop(connection);
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
    }
}
