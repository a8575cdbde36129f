// Any bytes as a vendor's answer, read in every way there is: never a crash, and what is passed on raw is JSON.

#include "mapping/json_index.hpp"
#include "mapping/json_reader.hpp"

#include <cstdlib>

namespace {

using evalbridge::json_reader;

void read(json_reader& in, int depth) {
    switch (in.type()) {
    case json_reader::kind::object:
        in["id"].optional_string();
        in["value"].optional_number();
        if (depth < 40)
            in.members([&](std::string_view, json_reader& member) { read(member, depth + 1); });
        in["value"].optional_integer();
        in["id"].boolean();
        break;
    case json_reader::kind::array:
        if (depth < 40)
            in.each([&](json_reader& element) { read(element, depth + 1); });
        break;
    case json_reader::kind::string: in.string(); break;
    case json_reader::kind::number:
        in.number();
        in.string();
        break;
    case json_reader::kind::boolean: in.boolean(); break;
    default: in.present();
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string body(reinterpret_cast<const char*>(data), size);
    evalbridge::json_document document(body);
    auto root = document.root();
    const auto raw = root.raw();
    const bool was_valid = !document.failed();
    if (was_valid && !evalbridge::json_text_fault(raw).empty())
        std::abort();
    evalbridge::json_document again(body);
    auto second = again.root();
    read(second, 0);
    if (again.failed() && again.finish().error().detail().empty())
        std::abort();
    return 0;
}
