import { createChat, tool } from 'yourcall';
import { memoryStore } from 'yourcall/runtime';
import { z } from 'zod';
import { byWords } from './by-words.ts';
import type { Answers } from './by-words.ts';
import { draftsOf } from './granted-drafts.ts';
import type { Site, SiteOptions } from './site.ts';

/** A shop on an ordinary morning: what waits, what nobody knows, and what was decided. */
export interface Scene {
  readonly site: Site;
  readonly threads: {
    readonly answered: string;
    /** Money is to be paid back. */
    readonly waiting: string;
    /** A page is to be changed, which is shown as a diff. */
    readonly page: string;
    readonly doubt: string;
    /** A draft, of which calls like it may be granted. */
    readonly draft: string;
  };
}

const find = (number: string) => ({ calls: [{ name: 'find_order', input: { number } }] });
const refundOf = (number: string, amount: number) => ({
  calls: [
    { name: 'refund', input: { order: number, amount, to: 'maria@example.org', note: 'The cup arrived broken.' } },
  ],
});

const hours = {
  path: 'pages/hours.md',
  text: '# Opening hours\n\nMonday to Friday, 9 to 18\nSaturday, 10 to 16\nSunday, closed\n',
};

const answers: Answers = {
  'A-12': [
    { text: 'I look at both orders. ', ...find('A-12') },
    refundOf('A-12', 24.5),
    'Done: **24.50 €** are on their way to Maria.\n\n| order | state | paid back |\n|---|---|---|\n| `A-12` | delivered, broken | 24.50 € |\n\nShe gets a mail when the bank has booked it. The warehouse packs cups like this since June:\n\n```ts\npack(cup, { padding: 2, fragile: true });\n```',
  ],
  'A-17': [
    { text: 'Maria writes that the cup arrived broken. I look for her order first.', ...find('A-17') },
    { text: 'It was delivered yesterday, so the money can go back.', ...refundOf('A-17', 60) },
    'The money is on its way.',
  ],
  'opening hours': [
    { text: 'I change the page of our opening hours.', calls: [{ name: 'write_page', input: hours }] },
    'The page is changed.',
  ],
  'review of Jo': [
    { calls: [{ name: 'save_draft', input: { path: 'drafts/jo.md', content: 'Thank you, Jo.' } }] },
    'The draft is saved.',
  ],
  'review of Sam': [
    {
      text: 'Sam liked the cup, but not the wait. I write a draft.',
      calls: [
        {
          name: 'save_draft',
          input: {
            path: 'drafts/sam.md',
            content: 'Dear Sam, we are sorry that you had to wait. The next one is quicker.',
          },
        },
      ],
    },
    'The draft is saved.',
  ],
  newsletter: [
    {
      text: 'The letter is written. It goes to everybody who asked for it.',
      calls: [
        { name: 'send_letter', input: { list: 'spring', subject: 'New cups, blue and grey', recipients: 1_204 } },
      ],
    },
    'It is sent.',
  ],
  accounts: [
    { calls: [{ name: 'delete_accounts', input: { unusedSince: '2024-01-01', count: 31 } }] },
    'They are gone.',
  ],
  invoice: [
    { text: 'I charge the card.', calls: [{ name: 'charge', input: { invoice: '2041', amount: 180 } }] },
    'Paid.',
  ],
};

const diff = `--- pages/hours.md
+++ pages/hours.md
@@ -1,5 +1,5 @@
 # Opening hours
 
-Monday to Friday, 9 to 17
-Saturday, closed
+Monday to Friday, 9 to 18
+Saturday, 10 to 16
 Sunday, closed
`;

