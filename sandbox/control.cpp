#include "sandbox/control.hpp"

#include <boost/json/parse.hpp>

#include <charconv>
#include <optional>
#include <utility>

namespace evalbridge::sandbox {
namespace {

namespace json = boost::json;

reply complain(int status, const std::string& what) { return json_reply(status, json::object{{"error", what}}); }

} // namespace

control::control(world& in, port_service& staso, port_service& gradient, json::object samples, bool tls,
                 std::function<void()> adopted)
    : world_(in), staso_(staso), gradient_(gradient), samples_(std::move(samples)), tls_(tls),
      adopted_(std::move(adopted)) {}

void control::adopt(const std::string& scenario_text) {
    scenario read = read_scenario(scenario_text);
    staso_.check(read.staso.faults, "scenario.staso");
    gradient_.check(read.gradient.faults, "scenario.gradient");
    check_tls(read.staso, "scenario.staso");
    check_tls(read.gradient, "scenario.gradient");
    world_.current = std::move(read);
    staso_.reload();
    gradient_.reload();
    adopted_();
}

void control::check_tls(const vendor_scenario& read, const std::string& path) const {
    if (!tls_ && read.certificate)
        throw scenario_error(path + ".tls: this sandbox was started without it");
}

answer control::serve(const request& asked, port_service& port) { return apply({}, reply_to(asked, port), asked); }

reply control::reply_to(const request& asked, port_service& port) {
    const std::string key = asked.method + " " + (asked.segments.size() == 2 ? asked.segments[1] : "");
    if (key == "GET scenario")
        return json_reply(200, world_.current.document);
    if (key == "PUT scenario")
        return set_scenario(asked.body);
    if (key == "DELETE scenario")
        return set_scenario("{}");
    if (key == "GET calls") {
        json::object counts;
        for (const auto& [route, count] : port.calls())
            counts[route] = count;
        return json_reply(200, counts);
    }
    if (key == "GET peaks")
        return json_reply(200, json::object{{"minute", port.peak_minute()}, {"hour", port.peak_hour()}});
    if (key == "GET runs")
        return runs_of(asked, port);
    if (key == "POST reset") {
        port.reset();
        return json_reply(200, json::object());
    }
    if (key == "POST advance")
        return advance(asked.body);
    if (key == "GET samples")
        return json_reply(200, samples_);
    return complain(404, "The sandbox has GET/PUT/DELETE scenario, GET calls, GET peaks, GET runs, POST reset, POST "
                         "advance and GET samples.");
}

reply control::runs_of(const request& asked, const port_service& port) {
    constexpr std::size_t most_listed = 10'000;
    const auto number = [&](std::string_view name, std::size_t otherwise) -> std::optional<std::size_t> {
        const auto text = asked.query_value(name);
        if (!text)
            return otherwise;
        std::size_t out = 0;
        const auto [end, failure] = std::from_chars(text->data(), text->data() + text->size(), out);
        return failure == std::errc() && end == text->data() + text->size() ? std::optional(out) : std::nullopt;
    };
    const auto limit = number("limit", most_listed);
    const auto offset = number("offset", 0);
    if (!limit || !offset || *limit > most_listed)
        return complain(400, "limit and offset are whole numbers, limit up to 10000");
    const auto part = asked.query_value("name").value_or("");
    json::array listed;
    std::size_t matching = 0;
    for (const auto& run : port.started()) {
        if (run.name.find(part) == std::string_view::npos)
            continue;
        if (matching++ >= *offset && listed.size() < *limit)
            listed.push_back({{"id", run.id}, {"name", run.name}, {"created_at", to_iso(run.at)}});
    }
    return json_reply(200, json::object{{"total", matching}, {"runs", std::move(listed)}});
}

reply control::set_scenario(const std::string& text) {
    try {
        adopt(text);
    } catch (const scenario_error& wrong) {
        return complain(400, wrong.what());
    }
    return json_reply(200, world_.current.document);
}

reply control::advance(const std::string& text) {
    constexpr double most_seconds = 3.2e8; // ten years
    boost::system::error_code failure;
    const json::value body = json::parse(text, failure);
    const auto* seconds = failure || !body.is_object() ? nullptr : body.get_object().if_contains("seconds");
    if (seconds == nullptr || !seconds->is_number())
        return complain(400, "expected {\"seconds\": number}");
    const double number = seconds->to_number<double>();
    if (!(number >= 0 && number <= most_seconds))
        return complain(400, "seconds: from 0 to 320000000");
    world_.clock.advance(milliseconds(static_cast<milliseconds::rep>(number * 1000)));
    return json_reply(200, json::object{{"now", to_iso(world_.clock.now())}});
}

} // namespace evalbridge::sandbox
