#pragma once
// The vendor's verdict list in miniature: rows in a fixed order, `passed`, `limit` and `offset` honoured, with the
// liberties that a server may take.

#include "tests/support/scripted_upstream.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace evalbridge::staso {

struct served_row {
    std::string trace_id;
    std::string rule;
    bool passed = true;
};

struct verdict_server {
    std::vector<served_row> rows;
    std::size_t clamp = 1000; ///< rows of the largest page that it serves
    bool tells_total = false;
    bool tells_unfiltered_total = false; ///< a total that doesn't know of the filter
    bool ignores_offset = false;
    bool ignores_filter = false;
    bool ignores_limit = false;

    testing::scripted_upstream::answerer answerer() {
        return [this](const http_request& request) -> result<http_response> { return answer(request); };
    }
    http_response answer(const http_request& request) const {
        if (request.target.find("/verdicts") == std::string::npos)
            return json_answer(R"({"id":"r1","status":"completed"})");
        const auto passed = query(request.target, "passed");
        std::vector<const served_row*> listed;
        for (const auto& row : rows)
            if (ignores_filter || passed.empty() || (passed == "true") == row.passed)
                listed.push_back(&row);
        const auto offset = ignores_offset ? 0 : std::stoull(query(request.target, "offset"));
        const auto asked = ignores_limit ? clamp : std::stoull(query(request.target, "limit"));
        const auto limit = std::min<std::size_t>(asked, clamp);
        std::string body = R"({"verdicts":[)";
        for (auto i = offset; i < listed.size() && i < offset + limit; ++i) {
            if (i > offset)
                body += ',';
            body += R"({"trace_id":")" + listed[i]->trace_id + R"(","rule_name":")" + listed[i]->rule +
                    R"(","passed":)" + (listed[i]->passed ? "true" : "false") + "}";
        }
        body += ']';
        if (tells_total)
            body += R"(,"total":)" + std::to_string(tells_unfiltered_total ? rows.size() : listed.size());
        return json_answer(body + '}');
    }
    static http_response json_answer(std::string body) {
        http_response response;
        response.status = 200;
        response.fields = {{"Content-Type", "application/json"}};
        response.body = std::move(body);
        return response;
    }
    static std::string query(std::string_view target, std::string_view name) {
        const auto start = target.find('?');
        for (auto at = start; at != std::string_view::npos; at = target.find('&', at + 1)) {
            const auto rest = target.substr(at + 1);
            if (rest.starts_with(name) && rest.substr(name.size()).starts_with('='))
                return std::string(rest.substr(name.size() + 1, rest.find('&') - name.size() - 1));
        }
        return {};
    }
};

/// `count` rows of one rule, each of a trace of its own; every third fails.
inline std::vector<served_row> plain_rows(std::size_t count) {
    std::vector<served_row> rows;
    for (std::size_t i = 0; i < count; ++i)
        rows.push_back({"t" + std::to_string(i), "m", i % 3 != 0});
    return rows;
}

} // namespace evalbridge::staso
