#pragma once
// SQLite's way to the disk, with a fault at a write or fsync of the test's choice: a wrapper around the usual VFS that
// takes its place as this process's default.

#include <atomic>

namespace evalbridge::testing {

enum class disk_fault { io_error, disk_full };

class faulty_disk {
  public:
    /// Files that are opened while this lives are on it.
    faulty_disk();
    ~faulty_disk();
    faulty_disk(const faulty_disk&) = delete;
    faulty_disk& operator=(const faulty_disk&) = delete;

    /// The `nth` write, truncation or fsync from now on fails, and, where it `stays`, all after it. Of a write that
    /// fails the first half is written.
    void fail_at(int nth, disk_fault how, bool stays);
    void mend();
    /// Whether the fault has come to pass.
    bool has_failed() const;
};

} // namespace evalbridge::testing
