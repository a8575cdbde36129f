#include "config/suites.hpp"

#include "config/scalars.hpp"
#include "config/suggest.hpp"
#include "config/words.hpp"
#include "mapping/json_pointer.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <map>

namespace evalbridge::config {
namespace {

namespace json = boost::json;

/// A block as the JSON that a client would have sent, and where each of its values stands.
class spec_block {
  public:
    explicit spec_block(const node& block) : value_(convert(block, "")) {}

    const json::value& value() const { return value_; }
    /// Reports a fault at the value it is about, or at the nearest one around it that is there.
    void fail(const input_fault& fault) const {
        std::string pointer = fault.pointer;
        while (!places_.contains(pointer))
            pointer.resize(std::min(pointer.rfind('/'), pointer.size() - 1));
        const auto& place = places_.at(pointer);
        auto rest = fault.pointer.substr(pointer.size());
        std::replace(rest.begin(), rest.end(), '/', '.');
        place.fail(place.where() + rest + ": " + fault.detail);
    }

  private:
    json::value convert(const node& from, const std::string& pointer) {
        places_.emplace(pointer, from);
        if (from.is_mapping()) {
            json::object out;
            for (const auto& [key, each] : from.members())
                out[key] = convert(each, child_pointer(pointer, key));
            return out;
        }
        if (from.is_sequence()) {
            json::array out;
            for (const auto& each : from.items())
                out.push_back(convert(each, child_pointer(pointer, std::to_string(out.size()))));
            return out;
        }
        return from.is_scalar() ? scalar(from) : json::value();
    }

    // As YAML means it: what looks like a number or a truth is one, unless it is quoted.
    static json::value scalar(const node& from) {
        const auto text = from.text();
        if (from.is_quoted())
            return json::value(text);
        if (text == "true" || text == "false")
            return text == "true";
        if (const auto whole = parse_integer(text))
            return *whole;
        if (const auto number = parse_number(text))
            return *number;
        return json::value(text);
    }

    std::map<std::string, node> places_;
    json::value value_;
};

class suite_reader {
  public:
    suite_reader(std::span<const std::string_view> providers, const spec_check& check)
        : providers_(providers), check_(check) {}

    suite read(const std::string& name, const node& block) const {
        if (!is_plain_name(name))
            block.fail(block.where() + ": a suite's name is of a-z, 0-9, `.`, `_` and `-`, up to 63 long");
        suite out;
        out.name = name;
        out.description = block.optional_text("description");
        const auto route = block.at("route");
        const auto on = block.at("on");
        std::vector<std::string> blocks;
        if (on.present())
            for (const auto& [provider, each] : on.members()) {
                blocks.push_back(provider);
                read_spec(provider, each, out);
            }
        if (on.is_mapping() && blocks.empty())
            on.fail(on.where() + ": expected a block for at least one provider");
        if (route.present())
            read_route(route, blocks, out);
        return out;
    }

  private:
    bool is_configured(std::string_view provider) const {
        return std::ranges::find(providers_, provider) != providers_.end();
    }
    std::string unknown(const std::string& provider) const {
        return ": no such provider" + suggestion(provider, {providers_.begin(), providers_.end()});
    }

    void read_spec(const std::string& provider, const node& block, suite& out) const {
        const spec_block given(block);
        if (!is_configured(provider))
            return block.fail(block.where() + unknown(provider));
        auto body = given.value();
        if (!body.is_object())
            return block.fail(block.where() + ": expected a mapping, a run spec without its provider");
        if (body.get_object().contains("provider"))
            return given.fail({"/provider", "the block's own key says it"});
        body.get_object()["provider"] = provider;
        auto spec = read_run_spec(body);
        if (!spec)
            return report(given, spec.error());
        spec->suite = out.name;
        if (const auto possible = check_(*spec); !possible)
            return report(given, possible.error());
        out.on.emplace(provider, std::move(*spec));
    }

    static void report(const spec_block& given, const error& why) {
        if (why.faults().empty())
            given.fail({"", why.detail()});
        for (const auto& each : why.faults())
            given.fail(each);
    }

    void read_route(const node& route, const std::vector<std::string>& blocks, suite& out) const {
        const auto usable = [&](const node& at, const std::string& provider) {
            if (!at.is_scalar())
                return;
            if (!is_configured(provider))
                at.fail(at.where() + unknown(provider));
            else if (!blocks.empty() && std::ranges::find(blocks, provider) == blocks.end())
                at.fail(at.where() + ": the suite has no block for this provider under `on`");
        };
        const auto primary = route.at("primary");
        if (primary.present()) {
            out.primary = primary.text();
            usable(primary, out.primary);
        }
        const auto shadows = route.find("shadow");
        if (!shadows.present())
            return;
        for (const auto& each : shadows.items()) {
            auto provider = each.text();
            usable(each, provider);
            if (provider == out.primary)
                each.fail(each.where() + ": is the primary already");
            else if (std::ranges::find(out.shadows, provider) != out.shadows.end())
                each.fail(each.where() + ": is given twice");
            out.shadows.push_back(std::move(provider));
        }
    }

    std::span<const std::string_view> providers_;
    const spec_check& check_;
};

} // namespace

suite_map read_suites(const node& root, std::span<const std::string_view> providers, const spec_check& check) {
    suite_map out;
    const auto suites = root.find("suites");
    if (!suites.present())
        return out;
    const suite_reader reader(providers, check);
    for (const auto& [name, block] : suites.members())
        out[name] = reader.read(name, block);
    return out;
}

} // namespace evalbridge::config
