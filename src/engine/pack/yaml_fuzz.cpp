// Any bytes as a file of a pack: read without a crash, in bounded time, and every finding placed.
#include "engine/pack/load.hpp"
#include "engine/pack/omissions.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    if (size > 65'536) return 0;
    const std::string_view text(reinterpret_cast<const char*>(bytes), size);
    std::vector<pack::Finding> findings;
    if (const auto root = pack::yaml::parse("fuzz.yaml", text, findings)) {
        pack::Loaded loaded;
        std::string pointer = "/pack";
        pack::yaml::Reader reader("fuzz.yaml", findings, loaded.places);
        reader.read(*root, loaded.pack, pointer);
        pack::fill_figures(loaded);
    } else if (findings.empty()) {
        std::abort(); // refused without a word
    }
    for (const auto& found : findings) {
        const bool told =
            !found.code.empty() && !found.message.en.empty() && !found.cure.zh.empty();
        if (!told || found.line < 1 || found.column < 1) std::abort();
    }
    return 0;
}
