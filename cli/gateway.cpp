#include "cli/gateway.hpp"

#include "cli/text.hpp"
#include "cli/view.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <ostream>

namespace evalbridge::cli {
namespace json = boost::json;
namespace {

using namespace std::chrono_literals;

constexpr auto first_retry = 1s;
constexpr auto longest_retry = 30s;

struct hint_row {
    std::string_view code;
    std::string_view hint;
};

// What a person can do about a problem, by the code of its document.
constexpr hint_row hints[] = {
    {"unauthenticated", "set EVALBRIDGE_API_KEY, or name a file with --api-key-file, to a key of this gateway"},
    {"not_found", "a run's id is <provider>:<native id>, as `evalbridge run` prints it"},
    {"unsupported", "this provider can't do that; `GET /v1/providers` lists what each can"},
    {"provider_rejected", "look at the provider's credential and options in the gateway's configuration"},
    {"provider_throttled", "the provider's quota is used up for now; try again later"},
    {"provider_unavailable", "the provider doesn't answer the gateway; try again later"},
    {"overloaded", "try again later"},
    {"store_unavailable", "the gateway's database is away; try again later"},
    {"indeterminate", "ask again with the same Idempotency-Key: it never starts a second run"},
    {"deadline_exceeded", "try again, with a longer --timeout"},
};

json::value parse_problem(const answer& a) {
    boost::system::error_code code;
    auto parsed = json::parse(json::string_view(a.body.data(), a.body.size()), code);
    return code ? json::value() : parsed;
}

std::string status_text(const answer& a) { return "HTTP " + std::to_string(a.status); }

std::string headline(const answer& a, const json::value& problem) {
    if (auto detail = text_at(problem, "detail"))
        return on_one_line(*detail);
    if (auto title = text_at(problem, "title"))
        return on_one_line(*title);
    return "the answer is " + status_text(a) + (a.content_type.empty() ? "" : ", " + on_one_line(a.content_type)) +
           ", not a gateway's";
}

void append_faults(std::string& out, const json::value& problem) {
    const auto* errors = member(problem, "errors");
    const auto* listed = errors ? errors->if_array() : nullptr;
    if (!listed)
        return;
    for (const auto& each : *listed) {
        const auto in = text_at(each, "in").value_or("body");
        const auto where = on_one_line(text_at(each, "pointer").value_or(""));
        out += "  " + (in == "body" ? (where.empty() ? "the body" : where) : in + " " + where) + ": " +
               on_one_line(text_at(each, "detail").value_or("")) + '\n';
    }
}

void append_provider(std::string& out, const json::value& problem) {
    const auto* provider = member(problem, "provider");
    const auto name = provider ? text_at(*provider, "name") : std::nullopt;
    if (!name)
        return;
    out += "  provider: " + on_one_line(*name);
    if (const auto status = integer_at(*provider, "status"))
        out += " answered " + std::to_string(*status);
    if (const auto code = text_at(*provider, "code"))
        out += ' ' + on_one_line(*code);
    if (const auto message = text_at(*provider, "message"))
        out += ": " + on_one_line(*message);
    if (const auto id = text_at(*provider, "request_id"))
        out += " (its request id: " + on_one_line(*id) + ')';
    out += '\n';
}

std::string hint_line(std::string_view hint) { return hint.empty() ? "" : "  hint: " + std::string(hint) + '\n'; }

/// The provider can't be asked what became of the create: no key tells any more.
bool stays_unknown(const json::value& problem) {
    return text_at(problem, "code") == "indeterminate" && boolean_at(problem, "retryable") == false;
}

std::string_view usual_hint(const json::value& problem) {
    const auto code = text_at(problem, "code").value_or("");
    const auto row =
        std::find_if(std::begin(hints), std::end(hints), [&](const hint_row& h) { return h.code == code; });
    return row == std::end(hints) || stays_unknown(problem) ? "" : row->hint;
}

void append_advice(std::string& out, const answer& a, const json::value& problem,
                   const std::optional<std::string>& hint) {
    out += hint_line(hint ? *hint : usual_hint(problem));
    if (a.retry_after)
        out += "  retry after: " + std::to_string(std::chrono::ceil<std::chrono::seconds>(*a.retry_after).count()) +
               " s\n";
    if (const auto id = text_at(problem, "request_id"))
        out += "  request id: " + on_one_line(*id) + '\n';
}

std::string explain_no_answer(const answer& a, const gateway& from, const std::optional<std::string>& hint) {
    const auto why = " the gateway at " + from.url() + ": " + on_one_line(a.failure) + '\n';
    if (a.begun)
        return "error: no whole answer from" + why + hint_line(hint.value_or(""));
    return "error: no answer from" + why +
           hint_line(hint.value_or("is `evalbridge serve` running, and do --url or EVALBRIDGE_URL name it?"));
}

template <class Ask, class MayPass>
answer ask_patiently(gateway& whom, Ask ask, MayPass may_pass, duration patience, std::ostream& err) {
    const auto until = whom.now() + patience;
    for (duration delay = first_retry;; delay = std::min<duration>(delay * 2, longest_retry)) {
        auto got = ask();
        const auto wait = std::max<duration>(delay, got.retry_after.value_or(0ms));
        if (!may_pass(got) || whom.now() + wait > until)
            return got;
        err << "waiting: " << explain_briefly(got) << "; asking again in " << seconds_text(wait) << std::endl;
        if (!whom.pause(wait)) {
            got.interrupted = true;
            return got;
        }
    }
}

} // namespace

bool is_transient(const answer& a) {
    if (a.interrupted)
        return false;
    if (a.status == 0 || a.status == 429 || a.status == 503 || a.status == 504)
        return true;
    return !a.ok() && boolean_at(parse_problem(a), "retryable").value_or(false);
}

bool may_have_started(const answer& create) {
    const auto problem = parse_problem(create);
    // Where the provider refused its credential it started nothing, and neither did whoever answered 4xx.
    if (create.status < 500 || text_at(problem, "code") == "provider_rejected")
        return false;
    const auto source = text_at(problem, "source");
    if (text_at(problem, "code") == "indeterminate")
        return true;
    return (source == "provider" || source == "gateway") && boolean_at(problem, "retryable") == false;
}

std::optional<std::string> create_hint(const answer& create, const std::string& key) {
    if (create.status == 404)
        return "is there such an id at that provider? What is judged is named by the provider's own ids";
    if (stays_unknown(parse_problem(create)) || !may_have_started(create))
        return {};
    return "the run may have been started: ask again with --idempotency-key " + key +
           ", which starts none twice, or look at the provider";
}

answer get_patiently(gateway& from, const std::string& target, duration patience, std::ostream& err) {
    return ask_patiently(from, [&] { return from.get(target); }, is_transient, patience, err);
}

answer create_patiently(gateway& at, const std::string& spec, const std::string& key, duration patience,
                        std::ostream& err) {
    const request_fields fields = {{"Idempotency-Key", key}};
    // Who was never there is rather not running than busy, and the person at the terminal wants to know.
    bool reached = false;
    const auto ask = [&] {
        auto got = at.post("/v1/runs", spec, fields);
        reached = reached || got.sent || got.status != 0;
        got.sent = reached;
        return got;
    };
    const auto may_pass = [&](const answer& a) { return reached && is_transient(a); };
    return ask_patiently(at, ask, may_pass, patience, err);
}

std::string explain_briefly(const answer& a) {
    if (a.status == 0)
        return on_one_line(a.failure);
    const auto problem = parse_problem(a);
    const auto code = text_at(problem, "code");
    return headline(a, problem) + " (" + status_text(a) + (code ? " " + on_one_line(*code) : "") + ')';
}

std::string explain(const answer& a, const gateway& from, const std::optional<std::string>& hint) {
    if (a.status == 0)
        return explain_no_answer(a, from, hint);
    const auto problem = parse_problem(a);
    std::string out = "error: " + headline(a, problem) + '\n';
    if (!problem.is_object())
        return out + "  hint: does " + from.url() + " name an evalbridge gateway?\n";
    append_faults(out, problem);
    append_provider(out, problem);
    append_advice(out, a, problem, hint);
    return out;
}

std::string seconds_text(duration d) {
    using tenth_seconds = std::chrono::duration<long long, std::deci>;
    const auto tenths = std::chrono::ceil<tenth_seconds>(d).count();
    return std::to_string(tenths / 10) + (tenths % 10 ? "." + std::to_string(tenths % 10) : "") + " s";
}

} // namespace evalbridge::cli
