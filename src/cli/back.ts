import { visible } from '../wire/plain-text.ts';

/** What to type to come back, here or in a clone. */
export function back(options: Readonly<Record<string, string | readonly string[] | undefined>>): string {
  const inClone = process.env['npm_lifecycle_event'] === 'start' && process.env['npm_package_name'] === 'yourcall';
  const words = Object.entries(options)
    // `npm start` keeps the talk there by itself.
    .filter(([, value]) => value !== undefined && !(inClone && value === '.talk.json'))
    .flatMap(([name, value = '']) => [value].flat().flatMap((one) => [name, quoted(one)]));
  if (!inClone) return ['yourcall', ...words].join(' ');
  return ['npm start', ...(words.length > 0 ? ['--', ...words] : [])].join(' ');
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${visible(word).replaceAll("'", String.raw`'\''`)}'`;
}
