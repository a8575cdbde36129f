#include "runs/archive/generation_writer.hpp"

#include "mapping/write.hpp"

#include <map>
#include <utility>

namespace evalbridge {
namespace {

template <class T> std::string to_json(const T& object) {
    std::string out;
    json_writer writer(out);
    write(writer, object);
    return out;
}

/// What a verdict's result is where the vendor has no results of its own.
run_result result_named_by(const verdict& v) {
    run_result r;
    r.id = v.result_id;
    r.run_id = v.run_id;
    r.trace_id = v.trace_id;
    return r;
}

} // namespace

generation_writer::generation_writer(store& kept, generation_key key, std::function<bool(connection&)> guard)
    : kept_(kept), key_(key), guard_(std::move(guard)) {}

boost::asio::awaitable<result<void>> generation_writer::write(std::function<std::int64_t(connection&)> unit) {
    std::function<std::int64_t(connection&)> guarded = [unit = std::move(unit), guard = guard_](connection& db) {
        return guard(db) ? unit(db) : std::int64_t(-1);
    };
    const auto written = co_await kept_.write(std::move(guarded));
    if (!written)
        co_return written.error();
    if (*written < 0)
        co_return error(errc::conflict).because("somebody else archives this run now");
    bytes_ += *written;
    co_return result<void>();
}

void generation_writer::add_row(const verdict& v, std::int64_t of_result) {
    const auto kind = kinds_.number_of(v);
    auto& row = rows_.verdicts.emplace_back(archived_verdict{verdicts_++, of_result, kind, to_json(v)});
    held_ += row.body.size();
    block_.add(kind);
    if (block_.size() == block_size)
        rows_.blocks.push_back(block_.take(verdicts_ / block_size - 1));
}

boost::asio::awaitable<result<void>> generation_writer::add(run_result&& r) {
    const auto position = results_++;
    for (const auto& each : r.verdicts)
        add_row(each, position);
    r.verdicts.clear();
    auto& row = rows_.results.emplace_back(archived_result{position, r.id, r.trace_id, to_json(r)});
    held_ += row.body.size();
    if (is_full())
        co_return co_await flush();
    co_return result<void>();
}

boost::asio::awaitable<result<void>> generation_writer::add(verdict&& v) {
    unplaced_.push_back(std::as_const(v)); // a copy owns its texts: it outlives the page that v borrows from
    if (unplaced_.size() < most_rows)
        co_return result<void>();
    co_return co_await flush();
}

boost::asio::awaitable<result<void>> generation_writer::place_verdicts() {
    std::vector<std::string> ids;
    std::map<std::string, std::optional<std::int64_t>, std::less<>> positions;
    for (const auto& each : unplaced_)
        if (positions.emplace(each.result_id, std::nullopt).second)
            ids.push_back(each.result_id);
    const auto find = [key = key_, ids](connection& db) { return positions_of_results(db, key, ids); };
    const auto found = co_await kept_.read(find);
    if (!found)
        co_return found.error();
    for (std::size_t i = 0; i < ids.size(); ++i)
        positions[ids[i]] = (*found)[i];
    for (const auto& each : unplaced_) {
        auto& position = positions[each.result_id];
        if (!position) {
            position = results_++;
            const auto named = result_named_by(each);
            rows_.results.push_back(archived_result{*position, named.id, named.trace_id, to_json(named)});
        }
        add_row(each, *position);
    }
    unplaced_.clear();
    co_return result<void>();
}

boost::asio::awaitable<result<void>> generation_writer::flush() {
    if (!unplaced_.empty())
        if (auto placed = co_await place_verdicts(); !placed)
            co_return placed.error();
    rows_.kinds = kinds_.take_fresh();
    held_ = 0;
    const auto rows = std::make_shared<const batch>(std::exchange(rows_, {})); // shared with the store's thread
    std::function<std::int64_t(connection&)> unit = [key = key_, rows](connection& db) {
        auto bytes = insert_kinds(db, key, rows->kinds);
        bytes += insert_results(db, key, rows->results);
        bytes += insert_verdicts(db, key, rows->verdicts);
        for (const auto& each : rows->blocks)
            bytes += insert_block(db, key, 'v', each);
        return bytes;
    };
    co_return co_await write(std::move(unit));
}

boost::asio::awaitable<result<void>> generation_writer::add_document(std::string name, std::string body) {
    std::function<std::int64_t(connection&)> unit = [key = key_, name = std::move(name),
                                                     body = std::move(body)](connection& db) {
        return insert_document(db, key, name, body);
    };
    co_return co_await write(std::move(unit));
}

boost::asio::awaitable<result<void>> generation_writer::finish() {
    if (auto flushed = co_await flush(); !flushed)
        co_return flushed.error();
    if (block_.size() > 0) {
        rows_.blocks.push_back(block_.take(verdicts_ / block_size));
        if (auto flushed = co_await flush(); !flushed)
            co_return flushed.error();
    }
    co_return co_await write_result_blocks();
}

boost::asio::awaitable<result<void>> generation_writer::write_result_blocks() {
    for (std::int64_t block = 0; block * block_size < results_; ++block) {
        const auto count = std::min(block_size, results_ - block * block_size);
        std::function<std::int64_t(connection&)> unit = [key = key_, block, count](connection& db) {
            result_block gathered;
            for (const auto& each : kinds_of_results(db, key, block * block_size, count))
                gathered.add(each);
            return insert_block(db, key, 'r', gathered.take(block));
        };
        if (auto written = co_await write(std::move(unit)); !written)
            co_return written.error();
    }
    co_return result<void>();
}

} // namespace evalbridge
