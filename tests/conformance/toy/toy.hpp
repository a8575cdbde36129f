#pragma once
// A third vendor, to show that one is a folder. Its API: POST /runs {"what"} -> {"run"}; GET /runs/{id} -> {"run",
// "state"}; GET /runs/{id}/checks?after=N&count=M -> {"checks": [{"item", "check", "ok", "grade"}], "more"}, sorted by
// item; errors {"problem"}.

#include "adapters/provider.hpp"

namespace evalbridge::toy {

extern const vendor_entry vendor;

// Pure: encode and decode.
http_request encode_create(const run_spec& spec);
http_request encode_get(const std::string& native_id);
http_request encode_checks(const std::string& native_id, std::uint64_t after, std::uint32_t count);

/// Where a decoded run or check belongs.
struct owner {
    const std::string& provider;
    const metric_dictionary& dictionary;
};

struct check_page {
    std::vector<verdict> checks;
    bool more = false;
};

result<std::string> decode_created(const http_response& response);
result<run> decode_run(const http_response& response, const owner& who, bool raw);
result<check_page> decode_checks(const http_response& response, const owner& who, const std::string& native_id,
                                 bool raw);
error decode_error(const http_response& response, std::chrono::system_clock::time_point now);

} // namespace evalbridge::toy
