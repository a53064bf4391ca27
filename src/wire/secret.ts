/** What of a request must never be told: values of headers, and those that stand in its address. */
export function secretsOf(headers: Readonly<Record<string, string>>, url = ''): readonly string[] {
  const inHeaders = Object.entries(headers)
    .filter(([name]) => isSecret(name))
    .map(([, value]) => value.replace(/^\w+ /, ''));
  const all = [...inHeaders, ...secretsIn(url)].filter((value) => value.length >= 4);
  // The longest first: of one that begins with another, the rest would be left.
  return all.toSorted((a, b) => b.length - a.length);
}

/** A text without what must not be told. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((left, secret) => left.replaceAll(secret, '[secret]'), text);
}

/** Whether a header or a parameter of this name holds one, as far as names tell. */
function isSecret(name: string): boolean {
  return /auth|key|token|secret|cookie|passw|credential|signature|^(sig|code)$/i.test(name);
}

/** Read without `URL`, since an address that makes no sense is told of too: as it stands, and as it was meant. */
function secretsIn(url: string): readonly string[] {
  const [, user] = /^[^/?#]*\/\/([^/?#]*)@/.exec(url) ?? [];
  const query = /\?([^#]*)/.exec(url)?.[1] ?? '';
  const given = query.split('&').flatMap((pair) => {
    const [, name = '', value = ''] = /^([^=]*)=(.*)$/.exec(pair) ?? [];
    return isSecret(name) ? [value] : [];
  });
  // A name alone may be the key; before a password it is none.
  const all = user === undefined ? given : [user.replace(/^[^:]*:/, ''), ...given];
  return all.flatMap((value) => [value, decoded(value)]);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
