import type { Style } from '../style.ts';

/** What was found about one thing: a sentence, and where it is not fine what to do. */
export interface Finding {
  readonly state: 'fine' | 'warning' | 'wrong';
  readonly sentence: string;
}

/** All is well with it. */
export function fine(sentence: string): Finding {
  return { state: 'fine', sentence };
}

/** It goes on, and somebody should know. */
export function warning(sentence: string): Finding {
  return { state: 'warning', sentence };
}

/** It may lose what it is told, or does not work: the exit code is 1. */
export function wrong(sentence: string): Finding {
  return { state: 'wrong', sentence };
}

/** Findings as people read them. */
export function findingLines(findings: readonly Finding[], style: Style): readonly string[] {
  const marks = { fine: style.green('fine   '), warning: style.yellow('warning'), wrong: style.red('wrong  ') };
  return findings.map(({ state, sentence }) => `  ${marks[state]}  ${sentence}`);
}
