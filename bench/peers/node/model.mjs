// What both vendors' translations need: the unified words, times, scores and ids.

/// A text that says something.
export const text = value => (typeof value === 'string' && value !== '' ? value : null)
/// A number, also out of a string.
export function number(value) {
  if (value === null || value === undefined || value === '') return null
  const read = Number(value)
  return Number.isFinite(read) ? read : null
}

const parts = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:([Zz])|([+-]\d\d):?(\d\d)?)?$/

/// RFC 3339 in UTC with as many of 3 or 6 digits of a second as it needs; null for what is no time.
export function time(value) {
  const found = typeof value === 'string' ? parts.exec(value) : null
  if (!found) return null
  const [, day, clock, fraction = '', , offset, minutes = '00'] = found
  const at = offset ? new Date(`${day}T${clock}${offset}:${minutes}`).toISOString().slice(0, 19) : `${day}T${clock}`
  const digits = fraction.slice(0, 6).padEnd(6, '0')
  if (digits === '000000') return `${at}Z`
  return digits.endsWith('000') ? `${at}.${digits.slice(0, 3)}Z` : `${at}.${digits}Z`
}

/// encodeURIComponent leaves five characters that the ids have encoded.
export const encoded = part =>
  encodeURIComponent(part).replace(/[!'()*]/g, c => '%' + c.charCodeAt(0).toString(16).toUpperCase())

/// Notes on how an object was made, by kind in the order that they are shown in.
export class Notes {
  derived = null
  defaulted = null
  lossy = null
  add(kind, member, reason) {
    this[kind] ??= {}
    this[kind][member] ??= reason
  }
  shown() {
    const out = {}
    if (this.derived) out.derived = this.derived
    if (this.defaulted) out.defaulted = this.defaulted
    if (this.lossy) out.lossy = this.lossy
    return out
  }
}

/// On 0..1 where the metric's range is known.
export function score(value, type, range, notes) {
  if (value === null || type === 'text') return null
  if (range && range[0] === 0 && range[1] === 1) return value
  if (range && range[1] > range[0]) {
    notes.add('derived', 'score', "rescaled from the metric's range")
    return (value - range[0]) / (range[1] - range[0])
  }
  notes.add('defaulted', 'score', "the vendor's scale is not known: as given")
  return value
}
