#include "runs/watch_roster.hpp"

#include "store/leases.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace evalbridge {
namespace {

using namespace std::chrono_literals;
using boost::asio::awaitable;

constexpr duration look_without_news = 500ms;
constexpr duration look_with_news = 2s; ///< what was lost on the way, and runs whose watcher has died
/// Another replica that thought itself alone has learned of this one by then, and claimed what it watches.
constexpr duration newcomer_waits = replica_heartbeat + 500ms;
constexpr duration blind_for = 12s;
constexpr duration rest_after_failure = 1s;
/// A watch that nobody waits for is let go of after that: what it saw last is in the store by then.
constexpr duration rests_for = 1s;
/// News may come before what it speaks of has been committed.
constexpr duration look_for_expected = 50ms;
constexpr duration expected_for = 1s;

// A word of news: who tells it, `c` for a run that has changed or `l` for one to be looked at, and the run's id.
std::string word(const std::string& self, char kind, const std::string& run_id) {
    return self + ' ' + kind + ' ' + run_id;
}

} // namespace

watch_roster::watch_roster(const replica_identity& self, const membership& members, std::shared_ptr<watch_board> board,
                           store& kept, const news_listener& news, run_memory& memory, clock& time, logger& log)
    : self_(self.id), members_(members), board_(std::move(board)), kept_(kept), news_(news), memory_(memory),
      time_(time), log_(log), began_(time.now()), reached_(began_) {}

void watch_roster::begin() {
    board_->set_alone(members_.replicas() == 1);
    board_->attend([this] { wake(); });
}

awaitable<void> watch_roster::run(boost::asio::any_io_executor executor) {
    const std::shared_ptr<alarm> bell = time_.make_alarm(executor);
    {
        const std::lock_guard lock(bell_mutex_);
        at_ = executor;
        bell_ = bell;
    }
    while (!stopped_) {
        bool reached = false;
        try {
            reached = co_await step();
        } catch (const std::exception& e) {
            log_.error("roster_threw", {{"what", e.what()}});
        }
        const auto now = time_.now();
        co_await bell->wait_until(reached ? next_look(now) : now + rest_after_failure);
    }
    board_->attend({});
    const std::lock_guard lock(bell_mutex_);
    bell_.reset();
}

awaitable<bool> watch_roster::step() {
    const bool alone = members_.replicas() == 1;
    board_->set_alone(alone);
    bool reached = true;
    if (auto next = what_to_settle(); !next.empty())
        reached = co_await settle(std::move(next));
    if (reached && !alone && look_due(time_.now()))
        reached = co_await follow();
    if (!reached)
        store_is_away();
    co_return reached;
}

void watch_roster::wake() {
    const std::lock_guard lock(bell_mutex_);
    if (bell_)
        boost::asio::post(at_, [bell = bell_] { bell->wake(); });
}

void watch_roster::stop() {
    stopped_ = true;
    wake();
}

void watch_roster::heard(std::string_view text) {
    const auto sender = text.substr(0, text.find(' '));
    if (sender == self_ || text.size() < sender.size() + 4)
        return;
    const auto kind = text[sender.size() + 1];
    if (kind == 'l')
        board_->look_if_ours(std::string(text.substr(sender.size() + 3)));
    std::string run_id(text.substr(sender.size() + 3));
    if (kind != 'c' || !board_->follows(run_id))
        return;
    {
        const std::lock_guard lock(bell_mutex_);
        told_.push_back(std::move(run_id));
    }
    wake();
}

bool watch_roster::is_new_among_others() const { return time_.now() < began_ + newcomer_waits; }

bool watch_roster::look_due(time_point now) {
    std::vector<std::string> told;
    {
        const std::lock_guard lock(bell_mutex_);
        told = std::exchange(told_, {});
    }
    for (auto& each : told)
        expected_[std::move(each)] = now + expected_for;
    std::erase_if(expected_, [&](const auto& each) { return each.second <= now; });
    return !told.empty() || next_look(now) <= now;
}

time_point watch_roster::next_look(time_point now) const {
    if (members_.replicas() == 1)
        return now + look_with_news; // nobody to look for; whatever changes that wakes us
    if (!vacant_.empty())
        return now; // it is claimed at once
    auto next = looked_ + (news_.hears() || !following_ ? look_with_news : look_without_news);
    if (is_new_among_others())
        next = std::min(next, began_ + newcomer_waits);
    if (!expected_.empty())
        next = std::min(next, looked_ + look_for_expected);
    for (const auto& [id, since] : resting_)
        next = std::min(next, std::max(since + rests_for, now));
    return next;
}

