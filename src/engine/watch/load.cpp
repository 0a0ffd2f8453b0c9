#include "engine/watch/rules.hpp"

#include <fstream>

namespace watch {
namespace {

namespace fs = std::filesystem;

base::Error rules_error(const pack::Finding& finding) {
    const auto place =
        finding.file + ":" + std::to_string(finding.line) + ":" + std::to_string(finding.column);
    auto error = base::invalid(
        "watch.rules",
        {place + "：" + finding.message.zh, place + ": " + finding.message.en},
        finding.cure);
    return std::move(error).at(place);
}

bool has_key(const pack::yaml::Node& root, std::string_view key) {
    return std::ranges::any_of(root.keys, [&](const auto& each) { return each.text == key; });
}

template <class T>
void append(std::vector<T>& into, std::vector<T> items) {
    std::ranges::move(items, std::back_inserter(into));
}

void join(Book& book, Book part, const pack::yaml::Node& root) {
    if (has_key(root, "lateness")) book.lateness = part.lateness;
    if (has_key(root, "learning")) book.learning = part.learning;
    if (has_key(root, "zone_minutes")) book.zone_minutes = part.zone_minutes;
    if (has_key(root, "alerts_per_day")) book.alerts_per_day = part.alerts_per_day;
    if (has_key(root, "spans")) book.spans = part.spans;
    append(book.fields, std::move(part.fields));
    append(book.counted, std::move(part.counted));
    append(book.lists, std::move(part.lists));
    append(book.rules, std::move(part.rules));
    append(book.typologies, std::move(part.typologies));
}

base::Result<void> read_file(const fs::path& path, Book& book) {
    std::ifstream stream(path, std::ios::binary);
    std::string bytes(pack::yaml::file_limit_bytes + 1, '\0');
    stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(stream.gcount()));
    const auto file = path.generic_string();
    std::vector<pack::Finding> findings;
    const auto root = pack::yaml::parse(file, bytes, findings);
    Book part;
    if (root && findings.empty()) {
        pack::Places places;
        std::string pointer;
        pack::yaml::Reader reader(file, findings, places);
        reader.read(*root, part, pointer);
    }
    pack::sort(findings);
    if (!findings.empty()) return rules_error(findings.front());
    join(book, std::move(part), *root);
    return {};
}

} // namespace

base::Result<Book> load(const fs::path& folder) {
    std::vector<fs::path> files;
    std::error_code failed;
    for (fs::directory_iterator each(folder, failed), end; !failed && each != end;
         each.increment(failed)) {
        if (each->path().extension() == ".yaml" || each->path().extension() == ".yml")
            files.push_back(each->path());
    }
    if (files.empty())
        return base::not_found(
            "watch.no_rules",
            {"“" + folder.string() + "”里没有规则文件（.yaml）。",
             "There are no rule files (.yaml) in “" + folder.string() + "”."},
            {"给出规则目录，例如 packs/jiashan/watch。",
             "Name a folder of rules, such as packs/jiashan/watch."});
    std::ranges::sort(files);
    Book book;
    for (const auto& file : files)
        TRY(read_file(file, book));
    return book;
}

} // namespace watch
