// bench_archive [--verdicts N] [--pages N] [--store sqlite|postgresql] : archives a run of that many verdicts, read
// through a real adapter from a vendor in this process, and then reads pages of it at random places. Prints how much
// memory, time and room it took, and how long pages took. docs/archive.md has the figures.

#include "adapters/staso/provider.hpp"
#include "runs/archive/archived_provider.hpp"
#include "runs/archive/archiver.hpp"
#include "tests/support/test_store.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <random>

namespace evalbridge {
namespace {

constexpr const char* rules[] = {"task_completion_rate", "hallucination", "latency_p95", "tone",    "safety",
                                 "tool_choice",          "grounding",     "refusal",     "brevity", "format"};
constexpr std::uint64_t rules_of_a_trace = std::size(rules);
constexpr const char* native_id = "3f0c8f52-97a1-4b1e-9a3c-0a1b2c3d4e5f";
constexpr const char* reason =
    "The assistant answered the customer's question about the order and offered the refund that the policy allows, but "
    "it named a delivery date that none of the tools returned.";

// A vendor's run of so many verdicts, none of them in memory.
class large_run final : public upstream {
  public:
    explicit large_run(std::uint64_t verdicts) : verdicts_(verdicts) {}

    boost::asio::awaitable<result<http_response>> send(const http_request& request, const call&) override {
        ++calls;
        http_response answer;
        answer.status = 200;
        answer.fields = {{"Content-Type", "application/json"}};
        const auto& target = request.target;
        if (target.find("/verdicts") != std::string::npos)
            answer.body = page(number(target, "offset="), number(target, "limit="), target);
        else if (target.find("/summary") != std::string::npos)
            answer.status = 404;
        else
            answer.body = std::string(R"({"id":")") + native_id + R"(","name":"large","status":"completed"})";
        co_return answer;
    }
    std::uint64_t calls = 0;

    static bool passed(std::uint64_t row) { return (row * 2654435761u) % 7 != 0; }
    static std::string trace(std::uint64_t row) {
        char text[64];
        std::snprintf(text, sizeof text, "tr-%08llx-%012llu",
                      static_cast<unsigned long long>(row / rules_of_a_trace * 2654435761u & 0xffffffffu),
                      static_cast<unsigned long long>(row / rules_of_a_trace));
        return text;
    }

  private:
    static std::uint64_t number(const std::string& target, const std::string& name) {
        const auto at = target.find(name);
        return at == std::string::npos ? 0 : std::stoull(target.substr(at + name.size()));
    }
    std::string page(std::uint64_t offset, std::uint64_t limit, const std::string& target) const {
        const bool filtered = target.find("passed=") != std::string::npos;
        const bool wanted = target.find("passed=true") != std::string::npos;
        std::string body = R"({"verdicts":[)";
        std::uint64_t taken = 0;
        std::uint64_t met = 0;
        for (std::uint64_t row = filtered ? 0 : offset; row < verdicts_ && taken < limit; ++row) {
            if (filtered && (passed(row) != wanted || met++ < offset))
                continue;
            if (taken++ > 0)
                body += ',';
            append(body, row);
        }
        body += "],\"total\":" + std::to_string(verdicts_) + '}';
        return body;
    }
    static void append(std::string& body, std::uint64_t row) {
        body += R"({"trace_id":")" + trace(row) + R"(","rule_name":")" + rules[row % rules_of_a_trace] +
                R"(","passed":)" + (passed(row) ? "true" : "false") + R"(,"score":)" +
                std::to_string(0.001 * static_cast<double>(row * 37 % 1000)) + R"(,"reason":")" + reason +
                R"(","runtime":"llm","agent_version":"v2","latency_ms":)" + std::to_string(100 + row * 13 % 900) +
                R"(,"timestamp":"2026-05-10T08:00:)" + std::to_string(10 + row % 50) + "Z\"}";
    }

    const std::uint64_t verdicts_;
};

double mebibytes(const char* name) {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with(name))
            return std::stod(line.substr(line.find(':') + 1)) / 1024;
    return 0;
}

void forget_peak() { std::ofstream("/proc/self/clear_refs") << 5; }

double milliseconds_since(std::chrono::steady_clock::time_point began) {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count();
}

struct arguments {
    std::uint64_t verdicts = 1'000'000;
    int pages = 1000;
    store_engine engine = store_engine::sqlite;
};

class trial {
  public:
    explicit trial(const arguments& how) : how_(how), kept_(how.engine), vendor_(how.verdicts) { kept_->open(); }

