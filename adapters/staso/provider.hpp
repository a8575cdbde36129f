#pragma once
// The provider contract for this vendor: which requests answer which question, and in what order.

#include "adapters/staso/client.hpp"
#include "adapters/staso/decode.hpp"
#include "adapters/staso/verdict_walk.hpp"

#include <functional>

namespace evalbridge::staso {

class staso_provider final : public provider {
  public:
    staso_provider(provider_context context, std::shared_ptr<const options> settings);

    const std::string& name() const override { return vendor_.name(); }
    std::string_view vendor() const override;
    const capabilities& can() const override { return can_; }

    result<void> check(const run_spec& spec) const override;
    task<std::vector<run>> create_runs(const run_spec& spec, const call& c) override;
    task<std::vector<run>> find_started(const run_spec& spec, const call& c) override;
    task<std::vector<run>> list_runs(const run_listing& which, const call& c) override;
    task<run> get_run(const std::string& native_id, const read_options& read, const call& c) override;
    task<run> cancel_run(const std::string& native_id, const call& c) override;
    task<page<run_result>> list_results(const std::string& native_id, const verdict_filter& filter,
                                        const list_window& window, const read_options& read, const call& c) override;
    task<run_result> get_result(const std::string& native_id, const std::string& result_id, const read_options& read,
                                const call& c) override;
    task<page<verdict>> list_verdicts(const std::string& native_id, const verdict_filter& filter,
                                      const list_window& window, const read_options& read, const call& c) override;
    task<summary> get_summary(const std::string& native_id, const read_options& read, const call& c) override;
    task<std::vector<metric_info>> list_metrics(const read_options& read, const call& c) override;

  private:
    task<run> settle_refused_cancel(const std::string& native_id, error refusal, const call& c);
    task<summary> compute_summary(const std::string& native_id, const run& of, const call& c);
    decode_context decoding(bool raw = false) const { return {vendor_.name(), dictionary_, raw}; }
    /// Runs of the list, each once, to `take`, until it answers false. True when that or the end of the list was come
    /// to, false where the list goes on beyond what is read of one.
    task<bool> read_runs(const std::function<bool(run&&)>& take, const call& c);
    verdict_walk::source verdicts_of(const std::string& native_id, std::optional<bool> passed, bool raw);
    void notice(const run& r);

    std::shared_ptr<const options> settings_;
    client vendor_;
    const metric_dictionary& dictionary_;
    const run_tag_format& tags_;
    logger& log_;
    capabilities can_;
    std::size_t shown_to_serve_ = 0; ///< the largest page of verdicts that this account ever served
};

} // namespace evalbridge::staso
