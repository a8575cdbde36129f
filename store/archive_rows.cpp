#include "store/archive_rows.hpp"

#include "store/packed.hpp"
#include "store/run_text.hpp"

#include <soci/soci.h>

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace evalbridge {
namespace {

/// Rows of one statement: with more, neither engine gains anything.
constexpr std::size_t rows_a_statement = 50;
/// Positions of one statement, and so branches at most: SQLite takes 500.
constexpr std::size_t positions_a_statement = 200;

/// A nullable text, for binding.
struct text_or_null {
    explicit text_or_null(const std::optional<std::string>& given)
        : text(given.value_or("")), is(given ? soci::i_ok : soci::i_null) {}
    std::string text;
    soci::indicator is;
};

std::int64_t size_of(const std::string& text) { return static_cast<std::int64_t>(text.size()); }

/// `(1, 2, 3, :a0, :b0), (1, 2, 4, :a1, :b1), ...`. Numbers are ours, so they may stand in the text of a statement;
/// what is bound is looked for among all other names of the statement.
class row_values {
  public:
    void add(std::initializer_list<std::int64_t> numbers, std::size_t bound) {
        auto separator = text_.empty() ? "(" : ", (";
        for (const auto number : numbers)
            text_.append(std::exchange(separator, ", ")).append(std::to_string(number));
        for (std::size_t column = 0; column < bound; ++column)
            text_.append(", :").append(1, static_cast<char>('a' + column)).append(std::to_string(rows_));
        text_ += ')';
        ++rows_;
    }
    const std::string& text() const { return text_; }

  private:
    std::string text_;
    std::size_t rows_ = 0;
};

void execute(soci::statement& st, const std::string& text) {
    st.alloc();
    st.prepare(text);
    st.define_and_bind();
    st.execute(true);
}

using numbers = std::vector<std::int64_t>;

/// `column = 5`, or for several `column >= 5 AND column <= 9 AND column IN (5, 7, 9)`. Numbers of ours, so they may
/// stand in the text of a statement.
std::string one_of(const char* column, numbers::const_iterator first, numbers::const_iterator end) {
    const auto is = [&](const char* how, std::int64_t number) { return column + (how + std::to_string(number)); };
    if (first + 1 == end)
        return is(" = ", *first);
    std::string list;
    for (auto at = first; at != end; ++at)
        list.append(list.empty() ? "" : ", ").append(std::to_string(*at));
    return is(" >= ", *first) + " AND " + is(" <= ", *(end - 1)) + " AND " + column + " IN (" + list + ")";
}

/// `select` for the rows with one of these numbers, in the order of their positions: a branch for each stretch that is
/// mostly wanted. To PostgreSQL, which has no statistics of rows that have just come, an equality or a range at the end
/// of an index looks selective, but a long list looks like more work than to read the whole archive, which takes 0.3 s
/// for a million rows.
std::string rows_with(const std::string& select, generation_key key, const char* column, numbers wanted) {
    constexpr std::int64_t rows_read_for_one = 16;
    std::ranges::sort(wanted);
    const auto branch = select + " WHERE archive = " + std::to_string(key.archive) +
                        " AND generation = " + std::to_string(key.generation) + " AND ";
    std::string out;
    for (auto first = wanted.cbegin(); first != wanted.cend();) {
        auto end = first + 1;
        while (end != wanted.cend() && *end - *first < rows_read_for_one * (end - first + 1))
            ++end;
        out += (out.empty() ? "" : " UNION ALL ") + branch + one_of(column, first, end);
        first = end;
    }
    return out + " ORDER BY position";
}

/// Calls `read` with as many of them at a time as one statement takes.
template <class F> void in_portions(const numbers& all, F read) {
    for (std::size_t first = 0; first < all.size(); first += positions_a_statement) {
        const auto count = std::min(all.size() - first, positions_a_statement);
        const auto from = all.begin() + static_cast<std::ptrdiff_t>(first);
        read(numbers(from, from + static_cast<std::ptrdiff_t>(count)));
    }
}

enum class bodies { with, without };

void read_verdicts(connection& db, generation_key key, const char* column, numbers numbered, bodies wanted,
                   std::vector<archived_verdict>& out) {
    archived_verdict each;
    std::string packed;
    const std::string columns = wanted == bodies::with ? "position, result, kind, body" : "position, result, kind";
    soci::statement st(db.sql());
    st.exchange(soci::into(each.position)), st.exchange(soci::into(each.result)), st.exchange(soci::into(each.kind));
    if (wanted == bodies::with)
        st.exchange(soci::into(packed));
    st.alloc();
    st.prepare(rows_with("SELECT " + columns + " FROM archived_verdicts", key, column, std::move(numbered)));
    st.define_and_bind();
    st.execute();
    while (st.fetch()) {
        out.push_back(each);
        if (wanted == bodies::with)
            out.back().body = unpack(packed);
    }
}

void read_results(connection& db, generation_key key, numbers positions, std::vector<archived_result>& out) {
    archived_result each;
    std::string trace;
    soci::indicator trace_is = soci::i_null;
    std::string packed;
    soci::statement st =
        (db.sql().prepare << rows_with("SELECT position, result_id, trace_id, body FROM archived_results", key,
                                       "position", std::move(positions)),
         soci::into(each.position), soci::into(each.result_id), soci::into(trace, trace_is), soci::into(packed));
    st.execute();
    while (st.fetch()) {
        each.trace_id = trace_is == soci::i_ok ? std::optional(trace) : std::nullopt;
        out.push_back(each);
        out.back().body = unpack(packed);
    }
}

} // namespace

std::int64_t insert_verdicts(connection& db, generation_key key, const std::vector<archived_verdict>& rows) {
    std::int64_t bytes = 0;
    for (std::size_t first = 0; first < rows.size(); first += rows_a_statement) {
        const auto end = std::min(rows.size(), first + rows_a_statement);
        std::vector<std::string> packed;
        packed.reserve(end - first); // bound by address
        row_values values;
        soci::statement st(db.sql());
        for (auto i = first; i < end; ++i) {
            const auto& row = rows[i];
            packed.push_back(pack(row.body));
            bytes += size_of(packed.back());
            values.add({key.archive, key.generation, row.position, row.result, row.kind}, 1);
            st.exchange(soci::use(packed.back()));
        }
        execute(st, "INSERT INTO archived_verdicts (archive, generation, position, result, kind, body) VALUES " +
                        values.text() + " ON CONFLICT (archive, generation, position) DO NOTHING");
    }
    return bytes;
}

std::int64_t insert_results(connection& db, generation_key key, const std::vector<archived_result>& rows) {
    std::int64_t bytes = 0;
    for (std::size_t first = 0; first < rows.size(); first += rows_a_statement) {
        const auto end = std::min(rows.size(), first + rows_a_statement);
        std::vector<std::string> packed;
        std::vector<std::string> ids;
        std::vector<text_or_null> traces;
        packed.reserve(end - first); // bound by address
        ids.reserve(end - first);
        traces.reserve(end - first);
        row_values values;
        soci::statement st(db.sql());
        for (auto i = first; i < end; ++i) {
            const auto& row = rows[i];
            packed.push_back(pack(row.body));
            const auto& id = ids.emplace_back(column_key(row.result_id));
            auto& trace = traces.emplace_back(row.trace_id);
            if (row.trace_id)
                trace.text = column_key(trace.text);
            bytes += size_of(packed.back()) + size_of(id) + size_of(trace.text);
            values.add({key.archive, key.generation, row.position}, 3);
            st.exchange(soci::use(id)), st.exchange(soci::use(trace.text, trace.is));
            st.exchange(soci::use(packed.back()));
        }
        execute(st, "INSERT INTO archived_results (archive, generation, position, result_id, trace_id, body) VALUES " +
                        values.text() + " ON CONFLICT (archive, generation, position) DO NOTHING");
    }
    return bytes;
}

std::int64_t insert_kinds(connection& db, generation_key key, const std::vector<archived_kind>& rows) {
    std::int64_t bytes = 0;
    for (const auto& row : rows) {
        text_or_null native_id(storable_or_nothing(row.native_id));
        const auto metric = storable(row.metric);
        const auto native_name = storable(row.native_name);
        const int passed = row.passed.value_or(false) ? 1 : 0;
        auto passed_is = row.passed ? soci::i_ok : soci::i_null;
        bytes += size_of(metric) + size_of(native_name) + size_of(native_id.text);
        db.sql() << "INSERT INTO archived_kinds (archive, generation, kind, level, passed, metric, native_name, "
                    "native_id) VALUES (:a, :g, :kind, :level, :passed, :metric, :native, :id) ON CONFLICT (archive, "
                    "generation, kind) DO NOTHING",
            soci::use(key.archive), soci::use(key.generation), soci::use(row.kind), soci::use(row.level),
            soci::use(passed, passed_is), soci::use(metric), soci::use(native_name),
            soci::use(native_id.text, native_id.is);
    }
    return bytes;
}

std::int64_t insert_block(connection& db, generation_key key, char list, const archived_block& row) {
    const std::string name(1, list);
    const auto counts = pack(row.counts);
    const auto kinds = pack(row.kinds);
    db.sql() << "INSERT INTO archived_blocks (archive, generation, list, block, counts, kinds) VALUES (:a, :g, :list, "
                ":block, :counts, :kinds) ON CONFLICT (archive, generation, list, block) DO NOTHING",
        soci::use(key.archive), soci::use(key.generation), soci::use(name), soci::use(row.block), soci::use(counts),
        soci::use(kinds);
    return size_of(counts) + size_of(kinds);
}

std::int64_t insert_document(connection& db, generation_key key, const std::string& name, const std::string& body) {
    const auto packed = pack(body);
    db.sql() << "INSERT INTO archived_documents (archive, generation, name, body) VALUES (:a, :g, :name, :body) ON "
                "CONFLICT (archive, generation, name) DO NOTHING",
        soci::use(key.archive), soci::use(key.generation), soci::use(name), soci::use(packed);
    return size_of(packed);
}

std::vector<archived_verdict> verdicts_at(connection& db, generation_key key,
                                          const std::vector<std::int64_t>& positions) {
    std::vector<archived_verdict> out;
    in_portions(positions,
                [&](numbers some) { read_verdicts(db, key, "position", std::move(some), bodies::with, out); });
    return out;
}

static std::vector<archived_verdict> of_results(connection& db, generation_key key,
                                                const std::vector<std::int64_t>& results, bodies wanted) {
    std::vector<archived_verdict> out;
    in_portions(results, [&](numbers some) { read_verdicts(db, key, "result", std::move(some), wanted, out); });
    std::ranges::sort(out, {}, &archived_verdict::position);
    return out;
}

std::vector<archived_verdict> verdicts_of_results(connection& db, generation_key key,
                                                  const std::vector<std::int64_t>& results) {
    return of_results(db, key, results, bodies::with);
}

std::vector<archived_verdict> verdict_heads_of_results(connection& db, generation_key key,
                                                       const std::vector<std::int64_t>& results) {
    return of_results(db, key, results, bodies::without);
}

std::vector<std::vector<int>> kinds_of_results(connection& db, generation_key key, std::int64_t first,
                                               std::int64_t count) {
    std::vector<std::vector<int>> out(static_cast<std::size_t>(count));
    const std::int64_t end = first + count;
    std::int64_t at = 0;
    int kind = 0;
    soci::statement st =
        (db.sql().prepare << "SELECT DISTINCT result, kind FROM archived_verdicts WHERE archive = :a AND generation = "
                             ":g AND result >= :first AND result < :end",
         soci::use(key.archive), soci::use(key.generation), soci::use(first), soci::use(end), soci::into(at),
         soci::into(kind));
    st.execute();
    while (st.fetch())
        out[static_cast<std::size_t>(at - first)].push_back(kind);
    return out;
}

std::vector<archived_result> results_at(connection& db, generation_key key,
                                        const std::vector<std::int64_t>& positions) {
    std::vector<archived_result> out;
    in_portions(positions, [&](numbers some) { read_results(db, key, std::move(some), out); });
    return out;
}

} // namespace evalbridge
