// Staso's answers as unified objects.
import {stasoMetrics} from './dictionary.mjs'
import {encoded, Notes, number, score, text, time} from './model.mjs'

const statuses = new Set(['pending', 'running', 'completed', 'failed', 'cancelled'])
const terminal = new Set(['completed', 'failed', 'cancelled'])
const kinds = new Set(['programmatic', 'llm_judge', 'agentic', 'prompt'])

function kindOf(runtime, known) {
  const folded = typeof runtime === 'string' ? runtime.toLowerCase() : ''
  return kinds.has(folded) ? folded : known?.kind ?? 'unknown'
}

function metricOf(name, id, runtime) {
  const known = stasoMetrics.get(name)
  return {name: known?.name ?? name, native_name: name, native_id: id, kind: kindOf(runtime, known)}
}

function scopeOf(scope, notes) {
  if (!scope) return null
  const sample = Number.isInteger(scope.sample_pct) ? {sample_pct: scope.sample_pct} : {}
  for (const name of ['trace_id', 'session_id', 'dataset_id'])
    if (text(scope[name])) return {[name]: scope[name]}
  if (text(scope.agent_id)) return {agent_id: scope.agent_id, ...sample}
  const range = scope.time_range ?? scope
  if (text(range.start) && text(range.end)) return {time_range: {start: range.start, end: range.end}, ...sample}
  notes.add('lossy', 'scope', 'not one of the documented shapes')
  return null
}

function metricsOf(row, notes) {
  const out = (row.zero_configs ?? []).map(name => metricOf(name, null, stasoMetrics.get(name)?.kind))
  for (const rule of row.rules ?? []) {
    if (typeof rule === 'object') {
      out.push(metricOf(rule.rule_name ?? rule.id, rule.id, rule.runtime))
    } else {
      notes.add('derived', 'metrics', 'the run tells custom rules by id; their names come with verdicts')
      out.push(metricOf(rule, rule, null))
    }
  }
  return out
}

export function translateRun(row, id, provider) {
  const notes = new Notes()
  const folded = row.status.toLowerCase()
  const status = statuses.has(folded) ? folded : 'unknown'
  const scope = scopeOf(row.scope, notes)
  const agent = text(row.agent_id) ?? scope?.agent_id ?? null
  if (agent && !text(row.agent_id)) notes.add('derived', 'agent.id', "the scope's agent")
  const metrics = metricsOf(row, notes)
  const done = row.done ?? null
  const total = row.total ?? row.total_traces ?? row.trace_count ?? null
  const progress = done === null && total === null ? null : {done, total}
  if (progress) notes.add('derived', 'progress', "the run's counters")
  return {
    id, provider, vendor: 'staso', native_id: row.id, native_status: row.status, name: text(row.name),
    description: text(row.description), suite: null, status, phase: null, terminal: terminal.has(status), outcome: null,
    outcome_source: null, error: text(row.error_message), trigger: text(row.trigger), scope,
    agent: {id: agent, name: text(row.agent_name), version: text(row.agent_version), deployment: null}, metrics,
    baseline_run_id: text(row.compare_with) ? `${provider}:${row.compare_with}` : null, progress,
    created_at: time(row.created_at), started_at: time(row.started_at), finished_at: time(row.completed_at), labels: {},
    run_metrics: [], star_metric: null, mapping: notes.shown(),
  }
}

function translateVerdict(row, runId) {
  const notes = new Notes()
  const id = text(row.guard_rule_id)
  const name = text(row.rule_name) ?? id
  const metric = metricOf(name, id, row.runtime)
  if (text(row.runtime) && !kinds.has(row.runtime.toLowerCase())) notes.add('lossy', 'metric.kind', "a runtime that isn't documented")
  const value = number(row.score)
  const passed = row.passed === null || row.passed === undefined ? null : Boolean(row.passed)
  const scaled = score(value, 'number', null, notes)
  const latency = number(row.latency_ms)
  if (latency !== null && !Number.isInteger(latency)) notes.add('lossy', 'latency_ms', 'rounded to whole milliseconds')
  return {
    id: `${encoded(row.trace_id)}:${encoded(id ?? name)}`, run_id: runId, result_id: row.trace_id,
    trace_id: row.trace_id, level: 'item', span: null, metric, passed,
    passed_source: passed === null ? 'none' : 'provider', score: scaled,
    value: {type: value === null ? 'unknown' : 'number', number: value, text: null},
    direction: stasoMetrics.get(name)?.direction ?? 'unknown', reason: text(row.reason), error: null,
    agent_version: text(row.agent_version), latency_ms: latency === null ? null : Math.round(latency),
    timestamp: time(row.timestamp),
    inspected: (row.inspected ?? []).map(({turn = null, tool, target}) => ({turn, tool: tool ?? '', target: target ?? ''})),
    mapping: notes.shown(),
  }
}

export function translateVerdicts(answer, runId) {
  const rows = Array.isArray(answer) ? answer : answer.verdicts ?? answer.items ?? answer.data
  return {verdicts: rows.map(row => translateVerdict(row, runId)), total: answer.total ?? null}
}
