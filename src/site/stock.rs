//! What the author has ready for the site: the files of `static/`, as they are.

use std::collections::BTreeSet;

use crate::files::{Files, RelPath};
use crate::site::SiteError;
use crate::site::leaf::Leaf;

/// The folder, beside `posts/`.
const FOLDER: &str = "static";
/// Hidden names that hosts look for; other hidden files, as those of editors, stay where they are.
const HIDDEN: [&str; 2] = [".well-known", ".nojekyll"];

/// Its files. What the site makes itself is not replaced by them.
pub(super) fn leaves<'a>(files: &dyn Files, made: &[Leaf<'_>]) -> Result<Vec<Leaf<'a>>, SiteError> {
    let failed = |error: std::io::Error| SiteError::Static(error.to_string());
    let mut paths = files.list(FOLDER).map_err(failed)?;
    for name in HIDDEN {
        let name = format!("{FOLDER}/{name}");
        match RelPath::new(&name).ok().filter(|path| files.is_file(path)) {
            Some(file) => paths.push(file),
            None => paths.extend(files.list(&name).map_err(failed)?),
        }
    }
    let made: BTreeSet<_> = made.iter().map(Leaf::path).collect();
    let own = paths.into_iter().filter_map(|path| {
        let name = path.as_str().strip_prefix(FOLDER)?.trim_start_matches('/').to_owned();
        (!made.contains(name.as_str())).then_some((path, name))
    });
    own.map(|(path, name)| Leaf::of(&name, files.read(&path).map_err(failed)?)).collect()
}
