//! The file system under SQLite: the system's own, which writes down what it does.
#![expect(unsafe_code, reason = "SQLite takes a file system as C functions")]

use std::ffi::{CStr, OsStr, c_char, c_int, c_void};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::ptr::{null, null_mut};
use std::sync::{Arc, OnceLock};

use rusqlite::ffi;

use crate::record::{Event, Recorder};

/// The system's own file system.
static REAL: OnceLock<Real> = OnceLock::new();

struct Real(*mut ffi::sqlite3_vfs);

// SAFETY: SQLite keeps what it registered for ever, and changes nothing in it but the list it is in.
unsafe impl Send for Real {}
// SAFETY: as above.
unsafe impl Sync for Real {}

/// An open file. The system's own one lies right behind it.
#[repr(C)]
struct File {
    base: ffi::sqlite3_file,
    /// Null where it is not recorded.
    recorded: *mut Recorded,
}

struct Recorded {
    recorder: Arc<Recorder>,
    file: usize,
    /// Whether its next sync brings its name to the disk: SQLite syncs the folder together with a
    /// journal or a WAL that it may have made.
    is_new: bool,
}

/// Puts the file system under every database that is opened from now on. More than once is as
/// good as once.
pub fn install() {
    REAL.get_or_init(|| {
        // SAFETY: the file system that is found is valid for ever, and so is our copy of it, which
        // is leaked. What the copy does not replace works with a copy too: the functions of SQLite's
        // `os_unix.c` look at nothing but `pAppData` and `mxPathname`.
        unsafe {
            let real = ffi::sqlite3_vfs_find(null());
            assert!(!real.is_null(), "SQLite has no file system");
            let own = Box::leak(Box::new(*real));
            own.zName = c"power".as_ptr();
            own.pNext = null_mut();
            own.szOsFile = c_int::try_from(size_of::<File>()).unwrap_or(c_int::MAX) + (*real).szOsFile;
            own.xOpen = Some(open);
            own.xDelete = Some(delete);
            let registered = ffi::sqlite3_vfs_register(own, 1);
            assert_eq!(registered, ffi::SQLITE_OK, "the file system is not taken");
            let configured = ffi::sqlite3_auto_extension(Some(configure));
            assert_eq!(configured, ffi::SQLITE_OK, "connections cannot be configured");
            Real(real)
        }
    });
}

fn real_vfs() -> *mut ffi::sqlite3_vfs {
    REAL.get().map_or(null_mut(), |real| real.0)
}

/// The system's own file behind ours.
///
/// # Safety
/// `file` was opened by [`open`].
unsafe fn real(file: *mut ffi::sqlite3_file) -> *mut ffi::sqlite3_file {
    // SAFETY: SQLite allocated `szOsFile` octets, which are those of both.
    unsafe { file.cast::<File>().add(1).cast() }
}

/// What is known of a file, where it is recorded.
///
/// # Safety
/// `file` was opened by [`open`] and is not closed.
unsafe fn recorded<'a>(file: *mut ffi::sqlite3_file) -> Option<&'a mut Recorded> {
    // SAFETY: it is null or a box that `close` alone frees; SQLite uses a file from one thread at a time.
    unsafe { (*file.cast::<File>()).recorded.as_mut() }
}

/// # Safety
/// `name` is null or ends with a NUL.
unsafe fn path<'a>(name: *const c_char) -> Option<&'a Path> {
    // SAFETY: the caller's.
    (!name.is_null()).then(|| Path::new(OsStr::from_bytes(unsafe { CStr::from_ptr(name) }.to_bytes())))
}

