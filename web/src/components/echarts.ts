// The parts of ECharts we draw with, loaded apart from the pages. The SVG renderer, because canvas cannot be printed well.
import { init, use } from 'echarts/core'
import {
  BarChart,
  LineChart,
  TreeChart,
  type BarSeriesOption,
  type LineSeriesOption,
  type TreeSeriesOption,
} from 'echarts/charts'
import {
  GridComponent,
  LegendComponent,
  TooltipComponent,
  type GridComponentOption,
  type LegendComponentOption,
  type TooltipComponentOption,
} from 'echarts/components'
import { SVGRenderer } from 'echarts/renderers'
import type { ComposeOption } from 'echarts/core'

use([BarChart, LineChart, TreeChart, GridComponent, TooltipComponent, LegendComponent, SVGRenderer])

export type ChartOption = ComposeOption<
  | BarSeriesOption
  | LineSeriesOption
  | TreeSeriesOption
  | GridComponentOption
  | TooltipComponentOption
  | LegendComponentOption
>
export { init }
