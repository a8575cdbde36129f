#include "store/rates.hpp"

#include <soci/soci.h>

#include <algorithm>

namespace evalbridge {
namespace {

constexpr store_time minute = 60LL * 1'000'000;
constexpr store_time hour = 60 * minute;

struct reported_use {
    std::string budget;
    store_time at = 0;
    std::array<int, 3> minute{};
    std::array<int, 3> hour{};
};

void add(std::array<std::uint32_t, 3>& sums, const std::array<int, 3>& more) {
    for (std::size_t i = 0; i < sums.size(); ++i)
        sums[i] += static_cast<std::uint32_t>(more[i]);
}

} // namespace

void report_rates(connection& db, const std::string& replica, const std::vector<rate_use>& uses, store_time now) {
    for (const auto& each : uses) {
        std::array<int, 6> n{};
        for (std::size_t i = 0; i < 3; ++i) {
            n[i] = static_cast<int>(each.minute[i]);
            n[i + 3] = static_cast<int>(each.hour[i]);
        }
        db.sql() << "INSERT INTO rate_use (budget, replica, at, minute_0, minute_1, minute_2, hour_0, hour_1, hour_2) "
                    "VALUES (:budget, :replica, :at, :m0, :m1, :m2, :h0, :h1, :h2) "
                    "ON CONFLICT (budget, replica) DO UPDATE SET at = excluded.at, minute_0 = excluded.minute_0, "
                    "minute_1 = excluded.minute_1, minute_2 = excluded.minute_2, hour_0 = excluded.hour_0, "
                    "hour_1 = excluded.hour_1, hour_2 = excluded.hour_2",
            soci::use(each.budget), soci::use(replica), soci::use(now), soci::use(n[0]), soci::use(n[1]),
            soci::use(n[2]), soci::use(n[3]), soci::use(n[4]), soci::use(n[5]);
    }
}

std::vector<rate_use> rates_of_others(connection& db, const std::string& replica, store_time now) {
    std::vector<rate_use> sums;
    reported_use row;
    const store_time since = now - hour;
    soci::statement rows =
        (db.sql().prepare << "SELECT budget, at, minute_0, minute_1, minute_2, hour_0, hour_1, hour_2 FROM rate_use "
                             "WHERE replica <> :replica AND at > :since ORDER BY budget",
         soci::use(replica), soci::use(since), soci::into(row.budget), soci::into(row.at), soci::into(row.minute[0]),
         soci::into(row.minute[1]), soci::into(row.minute[2]), soci::into(row.hour[0]), soci::into(row.hour[1]),
         soci::into(row.hour[2]));
    rows.execute();
    while (rows.fetch()) {
        if (sums.empty() || sums.back().budget != row.budget)
            sums.push_back({row.budget, {}, {}});
        if (row.at > now - minute)
            add(sums.back().minute, row.minute);
        add(sums.back().hour, row.hour);
    }
    return sums;
}

void forget_old_rates(connection& db, store_time now) {
    const store_time before = now - hour;
    db.sql() << "DELETE FROM rate_use WHERE at <= :before", soci::use(before);
}

} // namespace evalbridge
