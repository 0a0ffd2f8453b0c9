// What the program is told when it starts: by options, else by the environment, else these values.
// Read once in main.
#pragma once

#include "base/json.hpp"
#include "base/result.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace app {

struct Config {
    std::filesystem::path data = "data"; // RONGQIAO_DATA: the folder with everything that is kept
    std::filesystem::path pack; // RONGQIAO_PACK: at the first start; later the data folder says
    std::filesystem::path site; // RONGQIAO_SITE: the built interface; web/dist beside the program
    std::string address = "127.0.0.1"; // RONGQIAO_LISTEN, address:port
    std::uint16_t port = 8080;
    bool secure_cookie = false; // RONGQIAO_TLS=1: behind a proxy that speaks TLS
};

// `app.config` when a variable cannot be read.
base::Result<Config> config_from_environment();
// "127.0.0.1:8080", "[::1]:8080", ":8080", "8080"; `app.listen`.
base::Result<> set_listen(Config& config, const std::string& text);

// county.json in the data folder: which pack the county lives by, and by which clock.
struct CountyFile {
    std::string pack; // the pack's folder
    bool demo = false;
    std::int64_t clock_offset_ms = 0; // a demo county lives in the plan's years
};
BOOST_DESCRIBE_STRUCT(CountyFile, (), (pack, demo, clock_offset_ms))

[[nodiscard]] std::filesystem::path county_file(const std::filesystem::path& data);
base::Result<std::optional<CountyFile>> read_county_file(const std::filesystem::path& data);
base::Result<> write_county_file(const std::filesystem::path& data, const CountyFile& file);

// Where packs and the interface lie when nobody says: beside the program's repository or
// installation.
[[nodiscard]] std::filesystem::path default_pack(const std::filesystem::path& program);
[[nodiscard]] std::filesystem::path default_site(const std::filesystem::path& program);

} // namespace app
