#include "gateway/handlers/services.hpp"

namespace evalbridge {

// Where a run was known, its provider isn't configured any more, and there is no archive of it.
static boost::asio::awaitable<error> nobody_has(services& s, std::string id) {
    const auto look = [id](connection& db) { return is_registered(db, id); };
    const auto known = co_await s.kept.read(look);
    if (known && *known)
        co_return error(errc::not_found)
            .because("The provider of this run isn't configured any more, and there is no archive of it. What was last "
                     "seen of "
                     "it is in GET /v1/runs and in its history.");
    co_return error(errc::not_found)
        .because("There is no run of that id. A run's id is \"<provider>:<the provider's own id>\"; GET /v1/providers "
                 "lists the "
                 "providers.");
}

boost::asio::awaitable<result<run_target>> find_run(services& s, const std::string& id) {
    const auto address = parse_run_id(id);
    auto* const live = address ? s.providers.find(address->provider) : nullptr;
    if (address && s.archive) {
        const auto vendor = co_await s.archive->vendor_of(id);
        if (!vendor && !live)
            co_return vendor.error();
        if (vendor && *vendor)
            co_return run_target{&s.archived->of(address->provider, **vendor, live), address->native_id, id};
    }
    if (!live)
        co_return co_await nobody_has(s, id);
    co_return run_target{live, address->native_id, id};
}

call call_for(const request_context& request, std::string_view operation) {
    call c;
    c.request_id = request.request_id;
    c.client = request.client;
    c.deadline = request.deadline;
    c.operation = operation;
    c.waited = &request.waited;
    return c;
}

result<read_options> read_include(const request_context& request, std::span<const std::string_view> allowed) {
    read_options options;
    std::vector<input_fault> faults;
    int given = 0;
    for (const auto& parameter : request.query) {
        if (parameter.name != "include")
            continue;
        if (++given > 1)
            faults.push_back({"include", "is given twice; separate several values by commas", "query"});
        std::string_view rest = parameter.value;
        for (bool more = true; more;) {
            const auto comma = rest.find(',');
            const auto word = rest.substr(0, comma);
            more = comma != std::string_view::npos;
            rest.remove_prefix(more ? comma + 1 : rest.size());
            bool known = false;
            for (const auto each : allowed)
                known = known || each == word;
            if (!known) {
                std::string detail = "must be a comma-separated list of:";
                for (const auto each : allowed)
                    detail.append(" ").append(each);
                faults.push_back({"include", std::move(detail), "query"});
                break;
            }
            options.raw = options.raw || word == "raw";
            options.spans = options.spans || word == "spans";
        }
    }
    if (!faults.empty())
        return error(errc::invalid_request).because("A query parameter is not valid.").faults(std::move(faults));
    return options;
}

reply json_reply(int status, std::string body) { return reply(status, "application/json", std::move(body)); }

} // namespace evalbridge
