#include "tests/oracle/answers/vendor_server.hpp"

#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

namespace evalbridge::oracle {

namespace http = boost::beast::http;
using boost::asio::ip::tcp;

vendor_server::vendor_server(std::function<answer(const std::string&)> answers)
    : answers_(std::move(answers)), acceptor_(io_, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)),
      accepting_([this] { accept(); }) {}

vendor_server::~vendor_server() {
    const auto address = acceptor_.local_endpoint();
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        for (auto& each : sockets_)
            ::shutdown(each.native_handle(), SHUT_RDWR);
    }
    boost::system::error_code ignored;
    tcp::socket last(io_);
    last.connect(address, ignored); // so that accept returns
    accepting_.join();
    for (auto& each : threads_)
        each.join();
}

unsigned vendor_server::asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
}

void vendor_server::accept() {
    for (;;) {
        tcp::socket socket(io_);
        boost::system::error_code failed;
        acceptor_.accept(socket, failed);
        const std::lock_guard lock(mutex_);
        if (stopping_ || failed)
            return;
        socket.set_option(tcp::no_delay(true), failed);
        auto& kept = sockets_.emplace_back(std::move(socket));
        threads_.emplace_back([this, &kept] { serve(kept); });
    }
}

void vendor_server::serve(tcp::socket& socket) {
    boost::beast::flat_buffer buffer;
    boost::system::error_code failed;
    while (!failed) {
        http::request<http::string_body> request;
        http::read(socket, buffer, request, failed);
        if (failed)
            return;
        answer given;
        {
            const std::lock_guard lock(mutex_);
            ++asked_;
            given = answers_(std::string(request.target()));
        }
        http::response<http::string_body> response(static_cast<http::status>(given.status), 11);
        response.set(http::field::content_type, "application/json");
        response.body() = std::move(given.body);
        response.prepare_payload();
        http::write(socket, response, failed);
    }
}

} // namespace evalbridge::oracle
