//! The shape of the database, version by version. A step is never changed once released.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use crate::store::{APPLICATION, StoreError, reason};

const STEPS: &[&str] = &[
    include_str!("migrations/0001_subscribers.sql"),
    include_str!("migrations/0002_campaigns.sql"),
    include_str!("migrations/0003_removed.sql"),
    include_str!("migrations/0004_bookmarks.sql"),
];

/// Brings the database to the present shape, all of it or nothing.
pub(super) fn run(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let done = check(&transaction, path)?;
    for step in STEPS.iter().skip(done) {
        transaction.execute_batch(step)?;
    }
    if done < STEPS.len() {
        transaction.pragma_update(None, "application_id", APPLICATION)?;
        transaction.pragma_update(None, "user_version", i32::try_from(STEPS.len()).unwrap_or(i32::MAX))?;
    }
    transaction.commit()?;
    Ok(())
}

/// How many steps a database has behind it.
///
/// # Errors
/// When it is not ours, or newer than this tool.
pub(super) fn check(connection: &Connection, path: &Path) -> Result<usize, StoreError> {
    let pragma = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    let application = pragma("application_id").map_err(|error| reason(error, path))?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if application != APPLICATION && (tables > 0 || application != 0) {
        return Err(StoreError::Foreign(path.to_owned()));
    }
    let done = usize::try_from(pragma("user_version")?).unwrap_or(0);
    if done > STEPS.len() { Err(StoreError::Newer(path.to_owned())) } else { Ok(done) }
}
