#include "mapping/metric_dictionary.hpp"

#include <gtest/gtest.h>

namespace evalbridge {
namespace {

metric_definition defined(std::string name, std::map<std::string, std::vector<std::string>> native) {
    metric_definition d;
    d.name = std::move(name);
    d.native = std::move(native);
    return d;
}

const metric_dictionary dictionary({
    defined("correctness", {{"acme", {"Correctness (general)", "9f3c-AB"}}, {"zenith", {"is_correct"}}}),
    defined("toxicity", {{"acme", {"Toxicity", "correctness-of-tone"}}}),
    defined("latency", {}),
});

std::string found(std::string_view vendor, std::string_view name, std::optional<std::string_view> id = {}) {
    const auto* d = dictionary.find(vendor, name, id);
    return d ? d->name : "-";
}

TEST(MetricDictionary, FindsANativeNameWhateverItsCase) {
    EXPECT_EQ(found("acme", "Correctness (general)"), "correctness");
    EXPECT_EQ(found("acme", "CORRECTNESS (GENERAL)"), "correctness");
    EXPECT_EQ(found("zenith", "Is_Correct"), "correctness");
}

TEST(MetricDictionary, FoldsLettersOnlyHoweverLongTheNameIs) {
    for (std::size_t size = 1; size <= 33; ++size) {
        const std::string lower(size, 'q');
        const metric_dictionary one({defined("m", {{"acme", {lower + "{"}}})});
        EXPECT_TRUE(one.find("acme", std::string(size, 'Q') + "{")) << size;
        EXPECT_FALSE(one.find("acme", lower + "[")) << size; // as far from { as letters are from each other
        EXPECT_FALSE(one.find("acme", lower)) << size;
        EXPECT_FALSE(one.find("acme", lower + "{" + std::string(1, '\0'))) << size;
    }
}

TEST(MetricDictionary, FindsAnIdExactly) {
    EXPECT_EQ(found("acme", "renamed by somebody", "9f3c-AB"), "correctness");
    EXPECT_EQ(found("acme", "renamed by somebody", "9F3C-ab"), "-");
}

TEST(MetricDictionary, PrefersTheIdToTheName) {
    EXPECT_EQ(found("acme", "Toxicity", "9f3c-AB"), "correctness");
    EXPECT_EQ(found("acme", "Toxicity", "unlisted-id"), "toxicity");
}

TEST(MetricDictionary, KeepsTheNamesOfOneVendorFromAnother) {
    EXPECT_EQ(found("zenith", "Correctness (general)"), "-");
    EXPECT_EQ(found("acme", "is_correct"), "-");
    EXPECT_EQ(found("nobody", "is_correct"), "-");
    EXPECT_EQ(found("acm", "eToxicity"), "-");
}

TEST(MetricDictionary, FindsAVendorsNameThatIsTheCanonicalOne) {
    EXPECT_EQ(found("acme", "Latency"), "latency");
    EXPECT_EQ(found("nobody", "correctness"), "correctness");
}

TEST(MetricDictionary, PrefersAListedNativeNameToACanonicalOne) {
    const metric_dictionary crossed({defined("speed", {}), defined("throughput", {{"acme", {"speed"}}})});
    EXPECT_EQ(crossed.find("acme", "speed")->name, "throughput");
    EXPECT_EQ(crossed.find("zenith", "speed")->name, "speed");
}

TEST(MetricDictionary, DoesNotTakeAnIdForACanonicalName) { EXPECT_EQ(found("acme", "other", "latency"), "-"); }

TEST(MetricDictionary, FindsCanonicalNamesWhateverTheirCase) {
    EXPECT_EQ(dictionary.find_canonical("Toxicity")->name, "toxicity");
    EXPECT_EQ(dictionary.find_canonical("Correctness (general)"), nullptr);
    EXPECT_EQ(dictionary.find_canonical(""), nullptr);
}

TEST(MetricDictionary, TheFirstDefinitionWinsWhereANameIsListedTwice) {
    const metric_dictionary twice({defined("a", {{"acme", {"x"}}}), defined("b", {{"acme", {"X"}}})});
    EXPECT_EQ(twice.find("acme", "X")->name, "a");
    EXPECT_EQ(twice.find("acme", "-", "X")->name, "b"); // as an id it is another one
}

TEST(MetricDictionary, NamesTheVendorsOwnMetric) {
    EXPECT_EQ(dictionary.native_name_for("acme", "correctness"), "Correctness (general)");
    EXPECT_EQ(dictionary.native_name_for("acme", "CORRECTNESS"), "Correctness (general)");
    EXPECT_EQ(dictionary.native_name_for("zenith", "correctness"), "is_correct");
}

TEST(MetricDictionary, PassesThroughWhatItDoesNotKnow) {
    EXPECT_EQ(dictionary.native_name_for("acme", "My own rule"), "My own rule");
    EXPECT_EQ(dictionary.native_name_for("zenith", "Toxicity"), "Toxicity");
    EXPECT_EQ(metric_dictionary().find("acme", "anything", "any-id"), nullptr);
    EXPECT_EQ(metric_dictionary().native_name_for("acme", "anything"), "anything");
}

TEST(MetricDictionary, KeepsTheOrderGivenAndStaysRightWhenCopied) {
    const auto copy = dictionary;
    ASSERT_EQ(copy.definitions().size(), 3u);
    EXPECT_EQ(copy.definitions()[2].name, "latency");
    EXPECT_EQ(copy.find("acme", "toxicity"), &copy.definitions()[1]);
}

} // namespace
} // namespace evalbridge
