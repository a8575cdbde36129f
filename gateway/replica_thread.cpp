#include "gateway/replica_thread.hpp"

#include "store/leases.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <utility>

namespace evalbridge {
namespace {

std::map<std::string, rate_budget*> budgets_of(const configuration& config,
                                               const replica_thread::states_by_provider& states) {
    std::map<std::string, rate_budget*> budgets;
    for (const auto& each : config.providers)
        budgets.emplace(budget_name(each.name, each.options->credentials()), &states.at(each.name)->budget);
    return budgets;
}

} // namespace

replica_thread::replica_thread(const configuration& config, const states_by_provider& states,
                               const replica_identity& self, store& kept, run_memory& memory, watch_hub& watches,
                               clock& time, logger& log)
    : kept_(kept), self_(self), budgets_(budgets_of(config, states)), members_(self, kept, budgets_, time, log),
      news_(kept.url(), log, [this](std::string_view text) { roster_.heard(text); }),
      roster_(self, members_, watches.board(), kept, news_, memory, time, log) {
    members_.on_beat([this] { roster_.wake(); });
}

replica_thread::~replica_thread() { end(); }

result<void> replica_thread::begin() {
    auto told = members_.begin();
    begun_ = told.has_value();
    roster_.begin();
    return told;
}

void replica_thread::start() {
    news_.start();
    boost::asio::co_spawn(io_, members_.run(io_.get_executor()), boost::asio::detached);
    // What is watched here is let go of with the goodbye, so that comes when nothing is claimed any more.
    boost::asio::co_spawn(io_, roster_.run(io_.get_executor()), [this](std::exception_ptr) { members_.stop(); });
    thread_ = std::thread([this] { io_.run(); });
}

void replica_thread::end() {
    if (!std::exchange(begun_, false))
        return;
    if (thread_.joinable()) {
        roster_.stop();
        thread_.join();
        news_.stop();
        return;
    }
    // It never served.
    (void)kept_.run_here([self = self_.id](connection& db) { say_goodbye(db, self); });
}

} // namespace evalbridge
