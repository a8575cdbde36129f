#pragma once
// Small files, read whole.

#include <cstddef>
#include <filesystem>
#include <string>

namespace evalbridge::config {

/// Reads the file into `out`. Gives why it couldn't, for people, or an empty text when it could. A file of more than
/// `max_bytes` is one it couldn't.
std::string read_file(const std::filesystem::path& file, std::size_t max_bytes, std::string& out);

} // namespace evalbridge::config
