// The program's face over HTTP: one dispatcher that holds every declared endpoint to its
// declaration.
//
// The order of questions, each answered with a problem document when the answer is no: is there
// such a path and method; has the platform been set up; does a change come from our own page
// (X-Rongqiao, Sec-Fetch-Site; the cookie is SameSite=Strict besides); who is it; may they; do they
// owe a new password; is there an Idempotency-Key, an If-Match; then the endpoint's own input and
// function. Anything thrown below becomes a 500 with the request's id.
#pragma once

#include "edge/api/kept.hpp"
#include "edge/api/services.hpp"
#include "edge/http/router.hpp"
#include "edge/http/site.hpp"

#include <span>

namespace pack {
struct Role;
}

namespace api {

class Api {
public:
    // `services` outlives the Api; the Api outlives the server that calls it.
    Api(Endpoints endpoints, Services& services, http::Site site);
    ~Api();

    [[nodiscard]] http::Handlers handlers();
    [[nodiscard]] http::Admission admit(const http::Request& request) const;
    [[nodiscard]] http::Response answer(http::Request& request);

    [[nodiscard]] const Endpoints& endpoints() const { return endpoints_; }

private:
    [[nodiscard]] http::Response plain(const http::Request& request);
    [[nodiscard]] http::Response call_endpoint(const http::Request& request, Call& call);
    Result<http::Response> dispatch(const http::Request& request, Call& call, http::Match& match);
    Result<> check_origin(const http::Request& request) const;
    Result<> identify(const Endpoint& endpoint, const http::Request& request, Call& call) const;
    Result<> check_command(
        const Endpoint& endpoint, const http::Request& request, Call& call) const;

    Endpoints endpoints_;
    Services& services_;
    http::Site site_;
    http::Router router_;
    std::string boot_; // tells this run's request ids from another's
    KeptAnswers kept_;
};

// Tells the hub's clients and the metrics of every commit. The hub and the metrics outlive the
// database.
void follow_commits(store::Database& database, http::Hub& hub, http::Metrics& metrics);

// docs/openapi.json and docs/permissions.md, byte for byte the same on every machine.
[[nodiscard]] std::string openapi(const Endpoints& all);
[[nodiscard]] std::string permissions(const Endpoints& all, std::span<const pack::Role> roles);

} // namespace api
