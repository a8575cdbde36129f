#pragma once
// What is ours to make of a vendor's numbers, told a second time: names by the metric dictionary, scores on a common
// scale, and what passes.

#include "mapping/metric_dictionary.hpp"
#include "tests/oracle/answer.hpp"

#include <map>
#include <vector>

namespace evalbridge::oracle {

using dictionary = std::vector<metric_definition>;

/// By id, exactly, then by name, then by canonical name; the first definition that has it. Null where none does.
const metric_definition* look_up(const dictionary& words, const std::string& vendor, const std::string& name,
                                 const std::optional<std::string>& id);

/// Notes on how an object was made, as its `mapping` member tells them.
class making {
  public:
    void note(const std::string& kind, const std::string& member, const std::string& reason) {
        kinds_[kind].emplace(member, reason); // the first reason stands
    }
    void forget(const std::string& member) {
        for (auto& [kind, members] : kinds_)
            members.erase(member);
    }
    bool has(const std::string& kind, const std::string& member) const {
        const auto at = kinds_.find(kind);
        return at != kinds_.end() && at->second.contains(member);
    }
    json::value told() const;

  private:
    std::map<std::string, std::map<std::string, std::string>> kinds_;
};

/// A measured value as the API has it.
struct measured_value {
    std::string type = "unknown"; ///< number, percentage, text, boolean, unknown
    std::optional<double> number;
    std::optional<std::string> text;

    json::value told() const;
    std::optional<double> usable_number() const; ///< none beside a text
};

/// What is known of a metric.
struct traits {
    std::string direction = "unknown";
    std::optional<std::pair<double, double>> range;
    std::optional<std::string> unit;
    const metric_threshold* configured = nullptr;
};
traits traits_of(const metric_definition* definition);

/// The score, and a note on it.
std::optional<double> scored(const measured_value& value, const traits& of, making& notes, const std::string& member);

/// Whether the bound is reached, as 32-bit numbers.
bool reaches(double number, double bound, bool lower_is_better);

std::string word(metric_kind kind);
/// An id of parts that can't run into one another.
std::string encoded(std::string_view part);
json::value metric(const std::string& name, const std::string& native_name, const std::optional<std::string>& id,
                   const std::string& kind);

} // namespace evalbridge::oracle
