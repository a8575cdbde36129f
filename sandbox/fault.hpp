#pragma once
// What a scenario does to single requests: which ones, and what comes back instead of the vendor's answer.

#include "sandbox/answer.hpp"
#include "sandbox/http.hpp"
#include "sandbox/ids.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace evalbridge::sandbox {

/// Described in docs/sandbox.md. Up to `endless_interim` they replace the vendor's answer; the others keep it.
enum class fault_kind {
    none, ///< only a delay, padding or something around the answer
    status,
    edge_block,
    html,
    empty_object,
    wrong_shape,
    deep_json,
    redirect,
    close,
    reset,
    black_hole,
    raw,
    garbage,
    endless_head,
    endless_interim,
    // The vendor's answer with another body,
    malformed,
    truncated,
    wrong_type,
    wrong_values,
    deep_member,
    huge_numbers,
    duplicate_keys,
    invalid_utf8,
    // sent in another legal way,
    chunked,
    until_close,
    gzip,
    drip,
    drip_head,
    drip_body,
    // ended too early or too late,
    cut_head,
    cut_body,
    cut_tls,
    reset_head,
    reset_body,
    two_answers,
    huge_head,
    huge_body,
    huge_chunked,
    gzip_bomb,
    endless_chunks,
    endless_chunk_line,
    endless_trailers,
    // or not HTTP.
    bad_chunk_size,
    negative_chunk,
    chunk_overflow,
    chunk_without_crlf,
    length_and_chunked,
    two_lengths,
    status_000,
    status_999,
    bare_lf,
    http_0_9,
};

/// False for those that replace the vendor's answer and so, unless told otherwise, never reach the vendor.
bool keeps_answer(fault_kind kind);

/// What may be put around any answer without changing it.
struct surroundings {
    std::size_t interim = 0;  ///< 103 answers before it
    std::string surplus;      ///< bytes behind it, in the same segment where it fits
    bool close_after = false; ///< the connection ends with it, unannounced
    bool any() const { return interim > 0 || !surplus.empty() || close_after; }
};

struct fault_rule {
    std::string route; ///< "GET /v1/…/{…}", or without the method, or empty for every request
    std::optional<unsigned> times;
    unsigned after = 0; ///< matching requests that pass first
    double probability = 1;
    milliseconds latency{0};
    surroundings around;
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
    std::optional<std::size_t> size_mb; ///< of what is huge

    // How far it has got.
    unsigned seen = 0;
    unsigned used = 0;

    /// Whether the answer itself stays what it is, so that other rules may still apply.
    bool only_adds() const;
};

/// What one request meets: all that the rules which applied add, and the first rule that does more than add.
struct met_fault {
    milliseconds latency{0};
    surroundings around;
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

/// `plain` is the vendor's own answer, or its error in place of one where the rule replaces it.
answer apply(const met_fault& fault, reply plain, const request& asked);

} // namespace evalbridge::sandbox
