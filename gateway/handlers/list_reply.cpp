#include "gateway/handlers/list_reply.hpp"

namespace evalbridge {
namespace {

std::vector<std::pair<std::string, std::string>> pairs_of(const request_context& request) {
    std::vector<std::pair<std::string, std::string>> pairs;
    for (const auto& each : request.query)
        pairs.emplace_back(each.name, each.value);
    return pairs;
}

} // namespace

result<list_request> read_list(const request_context& request, list_kind kind, std::string_view subject,
                               const std::vector<std::string_view>& includes, bool filters_allowed,
                               const mac_function& mac) {
    const auto query = pairs_of(request);
    return read_list_request(query, kind, subject, includes, filters_allowed, mac);
}

std::string link_field(const request_context& request, const list_request& list, const page_info& info) {
    const auto query = pairs_of(request);
    return link_header(list, info, request.path, query);
}

} // namespace evalbridge
