#include "adapters/gradient/decode.hpp"
#include "adapters/gradient/judge.hpp"
#include "tests/oracle/agreement_parts.hpp"
#include "tests/oracle/gradient.hpp"

#include <boost/json/serialize.hpp>

namespace evalbridge::oracle {
namespace {

namespace product = evalbridge::gradient;

const product::run_identity identity{"do", "run-1"};
const gradient::which same_identity{"do", "run-1"};

/// The judges that both make of the body's own catalogue and test case; none where there are none to be read.
struct judges {
    std::optional<product::judge> ours;
    gradient::judge theirs;
};

template <class T, class F> std::optional<T> unless_refused(F&& read) {
    try {
        return read();
    } catch (const refused&) {
        return {};
    }
}

/// What the page tells beside its prompts.
json::value beside(const product::results_page& page) {
    const auto number = [](const auto& n) { return n ? json::value(std::to_string(*n)) : json::value(nullptr); };
    json::object out{{"page", number(page.meta.page)},
                     {"pages", number(page.meta.pages)},
                     {"total", number(page.meta.total)},
                     {"has_next", or_null(page.meta.has_next)},
                     {"test_case", nullptr},
                     {"version", nullptr}};
    if (page.run) {
        out["test_case"] = or_null(page.run->test_case);
        out["version"] = number(page.run->test_case_version);
    }
    return out;
}

json::value beside(const gradient::prompt_page& page) {
    const auto number = [](const auto& n) { return n ? json::value(std::to_string(*n)) : json::value(nullptr); };
    json::object out{{"page", number(page.page)},          {"pages", number(page.pages)}, {"total", number(page.total)},
                     {"has_next", or_null(page.has_next)}, {"test_case", nullptr},        {"version", nullptr}};
    if (page.run.is_object()) {
        out["test_case"] = page.run.at("test_case");
        const auto& version = page.run.at("version");
        out["version"] = version.is_null() ? json::value(nullptr) : json::value(json::serialize(version));
    }
    return out;
}

std::string catalogue_disagreement(std::string_view body, const json::value& answer) {
    return disagreement(
        "catalogue", body,
        [&](std::string_view text, text_source*) -> result<std::string> {
            const auto read = product::decode_catalogue(text);
            if (!read)
                return read.error();
            std::vector<metric_info> joined;
            for (const auto& each : read->metrics())
                joined.push_back(product::join(each, test_metric_dictionary(), "do"));
            return written_list(joined);
        },
        [&]() -> json::value {
            json::array out;
            for (const auto& each : gradient::metrics(answer))
                out.push_back(gradient::listed(each, test_dictionary(), "do"));
            return out;
        });
}

std::string run_disagreement(std::string_view body, const json::value& answer, bool raw, const judges& by) {
    return disagreement(
        "run", body,
        [&](std::string_view text, text_source*) -> result<std::string> {
            auto read = product::decode_run(text, identity, raw);
            if (!read)
                return read.error();
            if (by.ours)
                by.ours->complete(*read);
            return written(*read);
        },
        [&] { return gradient::run(answer, same_identity, raw, by.ours ? &by.theirs : nullptr); });
}

std::string prompts_disagreement(std::string_view body, const json::value& answer, const gradient::prompt_parts& parts,
                                 const judges& by) {
    const auto options = [&](text_source* texts) {
        product::prompt_options out;
        out.content = parts.content;
        out.spans = parts.spans;
        out.item_verdicts = parts.item_verdicts;
        out.span_verdicts = parts.span_verdicts;
        out.raw = out.raw_metrics = parts.raw;
        out.max_spans = static_cast<std::uint32_t>(parts.max_spans);
        out.max_span_depth = static_cast<std::uint32_t>(parts.max_depth);
        out.texts = texts;
        return out;
    };
    const auto* theirs = by.ours ? &by.theirs : nullptr;
    auto found = disagreement(
        "results", body,
        [&](std::string_view text, text_source* texts) -> result<std::string> {
            auto read = product::decode_results(text, identity, options(texts));
            if (!read)
                return read.error();
            if (by.ours)
                for (auto& each : read->prompts)
                    by.ours->complete(each);
            return "[" + written_list(read->prompts) + "," + json::serialize(beside(*read)) + "]";
        },
        [&]() -> json::value {
            auto page = gradient::prompts(answer, same_identity, parts, theirs);
            const auto more = beside(page);
            return json::array{std::move(page.prompts), more};
        });
    if (!found.empty())
        return found;
    return disagreement(
        "result", body,
        [&](std::string_view text, text_source* texts) -> result<std::string> {
            auto read = product::decode_result(text, identity, 0, options(texts));
            if (!read)
                return read.error();
            if (by.ours)
                by.ours->complete(*read);
            return written(*read);
        },
        [&] { return gradient::prompt(answer, same_identity, 0, parts, theirs); });
}

judges judges_of(std::string_view body, const json::value& answer) {
    judges out;
    out.theirs.words = test_dictionary();
    out.theirs.metrics = unless_refused<gradient::catalogue>([&] { return gradient::metrics(answer); });
    out.theirs.of_run = unless_refused<gradient::test_case>([&] { return gradient::test_case_of(answer); });
    out.theirs.test_case_unread = body.size() % 5 == 0;
    std::shared_ptr<const product::metric_catalogue> catalogue;
    if (auto read = product::decode_catalogue(body))
        catalogue = std::make_shared<const product::metric_catalogue>(std::move(*read));
    std::shared_ptr<const product::test_case> which_case;
    if (auto read = product::decode_test_case(body))
        which_case = std::make_shared<const product::test_case>(std::move(*read));
    out.ours.emplace(test_metric_dictionary(), catalogue, which_case, out.theirs.test_case_unread);
    return out;
}

std::vector<gradient::prompt_parts> ways_to_read() {
    gradient::prompt_parts plain, all, cut, verdicts, counts;
    all.spans = all.span_verdicts = all.raw = true;
    cut.spans = cut.span_verdicts = true;
    cut.max_spans = 5, cut.max_depth = 3;
    verdicts.span_verdicts = true;
    verdicts.max_spans = 4;
    verdicts.item_verdicts = false;
    counts.content = false;
    return {plain, all, cut, verdicts, counts};
}

} // namespace

std::string gradient_disagreement(std::string_view body) {
    const auto read = parse(body);
    if (!read || read->repeats_names)
        return {};
    const auto& answer = read->root;
    if (auto found = catalogue_disagreement(body, answer); !found.empty())
        return found;
    const auto judged = judges_of(body, answer);
    const judges unjudged;
    for (const auto* by : {&judged, &unjudged}) {
        for (const bool raw : {false, true})
            if (auto found = run_disagreement(body, answer, raw, *by); !found.empty())
                return found;
        for (const auto& parts : ways_to_read())
            if (auto found = prompts_disagreement(body, answer, parts, *by); !found.empty())
                return found + (parts.spans ? " (spans)" : "") + (parts.raw ? " (raw)" : "");
    }
    return {};
}

} // namespace evalbridge::oracle
