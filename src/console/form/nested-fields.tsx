import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { isObject } from '../../conversation/json.ts';
import { visible } from '../../wire/plain-text.ts';
import { useFormAround } from './form-state.ts';
import { initialOf } from './initial.ts';
import type { Nesting, PieceProps } from './piece-props.ts';
import type { Field as Member, Shape } from './shape.ts';

type ObjectShape = Extract<Shape, { readonly type: 'object' }>;

type ObjectFieldsProps = PieceProps & Nesting & { readonly shape: ObjectShape };

/** The members of an object; those that are not there can be added. */
export function ObjectFields({ path, value, shape, Field }: ObjectFieldsProps): JSX.Element {
  const { root, set } = useFormAround();
  const members = isObject(value) ? value : {};
  const isThere = ({ name, isRequired }: Member): boolean => isRequired || Object.hasOwn(members, name);
  const missing = shape.fields.filter((field) => !isThere(field));
  return (
    <div class="fields">
      {shape.fields.filter(isThere).map(({ name, schema, isRequired }) => (
        <Field
          key={name}
          path={[...path, name]}
          name={name}
          schema={schema}
          value={members[name]}
          isRequired={isRequired}
        />
      ))}
      <div class="additions">
        {missing.map(({ name, schema }) => (
          <button
            key={name}
            type="button"
            class="quiet small"
            onClick={() => set([...path, name], initialOf({ schema, root }))}
          >
            Add {visible(name)}
          </button>
        ))}
        {shape.isOpen && <NewMember onAdd={(name) => set([...path, name], '')} taken={Object.keys(members)} />}
      </div>
    </div>
  );
}

interface NewMemberProps {
  readonly onAdd: (name: string) => void;
  readonly taken: readonly string[];
}

/** A member under a name of one's own. */
function NewMember({ onAdd, taken }: NewMemberProps): JSX.Element {
  const [name, setName] = useState('');
  const canAdd = name !== '' && name !== '__proto__' && !taken.includes(name);
  const add = (): void => {
    if (!canAdd) return;
    onAdd(name);
    setName('');
  };
  return (
    <span class="new-member">
      <input
        value={name}
        placeholder="another member"
        aria-label="Name of another member"
        onInput={({ currentTarget }) => setName(currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          add();
        }}
      />
      <button type="button" class="quiet small" disabled={!canAdd} onClick={add}>
        Add
      </button>
    </span>
  );
}

/** The items of a list. */
export function ListFields({
  path,
  value,
  item,
  Field,
}: PieceProps & Nesting & { readonly item: unknown }): JSX.Element {
  const { root, set } = useFormAround();
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  return (
    <div class="fields">
      {items.map((one, index) => (
        <Field
          key={index}
          path={[...path, String(index)]}
          name={String(index + 1)}
          schema={item}
          value={one}
          isRequired={false}
        />
      ))}
      <div class="additions">
        <button type="button" class="quiet small" onClick={() => set([...path, String(items.length)], nextItem())}>
          Add an item
        </button>
      </div>
    </div>
  );

  /** Where nothing is known of the items, one more like the last. */
  function nextItem(): unknown {
    const last = items.at(-1);
    return item === undefined && last !== undefined ? last : initialOf({ schema: item, root });
  }
}
