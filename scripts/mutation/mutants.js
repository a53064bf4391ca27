// The mutants of a file: one small change each, which a test should notice.
import { parseAst } from 'rolldown/parseAst';

const opposite = {
  '===': '!==',
  '!==': '===',
  '<': '>=',
  '>=': '<',
  '>': '<=',
  '<=': '>',
  '&&': '||',
  '||': '&&',
};
const deletable = new Set([
  'ExpressionStatement',
  'ReturnStatement',
  'ThrowStatement',
  'ContinueStatement',
  'BreakStatement',
]);
const conditional = new Set(['IfStatement', 'ConditionalExpression', 'WhileStatement', 'DoWhileStatement']);
/** Types have no life of their own; what stands in these is a value all the same. */
const values = new Set(['TSAsExpression', 'TSNonNullExpression', 'TSSatisfiesExpression']);

/** Every mutant of a text: what it changes, where, and into what. */
export function mutantsOf(text) {
  const mutants = [];
  const ends = new Set();
  const add = ({ start, end }, kind, replacement, named = { start, end }) => {
    const line = text.slice(0, named.start).split('\n').length;
    const was = text.slice(named.start, named.end).trim().replaceAll(/\s+/g, ' ');
    mutants.push({ line, kind, start, end, replacement, was });
  };
  const program = parseAst(text, { lang: 'ts' });
  walk(program, (node) => {
    if (node.type.includes('Function')) for (const end of endsOf(node.body?.body)) ends.add(end);
  });
  walk(program, (node, parent) => {
    if (!(ends.has(node) && isBareExit(node))) mutate(node, { parent, text, add });
  });
  return mutants;
}

/** Visits every node that is code, and not only a type. */
export function walk(node, visit, parent) {
  if (Array.isArray(node)) {
    for (const one of node) walk(one, visit, parent);
  } else if (node && typeof node.type === 'string') {
    if (node.type.startsWith('TS') && !values.has(node.type)) return;
    visit(node, parent);
    for (const [name, child] of Object.entries(node)) {
      if (name !== 'typeAnnotation' && child && typeof child === 'object') walk(child, visit, node);
    }
  }
}

function mutate(node, { parent, text, add }) {
  const isStatement = parent && parent.type !== 'Program' && deletable.has(node.type);
  // A block, since the body of an `if` may not be an empty statement.
  if (isStatement) add(node, 'delete', '{}');
  if (conditional.has(node.type) && !isSwapped(node.test)) negate(node.test, text, add);
  const operator = opposite[node.operator];
  if (operator && (node.type === 'BinaryExpression' || node.type === 'LogicalExpression')) {
    // The operator stands between its sides, which may hold brackets and comments but no second one.
    const between = { start: node.left.end, end: node.right.start };
    const gap = text.slice(between.start, between.end);
    add(between, `${node.operator} to ${operator}`, gap.replace(node.operator, operator));
  }
  if (node.type === 'UnaryExpression' && node.operator === '!') {
    add(node, 'drop !', text.slice(node.argument.start, node.argument.end));
  }
  if (node.type === 'Literal' && typeof node.value === 'boolean') add(node, `to ${!node.value}`, String(!node.value));
  if (node.type === 'ArrayExpression') leaveOut(node.elements, add);
  if (node.type === 'ObjectExpression' && !isSpreadWhen(node, parent)) leaveOut(node.properties, add);
}

/** One item of a list, one field of a record, one row of a table. */
function leaveOut(items, add) {
  items.forEach((item, index) => {
    if (!item) return;
    const next = items[index + 1];
    const before = items[index - 1];
    const start = next || !before ? item.start : before.end;
    add({ start, end: next ? next.start : item.end }, 'leave out', '', item);
  });
}

/** `...(is && { field })`: without its only field it is what it is without the spread. */
function isSpreadWhen({ properties }, parent) {
  return properties.length === 1 && parent?.type === 'LogicalExpression' && parent.operator === '&&';
}

/**
 * The statements with which a list of statements is over: the last one, or those of a last switch, try or if.
 * A bare return there, or a break, changes nothing.
 */
function endsOf(statements) {
  const last = statements?.at(-1);
  switch (last?.type) {
    case 'BlockStatement':
      return endsOf(last.body);
    case 'SwitchStatement':
      return endsOf(last.cases.at(-1)?.consequent);
    case 'TryStatement':
      return [...endsOf([last.block]), ...endsOf(last.handler ? [last.handler.body] : [])];
    case 'IfStatement':
      return [...endsOf([last.consequent]), ...endsOf(last.alternate ? [last.alternate] : [])];
    default:
      return last ? [last] : [];
  }
}

function isBareExit({ type, argument }) {
  return type === 'BreakStatement' || (type === 'ReturnStatement' && (!argument || argument.name === 'undefined'));
}

function negate(test, text, add) {
  add(test, 'negate', `!(${text.slice(test.start, test.end)})`);
}

/** Conditions of one comparison or one `!` are turned round by their operator already. */
function isSwapped(test) {
  return (
    (test.type === 'BinaryExpression' && test.operator in opposite) ||
    (test.type === 'UnaryExpression' && test.operator === '!')
  );
}

/** The text with a mutant in it. */
export function mutated(text, { start, end, replacement }) {
  return text.slice(0, start) + replacement + text.slice(end);
}