const tools = {
  find_order: tool({
    description: 'Finds an order by its number.',
    input: z.object({ number: z.string() }),
    effect: 'read',
    run: ({ number }) => ({ number, total: 60, state: 'delivered', customer: 'Maria' }),
  }),
  refund: tool({
    description: 'Pays money back for an order.',
    input: z.object({
      order: z.string(),
      amount: z.number().positive().max(500).describe('In euros.'),
      to: z.email(),
      note: z.string().optional(),
    }),
    effect: 'once',
    policy: { ask: { reason: 'More than 20 € leave the shop.', risk: 'money', expiresIn: 24 * 60 * 60 * 1_000 } },
    run: () => ({ receipt: 'R-2041' }),
  }),
  write_page: tool({
    description: 'Writes a page of the website.',
    input: z.object({ path: z.string(), text: z.string() }),
    effect: 'idempotent',
    policy: { ask: { reason: 'Everybody sees this page.', preview: diff } },
    run: () => 'written',
  }),
  send_letter: tool({
    description: 'Sends a letter to everybody on a list.',
    input: z.object({ list: z.enum(['spring', 'autumn']), subject: z.string(), recipients: z.number().int() }),
    effect: 'once',
    policy: {
      ask: { reason: 'Two people read every letter before it goes out.', approvers: ['ann', 'kim'], quorum: 2 },
    },
    run: () => 'sent',
  }),
  delete_accounts: tool({
    description: 'Deletes accounts that nobody has used.',
    input: z.object({ unusedSince: z.iso.date(), count: z.number().int() }),
    effect: 'once',
    policy: { ask: { reason: 'Deleted accounts do not come back.', risk: 'delete' } },
    run: () => 'deleted',
  }),
  charge: tool({
    description: 'Charges the card of an invoice.',
    input: z.object({ invoice: z.string(), amount: z.number() }),
    effect: 'once',
    policy: 'allow',
    timeout: 100,
    // The bank takes the money and says nothing.
    run: () => new Promise<string>(() => {}),
  }),
};

/** Plays it; `pass` lets minutes go by where the clock can be turned. */
export async function openScene(
  open: (options: SiteOptions) => Promise<Site>,
  pass: (minutes: number) => void = () => {},
): Promise<Scene> {
  const store = memoryStore();
  const drafts = draftsOf(store);
  const chat = createChat({ model: byWords(answers), tools: { ...tools, ...drafts.tools } });
  const site = await open({ chat, store, grants: drafts.grants });
  const granting = await site.said('Answer the review of Jo');
  await decide(site, 'kim', granting, { type: 'approve' }, 'content: whatever it says');
  await site.until(granting, 'done');
  pass(17);
  const answered = await site.said('Maria asks about order A-12');
  await decide(site, 'kim', answered, { type: 'approve' });
  await site.until(answered, 'done');
  pass(22);
  const old = await site.said('Delete accounts that nobody uses');
  await decide(site, 'kim', old, { type: 'reject', reason: 'Not before the yearly report.' });
  await site.until(old, 'done');
  pass(9);
  const doubt = await site.said('Charge invoice 2041');
  pass(14);
  await site.said('Delete the accounts of last year');
  pass(11);
  const letter = await site.said('Send the newsletter of spring');
  await decide(site, 'kim', letter, { type: 'approve' });
  pass(6);
  const draft = await site.said('Answer the review of Sam');
  pass(4);
  const page = await site.said('Change our opening hours');
  pass(3);
  const waiting = await site.said('Pay Maria back for order A-17');
  pass(2);
  return { site, threads: { answered, waiting, page, doubt, draft } };
}

/** Decides about the only call that waits in a thread; with `says` the rule is granted for today that says so. */
async function decide(
  site: Site,
  ...[who, thread, decision, says]: readonly [who: string, thread: string, decision: object, says?: string]
): Promise<void> {
  const { waiting } = await site.ask(who, `GET /threads/${thread}`);
  const [{ call, seen, grants }] = waiting;
  const offered = grants?.choices?.find((one: { readonly says: string }) => one.says === says);
  const grant = offered && { choice: offered.id, scope: 'today' };
  await site.ask(who, `POST /threads/${thread}/decisions`, { decisions: [{ call: call.id, seen, decision, grant }] });
}
