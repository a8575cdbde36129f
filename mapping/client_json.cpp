#include "mapping/json_index.hpp"
#include "mapping/json_pointer.hpp"
#include "mapping/run_spec.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>

#include <cmath>
#include <unordered_set>

namespace evalbridge {
namespace {

namespace json = boost::json;

constexpr std::size_t max_depth = 32;
/// Enough to mend a body by; a hostile one could have a fault every few bytes.
constexpr std::size_t most_faults = 20;

/// Builds the value as Boost.JSON's own handler does, and keeps track of where it is, for what that one lets pass: a
/// member given twice and a number that became infinite.
class handler {
  public:
    static constexpr std::size_t max_object_size = SIZE_MAX;
    static constexpr std::size_t max_array_size = SIZE_MAX;
    static constexpr std::size_t max_key_size = SIZE_MAX;
    static constexpr std::size_t max_string_size = SIZE_MAX;

    using ec = json::error_code;

    bool on_document_begin(ec&) {
        values_.reset();
        return true;
    }
    bool on_document_end(ec&) { return true; }
    bool on_object_begin(ec&) { return begin(true); }
    bool on_object_end(std::size_t size, ec&) {
        values_.push_object(size);
        return end();
    }
    bool on_array_begin(ec&) { return begin(false); }
    bool on_array_end(std::size_t size, ec&) {
        values_.push_array(size);
        return end();
    }
    bool on_key_part(json::string_view part, std::size_t, ec&) {
        values_.push_chars(part);
        key_.append(part.data(), part.size());
        return true;
    }
    bool on_key(json::string_view part, std::size_t, ec&) {
        values_.push_key(part);
        key_.append(part.data(), part.size());
        auto& object = open_.back();
        object.key = std::move(key_);
        key_.clear();
        if (!object.names.insert(object.key).second)
            refuse("this member is given twice");
        return true;
    }
    bool on_string_part(json::string_view part, std::size_t, ec&) {
        values_.push_chars(part);
        return true;
    }
    bool on_string(json::string_view part, std::size_t, ec&) {
        values_.push_string(part);
        return done();
    }
    bool on_number_part(json::string_view, ec&) { return true; }
    bool on_int64(std::int64_t number, json::string_view, ec&) {
        values_.push_int64(number);
        return done();
    }
    bool on_uint64(std::uint64_t number, json::string_view, ec&) {
        values_.push_uint64(number);
        return done();
    }
    bool on_double(double number, json::string_view, ec&) {
        if (!std::isfinite(number))
            refuse("this number is too large");
        values_.push_double(number);
        return done();
    }
    bool on_bool(bool value, ec&) {
        values_.push_bool(value);
        return done();
    }
    bool on_null(ec&) {
        values_.push_null();
        return done();
    }
    bool on_comment_part(json::string_view, ec&) { return true; }
    bool on_comment(json::string_view, ec&) { return true; }

    json::value release() { return values_.release(); }
    /// Something wrong with the value that is being read.
    void refuse(std::string why) {
        if (faults_.size() < most_faults)
            faults_.push_back({pointer(), std::move(why)});
    }
    std::vector<input_fault> faults() && { return std::move(faults_); }

  private:
    struct container {
        bool is_object;
        std::size_t position = 0; ///< of an array's element
        std::string key{};        ///< of an object's member
        std::unordered_set<std::string> names{};
    };

    bool begin(bool is_object) {
        open_.push_back({is_object});
        return true;
    }
    bool end() {
        open_.pop_back();
        return done();
    }
    bool done() {
        if (!open_.empty())
            ++open_.back().position;
        return true;
    }
    std::string pointer() const {
        std::string out;
        for (const auto& each : open_)
            append_pointer(out, each.is_object ? each.key : std::to_string(each.position));
        return out;
    }

    json::value_stack values_;
    std::vector<container> open_;
    std::string key_;
    std::vector<input_fault> faults_;
};

error not_json(std::string_view why) {
    return error(errc::invalid_request).because("The body is not valid JSON: " + std::string(why) + ".");
}

/// Why the parser refuses what is valid JSON all the same. Besides limits there is one thing: an escape for half of a
/// surrogate pair, which it calls by several names.
std::string_view reason_for(json::error_code ec) {
    if (ec == json::error::too_deep)
        return "nested deeper than 32 levels";
    if (ec == json::error::exponent_overflow)
        return "this number is too large";
    return "this text has half of a surrogate pair";
}

} // namespace

result<json::value> parse_client_json(std::string_view text) {
    json::parse_options options;
    options.max_depth = max_depth;
    json::basic_parser<handler> parser(options);
    json::error_code ec;
    const auto read = parser.write_some(false, text.data(), text.size(), ec);
    if (!ec && read < text.size())
        ec = json::error::extra_data;
    if (ec) {
        // The parser stops where it is; whether the rest is JSON decides what the client is told.
        if (const auto fault = json_text_fault(text); !fault.empty())
            return not_json(fault);
        parser.handler().refuse(std::string(reason_for(ec)));
    }
    auto faults = std::move(parser.handler()).faults();
    if (!faults.empty())
        return error(errc::invalid_request)
            .because("The body is JSON, but not such as is taken here.")
            .faults(std::move(faults));
    return parser.handler().release();
}

} // namespace evalbridge
