// Random runs on random vendors, walked in every style: each item comes exactly once, in order, and the walk ends.

#include "adapters/gradient/encode.hpp"
#include "tests/adapters/gradient/gradient_bench.hpp"
#include "tests/adapters/gradient/paged_vendor.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace evalbridge::gradient {
namespace {

constexpr std::string_view names[] = {"Correctness (general hallucinations)",
                                      "Context Adherence",
                                      "Toxicity",
                                      "Tone",
                                      "Prompt Perplexity",
                                      "Ground Truth Faithfulness",
                                      "Mine"};

class dice {
  public:
    explicit dice(unsigned seed) : engine_(seed) {}
    std::uint64_t upto(std::uint64_t most) { return std::uniform_int_distribution<std::uint64_t>(0, most)(engine_); }
    bool one_in(std::uint64_t n) { return upto(n - 1) == 0; }

  private:
    std::mt19937 engine_;
};

std::string random_metric(dice& d) {
    const auto name = names[d.upto(std::size(names) - 1)];
    std::string out = R"({"metric_name":")" + std::string(name) + R"(")";
    if (name == "Toxicity")
        return out + R"(,"metric_value_type":"METRIC_VALUE_TYPE_STRING","string_value":")" +
               (d.one_in(2) ? "yes" : "no") + R"("})";
    if (d.one_in(6))
        out += R"(,"error_description":"no answer")";
    return out + R"(,"metric_value_type":"METRIC_VALUE_TYPE_NUMBER","number_value":)" + std::to_string(d.upto(100)) +
           "}";
}

std::shared_ptr<paged_vendor> random_vendor(dice& d) {
    auto out = std::make_shared<paged_vendor>();
    const std::uint64_t sizes[] = {0, 1, 7, 60, 250, 1500};
    const auto prompts = d.upto(sizes[d.upto(std::size(sizes) - 1)]);
    for (std::uint64_t i = 0; i < prompts; ++i) {
        std::vector<std::string> metrics;
        for (auto n = d.upto(7); n > 0; --n)
            metrics.push_back(random_metric(d));
        out->prompts.push_back(prompt_json(i, metrics));
    }
    out->clamp = d.one_in(2) ? 0 : 1 + d.upto(120);
    out->meta = !d.one_in(3);
    out->pages_in_meta = !d.one_in(3);
    out->links = d.one_in(3);
    return out;
}

verdict_filter random_filter(dice& d) {
    verdict_filter out;
    using passed_is = verdict_filter::passed_is;
    if (d.one_in(3))
        out.passed = std::array{passed_is::yes, passed_is::no, passed_is::undecided}[d.upto(2)];
    if (d.one_in(4))
        out.metric = d.one_in(2) ? "correctness" : std::string(names[d.upto(std::size(names) - 1)]);
    if (d.one_in(4))
        out.trace_id = "t-" + std::to_string(d.upto(5));
    return out;
}

struct walk {
    paged_vendor& vendor;
    bench& on;
    verdict_filter filter;
    std::uint32_t limit;

    auto list(const list_window& window, std::type_identity<run_result>) {
        return on.run(on.provider().list_results("run-1", filter, window, on.plain, on.any_call));
    }
    auto list(const list_window& window, std::type_identity<verdict>) {
        return on.run(on.provider().list_verdicts("run-1", filter, window, on.plain, on.any_call));
    }

    template <class T> std::vector<std::string> follow(bool by_cursor, std::uint64_t expected) {
        std::vector<std::string> ids;
        list_window window;
        window.limit = limit;
        for (std::uint64_t pages = 0;; ++pages) {
            if (pages > expected / limit + 2) {
                ADD_FAILURE() << "the walk doesn't end";
                return ids;
            }
            const auto found = list(window, std::type_identity<T>());
            if (!found) {
                ADD_FAILURE() << found.error().detail();
                return ids;
            }
            for (const auto& each : found->items)
                ids.push_back(each.id);
            EXPECT_EQ(found->has_more, found->next.has_value());
            EXPECT_EQ(found->run_terminal, true);
            if (found->total)
                EXPECT_EQ(*found->total, expected);
            if (!found->has_more) {
                EXPECT_TRUE(found->total.has_value() || (found->items.empty() && !by_cursor));
                return ids;
            }
            EXPECT_EQ(found->items.size(), limit);
            if (by_cursor) {
                window.from = *found->next;
                window.ordinal = ids.size();
            } else {
                window.skip = ids.size();
            }
        }
    }
};

