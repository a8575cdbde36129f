// How an export reads its pages: one ahead and no more, each in its own time, and again where one fails in passing.

#include "tests/gateway/handlers/handler_world.hpp"

#include <gmock/gmock.h>

namespace evalbridge::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;

constexpr std::uint64_t rows_a_page = 3;

struct Exporting : handler_world {
    std::uint64_t rows = 5 * rows_a_page; ///< of the run
    std::deque<error> failures;           ///< of the next reads, in turn

    Exporting() {
        asked->on_get_run = [](const std::string&, const call&) { return sample_run(run_status::completed); };
        asked->on_list_verdicts = [this](list_window window, const call&) { return page_at(window); };
    }
    ~Exporting() override {
        source.reset();
        settle();
    }

    result<page<verdict>> page_at(const list_window& window) {
        if (!failures.empty()) {
            auto why = std::move(failures.front());
            failures.pop_front();
            return why;
        }
        page<verdict> out;
        auto at = window.from.index + window.skip;
        for (; out.items.size() < rows_a_page && at < rows; ++at) {
            auto& each = out.items.emplace_back();
            each.id = "v" + std::to_string(at);
            each.measured.metric.name = "m";
        }
        out.has_more = at < rows;
        if (out.has_more)
            out.next = walk_position{at, 0};
        return out;
    }

    void begin_export(query with = {}) {
        asked_for = get("/v1/runs/p%3A1/export", std::move(with));
        ASSERT_EQ(asked_for->status(), 200);
        source = (*asked_for->answer)->stream;
    }
    /// Asks for a piece, which may take its time.
    void ask() {
        more.reset();
        piece.clear();
        run_into(more, next(source, piece));
        settle();
    }
    static boost::asio::awaitable<bool> next(std::shared_ptr<body_source> from, std::string& into) {
        const bool going = co_await from->next(into);
        co_return going;
    }
    static std::size_t lines_in(const std::string& text) {
        return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    }

    std::unique_ptr<exchange> asked_for;
    std::shared_ptr<body_source> source;
    std::optional<bool> more;
    std::string piece;
};

TEST_F(Exporting, ReadsOnePageAheadOfTheOneThatIsWritten) {
    begin_export();
    settle();
    EXPECT_EQ(asked->lists.size(), 1u) << "nobody has asked for the body yet, as with HEAD";
    for (std::size_t page = 1; page <= 5; ++page) {
        ask();
        EXPECT_EQ(more, page < 5);
        EXPECT_EQ(lines_in(piece), rows_a_page);
        EXPECT_EQ(asked->lists.size(), std::min<std::size_t>(page + 1, 5));
    }
    EXPECT_FALSE(source->broken());
    for (const auto& each : asked->lists)
        EXPECT_TRUE(each.read_once);
}

TEST_F(Exporting, GivesEachPageTheTimeOfTheRequest) {
    begin_export();
    for (std::size_t page = 0; page < 4; ++page) {
        ask();
        EXPECT_EQ(asked->lists.back().deadline, time.now() + seconds(30));
        pass(seconds(20));
    }
}

TEST_F(Exporting, TriesAPageAgainForAsLongAsTheVendorWishes) {
    begin_export();
    failures = {error(errc::provider_throttled).retry_after(seconds(20)), error(errc::provider_unavailable)};
    ask();
    ask();
    EXPECT_FALSE(more) << "the second page was refused";
    pass(seconds(19));
    EXPECT_EQ(asked->lists.size(), 2u);
    pass(seconds(3));
    EXPECT_EQ(more, true);
    EXPECT_THAT(piece, HasSubstr("v3"));
}

TEST_F(Exporting, BreaksOffWhereAPageCantBeReadForTooLong) {
    begin_export({{"include", "cursor", true}});
    failures.assign(1000, error(errc::provider_unavailable).because("down"));
    ask();
    EXPECT_THAT(piece, HasSubstr("\"rows\":3}"));
    ask();
    pass(seconds(100));
    EXPECT_FALSE(more);
    pass(seconds(21));
    EXPECT_EQ(more, false);
    EXPECT_TRUE(source->broken());
    EXPECT_LT(asked->lists.size(), 20u);
    EXPECT_THAT(piece, HasSubstr("\"rows\":3,\"problem\":{"));
    EXPECT_THAT(piece, HasSubstr("provider_unavailable"));
}

