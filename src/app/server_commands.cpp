// serve, demo, init, docs.
#include "app/commands.hpp"
#include "app/demo.hpp"
#include "app/documents.hpp"
#include "app/server.hpp"
#include "base/log.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace app {
namespace {

struct DemoOptions {
    bool fresh = false;
    bool only_make = false;
    std::int64_t enterprises = 160;
    std::uint64_t seed = 20211011; // the day the plan was issued
};

std::string address_of(const Config& config, std::uint16_t port) {
    const bool wide = config.address == "0.0.0.0" || config.address == "::";
    const auto host = wide ? std::string("localhost") : config.address;
    return "http://" + (host.find(':') == std::string::npos ? host : "[" + host + "]") + ":" +
           std::to_string(port);
}

Exit run_server(Context& context, County& county, const base::Clock& clock, bool demo) {
    const auto& terminal = context.terminal;
    const Serving serving{
        .demo = demo,
        .watch_rules = pack_folder(context) / "watch",
        .started = [&](std::uint16_t port) {
            const auto address = address_of(context.config, port);
            terminal.line(terminal.of({"融桥已启动：" + address, "Rongqiao is at " + address}));
            if (!county.identity.set_up_done()) {
                terminal.line(
                    terminal.of(
                        {"首次启动：请在网页上用此口令设立三类管理员：",
                         "First start: use this code in the browser to register the "
                         "administrators: "}) +
                    county.identity.set_up_code().reveal());
            }
            terminal.line(terminal.of({"按 Ctrl+C 停止。", "Ctrl+C stops it."}));
        }};
    const auto done = app::serve(county, context.config, clock, serving);
    return done ? Exit::done : terminal.fail(done.error());
}

base::Result<> prepare_config(Context& context) {
    if (!context.listen.empty()) TRY(set_listen(context.config, context.listen));
    if (context.config.site.empty()) context.config.site = default_site(context.program);
    return {};
}

Exit serve_command(Context& context) {
    const auto& terminal = context.terminal;
    if (const auto ready = prepare_config(context); !ready) return terminal.fail(ready.error());
    const auto file = read_county_file(context.config.data);
    if (!file) return terminal.fail(file.error());
    if (!*file) {
        return terminal.fail(base::unavailable(
            "app.no_county",
            {"数据目录中还没有县域：" + context.config.data.string(),
             "There is no county in " + context.config.data.string()},
            {"先运行 rongqiao init --data 目录，或 rongqiao demo。",
             "Run rongqiao init --data DIR first, or rongqiao demo."}));
    }
    const base::SystemClock clock((*file)->clock_offset_ms);
    auto county = County::open({.data = context.config.data, .pack = pack_folder(context)}, clock);
    if (!county) return terminal.fail(county.error());
    if (const auto settled = (*county)->settle(); !settled) return terminal.fail(settled.error());
    return run_server(context, **county, clock, (*file)->demo);
}

Exit init_command(Context& context, const std::string& origin) {
    const auto& terminal = context.terminal;
    const auto pack = std::filesystem::weakly_canonical(pack_folder(context));
    const auto held = read_county_file(context.config.data);
    if (held && *held) {
        return terminal.fail(base::conflict(
            "app.county_exists",
            {"数据目录中已有县域。", "There is a county in that folder already."},
            {"换一个目录，或直接运行 rongqiao serve。",
             "Choose another folder, or run rongqiao serve."}));
    }
    const base::SystemClock clock;
    auto county = County::open({.data = context.config.data, .pack = pack}, clock);
    if (!county) return terminal.fail(county.error());
    if (const auto settled = (*county)->settle(); !settled) return terminal.fail(settled.error());
    if (const auto made = prepare_log(**county, context.config.data, origin); !made)
        return terminal.fail(made.error());
    if (const auto kept = write_county_file(context.config.data, {.pack = pack.string()}); !kept)
        return terminal.fail(kept.error());
    terminal.line(terminal.of(
        {"已建立：" + context.config.data.string() + "。运行 rongqiao serve --data " +
             context.config.data.string(),
         "Made " + context.config.data.string() + ". Now: rongqiao serve --data " +
             context.config.data.string()}));
    return Exit::done;
}

// Makes the demo county when the folder has none, then serves it.
Exit demo_command(Context& context, const DemoOptions& options) {
    const auto& terminal = context.terminal;
    if (const auto ready = prepare_config(context); !ready) return terminal.fail(ready.error());
    const auto pack = std::filesystem::weakly_canonical(pack_folder(context));
    auto file = read_county_file(context.config.data);
    if (!file) return terminal.fail(file.error());
    if (options.fresh && *file && (*file)->demo) {
        std::filesystem::remove_all(context.config.data);
        file = std::optional<CountyFile>{};
    }
    if (!*file) {
        if (!terminal.json) {
            terminal.line(base::Text{
                "正在生成演示县域（数据均为虚构）……",
                "Making the demo county (all of it fictional) …"});
        }
        const auto made = make_demo(
            {.data = context.config.data,
             .pack = pack,
             .enterprises = options.enterprises,
             .seed = options.seed});
        if (!made) return terminal.fail(made.error());
        if (const auto kept = write_county_file(
                context.config.data,
                {.pack = pack.string(), .demo = true, .clock_offset_ms = made->clock_offset_ms});
            !kept) {
            return terminal.fail(kept.error());
        }
        terminal.answer(made->people, sign_ins_text(terminal, made->people));
    } else if (!options.only_make) {
        terminal.line(base::Text{
            "沿用已有的演示县域；忘记密码时运行 rongqiao user reset 登录名。加 --fresh "
            "可重新生成。",
            "Going on with the demo county that is there; rongqiao user reset LOGIN gives a new "
            "password, --fresh a new county."});
    }
    if (options.only_make) return Exit::done;
    return serve_command(context);
}

} // namespace

