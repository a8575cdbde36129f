#pragma once
// A gateway that takes one connection, reads one request, and then does what a test says.

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include <atomic>
#include <functional>
#include <future>
#include <string>
#include <thread>

namespace evalbridge::testing {

class raw_gateway {
  public:
    class peer {
      public:
        explicit peer(raw_gateway& owner, boost::asio::ip::tcp::socket& socket) : owner_(owner), socket_(socket) {}
        void send(const std::string& bytes) {
            boost::system::error_code gone;
            boost::asio::write(socket_, boost::asio::buffer(bytes), gone);
        }
        /// Until the test gives the word, or ends.
        void wait_for_word() { owner_.word_given_.wait(); }

      private:
        raw_gateway& owner_;
        boost::asio::ip::tcp::socket& socket_;
    };

    explicit raw_gateway(std::function<void(peer&)> script)
        : acceptor_(io_, {boost::asio::ip::address_v4::loopback(), 0}) {
        port_ = acceptor_.local_endpoint().port();
        thread_ = std::thread([this, play = std::move(script)] {
            boost::system::error_code failed;
            boost::asio::ip::tcp::socket socket(io_);
            acceptor_.accept(socket, failed);
            if (failed || stopping_)
                return;
            std::string asked;
            boost::asio::read_until(socket, boost::asio::dynamic_buffer(asked), "\r\n\r\n", failed);
            request_.set_value(asked);
            peer with(*this, socket);
            play(with);
        });
    }
    ~raw_gateway() {
        give_word();
        stopping_ = true;
        boost::asio::ip::tcp::socket last(io_); // ends an accept that nobody came to
        boost::system::error_code ignored;
        last.connect(acceptor_.local_endpoint(), ignored);
        thread_.join();
    }
    raw_gateway(const raw_gateway&) = delete;
    raw_gateway& operator=(const raw_gateway&) = delete;

    std::uint16_t port() const { return port_; }
    void give_word() {
        if (!std::exchange(spoken_, true))
            word_.set_value();
    }
    /// Once; waits until it has come.
    std::string request() { return request_.get_future().get(); }

  private:
    boost::asio::io_context io_;
    boost::asio::ip::tcp::acceptor acceptor_;
    std::uint16_t port_ = 0;
    std::promise<void> word_;
    std::shared_future<void> word_given_ = word_.get_future().share();
    bool spoken_ = false;
    std::atomic<bool> stopping_ = false;
    std::promise<std::string> request_;
    std::thread thread_;
};

} // namespace evalbridge::testing
