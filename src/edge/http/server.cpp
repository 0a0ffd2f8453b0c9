// The one file that includes Beast, and the only coroutines. g++ 12 destroys some temporaries of a
// co_await expression twice: one co_await a statement, every argument a named variable.
#include "edge/http/server.hpp"

#include "base/clock.hpp"
#include "base/digest.hpp"
#include "base/log.hpp"
#include "edge/http/hub.hpp"
#include "edge/http/problem.hpp"
#include "edge/http/workers.hpp"

#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <atomic>
#include <optional>
#include <set>
#include <thread>

// g++ 12 takes a coroutine frame's own operator new and delete for strangers once one of them is
// inlined.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using tcp = asio::ip::tcp;
using Executor = asio::io_context::executor_type; // not any_io_executor: 5 % of the request rate
using Socket = asio::basic_stream_socket<tcp, Executor>;
using Stream = beast::basic_stream<tcp, Executor>;
using Failure = boost::system::error_code;
template <class T = void>
using Task = asio::awaitable<T, Executor>;
constexpr asio::use_awaitable_t<Executor> awaiting;
constexpr auto awaiting_error = asio::as_tuple(awaiting);

std::chrono::milliseconds ms(std::int64_t count) { return std::chrono::milliseconds(count); }

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

// IMF-fixdate of RFC 9110 §5.6.7, made once a second.
class DateHeader {
public:
    const std::string& line() {
        const auto now = clock_.now();
        if (now.ms / 1000 != second_) write(now);
        return line_;
    }

private:
    void write(base::Instant now) {
        static constexpr std::string_view days[] = {
            "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
        static constexpr std::string_view months[] = {
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
        second_ = now.ms / 1000;
        const auto date = base::Zone{0}.date(now);
        const auto text = now.text(); // 2026-11-23T12:00:00…
        line_ = "\r\nDate: ";
        line_.append(days[date.weekday() - 1]).append(", ").append(text, 8, 2).append(" ");
        line_.append(months[date.month() - 1]).append(" ").append(text, 0, 4).append(" ");
        line_.append(text, 11, 8).append(" GMT");
    }

    base::SystemClock clock_;
    std::int64_t second_ = -1;
    std::string line_;
};

class Connection;

// What the threads share.
struct Shared {
    ServerOptions options;
    Handlers handlers;
    std::unique_ptr<Workers> workers;
    std::atomic<std::size_t> connections{0};
    std::atomic<std::uint64_t> requests{0};
    std::atomic<bool> stopping{false};
};

// One thread: its event loop, its listening socket, its connections.
struct Loop {
    explicit Loop(Shared& everything)
        : shared(everything)
        , acceptor(context.get_executor())
        , guard(context.get_executor()) {}

    Shared& shared;
    // Before the context: connections that are still suspended when it goes take themselves out of
    // the set.
    std::set<Connection*> connections;
    DateHeader date;
    asio::io_context context{1};
    asio::basic_socket_acceptor<tcp, Executor> acceptor;
    asio::executor_work_guard<Executor> guard;
};

class Connection {
public:
    Connection(Loop& loop, Socket socket);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    Task<> run();
    void stop(); // on the loop's thread: ends it now when idle, after the request otherwise

private:
    Task<bool> read_head();
    Task<bool> read_body();
    Task<bool> read_into_memory();
    Task<bool> read_into_file();
    Task<bool> write_continue();
    Task<> answer_on_workers();
    Task<bool> write_answer();
    Task<> write_events();
    Task<> refuse(Error error);
    Task<> drain();
    void look_at_head();
    void answer_here();
    void make_head();
    void forget_file();
    [[nodiscard]] Error too_large() const;

    Loop& loop_;
    Shared& shared_;
    Stream stream_;
    beast::flat_buffer buffer_;
    std::optional<beast::http::request_parser<beast::http::empty_body>> head_;
    beast::http::fields fields_; // of a request whose body has been read
    std::string peer_;
    std::string out_;
    Request request_;
    Admission admission_;
    Response response_;
    std::shared_ptr<Subscriber> streaming_; // touched on the loop's thread only, unlike response_
    bool keep_alive_ = false;
    bool head_only_ = false;
    bool is_idle_ = true;
    bool is_unread_ = false; // a body is on its way that nobody will read
};

std::string_view find_field(const void* held, std::string_view name) {
    const auto& fields = *static_cast<const beast::http::fields*>(held);
    return view(fields[beast::string_view(name.data(), name.size())]);
}

Connection::Connection(Loop& loop, Socket socket)
    : loop_(loop)
    , shared_(loop.shared)
    , stream_(std::move(socket)) {
    Failure ignored;
    stream_.socket().set_option(tcp::no_delay(true), ignored);
    const auto end = stream_.socket().remote_endpoint(ignored);
    peer_ = end.address().to_string();
    loop_.connections.insert(this);
    shared_.connections.fetch_add(1);
}

Connection::~Connection() {
    forget_file();
    loop_.connections.erase(this);
    shared_.connections.fetch_sub(1);
}

void Connection::stop() {
    keep_alive_ = false;
    if (streaming_) streaming_->close();
    if (is_idle_) stream_.cancel();
}

Task<> Connection::run() {
    for (;;) {
        const bool has_head = co_await read_head();
        if (!has_head) break;
        const bool has_body = co_await read_body();
        if (!has_body) break;
        if (admission_.place == Place::here) {
            answer_here();
        } else {
            co_await answer_on_workers();
        }
        forget_file();
        const bool written = co_await write_answer();
        if (!written || !keep_alive_ || shared_.stopping.load(std::memory_order_relaxed)) break;
    }
    Failure ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    if (is_unread_) co_await drain();
}

// Closing on unread bytes would reset the connection, and the client might lose the answer that
// says why.
Task<> Connection::drain() {
    constexpr std::size_t drained_most = 4U << 20U;
    std::size_t drained = 0;
    stream_.expires_after(ms(2'000));
    while (drained < drained_most) {
        buffer_.clear();
        auto room = buffer_.prepare(65'536);
        auto [failure, count] = co_await stream_.async_read_some(room, awaiting_error);
        if (failure) co_return;
        drained += count;
    }
}

Task<bool> Connection::read_head() {
    is_idle_ = true;
    if (buffer_.size() == 0) {
        // Nothing of the next request is here yet: this wait is the long one.
        stream_.expires_after(ms(shared_.options.limits.idle_ms));
        auto room = buffer_.prepare(4096);
        auto [failure, count] = co_await stream_.async_read_some(room, awaiting_error);
        if (failure) co_return false;
        buffer_.commit(count);
    }
    is_idle_ = false;
    head_.emplace();
    head_->header_limit(shared_.options.limits.header_bytes);
    head_->body_limit(boost::none);
    stream_.expires_after(ms(shared_.options.limits.header_ms));
    auto& parser = *head_;
    auto [failure, count] =
        co_await beast::http::async_read_header(stream_, buffer_, parser, awaiting_error);
    if (!failure) {
        look_at_head();
        co_return true;
    }
    if (failure == beast::http::error::header_limit) {
        auto error = too_large();
        co_await refuse(std::move(error));
    } else if (failure.category() == make_error_code(beast::http::error::bad_method).category()) {
        auto error = base::invalid(
            "http.malformed",
            {"无法识别的 HTTP 请求。", "Not a request of HTTP/1.1."},
            {"请检查客户端。", "Check the client."});
        co_await refuse(std::move(error));
    }
    co_return false;
}

void Connection::look_at_head() {
    const auto& message = head_->get();
    const auto target = view(message.target());
    const auto mark = target.find('?');
    request_ = {};
    request_.method = method_of(view(message.method_string()));
    request_.path = target.substr(0, mark);
    if (mark != std::string_view::npos) request_.query = target.substr(mark + 1);
    request_.headers = Headers(static_cast<const beast::http::fields*>(&message), find_field);
    request_.peer = peer_;
    request_.number = shared_.requests.fetch_add(1, std::memory_order_relaxed) + 1;
    keep_alive_ = head_->keep_alive() && !shared_.stopping.load(std::memory_order_relaxed);
    head_only_ = request_.method == Method::head;
    admission_ = shared_.handlers.admit(request_);
}

Error Connection::too_large() const {
    return base::invalid(
        "http.too_large",
        {"请求内容超过上限（" + std::to_string(admission_.body_most) + " 字节）。",
         "The request is larger than allowed (" + std::to_string(admission_.body_most) +
             " bytes)."},
        {"请减小内容或分批提交。", "Send less, or send it in parts."});
}

Task<bool> Connection::read_body() {
    if (head_->is_done()) co_return true;
    is_unread_ = true;
    if (admission_.skip_body) {
        keep_alive_ = false;
        co_return true;
    }
    const auto length = head_->content_length();
    if (length && *length > admission_.body_most) {
        auto error = too_large();
        co_await refuse(std::move(error));
        co_return false;
    }
    if (beast::iequals(head_->get()[beast::http::field::expect], "100-continue")) {
        const bool told = co_await write_continue();
        if (!told) co_return false;
    }
    // Views into the head die with it; what they show moves along with the fields.
    if (admission_.to_file) {
        const bool read = co_await read_into_file();
        co_return read;
    }
    const bool read = co_await read_into_memory();
    co_return read;
}

Task<bool> Connection::write_continue() {
    static constexpr std::string_view line = "HTTP/1.1 100 Continue\r\n\r\n";
    const auto bytes = asio::buffer(line.data(), line.size());
    stream_.expires_after(ms(shared_.options.limits.write_ms));
    auto [failure, count] = co_await asio::async_write(stream_, bytes, awaiting_error);
    co_return !failure;
}

Task<bool> Connection::read_into_memory() {
    beast::http::request_parser<beast::http::string_body> parser(std::move(*head_));
    parser.body_limit(admission_.body_most);
    stream_.expires_after(ms(shared_.options.limits.body_ms));
    auto [failure, count] =
        co_await beast::http::async_read(stream_, buffer_, parser, awaiting_error);
    if (failure == beast::http::error::body_limit) {
        auto error = too_large();
        co_await refuse(std::move(error));
    }
    if (failure) co_return false;
    is_unread_ = false;
    auto message = parser.release();
    request_.body = std::move(message.body());
    fields_ = std::move(message.base());
    request_.headers = Headers(&fields_, find_field);
    co_return true;
}

Task<bool> Connection::read_into_file() {
    request_.file = shared_.options.upload_folder / (base::random_hex(16) + ".part");
    beast::http::request_parser<beast::http::file_body> parser(std::move(*head_));
    parser.body_limit(admission_.body_most);
    Failure failure;
    parser.get().body().open(request_.file.c_str(), beast::file_mode::write_new, failure);
    if (failure) {
        base::log::error("http.upload_folder", {{"detail", failure.message()}});
        co_return false;
    }
    while (!parser.is_done()) {
        stream_.expires_after(ms(shared_.options.limits.body_ms));
        auto [stopped, count] =
            co_await beast::http::async_read_some(stream_, buffer_, parser, awaiting_error);
        failure = stopped;
        if (failure) break;
    }
    if (failure == beast::http::error::body_limit) {
        auto error = too_large();
        co_await refuse(std::move(error));
    }
    if (failure) co_return false;
    is_unread_ = false;
    parser.get().body().close();
    std::error_code absent;
    request_.file_size = std::filesystem::file_size(request_.file, absent);
    fields_ = std::move(parser.get().base());
    request_.headers = Headers(&fields_, find_field);
    co_return true;
}

void Connection::forget_file() {
    if (request_.file.empty()) return;
    std::error_code ignored; // the handler may have moved it away
    std::filesystem::remove(request_.file, ignored);
    request_.file.clear();
}

void Connection::answer_here() { response_ = shared_.handlers.answer(request_); }

Task<> Connection::answer_on_workers() {
    stream_.expires_never();
    auto start = [this](auto handler) {
        auto job = [this, done = std::move(handler)]() mutable {
            answer_here();
            asio::post(loop_.context.get_executor(), std::move(done));
        };
        shared_.workers->add(std::move(job));
    };
    co_await asio::async_initiate<const asio::use_awaitable_t<Executor>, void()>(start, awaiting);
}

void Connection::make_head() {
    out_.clear();
    out_ += "HTTP/1.1 ";
    out_ += std::to_string(response_.status);
    out_ += ' ';
    out_ += reason_of(response_.status);
    out_ += loop_.date.line();
    if (response_.status != 204 && response_.status != 304) {
        const auto size = response_.fixed ? response_.fixed->size() : response_.body.size();
        out_ += "\r\nContent-Type: ";
        out_ += response_.content_type;
        if (!response_.live) {
            out_ += "\r\nContent-Length: ";
            out_ += std::to_string(size);
        }
    }
    if (!keep_alive_) out_ += "\r\nConnection: close";
    for (const auto& [name, value] : response_.headers) {
        out_ += "\r\n";
        out_ += name;
        out_ += ": ";
        out_ += value;
    }
    out_ += "\r\n\r\n";
}

Task<bool> Connection::write_answer() {
    if (response_.live) keep_alive_ = false;
    make_head();
    const auto& body = response_.fixed ? *response_.fixed : response_.body;
    const bool bodiless = head_only_ || response_.status == 204 || response_.status == 304;
    const auto shown = bodiless ? std::string_view() : std::string_view(body);
    const std::array<asio::const_buffer, 2> bytes{
        asio::buffer(out_), asio::buffer(shown.data(), shown.size())};
    stream_.expires_after(ms(shared_.options.limits.write_ms));
    auto [failure, count] = co_await asio::async_write(stream_, bytes, awaiting_error);
    if (failure) co_return false;
    if (response_.live && !head_only_) {
        co_await write_events();
        co_return false;
    }
    co_return true;
}

// The timer stands for "news, or time for a heartbeat": who publishes ends its wait. Between
// looking for news and waiting nothing is suspended, and the timer is touched on this thread only,
// so no news is missed.
Task<> Connection::write_events() {
    const auto subscriber = response_.live;
    streaming_ = subscriber;
    const auto timer = std::make_shared<asio::basic_waitable_timer<
        std::chrono::steady_clock,
        asio::wait_traits<std::chrono::steady_clock>,
        Executor>>(loop_.context.get_executor());
    subscriber->on_news([timer, executor = loop_.context.get_executor()] {
        asio::post(executor, [timer] { timer->cancel(); });
    });
    while (!shared_.stopping.load(std::memory_order_relaxed)) {
        out_ = subscriber->take();
        if (out_.empty()) {
            if (subscriber->closed()) break;
            stream_.expires_never();
            timer->expires_after(ms(live_heartbeat_ms));
            auto [woken] = co_await timer->async_wait(awaiting_error);
            if (woken) continue;
            if (!subscriber->alive()) break;
            out_ = ":\n\n";
        }
        stream_.expires_after(ms(shared_.options.limits.write_ms));
        const auto bytes = asio::buffer(out_);
        auto [failure, count] = co_await asio::async_write(stream_, bytes, awaiting_error);
        if (failure) break;
    }
    subscriber->on_news({});
    subscriber->close();
}

// An answer to what could not be read to its end; the connection closes after it.
Task<> Connection::refuse(Error error) {
    keep_alive_ = false;
    head_only_ = false;
    response_ = problem(error, Language::zh, "");
    co_await write_answer();
}

Task<> serve(Loop& loop, Socket socket) {
    Connection connection(loop, std::move(socket));
    co_await connection.run();
}

void log_failure(const std::exception_ptr& failure) {
    if (failure) base::log::error("http.connection_failed");
}

Task<> accept(Loop& loop) {
    asio::basic_waitable_timer<
        std::chrono::steady_clock,
        asio::wait_traits<std::chrono::steady_clock>,
        Executor>
        pause(loop.context.get_executor());
    for (;;) {
        auto [failure, socket] = co_await loop.acceptor.async_accept(awaiting_error);
        if (loop.shared.stopping.load()) co_return;
        if (failure) {
            // Out of descriptors, most likely: give the others time to end.
            base::log::warn("http.accept", {{"detail", failure.message()}});
            pause.expires_after(ms(100));
            co_await pause.async_wait(awaiting_error);
            continue;
        }
        if (loop.shared.connections.load() >= loop.shared.options.limits.connections_most) {
            base::log::warn("http.connections_most");
            continue;
        }
        auto work = serve(loop, std::move(socket));
        asio::co_spawn(loop.context, std::move(work), log_failure);
    }
}

Result<std::uint16_t> listen(Loop& loop, std::uint16_t port) {
    using reuse_port = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;
    const auto& options = loop.shared.options;
    Failure failure;
    const auto address = asio::ip::make_address(options.address, failure);
    const tcp::endpoint end(address, port);
    auto& acceptor = loop.acceptor;
    if (!failure) acceptor.open(end.protocol(), failure);
    if (!failure) acceptor.set_option(tcp::acceptor::reuse_address(true), failure);
    if (!failure) acceptor.set_option(reuse_port(true), failure);
    if (!failure) acceptor.bind(end, failure);
    if (!failure) acceptor.listen(1024, failure);
    if (!failure) return acceptor.local_endpoint().port();
    auto error = base::unavailable(
        "http.address",
        {"无法监听 " + options.address + ":" + std::to_string(port) + "。",
         "Cannot listen at " + options.address + ":" + std::to_string(port) + "."},
        {"请换一个端口，或结束占用它的程序。",
         "Choose another port, or end the program that has it."});
    error.detail = failure.message();
    return error;
}

} // namespace

struct Server::State {
    Shared shared;
    std::vector<std::unique_ptr<Loop>> loops;
    std::vector<std::jthread> threads;
    bool running = false;

    void close(Loop& loop) {
        asio::post(loop.context, [&loop] {
            Failure ignored;
            loop.acceptor.close(ignored);
            for (auto* connection : loop.connections)
                connection->stop();
        });
    }
};

Server::Server(ServerOptions options, Handlers handlers)
    : state_(std::make_unique<State>()) {
    state_->shared.options = std::move(options);
    state_->shared.handlers = std::move(handlers);
}

Server::~Server() { stop(); }

Result<std::uint16_t> Server::start() {
    auto& [shared, loops, threads, running] = *state_;
    base::ensure(!running && loops.empty(), "a server starts once");
    const auto& folder = shared.options.upload_folder;
    if (!folder.empty()) {
        std::filesystem::create_directories(folder);
        std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
    }
    auto port = shared.options.port;
    for (std::size_t i = 0; i < std::max<std::size_t>(shared.options.threads, 1); ++i) {
        auto& loop = *loops.emplace_back(std::make_unique<Loop>(shared));
        port = TRY(listen(loop, port));
    }
    shared.workers = std::make_unique<Workers>(shared.options.workers);
    for (const auto& loop : loops) {
        auto work = accept(*loop);
        asio::co_spawn(loop->context, std::move(work), log_failure);
        threads.emplace_back([&context = loop->context] { context.run(); });
    }
    running = true;
    base::log::info("http.listening", {{"address", shared.options.address}, {"port", port}});
    return port;
}

void Server::wait_for_signal() {
    asio::io_context context(1);
    asio::signal_set signals(context, SIGINT, SIGTERM);
    signals.async_wait([](const Failure&, int signal) {
        base::log::info("http.signal", {{"signal", signal}});
    });
    context.run();
}

void Server::stop() {
    auto& [shared, loops, threads, running] = *state_;
    if (!running) return;
    running = false;
    shared.stopping = true;
    for (const auto& loop : loops)
        state_->close(*loop);
    const auto deadline = base::monotonic_ns() + shared.options.limits.stop_ms * 1'000'000;
    while (shared.connections.load() > 0 && base::monotonic_ns() < deadline)
        std::this_thread::sleep_for(ms(5));
    shared.workers.reset(); // what still runs there ends first: it posts to the loops
    for (const auto& loop : loops) {
        loop->guard.reset();
        loop->context.stop();
    }
    threads.clear();
    loops.clear();
    base::log::info("http.stopped");
}

std::size_t Server::connections() const { return state_->shared.connections.load(); }

} // namespace http
