#include "tests/oracle/answers/random_vendors.hpp"
#include "tests/oracle/random_staso.hpp"
#include "tests/oracle/staso.hpp"

#include <map>
#include <mutex>

namespace evalbridge::oracle {
namespace {

constexpr const char* base = "/v1/eval/runs/";

class staso_vendor final : public random_vendor {
  public:
    staso_vendor(vendor_manners how, dictionary words) : how_(how), words_(std::move(words)) {}

    std::string native_id(unsigned number) const override { return "run-" + std::to_string(number); }

    vendor_server::answer answer(const std::string& target) override {
        if (!target.starts_with(std::string(base) + "run-"))
            return {404, R"({"detail":"no such route"})"};
        const auto rest = target.substr(std::string(base).size() + 4);
        const auto& held = of(static_cast<unsigned>(std::stoul(rest)));
        if (rest.find("/verdicts") != std::string::npos)
            return {200, list(held, target)};
        if (rest.find("/summary") != std::string::npos)
            return held.summary.empty() ? vendor_server::answer{404, R"({"detail":"none"})"}
                                        : vendor_server::answer{200, held.summary};
        return {200, held.row};
    }

    expected_run expected(unsigned number, const std::string& provider, bool raw) override {
        const auto& held = of(number);
        const staso::reading how{provider, words_, raw};
        const auto run_id = provider + ":" + native_id(number);
        expected_run out;
        out.run = staso::run(parse(held.row)->root, how);
        std::string all;
        for (const auto& each : held.rows)
            all += (all.empty() ? "[" : ",") + each.text;
        out.verdicts = staso::verdicts(parse(all.empty() ? "[]" : all + "]")->root, native_id(number), how).rows;
        out.results = by_trace(out.verdicts, run_id);
        out.summary = held.summary.empty() ? folded_summary(out.verdicts, run_id)
                                           : staso::summary(parse(held.summary)->root, native_id(number), how);
        out.summary.as_object()["run_terminal"] = true;
        return out;
    }

  private:
    struct row {
        std::string text;
        std::optional<bool> passed;
    };
    struct held_run {
        std::string row;
        std::string summary; ///< empty: the vendor has none
        std::vector<staso_vendor::row> rows;
        std::uint64_t seed = 0;
    };

    const held_run& of(unsigned number) {
        const std::lock_guard lock(mutex_);
        const auto [at, is_new] = runs_.try_emplace(number);
        if (is_new)
            make(number, at->second);
        return at->second;
    }

    void make(unsigned number, held_run& out) {
        choices from(number * 7919ULL + how_.largest_page);
        random_json any(from, true);
        out.seed = from.any();
        const auto status = from.of({"completed", "COMPLETED", "failed", "cancelled"});
        out.row = staso::random_run(any, any.in_quotes(native_id(number)), any.in_quotes(std::string(status)));
        any.camels = from.one_in(3);
        const auto traces = from.below(from.one_in(5) ? 40 : 8);
        const auto rules = from.below(4) + 1;
        for (std::uint64_t trace = 0; trace < traces; ++trace) {
            const auto id = any.text();
            for (std::uint64_t rule = 0; rule < rules; ++rule)
                if (!from.one_in(6))
                    add(any, out, id.substr(0, id.size() - 1) + " " + std::to_string(trace) + "\"",
                        "\"" + std::string(from.of({"rule", "a", "b"})) + std::to_string(rule) + "\"");
        }
        for (auto i = out.rows.size(); i > 1; --i)
            std::swap(out.rows[i - 1], out.rows[from.below(i)]);
        if (from.one_in(2))
            out.summary = staso::random_summary(any);
    }

    void add(random_json& any, held_run& out, const std::string& trace, const std::string& rule) {
        row made{staso::random_verdict(any, trace, rule), {}};
        const auto page = parse("[" + made.text + "]");
        const auto read = staso::verdicts(page->root, "r", {"p", words_, false}).rows;
        if (read[0].at("passed").is_bool())
            made.passed = read[0].at("passed").as_bool();
        out.rows.push_back(std::move(made));
    }

    std::string list(const held_run& held, const std::string& target) const {
        const auto passed = query_of(target, "passed");
        std::vector<std::string> rows;
        for (const auto& each : held.rows)
            if (passed.empty() || each.passed == (passed == "true"))
                rows.push_back(each.text);
        const auto total = rows.size();
        const auto begin = std::min<std::size_t>(std::stoull(query_of(target, "offset")), total);
        const auto most = std::min<std::size_t>(std::stoull(query_of(target, "limit")), how_.largest_page);
        rows.erase(rows.begin(), rows.begin() + static_cast<long>(begin));
        rows.resize(std::min(rows.size(), most));
        choices from(held.seed);
        random_json any(from, true);
        return staso::random_list(any, rows, how_.tells_total ? std::optional(total) : std::nullopt);
    }

    static std::vector<json::value> by_trace(const std::vector<json::value>& verdicts, const std::string& run_id) {
        std::vector<json::value> out;
        std::map<std::string, std::size_t> met;
        for (const auto& each : verdicts) {
            const std::string trace(each.at("trace_id").as_string().c_str(), each.at("trace_id").as_string().size());
            const auto [at, is_new] = met.try_emplace(trace, out.size());
            if (is_new) {
                json::object result{{"id", trace}, {"run_id", run_id}, {"trace_id", trace}};
                for (const auto* none : {"prompt_id", "input", "output", "expected"})
                    result[none] = nullptr;
                result["tokens"] = {{"input", nullptr}, {"output", nullptr}};
                result["chunks"] = json::array();
                result["verdicts"] = json::array();
                result["mapping"] = json::object();
                out.push_back(std::move(result));
            }
            out[at->second].at("verdicts").as_array().push_back(each);
        }
        return out;
    }

    const vendor_manners how_;
    const dictionary words_;
    std::mutex mutex_; ///< the test and the server both look runs up
    std::map<unsigned, held_run> runs_;
};

} // namespace

std::unique_ptr<random_vendor> random_staso(vendor_manners how, dictionary words) {
    return std::make_unique<staso_vendor>(how, std::move(words));
}

std::string query_of(const std::string& target, const std::string& name) {
    for (const auto* mark : {"?", "&"})
        if (const auto at = target.find(mark + name + "="); at != std::string::npos) {
            const auto begin = at + name.size() + 2;
            return target.substr(begin, target.find('&', begin) - begin);
        }
    return {};
}

} // namespace evalbridge::oracle
