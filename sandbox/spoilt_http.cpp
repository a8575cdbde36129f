#include "sandbox/spoilt_http.hpp"

#include "sandbox/gzip.hpp"

#include <algorithm>

namespace evalbridge::sandbox {
namespace {

using ending = answer::ending;

constexpr std::uint64_t megabyte = 1 << 20;
constexpr std::uint64_t huge_mb = 10'240; ///< 10 GiB
constexpr std::uint64_t bomb_mb = 512;
constexpr std::size_t block_size = 64 * 1024;
constexpr std::string_view crlf = "\r\n";
const field chunked_field{"transfer-encoding", "chunked"};

field length_field(std::uint64_t size) { return {"content-length", std::to_string(size)}; }

std::string hex(std::uint64_t number) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (; number > 0 || out.empty(); number >>= 4)
        out.insert(out.begin(), digits[number & 0xf]);
    return out;
}

std::string chunk(std::string_view data) { return hex(data.size()).append(crlf).append(data).append(crlf); }

std::string repeated(std::string_view line) {
    std::string out;
    while (out.size() < block_size / 4)
        out += line;
    return out;
}

std::size_t head_size(const std::string& bytes) { return bytes.find("\r\n\r\n") + 4; }

/// One writer of an answer: what all kinds need, gathered once.
struct writer {
    const fault_rule& rule;
    const reply& plain;
    const bool close;
    answer& out;

    std::string head(const std::vector<field>& framed_by) const { return head_to_wire(plain, framed_by, close); }
    std::uint64_t size(std::uint64_t usual_mb) const { return megabyte * rule.size_mb.value_or(usual_mb); }

    /// Chunked, with `before_data` in place of the size line and `after_data` behind the data.
    void one_chunk(const std::string& before_data, std::string_view after_data) const {
        out.bytes = head({chunked_field}) + before_data + plain.body;
        out.bytes.append(after_data).append("0\r\n\r\n");
    }
    void endless(std::string first, std::string block) const {
        out.bytes = std::move(first);
        out.block = std::move(block);
        out.blocks = answer::endless;
    }
    /// The body, and spaces behind it up to `total`: JSON, but large.
    void huge_body(std::uint64_t total) const {
        total = std::max<std::uint64_t>(total, plain.body.size());
        out.bytes = head({length_field(total)}) + plain.body;
        const auto spaces = total - plain.body.size();
        out.block.assign(block_size, ' ');
        out.blocks = spaces / block_size;
        out.tail.assign(spaces % block_size, ' ');
    }
    void huge_chunks(std::uint64_t total) const {
        out.bytes = head({chunked_field}) + chunk(plain.body);
        out.block = chunk(std::string(block_size, ' '));
        out.blocks = total == answer::endless ? total : total / block_size;
        out.tail = "0\r\n\r\n";
    }
    void zipped(std::uint64_t padding_mb) const {
        auto packed = plain;
        packed.headers.push_back({"content-encoding", "gzip"});
        packed.body = to_gzip(plain.body);
        if (padding_mb > 0)
            out.block = to_gzip(std::string(megabyte, ' ')); // several members are one stream (RFC 1952)
        out.blocks = padding_mb;
        const auto total = packed.body.size() + out.block.size() * out.blocks;
        out.bytes = head_to_wire(packed, {length_field(total)}, close) + packed.body;
    }
    void cut(std::size_t at, ending how) const {
        out.bytes.resize(at);
        out.after = how;
    }
    void replace_status(std::string_view digits) const { out.bytes.replace(9, digits.size(), digits); }
    void drip(std::size_t at_once) const {
        out.at_once = at_once;
        out.piece = std::max<std::size_t>(rule.piece, 1);
        out.pause = rule.pause;
    }
};

/// Bytes that are neither HTTP nor the same for every request; they begin as TLS does when it says that it was spoken
/// to without.
std::string noise() {
    std::string out = "\x15\x03\x01";
    dice rolls(1);
    while (out.size() < 700)
        out += static_cast<char>(static_cast<int>(rolls.roll() * 256));
    return out;
}

/// A whole answer that nobody asked for.
std::string second_answer() {
    const reply other{200, R"({"id":"surplus","status":"surplus"})", "application/json", {}};
    return to_wire(other, framing::content_length, false, true);
}

void with_lf_alone(std::string& head) { std::erase(head, '\r'); }

} // namespace

