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
    decisions_.emplace(TRY(Decisions::open(decisions_file(), state.decisions_bytes)));
    GroupReader reader(*watch_);
    if (recovered_.from_state) reader.follow();
    const auto record = [&](std::string_view line) { decisions_->add(line); };
    const auto each = [&](std::string_view payload) -> base::Result<> {
        const bool whole = reader.read(payload, [&](const watch::Given& given) {
            watch_->take(given, record);
            ++recovered_.events;
        });
        if (!whole || !reader.same_words()) return wrong_group(settings_.folder);
        unkept_bytes_ += payload.size();
        return decisions_->put();
    };
    log_.emplace(TRY(store::GroupLog::open(
        {settings_.folder, heading_, state.place, settings_.file_bytes}, each)));
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
    watch_->take(given, [&](std::string_view line) { decisions_->add(line); });
    return true;
}

base::Result<> Stream::write_group() {
    const auto payload = group_.take(watch_->words());
    TRY(log_->append(payload));
    unkept_bytes_ += payload.size();
    return decisions_->put();
}

base::Result<> Stream::commit() {
    if (group_.empty()) return {};
    TRY(write_group());
    if (unkept_bytes_ < std::max(settings_.state_bytes, kept_bytes_)) return {};
    return keep();
}

base::Result<> Stream::keep() {
    // Words met by events that were refused are part of the state too.
    if (!group_.empty() || group_.words_written() != watch_->words().size()) TRY(write_group());
    if (unkept_bytes_ == 0) return {};
    TRY(decisions_->flush()); // the state says how much of them is right
    watch::ByteWriter inside;
    watch_->write(inside);
    watch::ByteWriter out;
    out.text(heading_);
    out.number(log_->end().group);
    const auto& digest = log_->end().digest;
    out.text({reinterpret_cast<const char*>(digest.data()), digest.size()});
    out.number(decisions_->bytes());
    out.text(inside.bytes());
    auto bytes = std::string(state_mark) + out.bytes();
    const auto whole = base::sha256(bytes);
    bytes.append(reinterpret_cast<const char*>(whole.data()), whole.size());
    TRY(store::replace_whole(settings_.folder / "state", bytes));
    kept_bytes_ = bytes.size();
    unkept_bytes_ = 0;
    return {};
}

std::filesystem::path Stream::decisions_file() const {
    return settings_.folder / "decisions.jsonl";
}

} // namespace stream
