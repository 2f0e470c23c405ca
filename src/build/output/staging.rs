//! The folder beside OUT that a build writes to.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rayon::prelude::*;

use crate::build::Output;
use crate::build::output::folder::Holds;
use crate::build::output::{Folder, OutputError, exchange};
use crate::files::RelPath;
use crate::post::Slug;

/// A folder of our own, removed when it goes out of use.
#[derive(Debug)]
pub(crate) struct Staging<'a> {
    folder: &'a Folder,
    path: PathBuf,
    /// Held as long as the folder is in use, so that another build does not take it for left over.
    _lock: Option<File>,
}

impl<'a> Staging<'a> {
    /// Makes a new folder beside OUT and removes what killed builds left there.
    pub(crate) fn beside(folder: &'a Folder) -> Result<Self, OutputError> {
        let parent = folder.parent();
        fs::create_dir_all(parent).map_err(OutputError::io("create", parent))?;
        remove_leftovers(folder);
        let mut number = 0;
        loop {
            let mut name = folder.prefix();
            name.push(format!("{}-{number}", std::process::id()));
            let path = parent.join(name);
            match fs::create_dir(&path) {
                Ok(()) => return Ok(Self { folder, _lock: lock(&path), path }),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && number < 100 => number += 1,
                Err(error) => return Err(OutputError::io("create", &path)(error)),
            }
        }
    }

    /// Writes the folder of one issue.
    pub(crate) fn write_issue(&self, slug: &Slug, output: &Output) -> Result<(), OutputError> {
        let folder = self.path.join(slug.as_str());
        fs::create_dir(&folder).map_err(OutputError::io("create", &folder))?;
        let parts: [(&str, &[u8]); 5] = [
            ("index.html", output.page.as_bytes()),
            ("email.html", output.email.as_bytes()),
            ("email.txt", output.text.as_bytes()),
            ("message.eml", &output.message),
            ("build.json", &output.report),
        ];
        for (name, bytes) in parts {
            write(&folder.join(name), bytes)?;
        }
        let images = folder.join("images");
        for (number, asset) in output.assets.iter().enumerate() {
            if number == 0 {
                fs::create_dir(&images).map_err(OutputError::io("create", &images))?;
            }
            // The name is made of letters, digits and a hash; nothing else may reach the disk.
            let name = Path::new(&asset.name).file_name().filter(|name| *name == asset.name.as_str());
            let name = name.ok_or_else(|| OutputError::io("write", &images)(io::ErrorKind::InvalidFilename.into()))?;
            write(&images.join(name), &asset.bytes)?;
        }
        Ok(())
    }

    /// Writes a file at the top.
    pub(crate) fn write_file(&self, name: &str, bytes: &[u8]) -> Result<(), OutputError> {
        write(&self.path.join(name), bytes)
    }

    /// Writes a file by its path, with the folders that it stands in.
    pub(crate) fn write_path(&self, path: &RelPath, bytes: &[u8]) -> Result<(), OutputError> {
        let place = self.place(path)?;
        write(&place, bytes)
    }

    /// Takes a file over from the last build; says whether it stood there, as that build wrote it.
    pub(crate) fn keep_path(&self, path: &RelPath, last: &LastBuild) -> Result<bool, OutputError> {
        let from = self.folder.path().join(path.as_str());
        if !last.wrote(&from) {
            return Ok(false);
        }
        let to = self.place(path)?;
        Ok(fs::hard_link(&from, &to).is_ok() || fs::copy(&from, &to).is_ok())
    }

    /// Where a file is to stand, in a folder that is there.
    fn place(&self, path: &RelPath) -> Result<PathBuf, OutputError> {
        let place = self.path.join(path.as_str());
        if let Some(folder) = place.parent().filter(|_| path.as_str().contains('/')) {
            fs::create_dir_all(folder).map_err(OutputError::io("create", folder))?;
        }
        Ok(place)
    }

    /// Takes the folder of an issue over from the last build; says whether there was one. A folder
    /// of that name that was written by this build stays.
    pub(crate) fn keep_issue(&self, slug: &Slug) -> Result<bool, OutputError> {
        let (from, to) = (self.folder.path().join(slug.as_str()), self.path.join(slug.as_str()));
        if to.exists() || !is_real_folder(&from) {
            return Ok(false);
        }
        link_all(&from, &to).map_err(OutputError::io("keep", &from))?;
        Ok(true)
    }

    /// Puts all of it in the place of OUT.
    pub(crate) fn replace_all(self) -> Result<(), OutputError> {
        let place = self.folder.path();
        match self.folder.holds() {
            Holds::LastBuild => exchange::exchange(&self.path, place, &self.folder.aside()),
            // An empty folder gives way to a rename on POSIX, not on Windows.
            Holds::EmptyFolder => fs::remove_dir(place).and_then(|()| fs::rename(&self.path, place)),
            Holds::Nothing => fs::rename(&self.path, place),
        }
        .map_err(OutputError::io("replace", place))
    }

