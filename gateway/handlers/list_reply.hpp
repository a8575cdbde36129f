#pragma once
// A list's request and answer: the same for every list the API has.

#include "base/text_stock.hpp"
#include "gateway/handlers/services.hpp"
#include "mapping/page_request.hpp"
#include "mapping/write.hpp"

namespace evalbridge {

/// Errors: invalid_request, with every fault of the query.
result<list_request> read_list(const request_context& request, list_kind kind, std::string_view subject,
                               const std::vector<std::string_view>& includes, bool filters_allowed,
                               const mac_function& mac);

/// The Link field's value for this page; empty when there is nothing to link to.
std::string link_field(const request_context& request, const list_request& list, const page_info& info);

/// Bytes to have room for, an item.
inline constexpr std::size_t usual_item = 1024;

/// `{"data": [...], "page": {...}}` with its Link header. `more(out)` writes further members.
template <class T, class F>
reply list_reply(const request_context& request, const list_request& list, const page<T>& found,
                 std::string_view subject, const mac_function& mac, F more) {
    const auto info = make_page_info(list, found, subject, mac);
    auto body = text_stock::take(found.items.size() * usual_item);
    json_writer out(body);
    out.begin_object().key("data").begin_array();
    for (const auto& each : found.items)
        write(out, each);
    out.end_array().key("page");
    write(out, info);
    more(out);
    out.end_object();
    auto answer = json_reply(200, std::move(body));
    if (auto link = link_field(request, list, info); !link.empty())
        answer.fields.emplace_back("Link", std::move(link));
    return answer;
}
template <class T>
reply list_reply(const request_context& request, const list_request& list, const page<T>& found,
                 std::string_view subject, const mac_function& mac) {
    return list_reply(request, list, found, subject, mac, [](json_writer&) {});
}

} // namespace evalbridge
