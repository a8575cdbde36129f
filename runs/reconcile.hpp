#pragma once
// Finds out what became of creates that nobody waits for any more: those whose answer was lost, and what a gateway that
// died has left. One in each process, on one of its shards. It never starts again what may have been started.

#include "runs/creates.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace evalbridge {

class create_reconciler {
  public:
    /// `creator` is of the same shard. Both references outlive it.
    create_reconciler(create_parts parts, run_creator& creator);

    /// Looks every second for what is left open, until `closing` is given.
    boost::asio::awaitable<void> keep_looking();
    /// One look: settles what needs nobody to be asked, and starts a task for each create that does.
    boost::asio::awaitable<void> look();
    /// Creates that the providers are asked about.
    std::size_t looked_for() const;

  private:
    struct left_open {
        create_record create;
        bool dead = false; ///< its replica
    };
    struct to_settle {
        std::vector<left_open> creates;
        std::size_t lost = 0; ///< of all there are
    };
    static to_settle what_is_left(connection& db, const std::string& self, const std::vector<std::string>& providers,
                                  store_time now);
    bool may_search(const create_record& create) const;
    struct search {
        create_record create;
        run_spec spec;
        provider* from = nullptr;
        unsigned in_vain = 0; ///< lists without it, since nobody sends it any more
    };
    enum class found { everything, part, nothing, no_answer, never };
    struct sighting {
        found what = found::no_answer;
        std::vector<run> runs;
    };

    boost::asio::awaitable<void> settle_left_open(std::vector<left_open> all);
    boost::asio::awaitable<void> search_for(create_record create);
    boost::asio::awaitable<bool> search_once(search& s);
    boost::asio::awaitable<sighting> ask(const search& s);
    boost::asio::awaitable<bool> keep_found(const search& s, std::vector<run> runs);
    boost::asio::awaitable<void> prune();
    using settling = void (*)(connection& db, const std::string& create_id, store_time now);
    boost::asio::awaitable<bool> settle(const search& s, settling as, metrics::counter& counted, std::string_view told);
    void tell(const create_record& create, std::string_view became) const;

    create_parts parts_;
    run_creator& creator_;
    metrics::gauge& open_;
    metrics::counter& found_started_;
    metrics::counter& found_absent_;
    metrics::counter& found_unknown_;
    std::map<std::string, std::set<std::string>> looked_for_; ///< create ids, by provider
    time_point next_prune_{};
};

} // namespace evalbridge
