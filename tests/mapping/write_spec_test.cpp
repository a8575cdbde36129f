#include "mapping/write_spec.hpp"

#include <gtest/gtest.h>

#include <random>
#include <span>

namespace evalbridge {
namespace {

namespace json = boost::json;

/// A spec as text that tells any two different specs apart, without going through the writer under test.
std::string told(const scope& s) {
    struct teller {
        std::string sample(const std::optional<int>& pct) const { return pct ? "%" + std::to_string(*pct) : "%-"; }
        std::string operator()(const trace_scope& x) const { return "trace|" + x.trace_id; }
        std::string operator()(const session_scope& x) const { return "session|" + x.session_id; }
        std::string operator()(const dataset_scope& x) const { return "dataset|" + x.dataset_id; }
        std::string operator()(const agent_scope& x) const { return "agent|" + x.agent_id + sample(x.sample_pct); }
        std::string operator()(const time_range_scope& x) const {
            return "range|" + x.start + "|" + x.end + sample(x.sample_pct);
        }
        std::string operator()(const test_case_scope& x) const {
            std::string out = "case|" + x.test_case_id;
            for (const auto& each : x.agents)
                out += "|agent " + each;
            for (const auto& each : x.deployments)
                out += "|deployment " + each;
            return out;
        }
    };
    return std::visit(teller{}, s);
}

std::string told(const std::optional<std::string>& text) { return text ? "=" + *text : "-"; }

void expect_same(const run_spec& read, const run_spec& given) {
    EXPECT_EQ(read.provider, given.provider);
    EXPECT_EQ(told(read.name), told(given.name));
    EXPECT_EQ(told(read.description), told(given.description));
    EXPECT_EQ(told(read.scope), told(given.scope));
    ASSERT_EQ(read.metrics.size(), given.metrics.size());
    for (std::size_t i = 0; i < given.metrics.size(); ++i) {
        EXPECT_EQ(read.metrics[i].kind, given.metrics[i].kind);
        EXPECT_EQ(read.metrics[i].text, given.metrics[i].text);
    }
    EXPECT_EQ(told(read.agent_version), told(given.agent_version));
    EXPECT_EQ(told(read.baseline_run_id), told(given.baseline_run_id));
    EXPECT_EQ(told(read.trigger), told(given.trigger));
    EXPECT_EQ(read.labels, given.labels);
    EXPECT_EQ(read.provider_options, given.provider_options);
}

/// Makes specs that read_run_spec takes, with all that its texts may hold.
class spec_maker {
  public:
    explicit spec_maker(std::uint32_t seed) : random_(seed) {}

    run_spec make() {
        run_spec spec;
        spec.provider = id();
        spec.name = maybe([&] { return text(255); });
        spec.description = maybe([&] { return text(300); });
        spec.scope = any_scope();
        for (auto left = below(4); left > 0; --left)
            spec.metrics.push_back({coin() ? metric_selector::by::name : metric_selector::by::id, id()});
        spec.agent_version = maybe([&] { return id(); });
        spec.baseline_run_id = maybe([&] {
            auto run = spec.provider + ":" + id();
            std::erase(run, '/'); // no run's id has one
            return run;
        });
        std::erase(spec.provider, '/');
        constexpr const char* triggers[] = {"on_demand", "sampled_async", "backfill"};
        spec.trigger = maybe([&] { return std::string(triggers[below(3)]); });
        for (auto left = below(4); left > 0; --left)
            spec.labels[text(12) + "k"] = text(40);
        for (auto left = below(3); left > 0; --left)
            spec.provider_options[text(8) + "v"] = object(3);
        return spec;
    }

