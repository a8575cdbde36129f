#include "tests/upstream/raw_server.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

#include <openssl/crypto.h>
#include <poll.h>
#include <sys/socket.h>

namespace evalbridge::testing {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

std::size_t content_length(std::string_view head) {
    const auto at = head.find("Content-Length: ");
    return at == std::string_view::npos ? 0 : std::stoul(std::string(head.substr(at + 16, 12)));
}

} // namespace

peer::peer(tcp::socket socket, asio::ssl::context* tls, on_request seen)
    : seen_(std::move(seen)), socket_(std::move(socket)) {
    socket_.set_option(tcp::no_delay(true));
    if (tls)
        tls_.emplace(socket_, *tls);
}

bool peer::handshake() {
    boost::system::error_code failed;
    if (tls_)
        tls_->handshake(asio::ssl::stream_base::server, failed);
    return !failed;
}

std::string peer::next_request() {
    char block[16 * 1024];
    for (;;) {
        const auto head_end = input_.find("\r\n\r\n");
        if (head_end != std::string::npos) {
            const auto size = head_end + 4 + content_length(std::string_view(input_).substr(0, head_end));
            if (input_.size() >= size) {
                auto request = input_.substr(0, size);
                input_.erase(0, size);
                seen_(request);
                return request;
            }
        }
        boost::system::error_code failed;
        const auto space = asio::buffer(block);
        const auto count = tls_ ? tls_->read_some(space, failed) : socket_.read_some(space, failed);
        if (failed)
            return {};
        input_.append(block, count);
    }
}

bool peer::send(std::string_view bytes) {
    boost::system::error_code failed;
    if (tls_)
        asio::write(*tls_, asio::buffer(bytes), failed);
    else
        asio::write(socket_, asio::buffer(bytes), failed);
    return !failed;
}

void peer::close() {
    boost::system::error_code ignored;
    if (tls_)
        tls_->shutdown(ignored); // sends the notice, and returns when the client has closed
    cut();
}

void peer::cut() {
    const std::lock_guard lock(closing_);
    boost::system::error_code ignored;
    socket_.close(ignored);
}

void peer::reset() {
    const std::lock_guard lock(closing_);
    boost::system::error_code ignored;
    socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    socket_.close(ignored);
}

bool peer::wait_for_close(std::chrono::milliseconds limit) {
    const auto until = std::chrono::steady_clock::now() + limit;
    char block[4096];
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
        pollfd waiting{socket_.native_handle(), POLLIN, 0};
        if (left.count() <= 0 || poll(&waiting, 1, static_cast<int>(left.count())) <= 0)
            return false;
        if (recv(socket_.native_handle(), block, sizeof block, MSG_DONTWAIT) <= 0)
            return true;
    }
}

void peer::shut_down() {
    const std::lock_guard lock(closing_);
    if (socket_.is_open())
        ::shutdown(socket_.native_handle(), SHUT_RDWR);
}

raw_server::raw_server(std::vector<script> scripts, asio::ssl::context* tls)
    : scripts_(std::move(scripts)), tls_(tls), acceptor_(io_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
      port_(acceptor_.local_endpoint().port()), acceptor_thread_([this] { accept(); }) {}

raw_server::~raw_server() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        for (const auto& each : peers_)
            each->shut_down();
    }
    ::shutdown(acceptor_.native_handle(), SHUT_RDWR); // wakes the accept
    acceptor_thread_.join();
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return ended_ == peers_.size(); });
}

void raw_server::accept() {
    for (;;) {
        boost::system::error_code failed;
        tcp::socket socket(io_);
        acceptor_.accept(socket, failed);
        const std::lock_guard lock(mutex_);
        if (failed || stopping_)
            return;
        const auto number = peers_.size();
        const auto note = [this](const std::string& request) {
            const std::lock_guard noting(mutex_);
            requests_.push_back(request);
        };
        peers_.push_back(std::make_unique<peer>(std::move(socket), tls_, note));
        // Detached, as thousands of them would keep their stacks until they are joined; the destructor counts them out.
        // It may come right after, so a thread shares nothing that it would have to give up later.
        std::thread([this, with = peers_.back().get(), number] { play(*with, number); }).detach();
    }
}

void raw_server::play(peer& with, std::size_t number) {
    if (with.handshake())
        scripts_[std::min(number, scripts_.size() - 1)](with);
    with.cut();
    OPENSSL_thread_stop(); // a detached thread may not come to it before the process ends
    const std::lock_guard lock(mutex_);
    ++ended_;
    changed_.notify_all();
}

std::size_t raw_server::connections() const {
    const std::lock_guard lock(mutex_);
    return peers_.size();
}

std::vector<std::string> raw_server::requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
}

bool raw_server::wait_for_ended(std::size_t scripts) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), [&] { return ended_ >= scripts; });
}

raw_server::script answering(std::vector<std::string> answers) {
    return [answers = std::move(answers)](peer& with) {
        for (const auto& each : answers) {
            if (with.next_request().empty())
                return;
            with.send(each);
        }
        with.wait_for_close();
    };
}

std::string ok(std::string_view body, std::string_view fields) {
    std::string answer = "HTTP/1.1 200 OK\r\n";
    answer.append(fields)
        .append("Content-Length: ")
        .append(std::to_string(body.size()))
        .append("\r\n\r\n")
        .append(body);
    return answer;
}

} // namespace evalbridge::testing
