// A process for one subject: plays every case, and tells the parent what came of each.
import { cases } from './cases.ts';
import { short } from './case.ts';
import type { Finding } from './case.ts';
import { limits } from './limits.ts';
import { subjectNamed } from './subjects.ts';

// What a library throws into the air must not hide what its cases found.
process.on('unhandledRejection', () => {});
process.on('uncaughtException', () => {});

const subject = await subjectNamed(process.argv[2]!);
for (const { name, must, play } of cases) {
  process.send!({ case: name, must, ...(await find(() => play(subject))) });
}
if (subject.name === 'yourcall') {
  for (const { name, play } of limits) process.send!({ limit: name, found: await play() });
}
process.exit();

async function find(play: () => Promise<Finding>): Promise<Finding> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no end within 60 s')), 60_000);
  });
  try {
    return await Promise.race([play(), late]);
  } catch (error) {
    return { verdict: 'fails', found: short(error instanceof Error ? error.message : String(error)) };
  } finally {
    clearTimeout(timer);
  }
}
