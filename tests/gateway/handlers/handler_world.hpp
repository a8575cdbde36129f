#pragma once
// The handlers of one shard, on a scripted provider and a clock that moves when a test says so.

#include "gateway/handlers/services.hpp"
#include "tests/runs/watch_world.hpp"

#include <atomic>

namespace evalbridge::testing {

class handler_world : public watch_world {
  protected:
    handler_world() {
        auto own = std::make_unique<scripted_provider>();
        asked = own.get();
        asked->on_get_run = vendor.on_get_run;
        providers.add(std::move(own));
        states.emplace("p", std::make_unique<provider_state>("p", upstream_options(), counts, time));
        add_create_routes(routes, all);
        add_run_routes(routes, all);
        add_event_routes(routes, all);
        add_result_routes(routes, all);
        add_export_routes(routes, all);
        add_catalogue_routes(routes, all);
        add_suite_routes(routes, all);
        add_operation_routes(routes, all);
    }

    /// A request under way; `answer` comes when it is done.
    struct exchange {
        request_context request;
        std::optional<result<reply>> answer;
        int status() const {
            return answer && *answer ? (*answer)->status : answer ? http_status(answer->error().code()) : 0;
        }
        std::string field(std::string_view name) const {
            for (const auto& [key, value] : (*answer)->fields)
                if (key == name)
                    return value;
            return {};
        }
    };
    using fields = std::vector<std::pair<std::string, std::string>>;
    using query = std::vector<query_parameter>;

    std::unique_ptr<exchange> begin(verb method, const std::string& path, query with = {}, fields extra = {}) {
        auto x = std::make_unique<exchange>();
        auto route = routes.find(method, path);
        x->request.method = method;
        x->request.path = path;
        x->request.path_arguments = std::move(route.arguments);
        x->request.query = std::move(with);
        x->request.fields = std::move(extra);
        x->request.request_id = "r";
        x->request.client = "tester";
        x->request.deadline = time.now() + seconds(30);
        x->request.departed = std::make_shared<notice>();
        run_into(x->answer, (*route.handle)(x->request));
        settle();
        return x;
    }
    std::unique_ptr<exchange> get(const std::string& path, query with = {}, fields extra = {}) {
        return begin(verb::get, path, std::move(with), std::move(extra));
    }

    /// All of them, on that store.
    services services_on(store& kept) {
        return {.providers = providers,
                .replica = self,
                .kept = kept,
                .memory = memory,
                .runs = *runs,
                .creates = creator,
                .suites = suites,
                .watches = hub,
                .states = states,
                .counts = counts,
                .cursor_mac = mac,
                .time = time,
                .log = log,
                .draining = not_ready,
                .here = here,
                .heartbeat = seconds(15),
                .max_wait = seconds(60),
                .metrics_need_key = false};
    }

    provider_set providers;
    scripted_provider* asked = nullptr; ///< the one in the set
    const replica_identity self{"here"};
    const run_tag_format tags;
    notice closing;
    run_creator creator{{.providers = providers,
                         .replica = self,
                         .kept = runs.kept(),
                         .runs = *runs,
                         .tags = tags,
                         .keep_keys = std::chrono::hours(24),
                         .settle = seconds(10),
                         .time = time,
                         .log = log,
                         .counts = counts,
                         .executor = io.get_executor(),
                         .closing = closing}};
    suite_map suites;
    std::map<std::string, std::unique_ptr<provider_state>> states;
    mac_function mac = [](std::string_view) { return std::string(16, 'm'); };
    std::atomic<bool> not_ready{false};
    services all = services_on(runs.kept());
    router routes;
};

} // namespace evalbridge::testing
