// Which `any` a user's compiler meets: those that docs/any.md lists, and no others. Looks at dist, so build first.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

it('docs/any.md lists every `any` of the published types, and none besides', () => {
  const files = globSync('dist/**/*.d.ts', { cwd: root }).toSorted();
  expect(files.length, 'run `npm run build` first').toBeGreaterThan(20);
  const found = files.flatMap((file) => anysOf(file.replaceAll('\\', '/'), readFileSync(join(root, file), 'utf8')));
  const page = readFileSync(join(root, 'docs', 'any.md'), 'utf8');
  const listed = [...page.matchAll(/^\| `(dist[^`]*)` \| `(\w+)` \| (\d+) \|/gm)].map((row) => row.slice(1).join(' '));
  expect(found).toEqual(listed);
});

it('finds an `any` in a type, and none in words, names and comments', () => {
  const declarations = [
    '/** Any of them, or any other. */',
    'export interface Company { any: string; anything: "any"; }',
    'export declare function read(value: any): Promise<any>; // any',
  ];
  expect(anysOf('x.d.ts', declarations.join('\n'))).toEqual(['x.d.ts read 2']);
});

/** The declarations of a file that hold an `any`, and how many. */
function anysOf(file: string, text: string): readonly string[] {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*|"[^"\n]*"|'[^'\n]*'|\bany(?=\??:)/g, '');
  return code.split(/^(?=export|declare|interface|type)/m).flatMap((declaration) => {
    const count = declaration.match(/\bany\b/g)?.length ?? 0;
    const [, name = '?'] = /\b(?:interface|type|class|function|const)\s+(\w+)/.exec(declaration) ?? [];
    return count > 0 ? [`${file} ${name} ${count}`] : [];
  });
}
