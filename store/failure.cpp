#include "store/failure.hpp"

#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace evalbridge {
namespace {

// https://sqlite.org/rescode.html, the low byte.
store_failure judge_sqlite(int code) {
    switch (code & 0xff) {
    case 5:  // BUSY
    case 6:  // LOCKED
    case 17: // SCHEMA
        return store_failure::conflict;
    case 3:  // PERM
    case 7:  // NOMEM
    case 8:  // READONLY
    case 10: // IOERR
    case 11: // CORRUPT
    case 13: // FULL
    case 14: // CANTOPEN
    case 15: // PROTOCOL
    case 23: // AUTH
    case 26: // NOTADB
        return store_failure::refused;
    default: return store_failure::misuse;
    }
}

// https://www.postgresql.org/docs/15/errcodes-appendix.html
store_failure judge_postgresql(const std::string& state) {
    constexpr std::array<std::string_view, 3> conflicts = {"40001", "40P01", "55P03"};
    constexpr std::array<std::string_view, 6> endings = {"57P01", "57P02", "57P03", "57P05", "25P03", "40003"};
    if (std::ranges::find(conflicts, state) != conflicts.end())
        return store_failure::conflict;
    // A state of blanks is what SOCI gives where the server closed the connection instead of answering.
    const bool unanswered = state.find_first_not_of(' ') == std::string::npos;
    const auto group = state.substr(0, 2);
    if (unanswered || group == "08" || std::ranges::find(endings, state) != endings.end())
        return store_failure::gone;
    if (state == "23505")
        return store_failure::duplicate;
    if (state == "57014") // our own statement_timeout
        return store_failure::slow;
    // Out of resources, operator's doing, I/O, credentials, read-only, no such database.
    if (group == "53" || group == "57" || group == "58" || group == "28" || state == "25006" || state == "3D000")
        return store_failure::refused;
    return store_failure::misuse;
}

// `sqlite3_statement_backend::loadOne: database disk image is malformed`: where SOCI was is nobody's business.
std::string_view without_function(std::string_view text) {
    const auto is_of_a_name = [](char c) {
        return c == '_' || c == '~' || std::isalnum(static_cast<unsigned char>(c));
    };
    const auto name = [&](std::string_view rest) {
        return static_cast<std::size_t>(std::ranges::find_if_not(rest, is_of_a_name) - rest.begin());
    };
    constexpr std::string_view scope = "::", end = ": ";
    auto rest = text.substr(name(text));
    if (rest.size() == text.size() || !rest.starts_with(scope))
        return text;
    rest.remove_prefix(scope.size());
    const auto function = name(rest);
    rest.remove_prefix(function);
    return function > 0 && rest.starts_with(end) ? rest.substr(end.size()) : text;
}

// PostgreSQL's DETAIL and CONTEXT quote rows, which are nobody's business in a log; its hints are for people at a
// prompt. What is left becomes one line, without SOCI's own functions.
std::string without_details(std::string_view text) {
    std::string out;
    text = without_function(text);
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.empty() || line.starts_with('\t') || line.starts_with(' '))
            continue;
        if (line.starts_with("DETAIL:") || line.starts_with("CONTEXT:"))
            break;
        out.append(out.empty() ? "" : " ").append(line);
    }
    return out;
}

} // namespace

judged_failure judge_current_exception(store_engine engine) {
    judged_failure out;
    try {
        throw;
    } catch (const soci::sqlite3_soci_error& e) {
        out.kind = judge_sqlite(e.result());
        out.code = "SQLITE_" + std::to_string(e.result());
        out.text = without_details(e.get_error_message());
    } catch (const soci::postgresql_soci_error& e) {
        out.code = e.sqlstate();
        out.kind = judge_postgresql(out.code);
        if (e.get_error_category() == soci::soci_error::connection_error)
            out.kind = store_failure::gone;
        out.text = without_details(e.get_error_message());
    } catch (const soci::soci_error& e) {
        // The plain type is for what SOCI itself finds wrong, a NULL without an indicator for example; and for
        // PostgreSQL's refused connections.
        out.text = without_details(e.get_error_message());
        if (engine == store_engine::postgresql && out.text.starts_with("Cannot establish connection"))
            out.kind = store_failure::gone;
    } catch (const std::exception& e) {
        out.text = e.what();
    }
    return out;
}

bool is_damage(const judged_failure& why) {
    return why.code == "SQLITE_11" || why.code == "SQLITE_26"; // CORRUPT, NOTADB
}

} // namespace evalbridge
