#include "cli/export_file.hpp"

#include "base/crypto.hpp"

#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

namespace evalbridge::cli {
namespace {

constexpr std::size_t at_once = 256 * 1024;
constexpr std::size_t identity_digits = 8;

std::string reason() { return std::strerror(errno); }

std::string name_of_part(const std::string& name, std::string_view identity) {
    const auto digest = sha256(identity);
    return name + "." + to_hex(digest).substr(0, identity_digits) + ".part";
}

struct closes_gzip {
    void operator()(gzFile file) const { gzclose(file); }
};
using gzip_reader = std::unique_ptr<gzFile_s, closes_gzip>;

} // namespace

// zlib's files write plain bytes too ("T"), and read either.
struct export_file::packer {
    gzFile file = nullptr;
    int descriptor = -1; ///< owned by `file`

    ~packer() {
        if (file)
            gzclose(file);
    }
};

export_file::export_file(std::string name, std::string_view identity, bool packed)
    : name_(std::move(name)), part_(name_of_part(name_, identity)), packed_(packed) {}

export_file::~export_file() = default;

bool export_file::has_part() const { return ::access(part_.c_str(), F_OK) == 0; }

std::string export_file::open(const std::string& name) {
    auto made = std::make_unique<packer>();
    made->descriptor = ::open(name.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (made->descriptor < 0)
        return name + ": " + reason();
    made->file = gzdopen(made->descriptor, packed_ ? "wb6" : "wbT");
    if (!made->file) {
        ::close(made->descriptor);
        return name + ": out of memory";
    }
    gzbuffer(made->file, at_once);
    out_ = std::move(made);
    return {};
}

std::string export_file::begin() {
    out_.reset();
    return open(part_);
}

std::string export_file::resume(row_counter& rows) {
    out_.reset();
    const gzip_reader old(gzopen(part_.c_str(), "rb"));
    if (!old)
        return part_ + ": " + reason();
    const auto fresh = part_ + ".new";
    if (auto failed = open(fresh); !failed.empty())
        return failed;
    std::vector<char> room(at_once);
    for (;;) {
        const int size = gzread(old.get(), room.data(), static_cast<unsigned>(room.size()));
        if (size <= 0) // the end, or where it was cut off
            break;
        const auto whole = rows.whole({room.data(), static_cast<std::size_t>(size)});
        if (auto failed = write(whole); !failed.empty())
            return failed;
    }
    rows.cut();
    if (auto failed = flush(); !failed.empty())
        return failed;
    return ::rename(fresh.c_str(), part_.c_str()) == 0 ? std::string() : part_ + ": " + reason();
}

std::string export_file::write(std::string_view bytes) {
    if (bytes.empty())
        return {};
    const auto size = gzwrite(out_->file, bytes.data(), static_cast<unsigned>(bytes.size()));
    if (size == static_cast<int>(bytes.size()))
        return {};
    return part_ + ": " + reason();
}

std::string export_file::flush() {
    const bool done = gzflush(out_->file, Z_SYNC_FLUSH) == Z_OK;
    return done ? std::string() : part_ + ": " + reason();
}

std::string export_file::finish() {
    const int kept = ::dup(out_->descriptor); // to be sure that the disk has it before it has its name
    const bool closed = gzclose(std::exchange(out_->file, nullptr)) == Z_OK;
    const bool stored = kept < 0 || ::fsync(kept) == 0 || errno == EINVAL; // EINVAL: what isn't on a disk
    const auto why = reason();
    if (kept >= 0)
        ::close(kept);
    out_.reset();
    if (!closed || !stored)
        return part_ + ": " + why;
    return ::rename(part_.c_str(), name_.c_str()) == 0 ? std::string() : name_ + ": " + reason();
}

} // namespace evalbridge::cli
