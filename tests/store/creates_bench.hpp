#pragma once
// Creates in a database of their own, begun and settled as a test says.

#include "store/creates.hpp"

#include "store/leases.hpp"
#include "tests/support/test_store.hpp"

#include <gtest/gtest.h>

namespace evalbridge::testing {

using kind = begun_create::kind;
using namespace std::chrono_literals;

inline constexpr store_time now = 1'760'000'000'000'000;
inline constexpr store_time later = now + 1'000'000;

inline create_record plain(const std::string& id, std::optional<std::string> key = {},
                           const std::string& replica = "here") {
    create_record out;
    out.create_id = id;
    out.client = "ci";
    out.key = std::move(key);
    out.request_hash = "hash";
    out.provider = "p";
    out.spec = R"({"provider":"p","scope":{"trace_id":"t"}})";
    out.tag = "[eb-" + id + "]";
    out.replica = replica;
    out.request_id = "r";
    out.findable = true;
    out.created_at = now;
    return out;
}

inline std::vector<create_record> grouped(const std::string& id, std::optional<std::string> key = {},
                                          const std::string& replica = "here") {
    std::vector<create_record> out{plain(id + "-primary", std::move(key), replica), plain(id + "-s1", {}, replica),
                                   plain(id + "-s2", {}, replica)};
    for (int i = 0; i < 3; ++i) {
        out[static_cast<std::size_t>(i)].place = i;
        out[static_cast<std::size_t>(i)].group_id = id;
        out[static_cast<std::size_t>(i)].role = i == 0 ? create_role::primary : create_role::shadow;
    }
    return out;
}

inline run started_run(const std::string& native_id) {
    run r;
    r.id = make_run_id("p", native_id);
    r.provider = "p";
    r.vendor = "toy";
    r.native_id = native_id;
    r.status = run_status::pending;
    return r;
}

inline const kept_answer answer{201, "application/json", R"({"runs":["ä"]})", "/v1/runs/p%3A1"};

class Creates : public ::testing::TestWithParam<store_engine> {
  protected:
    begun_create begin(const create_record& create, store_time at = now) {
        const std::vector<create_record> members{create};
        return kept.run([members, at](connection& db) { return begin_create(db, members, {}, at); });
    }
    begun_create begin_group(const std::vector<create_record>& members) {
        const group_record group{*members.front().group_id, "ci", "nightly", now};
        return kept.run([members, group](connection& db) { return begin_create(db, members, group, now); });
    }
    bool mark(const std::string& id, std::optional<store_time> before = {}, store_time until = later,
              const std::string& replica = "here") {
        return kept.run([=](connection& db) { return mark_sending(db, id, replica, before, until); });
    }
    kept_answer start(const std::string& id, const kept_answer& with = answer) {
        const std::vector<run> runs{started_run("1"), started_run("2")};
        run_origin origin;
        origin.started_by = "ci";
        origin.create_id = id;
        return kept.run([=](connection& db) { return settle_started(db, id, with, runs, origin, later); });
    }
    void lose(const std::string& id, bool findable = true) {
        kept.run([=](connection& db) { note_indeterminate(db, id, R"({"code":"x"})", findable, later); });
    }
    void refuse(const std::string& id) {
        kept.run([=](connection& db) { settle_refused(db, id, R"({"code":"x"})", later); });
    }
    create_record find(const std::string& id) {
        return kept.run([=](connection& db) { return find_create(db, id); }).value();
    }
    std::vector<std::string> open() {
        std::vector<std::string> ids;
        for (const auto& each : kept.run([](connection& db) { return open_creates(db, "here", 100); }))
            ids.push_back(each.create_id);
        return ids;
    }
    std::vector<std::string> to_send() {
        std::vector<std::string> ids;
        for (const auto& each : kept.run([](connection& db) { return shadows_to_send(db); }))
            ids.push_back(each.create_id);
        return ids;
    }

    test_store kept{GetParam()};
};

} // namespace evalbridge::testing
