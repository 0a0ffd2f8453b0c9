// `npm run dev` without a program to talk to: RONGQIAO_MOCK=1 npm run dev. Sign in as department, institution or
// enterprise; the password is demo.
import { handle } from './api.mjs'

export function mock() {
  return {
    name: 'mock',
    apply: 'serve',
    configureServer(server) {
      server.middlewares.use((request, response, next) =>
        request.url.startsWith('/v1/') ? handle(request, response) : next(),
      )
    },
  }
}
