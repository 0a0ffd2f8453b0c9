#include "edge/witness/witness.hpp"

#include "base/log.hpp"
#include "engine/tlog/witnessing.hpp"

#include <algorithm>

namespace witness {
namespace {

constexpr auto key_file = "witness.key";
constexpr auto turn_file = "witness.lock";
constexpr std::uint64_t witness_body_most = 256 * 1024;
constexpr std::string_view checkpoint_end = "/checkpoint";
constexpr std::int64_t ms_per_second = 1000;

base::Error broken(const char* code, const std::filesystem::path& file) {
    return base::unavailable(
        code,
        {"文件内容无效：" + file.string(), "The file is not what it should be: " + file.string()},
        {"请从保管处恢复原文件；见证方不可回到旧状态。",
         "Put the original back; a witness must not return to an older state."});
}

base::Result<tlog::SignerKey> key_in(const std::filesystem::path& folder, const std::string& name) {
    const auto file = folder / key_file;
    auto text = TRY(store::read_whole(file));
    if (text) {
        if (text->ends_with('\n')) text->pop_back();
        auto key = tlog::SignerKey::read(base::Secret(*std::move(text)));
        const bool cosigns = key && key->verifier().kind == tlog::KeyKind::cosignature;
        if (!cosigns || (!name.empty() && key->verifier().name != name))
            return broken("witness.key", file);
        return key;
    }
    if (!tlog::is_key_name(name)) {
        return base::invalid(
            "witness.name",
            {"首次启动请用 --name 给出见证方名称，不含空格与加号。",
             "The first start needs --name, without spaces and plus signs."},
            {"例如 --name finance.example.gov.cn/witness。",
             "For example --name finance.example.gov.cn/witness."});
    }
    auto key = tlog::SignerKey::generate(name, tlog::KeyKind::cosignature);
    TRY(store::replace_whole(file, key.reveal().reveal() + '\n'));
    return key;
}

http::Response plain(int status, std::string body) {
    http::Response response;
    response.status = status;
    response.content_type = "text/plain; charset=utf-8";
    response.body = std::move(body);
    return response;
}

} // namespace

Witness::Witness(
    std::filesystem::path folder,
    store::FileLock lock,
    tlog::SignerKey key,
    std::vector<tlog::VerifierKey> logs,
    const base::Clock& clock)
    : folder_(std::move(folder))
    , lock_(std::move(lock))
    , key_(std::move(key))
    , logs_(std::move(logs))
    , clock_(clock) {}

base::Result<std::unique_ptr<Witness>> Witness::open(
    const std::filesystem::path& folder,
    const std::string& name,
    const tlog::Trust& logs,
    const base::Clock& clock) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    auto lock = TRY(store::FileLock::take(folder / turn_file));
    auto key = TRY(key_in(folder, name));
    std::unique_ptr<Witness> made(
        new Witness(folder, std::move(lock), std::move(key), logs.log_keys(), clock));
    TRY(made->load());
    return made;
}

std::filesystem::path Witness::file_of(const std::string& origin) const {
    return folder_ / (base::hex(base::sha256(origin)) + ".checkpoint");
}

base::Result<> Witness::load() {
    for (const auto& log : logs_) {
        const auto file = file_of(log.name);
        auto note = TRY(store::read_whole(file));
        if (!note) continue;
        const auto read = tlog::SignedCheckpoint::read(*note);
        if (!read || read->checkpoint.origin != log.name) return broken("witness.state", file);
        const std::vector<tlog::VerifierKey> own{key_.verifier()};
        if (!tlog::verify_note(read->note, own)) return broken("witness.state", file);
        held_[log.name] = {read->checkpoint.head, *std::move(note)};
    }
    return {};
}

http::Handlers Witness::handlers() {
    return {
        .admit =
            [](const http::Request& request) {
                const bool writes = request.path == "/add-checkpoint";
                return http::Admission{
                    .place = writes ? http::Place::workers : http::Place::here,
                    .body_most = witness_body_most};
            },
        .answer = [this](http::Request& request) { return answer(request); }};
}

http::Response Witness::answer(const http::Request& request) {
    if (request.path == "/add-checkpoint") {
        if (request.method != http::Method::post) return plain(405, "POST only\n");
        return add_checkpoint(request.body);
    }
    if (request.method != http::Method::get && request.method != http::Method::head)
        return plain(405, "GET only\n");
    if (request.path == "/") return about();
    if (request.path.ends_with(checkpoint_end) && request.path.starts_with('/')) {
        const auto hash = request.path.substr(1, request.path.size() - 1 - checkpoint_end.size());
        return checkpoint(hash);
    }
    return plain(404, "no such page\n");
}

http::Response Witness::add_checkpoint(std::string_view body) {
    const std::scoped_lock lock(mutex_);
    auto decided = tlog::decide_add_checkpoint(
        body, logs_, [&](const std::string& origin) -> std::optional<tlog::Head> {
            const auto found = held_.find(origin);
            return found == held_.end() ? std::nullopt : std::optional(found->second.head);
        });
    if (!decided.next) {
        http::Response response = plain(decided.status, std::move(decided.body));
        response.content_type = decided.content_type;
        return response;
    }
    auto& next = *decided.next;
    const auto seconds = static_cast<std::uint64_t>(clock_.now().ms / ms_per_second);
    auto line = key_.cosign(next.note.text, seconds);
    auto answer = tlog::line_text(line);
    next.note.signatures.push_back(std::move(line));
    const auto& origin = next.checkpoint.origin;
    auto note = tlog::note_text(next.note);
    if (const auto kept = store::replace_whole(file_of(origin), note); !kept) {
        base::log::error("witness.not_kept", {{"detail", kept.error().detail}});
        return plain(503, "the checkpoint could not be kept\n");
    }
    base::log::info("witness.cosigned", {{"origin", origin}, {"size", next.checkpoint.head.size}});
    held_[origin] = {next.checkpoint.head, std::move(note)};
    return plain(200, std::move(answer));
}

http::Response Witness::checkpoint(std::string_view hash) const {
    const std::scoped_lock lock(mutex_);
    for (const auto& [origin, held] : held_) {
        if (base::hex(base::sha256(origin)) != hash) continue;
        auto response = plain(200, held.note);
        response.headers.emplace_back("Cache-Control", "no-cache");
        return response;
    }
    return plain(404, "nothing cosigned for that log\n");
}

http::Response Witness::about() const {
    std::string text = "witness " + key_.verifier().text() + "\n";
    for (const auto& log : logs_)
        text += "log " + log.text() + "\n";
    return plain(200, std::move(text));
}

} // namespace witness