TEST_F(Exporting, BreaksOffAtOnceWhereTryingAgainCantHelp) {
    for (const auto code : {errc::not_found, errc::provider_rejected, errc::unsupported}) {
        begin_export();
        failures = {error(code)};
        ask();
        ask();
        EXPECT_EQ(more, false);
        EXPECT_TRUE(source->broken());
    }
}

TEST_F(Exporting, TakesAnAnswerThatMakesNoSenseOnceAndNotTwice) {
    begin_export();
    failures = {error(errc::provider_malformed)};
    ask();
    ask();
    pass(seconds(1));
    EXPECT_EQ(more, true);
    failures = {error(errc::provider_malformed), error(errc::provider_malformed)};
    ask(); // the third page has come already
    ask();
    pass(seconds(2));
    EXPECT_EQ(more, false);
    EXPECT_TRUE(source->broken());
}

TEST_F(Exporting, DoesNotFollowAVendorThatRepeatsAPage) {
    asked->on_list_verdicts = [this](list_window, const call&) {
        list_window first;
        return page_at(first);
    };
    begin_export();
    ask();
    ask();
    pass(seconds(2));
    EXPECT_EQ(more, false);
    EXPECT_TRUE(source->broken());
}

TEST_F(Exporting, EndsWhenItsClientGoes) {
    begin_export();
    failures.assign(1000, error(errc::provider_unavailable));
    ask();
    ask();
    EXPECT_FALSE(more);
    asked_for->request.departed->give();
    settle();
    EXPECT_EQ(more, false);
    EXPECT_TRUE(source->broken());
    const auto reads = asked->lists.size();
    pass(seconds(60));
    EXPECT_EQ(asked->lists.size(), reads);
    EXPECT_EQ(*all.reads_ahead, 0u);
}

TEST_F(Exporting, LeavesNoReadBehindWhenItGoes) {
    begin_export();
    more.reset();
    run_into(more, next(source, piece)); // begins to read ahead, and nothing has run yet
    io.restart();
    io.run_one();
    EXPECT_EQ(*all.reads_ahead, 1u);
    settle();
    source.reset();
    asked_for.reset();
    settle();
    EXPECT_EQ(*all.reads_ahead, 0u);
}

TEST_F(Exporting, TriesNothingAgainInADrain) {
    begin_export();
    failures = {error(errc::provider_unavailable)};
    not_ready = true;
    ask();
    ask();
    EXPECT_EQ(more, false);
    EXPECT_TRUE(source->broken());
}

TEST_F(Exporting, OfAFilterTheVendorDoesntKnowLeavesOutTheRestItself) {
    begin_export({{"metric", "nothing", true}});
    std::size_t pieces = 0;
    for (ask(); more == true; ask())
        ++pieces;
    EXPECT_EQ(more, false);
    EXPECT_FALSE(source->broken());
    EXPECT_EQ(piece, "");
    EXPECT_EQ(pieces, 4u);
}

TEST_F(Exporting, AsAReportSaysSomethingWhileItGathers) {
    failures = {};
    begin_export({{"format", "junit", true}});
    ask();
    EXPECT_EQ(piece, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    failures = {error(errc::provider_throttled).retry_after(seconds(20))};
    ask();
    EXPECT_FALSE(more);
    pass(seconds(21));
    EXPECT_EQ(more, true);
    EXPECT_EQ(piece, "\n");
    ask();
    EXPECT_THAT(piece, HasSubstr("<testsuites name=\"p:1\" tests=\"15\" failures=\"0\" errors=\"0\" skipped=\"15\""));
    ask();
    EXPECT_EQ(more, false);
    EXPECT_THAT(piece, HasSubstr("</testsuites>"));
}

} // namespace
} // namespace evalbridge::testing