void add_server_commands(CLI::App& program, Context& context) {
    auto* serve = program.add_subcommand("serve", "Serve the county of the data folder");
    serve->add_option("--listen", context.listen, "ADDRESS:PORT; loopback unless told otherwise");
    serve->callback([&context] { context.chosen = [&context] { return serve_command(context); }; });

    auto* demo = program.add_subcommand(
        "demo",
        "A demo county with fictional people, needs, loans and figures: made once, then served");
    auto options = std::make_shared<DemoOptions>();
    demo->add_option("--listen", context.listen, "ADDRESS:PORT; loopback unless told otherwise");
    demo->add_flag("--fresh", options->fresh, "Throw the demo county away and make it again");
    demo->add_flag("--only-make", options->only_make, "Make it and stop");
    demo->add_option("--enterprises", options->enterprises, "How many enterprises")
        ->capture_default_str();
    demo->add_option("--seed", options->seed, "The same seed makes the same county")
        ->capture_default_str();
    demo->callback([&context, options] {
        context.chosen = [&context, options] { return demo_command(context, *options); };
    });

    auto* init =
        program.add_subcommand("init", "Make an empty county in the data folder, by a pack");
    auto origin = std::make_shared<std::string>();
    init->add_option(
        "--origin",
        *origin,
        "The name of the county's verifiable log, for ever: the address it is served at, without "
        "https://, as rq.example.gov.cn/log");
    init->callback([&context, origin] {
        context.chosen = [&context, origin] { return init_command(context, *origin); };
    });

    auto* docs = program.add_subcommand(
        "docs", "Write openapi.json, permissions.md and the pack schemas into DIR");
    docs->group(""); // for those who change the program
    auto folder = std::make_shared<std::string>();
    docs->add_option("DIR", *folder)->required();
    docs->callback([&context, folder] {
        context.chosen = [&context, folder] {
            const auto done = write_documents(pack_folder(context), *folder);
            return done ? Exit::done : context.terminal.fail(done.error());
        };
    });
}

} // namespace app
