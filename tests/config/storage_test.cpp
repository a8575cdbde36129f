#include "config/storage.hpp"

#include "tests/config/parsed.hpp"

#include <gmock/gmock.h>

using namespace evalbridge;
using namespace evalbridge::config;
using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

namespace {

struct read {
    storage_settings storage;
    std::vector<std::string> faults;
};

read read_text(std::string text) {
    const auto document = evalbridge::testing::parse(std::move(text));
    read out{read_storage(document.root()), {}};
    out.faults = evalbridge::testing::lines(document);
    return out;
}

} // namespace

TEST(Storage, HasDefaultsForAllOfIt) {
    const auto out = read_text("{}");
    EXPECT_THAT(out.faults, IsEmpty());
    EXPECT_EQ(out.storage.store.url.reveal(), "sqlite:evalbridge.db");
    EXPECT_EQ(out.storage.store.connections, 4u);
    EXPECT_EQ(out.storage.creates.tags.pattern(), "[eb-{id}]");
    EXPECT_EQ(out.storage.creates.keep_keys, 168h);
    EXPECT_EQ(out.storage.creates.settle, 10s);
    EXPECT_TRUE(out.storage.archive.enabled);
    EXPECT_TRUE(out.storage.archive.inputs);
    EXPECT_FALSE(out.storage.archive.keep.age);
    EXPECT_FALSE(out.storage.archive.keep.bytes);
    EXPECT_THAT(out.storage.archive.keep_of_provider, IsEmpty());
}

TEST(Storage, ReadsTheStoreFromAUrlOrAMap) {
    struct row {
        std::string text;
        std::string url;
        unsigned connections;
    };
    const row rows[] = {
        {"store: 'sqlite:/var/lib/x.db'", "sqlite:/var/lib/x.db", 4},
        {"store: postgresql://db/evals", "postgresql://db/evals", 4},
        {"store: env:TOKEN", "s3cret", 4},
        {"store: {url: env:TOKEN, connections: 16}", "s3cret", 16},
    };
    for (const auto& [text, url, connections] : rows) {
        const auto out = read_text(text);
        EXPECT_THAT(out.faults, IsEmpty()) << text;
        EXPECT_EQ(out.storage.store.url.reveal(), url);
        EXPECT_EQ(out.storage.store.connections, connections);
    }
}

TEST(Storage, ReadsEveryKey) {
    const auto out = read_text(R"(
creates: {tag: "<run {id}>", keep_keys: 30d, settle: 20s}
archive:
  enabled: false
  inputs: false
  keep: {age: 730d, bytes: 50GiB}
  providers:
    staso-prod: {age: 36h}
    long-gone: {bytes: 1GiB}
    kept-for-ever: {}
)");
    EXPECT_THAT(out.faults, IsEmpty());
    EXPECT_EQ(out.storage.creates.tags.pattern(), "<run {id}>");
    EXPECT_EQ(out.storage.creates.keep_keys, 720h);
    EXPECT_EQ(out.storage.creates.settle, 20s);
    const auto& archive = out.storage.archive;
    EXPECT_FALSE(archive.enabled);
    EXPECT_FALSE(archive.inputs);
    EXPECT_EQ(archive.keep.age, 17'520h);
    EXPECT_EQ(archive.keep.bytes, std::uint64_t{50} << 30);
    EXPECT_THAT(archive.keep_of_provider, SizeIs(3));
    EXPECT_EQ(archive.keep_of_provider.at("staso-prod").age, 36h);
    EXPECT_FALSE(archive.keep_of_provider.at("staso-prod").bytes);
    EXPECT_EQ(archive.keep_of_provider.at("long-gone").bytes, std::uint64_t{1} << 30);
    EXPECT_FALSE(archive.keep_of_provider.at("kept-for-ever").age);
}

TEST(Storage, AnEmptyTagMeansThatRunsAreNotTagged) {
    const auto out = read_text("creates: {tag: ''}");
    EXPECT_THAT(out.faults, IsEmpty());
    EXPECT_TRUE(out.storage.creates.tags.empty());
}

TEST(Storage, ReportsEveryFaultAtItsPlace) {
    struct row {
        std::string text;
        std::string fault;
    };
    const row rows[] = {
        {"store: [1]", "c.yaml:1:1: store"},
        {"store: {connections: 4}", "store: the key `url` is missing"},
        {"store: {url: x, connections: 0}", "c.yaml:1:30: store.connections"},
        {"store: {url: x, conections: 3}", "connections"},
        {"store: env:NOT_SET", "NOT_SET"},
        {"creates: 7", "c.yaml:1:10: creates"},
        {"creates: {tag: no place for an id}", "c.yaml:1:16: creates.tag"},
        {"creates: {tag: [x]}", "creates.tag"},
        {"creates: {keep_keys: 23h}", "c.yaml:1:22: creates.keep_keys"},
        {"creates: {keep_keys: 90001s}", "whole hours"},
        {"creates: {settle: 0s}", "creates.settle"},
        {"creates: {keep: 30d}", "keep"},
        {"archive: true", "c.yaml:1:10: archive"},
        {"archive: {enabled: 'yes'}", "archive.enabled"},
        {"archive: {keep: {age: 30}}", "archive.keep.age"},
        {"archive: {keep: {bytes: 1KiB}}", "archive.keep.bytes"},
        {"archive: {keep: 30d}", "archive.keep"},
        {"archive: {providers: {Staso Prod: {age: 30d}}}", "a provider's name"},
        {"archive: {providers: {a: {aeg: 30d}}}", "age"},
        {"archive: {providers: [a]}", "archive.providers"},
    };
    for (const auto& [text, fault] : rows)
        EXPECT_THAT(read_text(text).faults, ElementsAre(HasSubstr(fault))) << text;
}

TEST(Storage, SaysWhetherRunsAreWatchedToTheirEnd) {
    EXPECT_TRUE(read_text("a: 1").storage.watch.keep);
    const auto read = read_text("watch: {keep: false, give_up_after: 2d}");
    EXPECT_THAT(read.faults, IsEmpty());
    EXPECT_FALSE(read.storage.watch.keep);
    EXPECT_EQ(read.storage.watch.give_up_after, 48h);
    EXPECT_THAT(read_text("watch: {give_up_after: 1m}").faults, SizeIs(1));
}
