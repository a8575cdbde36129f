#pragma once
// Who is next, where several clients share something: in turn by client, first in first out within each, so that
// whoever sends a thousand requests waits for its own and not everybody for them. For one shard's thread.

#include <cstddef>
#include <deque>
#include <list>
#include <map>
#include <optional>
#include <string>

namespace evalbridge {

template <class T> class fair_queue {
  public:
    void push(const std::string& client, T item) {
        auto& line = lines_[client];
        if (line.empty())
            turns_.push_back(client);
        line.push_back(std::move(item));
        ++size_;
    }
    /// The first of the client whose turn it is. Nothing when it is empty.
    std::optional<T> pop() {
        if (turns_.empty())
            return {};
        auto client = std::move(turns_.front());
        turns_.pop_front();
        const auto at = lines_.find(client);
        T item = std::move(at->second.front());
        at->second.pop_front();
        --size_;
        if (at->second.empty())
            lines_.erase(at);
        else
            turns_.push_back(std::move(client));
        return item;
    }
    /// Takes one out that doesn't want to wait any more. False when it isn't there.
    bool remove(const std::string& client, const T& item) {
        const auto at = lines_.find(client);
        if (at == lines_.end())
            return false;
        auto& line = at->second;
        for (auto each = line.begin(); each != line.end(); ++each)
            if (*each == item) {
                line.erase(each);
                --size_;
                if (line.empty()) {
                    lines_.erase(at);
                    turns_.remove(client);
                }
                return true;
            }
        return false;
    }
    /// Takes out the newest of the longest line, to make room for another of that client: where its line, with that one
    /// in it, would still be shorter. Nothing where it wouldn't.
    std::optional<T> displace_for(const std::string& client) {
        auto longest = lines_.end();
        for (auto each = lines_.begin(); each != lines_.end(); ++each)
            if (longest == lines_.end() || each->second.size() > longest->second.size())
                longest = each;
        if (longest == lines_.end() || size_of(client) + 1 >= longest->second.size())
            return {};
        // It has more than one, so its client keeps its turn.
        T item = std::move(longest->second.back());
        longest->second.pop_back();
        --size_;
        return item;
    }
    template <class F> void for_each(F&& look) const {
        for (const auto& [client, line] : lines_)
            for (const auto& each : line)
                look(each);
    }
    std::size_t size() const { return size_; }
    /// How many of this client's wait.
    std::size_t size_of(const std::string& client) const {
        const auto at = lines_.find(client);
        return at == lines_.end() ? 0 : at->second.size();
    }

  private:
    std::map<std::string, std::deque<T>> lines_; ///< no empty ones
    std::list<std::string> turns_;
    std::size_t size_ = 0;
};

} // namespace evalbridge
