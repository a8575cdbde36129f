// Reading the registry's rows: the other half of runs.hpp.

#include "mapping/read_unified.hpp"
#include "store/packed.hpp"
#include "store/runs.hpp"

#include <soci/soci.h>

#include <stdexcept>

namespace evalbridge {
namespace {

constexpr const char* columns = "r.run_id, d.document, r.etag, r.number, r.first_seen_at, r.updated_at, r.started_by, "
                                "r.create_id, r.group_id FROM runs r JOIN run_documents d ON d.run_id = r.run_id ";

std::optional<std::string> text_or_nothing(const soci::row& row, std::size_t at) {
    return row.get_indicator(at) == soci::i_null ? std::nullopt : std::optional(row.get<std::string>(at));
}

run_record record_of(const soci::row& row) {
    run_record out;
    out.document = unpack(row.get<std::string>(1));
    auto shown = read_run(out.document);
    if (!shown)
        throw std::runtime_error("the registry's document of " + row.get<std::string>(0) +
                                 " can't be read: " + shown.error().detail());
    out.shown = std::move(*shown);
    out.etag = row.get<std::string>(2);
    out.number = static_cast<std::uint64_t>(row.get<long long>(3));
    out.first_seen_at = row.get<long long>(4);
    out.updated_at = row.get<long long>(5);
    out.started_by = text_or_nothing(row, 6);
    out.create_id = text_or_nothing(row, 7);
    out.group_id = text_or_nothing(row, 8);
    return out;
}

std::vector<run_record> records_of(const soci::rowset<soci::row>& rows) {
    std::vector<run_record> out;
    for (const auto& row : rows)
        out.push_back(record_of(row));
    return out;
}

} // namespace

bool is_registered(connection& db, const std::string& run_id) {
    int found = 0;
    db.sql() << "SELECT COUNT(*) FROM runs WHERE run_id = :id", soci::use(run_id), soci::into(found);
    return found > 0;
}

std::optional<run_record> find_run_record(connection& db, const std::string& run_id) {
    const soci::rowset<soci::row> rows =
        (db.sql().prepare << "SELECT " << columns << "WHERE r.run_id = :id", soci::use(run_id));
    auto found = records_of(rows);
    return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

std::vector<run_record> runs_of_group(connection& db, const std::string& group_id) {
    const soci::rowset<soci::row> rows =
        (db.sql().prepare << "SELECT " << columns << "WHERE r.group_id = :group ORDER BY r.number",
         soci::use(group_id));
    return records_of(rows);
}

std::vector<run_record> live_runs(connection& db, std::uint64_t after_number, std::uint32_t limit) {
    const auto after = static_cast<long long>(after_number);
    const long long most = limit;
    const soci::rowset<soci::row> rows =
        (db.sql().prepare << "SELECT " << columns
                          << "WHERE r.terminal = 0 AND r.number > :after ORDER BY r.number LIMIT :most",
         soci::use(after), soci::use(most));
    return records_of(rows);
}

bool forget_run(connection& db, const std::string& run_id) {
    for (const auto* table : {"run_documents", "run_labels", "run_history"})
        db.sql() << "DELETE FROM " << table << " WHERE run_id = :id", soci::use(run_id);
    soci::statement deleting = (db.sql().prepare << "DELETE FROM runs WHERE run_id = :id", soci::use(run_id));
    deleting.execute(true);
    return deleting.get_affected_rows() > 0;
}

std::vector<run_step> history_of(connection& db, const std::string& run_id) {
    std::vector<run_step> out;
    const soci::rowset<soci::row> rows =
        (db.sql().prepare << "SELECT at, status, native_status, phase, outcome, error FROM run_history "
                             "WHERE run_id = :id ORDER BY step",
         soci::use(run_id));
    for (const auto& row : rows) {
        run_step step;
        step.at = row.get<long long>(0);
        step.status = row.get<std::string>(1);
        step.native_status = text_or_nothing(row, 2);
        step.phase = text_or_nothing(row, 3);
        step.outcome = text_or_nothing(row, 4);
        step.error = text_or_nothing(row, 5);
        out.push_back(std::move(step));
    }
    return out;
}

} // namespace evalbridge
