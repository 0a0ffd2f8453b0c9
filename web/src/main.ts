import { createApp } from 'vue'
import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import 'element-plus/theme-chalk/base.css'
import 'element-plus/theme-chalk/dark/css-vars.css'
import './styles/tokens.css'
import './styles/base.css'
import './styles/print.css'
import { Problem } from './api/problem'
import App from './App.vue'
import { makeRouter } from './app/router'

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // What the program refused it will refuse again; only lost answers are asked for twice.
      retry: (count, error) =>
        count < 2 && error instanceof Problem && (error.status === 0 || error.status >= 500),
      refetchOnWindowFocus: false,
      staleTime: 15_000,
    },
  },
})

createApp(App).use(VueQueryPlugin, { queryClient: queries }).use(makeRouter(queries)).mount('#app')
