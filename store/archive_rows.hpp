#pragma once
// The rows of one generation of an archive. Bodies are packed here and unpacked here. Blocking; for units of work of
// the store. Inserting what is there already does nothing, so a unit may run again.

#include "store/connection.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace evalbridge {

struct generation_key {
    std::int64_t archive = 0;
    std::int64_t generation = 0;
};

/// In the place of a generation, of an archive that was dropped: its recorded answers, which no generation owns.
inline constexpr std::int64_t all_answers = -1;

struct archived_verdict {
    std::int64_t position = 0; ///< in the run's list of verdicts of all levels
    std::int64_t result = 0;   ///< the position of its result
    int kind = 0;
    std::string body;
};
struct archived_result {
    std::int64_t position = 0;
    std::string result_id;
    std::optional<std::string> trace_id;
    std::string body; ///< without its verdicts
};
/// See schema_archive.cpp.
struct archived_kind {
    int kind = 0;
    std::string level;
    std::optional<bool> passed;
    std::string metric;
    std::string native_name;
    std::optional<std::string> native_id;
};
struct archived_block {
    std::int64_t block = 0;
    std::string counts;
    std::string kinds; ///< empty where only the counts were asked for
};

// Each gives the bytes that it has stored.
std::int64_t insert_verdicts(connection& db, generation_key key, const std::vector<archived_verdict>& rows);
std::int64_t insert_results(connection& db, generation_key key, const std::vector<archived_result>& rows);
std::int64_t insert_kinds(connection& db, generation_key key, const std::vector<archived_kind>& rows);
std::int64_t insert_block(connection& db, generation_key key, char list, const archived_block& row);
std::int64_t insert_document(connection& db, generation_key key, const std::string& name, const std::string& body);

std::optional<std::string> find_document(connection& db, generation_key key, const std::string& name);
std::vector<archived_kind> kinds_of(connection& db, generation_key key);
/// Counts alone, in order.
std::vector<archived_block> block_counts(connection& db, generation_key key, char list);
/// Kinds of consecutive blocks, in order.
std::vector<archived_block> block_kinds(connection& db, generation_key key, char list, std::int64_t first,
                                        std::int64_t count);

// In order of position. Positions that aren't there are left out.
std::vector<archived_verdict> verdicts_at(connection& db, generation_key key,
                                          const std::vector<std::int64_t>& positions);
/// Of all of these results.
std::vector<archived_verdict> verdicts_of_results(connection& db, generation_key key,
                                                  const std::vector<std::int64_t>& results);
/// Without bodies.
std::vector<archived_verdict> verdict_heads_of_results(connection& db, generation_key key,
                                                       const std::vector<std::int64_t>& results);
/// Of each of `count` consecutive results, the kinds that its verdicts are of, each once.
std::vector<std::vector<int>> kinds_of_results(connection& db, generation_key key, std::int64_t first,
                                               std::int64_t count);
std::vector<archived_result> results_at(connection& db, generation_key key, const std::vector<std::int64_t>& positions);
/// Those whose id it is: one, where it is there.
std::vector<archived_result> results_by_id(connection& db, generation_key key, const std::string& result_id);
std::vector<std::int64_t> results_of_trace(connection& db, generation_key key, const std::string& trace_id);
/// By the ids' places in `ids`; nothing for a result that isn't there.
std::vector<std::optional<std::int64_t>> positions_of_results(connection& db, generation_key key,
                                                              const std::vector<std::string>& ids);

/// An answer of the vendor's.
struct archived_answer {
    int status = 0;
    std::string fields; ///< JSON: an array of pairs of texts
    std::string body;
};
/// Takes the place of one that was recorded for the same request.
std::int64_t record_answer(connection& db, std::int64_t archive, const std::string& request,
                           const archived_answer& answer);
std::optional<archived_answer> recorded_answer(connection& db, std::int64_t archive, const std::string& request);
/// They were of a run that hadn't ended yet.
void forget_answers(connection& db, std::int64_t archive);

/// What a text of a vendor's is stored and looked up as in a column of its own: itself, unless it is long or holds what
/// a column can't.
std::string column_key(const std::string& text);

} // namespace evalbridge
