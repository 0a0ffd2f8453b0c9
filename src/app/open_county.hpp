// Work on a county from the command line, while no server has it open.
#pragma once

#include "app/commands.hpp"
#include "app/county.hpp"

namespace app {

// Runs `work` on the county of the data folder; the county's own clock goes on.
template <class F>
Exit with_county(const Context& context, F&& work) {
    const auto& terminal = context.terminal;
    const auto file = read_county_file(context.config.data);
    if (!file) return terminal.fail(file.error());
    const base::SystemClock clock(*file ? (*file)->clock_offset_ms : 0);
    auto county = County::open({.data = context.config.data, .pack = pack_folder(context)}, clock);
    if (!county) return terminal.fail(county.error());
    if (const auto settled = (*county)->settle(); !settled) return terminal.fail(settled.error());
    return work(**county, clock);
}

} // namespace app
