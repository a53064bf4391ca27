import { textOfIssues } from '../../chat/schema.ts';
import type { ToolSet } from '../../chat/tool.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { visible, visibleJson } from '../../wire/plain-text.ts';
import { changeRows } from '../change-rows.ts';
import type { Input } from '../input.ts';
import type { Paper } from '../screen.ts';
import { messageOf } from '../sentence.ts';
import { unifiedDiff } from '../workspace/diff.ts';
import { changedInEditor, editorOf } from './editor.ts';

/** Says in words what is wrong with the arguments of a tool; nothing where they fit, or nobody here can tell. */
export type Check = (tool: string, input: unknown) => Promise<string | undefined>;

/** Whose arguments are changed, and where a person is asked. */
export interface Editing {
  readonly call: ToolCall;
  readonly input: Input;
  readonly screen: Paper;
  /** Default: nobody here can tell. */
  readonly check?: Check | undefined;
}

/** By the schemas of these tools. */
export function checkBy(tools: () => ToolSet): Check {
  return async (name, input) => {
    const set = tools();
    const schema = Object.hasOwn(set, name) ? set[name]?.input : undefined;
    const { issues } = (await schema?.['~standard'].validate(input)) ?? {};
    return issues && `These arguments do not fit: ${visible(textOfIssues(issues))}.`;
  };
}

/**
 * Lets a person change the arguments of a call, until they fit: in an editor where one is named, else on a line. What has
 * changed is shown before they agree to it. Nothing when they leave it as it was.
 */
export async function editArguments(editing: Editing): Promise<{ readonly input: unknown } | undefined> {
  const { call, screen } = editing;
  let text = await changed(editing, undefined);
  while (text !== undefined) {
    const read = await readArguments(editing, text);
    const isWrong = 'wrong' in read;
    const rows = isWrong ? [] : differenceRows(call.input ?? {}, read.input, screen);
    if (isWrong) screen.error(read.wrong);
    else if (rows.length === 0) break;
    for (const row of rows) screen.line(row);
    const answer = await wordAfter(isWrong ? again : agreed, editing.input);
    if (!isWrong && (answer === 'y' || answer === 'yes')) return { input: read.input };
    if (answer !== 'e' && answer !== 'edit') break;
    text = await changed(editing, text);
  }
  screen.note('Nothing was changed.');
  return undefined;
}

const again = '[e]dit again, or [l]eave it as it was > ';
const agreed = 'Approve with these arguments? [y]es [e]dit again [n]o > ';

/** Typed before the question was shown it does not count. */
async function wordAfter(question: string, input: Input): Promise<string | undefined> {
  return (await input.line(question, { counts: (line) => line.trim() !== '' }))?.trim().toLowerCase();
}

/** The text as a person has left it; `text` is what they had before. */
async function changed({ call, input, screen }: Editing, text: string | undefined): Promise<string | undefined> {
  const editor = editorOf(input);
  if (editor === undefined) {
    const prefill = text ?? visibleJson(call.input ?? {});
    const line = await input.line('Arguments: ', { prefill });
    return line === undefined || line.trim() === '' || (text === undefined && line === prefill) ? undefined : line;
  }
  const shown = text ?? `${visibleJson(call.input ?? {}, 2)}\n`;
  const became = input.suspend!(() => changedInEditor(editor, shown));
  if (became.type === 'failed') screen.error(`Nothing was taken over: ${became.reason}.`);
  if (became.type === 'changed') return became.text;
  return became.type === 'same' ? text : undefined;
}

async function readArguments(
  { call, check }: Editing,
  text: string,
): Promise<{ readonly input: unknown } | { readonly wrong: string }> {
  try {
    const input: unknown = JSON.parse(text);
    const wrong = await check?.(call.name, input);
    return wrong === undefined ? { input } : { wrong };
  } catch (error) {
    return { wrong: `These arguments are not JSON: ${visible(messageOf(error))}.` };
  }
}

function differenceRows(before: unknown, after: unknown, { width, style }: Paper): readonly string[] {
  const diff = unifiedDiff('arguments', `${visibleJson(before, 2)}\n`, `${visibleJson(after, 2)}\n`);
  return diff === '' ? [] : changeRows(diff.split('\n').slice(2), { width: width - 4, style });
}
