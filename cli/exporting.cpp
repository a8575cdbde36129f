#include "cli/exporting.hpp"

#include "cli/export_reason.hpp"
#include "cli/text.hpp"

#include <algorithm>
#include <ostream>

namespace evalbridge::cli {
namespace {

using namespace std::chrono_literals;

constexpr duration patience = 5min; ///< without a row
constexpr int most_breaks = 3;      ///< at the same place, in a row
constexpr duration first_delay = 1s;
constexpr duration longest_delay = 30s;
constexpr duration between_lines = 200ms;
constexpr std::size_t widest_line = 100; ///< `err` and `out` may be different terminals, so no width is known

class export_reader {
  public:
    export_reader(gateway& from, const console& to, const export_wish& wish, const export_sink& sink)
        : from_(from), to_(to), wish_(wish), sink_(sink), rows_(wish.form, wish.header && wish.had == 0),
          began_(from.now()), came_(began_), progress_(began_, wish.had, wish.total) {
        out_.rows = wish.had;
    }

    exported run() {
        while (!ended_) {
            const auto before = out_.rows;
            if (read_once())
                came_whole();
            else if (!ended_)
                bear(out_.rows > before);
        }
        clear_line();
        out_.took = from_.now() - began_;
        return std::move(out_);
    }

  private:
    /// True when the answer came to its end.
    bool read_once() {
        rows_.cut();
        reason_ = {};
        answering_ = false;
        if (wish_.form == row_form::document && opened_) {
            if (const auto failed = sink_.begin_anew(); !failed.empty()) {
                unwritten(failed);
                return false;
            }
        }
        const auto number = ++stream_;
        from_.open(number, target(), fields());
        for (;;) {
            auto got = from_.next(from_.now() + between_lines);
            switch (got.what) {
            case arrival::kind::nothing: break;
            case arrival::kind::interrupted: end(exported::end::interrupted); return false;
            case arrival::kind::opened:
                opened_ = answering_ = true;
                out_.run_terminal = got.got.run_terminal;
                break;
            case arrival::kind::bytes: take(got.bytes); break;
            case arrival::kind::ended: return !ended_;
            case arrival::kind::failed: failed(std::move(got.got)); return false;
            }
            if (ended_) {
                from_.leave(number);
                return false;
            }
            draw();
        }
    }

    void failed(answer got) {
        out_.failed = std::move(got);
        out_.failed.begun = answering_;
        if (const auto why = reason_.told(); answering_ && !why.empty())
            out_.failed.failure += ": " + why;
    }

    /// From behind the run's end an answer is as empty as from its very end: which it was, the row before tells.
    void came_whole() {
        if (row_before_)
            end(row_before_->rows() > 0 ? exported::end::whole : exported::end::overlong);
        else if (wish_.had > 0 && out_.rows == wish_.had)
            row_before_.emplace(wish_.form, false);
        else
            end(exported::end::whole);
    }

    /// Waits until it is worth asking again, or ends it.
    void bear(bool new_rows) {
        if (new_rows) {
            came_ = from_.now();
            delay_ = first_delay;
            breaks_ = 0;
        } else if (answering_ && ++breaks_ == most_breaks) {
            out_.failed.failure += ", " + std::to_string(most_breaks) + " times in a row at the same place";
        }
        const auto wait = std::max<duration>(delay_, out_.failed.retry_after.value_or(0ms));
        if (!may_go_on() || breaks_ == most_breaks || from_.now() + wait - came_ > patience)
            return end(exported::end::refused);
        clear_line();
        to_.err << "waiting: " << explain_briefly(out_.failed) << "; going on in " << seconds_text(wait) << std::endl;
        if (!from_.pause(wait))
            end(exported::end::interrupted);
        delay_ = std::min<duration>(delay_ * 2, longest_delay);
    }

    void take(std::string_view bytes) {
        if (row_before_) {
            row_before_->whole(bytes);
            return;
        }
        if (wish_.form == row_form::document)
            reason_.take(bytes);
        out_.begun = true;
        if (const auto failed = sink_.write(rows_.whole(bytes)); !failed.empty())
            unwritten(failed);
        out_.rows = wish_.had + rows_.rows();
    }

    std::string target() const {
        if (row_before_)
            return wish_.target + "&offset=" + std::to_string(wish_.had - 1);
        const bool begun = wish_.had > 0 || rows_.begun();
        if (!begun || wish_.form == row_form::document)
            return wish_.target;
        return wish_.target + "&offset=" + std::to_string(out_.rows);
    }

    request_fields fields() const {
        const auto seconds = std::chrono::ceil<std::chrono::seconds>(wish_.timeout).count();
        return {{"Accept", "*/*"}, {"Request-Timeout", std::to_string(seconds)}};
    }

    // Before anything has come nothing is lost by starting over, so the user is told at once.
    bool may_go_on() const {
        const bool can_begin_anew = wish_.form != row_form::document || sink_.begin_anew;
        return (opened_ || wish_.had > 0) && can_begin_anew && is_transient(out_.failed);
    }

    void end(exported::end how) {
        out_.how = how;
        ended_ = true;
    }
    void unwritten(std::string why) {
        out_.why = std::move(why);
        end(exported::end::unwritten);
    }

    void draw() {
        const auto now = from_.now();
        if (!wish_.shows_progress || wish_.form == row_form::document || (drawn_ && now - drew_ < between_lines))
            return;
        progress_.now_at(out_.rows, now);
        to_.err << '\r' << cut(progress_.line(now), widest_line) << "\x1b[K" << std::flush;
        drawn_ = true;
        drew_ = now;
    }
    void clear_line() {
        if (std::exchange(drawn_, false))
            to_.err << "\r\x1b[K" << std::flush;
    }

    gateway& from_;
    const console& to_;
    const export_wish& wish_;
    const export_sink& sink_;
    row_counter rows_;
    const time_point began_;
    time_point came_; ///< when a new row was had last
    duration delay_ = first_delay;
    int breaks_ = 0; ///< of answers, in a row, since a new row came
    export_progress progress_;
    exported out_;
    std::size_t stream_ = 0;
    time_point drew_;
    bool drawn_ = false;
    bool opened_ = false;    ///< the gateway has begun to answer, once
    bool answering_ = false; ///< it has begun to in this try
    bool ended_ = false;
    reason_at_end reason_;                  ///< of this try
    std::optional<row_counter> row_before_; ///< while the last row that was there already is asked for
};

} // namespace

exported read_export(gateway& from, const console& to, const export_wish& wish, const export_sink& sink) {
    return export_reader(from, to, wish, sink).run();
}

} // namespace evalbridge::cli
