import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { ToolCall } from '../../conversation/tool-call.ts';
import { flagsOn } from './shown-call.ts';

/** What in a call may be taken for something else. */
export function FlagsView({ call }: { readonly call: ToolCall }): JSX.Element | null {
  const flags = useMemo(() => flagsOn(call), [call]);
  if (flags.length === 0) return null;
  return (
    <ul class="flags" aria-label="Look closely">
      {flags.map((flag) => (
        <li key={flag}>{flag}</li>
      ))}
    </ul>
  );
}
