//! The folder `archive/` on the disk: whole records appear and go in one step.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

use crate::archive::ArchiveError;

/// What a killed run may leave; no record's name starts with a dot.
const NEW: &str = ".new";
const GONE: &str = ".gone";

pub(super) fn read(path: &Path) -> Result<Vec<u8>, ArchiveError> {
    read_if_there(path)?.ok_or_else(|| ArchiveError::io("read", path)(io::ErrorKind::NotFound.into()))
}

/// Reads a file; nothing where there is none.
pub(super) fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>, ArchiveError> {
    match path.symlink_metadata() {
        // What a link leads to is not in the archive.
        Ok(metadata) if !metadata.is_file() => Err(ArchiveError::io("read", path)(io::ErrorKind::InvalidInput.into())),
        Ok(_) => fs::read(path).map(Some).map_err(ArchiveError::io("read", path)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(ArchiveError::io("read", path)(error)),
    }
}

/// Writes the folder `place` of `archive` with `files`, all of it or nothing; what stands there is
/// not replaced.
pub(super) fn write_folder(archive: &Path, place: &Path, files: &[(&str, Vec<u8>)]) -> Result<(), ArchiveError> {
    let new = archive.join(NEW);
    clear(&new)?;
    fs::create_dir(&new).map_err(ArchiveError::io("create", &new))?;
    for (name, bytes) in files {
        let path = new.join(name);
        if let Some(folder) = path.parent().filter(|folder| *folder != new) {
            fs::create_dir_all(folder).map_err(ArchiveError::io("create", folder))?;
        }
        write_new(&path, bytes)?;
    }
    for name in files.iter().filter_map(|(name, _)| name.rsplit_once('/')).map(|(folder, _)| folder) {
        sync(&new.join(name));
    }
    sync(&new);
    fs::rename(&new, place).map_err(ArchiveError::io("write", place))?;
    sync(archive);
    Ok(())
}

/// Writes one file of a record anew, all of it or nothing.
pub(super) fn write_file(place: &Path, bytes: &[u8]) -> Result<(), ArchiveError> {
    let name = place.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let beside = place.with_file_name(format!(".{name}{NEW}"));
    drop(fs::remove_file(&beside));
    write_new(&beside, bytes)?;
    fs::rename(&beside, place).map_err(ArchiveError::io("write", place))?;
    place.parent().map(sync);
    Ok(())
}

fn write_new(path: &Path, bytes: &[u8]) -> Result<(), ArchiveError> {
    let mut file = File::create_new(path).map_err(ArchiveError::io("write", path))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(ArchiveError::io("write", path))
}

/// Removes the folder `place` of `archive`, all of it at once.
pub(super) fn remove(archive: &Path, place: &Path) -> Result<(), ArchiveError> {
    let gone = archive.join(GONE);
    clear(&gone)?;
    fs::rename(place, &gone).map_err(ArchiveError::io("remove", place))?;
    sync(archive);
    clear(&gone)
}

fn clear(path: &Path) -> Result<(), ArchiveError> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(ArchiveError::io("remove", path)(error)),
        _ => Ok(()),
    }
}

/// Makes what was named in a folder last through a power cut, on systems that can.
fn sync(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        drop(folder.sync_all());
    }
}

/// The names of the folders in `archive`, in order, but for hidden ones.
pub(super) fn names(archive: &Path) -> Result<Vec<String>, ArchiveError> {
    let mut names = Vec::new();
    for entry in entries(archive)? {
        let entry = entry.map_err(ArchiveError::io("read", archive))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        if !name.starts_with('.') && !is_file {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// The files below `folder` by their path in it, with `/`; a folder that holds nothing ends with one.
pub(super) fn tree(folder: &Path) -> Result<BTreeSet<String>, ArchiveError> {
    let mut found = BTreeSet::new();
    let mut open = vec![String::new()];
    while let Some(below) = open.pop() {
        let here = folder.join(&below);
        let mut is_empty = true;
        for entry in entries(&here)? {
            is_empty = false;
            let entry = entry.map_err(ArchiveError::io("read", &here))?;
            let name = format!("{below}{}", entry.file_name().to_string_lossy());
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                open.push(name + "/");
            } else {
                found.insert(name);
            }
        }
        if is_empty && !below.is_empty() {
            found.insert(below);
        }
    }
    Ok(found)
}

fn entries(folder: &Path) -> Result<impl Iterator<Item = io::Result<fs::DirEntry>>, ArchiveError> {
    match fs::read_dir(folder) {
        Ok(entries) => Ok(Some(entries).into_iter().flatten()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None.into_iter().flatten()),
        Err(error) => Err(ArchiveError::io("read", folder)(error)),
    }
}

/// Makes `archive` and keeps others from writing in it; on systems that lock no folders, it does
/// not.
pub(super) fn lock(archive: &Path) -> Result<Option<File>, ArchiveError> {
    fs::create_dir_all(archive).map_err(ArchiveError::io("create", archive))?;
    Ok(File::open(archive).ok().and_then(|file| file.lock().is_ok().then_some(file)))
}
