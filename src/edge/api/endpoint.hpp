// An endpoint is data: method, path, who may call it, a sentence, input, output, function. Router,
// authorisation, docs/openapi.json, docs/permissions.md and the test that calls everything as
// nobody all read the same list.
//
// How to add some (a whole example is session.cpp; people.cpp shows lists and commands):
//
//   void declare_needs(Endpoints& all, Services& services) {
//       all.get("/v1/needs", Right::need_post, {"融资需求列表", "List of needs"},
//           [&](Call& call, const NeedFilter& filter) -> Result<Page<NeedView>> { … })
//           .exportable("needs", {column(&NeedView::number, {"编号", "Number"}), …});
//       all.post("/v1/needs", Right::need_post, {"新建需求", "Draft a need"},
//           [&](Call& call, const DraftNeed& wish) -> Result<store::Receipt> {
//               return services.finance->draft(call.command(), wish);
//           });
//       all.put("/v1/needs/{id}", Right::need_post, {"修改需求", "Change a draft"},
//           [&](Call& call, const DraftNeed& wish) -> Result<store::Receipt> {
//               const auto id = TRY(call.id<base::Need>());
//               return services.finance->change(call.command(), id, *call.version, wish);
//           }).edited();
//   }
//
// Input and output types are read off the function: `Result<Out>(Call&, const In&)`, or
// `Result<Out>(Call&)` without input. The input of get() comes from the query (a described struct
// whose members have defaults; names it does not have are refused), of post/put/del from a JSON
// body. Output: a described struct, a vector of them, nothing (204), a File. Commands (post, put,
// del) need an Idempotency-Key; ask() is a POST that changes nothing and needs none. Functions may
// block: they run on a pool of threads. cheap() moves one to the connection's own thread.
#pragma once

#include "edge/api/call.hpp"
#include "edge/api/shape.hpp"
#include "edge/api/sheet.hpp"

#include <deque>
#include <functional>
#include <string>
#include <type_traits>
#include <vector>

namespace api {

struct Nothing {};

BOOST_DESCRIBE_STRUCT(Nothing, (), ())

inline constexpr std::int32_t per_page_most = 200;

template <class T>
struct Page {
    std::vector<T> items;
    std::int64_t total = 0;
    std::int32_t page = 1;
    std::int32_t per_page = 50;

    BOOST_DESCRIBE_CLASS(Page, (), (items, total, page, per_page), (), ())
};

// What lists without filters of their own take.
struct Paging {
    std::int32_t page = 1;
    std::int32_t per_page = 50;
};

BOOST_DESCRIBE_STRUCT(Paging, (), (page, per_page))

// Bytes to be saved by the reader.
struct File {
    std::string name;              // "report.xlsx"
    std::string_view content_type; // a constant
    std::string bytes;
};

// Who may call an endpoint: anybody, everybody who is signed in, or who has one of some rights.
struct Access {
    enum class Kind { open, signed_in, rights };
    Kind kind = Kind::rights;
    std::vector<Right> any;

    Access(Right right) // NOLINT(google-explicit-constructor): so that a declaration reads straight
        : any{right} {}

    static Access open() { return Access(Kind::open, {}); }

    static Access signed_in() { return Access(Kind::signed_in, {}); }

    static Access any_of(std::vector<Right> rights) {
        return Access(Kind::rights, std::move(rights));
    }

private:
    Access(Kind which, std::vector<Right> rights)
        : kind(which)
        , any(std::move(rights)) {}
};

// One value of a query; `name` says which for the schema.
struct QueryParameter {
    std::string name;
    std::string schema;
    bool many = false;
};

struct Endpoint {
    enum class Input { none, query, body };
    using Run = std::function<Result<http::Response>(Call&)>;

    http::Method method = http::Method::get;
    std::string path;
    Access access = Access::open();
    Text summary;
    std::string capability; // the file it was declared in, as Endpoints::capability() was told

    Input input = Input::none;
    std::string input_schema; // of the body, JSON; empty without one
    std::vector<QueryParameter> query;
    std::string output_schema; // JSON; empty: no content
    std::string output_type = "application/json";

