#include "mapping/read_parts.hpp"

#include <mutex>
#include <set>

namespace evalbridge::detail {
namespace {

using kind = json_reader::kind;

bool is(json_reader& in, kind wanted, std::string_view name) {
    if (in.type() == wanted)
        return true;
    in.fail("expected " + std::string(name));
    return false;
}

bool is_null(json_reader& in) { return in.type() == kind::null && !in.present(); }

// A note's texts are views of literals; those that are read are kept for as long as the process lives. They are as few
// as the literals that were ever written.
std::string_view lasting(std::string_view text) {
    static std::mutex mutex;
    static std::set<std::string, std::less<>> texts;
    thread_local std::set<std::string_view> met;
    if (const auto known = met.find(text); known != met.end())
        return *known;
    const std::lock_guard lock(mutex);
    const std::string_view kept = *texts.emplace(text).first;
    met.insert(kept);
    return kept;
}

constexpr metric_kind metric_kinds[] = {metric_kind::programmatic, metric_kind::llm_judge, metric_kind::agentic,
                                        metric_kind::prompt, metric_kind::unknown};
constexpr value_type value_types[] = {value_type::number, value_type::percentage, value_type::text, value_type::boolean,
                                      value_type::unknown};
constexpr score_direction directions[] = {score_direction::higher_is_better, score_direction::lower_is_better,
                                          score_direction::unknown};
constexpr passed_source passed_sources[] = {passed_source::provider, passed_source::threshold, passed_source::none};

metric_value read_value(json_reader in) {
    metric_value out;
    out.type = read_value_type(in["type"]);
    out.number = written_number_or_null(in["number"]);
    out.text = written_text_or_null(in["text"]);
    return out;
}

} // namespace

model_text written_text(json_reader in) { return is(in, kind::string, "a string") ? in.text() : model_text(); }

std::optional<model_text> written_text_or_null(json_reader in) {
    if (is_null(in))
        return {};
    return written_text(in);
}

bool written_boolean(json_reader in) { return is(in, kind::boolean, "a boolean") && in.boolean(); }

std::optional<bool> written_boolean_or_null(json_reader in) {
    if (is_null(in))
        return {};
    return written_boolean(in);
}

double written_number(json_reader in) { return is(in, kind::number, "a number") ? in.number() : 0; }

std::optional<double> written_number_or_null(json_reader in) {
    if (is_null(in))
        return {};
    return written_number(in);
}

std::optional<timestamp> written_time(json_reader in) {
    const auto text = written_text_or_null(in);
    if (!text)
        return {};
    const auto at = parse_strict_timestamp(*text);
    if (!at)
        in.fail("expected an RFC 3339 time");
    return at;
}

std::optional<model_text> written_json(json_reader in) {
    if (is_null(in))
        return {};
    if (in.type() == kind::absent)
        in.fail("expected JSON");
    return in.raw_text();
}

metric_ref read_metric(json_reader in) {
    metric_ref out;
    out.name = written_text(in["name"]);
    out.native_name = written_text(in["native_name"]);
    out.native_id = written_text_or_null(in["native_id"]);
    out.kind = written_word(in["kind"], metric_kinds);
    return out;
}

value_type read_value_type(json_reader in) { return written_word(in, value_types); }
score_direction read_direction(json_reader in) { return written_word(in, directions); }

measurement read_measurement(json_reader in) {
    measurement m;
    m.metric = read_metric(in["metric"]);
    m.passed = written_boolean_or_null(in["passed"]);
    m.decided_by = written_word(in["passed_source"], passed_sources);
    m.score = written_number_or_null(in["score"]);
    m.value = read_value(in["value"]);
    m.direction = read_direction(in["direction"]);
    m.reason = written_text_or_null(in["reason"]);
    m.error = written_text_or_null(in["error"]);
    read_making(in, m.mapping, m.raw);
    return m;
}

void read_making(json_reader in, mapping_notes& notes, std::optional<model_text>& raw) {
    auto mapping = in["mapping"];
    if (!is(mapping, kind::object, "an object"))
        return;
    for (const auto& [kind, name] : note_members) {
        const auto add = [&notes, noted = kind](std::string_view member, json_reader& reason) {
            const auto text = written_text(reason);
            notes.push_back({noted, lasting(member), lasting(text)});
        };
        mapping[name].members(add);
    }
    // Only what was asked for has it; the vendor's JSON may be `null` itself.
    if (auto given = in["raw"]; given.type() != kind::absent)
        raw = given.raw_text();
}

std::vector<chunk> read_chunks(json_reader in) {
    std::vector<chunk> out;
    if (!is(in, kind::array, "an array"))
        return out;
    in.each([&](json_reader& each) {
        chunk c;
        c.text = written_text_or_null(each["text"]);
        c.source = written_text_or_null(each["source"]);
        c.index_id = written_text_or_null(each["index_id"]);
        c.used = written_boolean_or_null(each["used"]);
        c.usage = written_number_or_null(each["usage"]);
        out.push_back(std::move(c));
    });
    return out;
}

} // namespace evalbridge::detail
