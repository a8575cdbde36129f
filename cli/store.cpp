#include "store/store.hpp"

#include "adapters/registry.hpp"
#include "cli/command.hpp"
#include "cli/table.hpp"
#include "cli/text.hpp"
#include "gateway/configuration.hpp"
#include "store/archive.hpp"
#include "store/creates.hpp"
#include "store/failure.hpp"
#include "store/inspection.hpp"
#include "store/schema.hpp"

#include <CLI/CLI.hpp>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <filesystem>
#include <ostream>

namespace evalbridge::cli {
namespace json = boost::json;
namespace {

constexpr int rows_swept_at_once = 5000;

struct store_flags {
    std::string config;
    bool as_json = false;
    bool dry_run = false;
};

struct opened_store {
    configuration config;
    store_url url;
};

store_time wall_now() {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::microseconds>(since).count();
}

/// Empty, with every reason on `err`, where the configuration names no store.
std::optional<opened_store> read_configuration(const std::string& file, const console& to) {
    auto loaded = load_configuration(file, vendors());
    if (const auto* faults = std::get_if<std::vector<config::fault>>(&loaded)) {
        for (const auto& each : *faults)
            to.err << config::to_string(each) << '\n';
        return {};
    }
    opened_store out{std::move(std::get<configuration>(loaded)), {}};
    const auto url = parse_store_url(out.config.settings.storage.store.url.reveal());
    if (!url) {
        to.err << "error: store: " << url.error().detail() << '\n';
        return {};
    }
    out.url = *url;
    return out;
}

/// Empty too, with the reason on `err`, where there is no such SQLite file: opening it would make it.
std::optional<opened_store> find_store(const std::string& file, const console& to) {
    auto out = read_configuration(file, to);
    if (!out || out->url.engine == store_engine::postgresql)
        return out;
    std::error_code unknown;
    if (std::filesystem::exists(out->url.target.reveal(), unknown) || unknown)
        return out;
    to.err << "error: " << out->url.shown << ": there is no such file; a gateway's start makes it\n";
    return {};
}

/// What `work` gives with a connection to the store, which it opens; what the database said goes to `err`.
int with_store(const std::optional<opened_store>& at, connection_use use, const console& to,
               const std::function<int(const opened_store&, connection&)>& work) {
    if (!at)
        return exit_failed;
    try {
        connection db(at->url, use);
        return work(*at, db);
    } catch (...) {
        const auto why = judge_current_exception(at->url.engine);
        to.err << "error: " << at->url.shown << ": " << why.text << '\n';
        return exit_failed;
    }
}

bool is_up_to_date(connection& db, const console& to) {
    if (schema_version(db) == migrations().back().version)
        return true;
    to.err << "error: the store isn't at this evalbridge's schema; `evalbridge store check` tells more\n";
    return false;
}

json::object as_json(const store_url& url, const inspection& seen) {
    json::array tables, findings, notes;
    for (const auto& each : seen.tables)
        tables.push_back({{"table", each.table}, {"rows", each.rows}});
    for (const auto& each : seen.findings)
        findings.push_back({{"what", each.what}, {"count", each.count}, {"fault", each.is_fault}});
    for (const auto& each : seen.notes)
        notes.emplace_back(each);
    const auto schema = seen.version ? json::value(*seen.version) : json::value(nullptr);
    return {{"url", url.shown},       {"engine", name_of(url.engine)},
            {"schema", schema},       {"newest", seen.newest},
            {"good", seen.is_good()}, {"tables", tables},
            {"findings", findings},   {"notes", notes}};
}

void print_schema_fault(const inspection& seen, const console& to) {
    if (!seen.version)
        to.out << "FAULT: the schema's version can't be told\n";
    else if (*seen.version < seen.newest)
        to.out
            << "FAULT: the schema is older than this evalbridge's; `evalbridge store migrate`, or a gateway's start, "
               "brings it up to date\n";
    else if (*seen.version > seen.newest)
        to.out << "FAULT: the schema is newer than this evalbridge's; run the newer evalbridge\n";
}

void print(const store_url& url, const inspection& seen, const console& to) {
    to.out << url.shown << " (" << name_of(url.engine) << "): schema "
           << (seen.version ? std::to_string(*seen.version) : "unknown") << " of " << seen.newest << '\n';
    if (!seen.tables.empty()) {
        table rows({{"table"}, {"rows", align::right}});
        for (const auto& each : seen.tables)
            rows.add({{each.table}, {with_separators(each.rows)}});
        rows.print(to);
    }
    for (const auto& each : seen.findings)
        to.out << (each.is_fault ? "FAULT: " : "note: ") << with_separators(each.count) << ' ' << each.what << '\n';
    for (const auto& each : seen.notes)
        to.out << "note: " << each << '\n';
    print_schema_fault(seen, to);
    to.out << (seen.is_good() ? "good\n" : "not good\n");
}

int check(const store_flags& flags, const console& to) {
    const auto found = find_store(flags.config, to);
    return with_store(found, connection_use::inspecting, to, [&](const opened_store& at, connection& db) {
        const auto seen = inspect(db, wall_now());
        if (flags.as_json)
            to.out << json::serialize(as_json(at.url, seen)) << '\n';
        else
            print(at.url, seen, to);
        return seen.is_good() ? exit_done : exit_failed;
    });
}

int migrate_now(const store_flags& flags, const console& to) {
    const auto found = read_configuration(flags.config, to);
    return with_store(found, connection_use::serving, to, [&](const opened_store& at, connection& db) {
        db.open();
        const int before = schema_version(db);
        const int applied = migrate(db);
        json::array names;
        for (const auto& each : migrations())
            if (each.version > before && applied > 0)
                names.emplace_back(std::to_string(each.version) + " " + std::string(each.name));
        if (flags.as_json)
            to.out << json::serialize(json::object{{"url", at.url.shown}, {"applied", names}}) << '\n';
        else if (names.empty())
            to.out << at.url.shown << ": nothing to apply\n";
        else
            for (const auto& each : names)
                to.out << "applied " << each.as_string().c_str() << '\n';
        return exit_done;
    });
}

archive_retention retention_of(const config::retention_settings& from) { return {from.age, from.bytes}; }

archive_policy policy_of(const config::archive_settings& from) {
    archive_policy out{retention_of(from.keep), {}};
    for (const auto& [provider, each] : from.keep_of_provider)
        out.of_provider[provider] = retention_of(each);
    return out;
}

/// In the transaction that is under way.
std::size_t drop_archives(connection& db, const archive_policy& policy, store_time now) {
    std::size_t dropped = 0;
    for (auto batch = archives_to_drop(db, policy, now); !batch.empty(); batch = archives_to_drop(db, policy, now))
        for (const auto& run_id : batch)
            dropped += drop_archive(db, run_id);
    return dropped;
}

/// Deletes what nothing refers to any more, a piece at a time, so that gateways go on writing between them.
void sweep(connection& db, const console& to) {
    long long pieces = 0;
    for (bool more = true; more;) {
        db.begin(true);
        more = sweep_archives(db, rows_swept_at_once);
        db.commit();
        if (to.live_err && more)
            to.err << "\rswept about " << with_separators(++pieces * rows_swept_at_once) << " rows" << std::flush;
    }
    if (pieces > 0)
        to.err << '\n';
}

int prune(const store_flags& flags, const console& to) {
    const auto found = find_store(flags.config, to);
    return with_store(found, connection_use::serving, to, [&](const opened_store& at, connection& db) {
        db.open();
        if (!is_up_to_date(db, to))
            return exit_failed;
        const auto& storage = at.config.settings.storage;
        const auto now = wall_now();
        db.begin(true);
        const auto archives = drop_archives(db, policy_of(storage.archive), now);
        const auto keys = prune_creates(db, now, storage.creates.keep_keys);
        if (flags.dry_run)
            db.roll_back();
        else
            db.commit();
        if (!flags.dry_run)
            sweep(db, to);
        if (flags.as_json)
            to.out << json::serialize(json::object{{"dry_run", flags.dry_run}, {"archives", archives}, {"keys", keys}})
                   << '\n';
        else
            to.out << (flags.dry_run ? "would drop " : "dropped ") << archives << " archives, "
                   << (flags.dry_run ? "would forget " : "forgot ") << keys << " keys and answers\n";
        return exit_done;
    });
}

using store_action = int (*)(const store_flags&, const console&);

CLI::App* add_action(CLI::App& store, action& chosen, store_action does, const std::string& name,
                     const std::string& help, const std::shared_ptr<store_flags>& flags) {
    auto* command = store.add_subcommand(name, help);
    command->add_option("--config", flags->config, "The gateway's configuration file")->required()->type_name("FILE");
    command->add_flag("--json", flags->as_json, "Print one JSON object");
    command->callback(
        [flags, does, &chosen] { chosen = [flags, does](const console& to) { return does(*flags, to); }; });
    return command;
}

} // namespace

void add_store(CLI::App& program, action& chosen) {
    auto* store = program.add_subcommand("store", "Look after the store of a gateway");
    store->require_subcommand(1);
    const auto flags = std::make_shared<store_flags>();
    add_action(*store, chosen, check, "check", "Tell what the store holds and whether it is whole", flags)->footer(R"(
Changes nothing; gateways may run meanwhile. Ends with 0 where the store is whole and at this evalbridge's schema, else
with 1. Reads every page of an SQLite file, counts every row and unpacks every text, which takes a while on a large
store.

Example:
  evalbridge store check --config /etc/evalbridge/evalbridge.yaml)");
    add_action(*store, chosen, migrate_now, "migrate", "Bring the store's schema up to date", flags)->footer(R"(
A gateway does so too when it starts; this is for a user that may change the schema where the gateway's user may not.

Example:
  evalbridge store migrate --config /etc/evalbridge/evalbridge.yaml)");
    auto* pruning =
        add_action(*store, chosen, prune, "prune", "Apply what `archive.keep` and `creates.keep_keys` say", flags);
    pruning->add_flag("--dry-run", flags->dry_run, "Only tell what would go");
    pruning->footer(R"(
Gateways do so by themselves, in the background; this does it now. Gateways may run meanwhile.

Example:
  evalbridge store prune --config /etc/evalbridge/evalbridge.yaml --dry-run)");
}

} // namespace evalbridge::cli