watch_roster::claims watch_roster::what_to_settle() {
    claims out;
    out.tell = board_->take_news();
    const bool alone = members_.replicas() == 1;
    std::set<std::string> wanted;
    following_ = false;
    for (auto& each : board_->roster()) {
        if (!each.wanted)
            continue;
        wanted.insert(each.run_id);
        following_ = following_ || each.duty != watch_duty::ours;
        const bool free = each.duty != watch_duty::theirs || vacant_.contains(each.run_id);
        if (!alone && free && !held_.contains(each.run_id) && !is_new_among_others())
            out.claim.insert(each.run_id);
    }
    vacant_.clear();
    const auto now = time_.now();
    std::erase_if(resting_,
                  [&](const auto& each) { return wanted.contains(each.first) || !held_.contains(each.first); });
    for (const auto& id : held_)
        if (!wanted.contains(id) && now >= resting_.try_emplace(id, now).first->second + rests_for)
            out.release.push_back(id);
    return out;
}

awaitable<bool> watch_roster::settle(claims what) {
    const bool tells = news_.hears();
    auto unit = [self = self_, what, tells, now = store_now(time_)](connection& db) {
        release_watches(db, self, what.release);
        claim_watches(db, self, what.claim, now);
        std::vector<std::string> words;
        for (const auto& each : what.tell.look) {
            ask_to_look(db, each, now);
            words.push_back(word(self, 'l', each));
        }
        for (const auto& each : what.tell.changed)
            words.push_back(word(self, 'c', each));
        if (tells)
            tell_news(db, words);
        return watches_of(db, self);
    };
    const auto own = co_await kept_.write(std::move(unit));
    if (!own)
        co_return false;
    reached_ = time_.now();
    for (const auto& each : what.release)
        board_->settle_rested(each);
    for (const auto& each : what.claim)
        board_->settle(each, own->contains(each) ? watch_duty::ours : watch_duty::theirs);
    held_.clear();
    for (const auto& [id, asked] : *own)
        held_.insert(id);
    if (!what.claim.empty())
        looked_ = {}; // what the others have seen of those that are theirs
    co_return true;
}

std::vector<std::string> watch_roster::theirs() const {
    std::vector<std::string> out;
    for (auto& each : board_->roster())
        if (each.wanted && each.duty != watch_duty::ours)
            out.push_back(std::move(each.run_id));
    return out;
}

awaitable<bool> watch_roster::follow() {
    auto ids = theirs();
    looked_ = time_.now();
    const auto asked = looked_;
    const auto is_followed = [&](const std::string& id) { return std::ranges::find(ids, id) != ids.end(); };
    std::erase_if(marks_, [&](const auto& each) { return !is_followed(each.first); });
    std::erase_if(expected_, [&](const auto& each) { return !is_followed(each.first); });
    auto unit = [self = self_, ids, known = marks_](connection& db) {
        sightings out;
        out.own = watches_of(db, self);
        out.watched = watched_of(db, ids); // before the marks: who stops watching has recorded what he saw
        out.marks = marks_of(db, ids);
        for (const auto& [id, mark] : out.marks) {
            const auto before = known.find(id);
            if (before != known.end() && before->second == mark)
                continue;
            if (auto record = find_run_record(db, id))
                out.changed.push_back(std::move(record->shown));
        }
        return out;
    };
    const auto found = co_await kept_.read(std::move(unit));
    if (!found)
        co_return false;
    reached_ = time_.now();
    take(*found, ids, asked);
    co_return true;
}

void watch_roster::take(const sightings& found, const std::vector<std::string>& asked_for, time_point asked) {
    std::set<std::string> ended;
    for (auto r : found.changed) {
        memory_.recall(r);
        expected_.erase(r.id);
        if (is_terminal(r.status))
            ended.insert(r.id);
        const auto id = r.id;
        board_->followed(id, make_sighting(std::move(r)), asked);
    }
    marks_ = found.marks;
    for (const auto& id : asked_for)
        if (!found.watched.contains(id) && !ended.contains(id))
            vacant_.insert(id);
    for (const auto& id : held_)
        if (!found.own.contains(id))
            board_->settle(id, watch_duty::unsettled); // it was taken for dead
    held_.clear();
    for (const auto& [id, at] : found.own) {
        held_.insert(id);
        auto& before = asked_[id];
        if (at > before)
            board_->look_if_ours(id);
        before = at;
    }
    std::erase_if(asked_, [&](const auto& each) { return !found.own.contains(each.first); });
}

void watch_roster::store_is_away() {
    const bool blind = time_.now() >= reached_ + blind_for;
    std::size_t alone_with = 0;
    for (const auto& each : board_->roster()) {
        if (!each.wanted || each.duty == watch_duty::ours || (each.duty == watch_duty::theirs && !blind))
            continue;
        board_->settle(each.run_id, watch_duty::ours);
        ++alone_with;
    }
    if (alone_with > 0)
        log_.warning("watching_without_store", {{"runs", alone_with}});
}

} // namespace evalbridge
