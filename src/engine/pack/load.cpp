#include "engine/pack/load.hpp"

#include "engine/pack/omissions.hpp"

#include <fstream>
#include <sstream>

namespace pack {

namespace {

namespace fs = std::filesystem;
using yaml::Node;

const std::vector<std::string>& known_files() {
    static const std::vector<std::string> names{
        "pack.yaml",
        "attributes.yaml",
        "lists.yaml",
        "units.yaml",
        "institutions.yaml",
        "products.yaml",
        "refusals.yaml",
        "process.yaml",
        "instruments.yaml",
        "roles.yaml",
        "tasks.yaml",
        "targets.yaml",
        "indicators.yaml",
        "checks.yaml",
        "quality.yaml",
        "texts.yaml",
        "rosters.yaml",
        "signals.yaml",
        "security.yaml",
        "money.yaml",
        "cases.yaml",
        "calendar/week.yaml",
        "industries.yaml",
        "sizes.yaml",
        "areas.yaml",
        "lpr.yaml",
        "tax_grades.yaml",
        "loan_classes.yaml",
        "repayment_modes.yaml",
        "green_catalogues.yaml"};
    return names;
}

bool is_among(const std::vector<std::string>& words, std::string_view word) {
    return std::ranges::find(words, word) != words.end();
}

template <class T>
const std::string& key_of(const T& item) {
    if constexpr (requires { item.code; }) {
        return item.code;
    } else {
        return item.name; // attributes and cases
    }
}

class Loader {
public:
    explicit Loader(Loaded& loaded)
        : loaded_(loaded) {}

    void read_pack(const fs::path& folder, int level);

private:
    void read_header(const fs::path& folder, const Node& root, const std::string& file, int level);
    void read_file(const std::string& relative, const std::string& file, const Node& root);
    bool read_table(const std::string& relative, const std::string& file, const Node& root);
    void read_year(const std::string& file, const Node& root, const std::string& stem);
    void read_sections(const std::string& file, const Node& root);
    void read_section(const std::string& file, const std::string& section, const Node& node);
    void read_extended(
        const fs::path& folder, const Node& root, const std::string& file, int level);
    std::optional<Node> open(const fs::path& path, const std::string& file);
    std::vector<std::string> files_of(const fs::path& folder);
    void fail(const Place& place, std::string code, Text message, Text cure);
    bool taken(const std::string& section, const std::string& key, const Place& place);

    template <class T>
    void absorb(
        const std::string& section,
        std::vector<T>& into,
        std::vector<T> items,
        const Places& local);
    void absorb(
        const std::string& section,
        std::map<std::string, Text>& into,
        std::map<std::string, Text> items,
        const Places& local);
    void absorb(const std::string& section, Process& into, Process process, const Places& local);
    void absorb(const std::string& section, Header& into, Header header, const Places& local);

    struct Origin {
        int level = 0;
        Place place;
    };