    bool is_command = false;      // needs an Idempotency-Key
    bool is_edited = false;       // needs If-Match
    bool is_cheap = false;        // runs on the connection's thread
    bool is_streamed = false;     // the body goes to a file: call.request.file
    bool keeps_secrets = false;   // the body holds a password: it stays out of the command's digest
    bool before_password = false; // may be called while a new password is due
    bool before_set_up = false;   // may be called before there are people
    std::uint64_t body_most = 1U << 20U;
    std::vector<std::string> kept_by; // modules; see kept()
    Run run;
    Run sheet; // answers as Excel, when exportable
};

namespace detail {

template <class F>
struct Signature : Signature<decltype(&F::operator())> {};

template <class C, class R>
struct Signature<R (C::*)(Call&) const> {
    using Out = typename R::value_type;
    using In = void;
};

template <class C, class R, class I>
struct Signature<R (C::*)(Call&, const I&) const> {
    using Out = typename R::value_type;
    using In = I;
};

template <class T>
inline constexpr bool is_paged = requires(T t) {
    t.page = 1;
    t.per_page = 1;
};

template <class T>
struct RowOf {
    using Type = void;
};

template <class T>
struct RowOf<std::vector<T>> {
    using Type = T;
};
template <class T>

requires requires(T t) { t.items; }

struct RowOf<T> {
    using Type = typename decltype(T::items)::value_type;
};

using Problems = std::vector<base::json::Problem>;

// `json.shape` with every problem kept for the problem document's `errors`.
base::Error refuse(Call& call, const Problems& problems);
Result<base::json::Value> body_of(const Call& call);

// Fills `in` from the query or the body. A query's names that the form does not have are problems.
Result<> read_input(Call& call, Endpoint::Input from, const base::Form& form, void* in);

template <class In>
Result<In> read_input(Call& call, Endpoint::Input from) {
    In in{};
    TRY(read_input(call, from, base::form_of<In>(), &in));
    return in;
}

// JSON with a weak entity tag from `version`, when there is one.
http::Response json_response(std::string body, std::optional<std::int64_t> version);
http::Response file_response(File file);
http::Response empty_response();

template <class Out>
http::Response write_output(Out&& out) {
    using Type = std::remove_cvref_t<Out>;
    if constexpr (std::same_as<Type, http::Response>) {
        return std::forward<Out>(out);
    } else if constexpr (std::same_as<Type, File>) {
        return file_response(std::forward<Out>(out));
    } else if constexpr (requires { out.version + std::int64_t{1}; }) {
        return json_response(base::json::text(out), out.version);
    } else {
        return json_response(base::json::text(out), std::nullopt);
    }
}

Result<http::Response> sheet_response(const Sheet& sheet, Language language);

} // namespace detail

// What a declaration returns, for what is said about few endpoints. The last word on one wins.
template <class In, class Out>
class Declared {
public:
    using Function = std::function<Result<Out>(Call&, const In&)>;

    Declared(Endpoint& endpoint, Function function)
        : endpoint_(endpoint)
        , function_(std::move(function)) {}

    Declared& cheap() { return set(endpoint_.is_cheap); }

    Declared& edited() { return set(endpoint_.is_edited); }

    Declared& keeps_secrets() { return set(endpoint_.keeps_secrets); }

    Declared& before_password() { return set(endpoint_.before_password); }

    Declared& before_set_up() { return set(endpoint_.before_set_up); }

    // A change that is harmless to repeat and leaves no record to answer for.
    Declared& without_key() {
        endpoint_.is_command = false;
        return *this;
    }

    // The answer depends on nothing but the query, the reader's organisation and language, today's
    // date and the records of these modules (the first words of their events' kinds). It is kept
    // until one of them writes.
    Declared& kept(std::vector<std::string> modules) {
        endpoint_.kept_by = std::move(modules);
        return *this;
    }

    Declared& body_most(std::uint64_t bytes) {
        endpoint_.body_most = bytes;
        return *this;
    }

    Declared& answers(std::string_view content_type) {
        endpoint_.output_type = content_type;
        return *this;
    }

    // `file` is the sheet's file name without ".xlsx". Pages are asked for one after another until
    // all rows are there.
    template <class Row = typename detail::RowOf<Out>::Type>
    Declared& exportable(std::string file, std::vector<Column<Row>> columns) {
        endpoint_.sheet = [function = function_,
                           file = std::move(file),
                           columns = std::move(columns)](Call& call) -> Result<http::Response> {
            auto in = TRY(detail::read_input<In>(call, Endpoint::Input::query));
            Sheet sheet{.name = file, .titles = {}, .rows = {}};
            for (const auto& each : columns)
                sheet.titles.push_back(each.title);
            const auto add = [&](const std::vector<Row>& rows) {
                for (const auto& row : rows) {
                    auto& cells = sheet.rows.emplace_back();
                    for (const auto& each : columns)
                        cells.push_back(each.value(row));
                }
                return !rows.empty() && sheet.rows.size() < sheet_rows_most;
            };
            if constexpr (base::is_vector<Out>) {
                add(TRY(function(call, in)));
            } else if constexpr (detail::is_paged<In>) {
                in.per_page = per_page_most;
                for (in.page = 1; add(TRY(function(call, in)).items); ++in.page) {
                }
            } else {
                add(TRY(function(call, in)).items);
            }
            return detail::sheet_response(sheet, call.language);
        };
        return *this;
    }

