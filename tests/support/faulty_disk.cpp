#include "tests/support/faulty_disk.hpp"

#include <sqlite3.h>

#include <new>

namespace evalbridge::testing {
namespace {

std::atomic<int> until_fault = 0; ///< 0: none is to come
std::atomic<bool> fault_stays = false;
std::atomic<bool> broken = false;
std::atomic<bool> failed = false;
std::atomic<disk_fault> kind = disk_fault::io_error;

bool fails_now() {
    if (broken)
        return true;
    int left = until_fault;
    while (left > 0 && !until_fault.compare_exchange_weak(left, left - 1)) {
    }
    if (left != 1)
        return false;
    broken = fault_stays.load();
    failed = true;
    return true;
}

// SQLite allocates szOsFile bytes: this, and behind it the usual VFS's own.
struct wrapped_file {
    sqlite3_file base;
    sqlite3_file* inner() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

sqlite3_file* inner(sqlite3_file* f) { return reinterpret_cast<wrapped_file*>(f)->inner(); }

int close_file(sqlite3_file* f) { return inner(f)->pMethods->xClose(inner(f)); }
int read_file(sqlite3_file* f, void* to, int size, sqlite3_int64 at) {
    return inner(f)->pMethods->xRead(inner(f), to, size, at);
}
int write_file(sqlite3_file* f, const void* from, int size, sqlite3_int64 at) {
    if (!fails_now())
        return inner(f)->pMethods->xWrite(inner(f), from, size, at);
    inner(f)->pMethods->xWrite(inner(f), from, size / 2, at);
    return kind == disk_fault::disk_full ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}
int truncate_file(sqlite3_file* f, sqlite3_int64 size) {
    return fails_now() ? SQLITE_IOERR_TRUNCATE : inner(f)->pMethods->xTruncate(inner(f), size);
}
int sync_file(sqlite3_file* f, int flags) {
    return fails_now() ? SQLITE_IOERR_FSYNC : inner(f)->pMethods->xSync(inner(f), flags);
}
int size_of_file(sqlite3_file* f, sqlite3_int64* size) { return inner(f)->pMethods->xFileSize(inner(f), size); }
int lock_file(sqlite3_file* f, int how) { return inner(f)->pMethods->xLock(inner(f), how); }
int unlock_file(sqlite3_file* f, int how) { return inner(f)->pMethods->xUnlock(inner(f), how); }
int is_reserved(sqlite3_file* f, int* out) { return inner(f)->pMethods->xCheckReservedLock(inner(f), out); }
int control(sqlite3_file* f, int what, void* with) { return inner(f)->pMethods->xFileControl(inner(f), what, with); }
int sector_size(sqlite3_file* f) { return inner(f)->pMethods->xSectorSize(inner(f)); }
int device(sqlite3_file* f) { return inner(f)->pMethods->xDeviceCharacteristics(inner(f)); }
int map_shared(sqlite3_file* f, int page, int size, int extend, void volatile** to) {
    return inner(f)->pMethods->xShmMap(inner(f), page, size, extend, to);
}
int lock_shared(sqlite3_file* f, int offset, int n, int flags) {
    return inner(f)->pMethods->xShmLock(inner(f), offset, n, flags);
}
void barrier(sqlite3_file* f) { inner(f)->pMethods->xShmBarrier(inner(f)); }
int unmap_shared(sqlite3_file* f, int remove) { return inner(f)->pMethods->xShmUnmap(inner(f), remove); }

constexpr sqlite3_io_methods methods = {2,         close_file,   read_file, write_file,  truncate_file,
                                        sync_file, size_of_file, lock_file, unlock_file, is_reserved,
                                        control,   sector_size,  device,    map_shared,  lock_shared,
                                        barrier,   unmap_shared, nullptr,   nullptr};

sqlite3_vfs* usual = nullptr;
sqlite3_vfs wrapper;

int open_file(sqlite3_vfs*, const char* name, sqlite3_file* f, int flags, int* out_flags) {
    auto* const wrapped = new (f) wrapped_file{};
    const int done = usual->xOpen(usual, name, wrapped->inner(), flags, out_flags);
    wrapped->base.pMethods = wrapped->inner()->pMethods ? &methods : nullptr;
    return done;
}

} // namespace

faulty_disk::faulty_disk() {
    usual = sqlite3_vfs_find(nullptr);
    wrapper = *usual;
    wrapper.zName = "faulty";
    wrapper.szOsFile += static_cast<int>(sizeof(wrapped_file));
    wrapper.xOpen = open_file;
    sqlite3_vfs_register(&wrapper, 1);
    mend();
}

faulty_disk::~faulty_disk() {
    mend();
    sqlite3_vfs_unregister(&wrapper);
    sqlite3_vfs_register(usual, 1);
}

void faulty_disk::fail_at(int nth, disk_fault how, bool stays) {
    failed = false;
    kind = how;
    fault_stays = stays;
    until_fault = nth;
}

void faulty_disk::mend() {
    until_fault = 0;
    broken = false;
}

bool faulty_disk::has_failed() const { return failed; }

} // namespace evalbridge::testing
