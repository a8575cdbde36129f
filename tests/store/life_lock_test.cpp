#include "store/life_lock.hpp"

#include "tests/support/scratch_folder.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <memory>

namespace evalbridge {
namespace {

using names = std::vector<std::string>;

class LifeLock : public ::testing::Test {
  protected:
    std::filesystem::path file(const std::string& replica) const {
        return folder.path() / ("store.db-replica-" + replica);
    }

    testing::scratch_folder folder;
    const store_url url = parse_store_url("sqlite:" + (folder.path() / "store.db").string()).value();
    const life_lock self{url, "self"};
};

TEST_F(LifeLock, IsHeldByWhoLives) {
    auto other = std::make_unique<life_lock>(url, "other");
    EXPECT_EQ(self.dead_among({"self", "other"}), names());
    EXPECT_EQ(other->dead_among({"self", "other"}), names());
    other.reset();
    EXPECT_FALSE(std::filesystem::exists(file("other")));
    EXPECT_TRUE(std::filesystem::exists(file("self")));
}

TEST_F(LifeLock, IsLetGoOfByWhoIsKilled) {
    std::array<int, 2> ready{};
    ASSERT_EQ(::pipe(ready.data()), 0);
    const auto child = ::fork();
    if (child == 0) {
        const life_lock of_child(url, "child");
        (void)!::write(ready[1], "!", 1);
        for (;;)
            ::pause();
    }
    char byte = 0;
    ASSERT_EQ(::read(ready[0], &byte, 1), 1);
    EXPECT_EQ(self.dead_among({"child"}), names());
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ::close(ready[0]);
    ::close(ready[1]);
    EXPECT_EQ(self.dead_among({"child", "self"}), names{"child"});
    self.forget("child");
    EXPECT_FALSE(std::filesystem::exists(file("child")));
}

TEST_F(LifeLock, SaysNothingOfThoseThatHaveNone) { EXPECT_EQ(self.dead_among({"of an older version"}), names()); }

TEST_F(LifeLock, IsGoneWithoutWhereTheFolderTakesNoFile) {
    const auto nowhere = parse_store_url("sqlite:" + (folder.path() / "missing" / "store.db").string()).value();
    const life_lock without(nowhere, "without");
    EXPECT_EQ(without.dead_among({"without", "other"}), names());
}

TEST_F(LifeLock, IsOnlyForSqlite) {
    const life_lock on_a_server(parse_store_url("postgresql://host/name").value(), "replica");
    EXPECT_EQ(on_a_server.dead_among({"other"}), names());
    EXPECT_FALSE(std::filesystem::exists("-replica-replica"));
}

} // namespace
} // namespace evalbridge
