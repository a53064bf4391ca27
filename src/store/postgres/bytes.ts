/** Bytes as Postgres writes them: `\\x` and each in two digits, or where a database is set to the older way, as text with escapes. */
export function bytesIn(text: string): Uint8Array {
  return text.startsWith('\\x') ? Buffer.from(text.slice(2), 'hex') : escaped(text);
}

/** A backslash before another one, or before three digits to the base eight; what else there is stands for itself. */
function escaped(text: string): Uint8Array {
  const plain = text.replaceAll(/\\(\\|[0-7]{3})/g, (_, what: string) =>
    what === '\\' ? what : String.fromCharCode(Number.parseInt(what, 8)),
  );
  return Buffer.from(plain, 'latin1');
}
