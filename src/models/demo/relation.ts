import type { Clause } from './clause.ts';
import type { Mention } from './mention.ts';
import { takes } from './tool.ts';
import type { Tool } from './tool.ts';
import { wordsOf } from './words.ts';

/** A clause and a tool that it may mean. */
export interface Relation {
  readonly tool: Tool;
  readonly clause: Clause;
  readonly mentions: readonly Mention[];
  readonly topics: readonly string[];
}

/** False for "make me a sandwich" and a tool that writes files. */
export function relates({ tool, clause, mentions, topics }: Relation): boolean {
  if (!isSafe({ tool, clause, mentions, topics })) return false;
  if (tool.nouns.length === 0 && tool.intent !== 'list' && tool.intent !== 'read') return true;
  if (tool.intent === 'find' || tool.intent === 'run') return true;
  if ((topics.length === 0 && mentions.length === 0) || topics.some((topic) => tool.nouns.includes(topic))) return true;
  if (tool.nouns.some((noun) => noun === 'file' || noun === 'directory') && topics.some(isPlain)) return true;
  if (mentions.some((mention) => canTake(tool, mention))) return true;
  return takesPhrase({ tool, clause, mentions, topics }) || topics.some((topic) => choicesOf(tool).includes(topic));
}

/** True for the phrases that a kind of tool takes: a folder, a person, `X with Y`. */
function takesPhrase({ tool, clause, topics }: Relation): boolean {
  const { rest, verb, intents } = clause;
  if (takes(tool, 'person') && /\bto\s+\p{Lu}/u.test(rest)) return true;
  if (tool.intent === 'send') return takes(tool, 'content');
  if (tool.intent === 'list' && topics.length < 2) {
    const inside = /\b(?:in|under|inside|of)\s+(?:the )?[\w./-]+\s*$/.test(rest);
    return inside || (/^(?:|ls|dir)$/.test(verb) && /^[\w./-]+[?.!]*$/.test(rest));
  }
  return takes(tool, 'old', 'group') && intents.edit === 5 && /\S\s+(?:with|by|to|->|→)\s+\S/.test(rest);
}

/** "remove foo from notes.txt" is no order to delete notes.txt, nor is "a copy of notes.txt" one to write it. */
function isSafe({ tool, clause, mentions, topics }: Relation): boolean {
  const files = takes(tool, 'path', 'folder');
  const forFiles = tool.nouns.includes('file') && !tool.nouns.includes('directory');
  // "make a folder" is no order to write a file.
  if (
    tool.intent === 'create' &&
    forFiles &&
    /^(?:an? |the |new |empty )*(?:folder|directory|dir)\b/i.test(clause.rest)
  )
    return false;
  if (tool.intent === 'create' && files)
    return !/\b(?!contents?\b)\p{L}+\s+of\s+(?:the )?(?:file )?\S+\.\w/iu.test(clause.rest);
  if (tool.intent !== 'delete') return true;
  const own = new Set([...tool.words, ...tool.properties.flatMap(({ words }) => words)]);
  const strange = topics.filter((topic) => !own.has(topic) && !(files && isPlain(topic)));
  const inside = mentions.some(
    ({ kind, start }) =>
      kind === 'file' &&
      /\b(?:in|of|from|inside|within|to|like|with|as|than|about|by)\s+(?:the )?(?:file )?$/i.test(
        clause.rest.slice(0, start),
      ),
  );
  return !inside && (mentions.length === 0 || strange.length === 0 || takes(tool, 'person', 'title', 'other'));
}

/** Words that fit any tool for files. */
function isPlain(topic: string): boolean {
  return ['file', 'directory', 'content', 'workspace', 'note', 'disk', 'project'].includes(topic);
}

function canTake(tool: Tool, { kind }: Mention): boolean {
  switch (kind) {
    case 'file':
      return takes(tool, 'path', 'folder', 'destination');
    case 'id':
      return takes(tool, 'id');
    case 'email':
      return takes(tool, 'person');
    case 'url':
      return takes(tool, 'url');
    case 'number':
      return takes(tool, 'amount', 'number', 'id', 'expression');
    case 'name':
      return takes(tool, 'person', 'place');
    case 'quoted':
      return tool.properties.some(({ required, type }) => required && type === 'string');
  }
}

function choicesOf(tool: Tool): readonly string[] {
  return tool.properties.flatMap(({ schema }) => schema.enum ?? []).flatMap((choice) => wordsOf(String(choice)));
}
