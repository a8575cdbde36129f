#pragma once
// The nodes of one YAML document with their places and what has been read of them: what node.hpp's handles point into.

#include "config/node.hpp"

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace evalbridge::config {

enum class entry_kind { null, scalar, sequence, mapping };

struct place {
    int line = 0;
    int column = 0;
};

struct entry {
    entry_kind kind = entry_kind::null;
    std::string key; ///< of a mapping's member
    place at;        ///< where a fault about it is reported: the value of a scalar, the key of anything else
    place key_at;
    std::size_t parent = 0;
    std::string text;    ///< of a scalar
    bool quoted = false; ///< a quoted or block scalar: a text, whatever it looks like
    std::vector<std::size_t> children;

    bool read = false;                        ///< by key, or with all its siblings
    bool type_fault = false;                  ///< the wrong kind was reported once already
    std::set<std::string, std::less<>> asked; ///< keys of this mapping that were asked for
};

struct tree {
    std::string file;
    std::filesystem::path folder; ///< of the file; relative paths in it start there
    environment lookup = nullptr;
    std::vector<entry> entries; ///< the root first, parents before children; empty when there is no document
    std::vector<fault> faults;

    void fail(place at, std::string message);
};

/// Bounds that keep a document a configuration, rather than a way to use up memory and time.
constexpr std::size_t max_document_bytes = 1024 * 1024;
constexpr std::size_t max_document_depth = 32;
constexpr std::size_t max_document_entries = 50'000;

/// For a message: in back quotes, without control characters, cut where it is long.
std::string in_quotes(std::string_view text);

/// Reads the YAML into the tree; whatever is wrong with it becomes a fault. A syntax fault leaves no entries.
void parse_yaml(const std::string& text, tree& into);

} // namespace evalbridge::config
