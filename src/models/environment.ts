/**
 * A variable of the environment, where there is one (Node, Bun, Deno), read when it is needed.
 * Blank values count as absent.
 */
export function environmentVariable(name: string): string | undefined {
  // Not every runtime has `process`, and this file must run in all of them without Node's types.
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  return process?.env?.[name]?.trim() || undefined;
}
