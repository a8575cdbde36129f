// What no vendor should send, byte by byte, as docs/sandbox.md says it.

#include "tests/sandbox/sandbox_fixture.hpp"

#include <boost/json/parse.hpp>

#include <zlib.h>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace evalbridge::sandbox {
namespace {

std::size_t count_of(std::string_view text, std::string_view part) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size()))
        ++count;
    return count;
}

std::string hex(std::size_t number) {
    char text[20];
    std::snprintf(text, sizeof text, "%zx", number);
    return text;
}

/// All members of it, or a test failure.
std::string unpacked(const std::string& packed) {
    std::string out;
    z_stream stream{};
    EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
    std::string in = packed;
    stream.next_in = reinterpret_cast<Bytef*>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    int state = Z_OK;
    while (stream.avail_in > 0 && (state == Z_OK || state == Z_STREAM_END)) {
        if (state == Z_STREAM_END)
            inflateReset(&stream);
        char piece[16384];
        do {
            stream.next_out = reinterpret_cast<Bytef*>(piece);
            stream.avail_out = sizeof piece;
            state = inflate(&stream, Z_NO_FLUSH);
            out.append(piece, sizeof piece - stream.avail_out);
        } while (state == Z_OK && stream.avail_out == 0);
    }
    EXPECT_EQ(state, Z_STREAM_END);
    inflateEnd(&stream);
    return out;
}

class SandboxHostile : public SandboxFixture {
  protected:
    struct parts {
        std::string all, head, body;
    };

    heard finished_run() { return staso("GET", path()); }
    std::string path() const { return "/v1/eval/runs/" + sample("staso_finished_run_id"); }
    /// On a connection that ends with the answer; at most so many bytes of it.
    parts raw_run(std::size_t most = ~std::size_t(0)) {
        const auto asked = "GET " + path() + " HTTP/1.1\r\nHost: h\r\nX-API-Key: " + sample("staso_api_key") +
                           "\r\nConnection: close\r\n\r\n";
        parts out;
        out.all = ask_some(server_.staso_port(), asked, most);
        const auto end = out.all.find("\r\n\r\n");
        if (end != std::string::npos) {
            out.head = out.all.substr(0, end + 4);
            out.body = out.all.substr(end + 4);
        }
        return out;
    }
    const std::string plain = finished_run().body;
};

TEST_F(SandboxHostile, SpoilsChunks) {
    const auto size = hex(plain.size());
    const std::pair<const char*, std::string> rows[] = {
        {"chunked", ""},
        {"bad_chunk_size", "zz\r\n" + plain + "\r\n0\r\n\r\n"},
        {"negative_chunk", "-" + size + "\r\n" + plain + "\r\n0\r\n\r\n"},
        {"chunk_overflow", "1" + std::string(16 - size.size(), '0') + size + "\r\n" + plain + "\r\n0\r\n\r\n"},
        {"chunk_without_crlf", size + "\r\n" + plain + "0\r\n\r\n"},
        {"length_and_chunked", size + "\r\n" + plain + "\r\n0\r\n\r\n"},
    };
    for (const auto& [kind, body] : rows) {
        fault("\"do\":\"" + std::string(kind) + "\"");
        const auto sent = raw_run();
        EXPECT_EQ(count_of(sent.head, "transfer-encoding: chunked\r\n"), 1u) << kind;
        EXPECT_EQ(count_of(sent.head, "content-length: "), std::string_view(kind) == "length_and_chunked" ? 1u : 0u);
        if (!body.empty())
            EXPECT_EQ(sent.body, body) << kind;
    }
}

TEST_F(SandboxHostile, SpoilsHeads) {
    fault(R"("do":"two_lengths")");
    EXPECT_EQ(count_of(raw_run().head, "content-length: "), 2u);
    EXPECT_EQ(count_of(raw_run().head, "content-length: " + std::to_string(plain.size())), 1u);
    fault(R"("do":"status_000")");
    EXPECT_TRUE(raw_run().all.starts_with("HTTP/1.1 000 OK\r\n"));
    fault(R"("do":"status_999")");
    EXPECT_TRUE(raw_run().all.starts_with("HTTP/1.1 999 OK\r\n"));
    fault(R"("do":"bare_lf")");
    const auto lines = raw_run().all;
    EXPECT_EQ(lines.find('\r'), std::string::npos);
    EXPECT_TRUE(lines.ends_with("\n\n" + plain));
    fault(R"("do":"http_0_9")");
    EXPECT_EQ(raw_run().all, plain);
    fault(R"("do":"garbage")");
    const auto noise = raw_run().all;
    EXPECT_EQ(noise.size(), 700u);
    EXPECT_EQ(noise.find("HTTP"), std::string::npos);
    EXPECT_EQ(noise, raw_run().all);
    fault(R"("do":"huge_head")");
    const auto huge = raw_run();
    EXPECT_GT(huge.head.size(), 40u * 1024);
    EXPECT_EQ(huge.body, plain);
}

