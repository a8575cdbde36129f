#pragma once
// A gateway whose answers are written down beforehand and whose time passes only in pauses.

#include "cli/console.hpp"
#include "cli/gateway.hpp"

#include <deque>
#include <map>
#include <sstream>

namespace evalbridge::testing {

class fake_gateway final : public cli::gateway {
  public:
    cli::answer get(const std::string& target) override {
        targets.push_back(target);
        auto& queue = answers[target];
        if (queue.empty())
            return {404,  R"({"detail":"nothing scripted","code":"not_found"})", "application/problem+json", {}, {},
                    false};
        auto next = queue.front();
        if (queue.size() > 1) // the last one stays
            queue.pop_front();
        return next;
    }
    cli::answer post(const std::string&, const std::string&,
                     const std::vector<std::pair<std::string, std::string>>&) override {
        return {};
    }
    bool pause(duration how_long) override {
        now_ += how_long;
        pauses.push_back(how_long);
        return !interrupt_after || pauses.size() < *interrupt_after;
    }
    time_point now() const override { return now_; }
    const std::string& url() const override { return url_; }

    void push(const std::string& target, int status, std::string body) {
        cli::answer a;
        a.status = status;
        a.body = std::move(body);
        answers[target].push_back(std::move(a));
    }

    std::map<std::string, std::deque<cli::answer>> answers;
    std::vector<std::string> targets;
    std::vector<duration> pauses;
    std::optional<std::size_t> interrupt_after; ///< the pause that the user interrupts

  private:
    time_point now_ = time_point(std::chrono::hours(1));
    std::string url_ = "http://gateway.test";
};

/// A console that keeps what is written.
struct kept_console {
    std::ostringstream out;
    std::ostringstream err;
    cli::console to{out, err, false, false, 0};
};

} // namespace evalbridge::testing
