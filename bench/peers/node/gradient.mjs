// Gradient's pages of prompts as unified results, judged with its catalogue and the test case's star metric.
import {gradientMetrics} from './dictionary.mjs'
import {encoded, Notes, number, score, text} from './model.mjs'

const types = {METRIC_VALUE_TYPE_NUMBER: 'number', METRIC_VALUE_TYPE_STRING: 'text', METRIC_VALUE_TYPE_PERCENTAGE: 'percentage'}
const failures = {EVALUATION_METRIC_RESULT_STATUS_FAILED: 'the metric failed', EVALUATION_METRIC_RESULT_STATUS_SKIPPED: 'the metric was skipped'}
const ended = new Set(['CANCELLED', 'SUCCESSFUL', 'PARTIALLY_SUCCESSFUL', 'FAILED', 'COMPLETED'].map(s => `EVALUATION_RUN_${s}`))
const keptFor = 10 * 60 * 1000

/// A catalogue's entry, with what the dictionary says before it.
function traitsOf(entry) {
  const type = types[entry.metric_value_type] ?? 'unknown'
  const known = gradientMetrics.get(entry.metric_name.toLowerCase())
  const told = entry.inverted ? 'lower_is_better' : type === 'number' || type === 'percentage' ? 'higher_is_better' : 'unknown'
  const range = entry.range_max > entry.range_min ? [entry.range_min, entry.range_max] : null
  return {known, type, told, direction: known?.direction ?? told, range: known?.range ?? range}
}

export class Gradient {
  #read
  #kept = new Map()
  constructor(read) { this.#read = read }

  /// Read once in a while; `make` makes something of it.
  async #reference(path, make) {
    const found = this.#kept.get(path)
    if (found && found.until > Date.now()) return found.value
    const value = this.#read(path).then(make)
    this.#kept.set(path, {value, until: Date.now() + keptFor})
    value.catch(() => this.#kept.delete(path))
    return value
  }

  async #judging(run) {
    const path = `/v2/gen-ai/evaluation_test_cases/${run.test_case_uuid}?evaluation_test_case_version=${run.test_case_version}`
    const star = await this.#reference(path, found => found.evaluation_test_case.star_metric ?? {})
    const traits = await this.#reference('/v2/gen-ai/evaluation_metrics',
      found => new Map(found.metrics.map(each => [each.metric_uuid, traitsOf(each)])))
    return {star, traits}
  }

  async results(runId, native, limit) {
    const found = await this.#read(`/v2/gen-ai/evaluation_runs/${native}/results?page=1&per_page=${limit}`)
    const run = found.evaluation_run
    const judging = await this.#judging(run)
    const results = found.prompts.map(prompt => translatePrompt(prompt, runId, run, judging))
    return {results, total: found.meta?.total ?? null, ended: ended.has(run.status)}
  }
}

function decide(value, metric, traits, star, notes) {
  const isStar = star.metric_uuid && star.metric_uuid === metric.native_id
  if (!isStar || value === null || !Number.isFinite(star.success_threshold)) return null
  const lower = (traits?.told ?? 'unknown') === 'lower_is_better'
  notes.add('derived', 'passed', 'star metric threshold')
  const [a, b] = [Math.fround(value), Math.fround(star.success_threshold)]
  return lower ? a <= b : a >= b
}

function translateVerdict(row, prompt, runId, run, {star, traits: all}) {
  const notes = new Notes()
  const known = gradientMetrics.get(row.metric_name.toLowerCase())
  const native = text(row.metric_uuid)
  const traits = all.get(native)
  const metric = {name: known?.name ?? row.metric_name, native_name: row.metric_name, native_id: native, kind: known?.kind ?? 'unknown'}
  let error = text(row.error_description)
  if (!error && failures[row.status]) {
    error = failures[row.status]
    notes.add('derived', 'error', "the result's status")
  }
  const value = {type: types[row.metric_value_type] ?? 'unknown', number: number(row.number_value), text: row.string_value ?? null}
  let passed = null
  let scaled = null
  if (!error) {
    if (value.type === 'unknown' && traits && traits.type !== 'unknown') {
      value.type = traits.type
      notes.add('derived', 'value.type', "the catalogue's")
    }
    passed = value.type === 'text' ? null : decide(value.number, metric, traits, star, notes)
    scaled = score(value.number, value.type, traits?.range ?? known?.range, notes)
  }
  const id = String(prompt.prompt_id)
  return {
    id: `${id}:${encoded(native ?? row.metric_name)}`, run_id: runId, result_id: id, trace_id: text(prompt.trace_id),
    level: 'item', span: null, metric, passed, passed_source: passed === null ? 'none' : 'threshold', score: scaled, value,
    direction: traits?.direction ?? known?.direction ?? 'unknown', reason: text(row.reasoning), error,
    agent_version: text(run.agent_version_hash), latency_ms: null, timestamp: null, inspected: [], mapping: notes.shown(),
  }
}

function translatePrompt(prompt, runId, run, judging) {
  const id = String(prompt.prompt_id)
  return {
    id, run_id: runId, trace_id: text(prompt.trace_id), prompt_id: id, input: prompt.input ?? null,
    output: prompt.output ?? null, expected: prompt.ground_truth ?? null,
    tokens: {input: number(prompt.input_tokens), output: number(prompt.output_tokens)},
    chunks: (prompt.prompt_chunks ?? []).map(chunk => ({
      text: chunk.text ?? null, source: text(chunk.source_name), index_id: text(chunk.index_uuid),
      used: chunk.chunk_used ?? null, usage: chunk.chunk_usage_pct ?? null,
    })),
    verdicts: (prompt.prompt_level_metric_results ?? []).map(row => translateVerdict(row, prompt, runId, run, judging)),
    mapping: {},
  }
}
