#pragma once
// A provider's runs as they were archived: the same answers, without asking anybody. Also for one that isn't configured
// any more.

#include "adapters/provider.hpp"
#include "runs/archive/archived_lists.hpp"
#include "runs/archive/archives.hpp"

#include <map>
#include <memory>

namespace evalbridge {

class archived_provider final : public provider {
  public:
    /// `live` is null where it isn't configured; `known` and `live` outlive it.
    archived_provider(std::string name, std::string vendor, const provider* live, archives& known);

    const std::string& name() const override { return name_; }
    std::string_view vendor() const override { return vendor_; }
    const capabilities& can() const override { return live_ ? live_->can() : can_; }

    // Nothing can be started here: unsupported.
    result<void> check(const run_spec& spec) const override;
    task<std::vector<run>> create_runs(const run_spec& spec, const call& c) override;
    task<std::vector<run>> find_started(const run_spec& spec, const call& c) override;
    task<std::vector<run>> list_runs(const run_listing& which, const call& c) override;
    /// conflict, as a run that has ended can't be cancelled; the run where it was.
    task<run> cancel_run(const std::string& native_id, const call& c) override;

    // Errors of these besides not_found: store_unavailable, also where the archive was dropped a moment ago.
    task<run> get_run(const std::string& native_id, const read_options& options, const call& c) override;
    task<page<run_result>> list_results(const std::string& native_id, const verdict_filter& filter,
                                        const list_window& window, const read_options& options, const call& c) override;
    task<run_result> get_result(const std::string& native_id, const std::string& result_id, const read_options& options,
                                const call& c) override;
    task<page<verdict>> list_verdicts(const std::string& native_id, const verdict_filter& filter,
                                      const list_window& window, const read_options& options, const call& c) override;
    task<summary> get_summary(const std::string& native_id, const read_options& options, const call& c) override;
    task<std::vector<metric_info>> list_metrics(const read_options& options, const call& c) override;

  private:
    template <class T>
    task<page<T>> list(const std::string& native_id, archived_list list,
                       result<page<T>> (*read)(connection&, const archived_list&));
    /// Runs `work` with the archive of that run, in one transaction.
    template <class T>
    task<T> with_archive(const std::string& native_id,
                         std::function<result<T>(connection&, const archive_record&)> work);

    const std::string name_;
    const std::string vendor_;
    const provider* const live_;
    archives& known_;
    capabilities can_;
};

/// Those of one shard, made as they are needed.
class archived_providers {
  public:
    explicit archived_providers(archives& known) : known_(known) {}
    /// It lives as long as this.
    provider& of(const std::string& name, const std::string& vendor, const provider* live);

  private:
    archives& known_;
    std::map<std::string, std::unique_ptr<archived_provider>, std::less<>> made_;
};

} // namespace evalbridge