/// What the walk must give: all of it in one answer of a vendor that pages as asked.
template <class T> std::vector<std::string> all_of(const paged_vendor& vendor, const verdict_filter& filter) {
    auto plain = std::make_shared<paged_vendor>(vendor);
    plain->clamp = 0;
    plain->meta = plain->pages_in_meta = true;
    bench on(paged_vendor::served_by(plain));
    std::vector<std::string> ids;
    for (std::uint64_t page = 1; page <= 8; ++page) {
        const auto request = encode_list_results("run-1", page, 200);
        const auto body = (*plain)(request)->body;
        prompt_options what;
        auto decoded = decode_results(body, {"do", "run-1"}, what);
        const judge judges(on.dictionary,
                           std::make_shared<const metric_catalogue>(*decode_catalogue(fixture("metrics.json"))),
                           std::make_shared<const test_case>(*decode_test_case(fixture("test_case.json"))), false);
        for (auto& each : decoded->prompts) {
            judges.complete(each);
            if constexpr (std::is_same_v<T, run_result>) {
                if (matches(filter, each))
                    ids.push_back(each.id);
            } else {
                for (const auto& v : each.verdicts)
                    if (matches(filter, v))
                        ids.push_back(v.id);
            }
        }
    }
    return ids;
}

template <class T> void walk_randomly(unsigned seed) {
    dice d(seed);
    const auto vendor = random_vendor(d);
    options with;
    with.page_size = d.one_in(2) ? 200 : static_cast<std::uint32_t>(1 + d.upto(199));
    bench on(paged_vendor::served_by(vendor), with);
    const auto filter = random_filter(d);
    const auto expected = all_of<T>(*vendor, filter);
    EXPECT_EQ(std::set<std::string>(expected.begin(), expected.end()).size(), expected.size());
    auto limit = static_cast<std::uint32_t>(1 + d.upto(d.one_in(2) ? 30 : 1000));
    limit = std::max<std::uint32_t>(limit, static_cast<std::uint32_t>(expected.size() / 15)); // keeps the walk short
    walk w{*vendor, on, filter, limit};
    for (const bool by_cursor : {true, false}) {
        SCOPED_TRACE("seed " + std::to_string(seed) + (by_cursor ? " by cursor" : " by offset") + ", prompts " +
                     std::to_string(vendor->prompts.size()) + ", clamp " + std::to_string(vendor->clamp) + ", meta " +
                     std::to_string(vendor->meta) + ", limit " + std::to_string(limit));
        EXPECT_EQ(w.follow<T>(by_cursor, expected.size()), expected);
    }
}

TEST(Walk, OfResultsGivesEachOnceAndEnds) {
    for (unsigned seed = 0; seed < 80 && !HasFailure(); ++seed)
        walk_randomly<run_result>(seed);
}

TEST(Walk, OfVerdictsGivesEachOnceAndEnds) {
    for (unsigned seed = 1000; seed < 1050 && !HasFailure(); ++seed)
        walk_randomly<verdict>(seed);
}

TEST(Walk, CostsOneCallForEachVendorPageThatAWindowTouchesAndOneToSeeWhetherMoreFollows) {
    dice d(7);
    auto vendor = random_vendor(d);
    vendor->prompts.clear();
    for (std::uint64_t i = 0; i < 900; ++i)
        vendor->prompts.push_back(prompt_json(i, {random_metric(d)}));
    vendor->clamp = 0;
    vendor->meta = true;
    vendor->pages_in_meta = true;
    bench on(paged_vendor::served_by(vendor));
    walk w{*vendor, on, {}, 100};
    EXPECT_EQ(w.follow<run_result>(true, 900).size(), 900u);
    EXPECT_EQ(vendor->list_calls, 9);
    EXPECT_EQ(w.follow<verdict>(true, 900).size(), 900u);
    EXPECT_EQ(vendor->list_calls, 9 + 13); // four of nine windows end with a page of 200, before the last
}

} // namespace
} // namespace evalbridge::gradient
