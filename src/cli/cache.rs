//! Where what can be asked again is kept.

use std::ffi::OsString;
use std::path::PathBuf;

/// The file of what addresses answered: in `$XDG_CACHE_HOME`, or where the system keeps such things.
pub(super) fn file() -> Option<PathBuf> {
    let folder = folder(std::env::var_os)?;
    Some(folder.join("newsletter").join("answers.json"))
}

fn folder(variable: impl Fn(&'static str) -> Option<OsString>) -> Option<PathBuf> {
    let path = |name| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let usual = || {
        if cfg!(windows) {
            path("LOCALAPPDATA")
        } else {
            path("HOME").map(|home| home.join(if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" }))
        }
    };
    path("XDG_CACHE_HOME").or_else(usual)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::folder;

    #[test]
    fn the_folder_is_the_one_that_was_named_and_never_a_relative_one() {
        let of = |set: &'static [(&str, &str)]| {
            folder(move |name| set.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).into()))
        };
        assert_eq!(of(&[("XDG_CACHE_HOME", "/c"), ("HOME", "/h")]).as_deref(), Some(Path::new("/c")));
        assert_eq!(of(&[]), None);
        if cfg!(target_os = "linux") {
            assert_eq!(of(&[("XDG_CACHE_HOME", "c"), ("HOME", "/h")]).as_deref(), Some(Path::new("/h/.cache")));
        }
    }
}
