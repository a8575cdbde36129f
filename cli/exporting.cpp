#include "cli/exporting.hpp"

#include "cli/text.hpp"

#include <algorithm>
#include <ostream>

namespace evalbridge::cli {
namespace {

using namespace std::chrono_literals;

constexpr duration patience = 5min; ///< without a row
constexpr duration first_delay = 1s;
constexpr duration longest_delay = 30s;
constexpr duration between_lines = 200ms;
constexpr std::size_t widest_line = 100; ///< `err` and `out` may be different terminals, so no width is known

class export_reader {
  public:
    export_reader(gateway& from, const console& to, const export_wish& wish, const export_sink& sink)
        : from_(from), to_(to), wish_(wish), sink_(sink), rows_(wish.form, wish.header && wish.had == 0),
          began_(from.now()), progress_(began_, wish.had, wish.total) {
        out_.rows = wish.had;
    }

    exported run() {
        duration delay = first_delay;
        auto came = began_; // when something was had last
        while (!ended_) {
            const auto before = out_.rows;
            const bool whole = read_once();
            if (whole || ended_)
                break;
            if (out_.rows > before || something_) {
                came = from_.now();
                delay = first_delay;
            }
            const auto wait = std::max<duration>(delay, out_.failed.retry_after.value_or(0ms));
            if (!may_go_on() || from_.now() + wait - came > patience) {
                out_.how = exported::end::refused;
                break;
            }
            tell("waiting: " + explain_briefly(out_.failed) + "; going on in " + seconds_text(wait));
            if (!from_.pause(wait))
                end(exported::end::interrupted);
            delay = std::min<duration>(delay * 2, longest_delay);
        }
        clear_line();
        out_.took = from_.now() - began_;
        return std::move(out_);
    }

  private:
    /// True when it is whole.
    bool read_once() {
        rows_.cut();
        something_ = false;
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
                opened_ = something_ = true;
                out_.run_terminal = got.got.run_terminal;
                break;
            case arrival::kind::bytes: take(got.bytes); break;
            case arrival::kind::ended: return !ended_;
            case arrival::kind::failed: out_.failed = std::move(got.got); return false;
            }
            if (ended_) {
                from_.leave(number);
                return false;
            }
            draw();
        }
    }

    void take(std::string_view bytes) {
        if (const auto failed = sink_.write(rows_.whole(bytes)); !failed.empty())
            unwritten(failed);
        out_.rows = wish_.had + rows_.rows();
    }

    std::string target() const {
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
    void tell(const std::string& text) {
        if (!wish_.shows_progress)
            return;
        clear_line();
        to_.err << text << std::endl;
    }

    gateway& from_;
    const console& to_;
    const export_wish& wish_;
    const export_sink& sink_;
    row_counter rows_;
    const time_point began_;
    export_progress progress_;
    exported out_;
    std::size_t stream_ = 0;
    time_point drew_;
    bool drawn_ = false;
    bool opened_ = false;    ///< the gateway has begun to answer, once
    bool something_ = false; ///< came of the last try
    bool ended_ = false;
};

} // namespace

exported read_export(gateway& from, const console& to, const export_wish& wish, const export_sink& sink) {
    return export_reader(from, to, wish, sink).run();
}

} // namespace evalbridge::cli
