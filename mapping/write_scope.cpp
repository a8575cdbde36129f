#include "mapping/write.hpp"

namespace evalbridge {
namespace {

void write_sample(json_writer& out, const std::optional<int>& sample_pct) {
    if (sample_pct)
        out.key("sample_pct").integer(*sample_pct);
}

void write_texts(json_writer& out, std::string_view key, const std::vector<std::string>& texts) {
    if (texts.empty())
        return;
    out.key(key).begin_array();
    for (const auto& text : texts)
        out.string(text);
    out.end_array();
}

struct members_of_scope {
    json_writer& out;

    void operator()(const trace_scope& s) const { out.key("trace_id").string(s.trace_id); }
    void operator()(const session_scope& s) const { out.key("session_id").string(s.session_id); }
    void operator()(const dataset_scope& s) const { out.key("dataset_id").string(s.dataset_id); }
    void operator()(const agent_scope& s) const {
        out.key("agent_id").string(s.agent_id);
        write_sample(out, s.sample_pct);
    }
    void operator()(const time_range_scope& s) const {
        out.key("time_range").begin_object();
        out.key("start").string(s.start);
        out.key("end").string(s.end);
        out.end_object();
        write_sample(out, s.sample_pct);
    }
    void operator()(const test_case_scope& s) const {
        out.key("test_case_id").string(s.test_case_id);
        write_texts(out, "agents", s.agents);
        write_texts(out, "deployments", s.deployments);
        if (s.version)
            out.key("version").integer(*s.version);
    }
};

} // namespace

void write(json_writer& out, const scope& s) {
    out.begin_object();
    std::visit(members_of_scope{out}, s);
    out.end_object();
}

} // namespace evalbridge
