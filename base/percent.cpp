#include "base/percent.hpp"

#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

namespace evalbridge {

std::string encode_path_segment(std::string_view text) {
    if (text == ".")
        return "%2E";
    if (text == "..")
        return "%2E%2E";
    return boost::urls::encode(text, boost::urls::unreserved_chars + ':');
}

std::string encode_query(std::string_view text) { return boost::urls::encode(text, boost::urls::unreserved_chars); }

} // namespace evalbridge
