// The verifiable log: its files for everybody (/log/…), and for those concerned the proof of an
// act.
#include "edge/api/evidence.hpp"

#include "domain/evidence/evidence.hpp"
#include "domain/identity/identity.hpp"
#include "edge/api/capabilities.hpp"
#include "edge/jobs/sealer.hpp"
#include "engine/tlog/proof.hpp"

namespace api {
namespace {

constexpr std::string_view log_folder = "/log/";
constexpr std::string_view octets_type = "application/octet-stream";
constexpr std::string_view text_type = "text/plain; charset=utf-8";

struct LogKey {
    std::string vkey;
    std::string kind; // ed25519, sm2_sm3
};
BOOST_DESCRIBE_STRUCT(LogKey, (), (vkey, kind))

struct LogWitness {
    std::string name;
    std::string vkey;
    std::optional<Instant> cosigned_at; // of the published checkpoint
};
BOOST_DESCRIBE_STRUCT(LogWitness, (), (name, vkey, cosigned_at))

struct LogView {
    std::string origin;
    std::vector<LogKey> keys;
    std::string checkpoint; // the published one, as it is served; empty before the first
    std::int64_t size = 0;
    std::optional<Instant> published_at;
    std::vector<LogWitness> witnesses;
    std::string quorum;  // empty: none is asked for
    std::string trust;   // a trust file for those who verify, with this log's key
    bool halted = false; // nothing is signed any more, since the data do not continue the log
};
BOOST_DESCRIBE_STRUCT(
    LogView, (), (origin, keys, checkpoint, size, published_at, witnesses, quorum, trust, halted))

base::Error no_log() {
    return base::unavailable(
        "evidence.no_log",
        {"本平台没有运行可验证日志。", "This platform runs no verifiable log."},
        {"请联系运维人员。", "Ask the operator."});
}

base::Error not_yet() {
    return base::unavailable(
        "evidence.not_yet",
        {"该事项尚未进入已签名的检查点。", "The act is in no signed checkpoint yet."},
        {"请稍等片刻再取。", "Ask again in a moment."});
}

base::Error no_act() {
    return base::not_found(
        "evidence.no_act",
        {"没有这个事项，或不归您查看。", "There is no such act, or it is not yours to see."},
        {"请从回执中的序号查找。", "Use the number on the receipt."});
}

std::string trust_text(const jobs::Sealer& sealer) {
    std::string text = "log " + sealer.keeper().verifiers()[0].text() + "\n";
    const auto& trust = sealer.trust();
    if (trust.witnesses().empty()) return text + "quorum none\n";
    return trust.text(text);
}

LogView log_view(const jobs::Sealer& sealer) {
    LogView view{.origin = sealer.keeper().origin()};
    for (const auto& key : sealer.keeper().verifiers())
        view.keys.push_back({key.text(), std::string(base::json::enum_name(key.kind))});
    const auto published = sealer.published();
    if (published) {
        view.checkpoint = published->note;
        view.size = static_cast<std::int64_t>(published->head.size);
        view.published_at = published->at;
    }
    for (const auto& witness : sealer.trust().witnesses()) {
        auto& shown = view.witnesses.emplace_back(witness.name, witness.key.text(), std::nullopt);
        if (!published) continue;
        for (const auto& each : published->cosigned) {
            if (each.witness == witness.name)
                shown.cosigned_at = Instant{static_cast<std::int64_t>(each.seconds) * 1000};
        }
    }
    view.quorum = sealer.trust().quorum();
    view.trust = trust_text(sealer);
    view.halted = sealer.halted().has_value();
    return view;
}

// The act's own organisation, the enterprise it is about, and who audits.
bool concerns(const base::Actor& actor, const store::Event& event) {
    if (actor.rights.has(Right::audit_read)) return true;
    if (!actor.party) return false;
    return event.party == actor.party || event.subject == std::to_string(actor.party.value);
}

Result<store::Event> own_event(const store::Snapshot& db, const Call& call) {
    const auto seq = TRY(call.number("seq"));
    auto event = db.journal_line(seq);
    if (!event || !concerns(call.actor, *event)) return no_act();
    return *std::move(event);
}

http::Response refused(int status, std::string text) {
    http::Response response;
    response.status = status;
    response.content_type = text_type;
    response.body = std::move(text);
    response.headers.emplace_back("Cache-Control", "no-store");
    return response;
}

} // namespace

Result<File> proof_file(const Services& services, std::int64_t seq) {
    if (services.sealer == nullptr) return no_log();
    const auto published = services.sealer->published();
    if (!published) return not_yet();
    return services.database->read([&](const store::Snapshot& db) -> Result<File> {
        auto placed = evidence::find(db, seq);
        if (!placed) return no_act();
        if (placed->index >= published->head.size) return not_yet();
        auto tree = evidence::tree(db, published->head.size);
        tlog::Proof proof{
            .extra = std::move(placed->entry),
            .index = placed->index,
            .hashes = TRY(tree.inclusion(placed->index)),
            .checkpoint = published->note};
        return File{
            .name = "rongqiao-" + std::to_string(seq) + ".tlog-proof",
            .content_type = text_type,
            .bytes = proof.text()};
    });
}

bool is_log_file(std::string_view path) { return path.starts_with(log_folder); }

// Only what a published checkpoint covers is given out: it is signed, so it never changes.
http::Response log_file(const Services& services, const http::Request& request) {
    if (services.sealer == nullptr) return refused(404, "no log here\n");
    const auto published = services.sealer->published();
    if (!published) return refused(503, "no checkpoint yet\n");
    const auto path = request.path.substr(log_folder.size());
    http::Response response;
    response.headers.emplace_back("Access-Control-Allow-Origin", "*"); // public by nature
    response.headers.emplace_back("X-Content-Type-Options", "nosniff");
    if (path == "checkpoint") {
        response.content_type = text_type;
        response.body = published->note;
        response.headers.emplace_back("Cache-Control", "no-cache");
        return response;
    }
    const auto tile = tlog::read_tile_path(path);
    if (!tile) return refused(404, "no such file\n");
    const auto count = tlog::hashes_at(tile->level, published->head.size);
    const bool covered = tile->index <= count / tlog::tile_width &&
                         tile->index * tlog::tile_width + tile->width <= count;
    if (!covered) return refused(404, "not in the published checkpoint\n");
    auto bytes = services.database->read(
        [&](const store::Snapshot& db) { return evidence::tile(db, *tile); });
    if (!bytes) return refused(404, "not there\n");
    response.content_type = octets_type;
    response.body = *std::move(bytes);
    response.headers.emplace_back("Cache-Control", "public, max-age=31536000, immutable");
    return response;
}

void declare_evidence(Endpoints& all, Services& services) {
    all.capability("evidence");
    all.get(
        "/v1/log",
        Access::open(),
        {"可验证日志：名称、公钥、检查点", "The verifiable log: name, keys, checkpoint"},
        [&](Call&) -> Result<LogView> {
            if (services.sealer == nullptr) return no_log();
            return log_view(*services.sealer);
        });
    all.get(
           "/v1/log/acts/{seq}/proof",
           Access::signed_in(),
           {"一个事项的证明文件（.tlog-proof）", "The proof file of an act (.tlog-proof)"},
           [&](Call& call) -> Result<File> {
               const auto event = TRY(services.database->read(
                   [&](const store::Snapshot& db) { return own_event(db, call); }));
               return proof_file(services, event.seq);
           })
        .answers(text_type);
    all.get(
           "/v1/log/acts/{seq}/document",
           Access::signed_in(),
           {"一个事项的行为文件，其摘要在日志中", "The act file, whose digests are in the log"},
           [&](Call& call) -> Result<File> {
               return services.database->read([&](const store::Snapshot& db) -> Result<File> {
                   const auto event = TRY(own_event(db, call));
                   if (identity::sensitive(event.kind)) return no_act(); // holds a password's hash
                   return File{
                       .name = "rongqiao-" + std::to_string(event.seq) + ".act.txt",
                       .content_type = text_type,
                       .bytes = evidence::act(db, event.seq).value()};
               });
           })
        .answers(text_type);
}

} // namespace api
