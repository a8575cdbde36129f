#pragma once
// The strict reader under read_scenario: each member is taken once, and whatever nobody took is an error.

#include "sandbox/scenario.hpp"

#include <boost/json/object.hpp>

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <set>
#include <string>
#include <utility>

namespace evalbridge::sandbox {

template <class Value> struct named {
    std::string_view name;
    Value value;
};

class scenario_reader {
  public:
    /// Throws scenario_error unless `value` is an object.
    scenario_reader(const boost::json::value& value, std::string path);

    /// Null where the member is absent.
    const boost::json::value* take(std::string_view name);
    bool take(std::string_view name, std::string& out);
    bool take(std::string_view name, std::optional<std::string>& out);
    bool take(std::string_view name, bool& out);
    bool take(std::string_view name, double& out, double least, double most);
    /// An integer in 0..most.
    bool take(std::string_view name, std::size_t& out, std::size_t most);
    bool take(std::string_view name, unsigned& out, unsigned most = 1'000'000'000);
    bool take(std::string_view name, std::optional<unsigned>& out);
    bool take(std::string_view name, std::optional<std::size_t>& out);
    bool take(std::string_view name, milliseconds& out);
    void take_one_of(std::string_view name, std::string& out, std::initializer_list<std::string_view> words);

    template <class Value, std::size_t N> bool take(std::string_view name, const named<Value> (&table)[N], Value& out) {
        std::string word;
        if (!take(name, word))
            return false;
        const auto* found =
            std::find_if(std::begin(table), std::end(table), [&](auto& row) { return row.name == word; });
        if (found == std::end(table)) {
            std::string words;
            for (const auto& row : table)
                words += (words.empty() ? "" : ", ") + std::string(row.name);
            fail(name, "is one of " + words);
        }
        out = found->value;
        return true;
    }

    /// Calls `read(scenario_reader)` for each object of the array under `name`.
    template <class Read> void each(std::string_view name, Read read) {
        const auto* items = array(name);
        if (items == nullptr)
            return;
        std::size_t index = 0;
        for (const auto& item : *items)
            read(scenario_reader(item, path_ + "." + std::string(name) + "[" + std::to_string(index++) + "]"));
    }

    /// Throws unless every member was taken.
    void finish() const;
    const std::string& path() const { return path_; }
    [[noreturn]] void fail(std::string_view name, const std::string& what) const;

  private:
    const boost::json::array* array(std::string_view name);

    const boost::json::object* members_;
    std::string path_;
    std::set<std::string, std::less<>> taken_;
};

fault_rule read_fault(scenario_reader in);
/// `phases` are the words that stuck_in takes.
run_plan read_run_plan(scenario_reader in, std::initializer_list<std::string_view> phases);

} // namespace evalbridge::sandbox
