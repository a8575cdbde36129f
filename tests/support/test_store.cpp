#include "tests/support/test_store.hpp"

namespace evalbridge::testing {
namespace {

store_options on_url(store_options options, store_url url) {
    options.url = std::move(url);
    return options;
}

} // namespace

test_database::test_database(store_engine engine) {
    if (engine == store_engine::sqlite) {
        text_ = "sqlite:" + file().string();
        return;
    }
    auto& server = postgres_cluster::shared();
    text_ = server.url_of(server.make_database());
}

test_store::test_store(store_engine engine, store_options options)
    : own_(engine), store_(on_url(std::move(options), own_->url()), time, log, counts) {
    store_.open();
}

test_store::test_store(const store_url& on, store_options options)
    : store_(on_url(std::move(options), on), time, log, counts) {
    store_.open();
}

} // namespace evalbridge::testing