    Loaded& loaded_;
    int current_ = 0;                       // level of the pack being read; 0 is the uppermost
    std::map<std::string, Origin> origins_; // "products/code" → who defined it last
};

void Loader::fail(const Place& place, std::string code, Text message, Text cure) {
    loaded_.findings.push_back(
        finding(Severity::error, place, std::move(code), std::move(message), std::move(cure)));
}

std::optional<Node> Loader::open(const fs::path& path, const std::string& file) {
    std::ifstream stream(path, std::ios::binary);
    std::string bytes(yaml::file_limit_bytes + 1, '\0');
    stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(stream.gcount()));
    auto root = yaml::parse(file, bytes, loaded_.findings);
    loaded_.files.insert_or_assign(file, std::move(bytes));
    return root;
}

std::vector<std::string> Loader::files_of(const fs::path& folder) {
    std::vector<std::string> files;
    std::error_code failed;
    for (fs::recursive_directory_iterator i(folder, failed), end; i != end && !failed;
         i.increment(failed)) {
        const auto relative = i->path().lexically_relative(folder).generic_string();
        const bool is_file = i->is_regular_file(failed);
        // Watch rules, the handling of warnings and the words of company names lie beside a policy
        // and are read by those who use them.
        if (relative.starts_with("watch/") || relative.starts_with("risk/") ||
            relative.starts_with("names/"))
            continue;
        if (is_file && (relative.ends_with(".yaml") || relative.ends_with(".yml")))
            files.push_back(relative);
        if (files.size() > files_limit) break;
    }
    std::ranges::sort(files);
    return files;
}

void Loader::read_pack(const fs::path& folder, int level) {
    const auto file = (folder / "pack.yaml").lexically_normal().generic_string();
    std::error_code failed;
    if (!fs::is_regular_file(folder / "pack.yaml", failed)) {
        return fail(
            {file, 1, 1},
            "pack.no_pack",
            {"没有 pack.yaml，这不是一个政策包", "there is no pack.yaml: this is no pack"},
            {"检查目录名；新包从 docs/packs.md 的例子开始",
             "check the folder's name; a new pack begins as docs/packs.md shows"});
    }
    const auto root = open(folder / "pack.yaml", file);
    if (!root) return;
    read_extended(folder, *root, file, level);
    current_ = level;
    read_header(folder, *root, file, level);
    const auto files = files_of(folder);
    if (files.size() > files_limit) {
        fail(
            {file, 1, 1},
            "pack.yaml_limit",
            {"政策包文件过多", "the pack has too many files"},
            {"最多 " + std::to_string(files_limit) + " 个",
             "at most " + std::to_string(files_limit)});
        return;
    }
    for (const auto& relative : files) {
        if (relative == "pack.yaml") continue;
        const auto name = (folder / relative).lexically_normal().generic_string();
        if (const auto node = open(folder / relative, name)) read_file(relative, name, *node);
    }
}

// The lower pack is read first, so that the upper one lies over it.
void Loader::read_extended(
    const fs::path& folder, const Node& root, const std::string& file, int level) {
    for (std::size_t i = 0; i < root.keys.size(); ++i) {
        if (root.keys[i].text != "extends" || root.items[i].kind != Node::Kind::scalar) continue;
        const auto& name = root.items[i].text;
        const Place place{file, root.items[i].line, root.items[i].column};
        const auto beside = folder / ".." / name;
        std::error_code failed;
        const bool plain = !name.empty() && !name.contains('/') && !name.starts_with('.');
        if (!plain || !fs::is_regular_file(beside / "pack.yaml", failed)) {
            fail(
                place,
                "pack.extends",
                {"找不到所依据的政策包“" + name + "”",
                 "there is no pack “" + name + "” to stand on"},
                {"写同一目录下政策包的文件夹名，如 china",
                 "name a pack's folder beside this one, as china"});
        } else if (level + 1 >= extends_limit) {
            fail(
                place,
                "pack.extends",
                {"依据关系过深或成环", "the packs stand on one another too deeply, or in a circle"},
                {"最多 " + std::to_string(extends_limit) + " 层",
                 "at most " + std::to_string(extends_limit) + " levels"});
        } else {
            read_pack(beside.lexically_normal(), level + 1);
        }
    }
}

void Loader::read_header(
    const fs::path& folder, const Node& root, const std::string& file, int level) {
    const auto header_names = yaml::member_names<Header>();
    const auto sections = yaml::member_names<Pack>();
    Node header;
    header.kind = root.kind;
    Node rest;
    rest.kind = root.kind;
    for (std::size_t i = 0; i < root.keys.size(); ++i) {
        const auto& key = root.keys[i].text;
        const bool is_section = key != "header" && is_among(sections, key);
        auto& into = is_section ? rest : header;
        into.keys.push_back(root.keys[i]);
        into.items.push_back(root.items[i]);
    }
    Header read;
    Places local;
    std::string pointer = "/header";
    yaml::Reader reader(file, loaded_.findings, local);
    reader.read(header, read, pointer);
    if (level == 0) absorb("header", loaded_.pack.header, read, local);
    const auto name =
        fs::path(folder.lexically_normal() / "").parent_path().filename().generic_string();
    if (!read.code.empty() && !name.empty() && name != "." && read.code != name) {
        fail(
            local.of("/header/code"),
            "pack.folder",
            {"代码“" + read.code + "”与文件夹名“" + name + "”不同",
             "the code “" + read.code + "” is not the folder's name “" + name + "”"},
            {"两者应一致：改代码为 " + name, "they are one word: write " + name});
    }
    if (!rest.keys.empty()) read_sections(file, rest);
}

void Loader::read_file(const std::string& relative, const std::string& file, const Node& root) {
    if (root.kind == Node::Kind::null || read_table(relative, file, root)) return;
    const auto slash = relative.find('/');
    const auto stem = slash == std::string::npos ? relative.substr(0, relative.rfind('.'))
                                                 : relative.substr(0, slash);
    const bool in_folder = slash != std::string::npos;
    const auto as_file = stem + ".yaml";
    const bool known = relative.ends_with(".yaml") && is_among(known_files(), as_file) &&
                       (!in_folder || stem == "products" || stem == "cases");
    if (!known) {
        const auto near = nearest(relative, known_files());
        return fail(
            {file, 1, 1},
            "pack.unknown_file",
            {"政策包里没有这样的文件：" + relative, "a pack has no such file: " + relative},
            near.empty()
                ? Text{"可用的有：" + listed(known_files(), 40), "these exist: " + listed(known_files(), 40)}
                : Text{"改名为 " + near, "rename it to " + near});
    }
    if (root.kind == Node::Kind::list) return read_section(file, stem, root);
    const auto has = [&](std::string_view key) {
        return std::ranges::any_of(root.keys, [&](const Node& node) { return node.text == key; });
    };
    const bool one_item = (stem == "products" && has("code")) || (stem == "cases" && has("name"));
    if (one_item) {
        Node list;
        list.kind = Node::Kind::list;
        list.line = root.line;
        list.column = root.column;
        list.items.push_back(root);
        return read_section(file, stem, list);
    }
    const bool bare =
        (stem == "process" && has("need_states")) || (stem == "texts" && !has("texts"));
    if (bare) return read_section(file, stem, root);
    read_sections(file, root);
}

bool Loader::read_table(const std::string& relative, const std::string& file, const Node& root) {
    if (relative.starts_with("calendar/") && relative != "calendar/week.yaml") {
        const auto stem = relative.substr(9, relative.size() - 9 - 5);
        const bool year = stem.size() == 4 &&
                          std::ranges::all_of(stem, [](char c) { return c >= '0' && c <= '9'; });
        if (year) read_year(file, root, stem);
        return year;
    }
    bool found = false;
    base::each_member<Tables>([&](auto member) {
        const std::string name = member.name;
        const bool mine =
            name != "years" && relative == (name == "week" ? "calendar/week.yaml" : name + ".yaml");
        if (!mine) return;
        found = true;
        auto& table = loaded_.tables.*member.pointer;
        table = {};
        Places local;
        std::string pointer = "/tables/" + name;
        yaml::Reader reader(file, loaded_.findings, local);
        reader.read(root, table, pointer);
        loaded_.places.adopt(local, pointer, pointer);
        loaded_.tables_read.insert(name);
    });
    return found;
}

void Loader::read_year(const std::string& file, const Node& root, const std::string& stem) {
    calendar::YearRow row;
    Places local;
    std::string pointer = "/year";
    yaml::Reader reader(file, loaded_.findings, local);
    reader.read(root, row, pointer);
    if (std::to_string(row.year) != stem) {
        fail(
            local.of("/year/year"),
            "pack.folder",
            {"年份 " + std::to_string(row.year) + " 与文件名 " + stem + " 不同",
             "the year " + std::to_string(row.year) + " is not the file's name " + stem},
            {"改为 year: " + stem, "write year: " + stem});
    }
    auto& years = loaded_.tables.years;
    auto place = std::ranges::find(years, row.year, &calendar::YearRow::year);
    if (place == years.end()) place = years.insert(years.end(), calendar::YearRow{});
    const auto index = std::to_string(place - years.begin());
    *place = std::move(row);
    loaded_.places.adopt(local, pointer, "/tables/years/" + index);
    loaded_.tables_read.insert("years");
}

void Loader::read_sections(const std::string& file, const Node& root) {
    Places nowhere;
    yaml::Reader reader(file, loaded_.findings, nowhere);
    if (root.kind != Node::Kind::map) {
        return reader.fail(
            root,
            "pack.type",
            {"此处应为若干“栏目: 内容”", "a map of section: content is expected here"},
            {"栏目有：" + listed(yaml::member_names<Pack>(), 40),
             "the sections: " + listed(yaml::member_names<Pack>(), 40)});
    }
    auto sections = yaml::member_names<Pack>();
    std::erase(sections, "header");
    for (std::size_t i = 0; i < root.keys.size(); ++i) {
        if (is_among(sections, root.keys[i].text)) {
            read_section(file, root.keys[i].text, root.items[i]);
        } else {
            reader.unknown_key(root.keys[i], sections);
        }
    }
}

void Loader::read_section(const std::string& file, const std::string& section, const Node& node) {
    if (node.kind == Node::Kind::null) return;
    base::each_member<Pack>([&](auto member) {
        if (section != member.name) return;
        std::remove_cvref_t<decltype(loaded_.pack.*member.pointer)> value;
        Places local;
        std::string pointer = "/" + section;
        yaml::Reader reader(file, loaded_.findings, local);
        reader.read(node, value, pointer);
        absorb(section, loaded_.pack.*member.pointer, std::move(value), local);
    });
}

// Whether this pack itself has the code already; a lower pack's is overridden.
bool Loader::taken(const std::string& section, const std::string& key, const Place& place) {
    const auto [origin, fresh] = origins_.try_emplace(section + '/' + key, Origin{current_, place});
    if (fresh) return false;
    if (origin->second.level != current_) {
        origin->second = {current_, place};
        return false;
    }
    const auto& first = origin->second.place;
    const auto where = first.file + ":" + std::to_string(first.line);
    fail(
        place,
        "pack.duplicate_code",
        {section + " 里“" + key + "”重复，先前在 " + where,
         "“" + key + "” stands twice in " + section + ", first at " + where},
        {"换一个代码，或删去其中一个", "choose another code, or remove one of them"});
    return true;
}

template <class T>
void Loader::absorb(
    const std::string& section, std::vector<T>& into, std::vector<T> items, const Places& local) {
    for (std::size_t i = 0; i < items.size(); ++i) {
        const auto from = "/" + section + "/" + std::to_string(i);
        const auto key = key_of(items[i]);
        if (key.empty()) continue; // found missing already
        if (taken(section, key, local.of(from))) continue;
        std::size_t place = 0;
        while (place < into.size() && key_of(into[place]) != key)
            ++place;
        if (place == into.size()) into.emplace_back();
        into[place] = std::move(items[i]);
        loaded_.places.adopt(local, from, "/" + section + "/" + std::to_string(place));
    }
}

void Loader::absorb(
    const std::string& section,
    std::map<std::string, Text>& into,
    std::map<std::string, Text> items,
    const Places& local) {
    for (auto& [key, text] : items) {
        const auto pointer = "/" + section + "/" + key;
        if (taken(section, key, local.of(pointer))) continue;
        into[key] = std::move(text);
        loaded_.places.adopt(local, pointer, pointer);
    }
}

void Loader::absorb(
    const std::string& section, Process& into, Process process, const Places& local) {
    const auto pointer = "/" + section;
    if (taken(section, "", local.of(pointer))) return;
    into = std::move(process);
    loaded_.places.adopt(local, pointer, pointer);
}

void Loader::absorb(const std::string& section, Header& into, Header header, const Places& local) {
    into = std::move(header);
    loaded_.places.adopt(local, "/" + section, "/" + section);
}

} // namespace

Loaded load(const std::filesystem::path& folder) {
    Loaded loaded;
    Loader(loaded).read_pack(folder, 0);
    for (auto& attribute : loaded.pack.attributes) {
        // The word used by the first packs; rule::Type says text_list.
        if (attribute.type == "list_text") attribute.type = "text_list";
    }
    fill_figures(loaded);
    return loaded;
}

} // namespace pack
