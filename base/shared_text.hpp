#pragma once
// A text that is written once and then shared: the body of an answer, which the cache, those who wait for the same
// answer and the objects that were read from it hold together.

#include "base/text_stock.hpp"

#include <concepts>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

namespace evalbridge {

class shared_text {
  public:
    shared_text() = default;
    shared_text(std::string text) : text_(std::make_shared<const room>(std::move(text))) {}
    shared_text(std::string_view text) : shared_text(std::string(text)) {}
    shared_text(const char* text) : shared_text(std::string(text)) {}

    operator std::string_view() const noexcept { return text_ ? std::string_view(text_->text) : std::string_view(); }
    std::string_view view() const noexcept { return *this; }
    std::size_t size() const noexcept { return view().size(); }
    bool empty() const noexcept { return view().empty(); }
    /// What it takes in memory, for all who share it together.
    std::size_t capacity() const noexcept { return text_ ? text_->text.capacity() : 0; }

    template <std::convertible_to<std::string_view> T>
    friend bool operator==(const shared_text& a, const T& b) noexcept {
        return a.view() == std::string_view(b);
    }
    friend std::ostream& operator<<(std::ostream& out, const shared_text& text) { return out << text.view(); }

  private:
    struct room {
        explicit room(std::string t) : text(std::move(t)) {}
        ~room() { text_stock::give_back(std::move(text)); }
        room(const room&) = delete;
        room& operator=(const room&) = delete;
        std::string text;
    };
    std::shared_ptr<const room> text_;
};

} // namespace evalbridge
