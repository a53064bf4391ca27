import type { JSX } from 'preact';
import { visible } from '../../wire/plain-text.ts';
import { ChoiceControl, NumberControl, SwitchControl, TextControl } from './controls.tsx';
import { useFormAround } from './form-state.ts';
import { initialOf } from './initial.ts';
import { JsonControl } from './json-control.tsx';
import { ListFields, ObjectFields } from './nested-fields.tsx';
import { pieceOf } from './piece.ts';
import type { FieldProps, PieceProps } from './piece-props.ts';
import type { Piece } from './shape.ts';
import { pathName } from './value-path.ts';

/** A field: its name, what it is for, its control, and what is wrong with it. */
export function FieldOf({ isRequired, isRoot = false, ...props }: FieldProps): JSX.Element {
  const { path, name, schema, value } = props;
  const { root, issues, idOf } = useFormAround();
  const piece = pieceOf({ schema, root }, value);
  const issue = isUnchosen(piece, value) ? undefined : issues.get(pathName(path));
  const isGroup = value !== null && (piece.shape.type === 'object' || piece.shape.type === 'list');
  return (
    <div
      class={`field${isGroup ? ' group' : ''}${issue === undefined ? '' : ' has-issue'}`}
      role={isGroup ? 'group' : undefined}
      aria-label={isGroup ? visible(name) : undefined}
    >
      {!(isRoot && isGroup) && <FieldHead {...{ path, name, isGroup, isRequired }} title={piece.title} />}
      {piece.description !== undefined && <p class="muted description">{visible(piece.description)}</p>}
      <Control {...props} piece={piece} />
      {piece.isNullable && piece.shape.type !== 'json' && <NullSwitch {...props} />}
      {issue !== undefined && (
        <p class="wrong" id={`${idOf(path)}-issue`} role="alert">
          {issue}
        </p>
      )}
    </div>
  );
}

/** What is not chosen yet says so itself. */
function isUnchosen({ shape }: Piece, value: unknown): boolean {
  return value === undefined && shape.type === 'choice';
}

interface FieldHeadProps extends Pick<FieldProps, 'path' | 'name' | 'isRequired'> {
  readonly isGroup: boolean;
  readonly title: string | undefined;
}

function FieldHead({ path, name, isGroup, isRequired, title }: FieldHeadProps): JSX.Element {
  const { idOf, set } = useFormAround();
  return (
    <div class="field-head">
      <label for={isGroup ? undefined : idOf(path)}>{visible(name)}</label>
      {title !== undefined && title !== name && <span class="muted">{visible(title)}</span>}
      {!isRequired && (
        <button
          type="button"
          class="quiet small"
          onClick={() => set(path, undefined)}
          aria-label={`Leave out ${visible(name)}`}
        >
          Leave out
        </button>
      )}
    </div>
  );
}

function Control({ piece, ...props }: PieceProps & { readonly piece: Piece }): JSX.Element | null {
  const { shape, isNullable } = piece;
  // The switch below says so.
  if (props.value === null && isNullable && shape.type !== 'json') return null;
  switch (shape.type) {
    case 'text':
      return <TextControl {...props} />;
    case 'number':
      return <NumberControl {...props} />;
    case 'boolean':
      return <SwitchControl {...props} />;
    case 'choice':
      return <ChoiceControl {...props} choices={shape.choices} />;
    case 'object':
      return <ObjectFields {...props} shape={shape} Field={FieldOf} />;
    case 'list':
      return <ListFields {...props} item={shape.item} Field={FieldOf} />;
    case 'json':
      return <JsonControl {...props} rows={4} />;
  }
}

function NullSwitch({ path, name, schema, value }: PieceProps): JSX.Element {
  const { root, set, setBroken } = useFormAround();
  const change = (isNull: boolean): void => {
    setBroken(path, undefined);
    set(path, isNull ? null : initialOf({ schema, root }));
  };
  return (
    <label class="switch">
      <input
        type="checkbox"
        checked={value === null}
        aria-label={`${visible(name)} is null`}
        onChange={({ currentTarget }) => change(currentTarget.checked)}
      />
      null
    </label>
  );
}
