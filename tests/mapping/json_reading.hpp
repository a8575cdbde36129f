#pragma once
// Short ways to read one value, or meet one fault, in a test of json_reader.

#include "mapping/json_reader.hpp"

#include <gtest/gtest.h>

namespace evalbridge::json_reading {

/// The fault's text that reading `body` with `read` ends in; empty when there was none.
template <class F> std::string fault_of(const std::string& body, F read) {
    json_document document(body);
    auto root = document.root();
    read(root);
    const auto end = document.finish();
    if (end.has_value())
        return {};
    EXPECT_EQ(end.error().code(), errc::provider_malformed);
    return end.error().detail();
}
inline std::string fault_of(const std::string& body) {
    return fault_of(body, [](json_reader&) {});
}

/// Reads {"v": <json>} with `read`, expecting no fault.
template <class F> auto value_of(const std::string& json, F read) {
    const std::string body = R"({"v":)" + json + "}";
    json_document document(body);
    auto root = document.root();
    auto member = root["v"];
    auto out = read(member);
    const auto end = document.finish();
    EXPECT_TRUE(end.has_value()) << json << ": " << end.error().detail();
    return out;
}
template <class F> std::string member_fault(const std::string& json, F read) {
    return fault_of(R"({"v":)" + json + "}", [&](json_reader& root) {
        auto member = root["v"];
        read(member);
    });
}

constexpr auto as_string = [](json_reader& r) { return r.string(); };
constexpr auto as_integer = [](json_reader& r) { return r.integer(); };
constexpr auto as_unsigned = [](json_reader& r) { return r.unsigned_integer(); };
constexpr auto as_number = [](json_reader& r) { return r.number(); };
constexpr auto as_boolean = [](json_reader& r) { return r.boolean(); };
constexpr auto as_raw = [](json_reader& r) { return r.raw(); };

} // namespace evalbridge::json_reading
