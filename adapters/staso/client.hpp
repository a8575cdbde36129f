#pragma once
// One exchange with the vendor: sends, and turns whatever isn't a 2xx into an error that names the provider.

#include "adapters/staso/errors.hpp"
#include "adapters/staso/options.hpp"

namespace evalbridge::staso {

class client {
  public:
    /// The context's references and the options outlive it.
    client(const provider_context& context, const options& o);

    /// A 2xx answer. Both arguments must outlive the await.
    boost::asio::awaitable<result<http_response>> send(const http_request& request, operation what, const call& c);
    /// The same error with the provider's name on it.
    error named(error e) const;
    const std::string& name() const { return name_; }

  private:
    std::string name_;
    upstream& upstream_;
    clock& time_;
    const options& options_;
};

} // namespace evalbridge::staso
