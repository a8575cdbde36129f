#include "config/file.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

namespace evalbridge::config {
namespace {

struct closer {
    void operator()(std::FILE* f) const { std::fclose(f); }
};

std::string cant_be_read(int error_number) { return "can't be read: " + std::system_category().message(error_number); }

} // namespace

std::string read_file(const std::filesystem::path& file, std::size_t max_bytes, std::string& out) {
    out.clear();
    const std::unique_ptr<std::FILE, closer> in(std::fopen(file.c_str(), "rbe"));
    if (!in)
        return cant_be_read(errno);
    std::array<char, 16 * 1024> block;
    while (const auto got = std::fread(block.data(), 1, block.size(), in.get())) {
        out.append(block.data(), got);
        if (out.size() > max_bytes)
            return "larger than " + std::to_string(max_bytes) + " bytes";
    }
    return std::ferror(in.get()) ? cant_be_read(errno) : std::string(); // a folder opens and then fails here
}

} // namespace evalbridge::config
