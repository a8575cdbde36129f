#pragma once
// A vendor made of a function, behind HTTP on a port of its own.

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>

namespace evalbridge::oracle {

class vendor_server {
  public:
    struct answer {
        int status = 200;
        std::string body;
    };
    /// `answers` is called with a request's target, by one thread at a time.
    explicit vendor_server(std::function<answer(const std::string& target)> answers);
    ~vendor_server();
    unsigned short port() const { return acceptor_.local_endpoint().port(); }
    unsigned asked() const;

  private:
    void accept();
    void serve(boost::asio::ip::tcp::socket& socket);

    std::function<answer(const std::string&)> answers_;
    boost::asio::io_context io_;
    boost::asio::ip::tcp::acceptor acceptor_;
    mutable std::mutex mutex_;
    std::list<boost::asio::ip::tcp::socket> sockets_;
    std::list<std::thread> threads_;
    unsigned asked_ = 0;
    bool stopping_ = false;
    std::thread accepting_;
};

} // namespace evalbridge::oracle