    // A list whose columns the reader chooses makes its sheet itself, at one moment.
    Declared& sheet(std::function<Result<Sheet>(Call&, const In&)> make) {
        endpoint_.sheet = [make = std::move(make)](Call& call) -> Result<http::Response> {
            const auto in = TRY(detail::read_input<In>(call, Endpoint::Input::query));
            return detail::sheet_response(TRY(make(call, in)), call.language);
        };
        return *this;
    }

private:
    Declared& set(bool& flag) {
        flag = true;
        return *this;
    }

    Endpoint& endpoint_;
    Function function_;
};

class Endpoints {
public:
    // Names the capability of the declarations that follow: the heading in docs/permissions.md, the
    // tag in OpenAPI.
    void capability(std::string name) { capability_ = std::move(name); }

    template <class F>
    auto get(std::string path, Access access, Text summary, F function) {
        return add(http::Method::get, Endpoint::Input::query, path, access, summary, function);
    }

    template <class F>
    auto post(std::string path, Access access, Text summary, F function) {
        return command(http::Method::post, path, access, summary, function);
    }

    template <class F>
    auto put(std::string path, Access access, Text summary, F function) {
        return command(http::Method::put, path, access, summary, function);
    }

    template <class F>
    auto del(std::string path, Access access, Text summary, F function) {
        return command(http::Method::del, path, access, summary, function);
    }

    // A POST that changes no record: questions too long for a query, and signing in.
    template <class F>
    auto ask(std::string path, Access access, Text summary, F function) {
        return add(http::Method::post, Endpoint::Input::body, path, access, summary, function);
    }

    // A command whose body is a file, streamed to disk: `call.request.file`, at most `bytes_most`.
    // The input is the query.
    template <class F>
    auto upload(
        std::string path, Access access, Text summary, std::uint64_t bytes_most, F function) {
        auto declared =
            add(http::Method::post, Endpoint::Input::query, path, access, summary, function);
        auto& endpoint = list_.back();
        endpoint.is_command = true;
        endpoint.is_streamed = true;
        endpoint.body_most = bytes_most;
        return declared;
    }

    [[nodiscard]] const std::deque<Endpoint>& list() const { return list_; }

    [[nodiscard]] const Schemas& schemas() const { return schemas_; }

private:
    template <class F>
    auto command(
        http::Method method,
        const std::string& path,
        const Access& access,
        const Text& summary,
        const F& function) {
        auto declared = add(method, Endpoint::Input::body, path, access, summary, function);
        list_.back().is_command = true;
        return declared;
    }

    template <class F>
    auto add(
        http::Method method,
        Endpoint::Input from,
        const std::string& path,
        const Access& access,
        const Text& summary,
        const F& function) {
        using Out = typename detail::Signature<F>::Out;
        using Given = typename detail::Signature<F>::In;
        using In = std::conditional_t<std::is_void_v<Given>, Nothing, Given>;
        auto& endpoint = list_.emplace_back();
        endpoint.method = method;
        endpoint.path = path;
        endpoint.access = access;
        endpoint.summary = summary;
        endpoint.capability = capability_;
        typename Declared<In, Out>::Function typed;
        if constexpr (std::is_void_v<Given>) {
            typed = [function](Call& call, const Nothing&) { return function(call); };
            if (from == Endpoint::Input::body) from = Endpoint::Input::none;
        } else {
            typed = function;
        }
        endpoint.input = from;
        describe_input(endpoint, base::form_of<In>());
        describe_output<Out>(endpoint);
        endpoint.run = [typed, from](Call& call) -> Result<http::Response> {
            In in{};
            if (from != Endpoint::Input::none) in = TRY(detail::read_input<In>(call, from));
            if constexpr (std::is_void_v<Out>) {
                TRY(typed(call, in));
                return detail::empty_response();
            } else {
                return detail::write_output(TRY(typed(call, in)));
            }
        };
        return Declared<In, Out>(endpoint, std::move(typed));
    }

    void describe_input(Endpoint& endpoint, const base::Form& form);

    template <class Out>
    void describe_output(Endpoint& endpoint) {
        if constexpr (std::same_as<Out, File> || std::same_as<Out, http::Response>) {
            endpoint.output_type = "application/octet-stream";
            endpoint.output_schema = R"({"type":"string","format":"binary"})";
        } else if constexpr (!std::is_void_v<Out>) {
            endpoint.output_schema = schema_of<Out>(schemas_);
        }
    }

    std::string capability_ = "platform";
    std::deque<Endpoint> list_;
    Schemas schemas_;
};

} // namespace api
