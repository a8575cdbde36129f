#include "sandbox/fault.hpp"

#include <algorithm>

namespace evalbridge::sandbox {
namespace {

constexpr std::string_view block_page =
    "<!DOCTYPE html><html><head><title>Attention Required!</title></head><body><h1>Sorry, you have been blocked</h1>"
    "<p>This page stands for a CDN in front of the vendor.</p></body></html>";
constexpr std::string_view login_page = "<!DOCTYPE html><html><body><h1>Sign in</h1></body></html>";

bool applies_to(const fault_rule& rule, const std::string& key) {
    if (rule.route.empty() || rule.route == key)
        return true;
    const auto space = key.find(' ');
    return rule.route.starts_with('/') && key.compare(space + 1, std::string::npos, rule.route) == 0;
}

/// The first colon of a JSON object follows its first key, so without it the text can't be JSON.
void spoil(std::string& body) {
    const auto colon = body.find(':');
    if (colon == std::string::npos)
        body += '}';
    else
        body[colon] = '=';
}

/// Changes the reply itself; how it is sent is `apply`'s business.
void change(const fault_rule& rule, reply& what) {
    switch (rule.kind) {
    case fault_kind::edge_block: what = {403, std::string(block_page), "text/html; charset=UTF-8", {}}; break;
    case fault_kind::html: what = {200, std::string(login_page), "text/html; charset=UTF-8", {}}; break;
    case fault_kind::empty_object: what = {200, "{}", "application/json", {}}; break;
    case fault_kind::malformed: spoil(what.body); break;
    case fault_kind::truncated: what.body.resize(what.body.size() / 2); break;
    case fault_kind::wrong_type: what.content_type = "text/plain"; break;
    default: break;
    }
    if (rule.body)
        what.body = *rule.body;
    if (rule.content_type)
        what.content_type = *rule.content_type;
    if (rule.retry_after)
        what.headers.push_back({"retry-after", *rule.retry_after});
    what.headers.insert(what.headers.end(), rule.headers.begin(), rule.headers.end());
    what.body.append(rule.pad_kb * 1024, ' ');
}

} // namespace

bool keeps_answer(fault_kind kind) { return kind == fault_kind::none || kind >= fault_kind::malformed; }

bool met_fault::performs() const { return rule == nullptr || rule->perform.value_or(keeps_answer(rule->kind)); }

met_fault fault_book::meet(const std::string& key) {
    met_fault met;
    for (auto& rule : rules_) {
        if (!applies_to(rule, key) || rule.seen++ < rule.after || (rule.times && rule.used >= *rule.times))
            continue;
        if (rule.probability < 1 && dice_.roll() >= rule.probability)
            continue;
        ++rule.used;
        met.latency += rule.latency;
        const bool only_delays = rule.kind == fault_kind::none && rule.pad_kb == 0 && rule.headers.empty();
        if (only_delays)
            continue;
        met.rule = &rule;
        break;
    }
    return met;
}

answer apply(const met_fault& fault, reply plain, const request& asked) {
    using ending = answer::ending;
    const bool with_body = asked.method != "HEAD";
    answer out{fault.latency, {}, 0, milliseconds(0), asked.keep_alive ? ending::keep : ending::close};
    if (fault.rule == nullptr) {
        out.bytes = to_wire(plain, framing::content_length, !asked.keep_alive, with_body);
        return out;
    }
    const fault_rule& rule = *fault.rule;
    switch (rule.kind) {
    case fault_kind::close: out.after = ending::close; return out;
    case fault_kind::reset: out.after = ending::reset; return out;
    case fault_kind::black_hole: out.after = ending::hold; return out;
    case fault_kind::raw:
        out.bytes = rule.bytes;
        out.after = rule.keep_open ? ending::keep : ending::close;
        return out;
    default: break;
    }

    change(rule, plain);
    const framing frame = rule.kind == fault_kind::chunked       ? framing::chunked
                          : rule.kind == fault_kind::until_close ? framing::until_close
                                                                 : framing::content_length;
    out.bytes = to_wire(plain, frame, !asked.keep_alive, with_body);
    const std::size_t head = out.bytes.find("\r\n\r\n") + 4;
    if (rule.kind == fault_kind::cut_head)
        out.bytes.resize(head / 2);
    else if (rule.kind == fault_kind::cut_body)
        out.bytes.resize(head + (out.bytes.size() - head) / 2);
    if (rule.kind == fault_kind::cut_head || rule.kind == fault_kind::cut_body || frame == framing::until_close)
        out.after = ending::close;
    if (rule.kind == fault_kind::drip) {
        out.piece = std::max<std::size_t>(rule.piece, 1);
        out.pause = rule.pause;
    }
    return out;
}

} // namespace evalbridge::sandbox
