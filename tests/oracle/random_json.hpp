#pragma once
// JSON texts with whatever a vendor may put into them: every notation of a number, every escape, members left out, null
// or of another type. What is built is always JSON, but for a rare half of a surrogate pair.

#include "tests/oracle/choices.hpp"

#include <string>
#include <utility>
#include <vector>

namespace evalbridge::oracle {

class random_json {
  public:
    /// `tame`: every value is one that may stand where it stands, so nothing is refused for it.
    random_json(choices& from, bool tame) : from_(from), tame_(tame) {}

    choices& from() { return from_; }
    bool tame() const { return tame_; }

    std::string text();
    std::string word();   ///< a short plain text
    std::string number(); ///< of any size; in a tame text one that a double holds
    std::string score();  ///< a small one
    std::string count();  ///< whole, not negative; sometimes quoted
    std::string boolean();
    std::string time();
    std::string anything(int depth = 2);
    std::string in_quotes(const std::string& plain) { return "\"" + plain + "\""; }

    /// Puts an object together. A member may be left out or null unless it is `needed`, and unless tame be anything.
    class object {
      public:
        explicit object(random_json& with) : with_(with) {}
        object& maybe(std::string_view name, std::string value);
        object& needed(std::string_view name, std::string value);
        /// As it is.
        object& exactly(std::string_view name, std::string value);
        std::string done();

      private:
        std::string named(std::string_view name);
        random_json& with_;
        std::vector<std::pair<std::string, std::string>> members_;
    };
    template <class F> std::string array(std::size_t size, F&& element) {
        std::string out = "[";
        for (std::size_t i = 0; i < size; ++i)
            out += (i > 0 ? "," : "") + element(i);
        return out + "]";
    }
    /// In the other case than Staso documents: `rule_name` as `ruleName`.
    static std::string camel(std::string_view name);
    bool camels = false; ///< members may be in camelCase

  private:
    choices& from_;
    const bool tame_;
};

} // namespace evalbridge::oracle
