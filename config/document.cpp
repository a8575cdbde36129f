// Where a document begins and ends: loading it, and telling everything that was wrong once it has been read.

#include "base/utf8.hpp"
#include "config/file.hpp"
#include "config/suggest.hpp"
#include "config/tree.hpp"

#include <algorithm>
#include <cstdlib>
#include <tuple>

namespace evalbridge::config {
namespace {

constexpr std::size_t max_faults = 100; ///< more of them help nobody

std::optional<std::string> process_environment(const std::string& name) {
    const char* value = std::getenv(name.c_str());
    return value ? std::optional<std::string>(value) : std::nullopt;
}

std::string printable(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto next = decode_utf8(text, at);
        const bool shown = next.valid && !is_control(next.code);
        out += shown ? text.substr(at, next.size) : std::string_view("?");
        at += next.size;
    }
    return out;
}

std::shared_ptr<tree> make_tree(std::string file_name, environment lookup) {
    auto made = std::make_shared<tree>();
    made->folder = std::filesystem::path(file_name).parent_path();
    made->file = std::move(file_name);
    made->lookup = lookup ? lookup : process_environment;
    return made;
}

/// Members that nobody asked for, of mappings that somebody read by key.
std::vector<fault> leftovers(const tree& t) {
    std::vector<fault> found;
    for (const auto& mapping : t.entries) {
        if (mapping.kind != entry_kind::mapping || mapping.asked.empty())
            continue;
        const std::vector<std::string_view> known(mapping.asked.begin(), mapping.asked.end());
        for (const auto child : mapping.children) {
            const auto& member = t.entries[child];
            if (member.read)
                continue;
            found.push_back({t.file, member.key_at.line, member.key_at.column,
                             "unknown key " + in_quotes(member.key) + suggestion(member.key, known)});
            if (found.size() > max_faults)
                return found;
        }
    }
    return found;
}

} // namespace

std::string to_string(const fault& f) {
    if (f.line == 0)
        return f.file + ": " + f.message;
    return f.file + ':' + std::to_string(f.line) + ':' + std::to_string(f.column) + ": " + f.message;
}

std::string in_quotes(std::string_view text) {
    constexpr std::size_t longest = 64;
    return '`' + printable(text.substr(0, longest)) + (text.size() > longest ? "..." : "") + '`';
}

void tree::fail(place at, std::string message) {
    // Messages quote keys, and readers of this tree write their own: none may reach a terminal with an escape in it.
    faults.push_back({file, at.line, at.column, printable(message)});
}

document document::load(const std::filesystem::path& file) {
    std::string text;
    if (auto reason = read_file(file, max_document_bytes, text); !reason.empty()) {
        document unread;
        unread.tree_ = make_tree(file.string(), nullptr);
        unread.tree_->fail({}, std::move(reason));
        return unread;
    }
    return parse(std::move(text), file.string());
}

document document::parse(std::string text, std::string file_name, environment lookup) {
    document made;
    made.tree_ = make_tree(std::move(file_name), lookup);
    if (text.starts_with("\xEF\xBB\xBF")) // a byte order mark
        text.erase(0, 3);
    parse_yaml(text, *made.tree_);
    return made;
}

node document::root() const { return tree_->entries.empty() ? node() : node(tree_, 0); }

std::vector<fault> document::finish() const {
    auto all = tree_->faults;
    auto unknown = leftovers(*tree_);
    all.insert(all.end(), std::make_move_iterator(unknown.begin()), std::make_move_iterator(unknown.end()));
    std::sort(all.begin(), all.end(), [](const fault& a, const fault& b) {
        return std::tie(a.line, a.column, a.message) < std::tie(b.line, b.column, b.message);
    });
    if (all.size() > max_faults) {
        all.resize(max_faults);
        all.push_back({tree_->file, 0, 0, "more faults follow; these are the first " + std::to_string(max_faults)});
    }
    return all;
}

} // namespace evalbridge::config
