#include "store/run_list.hpp"

#include "store/packed.hpp"
#include "store/run_text.hpp"

#include <soci/soci.h>

#include <deque>
#include <variant>

namespace evalbridge {
namespace {

/// A statement with its values, in order.
class statement_text {
  public:
    statement_text& add(std::string_view sql) {
        sql_ += sql;
        return *this;
    }
    statement_text& value(long long n) { return bind(n); }
    statement_text& value(std::string s) { return bind(std::move(s)); }

    const std::string& sql() const { return sql_; }
    void bind_to(soci::statement& made) {
        for (auto& each : values_)
            std::visit([&](auto& v) { made.exchange(soci::use(v)); }, each);
    }

  private:
    template <class T> statement_text& bind(T v) {
        values_.emplace_back(std::move(v));
        sql_ += ":v" + std::to_string(values_.size());
        return *this;
    }
    std::string sql_;
    std::deque<std::variant<long long, std::string>> values_; // whose elements stay where they are
};

long long signed_of(std::uint64_t n) { return static_cast<long long>(n); }
long long microseconds_of(timestamp at) { return at.time_since_epoch().count(); }

// `!` stands before what LIKE would take for a wildcard.
std::string containing(std::string_view text) {
    std::string out = "%";
    for (const char c : folded(text)) {
        if (c == '%' || c == '_' || c == '!')
            out += '!';
        out += c;
    }
    return out + '%';
}

void add_equal(statement_text& out, const char* column, const std::optional<std::string>& wanted) {
    if (wanted)
        out.add(" AND r.").add(column).add(" = ").value(storable(*wanted));
}

// What a statement does with its rows: SQLite, which knows no figures of the table, does as it is told. A page stops as
// soon as it is full, so it asks of each run in order whether it has the label; a count begins with those that have it.
enum class purpose { page, count };

void add_labels(statement_text& out, const std::vector<run_filter::label>& labels, purpose why) {
    for (const auto& [name, value] : labels) {
        out.add(why == purpose::page ? " AND EXISTS (SELECT 1 FROM run_labels l WHERE l.run_id = r.run_id AND l.name = "
                                     : " AND r.run_id IN (SELECT l.run_id FROM run_labels l WHERE l.name = ")
            .value(storable(name));
        if (value)
            out.add(" AND l.value = ").value(storable(*value));
        out.add(")");
    }
}

void add_filter(statement_text& out, const run_filter& filter, std::uint64_t as_of, purpose why) {
    out.add(" WHERE r.number <= ").value(signed_of(as_of));
    add_equal(out, "provider", filter.provider);
    add_equal(out, "suite", filter.suite);
    add_equal(out, "group_id", filter.group);
    const char* before = " AND r.status IN (";
    for (const auto each : filter.statuses) {
        out.add(before).value(std::string(name_of(each)));
        before = ", ";
    }
    if (!filter.statuses.empty())
        out.add(")");
    if (filter.outcome == run_filter::outcome_is::none)
        out.add(" AND r.outcome IS NULL");
    else if (filter.outcome)
        out.add(" AND r.outcome = ")
            .value(std::string(
                name_of(filter.outcome == run_filter::outcome_is::passed ? run_outcome::passed : run_outcome::failed)));
    add_labels(out, filter.labels, why);
    if (filter.created_after)
        out.add(" AND r.created_at >= ").value(microseconds_of(*filter.created_after));
    if (filter.created_before)
        out.add(" AND r.created_at < ").value(microseconds_of(*filter.created_before));
    if (filter.text)
        out.add(" AND r.search_text LIKE ").value(containing(*filter.text)).add(" ESCAPE '!'");
}

// A list is one part, or two: the runs that have the value it is sorted by, and those that haven't, which come last.
// What sorts never changes: a run that has ended since the walk began still counts among those that go on.
struct list_part {
    std::string_view key; ///< column; empty where there is none but the number
    bool is_text = false;
    bool without_value = false;
};
std::vector<list_part> parts_of(run_order by) {
    switch (by) {
    case run_order::created_at: break;
    case run_order::finished_at: return {{"finished_at", false, false}, {"", false, true}};
    case run_order::name: return {{"name_key", true, false}, {"", false, true}};
    }
    return {{"created_at", false, false}};
}

void add_part(statement_text& out, const list_part& part, run_order by, std::uint64_t as_of) {
    if (by == run_order::finished_at && !part.without_value)
        out.add(" AND r.ended_number <= ").value(signed_of(as_of));
    if (by == run_order::finished_at && part.without_value)
        out.add(" AND (r.ended_number IS NULL OR r.ended_number > ").value(signed_of(as_of)).add(")");
    if (by == run_order::name)
        out.add(part.without_value ? " AND r.name_key IS NULL" : " AND r.name_key IS NOT NULL");
}

void add_after(statement_text& out, const list_part& part, bool descending, const run_position& after) {
    const std::string_view sign = descending ? " < " : " > ";
    if (part.key.empty()) {
        out.add(" AND r.number").add(sign).value(signed_of(after.number));
        return;
    }
    out.add(" AND (r.").add(part.key).add(", r.number)").add(sign).add("(");
    if (part.is_text)
        out.value(after.key);
    else
        out.value(static_cast<long long>(after.time));
    out.add(", ").value(signed_of(after.number)).add(")");
}

void add_order(statement_text& out, std::string_view of, const list_part& part, bool descending) {
    const std::string_view direction = descending ? " DESC" : " ASC";
    out.add(" ORDER BY ");
    if (!part.key.empty())
        out.add(of).add(".").add(part.key).add(direction).add(", ");
    out.add(of).add(".number").add(direction);
}

std::uint64_t number_from(connection& db, statement_text& asked) {
    long long out = 0;
    soci::statement made(db.sql());
    made.exchange(soci::into(out));
    asked.bind_to(made);
    made.alloc();
    made.prepare(asked.sql());
    made.define_and_bind();
    made.execute(true);
    return static_cast<std::uint64_t>(out);
}

std::uint64_t count(connection& db, const run_list_request& wanted, std::uint64_t as_of, const list_part* part) {
    statement_text asked;
    asked.add("SELECT COUNT(*) FROM runs r");
    add_filter(asked, wanted.filter, as_of, purpose::count);
    if (part)
        add_part(asked, *part, wanted.sort.by, as_of);
    return number_from(db, asked);
}

/// Where in a part to begin, and how many runs to take at most.
struct part_window {
    const run_position* after = nullptr;
    std::uint64_t offset = 0;
    std::size_t most = 0;
};

// The rows that are passed over are looked up in an index alone: only what is shown is read whole.
void take(connection& db, const run_list_request& wanted, std::uint64_t as_of, const list_part& part,
          const part_window& window, std::vector<listed_run>& out, std::vector<run_position>& at) {
    const bool descending = wanted.sort.descending;
    statement_text asked;
    asked.add("SELECT r.run_id, r.provider, r.terminal, d.document, q.number");
    if (!part.key.empty())
        asked.add(", q.").add(part.key);
    asked.add(" FROM (SELECT r.number");
    if (!part.key.empty())
        asked.add(", r.").add(part.key);
    asked.add(" FROM runs r");
    add_filter(asked, wanted.filter, as_of, purpose::page);
    add_part(asked, part, wanted.sort.by, as_of);
    if (window.after)
        add_after(asked, part, descending, *window.after);
    add_order(asked, "r", part, descending);
    asked.add(" LIMIT ").value(static_cast<long long>(window.most)).add(" OFFSET ").value(signed_of(window.offset));
    asked.add(") q JOIN runs r ON r.number = q.number JOIN run_documents d ON d.run_id = r.run_id");
    add_order(asked, "q", part, descending);

    std::string id, provider, document, text;
    int terminal = 0;
    long long number = 0, time = 0;
    soci::statement made(db.sql());
    made.exchange(soci::into(id));
    made.exchange(soci::into(provider));
    made.exchange(soci::into(terminal));
    made.exchange(soci::into(document));
    made.exchange(soci::into(number));
    if (!part.key.empty() && part.is_text)
        made.exchange(soci::into(text));
    else if (!part.key.empty())
        made.exchange(soci::into(time));
    asked.bind_to(made);
    made.alloc();
    made.prepare(asked.sql());
    made.define_and_bind();
    made.execute();
    while (made.fetch()) {
        out.push_back({id, provider, terminal != 0, unpack(document)});
        at.push_back({part.without_value, time, text, static_cast<std::uint64_t>(number)});
    }
}

} // namespace

std::optional<run_page> list_runs(connection& db, const run_list_request& wanted) {
    long long reached = 0;
    db.sql() << "SELECT value FROM counters WHERE name = 'runs.number'", soci::into(reached);
    const auto now = static_cast<std::uint64_t>(reached);
    if (wanted.as_of.value_or(0) > now)
        return {};
    run_page page;
    page.as_of = wanted.as_of.value_or(now);
    page.total = wanted.total ? *wanted.total : count(db, wanted, page.as_of, nullptr);

    // One more than is shown tells whether anything follows.
    const std::size_t enough = wanted.limit + std::size_t(1);
    std::vector<run_position> at;
    auto offset = wanted.after ? 0 : wanted.offset;
    const auto parts = parts_of(wanted.sort.by);
    for (const auto& part : parts) {
        if (page.runs.size() == enough || (wanted.after && wanted.after->without_value && !part.without_value))
            continue;
        const bool goes_on_here = wanted.after && wanted.after->without_value == part.without_value;
        const auto before = page.runs.size();
        const part_window window{goes_on_here ? &*wanted.after : nullptr, offset, enough - before};
        take(db, wanted, page.as_of, part, window, page.runs, at);
        if (offset > 0 && parts.size() > 1 && !part.without_value && page.runs.size() == before)
            offset -= std::min(offset, count(db, wanted, page.as_of, &part));
        else
            offset = 0;
    }
    page.has_more = page.runs.size() == enough;
    if (page.has_more)
        page.runs.pop_back();
    if (!page.runs.empty())
        page.last = at[page.runs.size() - 1];
    return page;
}

} // namespace evalbridge
