import type { JSX } from 'preact';
import { useContext } from 'preact/hooks';
import { isObject } from '../../conversation/json.ts';
import { count, visible, visibleJson } from '../../wire/plain-text.ts';
import { shown } from './folding.ts';
import { FoldedHere, TextView } from './text-view.tsx';
import { UnfoldingContext } from './unfolded.ts';

/** A value as data (rule X5): every key, nothing interpreted, nothing that is there left out without a word. */
export function ValueView({ value, depth = 0 }: { readonly value: unknown; readonly depth?: number }): JSX.Element {
  if (typeof value === 'string') return <Text text={value} />;
  if (!isObject(value) && !Array.isArray(value)) return <code class="scalar">{String(value)}</code>;
  if (depth >= shown.depth) return <TextView text={visibleJson(value, 2)} />;
  const members = Object.entries(value);
  if (members.length === 0) return <code class="scalar">{Array.isArray(value) ? '[ ]' : '{ }'}</code>;
  return <Members members={members} isList={Array.isArray(value)} depth={depth} />;
}

interface MembersProps {
  readonly members: readonly (readonly [string, unknown])[];
  readonly isList: boolean;
  readonly depth: number;
}

function Members({ members, isList, depth }: MembersProps): JSX.Element {
  const { isOpen } = useContext(UnfoldingContext);
  const isWhole = isOpen || members.length <= shown.members;
  const seen = isWhole ? members : members.slice(0, shown.members);
  return (
    <>
      <dl class={isList ? 'members items' : 'members'}>
        {seen.map(([key, member]) => (
          <div key={key} class={isNested(member) ? 'nested' : undefined}>
            <dt>{isList ? Number(key) + 1 : <Key name={key} />}</dt>
            <dd>
              <ValueView value={member} depth={depth + 1} />
            </dd>
          </div>
        ))}
      </dl>
      {!isWhole && <FoldedHere size={count(members.length, isList ? 'item' : 'member')} />}
    </>
  );
}

function Key({ name }: { readonly name: string }): JSX.Element {
  if (name.length > shown.characters) return <TextView text={name} />;
  return <>{/^\S+$/.test(name) ? visible(name) : visibleJson(name)}</>;
}

/** As it is where that tells all of it; else in quotes, but for lines of a file, which mostly end with a line break. */
function Text({ text }: { readonly text: string }): JSX.Element {
  if (isPlain(text)) return <TextView text={text} />;
  const lines = text.slice(0, -1);
  if (!text.endsWith('\n') || !lines.includes('\n') || !isPlain(lines)) return <Quoted text={text} />;
  return (
    <>
      <TextView text={lines} />
      <p class="muted">With a line break at its end.</p>
    </>
  );
}

function Quoted({ text }: { readonly text: string }): JSX.Element {
  return <code class="scalar quoted">{visibleJson(text)}</code>;
}

/** Whether a text can be told from everything else without quotes. */
function isPlain(text: string): boolean {
  return (
    text.trim() === text && text !== '' && !/^(true|false|null|undefined|[-+.\d][\d.,eE+-]*|\[ \]|\{ \})$/.test(text)
  );
}

function isNested(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\n') || value.length > 120;
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}