unsafe extern "C" fn open(
    _: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out_flags: *mut c_int,
) -> c_int {
    const LASTING: c_int = ffi::SQLITE_OPEN_MAIN_DB | ffi::SQLITE_OPEN_MAIN_JOURNAL | ffi::SQLITE_OPEN_WAL;
    // SAFETY: SQLite gives a valid name and room for both files; the system's own is opened in the
    // second part of it.
    unsafe {
        let own = file.cast::<File>();
        own.write(File { base: ffi::sqlite3_file { pMethods: null() }, recorded: null_mut() });
        let Some(real_open) = (*real_vfs()).xOpen else { return ffi::SQLITE_CANTOPEN };
        let opened = real_open(real_vfs(), name, real(file), flags, out_flags);
        if (*real(file)).pMethods.is_null() {
            return opened;
        }
        // Even a file that was not opened is closed where it has methods.
        (*own).base.pMethods = &raw const METHODS;
        if opened == ffi::SQLITE_OK
            && flags & LASTING != 0
            && let Some(path) = path(name)
            && let Some(recorder) = Recorder::of(path)
        {
            let number = recorder.opened(path);
            let is_new = flags & ffi::SQLITE_OPEN_CREATE != 0 && flags & ffi::SQLITE_OPEN_MAIN_DB == 0;
            (*own).recorded = Box::into_raw(Box::new(Recorded { recorder, file: number, is_new }));
        }
        opened
    }
}

unsafe extern "C" fn delete(_: *mut ffi::sqlite3_vfs, name: *const c_char, sync: c_int) -> c_int {
    // SAFETY: SQLite gives a valid name.
    unsafe {
        if let Some(path) = path(name)
            && let Some(recorder) = Recorder::of(path)
        {
            recorder.removed(path);
            if sync != 0 {
                recorder.note(Event::SyncFolder);
            }
        }
        let Some(real_delete) = (*real_vfs()).xDelete else { return ffi::SQLITE_IOERR_DELETE };
        real_delete(real_vfs(), name, 0)
    }
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: SQLite closes what was opened, once.
    unsafe {
        let recorded = std::mem::replace(&mut (*file.cast::<File>()).recorded, null_mut());
        if !recorded.is_null() {
            drop(Box::from_raw(recorded));
        }
        ffi_close(file)
    }
}

unsafe extern "C" fn write(file: *mut ffi::sqlite3_file, bytes: *const c_void, length: c_int, at: i64) -> c_int {
    // SAFETY: the file is open, and `bytes` are as many as SQLite says.
    unsafe {
        if let (Some(recorded), Ok(length), Ok(at)) = (recorded(file), usize::try_from(length), usize::try_from(at)) {
            let bytes = std::slice::from_raw_parts(bytes.cast::<u8>(), length).to_vec();
            recorded.recorder.note(Event::Write { file: recorded.file, at, bytes });
        }
        ffi_write(file, bytes, length, at)
    }
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, to: i64) -> c_int {
    // SAFETY: the file is open.
    unsafe {
        if let (Some(recorded), Ok(to)) = (recorded(file), usize::try_from(to)) {
            recorded.recorder.note(Event::Truncate { file: recorded.file, to });
        }
        ffi_truncate(file, to)
    }
}

/// Written down, and not done: the power of the machine that the tests run on stays.
unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, _: c_int) -> c_int {
    // SAFETY: the file is open.
    if let Some(recorded) = unsafe { recorded(file) } {
        recorded.recorder.note(Event::Sync { file: recorded.file });
        if std::mem::take(&mut recorded.is_new) {
            recorded.recorder.note(Event::SyncFolder);
        }
    }
    ffi::SQLITE_OK
}

