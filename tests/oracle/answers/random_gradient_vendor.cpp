#include "tests/oracle/answers/random_vendors.hpp"
#include "tests/oracle/gradient.hpp"
#include "tests/oracle/random_gradient.hpp"

#include <map>
#include <mutex>

namespace evalbridge::oracle {
namespace {

constexpr const char* base = "/v2/gen-ai/";

class gradient_vendor final : public random_vendor {
  public:
    gradient_vendor(vendor_manners how, dictionary words) : how_(how), words_(std::move(words)) {
        choices from(how.largest_page);
        random_json any(from, true);
        catalogue_ = R"({"metrics":)" + gradient::random_catalogue(any) + "}";
    }

    std::string native_id(unsigned number) const override { return "run-" + std::to_string(number); }

    vendor_server::answer answer(const std::string& target) override {
        const auto rest = target.starts_with(base) ? target.substr(std::string(base).size()) : std::string();
        if (rest.starts_with("evaluation_metrics"))
            return {200, catalogue_};
        if (rest.starts_with("evaluation_test_cases/"))
            return test_case(target);
        if (!rest.starts_with("evaluation_runs/run-"))
            return {404, R"({"id":"not_found","message":"no such route"})"};
        const auto& held = of(static_cast<unsigned>(std::stoul(rest.substr(20))));
        if (rest.find("/results?") != std::string::npos)
            return {200, page(held, target)};
        return {200, R"({"evaluation_run":)" + held.run + "}"};
    }

    expected_run expected(unsigned number, const std::string& provider, bool raw) override {
        const auto& held = of(number);
        const gradient::which one{provider, native_id(number)};
        gradient::judge judges;
        judges.words = words_;
        judges.metrics = gradient::metrics(parse(catalogue_)->root);
        judges.of_run = test_case_of(held);
        expected_run out;
        const auto run = parse(R"({"evaluation_run":)" + held.run + "}");
        const told in(&run->root);
        const auto facts = in["evaluation_run"];
        const bool measured =
            facts["star_metric_result"].present() || (facts["run_level_metric_results"].is_array() &&
                                                      !facts["run_level_metric_results"].value().as_array().empty());
        out.run = gradient::run(run->root, one, raw, measured ? &judges : nullptr);
        std::string all;
        for (const auto& each : held.prompts)
            all += (all.empty() ? "" : ",") + each;
        gradient::prompt_parts parts;
        parts.spans = parts.span_verdicts = true;
        parts.raw = raw;
        const auto whole =
            parse(R"({"evaluation_run":)" + (held.pages_tell_run ? held.run : "null") + R"(,"prompts":[)" + all + "]}");
        for (auto& each : gradient::prompts(whole->root, one, parts, &judges).prompts) {
            for (const auto& verdict : each.at("verdicts").as_array())
                out.verdicts.push_back(verdict);
            out.results.push_back(std::move(each));
        }
        out.summary = folded_summary(out.verdicts, provider + ":" + native_id(number));
        out.summary.as_object()["run_terminal"] = true;
        return out;
    }

  private:
    struct held_run {
        std::string run;
        std::vector<std::string> prompts;
        bool pages_tell_run = true;
    };

    const held_run& of(unsigned number) {
        const std::lock_guard lock(mutex_);
        const auto [at, is_new] = runs_.try_emplace(number);
        if (!is_new)
            return at->second;
        auto& out = at->second;
        choices from(number * 104729ULL + how_.largest_page);
        random_json any(from, true);
        const auto status =
            "EVALUATION_RUN_" +
            std::string(from.of({"SUCCESSFUL", "PARTIALLY_SUCCESSFUL", "FAILED", "CANCELLED", "COMPLETED"}));
        out.run = gradient::random_run(any, any.in_quotes(native_id(number)), any.in_quotes(status));
        out.pages_tell_run = !from.one_in(4);
        const auto many = from.below(from.one_in(5) ? 30 : 7);
        for (std::uint64_t id = 0; id < many; ++id)
            out.prompts.push_back(gradient::random_prompt(any, id));
        return out;
    }

    /// By the way it is asked for: one in four isn't there any more.
    vendor_server::answer test_case(const std::string& target) {
        choices from(std::hash<std::string>()(target));
        if (from.one_in(4))
            return {404, R"({"id":"not_found","message":"gone"})"};
        random_json any(from, true);
        return {200, R"({"evaluation_test_case":)" + gradient::random_test_case(any) + "}"};
    }

    std::optional<gradient::test_case> test_case_of(const held_run& held) {
        const auto run = parse(held.run);
        const told in(&run->root);
        const auto id = in["test_case_uuid"].some_text();
        if (!id)
            return {};
        auto target = std::string(base) + "evaluation_test_cases/" + encoded(*id);
        if (const auto version = in["test_case_version"].maybe_integer())
            target += "?evaluation_test_case_version=" + std::to_string(*version);
        const auto given = test_case(target);
        return given.status == 200 ? std::optional(gradient::test_case_of(parse(given.body)->root)) : std::nullopt;
    }

    std::string page(const held_run& held, const std::string& target) const {
        const auto number = std::stoull(query_of(target, "page"));
        const auto size = std::min<std::size_t>(std::stoull(query_of(target, "per_page")), how_.largest_page);
        const auto total = held.prompts.size();
        std::string prompts;
        for (auto i = (number - 1) * size; i < total && i < number * size; ++i)
            prompts += (prompts.empty() ? "" : ",") + held.prompts[i];
        const auto pages = (total + size - 1) / size;
        std::string beside;
        if (how_.tells_total)
            beside = R"(,"meta":{"page":)" + std::to_string(number) + R"(,"pages":)" + std::to_string(pages) +
                     R"(,"total":")" + std::to_string(total) + "\"}";
        else
            beside = std::string(R"(,"links":{"pages":{"first":"https://v/1")") +
                     (number < pages ? R"(,"next":"https://v/n")" : "") + "}}";
        return (held.pages_tell_run ? R"({"evaluation_run":)" + held.run + "," : "{") + R"("prompts":[)" + prompts +
               "]" + beside + "}";
    }

    const vendor_manners how_;
    const dictionary words_;
    std::string catalogue_;
    std::mutex mutex_; ///< the test and the server both look runs up
    std::map<unsigned, held_run> runs_;
};

} // namespace

std::unique_ptr<random_vendor> random_gradient(vendor_manners how, dictionary words) {
    return std::make_unique<gradient_vendor>(how, std::move(words));
}

} // namespace evalbridge::oracle
