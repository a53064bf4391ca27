import { count, visible } from '../../wire/plain-text.ts';
import type { Style } from '../style.ts';
import type { Answer, Checkup } from './checkup.ts';
import type { UsualModel } from './usual-model.ts';

/** A checkup as people read it. */
export function reportLines(checkups: readonly Checkup[], usual: UsualModel, style: Style): readonly string[] {
  const local = checkups.filter(({ isLocal }) => isLocal);
  const keyed = checkups.filter(({ isLocal, key }) => !isLocal || key === 'set');
  const keyWidth = widest(keyed.map(({ keyVariable }) => keyVariable ?? ''));
  const nameWidth = widest(checkups.map(({ provider }) => provider));
  const addressWidth = widest(local.map(({ address }) => visible(address ?? '')));
  return [
    style.bold('Keys in the environment'),
    ...keyed.map(({ provider, keyVariable = '', key, isLocal, answer }) => {
      const mark = key === 'set' ? style.green('set    ') : style.dim('not set');
      const what = key === 'missing' ? '' : isLocal ? style.dim('see below') : answerText(answer, style);
      return `  ${mark}  ${keyVariable.padEnd(keyWidth)}  ${provider.padEnd(nameWidth)}  ${what}`.trimEnd();
    }),
    '',
    style.bold('Model servers on this machine'),
    ...local.map(({ provider, address = '', answer }) => {
      const where = visible(address).padEnd(addressWidth);
      return `  ${provider.padEnd(nameWidth)}  ${where}  ${answerText(answer, style)}`;
    }),
    '',
    `Without --model: ${usual.model === undefined ? '' : `${visible(usual.model)}; `}${visible(usual.because)}.`,
  ];
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map(({ length }) => length));
}

function answerText(answer: Answer, style: Style): string {
  switch (answer.state) {
    case 'answers': {
      const { models, milliseconds } = answer;
      const listed = models === undefined ? '' : `, ${count(models.length, 'model')}${someOf(models)}`;
      return `${style.green('answers')} in ${milliseconds} ms${listed}`;
    }
    case 'key refused':
      return style.red(answer.why);
    case 'something else':
      return style.yellow(answer.why);
    case 'absent':
    case 'not asked':
      return style.dim(answer.why);
  }
}

/** Their names, as long as there are few. */
function someOf(models: readonly string[]): string {
  return models.length === 0 || models.length > 4 ? '' : `: ${models.map(visible).join(', ')}`;
}
