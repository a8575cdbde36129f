#pragma once
// An object of client JSON, read member by member, with every fault collected and every member that nobody asked for
// refused in the end.

#include "base/error.hpp"
#include "mapping/scope.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <functional>

namespace evalbridge {

class spec_members {
  public:
    /// `pointer` is where the object stands in the body. All three must stay.
    spec_members(const boost::json::object& object, std::string pointer, std::vector<input_fault>& faults)
        : object_(object), pointer_(std::move(pointer)), faults_(faults) {}

    bool has(std::string_view key) const { return object_.contains(key); }
    std::size_t size() const { return object_.size(); }
    /// Keeps `refuse_others` from refusing a member that is there and isn't read.
    void allow(std::string_view key) { known_.push_back(key); }
    /// A fault where the member isn't there.
    void require(std::string_view key);

    /// A member as text of at most `longest` characters (code points). Empty where it isn't there or was refused, as
    /// are the following.
    std::optional<std::string> text(std::string_view key, std::size_t longest);
    /// Text that isn't empty, at most 512 characters, none of them a control character.
    std::optional<std::string> id(std::string_view key);
    std::optional<std::string> id_of(const boost::json::value& value, const std::string& pointer);
    std::optional<std::int64_t> integer(std::string_view key, std::int64_t least, std::int64_t most);
    std::optional<spec_members> object(std::string_view key);
    /// f(value, pointer) for every element of an array.
    void elements(std::string_view key, const std::function<void(const boost::json::value&, const std::string&)>& f);
    /// f(name, value) for every member of this object, all of which are known then.
    void each(const std::function<void(std::string_view, const boost::json::value&)>& f);
    /// `value`, an object that stands at `pointer`.
    spec_members inside(const boost::json::value& value, std::string pointer) const {
        return {value.get_object(), std::move(pointer), faults_};
    }

    void refuse(std::string_view key, std::string why); ///< a fault at a member
    void refuse_object(std::string why);                ///< at this object
    void refuse_at(std::string pointer, std::string why);
    /// A fault for every member that wasn't asked for.
    void refuse_others();

  private:
    const boost::json::value* find(std::string_view key);
    std::string pointer_to(std::string_view key) const;

    const boost::json::object& object_;
    std::string pointer_;
    std::vector<input_fault>& faults_;
    std::vector<std::string_view> known_;
};

/// The object as a scope, which must have exactly one of the shapes. Empty where it was refused.
std::optional<scope> read_scope(spec_members& members);

} // namespace evalbridge
