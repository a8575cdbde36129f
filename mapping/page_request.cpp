#include "mapping/page_request.hpp"

#include <algorithm>
#include <charconv>
#include <functional>
#include <initializer_list>

namespace evalbridge {
namespace {

template <class E> struct word {
    std::string_view text;
    E value;
};

constexpr word<verdict_filter::passed_is> passed_words[] = {
    {"true", verdict_filter::passed_is::yes},
    {"false", verdict_filter::passed_is::no},
    {"null", verdict_filter::passed_is::undecided},
};
constexpr word<verdict_filter::levels> level_words[] = {
    {"item", verdict_filter::levels::item},
    {"span", verdict_filter::levels::span},
    {"all", verdict_filter::levels::all},
};

/// "a, b, c"
template <class Words, class Text> std::string listed(const Words& words, Text text) {
    std::string out;
    for (const auto& each : words)
        out.append(out.empty() ? "" : ", ").append(std::invoke(text, each));
    return out;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

/// Reads parameters and collects what is wrong with them.
class query_reader {
  public:
    explicit query_reader(query_parameters query) : query_(query) {}

    void fault(std::string_view name, std::string detail) {
        faults_.push_back({std::string(name), std::move(detail), "query"});
    }
    bool has(std::string_view name) const {
        return std::ranges::any_of(query_, [&](auto& p) { return p.first == name; });
    }
    bool has_any(std::initializer_list<std::string_view> names) const {
        return std::ranges::any_of(names, [&](auto name) { return has(name); });
    }

    /// The value; null when there is none, or (with a fault) more than one.
    const std::string* value(std::string_view name) {
        const auto is_it = [&](const auto& parameter) { return parameter.first == name; };
        const auto first = std::ranges::find_if(query_, is_it);
        if (first == query_.end())
            return nullptr;
        if (std::any_of(first + 1, query_.end(), is_it)) {
            fault(name, "is given more than once");
            return nullptr;
        }
        return &first->second;
    }

    std::optional<std::uint64_t> number(std::string_view name, std::uint64_t min, std::uint64_t max) {
        const auto* text = value(name);
        if (!text)
            return {};
        std::uint64_t number = 0;
        const auto* end = text->data() + text->size();
        // from_chars for an unsigned type takes digits alone: no sign, no space, no base.
        const auto [stop, failure] = std::from_chars(text->data(), end, number);
        if (failure != std::errc{} || stop != end || number < min || number > max) {
            fault(name, "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max));
            return {};
        }
        return number;
    }

    template <class E, std::size_t N> std::optional<E> one_of(std::string_view name, const word<E> (&words)[N]) {
        const auto* text = value(name);
        if (!text)
            return {};
        for (const auto& each : words)
            if (each.text == *text)
                return each.value;
        fault(name, "must be one of: " + listed(words, &word<E>::text));
        return {};
    }

    std::optional<std::string> text(std::string_view name) {
        const auto* text = value(name);
        if (!text)
            return {};
        if (!text->empty() && text->size() <= max_filter_text && std::ranges::none_of(*text, is_control))
            return *text;
        fault(name, "must be 1 to " + std::to_string(max_filter_text) + " bytes without control characters");
        return {};
    }

    std::optional<std::vector<std::string>> include(const std::vector<std::string_view>& allowed) {
        const auto* text = value("include");
        if (!text)
            return {};
        std::vector<std::string> names;
        for (std::size_t from = 0; from <= text->size();) {
            const auto comma = std::min(text->find(',', from), text->size());
            names.push_back(text->substr(from, comma - from));
            from = comma + 1;
        }
        if (!std::ranges::all_of(names, [&](auto& name) { return std::ranges::count(allowed, name) > 0; })) {
            fault("include", allowed.empty() ? "is not taken by this list"
                                             : "must be one or more of: " + listed(allowed, std::identity{}) +
                                                   ", separated by commas");
            return {};
        }
        std::ranges::sort(names);
        names.erase(std::unique(names.begin(), names.end()), names.end());
        return names;
    }

    bool failed() const { return !faults_.empty(); }
    error take_error() && {
        return error(errc::invalid_request)
            .because("The list can't be asked for like this; `errors` says which parameters are wrong.")
            .faults(std::move(faults_));
    }
    void add(const error& e) { faults_.insert(faults_.end(), e.faults().begin(), e.faults().end()); }

  private:
    query_parameters query_;
    std::vector<input_fault> faults_;
};

/// What was asked for, parameter by parameter; empty where it wasn't, or was wrong.
struct asked {
    std::optional<std::uint64_t> limit, offset, page, per_page;
    const std::string* cursor = nullptr;
    std::optional<verdict_filter::passed_is> passed;
    std::optional<verdict_filter::levels> level;
    std::optional<std::string> metric, trace_id;
    std::optional<std::vector<std::string>> include;
};

asked read_parameters(query_reader& in, const std::vector<std::string_view>& allowed_includes, bool filters_allowed) {
    asked a;
    a.limit = in.number("limit", 1, max_limit);
    a.offset = in.number("offset", 0, max_offset);
    a.page = in.number("page", 1, max_offset + 1);
    a.per_page = in.number("per_page", 1, max_limit);
    a.cursor = in.value("cursor");
    if (filters_allowed) {
        a.passed = in.one_of("passed", passed_words);
        a.level = in.one_of("level", level_words);
        a.metric = in.text("metric");
        a.trace_id = in.text("trace_id");
    } else {
        for (const auto name : {"passed", "level", "metric", "trace_id"})
            if (in.has(name))
                in.fault(name, "is not taken by this list");
    }
    a.include = in.include(allowed_includes);
    return a;
}

void refuse_mixed_styles(query_reader& in) {
    const bool by_cursor = in.has("cursor");
    if (by_cursor && in.has("offset"))
        in.fault("offset", "can't be combined with cursor: the cursor says where to go on");
    if (!by_cursor && !in.has_any({"limit", "offset"}))
        return;
    for (const auto name : {"page", "per_page"})
        if (in.has(name))
            in.fault(name, by_cursor ? "can't be combined with cursor: the cursor says where to go on"
                                     : "can't be combined with limit and offset: choose one style of paging");
}

void start_anywhere(list_request& request, const asked& a, query_reader& in, bool numbered) {
    request.style = numbered ? paging_style::number : paging_style::offset;
    request.limit = static_cast<std::uint32_t>((numbered ? a.per_page : a.limit).value_or(default_limit));
    request.offset = a.offset.value_or(0);
    if (numbered) {
        const auto before = a.page.value_or(1) - 1;
        if (before > max_offset / request.limit)
            in.fault("page", "is too far on: page x per_page may not go beyond " + std::to_string(max_offset));
        else
            request.offset = before * request.limit;
    }
    request.filter = {a.passed, a.metric, a.level.value_or(verdict_filter::levels::item), a.trace_id};
    request.include = a.include.value_or(std::vector<std::string>{});
    request.window = {{}, 0, request.offset, request.limit};
}

void go_on(list_request& request, const asked& a, query_reader& in, std::string_view subject, const mac_function& mac) {
    auto decoded = decode_cursor(*a.cursor, mac);
    if (!decoded)
        return in.add(decoded.error());
    auto& c = *decoded;
    if (c.kind != request.kind)
        return in.fault("cursor", "is of another kind of list: start the walk again without a cursor");
    if (c.subject != subject)
        return in.fault("cursor", "is of another run's list: start the walk again without a cursor");
    const auto must_equal = [&](std::string_view name, const auto& given, const auto& bound) {
        if (given && *given != bound)
            in.fault(name, "differs from what the cursor was made for: leave it out, or start again without a cursor");
    };
    must_equal("limit", a.limit, c.limit);
    must_equal("passed", a.passed, c.filter.passed);
    must_equal("level", a.level, c.filter.level);
    must_equal("metric", a.metric, c.filter.metric);
    must_equal("trace_id", a.trace_id, c.filter.trace_id);
    must_equal("include", a.include, c.include);
    request.style = paging_style::cursor;
    request.limit = c.limit;
    request.offset = c.ordinal;
    request.window = {c.position, c.ordinal, 0, c.limit};
    request.filter = std::move(c.filter);
    request.include = std::move(c.include);
}

} // namespace

bool list_request::includes(std::string_view what) const { return std::ranges::count(include, what) > 0; }

result<list_request> read_list_request(query_parameters query, list_kind kind, std::string_view subject,
                                       const std::vector<std::string_view>& allowed_includes, bool filters_allowed,
                                       const mac_function& mac) {
    query_reader in(query);
    refuse_mixed_styles(in);
    const auto a = read_parameters(in, allowed_includes, filters_allowed);
    list_request request;
    request.kind = kind;
    if (a.cursor)
        go_on(request, a, in, subject, mac);
    else
        start_anywhere(request, a, in, in.has_any({"page", "per_page"}));
    if (in.failed())
        return std::move(in).take_error();
    return request;
}

std::string make_next_cursor(const list_request& request, std::size_t items_taken, walk_position next,
                             std::string_view subject, const mac_function& mac) {
    cursor c;
    c.kind = request.kind;
    c.subject = subject;
    c.filter = request.filter;
    c.include = request.include;
    c.limit = request.limit;
    c.ordinal = request.offset + items_taken;
    c.position = next;
    return encode_cursor(c, mac);
}

} // namespace evalbridge
