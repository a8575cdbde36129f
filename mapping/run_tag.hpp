#pragma once
// Our mark in the name that a vendor is given for a run: how a run is found again where the answer to its create was
// lost. It is taken off the name when the run is read.

#include "base/error.hpp"
#include "mapping/run.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace evalbridge {

class run_tag_format {
  public:
    /// `[eb-{id}]`.
    run_tag_format();
    /// `pattern` holds `{id}` once, at most 64 characters of printable ASCII around it that aren't letters or digits
    /// right beside it; empty: runs aren't tagged, so a lost answer stays lost. Errors: invalid_request.
    static result<run_tag_format> parse(std::string_view pattern);

    bool empty() const { return pattern_.empty(); }
    const std::string& pattern() const { return pattern_; }
    /// The tag of a create: the pattern with the create's id, 20 lower-case hexadecimal digits. Empty where there are
    /// no tags.
    std::optional<std::string> tag_of(std::string_view create_id) const;

    struct split_name {
        std::optional<std::string> name; ///< without the tag and the space before it; empty where nothing is left
        std::optional<std::string> create_id;
    };
    /// A vendor may put something of its own before or after: what surrounds the tag stays. Of several tags the last
    /// one counts, since ours is behind whatever name a client chose.
    split_name split(std::string_view name) const;

  private:
    std::string pattern_;
    std::string before_;
    std::string after_;
};

/// What the vendor is given: the name, a space and the tag; of a name that would grow beyond `longest` bytes, its
/// beginning (cut between characters).
std::string tagged_name(std::string_view name, const std::optional<std::string>& tag, std::size_t longest = 255);

/// Takes our tag off the run's name, where it has one, and sets its create_id; the mapping tells of it.
void take_tag_off(run& r, const run_tag_format& tags);

} // namespace evalbridge
