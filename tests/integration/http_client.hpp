#pragma once
// A plain blocking HTTP client for tests: one connection a request, on 127.0.0.1.

#include <boost/json/value.hpp>

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace evalbridge::integration {

using fields = std::vector<std::pair<std::string, std::string>>;

struct answer {
    int status = 0;
    std::map<std::string, std::string> fields; ///< names in lower case
    std::string body;

    /// The body as JSON; a test failure and null when it isn't.
    boost::json::value json() const;
    /// A member by its path: "page/next_cursor", "errors/0/pointer".
    boost::json::value at(std::string_view path) const;
    /// An array by its path, to walk over.
    boost::json::array items(std::string_view path) const;
    /// The same as text; "null" for null.
    std::string text(std::string_view path) const;
    std::string field(const std::string& name) const;
};

/// Throws std::runtime_error where there is no answer.
answer send(unsigned short port, const std::string& method, const std::string& target, const std::string& body,
            const fields& extra);
/// The same over TLS, with whoever answers there.
answer send_tls(unsigned short port, const std::string& method, const std::string& target, const std::string& body,
                const fields& extra);

} // namespace evalbridge::integration