  private:
    std::uint32_t below(std::uint32_t n) { return random_() % n; }
    bool coin() { return below(2) == 0; }
    template <class F> std::optional<std::string> maybe(F make) {
        return coin() ? std::optional<std::string>(make()) : std::nullopt;
    }
    std::string pick(std::uint32_t longest, std::span<const char* const> from) {
        std::string out;
        for (auto left = below(longest + 1); left > 0; --left)
            out += from[below(static_cast<std::uint32_t>(from.size()))];
        return out;
    }
    std::string text(std::uint32_t longest) {
        static constexpr const char* of[] = {"a", "Z",  "0",  " ", "\"", "\\", "/", "\n", "\t", "\x01",  "\x7f",
                                             "é", "漢", "😀", "~", "%",  "{",  "]", ",",  ":",  "\u2028"};
        return pick(longest, of);
    }
    std::string id() {
        static constexpr const char* of[] = {"a", "B", "9", "-", "_", ".", "/", " ", "\"", "\\", "é", "漢", "😀"};
        return "i" + pick(30, of);
    }
    std::optional<int> sample() { return coin() ? std::optional<int>(1 + static_cast<int>(below(100))) : std::nullopt; }
    scope any_scope() {
        switch (below(6)) {
        case 0: return trace_scope{id()};
        case 1: return session_scope{id()};
        case 2: return dataset_scope{id()};
        case 3: return agent_scope{id(), sample()};
        case 4: return time_range_scope{"2026-05-01T00:00:00Z", "2026-05-02T00:00:00.5+01:00", sample()};
        default: {
            test_case_scope out;
            out.test_case_id = id();
            for (auto left = below(3); left > 0; --left)
                out.agents.push_back(id());
            for (auto left = below(3) + (out.agents.empty() ? 1 : 0); left > 0; --left)
                out.deployments.push_back(id());
            return out;
        }
        }
    }
    json::object object(int depth) {
        json::object out;
        for (auto left = below(4); left > 0; --left)
            out[text(6)] = value(depth);
        return out;
    }
    json::value value(int depth) {
        switch (below(depth > 0 ? 9 : 7)) {
        case 0: return nullptr;
        case 1: return coin();
        case 2: return static_cast<std::int64_t>(random_()) - 2'000'000'000;
        case 3: return std::uint64_t(18'446'744'073'709'551'615U);
        case 4: return static_cast<double>(below(1000)); // stays a double
        case 5: return static_cast<double>(below(1'000'000)) / 64;
        case 6: return json::value(text(20));
        case 7: return object(depth - 1);
        default: {
            json::array out;
            for (auto left = below(3); left > 0; --left)
                out.push_back(value(depth - 1));
            return out;
        }
        }
    }

    std::mt19937 random_;
};

TEST(WriteRunSpec, IsReadBackAsAnEqualSpec) {
    spec_maker maker(20'260'510);
    for (int i = 0; i < 1'000; ++i) {
        const auto given = maker.make();
        const auto text = write_run_spec(given);
        SCOPED_TRACE(text);
        const auto body = parse_client_json(text);
        ASSERT_TRUE(body.has_value()) << body.error().detail();
        const auto read = read_run_spec(*body);
        ASSERT_TRUE(read.has_value()) << read.error().faults().front().pointer << read.error().faults().front().detail;
        expect_same(*read, given);
        if (HasFailure())
            return;
    }
}

TEST(WriteRunSpec, LeavesOutWhatIsNotThere) {
    run_spec spec;
    spec.provider = "main";
    spec.scope = agent_scope{"checkout", {}};
    EXPECT_EQ(write_run_spec(spec), R"({"provider":"main","scope":{"agent_id":"checkout"}})");
}

TEST(WriteRunSpec, KeepsTheSuiteAndTheTagToItself) {
    run_spec spec;
    spec.provider = "main";
    spec.scope = trace_scope{"t"};
    spec.suite = "nightly";
    spec.tag = "[eb-0123456789abcdef0123]";
    EXPECT_EQ(write_run_spec(spec), R"({"provider":"main","scope":{"trace_id":"t"}})");
}

TEST(WriteRunSpec, WritesEveryMemberInOneOrder) {
    run_spec spec;
    spec.provider = "main";
    spec.name = "weekly";
    spec.description = "";
    spec.scope = test_case_scope{"c", {"a"}, {"d"}, {}};
    spec.metrics = {{metric_selector::by::name, "tone"}, {metric_selector::by::id, "7c9a"}};
    spec.agent_version = "v2";
    spec.baseline_run_id = "main:8f";
    spec.trigger = "on_demand";
    spec.labels = {{"a", "1"}, {"b", ""}};
    spec.provider_options["toy"] = json::object{{"x", 2.0}};
    EXPECT_EQ(write_run_spec(spec),
              R"({"provider":"main","name":"weekly","description":"","scope":{"test_case_id":"c","agents":["a"],)"
              R"("deployments":["d"]},"metrics":["tone",{"id":"7c9a"}],"agent_version":"v2",)"
              R"("baseline_run_id":"main:8f","trigger":"on_demand","labels":{"a":"1","b":""},)"
              R"("provider_options":{"toy":{"x":2E0}}})");
}

} // namespace
} // namespace evalbridge
