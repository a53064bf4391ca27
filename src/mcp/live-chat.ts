import type { MixedTools, ToolSet } from '../chat/tool.ts';
import type { Chat } from '../chat/types.ts';

/** A chat of the tools as they are whenever it is used: made anew, by `make`, after they have changed. */
export function liveChat<Set extends MixedTools, Context>(
  tools: () => ToolSet,
  make: (tools: ToolSet) => Chat<Set, Context>,
): Chat<Set, Context> {
  let used = tools();
  let chat = make(used);
  const now = (): Chat<Set, Context> => {
    const set = tools();
    if (set !== used) {
      chat = make(set);
      used = set;
    }
    return chat;
  };
  return {
    get toolbox() {
      return now().toolbox;
    },
    stream: (...run) => now().stream(...run),
    complete: (...run) => now().complete(...run),
    waiting: (conversation) => now().waiting(conversation),
    decide: (...decision) => now().decide(...decision),
  };
}