/// Functions that hand a call to the system's own file.
macro_rules! forward {
    ($($name:ident = $method:ident($($argument:ident: $type:ty),*) -> $result:ty, else $none:expr;)+) => {
        $(unsafe extern "C" fn $name(file: *mut ffi::sqlite3_file, $($argument: $type),*) -> $result {
            // SAFETY: the file is open, and the arguments are SQLite's own.
            unsafe {
                match (*(*real(file)).pMethods).$method {
                    Some(method) => method(real(file), $($argument),*),
                    None => $none,
                }
            }
        })+
    };
}
forward! {
    ffi_close = xClose() -> c_int, else ffi::SQLITE_OK;
    read = xRead(to: *mut c_void, length: c_int, at: i64) -> c_int, else ffi::SQLITE_IOERR;
    ffi_write = xWrite(bytes: *const c_void, length: c_int, at: i64) -> c_int, else ffi::SQLITE_IOERR;
    ffi_truncate = xTruncate(to: i64) -> c_int, else ffi::SQLITE_IOERR;
    size = xFileSize(size: *mut i64) -> c_int, else ffi::SQLITE_IOERR;
    lock = xLock(kind: c_int) -> c_int, else ffi::SQLITE_IOERR;
    unlock = xUnlock(kind: c_int) -> c_int, else ffi::SQLITE_IOERR;
    check_reserved_lock = xCheckReservedLock(is_reserved: *mut c_int) -> c_int, else ffi::SQLITE_IOERR;
    control = xFileControl(what: c_int, argument: *mut c_void) -> c_int, else ffi::SQLITE_NOTFOUND;
    sector_size = xSectorSize() -> c_int, else 0;
    characteristics = xDeviceCharacteristics() -> c_int, else 0;
    shm_map = xShmMap(page: c_int, size: c_int, extend: c_int, to: *mut *mut c_void) -> c_int, else ffi::SQLITE_IOERR;
    shm_lock = xShmLock(offset: c_int, number: c_int, flags: c_int) -> c_int, else ffi::SQLITE_IOERR;
    shm_barrier = xShmBarrier() -> (), else ();
    shm_unmap = xShmUnmap(and_delete: c_int) -> c_int, else ffi::SQLITE_IOERR;
}

/// Version 2: shared memory for the WAL, and no reading of the database by memory maps.
static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

/// Called for every connection that is made: sets what its folder's recorder asks for.
unsafe extern "C" fn configure(
    connection: *mut ffi::sqlite3,
    _: *mut *mut c_char,
    _: *const ffi::sqlite3_api_routines,
) -> c_int {
    // SAFETY: the connection is open, and its file's name lives as long.
    unsafe {
        if let Some(path) = path(ffi::sqlite3_db_filename(connection, c"main".as_ptr()))
            && let Some(recorder) = Recorder::of(path)
        {
            if let Some(synchronous) = recorder.options.synchronous {
                let sql = format!("PRAGMA synchronous = {synchronous}\0");
                ffi::sqlite3_exec(connection, sql.as_ptr().cast(), None, null_mut(), null_mut());
            }
            ffi::sqlite3_set_authorizer(connection, Some(authorize), connection.cast());
        }
    }
    ffi::SQLITE_OK
}

/// Called for what a statement does, before it is run. A connection's first is later than what
/// SQLite sets by itself, which a setting would not outlive.
unsafe extern "C" fn authorize(
    connection: *mut c_void,
    action: c_int,
    pragma: *const c_char,
    _: *const c_char,
    _: *const c_char,
    _: *const c_char,
) -> c_int {
    if action != ffi::SQLITE_PRAGMA || pragma.is_null() {
        return ffi::SQLITE_OK;
    }
    // SAFETY: the name of a pragma ends with a NUL; the connection is the one that asks.
    unsafe {
        let pragma = CStr::from_ptr(pragma);
        let connection = connection.cast::<ffi::sqlite3>();
        let Some(path) = path(ffi::sqlite3_db_filename(connection, c"main".as_ptr())) else { return ffi::SQLITE_OK };
        let Some(recorder) = Recorder::of(path) else { return ffi::SQLITE_OK };
        match recorder.options.checkpoint {
            Some(pages) if pragma == c"journal_mode" => drop(ffi::sqlite3_wal_autocheckpoint(connection, pages)),
            _ => {}
        }
        if pragma == c"synchronous" && recorder.options.synchronous.is_some() {
            return ffi::SQLITE_IGNORE;
        }
    }
    ffi::SQLITE_OK
}
