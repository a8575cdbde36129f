// The program that a user of both vendors would write without the gateway: fastify in front, undici behind, and a
// translation to the gateway's objects. `node server.mjs FAR_END_PORT` serves a run, the verdicts of a Staso run and the
// results of a Gradient run on a free port; it knows no cursors, filters, keys or retries.
import Fastify from 'fastify'
import {Pool} from 'undici'

import {exportOf} from './export.mjs'
import {Gradient} from './gradient.mjs'
import {translateRun, translateVerdicts} from './staso.mjs'

const vendor = new Pool(`http://127.0.0.1:${process.argv[2]}`, {connections: 64, pipelining: 1})

class VendorError extends Error {}

async function read(path, headers) {
  const {statusCode, body} = await vendor.request({path, method: 'GET', headers})
  if (statusCode !== 200) {
    await body.dump()
    throw new VendorError(`the vendor answered ${statusCode}`)
  }
  return body.json()
}

const readStaso = path => read(path, {accept: 'application/json', 'x-api-key': 'far-end-key'})
const gradient = new Gradient(path => read(path, {accept: 'application/json', authorization: 'Bearer far-end-token'}))

/// `<provider>:<native id>`.
function target(id) {
  const colon = id.indexOf(':')
  return {id, native: encodeURIComponent(id.slice(colon + 1)), provider: id.slice(0, colon)}
}

/// What follows the list itself. Every list here is one page of the vendor's.
function page(limit, items, total, runTerminal) {
  const hasMore = total === null ? items.length === limit : total > items.length
  return {limit, offset: 0, number: 1, total, has_more: hasMore, next_cursor: null, run_terminal: runTerminal}
}

const app = Fastify({logger: false})

app.get('/v1/runs/:id', async request => {
  const {id, native, provider} = target(request.params.id)
  return translateRun(await readStaso(`/v1/eval/runs/${native}`), id, provider)
})

app.get('/v1/runs/:id/verdicts', async request => {
  const {id, native} = target(request.params.id)
  const limit = Number(request.query.limit ?? 50)
  const {verdicts, total} = translateVerdicts(await readStaso(`/v1/eval/runs/${native}/verdicts?limit=${limit}&offset=0`), id)
  return {data: verdicts, page: page(limit, verdicts, total, null)}
})

app.get('/v1/runs/:id/results', async request => {
  const {id, native} = target(request.params.id)
  const limit = Number(request.query.limit ?? 50)
  const {results, total, ended} = await gradient.results(id, native, limit)
  return {data: results, page: page(limit, results, total, ended)}
})

app.get('/v1/runs/:id/export', async (request, reply) => {
  const {id, native} = target(request.params.id)
  return reply.type('application/x-ndjson').send(exportOf(readStaso, id, native))
})

app.setErrorHandler((error, request, reply) => {
  reply.code(error instanceof VendorError ? 502 : 500).send({title: error.message})
})

await app.listen({host: '127.0.0.1', port: 0})
console.log(JSON.stringify({listen: `127.0.0.1:${app.server.address().port}`}))
