// The parts of ECharts we draw with, loaded apart from the pages. The SVG renderer, because canvas cannot be printed well.
import { init, use } from 'echarts/core'
import {
  BarChart,
  GraphChart,
  LineChart,
  TreeChart,
  type BarSeriesOption,
  type GraphSeriesOption,
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

use([BarChart, GraphChart, LineChart, TreeChart, GridComponent, TooltipComponent, LegendComponent, SVGRenderer])

export type ChartOption = ComposeOption<
  | BarSeriesOption
  | GraphSeriesOption
  | LineSeriesOption
  | TreeSeriesOption
  | GridComponentOption
  | TooltipComponentOption
  | LegendComponentOption
>
export { init }
