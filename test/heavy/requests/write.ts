// Writes the requests with which conversations go on, every wire after every other, as TypeScript that has to compile:
// generated/<wire>.ts holds them as values of the types of that wire's official SDK.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { idKinds } from '../../conversions/ids.ts';
import { recordedTalks } from '../../conversions/recorded.ts';
import { requestTo } from '../../conversions/request.ts';
import { talk } from '../../conversions/talk.ts';
import { conversionWires } from '../../conversions/wires.ts';
import { Mended } from './differences.ts';
import { Shapes } from './shapes.ts';

const folder = join(import.meta.dirname, 'generated');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);

const wires = Object.entries(conversionWires);
const mended = new Mended();
let talks = 0;
let recorded = 0;
for (const [target, wire] of wires) {
  const bodies: string[] = [];
  const shapes = new Shapes();
  for (const [source, begun] of wires) {
    for (const [kind, nextId] of Object.entries(idKinds)) {
      const conversation = await talk(begun.models.home, begun.speak, nextId());
      const places = target === source ? (['home', 'away'] as const) : (['away'] as const);
      for (const place of places) {
        const { text } = await requestTo(wire.models[place], conversation);
        bodies.push(constant(`from ${source}, ids ${kind}, ${place}`, bodies.length, { target, text }));
      }
    }
    for (const [name, conversation] of await recordedTalks(source, begun)) {
      const { text } = await requestTo(wire.models[target === source ? 'home' : 'away'], conversation);
      shapes.add(text, `${source}/${name}`);
      recorded += 1;
    }
  }
  talks += bodies.length;
  for (const { text, names } of shapes.bodies()) bodies.push(constant(names, bodies.length, { target, text }));
  const imports = `import type { Bodies } from '../bodies.ts';\n\n`;
  writeFileSync(join(folder, `${target}.ts`), imports + bodies.join('\n'));
}
console.log(
  `${talks} requests of whole conversations, and the shapes of ${recorded} more that go on from recorded answers`,
);
console.log('Meant to differ from the types:');
for (const line of mended.lines()) console.log(line);
if (recorded > 0 && mended.unused.length > 0)
  throw new Error(`Nothing differs there any more: ${mended.unused.join(', ')}`);
if (recorded === 0) console.log('NO RECORDINGS: nothing is proven of recorded answers.');

function constant(what: string, number: number, { target, text }: { target: string; text: string }): string {
  const body = JSON.stringify(mended.mend(target, JSON.parse(text)), null, 1);
  return `// ${what}\nexport const body${number}: Bodies['${target}'] = ${body};\n`;
}
