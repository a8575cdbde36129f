#include "runs/archive/contents.hpp"

#include <gtest/gtest.h>

namespace evalbridge {
namespace {

constexpr std::string_view names[] = {"input", "chunks"};

TEST(Contents, GoAndEverythingElseStaysByteForByte) {
    const struct {
        std::string_view given;
        std::string_view left;
    } rows[] = {
        {R"({"input":"secret","score" : 1.50})", R"({"input":null,"score" : 1.50})"},
        {R"({"a":{"input" : {"deep":["x","}"]} ,"b":2}})", R"({"a":{"input" : null ,"b":2}})"},
        {R"({"chunks":[{"text":"a"},{"input":1}],"input":12})", R"({"chunks":null,"input":null})"},
        {R"(["input","chunks",{"inputs":"stays","text":"\"input\":1"}])",
         R"(["input","chunks",{"inputs":"stays","text":"\"input\":1"}])"},
        {R"({"input":"with \"quotes\" and \\","n":-1e5})", R"({"input":null,"n":-1e5})"},
        {R"({"input":true})", R"({"input":null})"},
        {R"({"input":)", R"({"input":null)"},
        {"", ""},
    };
    for (const auto& row : rows)
        EXPECT_EQ(without_members(row.given, names), row.left);
}

} // namespace
} // namespace evalbridge
