// Addresses and who may open them. The program decides every right again; a guard only spares people a refusal.
import { nextTick } from 'vue'
import { createRouter, createWebHistory, type RouteLocationNormalized } from 'vue-router'
import type { QueryClient } from '@tanstack/vue-query'
import { session as clientSession } from '@/api/client'
import type { About, PartyKind, Right } from '@/api/types/session'
import { departmentRoutes } from '@/pages/department/routes'
import { enterpriseRoutes } from '@/pages/enterprise/routes'
import { institutionRoutes } from '@/pages/institution/routes'
import { sharedRoutes } from '@/pages/shared/routes'
import AppFrame from './AppFrame.vue'
import { say, t, wordsReady, type Key } from './i18n'
import { homeOf } from './navigation'
import { frame } from './prefs'
import { forgetSession, loadAbout, loadSession } from './session'

declare module 'vue-router' {
  interface RouteMeta {
    title?: Key
    /** Whom the page is for; everybody signed in when absent. */
    kinds?: PartyKind[]
    /** One right, or any of several. */
    right?: Right | Right[]
    /** May be read without signing in. */
    open?: boolean
  }
}

async function guard(to: RouteLocationNormalized, queries: QueryClient) {
  if (to.name === 'unreachable') return true
  let about, me
  try {
    about = await loadAbout(queries)
    me = about.set_up ? await loadSession(queries) : null
  } catch {
    return { name: 'unreachable', query: { to: to.fullPath } }
  }
  if (!about.set_up) return to.name === 'setup' ? true : { name: 'setup' }
  if (to.name === 'setup') return { name: 'sign-in' }
  if (!me) return to.meta.open ? true : { name: 'sign-in', query: { to: to.fullPath } }
  if (me.must_change_password) return to.name === 'password' ? true : { name: 'password' }
  if (to.path === '/' || to.name === 'sign-in') return homeOf(me)
  const kindFits = !to.meta.kinds || to.meta.kinds.includes(me.party.kind)
  const rightFits = !to.meta.right || [to.meta.right].flat().some((right) => me.rights.includes(right))
  return kindFits && rightFits ? true : { name: 'forbidden' }
}

export function makeRouter(queries: QueryClient) {
  const router = createRouter({
    history: createWebHistory(import.meta.env.BASE_URL),
    scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
    routes: [
      {
        path: '/',
        component: AppFrame,
        children: [...sharedRoutes, ...departmentRoutes, ...institutionRoutes, ...enterpriseRoutes],
      },
    ],
  })

  router.beforeEach((to) => guard(to, queries))

  router.afterEach(async (to, from) => {
    frame.navigationOpen = false
    await Promise.all([nextTick(), wordsReady()])
    const platform = say(queries.getQueryData<About>(['about'])?.pack.title) || t('app.name')
    document.title = [to.meta.title && t(to.meta.title), platform].filter(Boolean).join(' - ')
    // A screen reader hears where it has come to; the first page is announced by the browser.
    const moved = from.matched.length > 0 && to.path !== from.path
    if (moved) setTimeout(() => document.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true }), 60)
  })

  clientSession.ended = () => {
    const here = router.currentRoute.value
    if (here.name === 'sign-in' || here.meta.open) return
    forgetSession(queries)
    void router.push({ name: 'sign-in', query: { to: here.fullPath, ended: '1' } })
  }
  return router
}
