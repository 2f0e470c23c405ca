//! Whether the database of subscribers can be used, and by nobody else.

use std::path::Path;

use crate::doctor::{Check, secrets};
use crate::store::Store;
use crate::subscribers::FILE;

const CHECK: &str = "subscribers";

pub(super) fn examine(root: &Path) -> Vec<Check> {
    let path = root.join(FILE);
    if !path.exists() {
        let check = Check::note(CHECK, "there is no database of subscribers yet");
        return vec![check.help("`newsletter subscribers import FILE` makes it")];
    }
    match Store::look(&path) {
        Ok(()) => {
            // To open it for writing changes nothing.
            let unwritable = std::fs::OpenOptions::new().write(true).open(&path).err().map(|error| {
                Check::warning(CHECK, format!("the database `{FILE}` cannot be written: {error}"))
                    .why("every message is noted there before it goes out, so that nothing can be sent")
                    .help("give yourself the right to write it and its folder")
            });
            unwritable.into_iter().chain(secrets::judge(CHECK, &format!("the database `{FILE}`"), &path)).collect()
        }
        Err(error) => {
            vec![Check::error(CHECK, error.to_string()).help(error.help())]
        }
    }
}
