#include "edge/jobs/sealer.hpp"

#include "base/log.hpp"
#include "edge/http/client.hpp"
#include "engine/tlog/witnessing.hpp"

#include <chrono>

namespace jobs {
namespace {

constexpr std::int64_t retry_ms = 1'000;

std::string below(const std::string& url, const std::string& path) {
    return url + (url.ends_with('/') ? "" : "/") + path;
}

// What a later start or another backup does not mend.
bool is_final(const base::Error& error) {
    return error.code == "evidence.behind" || error.code == "evidence.fork";
}

} // namespace

Sealer::Sealer(
    store::Database& database,
    evidence::Evidence& evidence,
    evidence::Keeper keeper,
    tlog::Trust trust,
    const base::Clock& clock,
    Options options)
    : database_(database)
    , evidence_(evidence)
    , keeper_(std::move(keeper))
    , trust_(std::move(trust))
    , clock_(clock)
    , options_(options)
    , known_(trust_.witnesses().size(), 0)
    , signing_(std::make_shared<Bell>()) {
    load_published();
    database_.listen([bell = signing_](std::span<const store::Event> events) {
        const bool news = std::ranges::any_of(
            events, [](const store::Event& event) { return event.kind != evidence::Sealed::kind; });
        if (news) ring(*bell);
    });
}

Sealer::~Sealer() {
    for (auto* bell : {signing_.get(), &asking_}) {
        const std::scoped_lock lock(bell->mutex);
        bell->stopping = true;
        bell->wake.notify_all();
    }
    if (signer_.joinable()) signer_.join();
    if (asker_.joinable()) asker_.join();
}

// The checkpoint shown before the last stop is shown again at once, so that it never goes back.
void Sealer::load_published() {
    const auto text = keeper_.published();
    if (!text || !*text) return;
    auto opened = tlog::open_checkpoint(**text, keeper_.verifiers());
    if (!opened) {
        base::log::error("evidence.published", {{"code", opened.error().code}});
        return;
    }
    publish(*opened);
}

void Sealer::start() {
    ring(*signing_);
    signer_ = std::thread([this] { sign_in_turn(); });
    if (!trust_.witnesses().empty()) asker_ = std::thread([this] { ask_in_turn(); });
}

void Sealer::ring(Bell& bell) {
    const std::scoped_lock lock(bell.mutex);
    bell.rung = true;
    bell.wake.notify_one();
}

// True when rung; false when stopping. The pause comes first, so that rings in it count as one.
bool Sealer::wait(Bell& bell, std::int64_t pause_ms) {
    std::unique_lock lock(bell.mutex);
    bell.wake.wait_for(lock, std::chrono::milliseconds(pause_ms), [&] { return bell.stopping; });
    bell.wake.wait(lock, [&] { return bell.stopping || bell.rung; });
    bell.rung = false;
    return !bell.stopping;
}

// The job runner: faults are caught here and tried again (style §4).
void Sealer::sign_in_turn() {
    std::int64_t pause = 0;
    while (wait(*signing_, pause)) {
        pause = options_.gap_ms;
        try {
            const auto done = sign();
            if (done) continue;
            if (is_final(done.error())) return halt(done.error());
            base::log::warn("evidence.not_signed", {{"code", done.error().code}});
        } catch (const std::exception& fault) {
            base::log::error("evidence.fault", {{"what", fault.what()}});
        }
        pause = retry_ms;
        ring(*signing_);
    }
}

void Sealer::ask_in_turn() {
    std::int64_t pause = 0;
    while (wait(asking_, pause)) {
        pause = options_.gap_ms;
        try {
            ask_witnesses();
        } catch (const std::exception& fault) {
            base::log::error("evidence.fault", {{"what", fault.what()}});
        }
    }
}

void Sealer::halt(base::Error error) {
    base::log::error(error.code, {{"message", error.message.en}, {"signing", "stopped for good"}});
    const std::scoped_lock lock(mutex_);
    halted_ = std::move(error);
}

base::Result<bool> Sealer::sign() {
    if (halted()) return false;
    if (!looked_) {
        TRY(look_at_witnesses());
        looked_ = true;
    }
    const auto size = TRY(evidence_.seal());
    {
        // After a start the head is looked at even when nothing is new: old data are found out
        // here.
        const std::scoped_lock lock(mutex_);
        const bool done = newest_ && newest_->checkpoint.head.size == size;
        if (done || size == 0) return false;
    }
    auto checkpoint = database_.read([&](const store::Snapshot& db) {
        auto tree = evidence::tree(db, size);
        return keeper_.sign(tree);
    });
    if (!checkpoint) return std::move(checkpoint).error();
    {
        const std::scoped_lock lock(mutex_);
        newest_ = *checkpoint;
    }
    if (trust_.quorum().empty()) publish(*checkpoint);
    if (!trust_.witnesses().empty()) ring(asking_);
    return true;
}

// What a witness saw last of this log, when it answers.
base::Result<std::optional<tlog::Checkpoint>> Sealer::seen_by(
    const tlog::Trust::Witness& witness) const {
    const auto path = base::hex(base::sha256(keeper_.origin())) + "/checkpoint";
    const auto answer =
        http::fetch({.url = below(witness.url, path), .body = {}, .most_ms = options_.witness_ms});
    if (!answer || answer->status != 200) return std::optional<tlog::Checkpoint>();
    const auto opened = tlog::open_checkpoint(answer->body, keeper_.verifiers());
    if (!opened) return std::optional<tlog::Checkpoint>();
    return std::optional(opened->checkpoint);
}

base::Result<> Sealer::look_at_witnesses() {
    for (std::size_t place = 0; place < trust_.witnesses().size(); ++place) {
        const auto& witness = trust_.witnesses()[place];
        if (witness.url.empty()) continue;
        const auto seen = TRY(seen_by(witness));
        if (!seen) {
            base::log::warn("evidence.witness_silent", {{"witness", witness.name}});
            continue;
        }
        known_[place] = seen->head.size;
        TRY(database_.read([&](const store::Snapshot& db) {
            auto tree = evidence::tree(db, evidence::size(db));
            return evidence::Keeper::continues(tree, *seen);
        }));
    }
    return {};
}

std::string Sealer::request(
    std::uint64_t old_size, const tlog::SignedCheckpoint& checkpoint) const {
    tlog::AddCheckpoint wish{
        .old_size = old_size, .proof = {}, .checkpoint = tlog::note_text(checkpoint.note)};
    const auto size = checkpoint.checkpoint.head.size;
    if (old_size > 0 && old_size <= size) {
        database_.read([&](const store::Snapshot& db) {
            auto tree = evidence::tree(db, size);
            auto proof = tree.consistency(old_size);
            base::ensure(proof.has_value(), "the tree has its tiles");
            wish.proof = *std::move(proof);
        });
    }
    return wish.text();
}

// The witness's line over the checkpoint, or nothing. A witness that has seen more than was ever
// signed here means that these are old data.
std::optional<tlog::SignatureLine> Sealer::ask(
    std::size_t place, const tlog::SignedCheckpoint& checkpoint) {
    const auto& witness = trust_.witnesses()[place];
    const auto size = checkpoint.checkpoint.head.size;
    for (int attempt = 0; attempt < 2; ++attempt) {
        const auto answer = http::fetch(
            {.method = "POST",
             .url = below(witness.url, "add-checkpoint"),
             .body = request(known_[place], checkpoint),
             .most_ms = options_.witness_ms});
        if (!answer) {
            base::log::warn("evidence.witness_silent", {{"witness", witness.name}});
            return std::nullopt;
        }
        if (answer->status == 409) {
            const auto end = std::min(answer->body.find('\n'), answer->body.size());
            const auto held = tlog::decimal(std::string_view(answer->body).substr(0, end));
            const auto head = keeper_.head();
            const bool ahead = held && head && *head && *held > (*head)->checkpoint.head.size;
            if (ahead) {
                halt(base::conflict(
                    "evidence.behind",
                    {"见证方 " + witness.name + " 见过更新的日志。",
                     "The witness " + witness.name + " has seen a newer log."}));
            }
            if (!held || *held > size) return std::nullopt;
            known_[place] = *held;
            continue;
        }
        const auto lines = tlog::read_lines(answer->body);
        if (answer->status != 200 || !lines) {
            base::log::warn(
                "evidence.witness_refused",
                {{"witness", witness.name}, {"status", answer->status}, {"said", answer->body}});
            return std::nullopt;
        }
        for (const auto& line : *lines) {
            if (!witness.key.made(line)) continue;
            if (!witness.key.verify(checkpoint.note.text, line)) continue;
            known_[place] = size;
            return line;
        }
        return std::nullopt;
    }
    return std::nullopt;
}

void Sealer::ask_witnesses() {
    std::optional<tlog::SignedCheckpoint> checkpoint;
    {
        const std::scoped_lock lock(mutex_);
        checkpoint = newest_;
    }
    if (!checkpoint || halted()) return;
    std::vector<std::optional<tlog::SignatureLine>> lines(trust_.witnesses().size());
    {
        std::vector<std::jthread> asking;
        for (std::size_t place = 0; place < lines.size(); ++place) {
            if (trust_.witnesses()[place].url.empty()) continue;
            asking.emplace_back(
                [this, place, &lines, &checkpoint] { lines[place] = ask(place, *checkpoint); });
        }
    }
    for (const auto& line : lines) {
        if (line) checkpoint->note.signatures.push_back(*line);
    }
    publish(*checkpoint);
}

// By the trust file, with the log's own keys as its log. What is shown never goes back.
void Sealer::publish(const tlog::SignedCheckpoint& checkpoint) {
    auto made = std::make_shared<Published>();
    made->note = tlog::note_text(checkpoint.note);
    made->head = checkpoint.checkpoint.head;
    made->at = clock_.now();
    std::vector<bool> cosigned;
    for (const auto& witness : trust_.witnesses()) {
        std::optional<std::uint64_t> seconds;
        for (const auto& line : checkpoint.note.signatures) {
            if (witness.key.made(line)) seconds = witness.key.verify(checkpoint.note.text, line);
        }
        cosigned.push_back(seconds.has_value());
        if (seconds) made->cosigned.push_back({.witness = witness.name, .seconds = *seconds});
    }
    if (!trust_.satisfied(cosigned)) return;
    const std::scoped_lock lock(mutex_);
    const bool older = published_ && (published_->head.size > made->head.size ||
                                      (published_->head.size == made->head.size &&
                                       published_->cosigned.size() >= made->cosigned.size()));
    if (older) return;
    if (const auto kept = keeper_.keep_published(made->note); !kept) {
        base::log::error("evidence.not_published", {{"code", kept.error().code}});
        return;
    }
    published_ = std::move(made);
}

std::shared_ptr<const Published> Sealer::published() const {
    const std::scoped_lock lock(mutex_);
    return published_;
}

std::optional<base::Error> Sealer::halted() const {
    const std::scoped_lock lock(mutex_);
    return halted_;
}

} // namespace jobs
