#include "tests/integration/openapi_check.hpp"

#include "gateway/handlers/openapi.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>

namespace evalbridge::integration {
namespace {

namespace json = boost::json;

const json::object& document() {
    static const json::value parsed = json::parse(openapi_json());
    return parsed.as_object();
}

std::vector<std::string> segments(std::string_view path) {
    std::vector<std::string> out;
    for (std::size_t at = 1; at <= path.size();) {
        const auto end = std::min(path.find('/', at), path.size());
        out.emplace_back(path.substr(at, end - at));
        at = end + 1;
    }
    return out;
}

// The described path that a target belongs to: literal segments win over named ones.
const json::object* path_item(const std::string& target) {
    const auto wanted = segments(target.substr(0, target.find('?')));
    const json::object* best = nullptr;
    int best_literals = -1;
    for (const auto& [pattern, item] : document().at("paths").as_object()) {
        const auto parts = segments(std::string_view(pattern.data(), pattern.size()));
        if (parts.size() != wanted.size())
            continue;
        int literals = 0;
        bool same = true;
        for (std::size_t i = 0; i < parts.size(); ++i) {
            const bool named = !parts[i].empty() && parts[i].front() == '{';
            same = same && (named || parts[i] == wanted[i]);
            literals += !named;
        }
        if (same && literals > best_literals) {
            best = &item.as_object();
            best_literals = literals;
        }
    }
    return best;
}

const json::object& resolved(const json::object& given) {
    const auto* reference = given.if_contains("$ref");
    if (!reference)
        return given;
    return document()
        .at("components")
        .at("responses")
        .at(reference->as_string().subview(std::string_view("#/components/responses/").size()))
        .as_object();
}

// Formats are left out: the validator asks them of null too.
void drop_formats(json::value& schema) {
    if (auto* members = schema.if_object()) {
        if (auto* format = members->if_contains("format"); format && format->is_string())
            members->erase("format");
        for (auto& member : *members)
            drop_formats(member.value());
    } else if (auto* elements = schema.if_array()) {
        for (auto& element : *elements)
            drop_formats(element);
    }
}

// A schema, ready to validate with. Its references are resolved against the components it is parsed with.
const valijson::Schema& compiled(const json::value& schema) {
    static std::mutex mutex;
    static std::map<std::string, std::unique_ptr<valijson::Schema>> known;
    const std::lock_guard lock(mutex);
    auto& slot = known[json::serialize(schema)];
    if (!slot) {
        slot = std::make_unique<valijson::Schema>();
        json::object whole;
        whole["components"] = document().at("components");
        whole["allOf"] = json::array{schema};
        json::value root = whole;
        drop_formats(root);
        valijson::adapters::BoostJsonAdapter adapter(root);
        valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
        parser.populateSchema(adapter, *slot);
    }
    return *slot;
}

void check_body(const json::value& schema, const answer& given, const std::string& what) {
    const auto body = given.json();
    valijson::adapters::BoostJsonAdapter adapter(body);
    valijson::Validator validator(valijson::Validator::kStrongTypes);
    valijson::ValidationResults found;
    if (validator.validate(compiled(schema), adapter, &found))
        return;
    std::string text;
    valijson::ValidationResults::Error each;
    while (found.popError(each)) {
        for (const auto& part : each.context)
            text += part;
        text += ": " + each.description + "\n";
    }
    ADD_FAILURE() << what << " isn't what /openapi.json describes\n" << text << given.body.substr(0, 2000);
}

} // namespace

void check_against_openapi(const std::string& method, const std::string& target, const answer& given) {
    const auto what = method + " " + target + " -> " + std::to_string(given.status);
    auto type = given.field("content-type");
    type = type.substr(0, type.find(';'));
    if (type == "application/problem+json") {
        const json::value problem{{"$ref", "#/components/schemas/Problem"}};
        check_body(problem, given, what);
        EXPECT_EQ(given.text("status"), std::to_string(given.status)) << what;
        return;
    }
    const auto* item = path_item(target);
    ASSERT_TRUE(item) << what << " is not described";
    std::string verb = method == "HEAD" ? "GET" : method;
    std::transform(verb.begin(), verb.end(), verb.begin(), [](unsigned char c) { return std::tolower(c); });
    const auto* operation = item->if_contains(verb);
    ASSERT_TRUE(operation) << what << " is not described";
    const auto* response = operation->at("responses").as_object().if_contains(std::to_string(given.status));
    ASSERT_TRUE(response) << what << ": the status is not described";
    if (given.status == 204 || given.status == 304) {
        EXPECT_EQ(given.body, "") << what;
        return;
    }
    const auto* media = resolved(response->as_object()).at("content").as_object().if_contains(type);
    ASSERT_TRUE(media) << what << ": " << type << " is not described";
    if (!given.body.empty() && type == "application/json")
        check_body(media->at("schema"), given, what);
}

} // namespace evalbridge::integration
