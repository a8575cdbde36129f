#pragma once
// One exchange with the vendor: sends, turns whatever isn't a 2xx into an error that names the provider, and hands on
// answers that stay true.

#include "adapters/staso/decode.hpp"
#include "adapters/staso/errors.hpp"
#include "adapters/staso/options.hpp"

namespace evalbridge::staso {

class client {
  public:
    /// The context's references and the options outlive it.
    client(const provider_context& context, const options& o);

    /// A 2xx answer. Both arguments must outlive the await.
    boost::asio::awaitable<result<http_response>> send(const http_request& request, operation what, const call& c);
    /// What a read's answer was made into, its error named. `ended`: the answer is of a run that has ended, so it stays
    /// true and is handed to the layers below, which needn't ask for it again: nothing of `made` may point into it.
    template <class T>
    result<T> understood(const http_request& request, const call& c, http_response&& answer, result<T> made,
                         bool ended) {
        if (!made)
            return named(std::move(made).error(), answer);
        if (ended)
            upstream_.keep(request, c, std::move(answer), lasting::for_good);
        return made;
    }
    /// The same error with the provider's name on it.
    error named(error e) const;
    /// The same for one that reading the answer met: it tells the answer's status and request id, too.
    error named(error e, const http_response& answer) const;
    const std::string& name() const { return name_; }

  private:
    std::string name_;
    upstream& upstream_;
    clock& time_;
    const options& options_;
};

} // namespace evalbridge::staso
