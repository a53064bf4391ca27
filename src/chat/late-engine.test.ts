import { expect, test, vi } from 'vitest';
import { toolEngine } from './tool-engine.ts';

let tries = 0;
vi.mock(import('./engine.ts'), async (original) => {
  tries += 1;
  if (tries === 1) throw new Error('the network was gone');
  return original();
});

test('the code of the tools that could not be loaded is loaded by the next one who needs it', async () => {
  await expect(toolEngine()).rejects.toThrow();
  expect(await toolEngine()).toHaveProperty('toolPass');
  expect(tries).toBe(2);
});