TEST_F(SandboxHostile, PutsThingsAroundAnAnswer) {
    constexpr auto interim = "HTTP/1.1 103 Early Hints\r\n";
    fault(R"("interim":3)");
    const auto early = raw_run().all;
    EXPECT_TRUE(early.starts_with(interim));
    EXPECT_EQ(count_of(early, interim), 3u);
    EXPECT_EQ(finished_run().status, 103) << "which is what a client that knows no better takes it for";
    fault(R"("surplus":"HTTP/1.1 200 OK\r\n\r\n")");
    EXPECT_EQ(raw_run().body, plain + "HTTP/1.1 200 OK\r\n\r\n");
    fault(R"("do":"two_answers")");
    const auto two = raw_run();
    EXPECT_TRUE(two.body.starts_with(plain + "HTTP/1.1 200 OK\r\n"));
    EXPECT_TRUE(two.body.ends_with(R"({"id":"surplus","status":"surplus"})"));
    fault(R"("close_after":true)");
    const auto last = ask_raw(server_.staso_port(), "GET /nowhere HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_TRUE(last.starts_with("HTTP/1.1 404"));
    EXPECT_EQ(last.find("connection: close"), std::string::npos) << "unannounced";
}

TEST_F(SandboxHostile, RollsForEachThingAroundAnAnswer) {
    set_scenario(R"({"staso":{"faults":[{"probability":0.5,"interim":1},{"probability":0.5,"surplus":"!"},
                                        {"probability":0.5,"latency_ms":1},{"do":"chunked"}]}})");
    std::map<std::string, int> seen;
    for (int i = 0; i < 60; ++i) {
        const auto sent = raw_run().all;
        EXPECT_EQ(count_of(sent, "chunked"), 1u) << "the rules before only add";
        ++seen[std::string(sent.starts_with("HTTP/1.1 103") ? "interim" : "") + (sent.ends_with("!") ? "surplus" : "")];
    }
    EXPECT_EQ(seen.size(), 4u) << "each alone, both, neither";
}

TEST_F(SandboxHostile, EndsInTheMiddle) {
    fault(R"("do":"reset_head")");
    EXPECT_EQ(finished_run().status, 0);
    fault(R"("do":"reset_body")");
    const auto torn = finished_run();
    EXPECT_FALSE(torn.complete);
    fault(R"("do":"cut_tls")");
    const auto cut = raw_run();
    EXPECT_EQ(cut.head.find("content-length"), std::string::npos);
    EXPECT_EQ(cut.body, plain.substr(0, plain.size() - plain.size() / 2));
}

TEST_F(SandboxHostile, DripsHeadOrBody) {
    fault(R"("do":"drip_head","piece":50,"pause_ms":1)");
    EXPECT_EQ(finished_run().body, plain);
    fault(R"("do":"drip_body","piece":50,"pause_ms":1)");
    EXPECT_EQ(finished_run().body, plain);
    const auto head = raw_run().head.size();
    // Slowly: what comes at once is all that comes in time.
    fault(R"("do":"drip_body","piece":1,"pause_ms":600000)");
    EXPECT_TRUE(raw_run(head).all.ends_with("\r\n\r\n"));
    fault(R"("do":"drip_head","piece":7,"pause_ms":600000)");
    EXPECT_EQ(raw_run(7).all, "HTTP/1.");
}

TEST_F(SandboxHostile, SendsTenGigabytesIfAsked) {
    constexpr std::size_t looked_at = 3 << 20;
    fault(R"("do":"huge_body")");
    const auto announced = raw_run(looked_at);
    EXPECT_NE(announced.head.find("content-length: 10737418240\r\n"), std::string::npos);
    EXPECT_TRUE(announced.body.starts_with(plain + "   "));
    EXPECT_EQ(announced.all.size(), looked_at);
    fault(R"("do":"huge_chunked")");
    const auto chunks = raw_run(looked_at);
    EXPECT_TRUE(chunks.body.starts_with(hex(plain.size()) + "\r\n" + plain + "\r\n10000\r\n   "));
    EXPECT_EQ(chunks.all.size(), looked_at);
    for (const auto* kind : {"huge_body", "huge_chunked"}) {
        fault("\"size_mb\":1,\"do\":\"" + std::string(kind) + "\"");
        const auto whole = finished_run();
        EXPECT_TRUE(whole.complete) << kind;
        EXPECT_GE(whole.body.size(), 1u << 20) << kind;
        EXPECT_EQ(whole.json(), boost::json::parse(plain)) << kind;
    }
}

