#include "upstream/layers/layer.hpp"

#include <algorithm>

namespace evalbridge {
namespace {

class authorizer final : public layer {
  public:
    authorizer(std::vector<credential> credentials, upstream_ptr inner)
        : layer(std::move(inner)), credentials_(std::move(credentials)) {}

    boost::asio::awaitable<result<http_response>> send(const http_request& request, const call& c) override {
        http_request authorized = request;
        for (const auto& each : credentials_) {
            // A field of the same name from elsewhere would leave it to the vendor whose request this is.
            std::erase_if(authorized.fields,
                          [&](const http_field& field) { return is_same_field_name(field.name, each.field); });
            authorized.fields.push_back({each.field, each.value.reveal()});
        }
        co_return co_await inner().send(authorized, c);
    }

  private:
    const std::vector<credential> credentials_;
};

} // namespace

upstream_ptr authorize(std::vector<credential> credentials, upstream_ptr inner) {
    return std::make_unique<authorizer>(std::move(credentials), std::move(inner));
}

} // namespace evalbridge
