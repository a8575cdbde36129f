#pragma once
// Writes a run's results and verdicts as rows of one generation, in transactions of a bounded size; what it holds of
// them at any time is bounded, too.

#include "runs/archive/kind_blocks.hpp"
#include "runs/archive/verdict_kinds.hpp"
#include "store/archive.hpp"
#include "store/store.hpp"

#include "mapping/run_result.hpp"

#include <memory>

namespace evalbridge {

class generation_writer {
  public:
    /// `guard` is called in every transaction first; where it is false, nothing is written and the writing fails with
    /// conflict. `kept` outlives it.
    generation_writer(store& kept, generation_key key, std::function<bool(connection&)> guard);

    /// The next result with its verdicts, spans' included.
    boost::asio::awaitable<result<void>> add(run_result&& r);
    /// The next verdict of a run whose results are what its verdicts name. Not mixed with the other.
    boost::asio::awaitable<result<void>> add(verdict&& v);
    boost::asio::awaitable<result<void>> add_document(std::string name, std::string body);
    /// Once everything was added: writes the rest, and what finds places in the list of results.
    boost::asio::awaitable<result<void>> finish();

    std::int64_t verdicts() const { return verdicts_; }
    std::int64_t results() const { return results_; }
    std::int64_t bytes() const { return bytes_; }
    boost::asio::awaitable<result<void>> flush();

  private:
    struct batch {
        std::vector<archived_verdict> verdicts;
        std::vector<archived_result> results;
        std::vector<archived_kind> kinds;
        std::vector<archived_block> blocks;
    };
    void add_row(const verdict& v, std::int64_t of_result);
    bool is_full() const { return held_ >= most_held || rows_.verdicts.size() >= most_rows; }
    /// Gives the verdicts that were held back the positions of their results.
    boost::asio::awaitable<result<void>> place_verdicts();
    boost::asio::awaitable<result<void>> write_result_blocks();
    boost::asio::awaitable<result<void>> write(std::function<std::int64_t(connection&)> unit);

    static constexpr std::size_t most_rows = 1000;
    static constexpr std::size_t most_held = 4 * 1024 * 1024; ///< bytes of bodies

    store& kept_;
    const generation_key key_;
    const std::function<bool(connection&)> guard_;
    verdict_kinds kinds_;
    verdict_block block_;
    batch rows_;
    std::vector<verdict> unplaced_; ///< their results' positions aren't known yet
    std::size_t held_ = 0;
    std::int64_t verdicts_ = 0;
    std::int64_t results_ = 0;
    std::int64_t bytes_ = 0;
};

} // namespace evalbridge
