#include "store/runs.hpp"
#include "tests/gateway/handlers/handler_world.hpp"
#include "tests/support/test_store.hpp"

namespace evalbridge::testing {
namespace {

const std::string path = "/v1/runs/p%3A1/events";

struct RunEvents : handler_world {
    /// What the stream has said so far; `over` when it has ended.
    struct listener {
        std::shared_ptr<body_source> source;
        std::string text;
        bool over = false;
        std::size_t pieces = 0;
    };
    ~RunEvents() override {
        draining.give();
        settle();
    }
    std::deque<listener> listeners; ///< outlive the reading
    static boost::asio::awaitable<void> read(std::shared_ptr<body_source> source, listener& out) {
        for (;;) {
            const bool more = co_await source->next(out.text);
            if (!more)
                break;
            ++out.pieces;
        }
        out.over = true;
    }
    void listen_to(const exchange& x, listener& out) {
        ASSERT_EQ(x.status(), 200);
        out.source = (*x.answer)->stream;
        ASSERT_TRUE(out.source);
        boost::asio::co_spawn(io, read(out.source, out), boost::asio::detached);
        settle();
    }
    static std::string last_id(const std::string& text) {
        const auto at = text.rfind("id: ");
        return text.substr(at + 4, text.find('\n', at) - at - 4);
    }
};

TEST_F(RunEvents, AStreamTellsARunsLife) {
    const auto x = get(path);
    auto& client = listeners.emplace_back();
    listen_to(*x, client);
    EXPECT_EQ((*x->answer)->content_type, "text/event-stream");
    EXPECT_EQ(x->field("Cache-Control"), "no-store");
    EXPECT_EQ(x->field("X-Accel-Buffering"), "no");
    EXPECT_TRUE(client.text.starts_with("retry: 2000\n\nid: 1.")) << client.text;
    EXPECT_NE(client.text.find("event: status\ndata: {\"id\":\"p:1\""), std::string::npos);
    show(run_status::completed);
    pass(seconds(5));
    EXPECT_NE(client.text.find("event: done\ndata: {\"run\":{\"id\":\"p:1\""), std::string::npos);
    EXPECT_TRUE(client.over);
    EXPECT_FALSE(client.source->broken());
    EXPECT_TRUE(client.text.ends_with("\n\n"));
}

TEST_F(RunEvents, SilenceIsFilledWithComments) {
    const auto x = get(path);
    auto& client = listeners.emplace_back();
    listen_to(*x, client);
    client.text.clear();
    pass(seconds(46));
    EXPECT_EQ(client.text, ":\n\n:\n\n:\n\n");
}

TEST_F(RunEvents, ARunThatCannotBeReadIsAPlainProblem) {
    now_shown = error(errc::not_found).because("no such run");
    EXPECT_EQ(get(path)->status(), 404);
    now_shown = error(errc::provider_unavailable).because("down");
    EXPECT_EQ(get(path)->status(), 503);
    EXPECT_EQ(get("/v1/runs/nobody%3A1/events")->status(), 404);
    EXPECT_EQ(hub.watchers(), 0u);
}

TEST_F(RunEvents, WhoComesBackAfterTheEndIsToldToStop) {
    show(run_status::completed);
    const auto x = get(path);
    auto& client = listeners.emplace_back();
    listen_to(*x, client);
    ASSERT_TRUE(client.over);
    const auto again = get(path, {}, {{"last-event-id", last_id(client.text)}});
    EXPECT_EQ(again->status(), 204);
    EXPECT_FALSE((*again->answer)->stream);
    EXPECT_EQ(get(path, {{"last_event_id", last_id(client.text), true}})->status(), 204);
    EXPECT_EQ(get(path, {}, {{"last-event-id", "3.000000000000.d"}})->status(), 200) << "that was another run";
}

TEST_F(RunEvents, WhoComesBackGetsWhatIsNew) {
    auto& first = listeners.emplace_back();
    const auto x = get(path);
    listen_to(*x, first);
    const auto id = last_id(first.text);
    auto& nothing_new = listeners.emplace_back();
    auto& by_query = listeners.emplace_back();
    const auto y = get(path, {}, {{"last-event-id", id}});
    listen_to(*y, nothing_new);
    EXPECT_EQ(nothing_new.text, "retry: 2000\n\n");
    show_progress(4);
    pass(seconds(4));
    EXPECT_NE(nothing_new.text.find("event: progress"), std::string::npos);
    const auto z = get(path, {{"last_event_id", id, true}});
    listen_to(*z, by_query);
    EXPECT_NE(by_query.text.find("event: progress"), std::string::npos);
    EXPECT_EQ(by_query.text.find("event: status"), std::string::npos);
}

TEST_F(RunEvents, ADrainSendsClientsElsewhere) {
    const auto x = get(path);
    auto& client = listeners.emplace_back();
    listen_to(*x, client);
    draining.give();
    settle();
    EXPECT_TRUE(client.over);
    EXPECT_FALSE(client.source->broken());
    EXPECT_NE(client.text.find("retry: 500\n\n: "), std::string::npos);
    EXPECT_EQ(get(path)->status(), 503);
}

TEST_F(RunEvents, WhoDoesNotReadIsDropped) {
    const auto x = get(path);
    const auto source = (*x->answer)->stream;
    std::string text;
    std::optional<bool> more;
    run_into(more, source->next(text));
    settle();
    ASSERT_TRUE(more && *more);
    for (int i = 0; i < 70; ++i) {
        show_progress(i);
        hub.look_now("p:1");
        settle();
    }
    more.reset();
    run_into(more, source->next(text));
    settle();
    ASSERT_TRUE(more);
    EXPECT_FALSE(*more);
    EXPECT_TRUE(source->broken());
    EXPECT_NE(counts.text().find("evalbridge_slow_readers_total 1"), std::string::npos);
    EXPECT_TRUE(log.has("watcher_lagging"));
}

TEST_F(RunEvents, AClientThatGoesEndsItsStream) {
    const auto x = get(path);
    auto& client = listeners.emplace_back();
    listen_to(*x, client);
    EXPECT_FALSE(client.over);
    x->request.departed->give();
    settle();
    EXPECT_TRUE(client.over);
    client.source.reset();
    (*x->answer)->stream.reset();
    EXPECT_EQ(hub.watchers(), 0u);
    pass(seconds(31));
    EXPECT_EQ(hub.watches(), 0u);
}

// A gateway that began anew: of its runs, it knows what is in the store.
struct KeptEnds : RunEvents {
    KeptEnds() { add_event_routes(by_store, served); }
    void keep(run_status status) {
        kept.run([&](connection& db) { return record_reading(db, sample_run(status), 1); });
    }
    std::unique_ptr<exchange> ask(const std::string& last_event_id = {}) {
        auto x = std::make_unique<exchange>();
        auto route = by_store.find(verb::get, path);
        x->request.path_arguments = std::move(route.arguments);
        if (!last_event_id.empty())
            x->request.fields.emplace_back("last-event-id", last_event_id);
        x->request.deadline = time.now() + seconds(30);
        run_into(x->answer, (*route.handle)(x->request));
        while (!x->answer) {
            io.restart();
            io.run_one();
        }
        return x;
    }
    test_store kept{store_engine::sqlite};
    services served = services_on(*kept);
    router by_store;
};

TEST_F(KeptEnds, AreToldWhereTheProviderCannotBeAsked) {
    keep(run_status::completed);
    asked->on_get_summary = [](const std::string&, const call&) { return error(errc::provider_unavailable); };
    for (const auto why : {errc::provider_unavailable, errc::provider_throttled, errc::deadline_exceeded,
                           errc::provider_rejected, errc::not_found}) {
        now_shown = error(why);
        const auto x = ask();
        ASSERT_EQ(x->status(), 200) << name_of(why);
        EXPECT_EQ((*x->answer)->content_type, "text/event-stream");
        EXPECT_EQ(x->field("Cache-Control"), "no-store");
        const auto& body = (*x->answer)->body;
        EXPECT_TRUE(body.starts_with("retry: 2000\n\nid: 1.")) << body;
        EXPECT_NE(body.find("event: status\ndata: {\"id\":\"p:1\""), std::string::npos) << body;
        EXPECT_NE(body.find("event: done\ndata: {\"run\":{\"id\":\"p:1\""), std::string::npos) << body;
        EXPECT_NE(body.find(R"("summary":null,"problem":{"code":"provider_unavailable")"), std::string::npos) << body;
        EXPECT_EQ(hub.watchers(), 0u);
    }
}

TEST_F(KeptEnds, HaveTheirSummaryWhereItCanBeHad) {
    keep(run_status::completed);
    now_shown = error(errc::provider_unavailable);
    const auto x = ask();
    ASSERT_EQ(x->status(), 200);
    EXPECT_NE((*x->answer)->body.find(R"("summary":{"run_id":"p:1")"), std::string::npos) << (*x->answer)->body;
    EXPECT_NE((*x->answer)->body.find(R"("run_terminal":true)"), std::string::npos);
    EXPECT_TRUE((*x->answer)->body.ends_with("\"problem\":null}\n\n"));
    EXPECT_TRUE(asked->summaries.at(0).run_has_ended);
}

TEST_F(KeptEnds, AreToldOnce) {
    keep(run_status::completed);
    now_shown = error(errc::provider_unavailable);
    const auto body = (*ask()->answer)->body;
    EXPECT_EQ(ask(last_id(body))->status(), 204);
    const auto first = body.substr(0, body.find("event: done"));
    const auto rest = (*ask(last_id(first.substr(0, first.rfind("id: "))))->answer)->body;
    EXPECT_EQ(rest.find("event: status"), std::string::npos) << "it has that";
    EXPECT_NE(rest.find("event: done"), std::string::npos);
}

TEST_F(KeptEnds, AreForNothingElse) {
    now_shown = error(errc::provider_unavailable);
    EXPECT_EQ(ask()->status(), 503) << "nobody knows it";
    keep(run_status::running);
    EXPECT_EQ(ask()->status(), 503) << "it may have ended since";
    now_shown = error(errc::not_found);
    EXPECT_EQ(ask()->status(), 404);
    keep(run_status::completed);
    now_shown = error(errc::overloaded);
    EXPECT_EQ(ask()->status(), 503) << "the fault is ours";
}

} // namespace
} // namespace evalbridge::testing