answer send_as(const fault_rule& rule, const reply& plain, const request& asked) {
    answer out;
    out.after = asked.keep_alive ? ending::keep : ending::close;
    const writer write{rule, plain, !asked.keep_alive, out};
    const bool with_body = asked.method != "HEAD";
    out.bytes = to_wire(plain, framing::content_length, !asked.keep_alive, with_body);
    const auto head = head_size(out.bytes);
    const auto body = plain.body.size();
    const auto half_of_body = head + (out.bytes.size() - head) / 2;

    switch (rule.kind) {
    case fault_kind::close: write.cut(0, ending::close); break;
    case fault_kind::reset: write.cut(0, ending::reset); break;
    case fault_kind::black_hole: write.cut(0, ending::hold); break;
    case fault_kind::raw:
        out.bytes = rule.bytes;
        out.after = rule.keep_open ? ending::keep : ending::close;
        break;
    case fault_kind::garbage: out.bytes = noise(); break;
    case fault_kind::endless_head: write.endless("HTTP/1.1 200 OK\r\n", repeated("x-endless: and another\r\n")); break;
    case fault_kind::endless_interim: write.endless("", repeated("HTTP/1.1 103 Early Hints\r\n\r\n")); break;

    case fault_kind::chunked: out.bytes = to_wire(plain, framing::chunked, !asked.keep_alive, with_body); break;
    case fault_kind::until_close:
        out.bytes = to_wire(plain, framing::until_close, true, with_body);
        out.after = ending::close;
        break;
    case fault_kind::gzip: write.zipped(0); break;
    case fault_kind::drip: write.drip(0); break;
    case fault_kind::drip_head:
        out.tail = out.bytes.substr(head);
        out.bytes.resize(head);
        write.drip(0);
        break;
    case fault_kind::drip_body: write.drip(head); break;

    case fault_kind::cut_head: write.cut(head / 2, ending::close); break;
    case fault_kind::reset_head: write.cut(head / 2, ending::reset); break;
    case fault_kind::cut_body: write.cut(half_of_body, ending::close); break;
    case fault_kind::reset_body: write.cut(half_of_body, ending::reset); break;
    case fault_kind::cut_tls:
        out.bytes = to_wire(plain, framing::until_close, true, with_body);
        write.cut(out.bytes.size() - body / 2, ending::cut);
        break;
    case fault_kind::two_answers: out.bytes += second_answer(); break;
    case fault_kind::huge_head:
        out.bytes.insert(head - 2, "x-huge: " + std::string(40 * 1024, 'h').append(crlf));
        break;
    case fault_kind::huge_body: write.huge_body(write.size(huge_mb)); break;
    case fault_kind::huge_chunked: write.huge_chunks(write.size(huge_mb)); break;
    case fault_kind::gzip_bomb: write.zipped(rule.size_mb.value_or(bomb_mb)); break;
    case fault_kind::endless_chunks: write.huge_chunks(answer::endless); break;
    case fault_kind::endless_chunk_line: write.endless(write.head({chunked_field}) + "1;", repeated("x=y;")); break;
    case fault_kind::endless_trailers:
        write.endless(write.head({chunked_field}) + chunk(plain.body) + "0\r\n",
                      repeated("x-trailer: and another\r\n"));
        break;

    case fault_kind::bad_chunk_size: write.one_chunk("zz\r\n", crlf); break;
    case fault_kind::negative_chunk: write.one_chunk("-" + hex(body) + "\r\n", crlf); break;
    case fault_kind::chunk_overflow: { // 2^64 more than it is
        const auto digits = hex(body);
        write.one_chunk("1" + std::string(16 - digits.size(), '0') + digits + "\r\n", crlf);
        break;
    }
    case fault_kind::chunk_without_crlf: write.one_chunk(hex(body) + "\r\n", ""); break;
    case fault_kind::length_and_chunked:
        out.bytes = write.head({length_field(body), chunked_field}) + chunk(plain.body) + "0\r\n\r\n";
        break;
    case fault_kind::two_lengths:
        out.bytes = write.head({length_field(body), length_field(body / 2)}) + plain.body;
        break;
    case fault_kind::status_000: write.replace_status("000"); break;
    case fault_kind::status_999: write.replace_status("999"); break;
    case fault_kind::bare_lf: {
        auto lines = out.bytes.substr(0, head);
        with_lf_alone(lines);
        out.bytes.replace(0, head, lines);
        break;
    }
    case fault_kind::http_0_9:
        out.bytes = plain.body;
        out.after = ending::close;
        break;
    default: break;
    }
    return out;
}

} // namespace evalbridge::sandbox
