// How the program is doing, for the system administrator.
#include "base/clock.hpp"
#include "domain/identity/identity.hpp"
#include "edge/api/capabilities.hpp"
#include "edge/http/hub.hpp"
#include "edge/http/metrics.hpp"
#include "engine/pack/policy.hpp"

#include <filesystem>

namespace api {
namespace {

struct SystemPack {
    std::string code;
    std::string version;
};
BOOST_DESCRIBE_STRUCT(SystemPack, (), (code, version))

struct RelayView {
    std::string name;
    std::int64_t behind = 0; // journal numbers it has not seen
};
BOOST_DESCRIBE_STRUCT(RelayView, (), (name, behind))

struct SystemView {
    std::string version;
    std::int64_t uptime_s = 0;
    std::int64_t journal_seq = 0;
    std::int64_t database_bytes = 0;
    std::int64_t memory_bytes = 0;
    std::int64_t commits = 0; // since start
    std::int64_t sessions = 0;
    std::int64_t live_clients = 0;
    std::vector<Job> jobs;
    SystemPack pack;
    std::vector<RelayView> relays;
};
BOOST_DESCRIBE_STRUCT(
    SystemView,
    (),
    (version,
     uptime_s,
     journal_seq,
     database_bytes,
     memory_bytes,
     commits,
     sessions,
     live_clients,
     jobs,
     pack,
     relays))

std::int64_t file_bytes(const std::string& file) {
    std::int64_t bytes = 0;
    for (const auto* ending : {"", "-wal"}) {
        std::error_code absent;
        const auto size = std::filesystem::file_size(file + ending, absent);
        if (!absent) bytes += static_cast<std::int64_t>(size);
    }
    return bytes;
}

SystemView view_system(const Services& services, std::int64_t started_ns) {
    SystemView view;
    view.version = services.program.version;
    view.uptime_s = (base::monotonic_ns() - started_ns) / 1'000'000'000;
    view.journal_seq = services.database->read([](const store::Snapshot& db) { return db.seq(); });
    view.database_bytes = file_bytes(services.program.database_file);
    view.memory_bytes = http::resident_bytes();
    view.commits = services.metrics->commits();
    view.sessions = services.identity->sessions_open();
    view.live_clients = services.hub->clients();
    if (services.jobs) view.jobs = services.jobs();
    const auto& header = services.policy->pack().header;
    view.pack = {.code = header.code, .version = header.version};
    for (const auto& name : services.relays)
        view.relays.push_back(
            {.name = name, .behind = view.journal_seq - services.database->cursor(name)});
    return view;
}

Result<Job> find_job(const Services& services, const std::string& id) {
    if (services.jobs) {
        for (auto& job : services.jobs()) {
            if (job.id == id) return std::move(job);
        }
    }
    return base::not_found(
        "job.unknown",
        {"没有这个后台任务，或服务重启后已不再记得。",
         "There is no such job, or it ended before the program was last started."},
        {"请查看导入列表。", "Look at the list of imports."});
}

} // namespace

void declare_system(Endpoints& all, Services& services) {
    all.capability("system");
    all.get(
        "/v1/system",
        Right::system_manage,
        {"系统运行状况", "How the system is doing"},
        [&services, started_ns = base::monotonic_ns()](Call&) -> Result<SystemView> {
            return view_system(services, started_ns);
        });
    all.get(
        "/v1/jobs/{id}",
        Access::any_of({Right::system_manage, Right::fact_import}),
        {"后台任务进度", "Progress of a background job"},
        [&](Call& call) { return find_job(services, call.text("id")); });
}

} // namespace api
