#pragma once
// A text of the unified model. Most of what an answer of the gateway says stands in the vendor's answer already, so a
// page of objects needn't have copies of it: a text either owns its bytes or borrows them from the page's sources.
//
// Copying makes an owner; moving keeps a text as it is. So an object that is moved out of a page must not outlive the
// page, and a copy may.

#include "base/shared_text.hpp"

#include <compare>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace evalbridge {

class model_text {
    template <class T>
    static constexpr bool is_text =
        std::convertible_to<const T&, std::string_view> && !std::same_as<std::remove_cvref_t<T>, model_text>;

  public:
    model_text() = default;
    /// Owns a copy.
    template <class T>
        requires is_text<T>
    model_text(const T& text) : model_text(std::string_view(text), owner()) {}
    model_text(const model_text& other) : model_text(other.view(), owner()) { plain_ = other.plain_; }
    model_text(model_text&& other) noexcept
        : data_(std::exchange(other.data_, "")), size_(std::exchange(other.size_, 0)),
          owns_(std::exchange(other.owns_, false)), plain_(other.plain_) {}
    model_text& operator=(model_text other) noexcept {
        std::swap(data_, other.data_);
        std::swap(size_, other.size_);
        std::swap(owns_, other.owns_);
        std::swap(plain_, other.plain_);
        return *this;
    }
    ~model_text() {
        if (owns_)
            delete[] data_;
    }

    /// Points at bytes that somebody else keeps. `plain`: they are known to be UTF-8 that stands in a JSON string as it
    /// is, without an escape.
    static model_text borrowed(std::string_view bytes, bool plain = false) noexcept {
        model_text out;
        out.data_ = bytes.data();
        out.size_ = checked_size(bytes.size());
        out.plain_ = plain;
        return out;
    }
    /// Another one that points at the same bytes, for as long as this one, or what it borrows from, lives.
    model_text alias() const noexcept { return borrowed(view(), plain_); }

    operator std::string_view() const noexcept { return {data_, size_}; }
    operator std::string() const { return std::string(view()); }
    std::string_view view() const noexcept { return {data_, size_}; }
    const char* data() const noexcept { return data_; }
    std::size_t size() const noexcept { return size_; }
    bool empty() const noexcept { return size_ == 0; }
    bool is_plain() const noexcept { return plain_; }

    template <std::convertible_to<std::string_view> T>
    friend bool operator==(const model_text& a, const T& b) noexcept {
        return a.view() == std::string_view(b);
    }
    template <std::convertible_to<std::string_view> T>
    friend std::strong_ordering operator<=>(const model_text& a, const T& b) noexcept {
        return a.view() <=> std::string_view(b);
    }
    template <std::convertible_to<std::string_view> T> friend std::string operator+(const model_text& a, const T& b) {
        return std::string(a.view()).append(std::string_view(b));
    }
    friend std::string operator+(std::string a, const model_text& b) { return std::move(a.append(b.view())); }
    friend std::ostream& operator<<(std::ostream& out, const model_text& text) { return out << text.view(); }

  private:
    struct owner {};
    model_text(std::string_view bytes, owner) : size_(checked_size(bytes.size())), owns_(size_ > 0) {
        if (!owns_)
            return;
        auto* copy = new char[size_];
        std::memcpy(copy, bytes.data(), size_);
        data_ = copy;
    }
    static std::uint32_t checked_size(std::size_t size) {
        if (size > UINT32_MAX)
            throw std::length_error("a text of the model beyond 4 GiB");
        return static_cast<std::uint32_t>(size);
    }

    const char* data_ = "";
    std::uint32_t size_ = 0;
    bool owns_ = false;
    bool plain_ = false;
};

/// What the texts of objects borrow from: the answer that they were read from, and the texts that were made for them.
/// Shared by the pages that hold such objects. Not for several threads at once.
class text_source {
  public:
    text_source() = default;
    /// Keeps the answer, too, for texts to point into.
    explicit text_source(shared_text answer) : answer_(std::move(answer)) {}
    text_source(const text_source&) = delete;
    text_source& operator=(const text_source&) = delete;

    /// Room for a text of at most `size` bytes; `made` says how much of it was used.
    char* room(std::size_t size) {
        if (static_cast<std::size_t>(end_ - at_) < size)
            grow(size);
        return at_;
    }
    model_text made(char* end, bool plain) noexcept {
        const std::string_view bytes(at_, static_cast<std::size_t>(end - at_));
        at_ = end;
        return model_text::borrowed(bytes, plain);
    }
    /// A copy here, and a text that borrows it.
    model_text keep(std::string_view bytes, bool plain = false) {
        char* to = room(bytes.size());
        if (!bytes.empty())
            std::memcpy(to, bytes.data(), bytes.size());
        return made(to + bytes.size(), plain);
    }

  private:
    void grow(std::size_t size) {
        constexpr std::size_t block = 64 * 1024;
        const auto take = size > block / 4 ? size : block;
        blocks_.push_back(std::make_unique_for_overwrite<char[]>(take));
        at_ = blocks_.back().get();
        end_ = at_ + take;
    }

    shared_text answer_;
    std::vector<std::unique_ptr<char[]>> blocks_;
    char* at_ = nullptr;
    char* end_ = nullptr;
};

/// A text for one more object of the same source; without a source, a copy that owns.
inline model_text shared(const model_text& text, const text_source* texts) { return texts ? text.alias() : text; }
inline std::optional<model_text> shared(const std::optional<model_text>& text, const text_source* texts) {
    return text ? std::optional(shared(*text, texts)) : std::nullopt;
}
/// A text for several objects to share.
inline model_text kept(std::string_view text, text_source* texts) {
    return texts ? texts->keep(text) : model_text(text);
}

} // namespace evalbridge

template <> struct std::hash<evalbridge::model_text> {
    std::size_t operator()(const evalbridge::model_text& text) const noexcept {
        return std::hash<std::string_view>()(text.view());
    }
};
