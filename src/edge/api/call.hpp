// What the function of an endpoint is told beside its input.
#pragma once

#include "base/actor.hpp"
#include "base/json.hpp"
#include "edge/http/message.hpp"
#include "edge/http/problem.hpp"
#include "store/database.hpp"

#include <optional>

namespace api {

using base::Id;
using base::Instant;
using base::Result;
using base::Right;
using base::Text;
using http::Language;

struct Call {
    const http::Request& request;
    base::Actor actor; // nobody (no person, no rights) on open endpoints without a session
    Id<base::Session> session;
    bool must_change_password = false;
    Instant now;
    Language language = Language::zh;
    std::string request_id;              // "5f2a-17", also in the log
    std::string idempotency_key;         // of a command
    base::Digest digest{};               // of a command's content
    std::optional<std::int64_t> version; // from If-Match; always there on edited endpoints
    std::vector<std::pair<std::string_view, std::string_view>> parameters; // of the path, as sent
    std::vector<std::pair<std::string, std::string>> answer_headers;       // to be sent along
    std::vector<http::Fault> faults; // every wrong place of the input, for the problem document

    // The command to hand to a use case. Its id joins the person and the Idempotency-Key, so that
    // two people's keys never meet.
    [[nodiscard]] store::Command command() const;

    // A path parameter, decoded. A Bug when the path has none of that name.
    [[nodiscard]] std::string text(std::string_view name) const;

    // A path parameter that is an id: `http.not_found` when it is none, as for an id that nothing
    // has.
    template <class T>
    [[nodiscard]] Result<Id<T>> id(std::string_view name = "id") const {
        return Id<T>{TRY(number(name))};
    }

    [[nodiscard]] Result<std::int64_t> number(std::string_view name) const;
};

} // namespace api
