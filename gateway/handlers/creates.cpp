// What became of a request to start runs, for whoever made it.

#include "gateway/handlers/create_runs.hpp"
#include "gateway/handlers/services.hpp"
#include "runs/create_answer.hpp"

namespace evalbridge {
namespace {

using boost::asio::awaitable;

error no_such(std::string what) { return error(errc::not_found).because("There is no " + what + " of that id."); }

awaitable<result<reply>> show_create(services& s, const request_context& request) {
    auto look = [id = request.path_arguments[0]](connection& db) { return find_create(db, id); };
    const auto found = co_await s.kept.read(std::move(look));
    if (!found)
        co_return found.error();
    if (!*found || (*found)->client != request.client)
        co_return no_such("create");
    co_return json_reply(200, create_json(**found));
}

struct shown_group {
    group_record group;
    std::vector<create_record> members;
};

std::optional<shown_group> look_up_group(connection& db, const std::string& id) {
    auto group = find_group(db, id);
    if (!group)
        return {};
    return shown_group{std::move(*group), creates_of_group(db, id)};
}

awaitable<result<reply>> show_group(services& s, const request_context& request) {
    auto look = [id = request.path_arguments[0]](connection& db) { return look_up_group(db, id); };
    const auto found = co_await s.kept.read(std::move(look));
    if (!found)
        co_return found.error();
    if (!*found || (*found)->group.client != request.client)
        co_return no_such("group");
    co_return json_reply(200, group_json((*found)->group, (*found)->members));
}

} // namespace

void add_create_routes(router& routes, services& s) {
    route_options creating;
    creating.takes_body = true;
    routes.add(verb::post, "/v1/runs", creating, [&s](const request_context& r) { return create_runs(s, r); });
    const route_options showing;
    routes.add(verb::get, "/v1/creates/{id}", showing, [&s](const request_context& r) { return show_create(s, r); });
    routes.add(verb::get, "/v1/groups/{id}", showing, [&s](const request_context& r) { return show_group(s, r); });
}

} // namespace evalbridge
