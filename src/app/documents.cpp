#include "app/documents.hpp"

#include "domain/risk/desk.hpp"
#include "edge/api/api.hpp"
#include "edge/api/capabilities.hpp"
#include "engine/pack/policy.hpp"
#include "engine/pack/schema.hpp"

#include <fstream>

namespace app {
namespace {

base::Result<> write_text(const std::filesystem::path& file, const std::string& text) {
    std::ofstream out(file, std::ios::binary);
    out << text;
    out.close();
    if (out) return {};
    return base::unavailable(
        "app.not_written",
        {"无法写入 " + file.string(), "Cannot write " + file.string()},
        {"请检查目录和权限。", "Check the folder and its permissions."});
}

} // namespace

base::Result<> write_documents(
    const std::filesystem::path& pack, const std::filesystem::path& folder) {
    const auto policy = TRY(pack::Policy::load(pack));
    api::Services services; // declaring calls none of them
    services.policy = policy.get();
    api::Endpoints all;
    api::declare_all(all, services);
    TRY(write_text(folder / "openapi.json", api::openapi(all)));
    TRY(write_text(folder / "permissions.md", api::permissions(all, policy->pack().roles)));
    std::filesystem::create_directories(folder / "pack-schema");
    for (const auto& [name, schema] : pack::json_schemas()) {
        TRY(write_text(folder / "pack-schema" / name, schema));
    }
    return write_text(folder / "pack-schema/risk_desk.json", risk::desk_schema());
}

} // namespace app
