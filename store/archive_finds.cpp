// What finds a place in an archive, and its vendor's answers.

#include "base/crypto.hpp"
#include "store/archive_rows.hpp"
#include "store/packed.hpp"
#include "store/run_text.hpp"

#include <soci/soci.h>

#include <algorithm>
#include <map>

namespace evalbridge {
namespace {

constexpr std::size_t ids_a_statement = 200;
/// An index of PostgreSQL takes keys of up to 2,704 bytes.
constexpr std::size_t longest_key = 1024;

std::int64_t size_of(const std::string& text) { return static_cast<std::int64_t>(text.size()); }

} // namespace

std::optional<std::string> find_document(connection& db, generation_key key, const std::string& name) {
    std::string packed;
    db.sql() << "SELECT body FROM archived_documents WHERE archive = :a AND generation = :g AND name = :name",
        soci::use(key.archive), soci::use(key.generation), soci::use(name), soci::into(packed);
    return db.sql().got_data() ? std::optional(unpack(packed)) : std::nullopt;
}

std::vector<archived_kind> kinds_of(connection& db, generation_key key) {
    std::vector<archived_kind> out;
    archived_kind each;
    int passed = 0;
    std::string id;
    soci::indicator passed_is = soci::i_null;
    soci::indicator id_is = soci::i_null;
    soci::statement st =
        (db.sql().prepare << "SELECT kind, level, passed, metric, native_name, native_id FROM "
                             "archived_kinds WHERE archive = :a AND generation = :g ORDER BY kind",
         soci::use(key.archive), soci::use(key.generation), soci::into(each.kind), soci::into(each.level),
         soci::into(passed, passed_is), soci::into(each.metric), soci::into(each.native_name), soci::into(id, id_is));
    st.execute();
    while (st.fetch()) {
        each.passed = passed_is == soci::i_ok ? std::optional(passed != 0) : std::nullopt;
        each.native_id = id_is == soci::i_ok ? std::optional(id) : std::nullopt;
        out.push_back(each);
    }
    return out;
}

std::vector<archived_block> block_counts(connection& db, generation_key key, char list) {
    std::vector<archived_block> out;
    archived_block each;
    std::string packed;
    const std::string name(1, list);
    soci::statement st = (db.sql().prepare << "SELECT block, counts FROM archived_blocks WHERE archive = :a AND "
                                              "generation = :g AND list = :list ORDER BY block",
                          soci::use(key.archive), soci::use(key.generation), soci::use(name), soci::into(each.block),
                          soci::into(packed));
    st.execute();
    while (st.fetch()) {
        each.counts = unpack(packed);
        out.push_back(each);
    }
    return out;
}

std::vector<archived_block> block_kinds(connection& db, generation_key key, char list, std::int64_t first,
                                        std::int64_t count) {
    std::vector<archived_block> out;
    archived_block each;
    std::string packed;
    const std::string name(1, list);
    const auto end = first + count;
    soci::statement st = (db.sql().prepare << "SELECT block, kinds FROM archived_blocks WHERE archive = :a AND "
                                              "generation = :g AND list = :list AND block >= :first AND block < :last "
                                              "ORDER BY block",
                          soci::use(key.archive), soci::use(key.generation), soci::use(name), soci::use(first),
                          soci::use(end), soci::into(each.block), soci::into(packed));
    st.execute();
    while (st.fetch()) {
        each.kinds = unpack(packed);
        out.push_back(each);
    }
    return out;
}

std::vector<archived_result> results_by_id(connection& db, generation_key key, const std::string& result_id) {
    std::vector<std::int64_t> positions;
    std::int64_t position = 0;
    const auto id = column_key(result_id);
    soci::statement st =
        (db.sql().prepare << "SELECT position FROM archived_results WHERE archive = :a AND generation = "
                             ":g AND result_id = :id ORDER BY position",
         soci::use(key.archive), soci::use(key.generation), soci::use(id), soci::into(position));
    st.execute();
    while (st.fetch())
        positions.push_back(position);
    return results_at(db, key, positions);
}

std::vector<std::int64_t> results_of_trace(connection& db, generation_key key, const std::string& trace_id) {
    std::vector<std::int64_t> out;
    std::int64_t position = 0;
    const auto trace = column_key(trace_id);
    soci::statement st =
        (db.sql().prepare << "SELECT position FROM archived_results WHERE archive = :a AND generation = "
                             ":g AND trace_id = :trace ORDER BY position",
         soci::use(key.archive), soci::use(key.generation), soci::use(trace), soci::into(position));
    st.execute();
    while (st.fetch())
        out.push_back(position);
    return out;
}

std::vector<std::optional<std::int64_t>> positions_of_results(connection& db, generation_key key,
                                                              const std::vector<std::string>& ids) {
    std::vector<std::optional<std::int64_t>> out(ids.size());
    for (std::size_t first = 0; first < ids.size(); first += ids_a_statement) {
        const auto end = std::min(ids.size(), first + ids_a_statement);
        std::vector<std::string> keys;
        keys.reserve(end - first); // bound by address
        std::int64_t position = 0;
        std::string id;
        soci::statement st(db.sql());
        st.exchange(soci::into(position)), st.exchange(soci::into(id));
        st.exchange(soci::use(key.archive)), st.exchange(soci::use(key.generation));
        std::string names;
        for (auto i = first; i < end; ++i) {
            st.exchange(soci::use(keys.emplace_back(column_key(ids[i]))));
            names.append(i == first ? ":i" : ", :i").append(std::to_string(i - first));
        }
        st.alloc();
        st.prepare("SELECT position, result_id FROM archived_results WHERE archive = :a AND generation = :g AND "
                   "result_id IN (" +
                   names + ")");
        st.define_and_bind();
        st.execute();
        std::map<std::string, std::int64_t> found;
        while (st.fetch())
            found.emplace(id, position);
        for (auto i = first; i < end; ++i)
            if (const auto at = found.find(keys[i - first]); at != found.end())
                out[i] = at->second;
    }
    return out;
}

std::int64_t record_answer(connection& db, std::int64_t archive, const std::string& request,
                           const archived_answer& answer) {
    const auto packed = pack(answer.body);
    const auto key = column_key(request);
    db.sql() << "INSERT INTO archived_answers (archive, request, status, fields, body) VALUES (:a, :request, :status, "
                ":fields, :body) ON CONFLICT (archive, request) DO UPDATE SET status = excluded.status, fields = "
                "excluded.fields, body = excluded.body",
        soci::use(archive), soci::use(key), soci::use(answer.status), soci::use(answer.fields), soci::use(packed);
    const auto bytes = size_of(packed) + size_of(request) + size_of(answer.fields);
    db.sql() << "UPDATE archives SET answer_bytes = answer_bytes + :bytes WHERE number = :a", soci::use(bytes),
        soci::use(archive);
    return bytes;
}

std::optional<archived_answer> recorded_answer(connection& db, std::int64_t archive, const std::string& request) {
    archived_answer out;
    std::string packed;
    const auto key = column_key(request);
    db.sql() << "SELECT status, fields, body FROM archived_answers WHERE archive = :a AND request = :request",
        soci::use(archive), soci::use(key), soci::into(out.status), soci::into(out.fields), soci::into(packed);
    if (!db.sql().got_data())
        return {};
    out.body = unpack(packed);
    return out;
}

void forget_answers(connection& db, std::int64_t archive) {
    db.sql() << "DELETE FROM archived_answers WHERE archive = :a", soci::use(archive);
    db.sql() << "UPDATE archives SET answer_bytes = 0 WHERE number = :a", soci::use(archive);
}

std::string column_key(const std::string& text) {
    if (text.size() <= longest_key && storable(text) == text)
        return text;
    const auto digest = sha256(text);
    return "#" + to_hex(digest);
}

} // namespace evalbridge
