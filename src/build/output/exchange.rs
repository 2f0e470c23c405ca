//! Two folders change places.

use std::io;
use std::path::Path;

/// Puts `new` in the place of the folder `old`, which then stands where `new` was. In one step on
/// Linux; elsewhere by way of `aside`, from where [`recover`] brings it back after a crash.
#[cfg(target_os = "linux")]
pub(super) fn exchange(new: &Path, old: &Path, aside: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;

    match renameat_with(CWD, new, CWD, old, RenameFlags::EXCHANGE) {
        // An old kernel, or a file system that cannot.
        Err(Errno::NOSYS | Errno::INVAL | Errno::NOTSUP) => step_by_step(new, old, aside),
        result => result.map_err(io::Error::from),
    }
}

/// Puts `new` in the place of the folder `old`, which then stands where `new` was.
#[cfg(not(target_os = "linux"))]
pub(super) fn exchange(new: &Path, old: &Path, aside: &Path) -> io::Result<()> {
    step_by_step(new, old, aside)
}

fn step_by_step(new: &Path, old: &Path, aside: &Path) -> io::Result<()> {
    std::fs::rename(old, aside)?;
    if let Err(error) = std::fs::rename(new, old) {
        std::fs::rename(aside, old)?;
        return Err(error);
    }
    std::fs::rename(aside, new)
}

/// Brings back what a crash between the steps left aside.
pub(super) fn recover(place: &Path, aside: &Path) -> io::Result<()> {
    if aside.is_dir() && !place.exists() { std::fs::rename(aside, place) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::{exchange, recover, step_by_step};

    #[test]
    fn folders_change_places_in_both_ways_and_a_crash_between_is_mended() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        for (name, text) in [("new", "2"), ("old", "1")] {
            std::fs::create_dir(at(name)).unwrap();
            std::fs::write(at(name).join("v"), text).unwrap();
        }
        let read = |name: &str| std::fs::read_to_string(at(name).join("v")).unwrap();
        exchange(&at("new"), &at("old"), &at("aside")).unwrap();
        assert_eq!((read("old"), read("new")), ("2".into(), "1".into()));
        step_by_step(&at("new"), &at("old"), &at("aside")).unwrap();
        assert_eq!((read("old"), read("new")), ("1".into(), "2".into()));
        std::fs::rename(at("old"), at("aside")).unwrap();
        recover(&at("old"), &at("aside")).unwrap();
        assert_eq!(read("old"), "1");
    }
}
