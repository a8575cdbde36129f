#pragma once
// What every layer is: something around another upstream.

#include "upstream/layers/layers.hpp"

#include <utility>

namespace evalbridge {

class layer : public upstream {
  public:
    explicit layer(upstream_ptr inner) : inner_(std::move(inner)) {}

    /// Goes on to whichever layer keeps answers.
    void keep(const http_request& request, const call& c, http_response answer, lasting how_long) override {
        inner_->keep(request, c, std::move(answer), how_long);
    }

  protected:
    upstream& inner() { return *inner_; }

  private:
    const upstream_ptr inner_;
};

} // namespace evalbridge