    bool archive() {
        staso::options settings;
        settings.api_key = secret("a key");
        const auto options = std::make_shared<const staso::options>(settings);
        archiver_options archiving;
        archiving.replica = "bench";
        archiving.derived_with = "bench";
        archiving.enrols = false;
        archiving.sources.push_back({"large",
                                     &vendor_,
                                     [&](upstream& over) -> std::unique_ptr<provider> {
                                         const provider_context parts{"large", over,       dictionary_,
                                                                      tags_,   kept_.time, kept_.log};
                                         return std::make_unique<staso::staso_provider>(parts, options);
                                     },
                                     {}});
        kept_.run([&](connection& db) { return request_archive(db, run_id_, "large", "staso", 1).number; });
        boost::asio::io_context io(1);
        notice draining;
        archiver under_test(archiving, known_, kept_.time, kept_.log, kept_.counts, io.get_executor(), draining);
        const auto before = mebibytes("VmRSS");
        forget_peak();
        const auto began = std::chrono::steady_clock::now();
        kept_.await(under_test.archive_next());
        const auto seconds = milliseconds_since(began) / 1000;
        const auto peak = mebibytes("VmHWM");
        const auto made = kept_.run([&](connection& db) { return *find_archive(db, run_id_); });
        std::printf(
            "archived %lld verdicts, %lld results in %.0f s: %llu calls, %.0f MiB of rows; RSS %.0f MiB before, "
            "%.0f MiB at most: grew by %.0f MiB\n",
            static_cast<long long>(made.verdicts), static_cast<long long>(made.results), seconds,
            static_cast<unsigned long long>(vendor_.calls), static_cast<double>(made.bytes) / (1024 * 1024), before,
            peak, peak - before);
        for (const auto& line : kept_.log.lines)
            if (made.state != archive_state::complete)
                std::printf("%s\n", line.c_str());
        return made.state == archive_state::complete;
    }

    void read(const char* name, const verdict_filter& filter, std::uint64_t matching) {
        archived_provider from("large", "staso", nullptr, known_);
        std::mt19937_64 random(7);
        std::vector<double> took;
        for (int i = 0; i < how_.pages; ++i) {
            list_window window;
            window.limit = 100;
            window.skip = random() % std::max<std::uint64_t>(1, matching);
            auto each = filter;
            if (filter.trace_id) {
                each.trace_id = large_run::trace(random() % how_.verdicts);
                window.skip = 0;
            }
            const auto began = std::chrono::steady_clock::now();
            const auto page = kept_.await(from.list_verdicts(native_id, each, window, read_options(), call()));
            took.push_back(milliseconds_since(began));
            if (!page || page->items.empty())
                std::printf("%s: no page at %llu\n", name, static_cast<unsigned long long>(window.skip));
        }
        std::ranges::sort(took);
        const auto at = [&](double share) {
            return took[static_cast<std::size_t>(share * static_cast<double>(took.size() - 1))];
        };
        std::printf("%-28s p50 %6.2f ms   p99 %6.2f ms   max %6.2f ms\n", name, at(0.5), at(0.99), at(1));
    }

  private:
    const arguments how_;
    testing::test_store kept_;
    archives known_{*kept_, kept_.time};
    metric_dictionary dictionary_;
    run_tag_format tags_;
    large_run vendor_;
    const std::string run_id_ = make_run_id("large", native_id);
};

int measure(const arguments& how) {
    std::printf("%s, %llu verdicts, pages of 100\n", std::string(name_of(how.engine)).c_str(),
                static_cast<unsigned long long>(how.verdicts));
    trial t(how);
    if (!t.archive())
        return 1;
    verdict_filter none, passed, failed, metric, both, all, trace;
    passed.passed = verdict_filter::passed_is::yes;
    failed.passed = verdict_filter::passed_is::no;
    metric.metric = "hallucination";
    both.metric = "tone";
    both.passed = verdict_filter::passed_is::no;
    all.level = verdict_filter::levels::all;
    trace.trace_id = "";
    const auto n = how.verdicts;
    t.read("no filter", none, n - 100);
    t.read("passed=true", passed, n * 8 / 10);
    t.read("passed=false", failed, n / 8);
    t.read("metric", metric, n / 11);
    t.read("level=all", all, n - 100);
    t.read("metric and passed=false", both, n / 80);
    t.read("trace_id", trace, 1);
    return 0;
}

} // namespace
} // namespace evalbridge

int main(int count, char** given) {
    evalbridge::arguments how;
    for (int i = 1; i + 1 < count; i += 2) {
        const std::string name = given[i];
        const std::string value = given[i + 1];
        if (name == "--verdicts")
            how.verdicts = std::stoull(value);
        else if (name == "--pages")
            how.pages = std::stoi(value);
        else if (name == "--store")
            how.engine =
                value == "postgresql" ? evalbridge::store_engine::postgresql : evalbridge::store_engine::sqlite;
    }
    return evalbridge::measure(how);
}
