#pragma once
// What tests of exports share: runs to export, and readers of what comes.

#include "tests/integration/world.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>

namespace evalbridge::integration {

inline world_options one_shard(const std::string& more = {}) {
    world_options options;
    options.server = "shards: 1" + more;
    options.staso_keys = options.gradient_keys = bare_provider;
    return options;
}

inline std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> out;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        out.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return out;
}

inline std::string exported(world& w, const std::string& run_id, const std::string& query) {
    const auto got = w.get(run_path(run_id) + "/export?" + query);
    EXPECT_EQ(got.status, 200) << query << got.body.substr(0, 500);
    return got.body;
}

inline std::string big_staso(world& w, int items, bool ended = true) {
    const auto id = w.start(R"({"provider":"staso-box","scope":{"dataset_id":"synthetic-)" + std::to_string(items) +
                            R"("},"metrics":["task_completion_rate","latency_p95","hallucination"]})");
    if (ended)
        w.finish(id);
    return id;
}

/// A connection whose answer is read by hand.
class slow_reader {
  public:
    slow_reader(world& w, const std::string& target, const std::string& fields = {}) : socket_(io_) {
        socket_.open(boost::asio::ip::tcp::v4());
        socket_.set_option(boost::asio::socket_base::receive_buffer_size(4096));
        socket_.connect(boost::asio::ip::tcp::endpoint(boost::asio::ip::address_v4::loopback(), w.port()));
        const auto request = "GET " + target + " HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n";
        boost::asio::write(socket_, boost::asio::buffer(request));
    }
    std::string read(std::size_t size) {
        std::string out(size, '\0');
        boost::system::error_code ended;
        out.resize(boost::asio::read(socket_, boost::asio::buffer(out), ended));
        return out;
    }
    /// Until the other side ends.
    std::string rest() {
        std::string out;
        for (auto more = read(65536); !more.empty(); more = read(65536))
            out += more;
        return out;
    }
    void leave() { socket_.close(); }

  private:
    boost::asio::io_context io_;
    boost::asio::ip::tcp::socket socket_;
};

inline int calls(world& w, const std::string& route) {
    const auto counted = w.staso("GET", "/__sandbox/calls").json();
    const auto* found = counted.as_object().if_contains(route);
    return found ? static_cast<int>(found->as_int64()) : 0;
}

inline constexpr const char* verdicts_route = "GET /v1/eval/runs/{run_id}/verdicts";

/// Nothing of a vendor's but its limit of requests is switched off.
inline constexpr const char* unlimited = R"({"gradient":{"rate_limit":null}})";

struct Exports : ::testing::Test {
    world w{one_shard()};
    Exports() { w.scenario(unlimited); }
};

} // namespace evalbridge::integration