    /// Puts one issue's folder in the place of the one in OUT.
    pub(crate) fn replace_issue(&self, slug: &Slug) -> Result<(), OutputError> {
        let (from, to) = (self.path.join(slug.as_str()), self.folder.path().join(slug.as_str()));
        let replaced = if is_real_folder(&to) {
            exchange::exchange(&from, &to, &self.path.join(".last"))
        } else {
            fs::rename(&from, &to)
        };
        replaced.map_err(OutputError::io("replace", &to))
    }

    /// Puts a file at the top in the place of the one in OUT.
    pub(crate) fn replace_file(&self, name: &str) -> Result<(), OutputError> {
        let to = self.folder.path().join(name);
        fs::rename(self.path.join(name), &to).map_err(OutputError::io("replace", &to))
    }

    /// Removes an issue's folder from OUT.
    pub(crate) fn remove_issue(&self, slug: &Slug) -> Result<(), OutputError> {
        let place = self.folder.path().join(slug.as_str());
        if !is_real_folder(&place) {
            return Ok(());
        }
        fs::rename(&place, self.path.join(format!(".gone-{slug}"))).map_err(OutputError::io("remove", &place))
    }
}

/// What stands in OUT before a build.
#[derive(Debug)]
pub(crate) struct LastBuild {
    /// What its marker holds.
    pub(crate) marker: Vec<u8>,
    /// When its marker was written, which is the last thing that a build writes: whatever is newer
    /// was changed by others.
    written: SystemTime,
}

impl LastBuild {
    /// The last build in `folder`, where there is one.
    pub(crate) fn of(folder: &Folder) -> Option<Self> {
        let path = folder.path().join(folder.marker());
        let written = fs::symlink_metadata(&path).and_then(|file| file.modified()).ok()?;
        Some(Self { marker: fs::read(&path).ok()?, written })
    }

    /// A file of the last build in `folder`, where it is as that build wrote it.
    #[cfg(feature = "search")]
    pub(crate) fn read(folder: &Folder, path: &str) -> Option<Vec<u8>> {
        let last = Self::of(folder)?;
        let place = folder.path().join(RelPath::new(path).ok()?.as_str());
        last.wrote(&place).then(|| fs::read(&place).ok())?
    }

    /// The paths of all that is in `folder` but folders, its marker left out, in order.
    pub(crate) fn tree(folder: &Folder) -> Result<Vec<String>, OutputError> {
        let mut found = Vec::new();
        let mut folders = vec![String::new()];
        while let Some(below) = folders.pop() {
            let path = folder.path().join(&below);
            for entry in fs::read_dir(&path).map_err(OutputError::io("read", &path))? {
                let entry = entry.map_err(OutputError::io("read", &path))?;
                let name = format!("{below}{}", entry.file_name().to_string_lossy());
                if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    folders.push(name + "/");
                } else if name != folder.marker() {
                    found.push(name);
                }
            }
        }
        found.sort_unstable();
        Ok(found)
    }

    /// Whether a file is as the build wrote it.
    fn wrote(&self, path: &Path) -> bool {
        fs::symlink_metadata(path)
            .and_then(|file| Ok(file.is_file() && file.modified()? <= self.written))
            .unwrap_or_default()
    }
}

impl Drop for Staging<'_> {
    fn drop(&mut self) {
        // After the exchange the last build stands here. What cannot be removed now is removed by
        // the next build.
        remove_folder(&self.path);
    }
}

fn is_real_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir())
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), OutputError> {
    fs::write(path, bytes).map_err(OutputError::io("write", path))
}

/// Links the files of a folder into a new one, or copies them where links cannot be made.
fn link_all(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type()?;
        if kind.is_dir() {
            link_all(&from, &to)?;
        } else if kind.is_file() && fs::hard_link(&from, &to).is_err() {
            fs::copy(&from, &to)?;
        }
    }
    Ok(())
}

/// Locks a folder; nothing on systems that cannot.
fn lock(path: &Path) -> Option<File> {
    let file = File::open(path).ok()?;
    file.try_lock().ok().map(|()| file)
}

fn remove_leftovers(folder: &Folder) {
    let prefix = folder.prefix();
    let Ok(entries) = fs::read_dir(folder.parent()) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let ours = name.as_encoded_bytes().starts_with(prefix.as_encoded_bytes());
        if !ours || !is_real_folder(&entry.path()) {
            continue;
        }
        let in_use =
            File::open(entry.path()).is_ok_and(|file| matches!(file.try_lock(), Err(fs::TryLockError::WouldBlock)));
        if !in_use {
            remove_folder(&entry.path());
        }
    }
}

/// Removes a folder, its subfolders at the same time: the system is the slow part of it.
fn remove_folder(path: &Path) {
    if let Ok(entries) = fs::read_dir(path) {
        let inside: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        inside
            .par_iter()
            .for_each(|path| drop(if is_real_folder(path) { fs::remove_dir_all(path) } else { fs::remove_file(path) }));
    }
    drop(fs::remove_dir_all(path));
}
