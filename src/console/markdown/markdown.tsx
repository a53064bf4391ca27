import type { Token, Tokens } from 'marked';
import type { ComponentChildren, JSX } from 'preact';
import { memo } from './memo.ts';
import { useRef } from 'preact/hooks';
import { visibleSpeech } from '../../wire/plain-text.ts';
import { blocksOf, noBlocks } from './blocks.ts';
import { CodeBlock } from './code-block.tsx';
import { Inline } from './inline.tsx';

/** A text of a model or a person, laid out. What it says is never taken for markup of the page. */
export function Markdown({ text }: { readonly text: string }): JSX.Element {
  const blocks = useRef(noBlocks);
  blocks.current = blocksOf(text, blocks.current);
  return (
    <div class="markdown">
      {blocks.current.tokens.map((token, at) => (
        <Block key={at} token={token} />
      ))}
    </div>
  );
}

interface BlockProps {
  readonly token: Token;
}

/** Rendered anew only when its text is another one. */
const Block = memo(function Block({ token }: BlockProps): JSX.Element | null {
  return blockOf(token as Tokens.Generic & MarkedToken);
});

type MarkedToken =
  | Tokens.Blockquote
  | Tokens.Code
  | Tokens.Def
  | Tokens.Heading
  | Tokens.Hr
  | Tokens.HTML
  | Tokens.List
  | Tokens.Paragraph
  | Tokens.Space
  | Tokens.Table
  | Tokens.Text;

function blockOf(token: MarkedToken): JSX.Element | null {
  switch (token.type) {
    case 'space':
    case 'def':
      return null;
    case 'hr':
      return <hr />;
    case 'code':
      return <CodeBlock text={token.text} language={token.lang ?? ''} />;
    case 'heading':
      return (
        <p class={`heading heading-${token.depth}`} role="heading" aria-level={Math.min(6, token.depth + 2)}>
          <Inline tokens={token.tokens} />
        </p>
      );
    case 'blockquote':
      return <blockquote>{inside(token.tokens)}</blockquote>;
    case 'list':
      return <List list={token} />;
    case 'table':
      return <Table table={token} />;
    case 'paragraph':
      return (
        <p>
          <Inline tokens={token.tokens} />
        </p>
      );
    case 'text':
      return <Inline tokens={token.tokens ?? [token]} />;
    case 'html':
      return <p>{visibleSpeech(token.text)}</p>;
    default:
      // A kind of block that a newer reader knows.
      return <p>{visibleSpeech((token as Token).raw)}</p>;
  }
}

function inside(tokens: readonly Token[]): ComponentChildren {
  return tokens.map((token, at) => <Block key={at} token={token} />);
}

function List({ list: { ordered, start, items } }: { readonly list: Tokens.List }): JSX.Element {
  const rows = items.map(({ task, checked, tokens }, at) => (
    <li key={at} class={task ? 'task' : undefined}>
      {task && <input type="checkbox" checked={checked === true} disabled aria-label={checked ? 'done' : 'to do'} />}
      {inside(tokens.filter(({ type }) => type !== 'checkbox'))}
    </li>
  ));
  return ordered ? <ol start={typeof start === 'number' ? start : 1}>{rows}</ol> : <ul>{rows}</ul>;
}

function Table({ table: { header, rows } }: { readonly table: Tokens.Table }): JSX.Element {
  const cells = (row: readonly Tokens.TableCell[]): ComponentChildren =>
    row.map(({ header: isHeader, align, tokens }, at) => {
      const look = align ? { textAlign: align } : {};
      return isHeader ? (
        <th key={at} style={look}>
          <Inline tokens={tokens} />
        </th>
      ) : (
        <td key={at} style={look}>
          <Inline tokens={tokens} />
        </td>
      );
    });
  return (
    <div class="table" tabIndex={0} role="region" aria-label="Table">
      <table>
        <thead>
          <tr>{cells(header)}</tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={at}>{cells(row)}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
