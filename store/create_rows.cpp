#include "store/create_rows.hpp"

#include "store/packed.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <soci/soci.h>

#include <stdexcept>
#include <utility>

namespace evalbridge {
namespace {

constexpr std::pair<create_state, std::string_view> states[] = {
    {create_state::pending, "pending"}, {create_state::sending, "sending"},
    {create_state::started, "started"}, {create_state::refused, "refused"},
    {create_state::absent, "absent"},   {create_state::indeterminate, "indeterminate"},
};

constexpr std::pair<create_role, std::string_view> roles[] = {
    {create_role::primary, "primary"},
    {create_role::shadow, "shadow"},
};

template <class Table, class Value> std::string_view word_of(const Table& table, Value value) {
    for (const auto& [each, word] : table)
        if (each == value)
            return word;
    return {};
}

template <class Value, class Table> Value read_word(const Table& table, const std::string& text) {
    for (const auto& [each, word] : table)
        if (word == text)
            return each;
    throw std::runtime_error("a create of the store has a word that isn't known: " + text);
}

std::optional<std::string> text_at(const soci::row& row, std::size_t column) {
    return row.get_indicator(column) == soci::i_null ? std::nullopt : std::optional(row.get<std::string>(column));
}

std::optional<store_time> time_at(const soci::row& row, std::size_t column) {
    return row.get_indicator(column) == soci::i_null ? std::nullopt
                                                     : std::optional<store_time>(row.get<long long>(column));
}

std::optional<kept_answer> answer_at(const soci::row& row, std::size_t column) {
    if (row.get_indicator(column) == soci::i_null)
        return {};
    return kept_answer{row.get<int>(column), text_at(row, column + 1).value_or(""),
                       unpack(text_at(row, column + 2).value_or("t")), text_at(row, column + 3).value_or("")};
}

std::vector<std::string> texts_of(const std::optional<std::string>& json) {
    std::vector<std::string> out;
    if (!json)
        return out;
    const auto ids = boost::json::parse(*json);
    for (const auto& each : ids.as_array())
        out.emplace_back(each.as_string());
    return out;
}

soci::indicator given(const std::optional<std::string>& text) { return text ? soci::i_ok : soci::i_null; }

} // namespace

std::string_view name_of(create_state state) { return word_of(states, state); }
std::string_view name_of(create_role role) { return word_of(roles, role); }

const char* const create_columns =
    "c.create_id, c.client, c.idem_key, c.request_hash, c.provider, c.spec, c.suite, c.tag, c.state, c.role, c.place, "
    "c.group_id, c.replica, c.request_id, c.findable, c.created_at, c.send_until, c.quiet_since, c.settled_at, "
    "c.answer_status, c.answer_type, c.answer_body, c.answer_location, c.run_ids, c.cause";

create_record record_of(const soci::row& row) {
    create_record out;
    out.create_id = row.get<std::string>(0);
    out.client = row.get<std::string>(1);
    out.key = text_at(row, 2);
    out.request_hash = row.get<std::string>(3);
    out.provider = row.get<std::string>(4);
    out.spec = unpack(row.get<std::string>(5));
    out.suite = text_at(row, 6);
    out.tag = text_at(row, 7);
    out.state = read_word<create_state>(states, row.get<std::string>(8));
    out.role = read_word<create_role>(roles, row.get<std::string>(9));
    out.place = row.get<int>(10);
    out.group_id = text_at(row, 11);
    out.replica = row.get<std::string>(12);
    out.request_id = row.get<std::string>(13);
    out.findable = row.get<int>(14) != 0;
    out.created_at = row.get<long long>(15);
    out.send_until = time_at(row, 16);
    out.quiet_since = time_at(row, 17);
    out.settled_at = time_at(row, 18);
    out.answer = answer_at(row, 19);
    out.run_ids = texts_of(text_at(row, 23));
    if (const auto cause = text_at(row, 24))
        out.cause = unpack(*cause);
    return out;
}

void insert_create(connection& db, const create_record& create) {
    const auto spec = pack(create.spec);
    const std::string state(name_of(create.state));
    const std::string role(name_of(create.role));
    const int findable = create.findable ? 1 : 0;
    const auto key = create.key.value_or("");
    const auto suite = create.suite.value_or("");
    const auto tag = create.tag.value_or("");
    const auto group = create.group_id.value_or("");
    const auto cause = create.cause ? pack(*create.cause) : std::string();
    const store_time settled = create.settled_at.value_or(0);
    auto key_given = given(create.key);
    auto suite_given = given(create.suite);
    auto tag_given = given(create.tag);
    auto group_given = given(create.group_id);
    auto cause_given = given(create.cause);
    auto settled_given = create.settled_at ? soci::i_ok : soci::i_null;
    db.sql() << "INSERT INTO creates (create_id, client, idem_key, request_hash, provider, spec, suite, tag, state, "
                "role, place, group_id, replica, request_id, findable, created_at, settled_at, cause) "
                "VALUES (:id, :client, :idem, :hash, :provider, :spec, :suite, :tag, :state, :role, :place, :grp, "
                ":replica, :request, :findable, :created, :settled, :cause) ON CONFLICT DO NOTHING",
        soci::use(create.create_id), soci::use(create.client), soci::use(key, key_given),
        soci::use(create.request_hash), soci::use(create.provider), soci::use(spec), soci::use(suite, suite_given),
        soci::use(tag, tag_given), soci::use(state), soci::use(role), soci::use(create.place),
        soci::use(group, group_given), soci::use(create.replica), soci::use(create.request_id), soci::use(findable),
        soci::use(create.created_at), soci::use(settled, settled_given), soci::use(cause, cause_given);
}

} // namespace evalbridge
