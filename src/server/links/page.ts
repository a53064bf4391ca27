import { sha256Words } from '../../conversation/digest.ts';
import { base64Of } from '../../runtime/blobs/base64.ts';

/** A piece of a page, in which everything from outside is escaped. */
export interface Html {
  readonly html: string;
}

/**
 * A piece of a page: what stands in the places is text, unless it is a piece itself, or a list of them. Not called `html`: the
 * formatter lays out templates of that name anew, and blanks count in what is shown and in a style that is known by its hash.
 */
export function markup(text: TemplateStringsArray, ...places: readonly (string | Html | readonly Html[])[]): Html {
  const pieces = text.flatMap((piece, at) => [piece, ...(at < places.length ? [written(places[at]!)] : [])]);
  return { html: pieces.join('') };
}

function written(place: string | Html | readonly Html[]): string {
  if (typeof place === 'string') return place.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
  return 'html' in place ? place.html : place.map((one) => one.html).join('');
}

/** A page that nobody keeps, that runs nothing and loads nothing, and that no other page shows or hears of. */
export function page(status: number, { title, body }: { readonly title: string; readonly body: Html }): Response {
  const whole = markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><style>${{ html: style }}</style></head>
<body><main><h1>${title}</h1>${body}</main></body></html>
`;
  return new Response(whole.html, { status, headers });
}

const style = `:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
main { max-width: 42rem; margin: 0 auto; padding: 1rem }
h1 { font-size: 1.25rem }
dt { font-weight: bold; margin-top: .75rem; overflow-wrap: anywhere }
dd { font-family: monospace; white-space: pre-wrap; overflow-wrap: anywhere }
dd { margin: 0; padding: .5rem; border: 1px solid; border-radius: .25rem }
form { margin-top: 1.5rem }
button, input { font: inherit; padding: .5rem 1rem }
input { width: 100%; box-sizing: border-box; margin-bottom: .5rem }
.flag { font-weight: bold }`;

const headers = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': [
    "default-src 'none'",
    `style-src 'sha256-${base64(sha256Words(new TextEncoder().encode(style)))}'`,
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; '),
  // The address is a key: no other page is told of it. A browser then names no origin with the form (`Origin: null`).
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-robots-tag': 'noindex',
};

function base64(words: Uint32Array): string {
  const bytes = new DataView(new ArrayBuffer(words.length * 4));
  words.forEach((word, at) => bytes.setUint32(at * 4, word));
  return base64Of(new Uint8Array(bytes.buffer));
}