TEST_F(SandboxHostile, SendsWithoutEnd) {
    constexpr std::size_t looked_at = 1 << 20;
    const std::pair<const char*, const char*> rows[] = {
        {"endless_head", "HTTP/1.1 200 OK\r\nx-endless: and another\r\nx-endless:"},
        {"endless_interim", "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n"},
        {"endless_chunks", "\r\n10000\r\n  "},
        {"endless_chunk_line", "\r\n\r\n1;x=y;x=y;"},
        {"endless_trailers", "\r\n0\r\nx-trailer: and another\r\nx-trailer:"},
    };
    for (const auto& [kind, part] : rows) {
        fault("\"do\":\"" + std::string(kind) + "\"");
        const auto sent = raw_run(looked_at).all;
        EXPECT_EQ(sent.size(), looked_at) << kind;
        EXPECT_NE(sent.find(part), std::string::npos) << kind;
    }
    set_scenario("{}");
    EXPECT_EQ(finished_run().body, plain) << "others are served all the while";
}

TEST_F(SandboxHostile, PacksUnasked) {
    fault(R"("do":"gzip")");
    const auto packed = finished_run();
    EXPECT_EQ(packed.headers.at("content-encoding"), "gzip");
    EXPECT_EQ(unpacked(packed.body), plain);
    fault(R"("do":"gzip_bomb","size_mb":20)");
    const auto bomb = finished_run();
    EXPECT_LT(bomb.body.size(), 64u * 1024);
    const auto large = unpacked(bomb.body);
    EXPECT_EQ(large.size(), plain.size() + (20u << 20));
    EXPECT_EQ(boost::json::parse(large), boost::json::parse(plain));
}

TEST_F(SandboxHostile, SendsOtherJson) {
    fault(R"("do":"wrong_shape")");
    EXPECT_TRUE(finished_run().json().is_array());
    fault(R"("do":"deep_json")");
    EXPECT_EQ(finished_run().body, std::string(100'000, '[') + std::string(100'000, ']'));
    fault(R"("do":"deep_member")");
    EXPECT_TRUE(finished_run().body.starts_with(R"({"deep":[[[[)"));
    EXPECT_TRUE(finished_run().body.ends_with("]," + plain.substr(1)));
    fault(R"("do":"wrong_values")");
    EXPECT_TRUE(finished_run().json().at("id").is_array());
    EXPECT_TRUE(finished_run().json().at("scope").at("agent_id").is_array());
    fault(R"("do":"huge_numbers")");
    EXPECT_NE(finished_run().body.find(":1e400"), std::string::npos);
    EXPECT_EQ(finished_run().json().at("id"), boost::json::parse(plain).at("id"));
    fault(R"("do":"duplicate_keys")");
    EXPECT_EQ(count_of(finished_run().body, "\"status\":"), 2u);
    EXPECT_EQ(finished_run().json().at("status"), "duplicate");
    fault(R"("do":"invalid_utf8")");
    EXPECT_NE(finished_run().body.find("\"id\":\"\xff\xc0\x80"), std::string::npos);
    fault(R"("do":"redirect")");
    EXPECT_EQ(finished_run().status, 302);
    EXPECT_TRUE(finished_run().headers.at("location").starts_with("http://169.254.169.254/"));
}

TEST_F(SandboxHostile, PutsGivenTextInPlaceOfAnAnswerWithoutAKind) {
    fault(R"("body":"other")");
    EXPECT_EQ(finished_run().body, "other");
}

TEST_F(SandboxHostile, IsDescribedInFull) {
    const auto refused =
        ask(server_.staso_port(), "PUT", "/__sandbox/scenario", {}, R"({"staso":{"faults":[{"do":"?"}]}})");
    std::string kinds(refused.json().at("error").as_string());
    kinds = kinds.substr(kinds.find("one of ") + 7) + ", ";
    std::ifstream page(EVALBRIDGE_SOURCE_DIR "/docs/sandbox.md");
    const std::string text{std::istreambuf_iterator<char>(page), std::istreambuf_iterator<char>()};
    for (std::size_t at = 0, end; (end = kinds.find(", ", at)) != std::string::npos; at = end + 2)
        EXPECT_NE(text.find("`" + kinds.substr(at, end - at) + "`"), std::string::npos) << kinds.substr(at, end - at);
}

} // namespace
} // namespace evalbridge::sandbox
