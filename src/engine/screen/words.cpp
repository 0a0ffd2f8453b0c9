#include "engine/screen/words.hpp"

#include "engine/pack/load.hpp"
#include "engine/pack/yaml.hpp"

#include <fstream>

namespace screen {
namespace {

namespace fs = std::filesystem;

base::Error words_error(const pack::Finding& finding) {
    const auto place =
        finding.file + ":" + std::to_string(finding.line) + ":" + std::to_string(finding.column);
    auto error = base::invalid(
        "screen.words",
        {place + "：" + finding.message.zh, place + ": " + finding.message.en},
        finding.cure);
    return std::move(error).at(place);
}

base::Result<pack::yaml::Node> tree_of(const fs::path& path) {
    std::ifstream stream(path, std::ios::binary);
    std::string bytes(pack::yaml::file_limit_bytes + 1, '\0');
    stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(stream.gcount()));
    std::vector<pack::Finding> findings;
    auto root = pack::yaml::parse(path.generic_string(), bytes, findings);
    pack::sort(findings);
    if (!findings.empty()) return words_error(findings.front());
    return *std::move(root);
}

template <class T>
base::Result<T> read_file(const fs::path& path) {
    const auto root = TRY(tree_of(path));
    T made;
    std::vector<pack::Finding> findings;
    pack::Places places;
    std::string pointer;
    pack::yaml::Reader reader(path.generic_string(), findings, places);
    reader.read(root, made, pointer);
    pack::sort(findings);
    if (!findings.empty()) return words_error(findings.front());
    return made;
}

// The folder of the pack this one stands on; empty when there is none.
base::Result<fs::path> below(const fs::path& folder) {
    std::error_code failed;
    if (!fs::is_regular_file(folder / "pack.yaml", failed)) return fs::path();
    const auto root = TRY(tree_of(folder / "pack.yaml"));
    for (std::size_t i = 0; i < root.keys.size(); ++i) {
        const auto& name = root.items[i].text;
        if (root.keys[i].text == "extends" && !name.empty() && !name.contains('/') &&
            !name.starts_with('.'))
            return (folder / ".." / name).lexically_normal();
    }
    return fs::path();
}

} // namespace

base::Result<Vocabulary> load_words(const fs::path& pack) {
    Vocabulary made;
    bool found = false;
    auto folder = pack;
    for (int level = 0; level < pack::extends_limit && !folder.empty(); ++level) {
        std::error_code failed;
        const auto words = folder / "names/company_names.yaml";
        if (!found && fs::is_regular_file(words, failed)) {
            made.words = TRY(read_file<Words>(words));
            found = true;
        }
        if (fs::is_regular_file(folder / "areas.yaml", failed)) {
            const auto table = TRY(read_file<reference::AreaTable>(folder / "areas.yaml"));
            for (const auto& area : table.areas)
                made.areas.push_back({area.code, area.name.zh});
        }
        folder = TRY(below(folder));
    }
    if (!found)
        return base::not_found(
            "screen.no_words",
            {"“" + pack.string() + "”没有 names/company_names.yaml。",
             "“" + pack.string() + "” has no names/company_names.yaml."},
            {"用 --pack 给出政策包，例如 packs/jiashan。",
             "Name a pack with --pack, such as packs/jiashan."});
    return made;
}

} // namespace screen
