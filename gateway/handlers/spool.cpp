#include "gateway/handlers/spool.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace evalbridge {
namespace {

constexpr std::size_t most_held = 1024 * 1024; ///< of all streams, before they are written
constexpr std::size_t read_at_once = 64 * 1024;

error cannot(const char* what, int code) {
    return error(errc::overloaded)
        .because(std::string("the gateway can't ") + what + ": " + std::generic_category().message(code));
}

} // namespace

spool::~spool() {
    if (file_ >= 0)
        ::close(file_);
}

std::size_t spool::add_stream() {
    streams_.emplace_back();
    return streams_.size() - 1;
}

result<void> spool::open() {
    file_ = ::open(options_.folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file_ < 0 && (errno == EOPNOTSUPP || errno == EISDIR)) { // a file system without nameless files
        auto name = options_.folder + "/evalbridge-XXXXXX";
        file_ = ::mkostemp(name.data(), O_CLOEXEC);
        if (file_ >= 0)
            ::unlink(name.c_str());
    }
    if (file_ < 0)
        return cannot("make a file in its spool folder", errno);
    return {};
}

result<void> spool::append(std::size_t stream, std::string_view bytes) {
    if (size_ + held_ + bytes.size() > options_.max_bytes)
        return error(errc::overloaded)
            .because("the report is larger than the " + std::to_string(options_.max_bytes) +
                     " bytes that the gateway puts in order for one export (server.max_spool)")
            .retryable(false);
    streams_[stream].held += bytes;
    held_ += bytes.size();
    return held_ < most_held ? result<void>() : write_held();
}

result<void> spool::write_held() {
    if (file_ < 0)
        if (auto opened = open(); !opened)
            return opened;
    for (auto& each : streams_) {
        std::string_view left = each.held;
        if (!left.empty())
            each.written.push_back({size_, left.size()});
        while (!left.empty()) {
            const auto size = ::pwrite(file_, left.data(), left.size(), static_cast<off_t>(size_));
            if (size < 0 && errno == EINTR)
                continue;
            if (size <= 0)
                return cannot("write to its spool folder", size < 0 ? errno : ENOSPC);
            size_ += static_cast<std::uint64_t>(size);
            left.remove_prefix(static_cast<std::size_t>(size));
        }
        each.held.clear();
        each.held.shrink_to_fit();
    }
    held_ = 0;
    return {};
}

result<void> spool::read(std::size_t number, std::string& out) {
    auto& from = streams_[number];
    if (from.next == from.written.size()) {
        out += from.held;
        from.held = {};
        return {};
    }
    auto& part = from.written[from.next];
    const auto before = out.size();
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(part.size, read_at_once));
    out.resize(before + wanted);
    auto size = ::pread(file_, out.data() + before, wanted, static_cast<off_t>(part.at));
    while (size < 0 && errno == EINTR)
        size = ::pread(file_, out.data() + before, wanted, static_cast<off_t>(part.at));
    if (size <= 0) {
        out.resize(before);
        return cannot("read its spool", size < 0 ? errno : EIO);
    }
    out.resize(before + static_cast<std::size_t>(size));
    part.at += static_cast<std::uint64_t>(size);
    part.size -= static_cast<std::uint64_t>(size);
    if (part.size == 0)
        ++from.next;
    return {};
}

} // namespace evalbridge
