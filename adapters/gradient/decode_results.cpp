// The two answers that hold prompts.

#include "adapters/gradient/decode.hpp"
#include "adapters/gradient/decode_parts.hpp"
#include "adapters/gradient/decode_prompt.hpp"
#include "adapters/gradient/decode_run.hpp"

namespace evalbridge::gradient {
namespace {

/// The most prompts of a page; we ask for far fewer, but a vendor may not page at all.
constexpr std::size_t most_prompts = 10'000;

bool is_given(json_reader in) {
    if (in.type() != json_reader::kind::string)
        return false;
    return in.nonempty_string().has_value();
}

/// Whether the links say that a page follows; empty when they don't link anything at all, as an empty `links` does. The
/// evaluation routes call the page before `previous`, the rest of the vendor's API `prev`.
std::optional<bool> read_links(json_reader& links) {
    if (!links.is_object())
        return {};
    auto pages = links["pages"];
    if (!pages.is_object())
        return {};
    bool any = false;
    for (const auto* name : {"first", "last", "prev", "previous"})
        any = is_given(pages[name]) || any;
    const bool next = is_given(pages["next"]);
    return next || any ? std::optional(next) : std::nullopt;
}

void read_meta(json_reader& meta, list_meta& out) {
    if (!meta.is_object())
        return;
    out.page = read_count(meta["page"]);
    out.pages = read_count(meta["pages"]);
    out.total = read_count(meta["total"]);
}

void read_page(json_reader& root, const run_identity& which, const prompt_options& options, results_page& out) {
    bool any = false;
    root.members([&](std::string_view name, json_reader& member) {
        if (name == "evaluation_run" && member.is_object()) {
            out.run = read_facts(member);
            any = true;
        } else if (name == "links") {
            out.meta.has_next = read_links(member);
        } else if (name == "meta") {
            read_meta(member, out.meta);
            any = any || member.is_object();
        } else if (name == "prompts") {
            out.prompts.clear();
            member.each([&](json_reader& each) {
                if (out.prompts.size() >= most_prompts)
                    return each.fail("more prompts than a page can have");
                out.prompts.push_back(read_prompt(each, which, options));
            });
            any = any || member.is_array();
        }
    });
    if (!any)
        root.fail("expected a run's results");
}

} // namespace

result<results_page> decode_results(std::string_view body, const run_identity& which, const prompt_options& options) {
    results_page out;
    json_document document(body, options.texts);
    auto root = document.root();
    read_page(root, which, options, out);
    if (const auto whole = document.finish(); !whole)
        return whole.error();
    if (out.run && out.run->agent_version) {
        const auto version = kept(*out.run->agent_version, options.texts);
        for (auto& prompt : out.prompts)
            for (auto& each : prompt.verdicts)
                each.agent_version = shared(version, options.texts);
    }
    return out;
}

result<run_result> decode_result(std::string_view body, const run_identity& which, std::int64_t prompt_id,
                                 const prompt_options& options) {
    run_result out;
    json_document document(body, options.texts);
    auto root = document.root();
    auto found = root["prompt"];
    if (found.is_object())
        out = read_prompt(found, which, options);
    else
        found.fail("expected the prompt");
    if (const auto whole = document.finish(); !whole)
        return whole.error();
    if (out.id != std::to_string(prompt_id))
        return error(errc::provider_malformed).at("/prompt/prompt_id").because("another prompt than the one asked for");
    return out;
}

} // namespace evalbridge::gradient
