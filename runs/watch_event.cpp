#include "runs/watch_event.hpp"

#include "mapping/write.hpp"

#include <algorithm>
#include <charconv>

namespace evalbridge {
namespace {

struct kind_row {
    watch_event_kind kind;
    std::string_view name;
    char letter;
};

constexpr kind_row kinds[] = {
    {watch_event_kind::status, "status", 's'},   {watch_event_kind::progress, "progress", 'p'},
    {watch_event_kind::stalled, "stalled", 'q'}, {watch_event_kind::done, "done", 'd'},
    {watch_event_kind::problem, "problem", 'x'},
};

constexpr std::size_t state_digits = 12;

const kind_row& row_of(watch_event_kind kind) { return *std::ranges::find(kinds, kind, &kind_row::kind); }

bool is_hex(std::string_view text) { return text.find_first_not_of("0123456789abcdef") == std::string_view::npos; }

} // namespace

std::string_view name_of(watch_event_kind kind) { return row_of(kind).name; }

std::string format_event_id(const watch_event_id& id) {
    return std::to_string(id.number) + '.' + id.state + '.' + row_of(id.kind).letter;
}

std::optional<watch_event_id> parse_event_id(std::string_view text) {
    watch_event_id id;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), id.number);
    if (failed != std::errc())
        return {};
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (text.size() != state_digits + 3 || text[0] != '.' || text[state_digits + 1] != '.')
        return {};
    id.state = text.substr(1, state_digits);
    const auto row = std::ranges::find(kinds, text.back(), &kind_row::letter);
    if (!is_hex(id.state) || row == std::end(kinds))
        return {};
    id.kind = row->kind;
    return id;
}

std::string state_of_etag(std::string_view etag) {
    const auto quote = etag.find('"');
    std::string state(quote == std::string_view::npos ? "" : etag.substr(quote + 1, state_digits));
    state.resize(state_digits, '0');
    return state;
}

std::string stalled_data(std::string_view run_json, std::chrono::seconds quiet,
                         std::optional<std::chrono::seconds> usual) {
    std::string data;
    json_writer out(data);
    out.begin_object().key("run").raw(run_json);
    out.key("quiet_seconds").integer(quiet.count());
    out.key("usual_seconds");
    if (usual)
        out.integer(usual->count());
    else
        out.null();
    out.end_object();
    return data;
}

std::string done_data(std::string_view run_json, const result<summary>& found) {
    std::string data;
    json_writer out(data);
    out.begin_object().key("run").raw(run_json);
    out.key("summary");
    if (found)
        write(out, *found);
    else
        out.null();
    out.key("problem");
    if (found) {
        out.null();
    } else {
        const auto why = found.error();
        out.begin_object().key("code").string(name_of(why.code())).key("detail").string(why.detail()).end_object();
    }
    out.end_object();
    return data;
}

std::string problem_data(const error& e, std::string_view request_id) {
    std::string data;
    json_writer out(data);
    out.begin_object();
    out.key("code").string(name_of(e.code()));
    out.key("detail").string(e.detail());
    out.key("retryable").boolean(e.retryable());
    out.key("request_id").string(request_id);
    out.end_object();
    return data;
}

} // namespace evalbridge
