#pragma once
// Runs of the registry looked up at their providers, before a list shows them.

#include "gateway/handlers/services.hpp"
#include "mapping/json_writer.hpp"

namespace evalbridge {

/// Runs that one request reads at most.
inline constexpr std::size_t most_refreshed = 20;

/// What came of a refresh: the answer's `refresh` member.
struct refresh_report {
    struct failure {
        std::string provider;
        std::string run_id; ///< empty where the provider's runs couldn't be listed
        std::string_view code;
        std::string detail;
    };
    std::vector<std::string> listed; ///< providers that were asked for runs started elsewhere
    std::size_t read = 0;            ///< runs that were read
    std::size_t left = 0; ///< runs of the page that go on and weren't asked for: too many, or nobody to ask any more
    std::vector<failure> failed;
};
void write(json_writer& out, const refresh_report& report);

/// Asks every provider that lists its runs, or that one alone where a name is given, for those it has, into the
/// registry. What fails is in the report.
boost::asio::awaitable<void> list_elsewhere(services& s, const request_context& request,
                                            const std::optional<std::string>& provider, refresh_report& report);
/// Reads these runs, as many as may be read, all at once, into the registry.
boost::asio::awaitable<void> read_again(services& s, const request_context& request, std::vector<std::string> run_ids,
                                        refresh_report& report);

} // namespace evalbridge
