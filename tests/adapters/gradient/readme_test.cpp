// The field map is the promise that nothing is lost: every field that a fixture shows has to stand in it.

#include "tests/adapters/gradient/gradient_bench.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

namespace evalbridge::gradient {
namespace {

std::string readme() {
    std::ifstream in(EVALBRIDGE_SOURCE_DIR "/adapters/gradient/README.md");
    return {std::istreambuf_iterator<char>(in), {}};
}

/// Names of members, but not those inside what is any JSON anyway.
void gather(const boost::json::value& value, std::set<std::string>& names) {
    if (const auto* array = value.if_array())
        for (const auto& each : *array)
            gather(each, names);
    const auto* object = value.if_object();
    if (!object)
        return;
    for (const auto& each : *object) {
        if (each.key() == "vendor_added_this_later")
            continue;
        names.insert(each.key());
        if (each.key() != "input" && each.key() != "output")
            gather(each.value(), names);
    }
}

TEST(Readme, MapsEveryFieldOfTheFixtures) {
    std::set<std::string> names;
    for (const auto& each : std::filesystem::directory_iterator(EVALBRIDGE_SOURCE_DIR "/tests/fixtures/gradient")) {
        const auto file = each.path().filename().string();
        if (!file.ends_with(".unified.json"))
            gather(boost::json::parse(fixture(file)), names);
    }
    ASSERT_GT(names.size(), 60u);
    const auto text = readme();
    for (const auto& name : names) {
        const bool told = text.find("`" + name + "`") != std::string::npos ||
                          text.find("`" + name + ".") != std::string::npos ||
                          text.find("." + name + "`") != std::string::npos;
        EXPECT_TRUE(told) << name;
    }
}

} // namespace
} // namespace evalbridge::gradient
