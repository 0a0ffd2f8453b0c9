#include "domain/stream/replay.hpp"

#include "domain/stream/stream.hpp"

#include <fstream>

namespace stream {
namespace {

std::string_view fields_in(std::string_view heading) {
    return heading.substr(std::min(heading.size(), heading.find('\n')));
}

base::Error other_fields(const std::filesystem::path& folder) {
    return base::conflict(
               "stream.other_fields",
               {"“" + folder.string() + "”中的事件有另一些字段",
                "the events in “" + folder.string() + "” have other fields"},
               {"规则的 fields 应与记录时相同",
                "the rules' `fields` are to be those under which it was recorded"})
        .at(folder.string());
}

// Whether the lines that come are those of a file.
class Compared {
public:
    explicit Compared(const std::filesystem::path& file)
        : in_(file, std::ios::binary) {}

    void add(std::string_view line) {
        if (!same_) return;
        there_.resize(line.size() + 1);
        in_.read(there_.data(), std::ssize(there_));
        same_ =
            in_.gcount() == std::ssize(there_) && there_.starts_with(line) && there_.back() == '\n';
    }

    [[nodiscard]] bool same() { return same_ && in_.peek() == std::ifstream::traits_type::eof(); }

private:
    std::ifstream in_;
    std::string there_;
    bool same_ = true;
};

} // namespace

std::string heading_of(const watch::Watch& watch) {
    auto text = "rongqiao watch 1 " + watch.digest();
    for (const auto& field : watch.fields())
        text += '\n' + field.name + ' ' + base::json::text(field.type);
    return text;
}

base::Error wrong_group(const std::filesystem::path& folder) {
    return base::unavailable(
               "stream.group",
               {"“" + folder.string() + "”的日志中有读不懂的事件",
                "the log in “" + folder.string() + "” has events that cannot be read"},
               {"用写成它的那一版程序打开，或从备份恢复",
                "open it with the version of the program that wrote it, or restore a backup"})
        .at(folder.string());
}

base::Result<bool> each_event(
    const std::filesystem::path& folder,
    watch::Watch& watch,
    const std::function<base::Result<>(const watch::Given&)>& each) {
    const auto heading = TRY(store::GroupLog::heading_of(folder));
    if (!heading) return false;
    if (fields_in(heading_of(watch)) != fields_in(*heading)) return other_fields(folder);
    const auto lock = TRY(store::FileLock::take(folder / "lock"));
    GroupReader reader(watch);
    const auto group = [&](std::string_view payload) -> base::Result<> {
        base::Result<> told;
        const bool whole = reader.read(payload, [&](const watch::Given& given) {
            if (told) told = each(given);
        });
        if (!whole) return wrong_group(folder);
        return told;
    };
    TRY(store::GroupLog::open({folder, *heading, {}}, group));
    return true;
}

base::Result<Replayed> replay(
    const std::filesystem::path& folder, watch::Book book, const watch::Watch::Record& record) {
    const auto made = TRY(watch::Watch::make(std::move(book)));
    const auto heading = TRY(store::GroupLog::heading_of(folder));
    if (!heading)
        return base::not_found(
                   "stream.no_log",
                   {"“" + folder.string() + "”里没有监测日志",
                    "there is no log of a watch in “" + folder.string() + "”"},
                   {"给出 watch run --state 用过的目录",
                    "name a folder that watch run --state has used"})
            .at(folder.string());
    const auto own = heading_of(*made);
    if (fields_in(own) != fields_in(*heading)) return other_fields(folder);
    const auto lock = TRY(store::FileLock::take(folder / "lock"));
    Replayed done;
    Compared compared(folder / "decisions.jsonl");
    const auto both = [&](std::string_view line) {
        compared.add(line);
        record(line);
    };
    GroupReader reader(*made);
    const auto each = [&](std::string_view payload) -> base::Result<> {
        ++done.groups;
        const bool whole =
            reader.read(payload, [&](const watch::Given& given) { made->take(given, both); });
        if (!whole) return wrong_group(folder);
        return {};
    };
    TRY(store::GroupLog::open({folder, *heading, {}}, each));
    done.tally = made->tally();
    done.same_rules = own == *heading;
    done.same_records = done.same_rules && compared.same();
    done.rules_digest = made->digest();
    done.state_digest = state_digest(*made);
    return done;
}

} // namespace stream
