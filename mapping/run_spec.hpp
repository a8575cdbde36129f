#pragma once
// What to start: the body of POST /v1/runs, read strictly.

#include "base/error.hpp"
#include "mapping/scope.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <map>

namespace evalbridge {

/// A metric asked for by name (canonical or native) or by the vendor's id.
struct metric_selector {
    enum class by { name, id } kind;
    std::string text;
};

struct run_spec {
    std::string provider;
    std::optional<std::string> name;
    std::optional<std::string> description;
    evalbridge::scope scope;
    std::vector<metric_selector> metrics;
    std::optional<std::string> agent_version;
    std::optional<std::string> baseline_run_id; ///< unified id, of a run on the same provider
    std::optional<std::string> trigger;
    std::map<std::string, std::string> labels;
    std::optional<std::string> suite;     ///< the suite that it is of; not a member of a client's spec on a provider
    std::optional<std::string> tag;       ///< ours, for the vendor's name of the run (mapping/run_tag.hpp)
    std::optional<timestamp> asked_at;    ///< when its create was begun: where it is looked for, none of it is older
    boost::json::object provider_options; ///< vendor -> object; each adapter reads its own and refuses unknown members
};

/// Reads a spec. Every fault is reported at once, each with its RFC 6901 pointer: unknown members, wrong types,
/// missing `provider` or `scope`, a scope that is not exactly one of the shapes, sample_pct outside 1..100 or not an
/// integer, start not before end, labels that aren't short strings (64 at most, keys 1..63, values up to 255 bytes),
/// texts over their limits (name 255, description 4096, ids 512 characters), a trigger that isn't one, a baseline that
/// isn't a run id of the same provider, a test case with nothing to run against. The first hundred are reported.
/// Errors: invalid_request.
result<run_spec> read_run_spec(const boost::json::value& body);

/// Parses client JSON: RFC 8259 exactly, UTF-8, at most 32 levels, no duplicate member, no number beyond a double.
/// No half surrogate pairs either: they can't be written back as UTF-8.
/// Errors: invalid_request whose detail begins "The body is not valid JSON" for what isn't JSON, and another detail
/// with a pointer for what is JSON but refused.
result<boost::json::value> parse_client_json(std::string_view text);

} // namespace evalbridge
