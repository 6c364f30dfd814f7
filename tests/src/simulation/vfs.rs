//! The disks as SQLite sees them: the system's own file system, with each write asked for first. A
//! leaf that speaks SQLite's C interface, the only way to come between two writes of a transaction.
#![expect(unsafe_code, reason = "a SQLite file system is registered through C")]

use std::ffi::{CStr, c_char, c_int, c_void};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use rusqlite::ffi;

use super::disk::{Disk, Permission, disk_of};

static REAL: OnceLock<Real> = OnceLock::new();

/// The system's own file system.
struct Real(*mut ffi::sqlite3_vfs);

// SAFETY: SQLite's own file system is a table of functions that is never changed after start.
unsafe impl Send for Real {}
// SAFETY: as above.
unsafe impl Sync for Real {}

/// The methods of a watched file, those that do the work, and where it lies. SQLite sees the first
/// field only.
#[repr(C)]
struct Watched {
    methods: ffi::sqlite3_io_methods,
    original: *const ffi::sqlite3_io_methods,
    disk: Disk,
    path: PathBuf,
}

/// Makes every database that is opened from here on ask the disk that it lies on.
pub(super) fn install() {
    REAL.get_or_init(|| {
        // SAFETY: the default file system is there as soon as the library is initialised, and the
        // copy that is registered lives for ever.
        unsafe {
            ffi::sqlite3_initialize();
            let vfs = ffi::sqlite3_vfs_find(std::ptr::null());
            let mut watched = *vfs;
            watched.pNext = std::ptr::null_mut();
            watched.zName = c"simulated".as_ptr();
            watched.xOpen = Some(open);
            watched.xDelete = Some(delete);
            let watched = Box::leak(Box::new(watched));
            assert_eq!(ffi::sqlite3_vfs_register(watched, 1), ffi::SQLITE_OK);
            Real(vfs)
        }
    });
}

/// The name that SQLite gives a file; none for one that only SQLite knows.
///
/// # Safety
/// `name` is null or a text that ends with a zero.
unsafe fn path_of(name: *const c_char) -> Option<PathBuf> {
    if name.is_null() {
        return None;
    }
    // SAFETY: the caller's promise.
    let name = unsafe { CStr::from_ptr(name) };
    Some(Path::new(name.to_str().ok()?).to_owned())
}

unsafe extern "C" fn open(
    _vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    let Some(real) = REAL.get() else {
        return ffi::SQLITE_CANTOPEN;
    };
    // SAFETY: the arguments are passed on to the file system that they are meant for; its file
    // begins with the table of methods, as every file of SQLite does.
    unsafe {
        let Some(open) = (*real.0).xOpen else {
            return ffi::SQLITE_CANTOPEN;
        };
        let code = open(real.0, name, file, flags, out);
        if code != ffi::SQLITE_OK || (*file).pMethods.is_null() {
            return code;
        }
        let Some((disk, path)) = path_of(name).and_then(|path| Some((disk_of(&path)?, path)))
        else {
            return code;
        };
        let original = (*file).pMethods;
        let mut methods = *original;
        methods.xWrite = Some(write);
        methods.xTruncate = Some(truncate);
        methods.xSync = Some(sync);
        methods.xClose = Some(close);
        let watched = Box::new(Watched {
            methods,
            original,
            disk,
            path,
        });
        (*file).pMethods = Box::into_raw(watched).cast();
        code
    }
}

unsafe extern "C" fn delete(
    _vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    sync_folder: c_int,
) -> c_int {
    // SAFETY: SQLite names the file by a text that ends with a zero, and what is passed on is meant
    // for the system's own file system.
    unsafe {
        if let Some((disk, path)) = path_of(name).and_then(|path| Some((disk_of(&path)?, path))) {
            if disk.is_dead() {
                return ffi::SQLITE_IOERR_DELETE;
            }
            disk.removed(&path);
        }
        match REAL
            .get()
            .and_then(|real| Some((real.0, (*real.0).xDelete?)))
        {
            Some((vfs, delete)) => delete(vfs, name, sync_folder),
            None => ffi::SQLITE_IOERR_DELETE,
        }
    }
}

/// What a file that [`open`] opened is watched by.
///
/// # Safety
/// The file was opened by [`open`] and is open.
unsafe fn watched<'a>(file: *mut ffi::sqlite3_file) -> &'a Watched {
    // SAFETY: `open` put the address of a whole `Watched` there, which lives until `close`.
    unsafe { &*(*file).pMethods.cast::<Watched>() }
}

unsafe extern "C" fn write(
    file: *mut ffi::sqlite3_file,
    bytes: *const c_void,
    count: c_int,
    offset: ffi::sqlite3_int64,
) -> c_int {
    // SAFETY: SQLite calls the method with the file that it belongs to.
    unsafe {
        let watched = watched(file);
        let Some(write) = (*watched.original).xWrite else {
            return ffi::SQLITE_IOERR;
        };
        if !watched.disk.is_dead() {
            remember(watched, file, count, offset);
        }
        match watched.disk.write() {
            Permission::Write => write(file, bytes, count, offset),
            Permission::Half => {
                write(file, bytes, count / 2, offset);
                ffi::SQLITE_IOERR_WRITE
            }
            Permission::NoSpace => ffi::SQLITE_FULL,
            Permission::Nothing => ffi::SQLITE_IOERR_WRITE,
        }
    }
}

/// Keeps what a write is about to replace.
///
/// # Safety
/// The file was opened by [`open`] and is open.
unsafe fn remember(
    watched: &Watched,
    file: *mut ffi::sqlite3_file,
    count: c_int,
    offset: ffi::sqlite3_int64,
) {
    let mut bytes = vec![0_u8; usize::try_from(count).unwrap_or(0)];
    // SAFETY: the buffer has room for as many bytes as are asked for; what lies beyond the file's
    // end is filled with zeros.
    unsafe {
        if let Some(read) = (*watched.original).xRead {
            read(file, bytes.as_mut_ptr().cast(), count, offset);
        }
    }
    let offset = u64::try_from(offset).unwrap_or(0);
    watched.disk.remember(&watched.path, offset, bytes);
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, size: ffi::sqlite3_int64) -> c_int {
    // SAFETY: SQLite calls the method with the file that it belongs to.
    unsafe {
        let watched = watched(file);
        match (watched.disk.write(), (*watched.original).xTruncate) {
            (Permission::Write, Some(truncate)) => truncate(file, size),
            _ => ffi::SQLITE_IOERR_TRUNCATE,
        }
    }
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, flags: c_int) -> c_int {
    // SAFETY: SQLite calls the method with the file that it belongs to.
    unsafe {
        let watched = watched(file);
        match (*watched.original).xSync {
            Some(sync) if watched.disk.sync(&watched.path) => sync(file, flags),
            _ => ffi::SQLITE_IOERR_FSYNC,
        }
    }
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: SQLite closes a file once; the box is that which `open` made, and nobody has it any
    // more when the file's own methods are back in their place.
    unsafe {
        let watched = Box::from_raw((*file).pMethods.cast::<Watched>().cast_mut());
        (*file).pMethods = watched.original;
        match (*watched.original).xClose {
            Some(close) => close(file),
            None => ffi::SQLITE_IOERR_CLOSE,
        }
    }
}
