#pragma once
// What a scenario does to single requests: which ones, and what comes back instead of the vendor's answer.

#include "sandbox/http.hpp"
#include "sandbox/ids.hpp"
#include "sandbox/sandbox_clock.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace evalbridge::sandbox {

enum class fault_kind {
    none,         ///< only a delay or padding
    status,       ///< an error status in the vendor's own shape, or with a given body
    edge_block,   ///< 403 with an HTML page, as a CDN in front of the vendor sends it
    html,         ///< 200 with an HTML page
    empty_object, ///< 200 with {}
    close,        ///< the connection ends without a byte
    reset,        ///< the same, with a TCP reset
    black_hole,   ///< nothing, until the client gives up
    raw,          ///< given bytes, whatever they are
    malformed,    ///< the vendor's answer, spoilt so that it is not JSON
    truncated,    ///< half of the vendor's answer, framed as if it were all
    wrong_type,   ///< the vendor's answer as text/plain
    cut_head,     ///< the connection ends inside the header block
    cut_body,     ///< the connection ends inside the body
    drip,         ///< a few bytes at a time
    chunked,      ///< the vendor's answer, chunked: legal
    until_close   ///< the vendor's answer, ended by closing: legal
};

struct fault_rule {
    std::string route; ///< "GET /v1/…/{…}", or without the method, or empty for every request
    std::optional<unsigned> times;
    unsigned after = 0; ///< matching requests that pass first
    double probability = 1;
    milliseconds latency{0};
    fault_kind kind = fault_kind::none;
    std::optional<bool> perform; ///< whether the vendor does what was asked before things go wrong
    int status = 503;
    std::optional<std::string> retry_after;
    std::optional<std::string> body;
    std::optional<std::string> content_type;
    std::vector<field> headers;
    std::string bytes; ///< of `raw`
    bool keep_open = false;
    std::size_t piece = 16; ///< bytes a drip
    milliseconds pause{20}; ///< between drips
    std::size_t pad_kb = 0;

    // How far it has got.
    unsigned seen = 0;
    unsigned used = 0;
};

/// False for those that replace the vendor's answer and so, unless told otherwise, never reach the vendor.
bool keeps_answer(fault_kind kind);

/// What one request meets: the delays of every rule that applied, and the first rule that does more than delay.
struct met_fault {
    milliseconds latency{0};
    const fault_rule* rule = nullptr;
    bool performs() const;
};

class fault_book {
  public:
    fault_book(std::vector<fault_rule> rules, std::uint64_t seed) : rules_(std::move(rules)), dice_(seed) {}
    /// `key` is "METHOD /route/{template}" of the request.
    met_fault meet(const std::string& key);

  private:
    std::vector<fault_rule> rules_;
    dice dice_;
};

/// What to put on the wire, and what becomes of the connection.
struct answer {
    enum class ending { keep, close, reset, hold };
    milliseconds delay{0};
    std::string bytes;
    std::size_t piece = 0; ///< 0: all at once
    milliseconds pause{0};
    ending after = ending::keep;
};

/// `plain` is the vendor's own answer, or its error in place of one where the rule replaces it.
answer apply(const met_fault& fault, reply plain, const request& asked);

} // namespace evalbridge::sandbox
