#include "sandbox/scenario_reader.hpp"

#include <boost/json/array.hpp>

#include <cmath>

namespace evalbridge::sandbox {

namespace json = boost::json;

scenario_reader::scenario_reader(const json::value& value, std::string path)
    : members_(value.if_object()), path_(std::move(path)) {
    if (members_ == nullptr)
        throw scenario_error(path_ + ": expected an object");
}

void scenario_reader::fail(std::string_view name, const std::string& what) const {
    throw scenario_error(path_ + "." + std::string(name) + ": " + what);
}

const json::value* scenario_reader::take(std::string_view name) {
    const auto* member = members_->if_contains(name);
    if (member != nullptr)
        taken_.emplace(name);
    return member;
}

bool scenario_reader::take(std::string_view name, std::string& out) {
    const auto* value = take(name);
    if (value == nullptr)
        return false;
    if (!value->is_string())
        fail(name, "expected a string");
    out = std::string(value->get_string());
    return true;
}

bool scenario_reader::take(std::string_view name, std::optional<std::string>& out) {
    std::string text;
    if (!take(name, text))
        return false;
    out = std::move(text);
    return true;
}

bool scenario_reader::take(std::string_view name, bool& out) {
    const auto* value = take(name);
    if (value == nullptr)
        return false;
    if (!value->is_bool())
        fail(name, "expected true or false");
    out = value->get_bool();
    return true;
}

bool scenario_reader::take(std::string_view name, double& out, double least, double most) {
    const auto* value = take(name);
    if (value == nullptr)
        return false;
    if (!value->is_number())
        fail(name, "expected a number");
    const double number = value->to_number<double>();
    if (!(number >= least && number <= most))
        fail(name, "expected a number from " + std::to_string(least) + " to " + std::to_string(most));
    out = number;
    return true;
}

bool scenario_reader::take(std::string_view name, std::size_t& out, std::size_t most) {
    double number = 0;
    if (!take(name, number, 0, static_cast<double>(most)))
        return false;
    if (number != std::floor(number))
        fail(name, "expected a whole number");
    out = static_cast<std::size_t>(number);
    return true;
}

bool scenario_reader::take(std::string_view name, unsigned& out, unsigned most) {
    std::size_t number = 0;
    if (!take(name, number, std::size_t{most}))
        return false;
    out = static_cast<unsigned>(number);
    return true;
}

bool scenario_reader::take(std::string_view name, std::optional<unsigned>& out) {
    unsigned number = 0;
    if (!take(name, number))
        return false;
    out = number;
    return true;
}

bool scenario_reader::take(std::string_view name, std::optional<std::size_t>& out) {
    std::optional<unsigned> number;
    if (!take(name, number))
        return false;
    out = number;
    return true;
}

bool scenario_reader::take(std::string_view name, milliseconds& out) {
    unsigned number = 0;
    if (!take(name, number))
        return false;
    out = milliseconds(number);
    return true;
}

void scenario_reader::take_one_of(std::string_view name, std::string& out,
                                  std::initializer_list<std::string_view> words) {
    if (!take(name, out) || std::find(words.begin(), words.end(), out) != words.end())
        return;
    std::string listed;
    for (const auto word : words)
        listed += (listed.empty() ? "" : ", ") + std::string(word);
    fail(name, "is one of " + listed);
}

const json::array* scenario_reader::array(std::string_view name) {
    const auto* value = take(name);
    if (value == nullptr)
        return nullptr;
    if (!value->is_array())
        fail(name, "expected an array");
    return &value->get_array();
}

void scenario_reader::finish() const {
    for (const auto& member : *members_)
        if (!taken_.contains(std::string_view(member.key())))
            fail(member.key(), "no such knob");
}

} // namespace evalbridge::sandbox
