#pragma once
// A server with a few routes: open and locked ones, with and without a body.

#include "tests/gateway/http/edge_server.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace evalbridge::testing {

inline boost::json::object document(const answer& a) { return boost::json::parse(a.body).as_object(); }

class Session : public ::testing::Test {
  protected:
    Session() {
        route_options open;
        open.authenticated = false;
        open.query = {"limit"};
        server.routes.add(verb::get, "/thing/{id}", open,
                          answering([](const auto& r) { return "{\"id\":\"" + r.path_arguments[0] + "\"}"; }));
        open.takes_body = true;
        server.routes.add(verb::post, "/thing", open, answering([](const auto& r) { return r.body; }));
        server.routes.add(verb::get, "/locked", {}, answering([](const auto& r) { return "\"" + r.client + "\""; }));
        route_options locked_post;
        locked_post.takes_body = true;
        server.routes.add(verb::post, "/locked", locked_post, answering([](const auto& r) { return r.body; }));
        server.keys = {{"ci", sha256("the-key")}};
    }
    raw_client connect() { return raw_client(server.port()); }

    edge_server server;
};

} // namespace evalbridge::testing
