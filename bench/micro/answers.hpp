#pragma once
// What the micro benchmarks work on: the vendors' answers that bench/run serves too, a provider that gets them without
// a socket, and what the rest of a gateway would be around it.

#include "adapters/provider.hpp"
#include "base/metrics.hpp"
#include "upstream/upstream.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace evalbridge::bench {

/// One of the answers in build/bench/bodies: poll, staso_page, gradient_20, ... Ends the program where it isn't there.
const std::string& answer_named(const std::string& name);
/// config/metrics.yaml.
const metric_dictionary& shipped_dictionary();

class silent_logger final : public logger {
  public:
    bool enabled(log_level) const override { return false; }
    void write(log_level, std::string_view, std::initializer_list<log_field>) override {}
};

/// Runs a coroutine to its end on this thread.
template <class T> T run_task(boost::asio::io_context& io, boost::asio::awaitable<T> task) {
    std::optional<T> out;
    const auto ended = [&](const std::exception_ptr& thrown, T value) {
        if (thrown)
            std::rethrow_exception(thrown);
        out.emplace(std::move(value));
    };
    boost::asio::co_spawn(io, std::move(task), ended);
    io.restart();
    io.run();
    return std::move(*out);
}

/// Answers at once, as the cache or a very near vendor would.
class canned_upstream final : public upstream {
  public:
    /// `answers`: by the path of the request, without its query.
    explicit canned_upstream(std::unordered_map<std::string, http_response> answers) : answers_(std::move(answers)) {}
    boost::asio::awaitable<result<http_response>> send(const http_request& request, const call&) override {
        co_return answers_.at(request.target.substr(0, request.target.find('?')));
    }

  private:
    const std::unordered_map<std::string, http_response> answers_;
};

/// A provider of either vendor over canned answers; asked for the run `run_id` it gives the answer of that name.
class canned_provider {
  public:
    /// `vendor`: staso or gradient. `list`: which answer a list of the run gets.
    canned_provider(std::string_view vendor, const std::string& list);
    provider& operator*() { return *provider_; }
    provider* operator->() { return provider_.get(); }

    static constexpr const char* run_id = "3f0c6b7e-6c2a-4f77-9a39-1c7d2a0b5e10";

  private:
    canned_upstream vendor_;
    run_tag_format tags_;
    system_clock time_;
    silent_logger log_;
    std::unique_ptr<provider> provider_;
};

call any_call();

} // namespace evalbridge::bench
