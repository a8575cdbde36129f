#include "adapters/staso/verdict_walk.hpp"

#include "adapters/staso/encode.hpp"

#include <algorithm>
#include <functional>

namespace evalbridge::staso {

bool ends_list(std::uint64_t read_through, std::uint32_t asked, std::size_t received, std::size_t shown_to_serve,
               std::optional<std::uint64_t> total) {
    if (received == 0)
        return true;
    if (total && *total >= read_through)
        return *total == read_through;
    return received < asked && received < shown_to_serve;
}

boost::asio::awaitable<result<verdict_walk::piece>> verdict_walk::next(std::uint32_t limit, std::uint64_t needed,
                                                                       const call& c) {
    const verdict_query query{from_.passed, offset_, limit};
    const auto request = encode_verdicts(from_.native_id, query, from_.settings);
    const auto named = c.named("list_verdicts");
    auto answer = co_await from_.vendor.send(request, operation::list_verdicts, named);
    if (!answer)
        co_return std::move(answer).error();
    const auto source = texts_ == texts::borrowed ? std::make_shared<text_source>(answer->body) : nullptr;
    auto context = from_.context;
    context.texts = source.get();
    auto rows = decode_verdicts(answer->body, from_.native_id, context);
    auto read = rows ? take(std::move(*rows), limit, needed) : result<piece>(std::move(rows).error());
    if (read)
        read->texts = source;
    co_return from_.vendor.understood(request, named, std::move(*answer), std::move(read), c.run_has_ended);
}

result<verdict_walk::piece> verdict_walk::take(verdict_rows&& answer, std::uint32_t asked, std::uint64_t needed) {
    // One that passes `limit` over would let a walk go on without an end, past what may be read for one answer.
    if (answer.rows.size() > asked)
        return error(errc::provider_malformed).because("The provider listed more verdicts than it was asked for.");
    // Offsets count in the filtered list, so a vendor that didn't filter makes every page wrong.
    const auto filtered = [&](const verdict& v) { return !from_.passed || v.measured.passed == from_.passed; };
    if (!std::ranges::all_of(answer.rows, filtered))
        return error(errc::provider_malformed).because("The provider listed verdicts that its filter leaves out.");

    piece read;
    read.offset = offset_;
    read.rows = std::move(answer.rows);
    const auto received = read.rows.size();
    offset_ += received;
    ended_ = ends_list(offset_, asked, received, from_.shown_to_serve, answer.total);
    from_.shown_to_serve = std::max(from_.shown_to_serve, received);
    // Behind the end nothing is received, and the total is what lies before.
    total_ = answer.total && (received > 0 ? *answer.total >= offset_ : *answer.total <= offset_) ? answer.total
                                                                                                  : std::nullopt;
    if (needed != whole_list && met_.empty() && (ended_ || received >= needed))
        return read;
    const auto fresh = mark_repeated(read);
    if (received > 0 && fresh == 0) { // the vendor serves the same rows over and over
        ended_ = true;
        total_.reset();
    }
    return read;
}

std::size_t verdict_walk::mark_repeated(piece& read) {
    std::size_t repeats = 0;
    for (std::size_t i = 0; i < read.rows.size(); ++i) {
        if (met_.insert(std::hash<model_text>()(read.rows[i].id)).second)
            continue;
        read.repeated.resize(read.rows.size());
        read.repeated[i] = true;
        ++repeats;
    }
    repeated_ += repeats;
    return read.rows.size() - repeats;
}

} // namespace evalbridge::staso
