// What is known of each vendor's metrics, as config/metrics.yaml has it.

const staso = [
  ['task_completion_rate', 'programmatic'], ['error_rate', 'programmatic'],
  ['latency_p95', 'programmatic', 'lower_is_better'], ['cost_per_task', 'programmatic', 'lower_is_better'],
  ['tool_sequence_anomaly', 'programmatic'], ['hallucination', 'llm_judge'], ['false_completion', 'llm_judge'],
  ['sentiment', 'llm_judge'], ['escalation', 'llm_judge'],
]

const higher = 'higher_is_better'
const gradient = [
  [['Correctness (general hallucinations)', 'Correctness'], 'correctness', 'llm_judge', higher],
  [['Instruction Following'], 'instruction_following', 'llm_judge', higher, [0, 100]],
  [['Ground Truth Faithfulness'], 'ground_truth_faithfulness', 'llm_judge', higher, [0, 100]],
  [['User Goal Progress', 'Action Advancement'], 'user_goal_progress', 'llm_judge', higher, [0, 100]],
  [['User Goal Completion', 'Action Completion'], 'user_goal_completion', 'llm_judge', higher, [0, 100]],
  [['Context Adherence (context hallucinations)', 'Context Adherence'], 'context_adherence', 'llm_judge', higher, [0, 1]],
  [['Response-Context Completeness'], 'response_context_completeness', 'llm_judge', higher, [0, 1]],
  [['Retrieved Context Relevance'], 'retrieved_context_relevance', 'llm_judge', higher, [0, 100]],
  [['Retrieved Chunk Usage', 'Chunk Attribution'], 'retrieved_chunk_usage'],
  [['PII Leaks'], 'pii_leaks'], [['Toxicity'], 'toxicity'], [['Sexism'], 'sexism'],
  [['Prompt Injection'], 'prompt_injection'], [['Tone'], 'tone'],
  [['Prompt Perplexity'], 'prompt_perplexity', undefined, 'lower_is_better', [0, 100]],
]

export const stasoMetrics = new Map(staso.map(([name, kind, direction]) => [name, {name, kind, direction}]))

/// By folded name.
export const gradientMetrics = new Map(gradient.flatMap(([natives, name, kind, direction, range]) =>
  natives.map(native => [native.toLowerCase(), {name, kind, direction, range}])))
