#pragma once
// Something that happens at most once, and that whoever waits wants to hear of at once: a client has gone, the gateway
// drains, its time is up. For one shard's thread.

#include <functional>
#include <list>
#include <memory>

namespace evalbridge {

class notice {
    struct state {
        bool given = false;
        std::list<std::function<void()>> listeners;
    };

  public:
    /// Stops listening when it goes. May outlive the notice.
    class listening {
      public:
        listening() = default;
        listening(listening&&) noexcept = default;
        listening& operator=(listening&& other) noexcept {
            stop();
            state_ = std::move(other.state_);
            at_ = other.at_;
            return *this;
        }
        ~listening() { stop(); }

      private:
        friend class notice;
        listening(std::shared_ptr<state> s, std::list<std::function<void()>>::iterator at)
            : state_(std::move(s)), at_(at) {}
        void stop() {
            if (state_ && !state_->given)
                state_->listeners.erase(at_);
            state_.reset();
        }
        std::shared_ptr<state> state_;
        std::list<std::function<void()>>::iterator at_;
    };

    notice() = default;
    notice(const notice&) = delete;
    notice& operator=(const notice&) = delete;

    bool given() const { return state_->given; }
    /// Calls every listener, once, in the order they came. Nothing the second time.
    void give() {
        if (state_->given)
            return;
        const auto kept = state_; // a listener may destroy the notice
        kept->given = true;
        for (auto& each : kept->listeners)
            each();
        kept->listeners.clear();
    }
    /// `hear` is called when the notice is given; never if it was given before, so look at `given` first. It wakes
    /// somebody up; it neither throws nor ends a listening of this notice.
    [[nodiscard]] listening on_given(std::function<void()> hear) {
        if (state_->given)
            return {};
        return {state_, state_->listeners.insert(state_->listeners.end(), std::move(hear))};
    }

  private:
    std::shared_ptr<state> state_ = std::make_shared<state>();
};

} // namespace evalbridge
