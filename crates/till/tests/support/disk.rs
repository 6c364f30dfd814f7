//! The disk as SQLite sees it, with every sync counted and, on demand, no space left or no write let
//! through. A leaf of the tests that speaks SQLite's C interface: the only way to count what reaches
//! the disk.
#![expect(unsafe_code, reason = "a SQLite file system is registered through C")]

use std::ffi::{c_char, c_int, c_void};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use rusqlite::ffi;

static SYNCS: AtomicU64 = AtomicU64::new(0);
static FULL: AtomicBool = AtomicBool::new(false);
static UNWRITABLE: AtomicBool = AtomicBool::new(false);
static REAL: OnceLock<Real> = OnceLock::new();

/// The system's own file system.
struct Real(*mut ffi::sqlite3_vfs);

// SAFETY: SQLite's own file system is a table of functions that is never changed after start.
unsafe impl Send for Real {}
// SAFETY: as above.
unsafe impl Sync for Real {}

/// The methods of a counted file, and those that do the work. SQLite sees the first field only.
#[repr(C)]
struct Counted {
    methods: ffi::sqlite3_io_methods,
    original: &'static ffi::sqlite3_io_methods,
}

/// Makes every database that is opened from here on use the counted disk.
pub(crate) fn install() {
    REAL.get_or_init(|| {
        // SAFETY: the default file system is there as soon as the library is initialised, and the
        // copy that is registered lives for ever.
        unsafe {
            ffi::sqlite3_initialize();
            let vfs = ffi::sqlite3_vfs_find(std::ptr::null());
            let mut counted = *vfs;
            counted.pNext = std::ptr::null_mut();
            counted.zName = c"counted".as_ptr();
            counted.xOpen = Some(open);
            let counted = Box::leak(Box::new(counted));
            assert_eq!(ffi::sqlite3_vfs_register(counted, 1), ffi::SQLITE_OK);
            Real(vfs)
        }
    });
}

/// How many syncs there were since the start.
pub(crate) fn syncs() -> u64 {
    SYNCS.load(Ordering::SeqCst)
}

/// Fills the disk, or makes room.
pub(crate) fn set_full(full: bool) {
    FULL.store(full, Ordering::SeqCst);
}

/// Lets every write fail, as on a disk that the system has made read-only, or again not.
pub(crate) fn set_unwritable(unwritable: bool) {
    UNWRITABLE.store(unwritable, Ordering::SeqCst);
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
        if code == ffi::SQLITE_OK && !(*file).pMethods.is_null() {
            let original: &'static ffi::sqlite3_io_methods = &*(*file).pMethods;
            let mut methods = *original;
            methods.xSync = Some(sync);
            methods.xWrite = Some(write);
            // A few files are opened in a test: what is leaked is not worth keeping.
            let counted = Box::leak(Box::new(Counted { methods, original }));
            (*file).pMethods = std::ptr::from_ref(counted).cast();
        }
        code
    }
}

/// The methods that do the work of a file that [`open`] opened.
///
/// # Safety
/// The file was opened by [`open`] and is open.
unsafe fn original(file: *mut ffi::sqlite3_file) -> &'static ffi::sqlite3_io_methods {
    // SAFETY: `open` put the address of a whole `Counted` there, which lives for ever.
    unsafe { (*(*file).pMethods.cast::<Counted>()).original }
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, flags: c_int) -> c_int {
    SYNCS.fetch_add(1, Ordering::SeqCst);
    // SAFETY: SQLite calls the method with the file that it belongs to.
    unsafe {
        match original(file).xSync {
            Some(sync) => sync(file, flags),
            None => ffi::SQLITE_IOERR,
        }
    }
}

unsafe extern "C" fn write(
    file: *mut ffi::sqlite3_file,
    bytes: *const c_void,
    count: c_int,
    offset: ffi::sqlite3_int64,
) -> c_int {
    if FULL.load(Ordering::SeqCst) {
        return ffi::SQLITE_FULL;
    }
    if UNWRITABLE.load(Ordering::SeqCst) {
        return ffi::SQLITE_IOERR_WRITE;
    }
    // SAFETY: SQLite calls the method with the file that it belongs to.
    unsafe {
        match original(file).xWrite {
            Some(write) => write(file, bytes, count, offset),
            None => ffi::SQLITE_IOERR,
        }
    }
}
