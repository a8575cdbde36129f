#pragma once
// The fields of an answer's head. However many they are, they take two pieces of memory.

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace evalbridge {

/// Field names are compared without regard to ASCII case.
bool is_same_field_name(std::string_view a, std::string_view b);

class answer_fields {
  public:
    struct field {
        std::string_view name;
        std::string_view value;
    };
    class iterator {
      public:
        iterator(const answer_fields& of, std::size_t at) : of_(&of), at_(at) {}
        field operator*() const { return of_->at(at_); }
        iterator& operator++() {
            ++at_;
            return *this;
        }
        bool operator==(const iterator& other) const { return at_ == other.at_; }

      private:
        const answer_fields* of_;
        std::size_t at_;
    };

    answer_fields() = default;
    answer_fields(std::initializer_list<field> all);

    /// Room for so many more, of so many bytes together.
    void reserve(std::size_t fields, std::size_t bytes);
    void add(std::string_view name, std::string_view value);

    /// The value of the first one of that name.
    std::optional<std::string_view> find(std::string_view name) const;
    iterator begin() const { return {*this, 0}; }
    iterator end() const { return {*this, places_.size()}; }
    std::size_t size() const { return places_.size(); }
    /// What they take in memory, beside this object.
    std::size_t capacity() const;

  private:
    struct place {
        std::uint32_t name, value, end; ///< where they begin in `text_`
    };
    field at(std::size_t index) const {
        const std::string_view text = text_;
        const auto& p = places_[index];
        return {text.substr(p.name, p.value - p.name), text.substr(p.value, p.end - p.value)};
    }

    std::string text_;
    std::vector<place> places_;
};

} // namespace evalbridge
