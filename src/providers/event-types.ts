// Which of a provider's known events a type belongs to: by its name, else by a pattern.
import type { Provider, ProviderEvent } from './provider.ts'

/** The exact name first, then patterns, the longest first; empty where the type is unknown. */
export function eventsOfType(provider: Provider, type: string): ProviderEvent[] {
  const exact = provider.events.filter((event) => event.type === type)
  const patterns = provider.events.filter((event) => matchesPattern(event.type, type))
  const longestFirst = patterns.toSorted((one, other) => other.type.length - one.type.length)
  return [...exact, ...longestFirst.filter((event) => !exact.includes(event))]
}

function matchesPattern(pattern: string, type: string): boolean {
  return pattern.endsWith('*') && type.startsWith(pattern.slice(0, -1))
}

/** Names, or patterns with "*" at their end. */
export function isOfType(names: readonly string[], type: string): boolean {
  return names.some((name) => name === type || matchesPattern(name, type))
}
