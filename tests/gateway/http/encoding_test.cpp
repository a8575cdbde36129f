// Packing what goes out, for those who want it.

#include "gateway/http/accept_encoding.hpp"
#include "gateway/http/gzip.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <cstring>
#include <deque>

#include <zlib.h>

namespace evalbridge {
namespace {

struct asked_row {
    const char* field;
    bool packed;
};

TEST(AcceptEncoding, IsGzipWhereItIsWantedAtLeastAsMuchAsThePlainBody) {
    constexpr asked_row rows[] = {
        {"gzip", true},
        {"GZIP", true},
        {"x-gzip", true},
        {"deflate, gzip, br", true},
        {"gzip;q=1.0, identity; q=0.5, *;q=0", true},
        {"gzip ; q=0.001", true},
        {"*", true},
        {"*;q=0.5", true},
        {"identity;q=0, *", true},
        {"", false},
        {"identity", false},
        {"br, deflate", false},
        {"gzip;q=0", false},
        {"gzip;q=0.000", false},
        {"*;q=0", false},
        {"gzip;q=0, *", false},
        {"gzip;q=0.5, identity", false},
        {"gzip;q=2", false},
        {"gzip;q=x", false},
        {"gzip;q=0.1234", false},
        {"gzipped", false},
        {";;,,=", false},
    };
    for (const auto& each : rows)
        EXPECT_EQ(wants_gzip({{"accept-encoding", each.field}}), each.packed) << each.field;
    EXPECT_FALSE(wants_gzip({}));
    EXPECT_TRUE(wants_gzip({{"accept-encoding", "br"}, {"accept", "*/*"}, {"accept-encoding", "gzip"}}));
}

class given_pieces final : public body_source {
  public:
    given_pieces(std::deque<std::string> pieces, bool breaks) : pieces_(std::move(pieces)), breaks_(breaks) {}
    boost::asio::awaitable<bool> next(std::string& out) override {
        if (pieces_.empty())
            co_return false;
        out += pieces_.front();
        pieces_.pop_front();
        co_return !pieces_.empty();
    }
    bool broken() const override { return breaks_ && pieces_.empty(); }

  private:
    std::deque<std::string> pieces_;
    bool breaks_;
};

std::vector<std::string> packed(std::deque<std::string> pieces, bool breaks) {
    boost::asio::io_context io;
    std::vector<std::string> out;
    const auto body = gzipped(std::make_shared<given_pieces>(std::move(pieces), breaks));
    const auto read = [](std::shared_ptr<body_source> from,
                         std::vector<std::string>& into) -> boost::asio::awaitable<void> {
        for (bool more = true; more;) {
            std::string piece;
            more = co_await from->next(piece);
            into.push_back(std::move(piece));
        }
    };
    boost::asio::co_spawn(io, read(body, out), boost::asio::detached);
    io.run();
    EXPECT_EQ(body->broken(), breaks);
    return out;
}

/// What can be unpacked of it, and whether that is all.
std::pair<std::string, bool> unpacked(const std::string& bytes) {
    z_stream stream{};
    inflateInit2(&stream, 15 + 16);
    std::string out(1024 * 1024, '\0');
    std::string in = bytes;
    stream.next_in = reinterpret_cast<Bytef*>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int ended = inflate(&stream, Z_SYNC_FLUSH);
    out.resize(stream.total_out);
    inflateEnd(&stream);
    return {out, ended == Z_STREAM_END};
}

TEST(PackedBody, CanBeReadAsFarAsItHasCome) {
    const std::string large(200'000, 'x');
    const auto pieces = packed({"first ", "", large, "last"}, false);
    ASSERT_EQ(pieces.size(), 4u);
    EXPECT_EQ(unpacked(pieces[0]).first, "first ");
    EXPECT_EQ(pieces[1], "");
    EXPECT_EQ(unpacked(pieces[0] + pieces[2]).first, "first " + large);
    const auto all = unpacked(pieces[0] + pieces[2] + pieces[3]);
    EXPECT_EQ(all.first, "first " + large + "last");
    EXPECT_TRUE(all.second);
}

TEST(PackedBody, HasNoEndWhereItBreaksOff) {
    const auto pieces = packed({"some", "more"}, true);
    const auto all = unpacked(pieces[0] + pieces[1]);
    EXPECT_EQ(all.first, "somemore");
    EXPECT_FALSE(all.second);
}

TEST(PackedBody, OfNothingIsGzipToo) {
    const auto pieces = packed({}, false);
    ASSERT_EQ(pieces.size(), 1u);
    EXPECT_TRUE(unpacked(pieces[0]).second);
}

} // namespace
} // namespace evalbridge
