#pragma once
// A request as bytes. Values come from configuration, adapters and, inside a target, from clients: nothing that could
// end a line or start another request gets through, whoever failed to stop it before.

#include "base/error.hpp"
#include "upstream/http_message.hpp"
#include "upstream/options.hpp"

#include <string>
#include <vector>

namespace evalbridge {

/// The parts of a request head that are the same for every request to one provider.
class request_writer {
  public:
    /// Throws std::invalid_argument for extra fields that can't be sent.
    explicit request_writer(const upstream_options& options);

    /// The header block. Errors: internal, for a target or field that can't be sent as it is; the value isn't told.
    result<std::string> head(const http_request& request) const;

  private:
    struct line {
        std::string name;
        std::string text; ///< with CRLF
    };
    std::string base_path_;
    std::string host_line_;
    std::vector<line> usual_; ///< each may be replaced by a field of the request
};

} // namespace evalbridge
