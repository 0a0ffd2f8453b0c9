#include "domain/stream/stream.hpp"

#include "domain/stream/replay.hpp"

#include <cstring>

namespace stream {
namespace {

constexpr std::string_view state_mark = "RQWS1\n";

base::Error wrong_state(const std::filesystem::path& file) {
    return base::unavailable(
               "stream.state",
               {"状态文件“" + file.string() + "”已损坏",
                "the state file “" + file.string() + "” is damaged"},
               {"把它移走再运行：状态会从日志重新算出",
                "move it away and run again: the state is made again from the log"})
        .at(file.string());
}

base::Error other_rules(const std::filesystem::path& folder) {
    return base::conflict(
               "stream.other_rules",
               {"“" + folder.string() + "”是按另一套规则监测的",
                "“" + folder.string() + "” was watched under other rules"},
               {"换一个目录；要在已记录的事件上试新规则，用 rongqiao watch replay",
                "name another folder; to try new rules on the recorded events, use rongqiao watch "
                "replay"})
        .at(folder.string());
}

} // namespace

std::string state_digest(const watch::Watch& watch) {
    watch::ByteWriter out;
    watch.write(out);
    return base::hex(base::sha256(out.bytes()));
}

base::Result<std::unique_ptr<Stream>> Stream::open(Settings settings, watch::Book book) {
    std::unique_ptr<Stream> made(new Stream(std::move(settings)));
    made->watch_ = TRY(watch::Watch::make(std::move(book)));
    made->heading_ = heading_of(*made->watch_);
    const auto& folder = made->settings_.folder;
    std::error_code ignored; // the lock says it
    std::filesystem::create_directories(folder, ignored);
    made->lock_.emplace(TRY(store::FileLock::take(folder / "lock")));
    const auto there = TRY(store::GroupLog::heading_of(folder));
    if (there && *there != made->heading_) return other_rules(folder);
    TRY(made->recover());
    return made;
}

base::Result<Stream::State> Stream::read_state() {
    const auto file = settings_.folder / "state";
    const auto whole = TRY(store::read_whole(file));
    if (!whole) return State{};
    constexpr auto digest_bytes = sizeof(base::Digest);
    const std::string_view bytes = *whole;
    if (!bytes.starts_with(state_mark) || bytes.size() < state_mark.size() + digest_bytes)
        return wrong_state(file);
    const auto told = bytes.substr(0, bytes.size() - digest_bytes);
    const auto digest = base::sha256(told);
    if (std::memcmp(digest.data(), bytes.data() + told.size(), digest_bytes) != 0)
        return wrong_state(file);
    watch::ByteReader in(told.substr(state_mark.size()));
    State state;
    if (in.text() != heading_) return other_rules(settings_.folder);
    state.place.group = in.number();
    const auto before = in.text();
    state.decisions_bytes = in.number();
    if (before.size() != digest_bytes) return wrong_state(file);
    std::memcpy(state.place.digest.data(), before.data(), digest_bytes);
    watch::ByteReader inside(in.text());
    if (!in.done() || !watch_->read(inside) || !inside.done()) return wrong_state(file);
    recovered_.from_state = true;
    kept_bytes_ = bytes.size();
    return state;
}

base::Result<> Stream::recover() {
    const auto state = TRY(read_state());
    decisions_.emplace(
        TRY(Decisions::open(decisions_file(), state.decisions_bytes, settings_.flush)));
    GroupReader reader(*watch_);
    if (recovered_.from_state) reader.follow();
    const auto each = [&](std::string_view payload) -> base::Result<> {
        std::string lines;
        const bool whole = reader.read(payload, [&](const watch::Given& given) {
            watch_->take(given, [&](std::string_view line) { (lines += line) += '\n'; });
            ++recovered_.events;
        });
        if (!whole || !reader.same_words()) return wrong_group(settings_.folder);
        unkept_bytes_ += payload.size();
        return decisions_->put(lines);
    };
    log_.emplace(TRY(store::GroupLog::open(
        {settings_.folder, heading_, state.place, settings_.file_bytes, settings_.flush}, each)));
    TRY(decisions_->end());
    recovered_.cut_bytes = log_->cut_bytes();
    recovered_.rewritten_bytes = decisions_->rewritten();
    const bool anything = log_->end().group > 0;
    group_ = GroupWriter(anything ? watch_->words().size() : 0);
    return {};
}

bool Stream::take(const watch::Given& given) {
    if (watch_->knows(given.id)) return false;
    group_.add(given);
    watch_->take(given, [&](std::string_view line) { (lines_ += line) += '\n'; });
    return true;
}

std::size_t Stream::take(std::span<const watch::Given> given) {
    std::size_t fresh = 0;
    for (std::size_t i = 0; i < given.size(); ++i) {
        watch_->prefetch(given.subspan(i));
        if (take(given[i])) ++fresh;
    }
    return fresh;
}

// Nothing when there is nothing to bring to the disk.
std::optional<Stream::Turn> Stream::next_turn(bool keep) {
    Turn turn;
    // Words met by events that were refused are part of the state too.
    const bool words = keep && group_.words_written() != watch_->words().size();
    if (!group_.empty() || words) {
        turn.events = group_.events();
        turn.group = group_.take(watch_->words());
        turn.lines = std::exchange(lines_, {});
        unkept_bytes_ += turn.group->size();
    }
    const bool due = unkept_bytes_ >= std::max(settings_.state_bytes, kept_bytes_);
    if (unkept_bytes_ > 0 && (keep || due)) {
        watch::ByteWriter inside;
        watch_->write(inside);
        turn.state = inside.take();
        kept_bytes_ = turn.state->size();
        unkept_bytes_ = 0;
    }
    if (!turn.group && !turn.state) return {};
    return turn;
}

base::Result<> Stream::hand_over() {
    if (!settling_) settling_ = std::make_unique<store::Settling>([this] { return settle(); });
    auto turn = next_turn(false);
    settling_->drain();
    if (failure_) return *failure_;
    if (!turn) return {};
    turn_ = *std::move(turn);
    settling_->expect();
    settling_->hand_over([](bool) {});
    return {};
}

base::Result<> Stream::commit() { return settle_here(next_turn(false)); }

base::Result<> Stream::keep() { return settle_here(next_turn(true)); }

base::Result<> Stream::settle_here(std::optional<Turn> turn) {
    if (settling_) settling_->drain();
    if (turn && !failure_) {
        turn_ = *std::move(turn);
        settle();
    }
    if (failure_) return *failure_;
    return {};
}

bool Stream::settle() {
    if (const auto done = put(turn_); !done) {
        failure_ = done.error();
        return false;
    }
    acknowledged_ += turn_.events;
    return true;
}

base::Result<> Stream::put(const Turn& turn) {
    if (turn.group) TRY(log_->append(*turn.group));
    TRY(decisions_->put(turn.lines));
    if (turn.state) TRY(write_state(*turn.state));
    return {};
}

base::Result<> Stream::write_state(std::string_view inside) {
    TRY(decisions_->flush()); // the state says how much of them is right
    watch::ByteWriter out;
    out.text(heading_);
    out.number(log_->end().group);
    const auto& digest = log_->end().digest;
    out.text({reinterpret_cast<const char*>(digest.data()), digest.size()});
    out.number(decisions_->bytes());
    out.text(inside);
    auto bytes = std::string(state_mark) + out.bytes();
    const auto whole = base::sha256(bytes);
    bytes.append(reinterpret_cast<const char*>(whole.data()), whole.size());
    return store::replace_whole(settings_.folder / "state", bytes);
}

std::filesystem::path Stream::decisions_file() const {
    return settings_.folder / "decisions.jsonl";
}

} // namespace stream
