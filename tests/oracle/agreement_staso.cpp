#include "adapters/staso/decode.hpp"
#include "tests/oracle/agreement_parts.hpp"
#include "tests/oracle/staso.hpp"

namespace evalbridge::oracle {
namespace {

result<std::string> page_of(const result<evalbridge::staso::verdict_rows>& read) {
    if (!read)
        return read.error();
    return "{\"rows\":" + written_list(read->rows) +
           ",\"total\":" + (read->total ? std::to_string(*read->total) : "null") + "}";
}

template <class T> result<std::string> one_of(const result<T>& read) {
    if (!read)
        return read.error();
    return written(*read);
}

std::string disagreement_as(std::string_view body, const json::value& answer, bool raw) {
    const staso::reading how{"p", test_dictionary(), raw};
    const auto context = [&](text_source* texts) {
        return evalbridge::staso::decode_context{"p", test_metric_dictionary(), raw, texts};
    };
    for (const bool just_created : {false, true}) {
        auto found = disagreement(
            "run", body,
            [&](std::string_view text, text_source* texts) {
                return one_of(evalbridge::staso::decode_run(text, context(texts), just_created));
            },
            [&] { return staso::run(answer, how, just_created); });
        if (!found.empty())
            return found;
    }
    auto found = disagreement(
        "verdicts", body,
        [&](std::string_view text, text_source* texts) {
            return page_of(evalbridge::staso::decode_verdicts(text, "r 1", context(texts)));
        },
        [&]() -> json::value {
            const auto page = staso::verdicts(answer, "r 1", how);
            return json::object{{"rows", json::array(page.rows.begin(), page.rows.end())},
                                {"total", or_null(page.total)}};
        });
    if (!found.empty())
        return found;
    return disagreement(
        "summary", body,
        [&](std::string_view text, text_source* texts) {
            return one_of(evalbridge::staso::decode_summary(text, "r 1", context(texts)));
        },
        [&] { return staso::summary(answer, "r 1", how); });
}

} // namespace

std::string staso_disagreement(std::string_view body) {
    const auto read = parse(body);
    if (!read || read->repeats_names)
        return {};
    for (const bool raw : {false, true})
        if (auto found = disagreement_as(body, read->root, raw); !found.empty())
            return found + (raw ? " (raw)" : "");
    return {};
}

} // namespace evalbridge::oracle
