#pragma once
// A gateway whose answers and streams are written down beforehand and whose time passes only where somebody waits.

#include "cli/console.hpp"
#include "cli/gateway.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <sstream>

namespace evalbridge::testing {

class fake_gateway final : public cli::gateway {
  public:
    /// Something that comes of a stream, so long after what came before it.
    struct piece {
        duration after{};
        cli::arrival::kind what = cli::arrival::kind::bytes;
        std::string bytes;
        cli::answer got;
    };
    using script = std::vector<piece>;

    cli::answer get(const std::string& target) override {
        targets.push_back(target);
        auto& queue = answers[target];
        if (queue.empty())
            return nothing_scripted();
        auto next = queue.front();
        if (queue.size() > 1) // the last one stays
            queue.pop_front();
        return next;
    }
    cli::answer post(const std::string&, const std::string&, const cli::request_fields& fields) override {
        posted.push_back(fields);
        if (post_answers.empty())
            return {};
        auto next = post_answers.front();
        post_answers.pop_front();
        return next;
    }
    bool pause(duration how_long) override {
        now_ += how_long;
        pauses.push_back(how_long);
        return !interrupt_after || pauses.size() < *interrupt_after;
    }
    time_point now() const override { return now_; }
    const std::string& url() const override { return url_; }

    void open(std::size_t stream, const std::string& target, const cli::request_fields& fields) override {
        opened.push_back({target, fields, now_});
        auto& queue = streams[target];
        auto at = now_;
        if (queue.empty()) {
            pending_.push_back({at, {cli::arrival::kind::failed, stream, {}, nothing_scripted()}});
            return;
        }
        for (auto& each : queue.front())
            pending_.push_back({at += each.after, {each.what, stream, each.bytes, each.got}});
        queue.pop_front();
    }
    void leave(std::size_t stream) override {
        left.push_back(stream);
        std::erase_if(pending_, [stream](const auto& each) { return each.second.stream == stream; });
    }
    cli::arrival next(time_point until) override {
        const auto first = std::min_element(pending_.begin(), pending_.end(),
                                            [](const auto& a, const auto& b) { return a.first < b.first; });
        if (first != pending_.end() && first->first <= until) {
            now_ = std::max(now_, first->first);
            auto came = first->second;
            pending_.erase(first);
            return came;
        }
        cli::arrival out;
        if (!pause(until - now_))
            out.what = cli::arrival::kind::interrupted;
        return out;
    }

    void push(const std::string& target, int status, std::string body) {
        cli::answer a;
        a.status = status;
        a.body = std::move(body);
        answers[target].push_back(std::move(a));
    }

    struct opening {
        std::string target;
        cli::request_fields fields;
        time_point at;
    };

    std::map<std::string, std::deque<cli::answer>> answers;
    std::map<std::string, std::deque<script>> streams; ///< of each opening, in turn; none is a 404
    std::vector<std::string> targets;
    std::deque<cli::answer> post_answers; ///< in order
    std::vector<cli::request_fields> posted;
    std::vector<opening> opened;
    std::vector<std::size_t> left;
    std::vector<duration> pauses;
    std::optional<std::size_t> interrupt_after; ///< the pause that the user interrupts

  private:
    static cli::answer nothing_scripted() {
        return {404, R"({"detail":"nothing scripted","code":"not_found"})", "application/problem+json", {}, {}, false};
    }

    time_point now_ = time_point(std::chrono::hours(1));
    std::string url_ = "http://gateway.test";
    std::deque<std::pair<time_point, cli::arrival>> pending_;
};

inline fake_gateway::piece opened_stream(std::string type = "text/event-stream") {
    fake_gateway::piece out;
    out.what = cli::arrival::kind::opened;
    out.got.status = 200;
    out.got.content_type = std::move(type);
    return out;
}
inline fake_gateway::piece sent(std::string bytes, duration after = {}) {
    return {after, cli::arrival::kind::bytes, std::move(bytes), {}};
}
inline fake_gateway::piece ended_stream(duration after = {}) { return {after, cli::arrival::kind::ended, {}, {}}; }
inline fake_gateway::piece failed_stream(cli::answer why, duration after = {}) {
    return {after, cli::arrival::kind::failed, {}, std::move(why)};
}

/// A console that keeps what is written.
struct kept_console {
    std::ostringstream out;
    std::ostringstream err;
    cli::console to{out, err, false, false, 0};
};

} // namespace evalbridge::testing
