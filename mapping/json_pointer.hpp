#pragma once
// Pointers into a JSON document (RFC 6901), built a segment at a time.

#include <string>
#include <string_view>

namespace evalbridge {

/// Appends "/<name>", with '~' and '/' escaped.
inline void append_pointer(std::string& pointer, std::string_view name) {
    pointer += '/';
    for (const char c : name) {
        if (c == '~')
            pointer += "~0";
        else if (c == '/')
            pointer += "~1";
        else
            pointer += c;
    }
}

/// `pointer` with one segment more.
inline std::string child_pointer(std::string_view pointer, std::string_view name) {
    std::string out(pointer);
    append_pointer(out, name);
    return out;
}

} // namespace evalbridge
