import { clauseOf } from './clause.ts';
import { historyOf } from './history.ts';
import type { History } from './history.ts';
import { lookFirst, onlyLooked } from './look-first.ts';
import { insistOn } from './match.ts';
import { correctionOf } from './spelling.ts';
import { offerFor } from './offer.ts';
import { planFor } from './plan.ts';
import type { Ask, DemoCall, Plan } from './plan.ts';
import { reportOf, wentWrong } from './report.ts';
import type { DemoRequest } from './request.ts';
import { smallTalk } from './small-talk.ts';
import { toolOf } from './tool.ts';
import type { Tool } from './tool.ts';

export type { DemoCall } from './plan.ts';

/** One answer of the demo model. */
export interface DemoTurn {
  readonly text: string;
  readonly calls: readonly DemoCall[];
}

/** What the rules say to a conversation: a pure function, without any model. */
export function answer(request: DemoRequest): DemoTurn {
  const tools = (request.tools ?? []).map(toolOf);
  const history = historyOf(request.messages, tools);
  if (history.resultsLast) return afterResults(request, history, tools);
  const told = history.outcomes.length > 0 ? reportOf(history.outcomes, '') : '';
  const turn = toWords(request, history, tools);
  return { ...turn, text: [told, turn.text].filter((text) => text !== '').join('\n') };
}

function toWords(request: DemoRequest, history: History, tools: readonly Tool[]): DemoTurn {
  const choice = request.tool_choice ?? 'auto';
  if (choice !== 'auto' && choice !== 'none') return insisted(choice, history, tools);
  if (history.saying.text.length > longest) return { text: tooLong, calls: [] };
  const talk = smallTalk(history.saying.text, tools, history.known);
  if (talk !== undefined) return { text: talk, calls: [] };
  const plan = planFor(history.saying);
  const calls = callsOf(plan, history);
  if (choice === 'none' && (calls.length > 0 || plan.asks.length > 0)) {
    const names = [...calls.map(({ name }) => name), ...plan.asks.map(({ tool }) => tool.name)];
    return {
      text: `I would use ${[...new Set(names)].join(' and ')}, but tools are switched off for this answer.`,
      calls: [],
    };
  }
  if (calls.length > 0) return { text: plan.batches.length === 1 ? openWords(plan) : '', calls };
  if (plan.asks.length > 0 || plan.notes.length > 0) return { text: openWords(plan), calls: [] };
  return { text: cannotSay(plan, history, tools), calls: [] };
}

/** What is to be called first; a look may come before what was asked for. */
function callsOf(plan: Plan, { saying }: History): readonly DemoCall[] {
  const look = lookFirst(plan, saying);
  return plan.batches[0] ?? (look === undefined ? [] : [look]);
}

function cannotSay(plan: Plan, history: History, tools: readonly Tool[]): string {
  const meant = correctionOf(history.saying);
  if (meant !== undefined) return `Did you mean "${meant}"?`;
  const order = plan.unable[0];
  const lead =
    order === undefined
      ? cannot
      : `I am a small set of rules, not an AI, and I have no tool for "${order}".${commandHint(order, tools)}`;
  return `${lead}\n${offerFor(tools, history.known)}`;
}

const longest = 4_000;
const tooLong = `I am a small set of rules, not an AI: more than ${longest} characters at once are too much for me.`;

const cannot = 'I am a small set of rules, not an AI, and I found nothing there that I can do.';

/** What the plan leaves open: questions, and what was not done. */
function openWords(plan: Plan): string {
  const unable = plan.unable.map((order) => `I have no tool for "${order}".`);
  return [...unable, ...plan.notes, ...new Set(plan.asks.map(askSentence))].join('\n');
}

function askSentence({ tool, missing }: Ask): string {
  const names = missing.map((name) => `which ${name}`);
  return `I would use ${tool.name}, but ${names.join(' and ')}?`;
}

