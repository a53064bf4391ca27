import type { Token, Tokens } from 'marked';
import type { ComponentChildren, JSX } from 'preact';
import { visible, visibleSpeech } from '../../wire/plain-text.ts';

/** What stands in a line. */
export function Inline({ tokens }: { readonly tokens: readonly Token[] }): JSX.Element {
  return <>{tokens.map((token) => inlineOf(token as InlineToken))}</>;
}

type InlineToken =
  | Tokens.Br
  | Tokens.Codespan
  | Tokens.Del
  | Tokens.Em
  | Tokens.Escape
  | Tokens.Image
  | Tokens.Link
  | Tokens.Strong
  | Tokens.Tag
  | Tokens.Text;

function inlineOf(token: InlineToken): ComponentChildren {
  switch (token.type) {
    case 'br':
      return <br />;
    case 'codespan':
      return <code>{visibleSpeech(token.text)}</code>;
    case 'del':
      return (
        <del>
          <Inline tokens={token.tokens} />
        </del>
      );
    case 'em':
      return (
        <em>
          <Inline tokens={token.tokens} />
        </em>
      );
    case 'strong':
      return (
        <strong>
          <Inline tokens={token.tokens} />
        </strong>
      );
    case 'link':
      return <Link href={token.href}>{<Inline tokens={token.tokens} />}</Link>;
    case 'image':
      // Nothing is fetched because a model names it: who wants to see it goes there.
      return <Link href={token.href}>{visibleSpeech(token.text || token.href)}</Link>;
    case 'text':
      return token.tokens ? <Inline tokens={token.tokens} /> : visibleSpeech(token.text);
    case 'escape':
    case 'html':
      return visibleSpeech(token.text);
    default:
      return visibleSpeech((token as Token).raw);
  }
}

/** A way out of the page, where it is one that a browser may follow; what it leads to can be read before. */
export function Link({ href, children }: { readonly href: string; readonly children: ComponentChildren }): JSX.Element {
  if (!/^(https?|mailto):/i.test(href)) return <>{children}</>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow" title={visible(href)}>
      {children}
    </a>
  );
}
