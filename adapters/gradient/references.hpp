#pragma once
// The vendor's metric catalogue, its test cases and which run belongs to which, read when an answer needs them and kept
// for a while: a run's thresholds don't change under it, and asking for them with every page would double the calls.

#include "adapters/gradient/decode.hpp"
#include "adapters/gradient/exchange.hpp"
#include "adapters/gradient/judge.hpp"
#include "adapters/gradient/options.hpp"

#include <memory>
#include <string>
#include <unordered_map>

namespace evalbridge::gradient {

/// Values by key, each for a time, and at most so many; for one thread.
template <class T> class expiring_map {
  public:
    expiring_map(duration lifetime, std::size_t most) : lifetime_(lifetime), most_(most) {}

    const T* find(const std::string& key, time_point now) const {
        const auto at = entries_.find(key);
        return at == entries_.end() || at->second.until <= now ? nullptr : &at->second.value;
    }
    void put(const std::string& key, T value, time_point now) {
        if (entries_.size() >= most_ && !entries_.contains(key)) {
            std::erase_if(entries_, [&](const auto& each) { return each.second.until <= now; });
            if (entries_.size() >= most_)
                entries_.erase(entries_.begin());
        }
        entries_.insert_or_assign(key, entry{std::move(value), now + lifetime_});
    }
    std::size_t size() const { return entries_.size(); }

  private:
    struct entry {
        T value;
        time_point until;
    };
    duration lifetime_;
    std::size_t most_;
    std::unordered_map<std::string, entry> entries_;
};

class references {
  public:
    references(const connection& context, const options& how);

    /// What judges a run's metrics. Never fails: what can't be read is missing, `mapping` tells of it, and the next
    /// answer tries again.
    boost::asio::awaitable<judge> judge_for(const run_facts& facts, const call& c);
    /// The same for a run of which only the id is known; it is asked for, unless it was met before.
    boost::asio::awaitable<judge> judge_for(run_identity which, const call& c);
    /// Errors: any that a read of the vendor can have.
    boost::asio::awaitable<result<std::shared_ptr<const metric_catalogue>>> metrics(const call& c);

    /// Remembers a run that was met; its test case and agent version never change.
    void met(const run_identity& which, const run_facts& facts);
    /// Empty when it wasn't met, or long ago.
    const run_facts* facts(const run_identity& which) const;

  private:
    using case_pointer = std::shared_ptr<const test_case>;
    boost::asio::awaitable<result<case_pointer>> read_case(const std::string& id, std::optional<std::int64_t> version,
                                                           const call& c);
    void unread(std::string_view what, const error& why) const;

    const connection& context_;
    expiring_map<std::shared_ptr<const metric_catalogue>> metrics_;
    expiring_map<case_pointer> cases_;
    expiring_map<run_facts> runs_;
};

} // namespace evalbridge::gradient
