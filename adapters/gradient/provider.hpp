#pragma once
// DigitalOcean Gradient's agent evaluations as a provider. Sequences only: what is said and understood is in encode,
// decode and judge, where rows are is in prompt_pages.

#include "adapters/gradient/options.hpp"
#include "adapters/gradient/prompt_pages.hpp"
#include "adapters/gradient/references.hpp"
#include "adapters/provider.hpp"

namespace evalbridge::gradient {

class gradient_provider final : public provider {
  public:
    gradient_provider(provider_context context, std::shared_ptr<const options> how);

    const std::string& name() const override { return context_.name; }
    std::string_view vendor() const override;
    const capabilities& can() const override;

    result<void> check(const run_spec& spec) const override;
    task<std::vector<run>> create_runs(const run_spec& spec, const call& c) override;
    task<std::vector<run>> find_started(const run_spec& spec, const call& c) override;
    task<std::vector<run>> list_runs(const run_listing& which, const call& c) override;
    task<run> get_run(const std::string& native_id, const read_options& options, const call& c) override;
    task<run> cancel_run(const std::string& native_id, const call& c) override;
    task<page<run_result>> list_results(const std::string& native_id, const verdict_filter& filter,
                                        const list_window& window, const read_options& options, const call& c) override;
    task<run_result> get_result(const std::string& native_id, const std::string& result_id, const read_options& options,
                                const call& c) override;
    task<page<verdict>> list_verdicts(const std::string& native_id, const verdict_filter& filter,
                                      const list_window& window, const read_options& options, const call& c) override;
    task<summary> get_summary(const std::string& native_id, const read_options& options, const call& c) override;
    task<std::vector<metric_info>> list_metrics(const read_options& options, const call& c) override;

  private:
    /// What the pages of one answer share.
    struct reading {
        run_identity which;
        prompt_options what;
        const call& how;
        std::optional<judge> judges; ///< made when the first metric result is met
        std::optional<bool> terminal;
        std::uint64_t read = 0; ///< prompts
    };
    run_identity identify(const std::string& native_id) const { return {context_.name, native_id}; }
    prompt_options prompts_for(const read_options& options, verdict_filter::levels level) const;
    error unknown_id(std::string_view what) const;
    /// One page, judged.
    task<placed_page> read_page(prompt_pages& pages, std::uint64_t position, std::uint32_t size, reading& about);
    boost::asio::awaitable<void> judge_page(placed_page& got, reading& about);
    task<page<run_result>> list_all_results(const list_window& window, reading& about);
    /// What the filter lets through, prompts or their verdicts, scanned for from where the window begins.
    template <class T> task<page<T>> scan(const verdict_filter& filter, const list_window& window, reading& about);
    /// An error once an answer has read as many prompts as one may.
    std::optional<error> over_limit(const reading& about) const;
    /// An error where `passed` is asked for and what decides it could not be read.
    std::optional<error> cannot_filter(const verdict_filter& filter, const reading& about) const;
    run started(const std::string& native_id, const run_spec& spec) const;
    /// What a run that was decoded lacks yet: our tag off its name, and its judgements.
    boost::asio::awaitable<void> complete(run& found, const call& c);
    /// Every run of the test case, as it was decoded.
    task<run_list> read_runs(const std::string& test_case, const call& c);

    connection context_;
    std::shared_ptr<const options> how_; ///< shared with the configuration that it was read from
    references references_;
    page_sizes sizes_;
};

std::unique_ptr<provider> make_provider(provider_context context, std::shared_ptr<const vendor_options> options);

} // namespace evalbridge::gradient
