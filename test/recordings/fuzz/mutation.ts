import { oneOf } from '../random.ts';
import type { Random } from '../random.ts';
import { textOf } from './frame.ts';
import type { Frame } from './frame.ts';
import { changed } from './value.ts';

/** Frames of any recording, of any wire. */
export type Foreign = (random: Random) => Frame;

/** The frames of an answer, changed in a few ways that chance decides, as bytes. */
export function mutated(frames: readonly Frame[], foreign: Foreign, random: Random): readonly Uint8Array[] {
  const list = [...frames];
  for (let i = 1 + random(1 + random(5)); i > 0; i -= 1) {
    if (list.length === 0) list.push(foreign(random));
    oneOf(mutations, random)(list, random, foreign);
  }
  const pieces = list.map((frame) => encoder.encode(textOf(frame)));
  if (pieces.length > 0 && random(4) === 0) flip(pieces, random);
  return pieces;
}

type Mutation = (list: Frame[], random: Random, foreign: Foreign) => void;

const mutations: readonly Mutation[] = [
  function drop(list, random) {
    list.splice(random(list.length), 1 + random(3));
  },
  function repeat(list, random) {
    const place = random(list.length);
    list.splice(place, 0, ...Array.from({ length: 1 + random(3) }, () => list[place]!));
  },
  function swap(list, random) {
    const [one, other] = [random(list.length), random(list.length)];
    [list[one], list[other]] = [list[other]!, list[one]!];
  },
  function move(list, random) {
    const [frame] = list.splice(random(list.length), 1);
    list.splice(random(list.length + 1), 0, frame!);
  },
  function cutFrame(list, random) {
    const place = random(list.length);
    const frame = list[place]!;
    list[place] = { ...frame, data: frame.data.slice(0, random(frame.data.length + 1)) };
  },
  function cutEnd(list, random) {
    list.length = random(list.length) + 1;
    const text = textOf(list.pop()!);
    list.push({ before: text.slice(0, random(text.length + 1)), data: '', after: '' });
  },
  function mix(list, random, foreign) {
    list.splice(random(list.length + 1), random(2), foreign(random));
  },
  function rename(list, random) {
    const place = random(list.length);
    const frame = list[place]!;
    list[place] = { ...frame, before: frame.before.replace(/^(event: ?)?/, `event: ${oneOf(events, random)}\n`) };
  },
  function reframe(list, random) {
    const place = random(list.length);
    const frame = list[place]!;
    const [before, after] = oneOf(framings, random);
    list[place] = { before, data: frame.data, after };
  },
  change,
  change,
  change,
  change,
];

function change(list: Frame[], random: Random): void {
  const place = random(list.length);
  const frame = list[place]!;
  list[place] = { ...frame, data: changed(frame.data, random) };
}

const events = ['error', 'ping', '', 'message_stop', 'content_block_delta', 'response.failed', 'done', '\u0000'];

const framings = [
  ['', '\n'],
  ['', ''],
  ['data:', '\r'],
  ['data: ', '\n\n'],
  [':', '\n\n'],
  ['data: data: ', '\r\n\r\n'],
  ['\ufeffdata: ', '\n\n'],
  ['id: 1\nretry: x\ndata: ', '\ndata: \n\n'],
  ['<!doctype html><p>', '</p>'],
] as const;

/** Changes bytes, also inside of characters. */
function flip(pieces: readonly Uint8Array[], random: Random): void {
  for (let i = 1 + random(6); i > 0; i -= 1) {
    const bytes = oneOf(pieces, random);
    if (bytes.length > 0) bytes[random(bytes.length)] = oneOf([random(256), 0x0a, 0x22, 0x7b, 0xff, 0xc3], random);
  }
}

const encoder = new TextEncoder();
