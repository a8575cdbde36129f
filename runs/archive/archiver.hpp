#pragma once
// Archives the runs that have ended, in the background: one of a provider at a time, two at most at once, each by one
// replica. What was made with another dictionary is made anew from what the vendor answered then, and what is older or
// larger than may be kept goes.

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/notice.hpp"
#include "runs/archive/archives.hpp"
#include "runs/archive/archiving.hpp"
#include "runs/archive/recorded_upstream.hpp"
#include "upstream/upstream.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace evalbridge {

/// A configured provider, as the archiver asks it.
struct archive_source {
    std::string name;
    upstream* vendor_api = nullptr; ///< outlives the archiver
    std::function<std::unique_ptr<provider>(upstream& over)> make;
    recorded_upstream::body_change change; ///< where contents aren't kept
};

struct archiver_options {
    std::vector<archive_source> sources;
    std::string replica;
    std::string derived_with; ///< what decides what is made of a vendor's answers, as a fingerprint
    bool enrols = true;       ///< every run that ends; else only what is asked for is archived
    bool inputs = true;       ///< false: contents of items are left out
    archive_policy keep;
    std::chrono::milliseconds look_every{1000};
};

class archiver {
  public:
    /// References outlive it. `draining` is of the shard it runs on.
    archiver(archiver_options options, archives& known, clock& time, logger& log, metrics& counts,
             boost::asio::any_io_executor executor, notice& draining);

    /// Until it drains. To be spawned on the executor; any number of times, two is enough.
    boost::asio::awaitable<void> keep_archiving();
    /// Until it drains. To be spawned once.
    boost::asio::awaitable<void> keep_clean();

    /// Looks once for something to do, and does it: false where there was nothing. For tests, too.
    boost::asio::awaitable<bool> archive_next();
    /// Drops what may not be kept any longer, and sweeps what nothing refers to.
    boost::asio::awaitable<void> clean();

  private:
    struct job {
        archive_record of;
        const archive_source* from = nullptr;
        bool anew = false; ///< from what was recorded
    };
    boost::asio::awaitable<std::optional<job>> next_job();
    boost::asio::awaitable<void> perform(const job& what);
    boost::asio::awaitable<void> settle(const job& what, const result<archive_totals>& made, duration took);
    boost::asio::awaitable<void> put_off(const job& what, const error& why);
    boost::asio::awaitable<void> release(const job& what);
    const archive_source* source_of(const std::string& provider) const;
    /// Whether there may be more to drop.
    boost::asio::awaitable<bool> drop_some();
    boost::asio::awaitable<void> tell_usage();

    const archiver_options options_;
    archives& known_;
    clock& time_;
    logger& log_;
    boost::asio::any_io_executor executor_;
    notice& draining_;
    std::set<std::string> in_work_; ///< providers
    metrics::gauge& working_;
    metrics::gauge& archived_;
    metrics::gauge& waiting_;
    metrics::gauge& bytes_;
    metrics::counter& made_;
    metrics::counter& made_anew_;
    metrics::counter& failed_;
};

/// Of the metric dictionary, and of how this version of the gateway makes unified objects of vendors' answers.
std::string fingerprint_of(const metric_dictionary& dictionary);

} // namespace evalbridge
