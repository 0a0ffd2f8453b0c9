#include "app/config.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace app {
namespace {

base::Result<> bad_listen(const std::string& text) {
    return base::invalid(
        "app.listen",
        {"监听地址无效：" + text, "Not an address to listen on: " + text},
        {"写成 127.0.0.1:8080、[::1]:8080 或 8080。", "Write 127.0.0.1:8080, [::1]:8080 or 8080."});
}

const char* variable(const char* name) {
    const char* value = std::getenv(name); // NOLINT(concurrency-mt-unsafe): before any thread
    return value == nullptr || *value == '\0' ? nullptr : value;
}

// The first of these folders beside the program that is there.
std::filesystem::path beside(
    const std::filesystem::path& program, std::initializer_list<const char*> places) {
    std::error_code error;
    const auto folder = std::filesystem::canonical(program, error).parent_path();
    for (const auto* place : places) {
        auto found = folder / place;
        if (std::filesystem::exists(found, error))
            return std::filesystem::weakly_canonical(found, error);
    }
    return {};
}

} // namespace

base::Result<> set_listen(Config& config, const std::string& text) {
    auto address = std::string();
    auto port = text;
    if (const auto colon = text.rfind(':'); colon != std::string::npos) {
        address = text.substr(0, colon);
        port = text.substr(colon + 1);
    }
    if (address.starts_with('[') && address.ends_with(']'))
        address = address.substr(1, address.size() - 2);
    const auto* end = port.data() + port.size();
    std::uint16_t number = 0;
    const auto [stop, error] = std::from_chars(port.data(), end, number);
    if (error != std::errc{} || stop != end || port.empty()) return bad_listen(text);
    if (!address.empty()) config.address = address;
    config.port = number;
    return {};
}

base::Result<Config> config_from_environment() {
    Config config;
    if (const auto* data = variable("RONGQIAO_DATA")) config.data = data;
    if (const auto* pack = variable("RONGQIAO_PACK")) config.pack = pack;
    if (const auto* site = variable("RONGQIAO_SITE")) config.site = site;
    if (const auto* listen = variable("RONGQIAO_LISTEN")) TRY(set_listen(config, listen));
    if (const auto* tls = variable("RONGQIAO_TLS")) config.secure_cookie = std::string(tls) == "1";
    return config;
}

std::filesystem::path county_file(const std::filesystem::path& data) {
    return data / "county.json";
}

base::Result<std::optional<CountyFile>> read_county_file(const std::filesystem::path& data) {
    std::ifstream in(county_file(data));
    if (!in) return std::optional<CountyFile>{};
    std::ostringstream text;
    text << in.rdbuf();
    return std::optional(TRY(base::json::from_text<CountyFile>(text.str())));
}

base::Result<> write_county_file(const std::filesystem::path& data, const CountyFile& file) {
    const auto place = county_file(data);
    const auto fresh = data / "county.json.new";
    std::ofstream out(fresh);
    out << base::json::text(file) << '\n';
    out.close();
    std::error_code error;
    if (out) std::filesystem::rename(fresh, place, error);
    if (!out || error) {
        return base::unavailable(
            "app.data_folder",
            {"数据目录不可写：" + data.string(),
             "The data folder cannot be written: " + data.string()},
            {"请检查权限和磁盘空间。", "Check its permissions and the space on the disk."});
    }
    return {};
}

std::filesystem::path default_pack(const std::filesystem::path& program) {
    return beside(
        program,
        {"../../packs/jiashan", "../../../packs/jiashan", "../share/rongqiao/packs/jiashan"});
}

std::filesystem::path default_site(const std::filesystem::path& program) {
    return beside(program, {"../../web/dist", "../../../web/dist", "../share/rongqiao/web"});
}

} // namespace app
