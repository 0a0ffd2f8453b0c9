import type { RouteRecordRaw } from 'vue-router'

export const departmentRoutes: RouteRecordRaw[] = []
