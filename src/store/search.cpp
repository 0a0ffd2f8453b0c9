#include "store/search.hpp"

namespace store {

JournalPage search(const Snapshot& db, const JournalFilter& filter) {
    std::string where = " from journal where 1 = 1";
    std::vector<Value> values;
    const auto add = [&](std::string_view condition, Value value) {
        values.push_back(std::move(value));
        where += " and " + std::string(condition) + " $" + std::to_string(values.size());
    };
    if (!filter.kind.empty()) {
        // Kinds are lower-case ASCII: all that begin so lie between the text and the text with a
        // high letter after it.
        add("kind >=", filter.kind);
        add("kind <", filter.kind + "\x7f");
    }
    if (filter.person) add("person =", filter.person->value);
    if (!filter.subject.empty()) add("subject =", filter.subject);
    if (filter.from) add("at >=", filter.from->ms);
    if (filter.until) add("at <", filter.until->ms);
    JournalPage page;
    page.total = db.rows_with<std::int64_t>("select count(*)" + where, values).front();
    where += " order by seq desc limit " + std::to_string(filter.per_page) + " offset " +
             std::to_string(std::int64_t{filter.page - 1} * filter.per_page);
    page.items = db.rows_with<Event>(
        "select seq, at, command, person, party, kind, subject, body" + where, values);
    return page;
}

} // namespace store
