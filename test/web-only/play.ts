// Plays a talk where there is only what the web has: no Node built-in, no global of Node, timers that are numbers.
import { registerHooks } from 'node:module';
import { runInNewContext } from 'node:vm';

const { log } = console;

registerHooks({
  resolve(specifier, context, next) {
    const isOurs = specifier.startsWith('.') || specifier.startsWith('yourcall') || specifier.startsWith('file:');
    if (!isOurs) throw new Error(`${context.parentURL} imports ${specifier}`);
    return next(specifier, context);
  },
});

const language: readonly string[] = runInNewContext('Object.getOwnPropertyNames(globalThis)');
const web =
  `AbortController AbortSignal Blob ByteLengthQueuingStrategy CompressionStream CountQueuingStrategy Crypto CryptoKey
  CustomEvent DOMException DecompressionStream Event EventTarget File FormData Headers ReadableByteStreamController
  ReadableStream ReadableStreamBYOBReader ReadableStreamDefaultController ReadableStreamDefaultReader Request Response
  SubtleCrypto TextDecoder TextDecoderStream TextEncoder TextEncoderStream TransformStream URL URLSearchParams
  WritableStream WritableStreamDefaultWriter atob btoa clearInterval clearTimeout console crypto fetch navigator performance
  queueMicrotask setInterval setTimeout structuredClone`.split(/\s+/);

const { setInterval: every, setTimeout: later } = globalThis;
Object.assign(globalThis, {
  setInterval: (...given: Parameters<typeof every>) => Number(every(...given)),
  setTimeout: (...given: Parameters<typeof later>) => Number(later(...given)),
});
const kept = new Set([...language, ...web]);
const missing = Object.getOwnPropertyNames(globalThis).filter((name) => !kept.has(name));
for (const name of missing) hide(name);

// Where a module is loaded, workers at the edge draw nothing by chance and start no timer.
const refused = ['getRandomValues', 'randomUUID'] as const;
const draws = refused.map((name) => crypto[name]);
const timers = { setInterval, setTimeout };
const refuse = (): never => {
  throw new Error('not while a module is loaded');
};
for (const name of refused) Reflect.set(crypto, name, refuse);
Object.assign(globalThis, { setInterval: refuse, setTimeout: refuse });
const { talk } = await import('./talk.ts');
Object.assign(globalThis, timers);
refused.forEach((name, index) => Reflect.set(crypto, name, draws[index]));

log(JSON.stringify({ ...(await talk()), ...missingHere(globalThis) }));

/** What Node's own `Response` and the like stand on stays, for them alone. */
function hide(name: string): void {
  const value: unknown = Reflect.get(globalThis, name);
  Object.defineProperty(globalThis, name, {
    get() {
      const [, , caller = ''] = new Error('who asks?').stack?.split('\n') ?? [];
      return caller.includes('file:') ? undefined : value;
    },
  });
}

function missingHere({ Buffer, process, setImmediate }: typeof globalThis) {
  return { missing: [Buffer, process, setImmediate].filter((one) => one === undefined).length };
}
