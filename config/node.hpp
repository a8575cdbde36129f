#pragma once
// A value of a YAML document, read strictly: every key that is read is marked, and what is left over, doubled, missing
// or of the wrong type is reported with file, line and column, all at once. yaml-cpp stays behind this header.

#include "base/secret.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace evalbridge::config {

/// Lines and columns count from 1.
struct fault {
    std::string file;
    int line = 0;
    int column = 0;
    std::string message;
};

/// `file:line:column: message`
std::string to_string(const fault& f);

struct tree; ///< a document's nodes; config/'s own
enum class entry_kind;

/// A handle on one value; copies are the same value. A node that isn't there (`present()` false) answers every read
/// with a default and reports nothing, since its absence was reported when it was asked for.
class node {
  public:
    node() = default;
    bool present() const;
    bool is_mapping() const;
    bool is_sequence() const;
    bool is_scalar() const;
    /// A scalar that is a text, whatever it looks like.
    bool is_quoted() const;

    /// A member that must be there; a fault otherwise.
    node at(std::string_view key) const;
    /// A member that may be there; an explicit null counts as absent.
    node find(std::string_view key) const;
    /// All members of a mapping, marked as read, in document order. A fault when it isn't one.
    std::vector<std::pair<std::string, node>> members() const;
    /// All elements of a sequence. A fault when it isn't one.
    std::vector<node> items() const;

    // Scalars. Each reports a fault when the value is of another type or out of bounds, and gives a default then.
    std::string text() const;
    bool boolean() const;
    double number() const;
    double number(double min, double max) const;
    std::int64_t integer(std::int64_t min, std::int64_t max) const;
    /// `250ms`, `30s`, `5m`, `2h`, `90d`, or a number of seconds.
    std::chrono::milliseconds interval(std::chrono::milliseconds min, std::chrono::milliseconds max) const;
    /// `16KiB`, `1MiB`, or a number of bytes.
    std::uint64_t size(std::uint64_t min, std::uint64_t max) const;
    std::vector<std::string> texts() const; ///< a sequence of texts

    // The same for members that may be absent.
    std::string text_or(std::string_view key, std::string_view fallback) const;
    std::optional<std::string> optional_text(std::string_view key) const;
    bool boolean_or(std::string_view key, bool fallback) const;
    std::optional<double> optional_number(std::string_view key) const;
    double number_or(std::string_view key, double fallback, double min, double max) const;
    std::int64_t integer_or(std::string_view key, std::int64_t fallback, std::int64_t min, std::int64_t max) const;
    std::chrono::milliseconds interval_or(std::string_view key, std::chrono::milliseconds fallback,
                                          std::chrono::milliseconds min, std::chrono::milliseconds max) const;
    std::uint64_t size_or(std::string_view key, std::uint64_t fallback, std::uint64_t min, std::uint64_t max) const;

    /// A secret named by `env:NAME` or `file:PATH` (relative to the document's folder; one trailing newline is cut). A
    /// literal is a fault, and neither it nor the secret is ever part of a message. An unset variable, unreadable or
    /// empty file is a fault.
    secret read_secret() const;
    /// A path, relative to the document's folder.
    std::filesystem::path path() const;

    /// Reports a fault at this value.
    void fail(std::string message) const;
    /// `providers.prod.api_key`, for messages.
    std::string where() const;

  private:
    friend class document;
    node(std::shared_ptr<tree> t, std::size_t index) : tree_(std::move(t)), index_(index) {}
    bool expect(entry_kind kind, std::string_view what) const;
    const std::string* scalar(std::string_view what, bool plain = false) const;
    template <class T, class Parse, class Show>
    T bounded(std::string_view what, bool plain, T min, T max, Parse parse, Show show) const;

    std::shared_ptr<tree> tree_;
    std::size_t index_ = 0;
};

/// Where secrets named `env:` come from; tests pass their own.
using environment = std::optional<std::string> (*)(const std::string& name);

class document {
  public:
    /// Never throws for what the file holds: a file that can't be read or isn't YAML is a fault.
    static document load(const std::filesystem::path& file);
    static document parse(std::string text, std::string file_name, environment lookup = nullptr);

    node root() const;
    /// Call when everything has been read: all faults in document order, leftover keys included, with a suggestion
    /// where an unknown key is close to one that was asked for.
    std::vector<fault> finish() const;

  private:
    std::shared_ptr<tree> tree_;
};

} // namespace evalbridge::config
