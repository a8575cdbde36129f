#pragma once
// A vendor made of a function: one run with prompts, paged as asked or as it likes.

#include "tests/adapters/gradient/gradient_bench.hpp"

#include <algorithm>
#include <cstdlib>
#include <memory>

namespace evalbridge::gradient {

struct paged_vendor {
    std::vector<std::string> prompts; ///< each prompt's JSON
    std::string status = "EVALUATION_RUN_SUCCESSFUL";
    std::uint64_t clamp = 0; ///< per_page is cut to it; 0: not at all
    bool meta = true;
    bool pages_in_meta = true;
    bool links = false;
    bool knows_thresholds = true;
    int test_case_status = 200;            ///< where the thresholds are known
    std::uint64_t told_total = UINT64_MAX; ///< what `meta` says instead of the truth
    int list_calls = 0;

    static std::uint64_t query_number(const std::string& target, const std::string& name) {
        const auto at = target.find(name + "=");
        return at == std::string::npos ? 0 : std::strtoull(target.c_str() + at + name.size() + 1, nullptr, 10);
    }

    std::string evaluation_run() const {
        return R"({"evaluation_run_uuid":"run-1","status":")" + status +
               R"(","test_case_uuid":"tc-1","test_case_version":3,"agent_version_hash":"v9"})";
    }

    result<http_response> list(const std::string& target) {
        ++list_calls;
        const auto page = query_number(target, "?page");
        auto size = query_number(target, "per_page");
        if (clamp > 0)
            size = std::min(size, clamp);
        const auto total = prompts.size();
        const auto first = std::min<std::uint64_t>((page - 1) * size, total);
        const auto end = std::min<std::uint64_t>(first + size, total);
        const auto pages = (total + size - 1) / size;
        std::string body = R"({"evaluation_run":)" + evaluation_run() + R"(,"prompts":[)";
        for (auto i = first; i < end; ++i)
            body += (i > first ? "," : "") + prompts[i];
        body += "]";
        if (links) {
            body += R"(,"links":{"pages":{"first":"https://x/?page=1")";
            if (page > 1)
                body += R"(,"previous":"https://x/?page=p")";
            if (page < pages)
                body += R"(,"next":"https://x/?page=n","last":"https://x/?page=l")";
            body += "}}";
        }
        if (meta) {
            body += R"(,"meta":{"total":)" + std::to_string(told_total == UINT64_MAX ? total : told_total);
            if (pages_in_meta)
                body += R"(,"page":)" + std::to_string(page) + R"(,"pages":)" + std::to_string(pages);
            body += "}";
        }
        return answer_of(200, body + "}");
    }

    result<http_response> operator()(const http_request& request) {
        const auto& target = request.target;
        if (target.find("/results?") != std::string::npos)
            return list(target);
        if (target.find("/evaluation_metrics") != std::string::npos)
            return knows_thresholds ? answer_of(200, fixture("metrics.json")) : answer_of(500, "{}");
        if (target.find("/evaluation_test_cases/") != std::string::npos)
            return !knows_thresholds         ? answer_of(500, "{}")
                   : test_case_status == 200 ? answer_of(200, fixture("test_case.json"))
                                             : answer_of(test_case_status, "{}");
        return answer_of(404, R"({"id":"not_found","message":"no"})");
    }

    /// For a bench: the vendor is shared, so that a test may change it.
    static testing::scripted_upstream::answerer served_by(std::shared_ptr<paged_vendor> vendor) {
        return [vendor](const http_request& request) { return (*vendor)(request); };
    }
};

inline std::string metric_json(const std::string& name, double value) {
    return R"({"metric_name":")" + name + R"(","metric_value_type":"METRIC_VALUE_TYPE_NUMBER","number_value":)" +
           std::to_string(value) + "}";
}

inline std::string prompt_json(std::uint64_t id, const std::vector<std::string>& metrics) {
    std::string out = R"({"input":"q","output":"a","trace_id":"t-)" + std::to_string(id % 5) + R"(",)" +
                      (id == 0 ? "" : R"("prompt_id":)" + std::to_string(id) + ",") +
                      R"("prompt_level_metric_results":[)";
    for (std::size_t i = 0; i < metrics.size(); ++i)
        out += (i > 0 ? "," : "") + metrics[i];
    return out + "]}";
}

} // namespace evalbridge::gradient
