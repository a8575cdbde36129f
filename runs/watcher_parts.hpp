#pragma once
// What a watcher holds: its seat in its shard's room, and how far it has read.

#include "runs/watch_board.hpp"

namespace evalbridge {

struct watcher::parts {
    parts(std::shared_ptr<watch_board> b, watch_board::joined j, const watch_hub::place& where, clock& time, logger& l,
          std::string id)
        : board(std::move(b)), entry(std::move(j.entry)), room(std::move(j.room)), fresh(j.fresh),
          executor(where.executor), log(l), request_id(std::move(id)), seat(std::make_shared<watch_seat>()) {
        seat->bell = time.make_alarm(executor);
        seat->draining = where.draining.given();
        seat->hears_drain = where.draining.on_given([&its = *seat] {
            its.draining = true;
            its.bell->wake();
        });
        in_room = room->seats.insert(room->seats.end(), seat.get());
    }
    void tell_lagging() const { log.info("watcher_lagging", {{"run_id", entry->run_id}, {"request_id", request_id}}); }
    parts(const parts&) = delete;
    parts& operator=(const parts&) = delete;
    ~parts() {
        room->seats.erase(in_room);
        board->leave(*entry, executor, listens);
    }

    const std::shared_ptr<watch_board> board;
    const std::shared_ptr<watch_entry> entry;
    const std::shared_ptr<watch_room> room;
    const bool fresh; ///< its watch has no poller yet
    const boost::asio::any_io_executor executor;
    logger& log;
    const std::string request_id;
    const std::shared_ptr<watch_seat> seat; ///< shared with whoever waits in it
    std::list<watch_seat*>::iterator in_room;
    bool listens = false;
    std::optional<std::string> last_event_id;
    std::optional<watched_run::position> at;
};

} // namespace evalbridge
