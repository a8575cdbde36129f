#include "cli/export_file.hpp"

#include "base/crypto.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

namespace evalbridge::cli {
namespace {

constexpr std::size_t at_once = 256 * 1024;
constexpr std::size_t identity_digits = 8;
constexpr int most_links = 40; ///< as many as the kernel follows
constexpr mode_t permissions = 0777;
constexpr mode_t usual_mode = 0666; ///< less what the umask takes
constexpr mode_t own_access = 0600; ///< without which a part can't be gone on with

std::string reason() { return std::strerror(errno); }

std::string name_of_part(const std::string& name, std::string_view identity) {
    const auto digest = sha256(identity);
    return name + "." + to_hex(digest).substr(0, identity_digits) + ".part";
}

/// The name with links followed, so that they stay when the file is replaced; also one that leads to nothing yet.
std::string resolved(const std::string& name) {
    std::filesystem::path out = name;
    std::error_code ignored;
    for (int links = 0; links < most_links && std::filesystem::is_symlink(out, ignored); ++links)
        out = out.parent_path() / std::filesystem::read_symlink(out, ignored);
    return out.string();
}

struct closes_gzip {
    void operator()(gzFile file) const { gzclose(file); }
};
using gzip_reader = std::unique_ptr<gzFile_s, closes_gzip>;

} // namespace

class export_file::descriptor {
  public:
    explicit descriptor(int number) : number_(number) {}
    ~descriptor() {
        if (number_ >= 0)
            ::close(number_);
    }
    descriptor(const descriptor&) = delete;
    descriptor& operator=(const descriptor&) = delete;
    int number() const { return number_; }
    bool valid() const { return number_ >= 0; }

    /// Where the file system knows no locks, everybody gets one.
    bool lock() const { return ::flock(number_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK; }
    /// Whether the name still is this file's: whoever held it before may have finished and renamed it.
    bool is_called(const std::string& name) const {
        struct stat own{}, named{};
        return ::fstat(number_, &own) == 0 && ::stat(name.c_str(), &named) == 0 && own.st_dev == named.st_dev &&
               own.st_ino == named.st_ino;
    }
    bool is_empty() const {
        struct stat own{};
        return ::fstat(number_, &own) == 0 && own.st_size == 0;
    }

  private:
    int number_;
};

// zlib's files write plain bytes too ("T"), and read either.
struct export_file::packer {
    gzFile file = nullptr;

    ~packer() {
        if (file)
            gzclose(file);
    }
};

export_file::export_file(std::string name, std::string_view identity, bool packed)
    : name_(std::move(name)), packed_(packed), target_(name_) {
    look_at_target();
    part_ = straight_ ? name_ : name_of_part(target_, identity);
}

export_file::~export_file() = default;

void export_file::look_at_target() {
    struct stat found{};
    const bool exists = ::stat(name_.c_str(), &found) == 0;
    if (!exists && errno != ENOENT)
        unusable_ = reason();
    else if (exists && S_ISDIR(found.st_mode))
        unusable_ = std::strerror(EISDIR);
    straight_ = exists && !S_ISREG(found.st_mode);
    if (straight_ || !unusable_.empty())
        return;
    target_ = resolved(name_);
    if (exists)
        mode_ = found.st_mode & permissions;
}

bool export_file::has_part() const { return !straight_ && ::access(part_.c_str(), F_OK) == 0; }

std::string export_file::claim() {
    if (!unusable_.empty())
        return name_ + ": " + unusable_;
    return straight_ ? open_straight() : claim_part();
}

std::string export_file::open_straight() {
    held_ = std::make_unique<descriptor>(::open(name_.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
    return held_->valid() ? std::string() : name_ + ": " + reason();
}

std::string export_file::claim_part() {
    do {
        const auto mode = mode_.value_or(usual_mode) | own_access;
        held_ = std::make_unique<descriptor>(::open(part_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, mode));
        if (!held_->valid())
            return part_ + ": " + reason();
        if (!held_->lock()) {
            held_.reset();
            return part_ + ": another export is writing it";
        }
    } while (!held_->is_called(part_));
    return {};
}

std::string export_file::pack_into(const descriptor& file) {
    auto made = std::make_unique<packer>();
    const int own = ::fcntl(file.number(), F_DUPFD_CLOEXEC, 0); // which zlib closes; the lock stays with the other
    made->file = own < 0 ? nullptr : gzdopen(own, packed_ ? "wb6" : "wbT");
    if (!made->file) {
        if (own >= 0)
            ::close(own);
        return part_ + ": out of memory";
    }
    gzbuffer(made->file, at_once);
    out_ = std::move(made);
    return {};
}

std::string export_file::begin() {
    out_.reset();
    if (!straight_) {
        if (::ftruncate(held_->number(), 0) != 0 || ::lseek(held_->number(), 0, SEEK_SET) != 0)
            return part_ + ": " + reason();
        if (mode_) // what is exported isn't shown to more people than the file that it replaces
            ::fchmod(held_->number(), *mode_ | own_access);
    }
    return pack_into(*held_);
}

std::string export_file::resume(row_counter& rows) {
    out_.reset();
    const auto fresh = part_ + ".new";
    auto old = std::move(held_); // locked until the fresh one has its name
    const auto mode = mode_.value_or(usual_mode) | own_access;
    held_ = std::make_unique<descriptor>(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode));
    auto failed = held_->valid() && held_->lock() ? pack_into(*held_) : fresh + ": " + reason();
    if (failed.empty())
        failed = copy_whole_rows(rows);
    if (failed.empty() && ::rename(fresh.c_str(), part_.c_str()) != 0)
        failed = part_ + ": " + reason();
    if (!failed.empty()) {
        ::unlink(fresh.c_str());
        out_.reset();
        held_ = std::move(old);
    }
    return failed;
}

std::string export_file::copy_whole_rows(row_counter& rows) {
    const gzip_reader old(gzopen(part_.c_str(), "rb"));
    if (!old)
        return part_ + ": " + reason();
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
    return flush();
}

std::string export_file::write(std::string_view bytes) {
    if (bytes.empty())
        return {};
    if (!out_)
        if (auto failed = begin(); !failed.empty())
            return failed;
    const auto size = gzwrite(out_->file, bytes.data(), static_cast<unsigned>(bytes.size()));
    if (size == static_cast<int>(bytes.size()))
        return {};
    return part_ + ": " + reason();
}

std::string export_file::flush() {
    const bool done = !out_ || gzflush(out_->file, Z_SYNC_FLUSH) == Z_OK;
    return done ? std::string() : part_ + ": " + reason();
}

std::string export_file::finish() {
    if (!out_)
        if (auto failed = begin(); !failed.empty())
            return failed;
    if (gzclose(std::exchange(out_->file, nullptr)) != Z_OK)
        return part_ + ": " + reason();
    out_.reset();
    return straight_ ? std::string() : store();
}

std::string export_file::store() {
    // To be sure that the disk has it before it has its name.
    if (::fsync(held_->number()) != 0 || (mode_ && ::fchmod(held_->number(), *mode_) != 0))
        return part_ + ": " + reason();
    return ::rename(part_.c_str(), target_.c_str()) == 0 ? std::string() : name_ + ": " + reason();
}

void export_file::discard() {
    if (held_ && held_->valid() && !straight_ && (out_ || held_->is_empty()))
        ::unlink(part_.c_str());
    out_.reset();
}

} // namespace evalbridge::cli
