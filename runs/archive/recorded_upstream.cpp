#include "runs/archive/recorded_upstream.hpp"

#include "mapping/json_reader.hpp"
#include "mapping/json_writer.hpp"
#include "store/archive_rows.hpp"

namespace evalbridge {
namespace {

bool is_success(int status) { return status >= 200 && status < 300; }

/// Whether the same request may well be answered otherwise in a moment. Everything else is recorded.
bool is_passing(int status) {
    return status == 408 || status == 425 || status == 429 || (status >= 500 && status != 501);
}

/// The same of what isn't an answer. One that is too large or broken stays so.
bool is_passing(const error& why) { return why.code() != errc::provider_malformed; }

std::string to_json(const answer_fields& fields) {
    std::string out;
    json_writer writer(out);
    writer.begin_array();
    for (const auto each : fields)
        writer.begin_array().string(each.name).string(each.value).end_array();
    writer.end_array();
    return out;
}

answer_fields fields_of(const std::string& json) {
    answer_fields out;
    json_document document(json);
    document.root().each([&](json_reader& pair) {
        std::vector<std::string> texts;
        pair.each([&](json_reader& text) { texts.push_back(text.string()); });
        if (texts.size() == 2)
            out.add(texts[0], texts[1]);
    });
    return out;
}

// What isn't JSON is the text of a refusal at most, and may hold what a column can't.
std::string storable_body(const http_response& answer) {
    if (is_success(answer.status))
        return std::string(answer.body.view());
    json_document document(answer.body);
    document.root().raw();
    return document.failed() ? std::string() : std::string(answer.body.view());
}

} // namespace

boost::asio::awaitable<result<void>> recorded_upstream::record(const std::string& key, const http_response& answer) {
    archived_answer row{answer.status, to_json(answer.fields), storable_body(answer)};
    const auto unit = [archive = archive_, key, row = std::move(row), guard = guard_](connection& db) {
        const bool ours = !guard || guard(db);
        if (ours)
            record_answer(db, archive, key, row);
        return ours;
    };
    const auto written = co_await kept_.write(unit);
    if (!written)
        co_return written.error();
    if (!*written)
        co_return error(errc::conflict).because("somebody else archives this run now, or dropped it");
    co_return result<void>();
}

boost::asio::awaitable<result<http_response>> recorded_upstream::send(const http_request& request, const call& c) {
    if (request.method != http_method::get) {
        if (!inner_)
            co_return error(errc::provider_unavailable).because("The provider isn't asked any more.");
        co_return co_await inner_->send(request, c);
    }
    const auto key = "GET " + request.target;
    const auto find = [archive = archive_, key](connection& db) { return recorded_answer(db, archive, key); };
    auto recorded = co_await kept_.read(find);
    if (!recorded)
        co_return recorded.error();
    // A refusal may have been too early: while the vendor can be asked, it is asked again.
    if (*recorded && (is_success((*recorded)->status) || !inner_)) {
        http_response answer;
        answer.status = (*recorded)->status;
        answer.fields = fields_of((*recorded)->fields);
        answer.body = std::move((*recorded)->body);
        if (!change_ || !is_success(answer.status))
            co_return answer;
        // It may be from before anything was to be changed.
        auto changed = change_(std::string(answer.body.view()));
        if (changed == answer.body)
            co_return answer;
        answer.body = std::move(changed);
        if (const auto written = co_await record(key, answer); !written)
            co_return written.error();
        co_return answer;
    }
    if (!inner_) {
        open_.insert(key);
        co_return error(errc::provider_unavailable)
            .because("This was not among what the provider was asked when the run was archived.")
            .retryable(false);
    }
    auto answer = co_await inner_->send(request, c);
    if (answer ? is_passing(answer->status) : is_passing(answer.error())) {
        open_.insert(key);
        co_return answer;
    }
    open_.erase(key);
    if (!answer)
        co_return answer;
    if (change_ && is_success(answer->status))
        answer->body = change_(std::string(answer->body.view()));
    if (const auto written = co_await record(key, *answer); !written)
        co_return written.error();
    co_return answer;
}

} // namespace evalbridge
