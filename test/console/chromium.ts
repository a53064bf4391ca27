import { accessSync, constants } from 'node:fs';

const usual = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
];

/** Where Chromium is: what `CHROMIUM` names, or where systems have it. Throws a sentence for a person where there is none. */
export function chromiumPath(): string {
  const { CHROMIUM } = process.env;
  const found = (CHROMIUM ? [CHROMIUM] : usual).find(isProgram);
  if (found !== undefined) return found;
  const where = CHROMIUM ? `CHROMIUM is ${CHROMIUM}, which is no program` : `there is none at ${usual.join(', ')}`;
  throw new Error(
    `The console is tested in a real Chromium, and ${where}: apt-get install chromium, or say CHROMIUM=/path/to/it.`,
  );
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
