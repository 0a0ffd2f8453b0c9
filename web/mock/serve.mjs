// The built interface with the mock behind it, under the same content security policy that the program sends.
import { createServer } from 'node:http'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { handle } from './api.mjs'

const dist = fileURLToPath(new URL('../dist', import.meta.url))
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}
const POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

function file(request, response) {
  let path = join(dist, normalize(new URL(request.url, 'http://mock').pathname))
  if (!path.startsWith(dist) || !existsSync(path) || statSync(path).isDirectory())
    path = join(dist, 'index.html')
  response.writeHead(200, {
    'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
    'content-security-policy': POLICY,
  })
  response.end(readFileSync(path))
}

export function serve() {
  return new Promise((resolve) => {
    const server = createServer((request, response) =>
      request.url.startsWith('/v1/') ? handle(request, response) : file(request, response),
    )
    server.listen(0, '127.0.0.1', () =>
      resolve({
        url: `http://127.0.0.1:${server.address().port}`,
        stop: () => new Promise((done) => (server.closeAllConnections(), server.close(done))),
      }),
    )
  })
}
