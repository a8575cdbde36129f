#include "sandbox/traces.hpp"

#include "sandbox/bundled_traces.hpp"
#include "sandbox/ids.hpp"

#include <boost/json/stream_parser.hpp>
#include <boost/json/value_to.hpp>

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace evalbridge::sandbox {
namespace {

namespace json = boost::json;

json::value parse_bundled() {
    json::stream_parser parser;
    for (const auto piece : bundled_traces())
        parser.write(piece.data(), piece.size());
    parser.finish();
    return parser.release();
}

std::string text(const json::object& from, std::string_view name) {
    const auto* value = from.if_contains(name);
    return value == nullptr ? std::string() : std::string(value->as_string());
}

template <class T> std::vector<T> list(const json::object& from, std::string_view name) {
    const auto* value = from.if_contains(name);
    return value == nullptr ? std::vector<T>() : json::value_to<std::vector<T>>(*value);
}

trace read_trace(const json::object& from) {
    trace out;
    out.trace_id = text(from, "trace_id");
    out.session_id = text(from, "session_id");
    out.agent_id = text(from, "agent_id");
    out.agent_version = text(from, "agent_version");
    out.status = text(from, "status");
    if (!from_iso(text(from, "started_at"), out.started_at))
        throw std::runtime_error("the bundled trace " + out.trace_id + " has no usable started_at");
    out.duration_ms = from.at("duration_ms").as_int64();
    out.input_tokens = from.at("input_tokens").as_int64();
    out.output_tokens = from.at("output_tokens").as_int64();
    out.input = text(from, "input");
    out.output = text(from, "output");
    out.expected = text(from, "expected");
    for (const auto& row : from.at("spans").as_array()) {
        const auto fields = json::value_to<std::vector<std::string>>(row);
        out.spans.push_back({fields.at(0), fields.at(1), fields.at(2)});
    }
    out.documents = list<std::size_t>(from, "documents");
    out.files = list<std::string>(from, "files");
    return out;
}

std::optional<std::size_t> whole_number(std::string_view digits) {
    std::size_t number = 0;
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (digits.empty() || failure != std::errc() || end != digits.data() + digits.size())
        return std::nullopt;
    return number;
}

} // namespace

std::optional<synthetic_size> read_synthetic(std::string_view name) {
    constexpr std::string_view prefix = "synthetic-";
    constexpr std::size_t most_items = 200'000;
    if (!name.starts_with(prefix))
        return std::nullopt;
    name.remove_prefix(prefix.size());
    const auto cross = name.find('x');
    const auto items = whole_number(name.substr(0, cross));
    if (!items || *items > most_items)
        return std::nullopt;
    if (cross == std::string_view::npos)
        return synthetic_size{*items, std::nullopt};
    const auto metrics = whole_number(name.substr(cross + 1));
    if (!metrics)
        return std::nullopt;
    return synthetic_size{*items, metrics};
}

trace_store::trace_store() {
    const json::value bundled = parse_bundled();
    const auto& top = bundled.as_object();
    for (const auto& row : top.at("documents").as_array())
        documents_.push_back({text(row.as_object(), "source"), text(row.as_object(), "text")});
    for (const auto& row : top.at("datasets").as_array()) {
        const auto& from = row.as_object();
        datasets_.push_back({text(from, "dataset_id"), text(from, "name"), text(from, "kind") == "agent_run",
                             list<std::string>(from, "trace_ids")});
    }
    for (const auto& row : top.at("traces").as_array())
        traces_.push_back(read_trace(row.as_object()));
    for (const auto& one : traces_)
        by_id_.emplace(one.trace_id, &one);
}

const trace* trace_store::find(std::string_view trace_id) const {
    const auto found = by_id_.find(trace_id);
    return found == by_id_.end() ? nullptr : found->second;
}

const dataset* trace_store::find_dataset(std::string_view dataset_id) const {
    const auto found =
        std::find_if(datasets_.begin(), datasets_.end(), [&](const dataset& d) { return d.dataset_id == dataset_id; });
    return found == datasets_.end() ? nullptr : &*found;
}

std::vector<item> trace_store::synthetic(std::string_view name, std::size_t count) const {
    std::vector<item> items;
    items.reserve(count);
    for (std::size_t i = 0; i < count; ++i)
        items.push_back({make_uuid(0, name, i, uuid_style::random), &traces_[i % traces_.size()]});
    return items;
}

} // namespace evalbridge::sandbox
