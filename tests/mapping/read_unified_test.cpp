#include "mapping/read_unified.hpp"
#include "mapping/write.hpp"
#include "tests/mapping/random_unified.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <memory>

namespace evalbridge {
namespace {

constexpr unsigned objects_of_a_kind = 400;

template <class T> std::string text_of(const T& object) {
    std::string out;
    json_writer writer(out);
    write(writer, object);
    return out;
}

template <class T> void expect_same_again(const T& object, result<T> (*read)(std::string_view), unsigned seed) {
    const auto written = text_of(object);
    const auto again = read(written);
    ASSERT_TRUE(again) << "seed " << seed << ": " << again.error().detail() << "\n" << written;
    ASSERT_EQ(text_of(*again), written) << "seed " << seed;
}

// With texts of their own, and with such as borrow.
template <class T>
void expect_same_again(const T& object, result<T> (*read)(std::string_view, text_source*), unsigned seed) {
    const auto written = text_of(object);
    const auto owner = read(written, nullptr);
    ASSERT_TRUE(owner) << "seed " << seed << ": " << owner.error().detail() << "\n" << written;
    ASSERT_EQ(text_of(*owner), written) << "seed " << seed;
    std::optional<T> copy;
    {
        text_source texts;
        const auto borrower = read(texts.keep(written), &texts);
        ASSERT_TRUE(borrower) << "seed " << seed << ": " << borrower.error().detail();
        ASSERT_EQ(text_of(*borrower), written) << "seed " << seed;
        copy = *borrower;
    }
    ASSERT_EQ(text_of(*copy), written) << "seed " << seed; // which needs nobody
}

TEST(ReadUnified, GivesBackTheBytesOfAnyRun) {
    for (unsigned seed = 0; seed < objects_of_a_kind && !testing::Test::HasFatalFailure(); ++seed)
        expect_same_again(test::random_unified(seed).run(), read_run, seed);
}

TEST(ReadUnified, GivesBackTheBytesOfAnyVerdict) {
    for (unsigned seed = 0; seed < objects_of_a_kind && !testing::Test::HasFatalFailure(); ++seed)
        expect_same_again(test::random_unified(seed).verdict(), read_verdict, seed);
}

TEST(ReadUnified, GivesBackTheBytesOfAnyResult) {
    for (unsigned seed = 0; seed < objects_of_a_kind && !testing::Test::HasFatalFailure(); ++seed)
        expect_same_again(test::random_unified(seed).result(), read_run_result, seed);
}

TEST(ReadUnified, GivesBackTheBytesOfAnySummary) {
    for (unsigned seed = 0; seed < objects_of_a_kind && !testing::Test::HasFatalFailure(); ++seed)
        expect_same_again(test::random_unified(seed).summary(), read_summary, seed);
}

TEST(ReadUnified, GivesBackTheBytesOfAnyMetricOfACatalogue) {
    for (unsigned seed = 0; seed < objects_of_a_kind && !testing::Test::HasFatalFailure(); ++seed)
        expect_same_again(test::random_unified(seed).metric_entry(), read_metric_info, seed);
}

TEST(ReadUnified, TellsAnOptionalThatIsThereFromOneThatIsNot) {
    run r;
    r.name = "";
    r.star = star_metric{};
    const auto again = read_run(text_of(r));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->name, "");
    EXPECT_FALSE(again->description);
    ASSERT_TRUE(again->star);
    EXPECT_FALSE(again->star->result);
    EXPECT_FALSE(again->raw);
}

TEST(ReadUnified, KeepsNumbersToTheLastDigit) {
    for (const double number : {1e-7, 9007199254740992.0, -0.0, 0.1, 5e-324, 1.7976931348623157e308}) {
        verdict v;
        v.measured.score = number;
        const auto again = read_verdict(text_of(v));
        ASSERT_TRUE(again) << number;
        ASSERT_TRUE(again->measured.score) << number;
        EXPECT_EQ(std::bit_cast<std::uint64_t>(*again->measured.score), std::bit_cast<std::uint64_t>(number));
    }
}

TEST(ReadUnified, KeepsANotesTextsWhenWhatTheyWereReadFromIsGone) {
    verdict v;
    v.measured.mapping = {{note_kind::lossy, "score", "rounded"}};
    auto text = std::make_unique<std::string>(text_of(v));
    const auto again = read_verdict(*text);
    text.reset();
    ASSERT_TRUE(again);
    ASSERT_EQ(again->measured.mapping.size(), 1u);
    EXPECT_EQ(again->measured.mapping[0].member, "score");
    EXPECT_EQ(again->measured.mapping[0].reason, "rounded");
}

TEST(ReadUnified, RefusesWhatWasNeverWritten) {
    const struct {
        std::string member;
        std::string instead;
        std::string place;
    } rows[] = {
        {R"("status":"unknown")", R"("status":"asleep")", "/status"},
        {R"("status":"unknown")", R"("status":null)", "/status"},
        {R"("name":null,)", "", "/name"},
        {R"("name":null)", R"("name":3)", "/name"},
        {R"("outcome":null)", R"("outcome":"won")", "/outcome"},
        {R"("scope":null)", R"("scope":{"colour":1})", "/scope"},
        {R"("scope":null,)", "", "/scope"},
        {R"("created_at":null)", R"("created_at":"yesterday")", "/created_at"},
        {R"("mapping":{})", R"("mapping":[])", "/mapping"},
        {R"("progress":null)", R"("progress":{"done":1e30,"total":null})", "/progress/done"},
        {R"("progress":null)", R"("progress":{"done":1)", ""},
    };
    for (const auto& row : rows) {
        auto text = text_of(run{});
        const auto at = text.find(row.member);
        ASSERT_NE(at, std::string::npos) << row.member;
        text.replace(at, row.member.size(), row.instead);
        const auto read = read_run(text);
        ASSERT_FALSE(read) << row.instead;
        EXPECT_EQ(read.error().code(), errc::internal);
        EXPECT_NE(read.error().detail().find(row.place), std::string::npos) << read.error().detail();
    }
    EXPECT_FALSE(read_run(""));
    EXPECT_FALSE(read_verdict("[]"));
}

} // namespace
} // namespace evalbridge
