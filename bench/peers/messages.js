/** A message of a history, as most libraries take it. */
export function toWire({ role, text }) {
  return { role, content: text };
}