function afterResults(request: DemoRequest, history: History, tools: readonly Tool[]): DemoTurn {
  const told = reportOf(history.outcomes, history.saying.text);
  const plan = planFor({ ...history.saying, tools });
  if (lookedForFile(history, plan)) return { text: '', calls: plan.batches[0] ?? [] };
  const next = request.tool_choice === 'none' ? [] : nextBatch(plan, history.made);
  if (next.length === 0) return { text: [told, openWords(plan)].filter((text) => text !== '').join('\n'), calls: [] };
  if (history.outcomes.some(wentWrong)) {
    const left = next.map(({ name }) => name).join(' and ');
    return { text: `${told}\nSo I did not go on with ${left}.`, calls: [] };
  }
  return { text: told, calls: next };
}

/** The files were listed to find the one that was meant, and it was found. */
function lookedForFile({ made, outcomes, saying, known }: History, plan: Plan): boolean {
  const first = plan.batches[0] ?? [];
  const readsOnly = first.every(({ name }) => saying.tools.some((tool) => tool.name === name && tool.reading));
  const looked = onlyLooked(made, saying.tools) && !outcomes.some(wentWrong);
  return (
    looked && known.length > 0 && first.length > 0 && readsOnly && first.every((call) => call.name !== made[0]?.name)
  );
}

/** The batch behind those that were made. A call that the words did not ask for ends the plan: never loop. */
function nextBatch(plan: Plan, made: readonly DemoCall[]): readonly DemoCall[] {
  const planned = plan.batches.flat().length;
  const key = (call: DemoCall): string => JSON.stringify([call.name, call.arguments]);
  const asked = new Set(plan.batches.flat().map(key));
  const done = new Set(made.map(key));
  if (made.length >= planned || made.some((call) => !asked.has(key(call)))) return [];
  const last = plan.batches.findLastIndex((batch) => batch.some((call) => done.has(key(call))));
  return plan.batches[last + 1] ?? [];
}

/** The caller insists on a tool: called when its required arguments are told, asked for otherwise. */
function insisted(
  choice: 'required' | { readonly function: { readonly name: string } },
  history: History,
  tools: readonly Tool[],
): DemoTurn {
  if (choice === 'required') {
    const plan = planFor(history.saying);
    if (plan.batches[0] !== undefined) return { text: '', calls: plan.batches[0] };
    if (plan.asks.length > 0 || plan.notes.length > 0) return { text: openWords(plan), calls: [] };
  }
  const allowed =
    choice === 'required'
      ? tools.filter(({ reading }) => reading)
      : tools.filter(({ name }) => name === choice.function.name);
  const clause = clauseOf(history.saying.text, tools);
  const best = allowed.map((tool) => insistOn(clause, tool)).sort((left, right) => right.score - left.score)[0];
  if (best === undefined) return { text: `${cannot}\n${offerFor(tools, history.known)}`, calls: [] };
  const { tool, found } = best;
  if (found.missing.length === 0) return { text: '', calls: [{ name: tool.name, arguments: found.values }] };
  return { text: askSentence({ tool, missing: found.missing.map(({ label }) => label) }), calls: [] };
}

/** What a command line would do instead, where there is a tool that runs one. */
function commandHint(order: string, tools: readonly Tool[]): string {
  if (!tools.some(({ intent, properties }) => intent === 'run' && properties.some(({ role }) => role === 'command')))
    return '';
  const [, verb = '', from, to] = /^(rename|move|copy)\s+(\S+)\s+(?:to|as|into)\s+(\S+?)[.!]?$/i.exec(order) ?? [];
  if (from !== undefined) return ` But you can say: run ${/copy/i.test(verb) ? 'cp' : 'mv'} ${from} ${to}`;
  const folder =
    /^(?:make|create)\s+(?:an? |the |new )*(?:folder|directory|dir)\s+(?:called |named )?([\w./-]+)$/i.exec(order)?.[1];
  return folder === undefined ? '' : ` But you can say: run mkdir ${folder}`;
}
