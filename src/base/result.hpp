// What a correct program can meet: Result<T> holds a value or an Error that may be shown to a
// person.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace base {

// One sentence in the two languages of the product. Chinese comes first and is always there.
struct Text {
    std::string zh;
    std::string en;

    friend bool operator==(const Text&, const Text&) = default;
};

// The edge maps each kind to one HTTP status; nothing else does.
enum class ErrorKind {
    invalid,
    unauthenticated,
    forbidden,
    not_found,
    conflict,
    rejected,
    unavailable,
    internal
};

// `code` is stable and dotted (`finance.need_closed`); `message` and `cure` are for the reader;
// `field` is a JSON pointer or a file position when one place is to blame; `detail` goes to the log
// and never leaves the process.
struct Error {
    ErrorKind kind = ErrorKind::internal;
    std::string code;
    Text message;
    Text cure;
    std::string field;
    std::string detail;

    [[nodiscard]] Error at(std::string where) &&;
    friend bool operator==(const Error&, const Error&) = default;
};

[[nodiscard]] Error invalid(std::string code, Text message, Text cure = {});
[[nodiscard]] Error unauthenticated(std::string code, Text message, Text cure = {});
[[nodiscard]] Error forbidden(std::string code, Text message, Text cure = {});
[[nodiscard]] Error not_found(std::string code, Text message, Text cure = {});
[[nodiscard]] Error conflict(std::string code, Text message, Text cure = {});
[[nodiscard]] Error rejected(std::string code, Text message, Text cure = {});
[[nodiscard]] Error unavailable(std::string code, Text message, Text cure = {});

template <class T = void>
class [[nodiscard]] Result : public std::expected<T, Error> {
public:
    using std::expected<T, Error>::expected;

    Result(Error error) // NOLINT(google-explicit-constructor): so that `return rejected(…)` reads
                        // straight
        : std::expected<T, Error>(std::unexpected(std::move(error))) {}
};

namespace detail {
template <class T>
T take(Result<T>& result) {
    return *std::move(result);
}

inline void take(Result<void>&) {}
} // namespace detail

// A bug: a condition that holds whatever the input is broken. Caught by the dispatcher and the job
// runner only.
[[noreturn]] void bug(std::string_view what);

inline void ensure(bool condition, std::string_view what) {
    if (!condition) bug(what);
}

} // namespace base

// Unwraps a Result or returns its error from the enclosing function. One step a line; never in a
// coroutine.
#define TRY(...)                                                                                   \
    __extension__({                                                                                \
        auto tried = (__VA_ARGS__);                                                                \
        if (!tried) return std::move(tried).error();                                               \
        ::base::detail::take(tried);                                                               \
    })
