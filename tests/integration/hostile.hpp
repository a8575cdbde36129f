#pragma once
// Every operation of the gateway that reaches a vendor, held against every fault of the sandbox: the answer is the
// right one or an error that says what happened, in time; a create is sent once; and nothing is left behind, neither a
// spoilt connection nor a descriptor.

#include "tests/integration/world.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace evalbridge::integration {

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define EVALBRIDGE_SANITIZED
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define EVALBRIDGE_SANITIZED
#endif
#ifdef EVALBRIDGE_SANITIZED
inline constexpr std::chrono::milliseconds late_allowed{2000};
inline constexpr std::size_t growth_allowed_kb = 600 * 1024; ///< freed memory is kept in quarantine
#else
inline constexpr std::chrono::milliseconds late_allowed{250};
inline constexpr std::size_t growth_allowed_kb = 64 * 1024;
#endif

enum class comes {
    right,         ///< the right answer
    error,         ///< an error of one of the row's codes
    error_if_read, ///< the same, unless the operation doesn't look into the vendor's answer
    sound          ///< an answer that is as the API describes it, or such an error
};

struct hostile {
    const char* fault; ///< members of a sandbox fault
    comes outcome;
    std::vector<const char*> codes{};
    bool hangs = false; ///< it takes all the time there is
    bool sent = true;   ///< the vendor may have got the request: a create isn't known to have failed then
};

struct operation {
    std::string name;
    std::string vendor;
    std::string method;
    std::string target;
    std::string body;
    std::string creates; ///< for a create: its route, as the sandbox counts it
    answer plain{};      ///< what it answers when all is well
    std::string full_name() const { return vendor + "'s " + name; }
};

struct told {
    answer given;
    std::chrono::milliseconds took{0};
};

class HostileVendor : public ::testing::TestWithParam<bool> {
  protected:
    /// `keys` are further members of both provider blocks; without any, idle connections are soon closed, so that they
    /// aren't taken for leaks. The parameter is whether TLS is spoken.
    explicit HostileVendor(const std::string& keys = "idle_timeout: 300ms") : HostileVendor(GetParam(), keys) {}
    HostileVendor(bool tls, const std::string& keys);

    /// Each fault with each operation.
    void hold(const std::vector<hostile>& faults);
    /// Leaves only the operations of these full names.
    void keep(const std::vector<std::string>& names);
    void all_well();
    /// The vendors whose operations are looked at get these members into their scenario.
    void meet(const std::string& members);

    told ask(const operation& what, const char* timeout) const;
    std::int64_t times_sent(const operation& create);
    void forget_counts();
    void expect_right(const operation& of, const answer& given, const std::string& cell);
    void expect_told(const hostile& row, const operation& of, const told& what);
    void expect_sent_once(const operation& create, const answer& given, const std::string& cell, bool reaches = true);
    /// Also that as many files are open as before.
    void expect_nothing_left(const std::string& after);

    world w;
    std::vector<operation> operations;

  private:
    void list_operations();
    void hold_one(const hostile& row, const operation& of);
    void hold_at_once(const hostile& row);

    std::size_t sockets_open_ = 0;
};

/// Of this process; peak of its memory so far.
std::size_t sockets_open();
std::size_t peak_memory_kb();

} // namespace evalbridge::integration
