#pragma once
// An open store on a database of the test's own, on either engine. A test that holds for both is a
// TestWithParam<store_engine>, instantiated with
//     INSTANTIATE_TEST_SUITE_P(Engines, Name, both_engines(), engine_in_name);

#include "store/store.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/scratch_folder.hpp"
#include "tests/support/scripted_upstream.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string>

namespace evalbridge::testing {

inline auto both_engines() { return ::testing::Values(store_engine::sqlite, store_engine::postgresql); }
inline std::string engine_in_name(const ::testing::TestParamInfo<store_engine>& info) {
    return std::string(name_of(info.param));
}

/// An empty database; SQLite's is a file that doesn't exist yet. Gone with this.
class test_database {
  public:
    explicit test_database(store_engine engine);
    /// As the configuration's `store` names it; for programs too.
    const std::string& text() const { return text_; }
    store_url url() const { return parse_store_url(text_).value(); }
    /// SQLite's file.
    std::filesystem::path file() const { return folder_.path() / "store.db"; }

  private:
    scratch_folder folder_;
    std::string text_;
};

/// Everything that a store needs, and the store. Several on one database are as several gateways.
class test_store {
  public:
    /// On a database of its own.
    explicit test_store(store_engine engine, store_options options = {});
    /// On that one, which outlives this.
    explicit test_store(const test_database& on, store_options options = {}) : test_store(on.url(), options) {}
    explicit test_store(const store_url& on, store_options options = {});

    store& operator*() { return store_; }
    store* operator->() { return &store_; }
    /// One transaction on this thread, given what `work` returns. Throws std::runtime_error where it fails.
    template <class F> auto run(F work) {
        auto out = store_.run_here(std::move(work));
        if (!out)
            throw std::runtime_error(out.error().detail());
        if constexpr (!std::is_void_v<store::work_result<F>>)
            return std::move(*out);
    }
    /// Runs a coroutine, as a shard would, to its end.
    template <class T> T await(boost::asio::awaitable<T> task) { return run_task(std::move(task)); }

    system_clock time;
    captured_log log;
    metrics counts;

  private:
    std::optional<test_database> own_;
    store store_;
};

} // namespace evalbridge::testing
