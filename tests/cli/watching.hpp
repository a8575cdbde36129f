#pragma once
// A run that is followed at a gateway whose stream of events is written down, and what such streams hold.

#include "cli/follow.hpp"
#include "tests/cli/fake_gateway.hpp"

namespace evalbridge::testing {

inline const std::string events_of_1 = "/v1/runs/p:1/events";

inline std::string run_json(const std::string& status, const std::string& more = "") {
    const bool terminal = status == "completed" || status == "failed";
    return R"({"id":"p:1","status":")" + status + R"(","terminal":)" + (terminal ? "true" : "false") + more + "}";
}

inline std::string event(const std::string& id, const std::string& kind, const std::string& data) {
    return "id: " + id + "\nevent: " + kind + "\ndata: " + data + "\n\n";
}

inline const std::string summary_json = R"({"total":2,"passed":2,"failed":0})";

inline std::string done(const std::string& id = "9", const std::string& status = "completed",
                        const std::string& summary = summary_json) {
    return event(id, "done", R"({"run":)" + run_json(status) + R"(,"summary":)" + summary + R"(,"problem":null})");
}

inline cli::run_view created(const std::string& id = "p:1") {
    cli::run_view out;
    out.id = id;
    out.status = "pending";
    return out;
}

inline cli::answer broken(const std::string& why) {
    cli::answer out;
    out.failure = why;
    return out;
}

inline cli::answer refusal(int status, const std::string& code,
                           std::optional<std::chrono::milliseconds> retry_after = {}) {
    cli::answer out;
    out.status = status;
    out.body = R"({"detail":"it is so","code":")" + code + R"("})";
    out.retry_after = retry_after;
    return out;
}

struct watching {
    fake_gateway gateway;
    kept_console console;

    void stream(fake_gateway::script pieces) { gateway.streams[events_of_1].push_back(std::move(pieces)); }
    cli::followed follow(const cli::follow_options& options = {}) {
        return cli::follow(gateway, console.to, {created()}, options);
    }
    std::vector<std::chrono::milliseconds> gaps() const {
        std::vector<std::chrono::milliseconds> out;
        for (std::size_t i = 1; i < gateway.opened.size(); ++i)
            out.push_back(
                std::chrono::duration_cast<std::chrono::milliseconds>(gateway.opened[i].at - gateway.opened[i - 1].at));
        return out;
    }
    std::string last_event_id(std::size_t opening) const {
        for (const auto& [name, value] : gateway.opened.at(opening).fields)
            if (name == "Last-Event-ID")
                return value;
        return "none";
    }
};

} // namespace evalbridge::testing
