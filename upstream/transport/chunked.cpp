#include "upstream/transport/chunked.hpp"

#include <algorithm>

namespace evalbridge {
namespace {

constexpr std::size_t max_size_line = 1024;
constexpr std::size_t max_trailers = 8 * 1024;
constexpr unsigned max_digits = 15; // a 60-bit size can't overflow any sum that we make of it

int hex_value(unsigned char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool is_control(unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; }

} // namespace

chunked_answer_decoder::state chunked_answer_decoder::feed(std::string_view in, std::string& out, std::size_t& used) {
    used = 0;
    while (used < in.size()) {
        if (step_ == step::data) {
            const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left_, in.size() - used));
            out.append(in.substr(used, count));
            used += count;
            left_ -= count;
            if (left_ == 0)
                step_ = step::data_cr;
            continue;
        }
        state now = on_control_byte(static_cast<unsigned char>(in[used++]));
        if (now == state::more && step_ == step::data && left_ > max_body_ - std::min(max_body_, out.size()))
            now = state::too_large;
        if (now != state::more)
            return now;
    }
    return state::more;
}

chunked_answer_decoder::state chunked_answer_decoder::on_control_byte(unsigned char byte) {
    switch (step_) {
    case step::size: {
        if (const int digit = hex_value(byte); digit >= 0) {
            if (++digits_ > max_digits)
                return state::malformed;
            left_ = left_ * 16 + static_cast<unsigned>(digit);
            return state::more;
        }
        if (digits_ == 0)
            return state::malformed;
        if (byte == '\r')
            step_ = step::size_lf;
        else if (byte == ';')
            step_ = step::extension;
        else
            return state::malformed;
        return state::more;
    }
    case step::extension:
        if (byte == '\r')
            step_ = step::size_lf;
        else if (is_control(byte) || ++overhead_ > max_size_line)
            return state::malformed;
        return state::more;
    case step::size_lf: return byte == '\n' ? end_of_size() : state::malformed;
    case step::data_cr: step_ = step::data_lf; return byte == '\r' ? state::more : state::malformed;
    case step::data_lf: step_ = step::size; return byte == '\n' ? state::more : state::malformed;
    case step::trailer:
        if (byte == '\r') {
            step_ = step::final_lf;
            return state::more;
        }
        step_ = step::trailer_line;
        [[fallthrough]];
    case step::trailer_line:
        if (byte == '\r')
            step_ = step::trailer_lf;
        else if (is_control(byte) || ++overhead_ > max_trailers)
            return state::malformed;
        return state::more;
    case step::trailer_lf: step_ = step::trailer; return byte == '\n' ? state::more : state::malformed;
    case step::final_lf: return byte == '\n' ? state::done : state::malformed;
    case step::data: break; // feed() takes those itself
    }
    return state::malformed;
}

chunked_answer_decoder::state chunked_answer_decoder::end_of_size() {
    step_ = left_ == 0 ? step::trailer : step::data;
    digits_ = 0;
    overhead_ = 0;
    return state::more;
}

} // namespace evalbridge
