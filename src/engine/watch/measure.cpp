#include "engine/watch/measure.hpp"

#include "engine/watch/watch.hpp"

#include <boost/json.hpp>

#include <set>

namespace watch {
namespace {

struct Label {
    std::string pattern;
    std::string group;
};

using Labels = std::unordered_map<std::string, Label>;

double share(std::int64_t part, std::int64_t whole) {
    return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

base::Result<Labels> labels_of(table::RowSource& source) {
    const auto id = table::column(source, {"id", "tran_id"});
    const auto pattern = table::column(source, {"pattern", "alert_type", "label"});
    const auto group = table::column(source, {"group", "alert_id"});
    if (!id || !pattern)
        return base::invalid(
            "watch.no_column",
            {"标签文件应有 id 与 pattern 两列。", "The labels need the columns id and pattern."},
            {"文件的列：" + pack::listed(source.header()),
             "The file's columns: " + pack::listed(source.header())});
    Labels labels;
    table::Row row;
    while (TRY(source.next(row))) {
        const std::string name(row.cells[*pattern]);
        labels[std::string(row.cells[*id])] = {name, group ? std::string(row.cells[*group]) : name};
    }
    return labels;
}

struct Named {
    std::set<std::string> all;
    std::map<std::string, std::set<std::string>> by_typology;
};

base::Error no_alerts(std::int64_t line) {
    const auto number = std::to_string(line);
    return base::invalid(
               "watch.alerts",
               {"第 " + number + " 行不是预警记录。",
                "Line " + number + " is no record of an alert."},
               {"给出 rongqiao watch run --out 写的文件。",
                "Give the file that rongqiao watch run --out wrote."})
        .at(number);
}

base::Result<void> read_line(
    const std::string& line,
    std::int64_t number,
    const Labels& labels,
    Named& named,
    Measured& made) {
    boost::system::error_code failed;
    const auto json = boost::json::parse(line, failed);
    const auto* object = json.if_object();
    const auto text = [&](std::string_view key) -> std::string {
        const auto* found = object == nullptr ? nullptr : object->if_contains(key);
        return found != nullptr && found->is_string() ? std::string(found->get_string())
                                                      : std::string();
    };
    const auto kind = failed ? std::string() : text("kind");
    if (kind.empty()) return no_alerts(number);
    if (kind != "decision") return {};
    const auto action = text("action");
    if (action != "alert" && action != "snoozed") return {}; // nobody saw the others
    const auto* evidence = object->if_contains("evidence");
    if (evidence == nullptr || !evidence->is_array()) return no_alerts(number);
    bool true_one = false;
    for (const auto& each : evidence->get_array()) {
        if (!each.is_string()) return no_alerts(number);
        std::string id(each.get_string());
        true_one |= labels.contains(id);
        named.by_typology[text("typology")].insert(id);
        named.all.insert(std::move(id));
    }
    made.alerts += action == "alert" ? 1 : 0;
    made.alerts_true += action == "alert" && true_one ? 1 : 0;
    return {};
}

void count_patterns(const Labels& labels, const Named& named, Measured& made) {
    std::map<std::string, std::map<std::string, std::pair<std::int64_t, std::int64_t>>> groups;
    for (const auto& [id, label] : labels) {
        auto& [planted, found] = groups[label.pattern][label.group];
        ++planted;
        found += named.all.contains(id) ? 1 : 0;
    }
    for (const auto& [pattern, each] : groups) {
        PatternScore score;
        score.pattern = pattern;
        for (const auto& [group, counts] : each) {
            ++score.groups;
            score.groups_found += counts.second * 2 >= counts.first ? 1 : 0;
            score.planted += counts.first;
            score.found += counts.second;
        }
        score.recall = share(score.found, score.planted);
        made.planted += score.planted;
        made.both += score.found;
        made.patterns.push_back(std::move(score));
    }
}

} // namespace

base::Result<Measured> measure(std::istream& alerts, table::RowSource& source) {
    const auto labels = TRY(labels_of(source));
    Measured made;
    Named named;
    std::string line;
    for (std::int64_t number = 1; std::getline(alerts, line); ++number)
        TRY(read_line(line, number, labels, named, made));
    count_patterns(labels, named, made);
    for (const auto& [typology, ids] : named.by_typology) {
        TypologyScore score{typology, static_cast<std::int64_t>(ids.size()), 0, 0};
        for (const auto& id : ids)
            score.planted += labels.contains(id) ? 1 : 0;
        score.precision = share(score.planted, score.named);
        made.typologies.push_back(std::move(score));
    }
    made.named = static_cast<std::int64_t>(named.all.size());
    made.recall = share(made.both, made.planted);
    made.precision = share(made.both, made.named);
    return made;
}

} // namespace watch
