import type { RouteRecordRaw } from 'vue-router'

export const institutionRoutes: RouteRecordRaw[] = []
