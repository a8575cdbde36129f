#include "mapping/json_index.hpp"
#include "mapping/json_pointer.hpp"
#include "mapping/json_reader.hpp"
#include "mapping/json_scalar.hpp"

namespace evalbridge {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

} // namespace

json_document::json_document(std::string_view body, text_source* texts)
    : body_(body), texts_(texts), index_(json_index::take()) {
    if (body_.starts_with(byte_order_mark))
        body_.remove_prefix(byte_order_mark.size());
    if (auto fault = index_->build(body_); !fault.empty())
        fail({}, std::move(fault));
    tokens_ = index_->tokens;
    ends_ = index_->ends.data();
}

json_document::~json_document() { json_index::give_back(std::move(index_)); }

json_reader json_document::root() { return {*this, failed() ? none : 0, none}; }

result<void> json_document::finish() {
    if (failed_)
        return *failed_;
    return {};
}

void json_document::fail(std::string path, std::string why) {
    if (!failed_)
        failed_ = error(errc::provider_malformed).at(path).because(std::move(why));
}

std::string_view json_document::token(std::uint32_t index) const { return json_token(tokens_, body_, index); }

std::optional<std::string_view> json_document::name(std::uint32_t key, std::string& buffer) const {
    const auto quoted = token(key);
    if (quoted.find('\\') == std::string_view::npos)
        return quoted.substr(1, quoted.size() - 2);
    buffer.clear();
    return append_unescaped(buffer, quoted.substr(1, quoted.size() - 2)) ? std::optional<std::string_view>(buffer)
                                                                         : std::nullopt;
}

bool json_document::longer_name_is(std::uint32_t key, std::string_view wanted) const {
    const auto quoted = token(key);
    if (quoted.size() == wanted.size() + 2) // there was space before the colon
        return quoted.substr(1, wanted.size()) == wanted && wanted.find('\\') == std::string_view::npos;
    if (quoted.find('\\') == std::string_view::npos)
        return false;
    std::string buffer;
    return name(key, buffer) == wanted;
}

void json_document::note_names(std::uint32_t object) {
    auto& known = known_[object % most_known];
    if (known.object == object)
        return;
    known = {object, {}};
    for (auto key = object + 1; key < ends_[object]; key = ends_[key + 2] + 2) {
        const auto quoted = token(key);
        const auto name = quoted.substr(1, quoted.size() - 2);
        if (name.find('\\') != std::string_view::npos) {
            known.bits.fill(~std::uint64_t(0)); // it may be any
            return;
        }
        const auto bit = name_bit(name);
        known.bits[bit / 64] |= std::uint64_t(1) << (bit % 64);
    }
}

// Only for a fault, so it looks for the value from the root rather than have every reader carry its way there. Whatever
// lies on the way has been walked, and so checked, before.
std::string json_document::path_of(std::uint32_t token) const {
    std::string path;
    std::string buffer;
    for (std::uint32_t container = 0; container < token && token != none;) {
        const bool is_object = at(container) == '{';
        const auto close = end_of(container);
        std::size_t position = 0;
        auto child = container + 1;
        for (; child < close; ++position) {
            const auto value = is_object ? child + 2 : child;
            if (value >= close)
                return path;
            const auto last = end_of(value);
            if (token <= last) {
                append_pointer(path, is_object ? std::string(name(child, buffer).value_or(std::string_view()))
                                               : std::to_string(position));
                container = value;
                break;
            }
            child = last + 2; // past the comma
        }
        if (child >= close)
            return path;
    }
    return path;
}

} // namespace evalbridge
