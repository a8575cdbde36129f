// A run's verdicts, all of them, one JSON object a line.
import {Readable} from 'node:stream'

import {translateVerdicts} from './staso.mjs'

const rowsAPage = 1000

export function exportOf(read, id, native) {
  return Readable.from((async function* () {
    for (let offset = 0; ; offset += rowsAPage) {
      const {verdicts, total} = translateVerdicts(await read(`/v1/eval/runs/${native}/verdicts?limit=${rowsAPage}&offset=${offset}`), id)
      yield verdicts.map(verdict => JSON.stringify(verdict) + '\n').join('')
      if (verdicts.length < rowsAPage || offset + verdicts.length === total) return
    }
  })())
}
