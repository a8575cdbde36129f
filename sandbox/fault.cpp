#include "sandbox/fault.hpp"

#include "sandbox/spoilt_http.hpp"
#include "sandbox/spoilt_json.hpp"

namespace evalbridge::sandbox {
namespace {

constexpr std::string_view block_page =
    "<!DOCTYPE html><html><head><title>Attention Required!</title></head><body><h1>Sorry, you have been blocked</h1>"
    "<p>This page stands for a CDN in front of the vendor.</p></body></html>";
constexpr std::string_view login_page = "<!DOCTYPE html><html><body><h1>Sign in</h1></body></html>";
/// Where a cloud's machines ask for their own credentials.
constexpr std::string_view link_local = "http://169.254.169.254/latest/meta-data/";

bool applies_to(const fault_rule& rule, const std::string& key) {
    if (rule.route.empty() || rule.route == key)
        return true;
    const auto space = key.find(' ');
    return rule.route.starts_with('/') && key.compare(space + 1, std::string::npos, rule.route) == 0;
}

/// Changes the reply itself; how it is sent is `send_as`'s business.
void change(const fault_rule& rule, reply& what) {
    switch (rule.kind) {
    case fault_kind::edge_block: what = {403, std::string(block_page), "text/html; charset=UTF-8", {}}; break;
    case fault_kind::html: what = {200, std::string(login_page), "text/html; charset=UTF-8", {}}; break;
    case fault_kind::empty_object: what = {200, "{}", "application/json", {}}; break;
    case fault_kind::wrong_shape: what = {200, R"([[1,"two",{"three":null}]])", "application/json", {}}; break;
    case fault_kind::deep_json: what = {200, nested_arrays(), "application/json", {}}; break;
    case fault_kind::redirect: what = {302, "", "text/html", {{"location", std::string(link_local)}}}; break;
    case fault_kind::wrong_type: what.content_type = "text/plain"; break;
    default: spoil_json(rule.kind, what.body);
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

answer without_surroundings(const fault_rule* rule, reply plain, const request& asked) {
    if (rule == nullptr)
        return send_as({}, plain, asked);
    change(*rule, plain);
    return send_as(*rule, plain, asked);
}

void put_around(const surroundings& around, answer& out) {
    if (out.bytes.empty())
        return;
    std::string interim;
    for (std::size_t i = 0; i < around.interim; ++i)
        interim += "HTTP/1.1 103 Early Hints\r\nlink: </style.css>; rel=preload\r\n\r\n";
    out.bytes.insert(0, interim);
    out.at_once += out.at_once > 0 ? interim.size() : 0;
    (out.blocks > 0 || !out.tail.empty() ? out.tail : out.bytes) += around.surplus;
    if (around.close_after && out.after == answer::ending::keep)
        out.after = answer::ending::close;
}

} // namespace

bool keeps_answer(fault_kind kind) { return kind == fault_kind::none || kind >= fault_kind::malformed; }

bool fault_rule::only_adds() const {
    return kind == fault_kind::none && pad_kb == 0 && headers.empty() && !body && !content_type && !retry_after;
}

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
        met.around.interim += rule.around.interim;
        met.around.surplus += rule.around.surplus;
        met.around.close_after = met.around.close_after || rule.around.close_after;
        if (rule.only_adds())
            continue;
        met.rule = &rule;
        break;
    }
    return met;
}

answer apply(const met_fault& fault, reply plain, const request& asked) {
    auto out = without_surroundings(fault.rule, std::move(plain), asked);
    out.delay = fault.latency;
    put_around(fault.around, out);
    return out;
}

} // namespace evalbridge::sandbox
