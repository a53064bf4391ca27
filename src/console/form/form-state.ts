import { createContext } from 'preact';
import type { Context } from 'preact';
import { useContext, useId, useMemo, useState } from 'preact/hooks';
import { issuesIn } from './check.ts';
import type { Issues } from './check.ts';
import { pathName, withPiece } from './value-path.ts';
import type { Path } from './value-path.ts';

/** A value that is written in a form. */
export interface FormState {
  readonly value: unknown;
  /** The schema of the whole; nothing where none is known. */
  readonly root: unknown;
  /** Puts a piece where a path leads; `undefined` takes it out. */
  readonly set: (path: Path, piece: unknown) => void;
  /** Says that what stands in a field is no value at all, and why; `undefined`: it is one again. */
  readonly setBroken: (path: Path, why: string | undefined) => void;
  /** What is wrong, by place. */
  readonly issues: Issues;
  /** Whether it may be sent. */
  readonly isGood: boolean;
  /** A name for the field of a place, unique in the page. */
  readonly idOf: (path: Path) => string;
}

/** What a form begins with. */
export interface FormStart {
  readonly schema: unknown;
  readonly value: unknown;
  /** What the server found wrong with what was sent last. */
  readonly refused?: Issues | undefined;
}

/** A form for a value, checked as it is written. */
export function useForm({ schema, value: first, refused }: FormStart): FormState {
  const [value, setValue] = useState(first);
  const [broken, setAllBroken] = useState<Issues>(new Map());
  const [answered, setAnswered] = useState<Issues | undefined>(undefined);
  const name = useId();
  const found = useMemo(() => issuesIn(value, schema), [value, schema]);
  // What the server said is about what was sent: a change takes it away.
  const told = refused === answered ? undefined : refused;
  return {
    value,
    root: schema,
    set(path, piece) {
      setValue((value: unknown) => withPiece(value, path, piece));
      setAnswered(refused);
      if (piece === undefined) setAllBroken((all) => without(all, path));
    },
    setBroken: (path, why) => setAllBroken((all) => changed(all, pathName(path), why)),
    issues: new Map([...(told ?? []), ...found, ...broken]),
    isGood: found.size + broken.size === 0,
    idOf: (path) => `${name}${pathName(path)}`,
  };
}

function changed(all: Issues, place: string, why: string | undefined): Issues {
  if (all.get(place) === why) return all;
  const next = new Map(all);
  if (why === undefined) next.delete(place);
  else next.set(place, why);
  return next;
}

/** What is taken out takes along what was wrong in it, and behind it in a list. */
function without(all: Issues, path: Path): Issues {
  const parent = pathName(path.slice(0, -1)).slice(0, -1);
  return new Map([...all].filter(([place]) => !place.startsWith(parent)));
}

export const FormContext: Context<FormState | undefined> = createContext<FormState | undefined>(undefined);

/** The form around a field. */
export function useFormAround(): FormState {
  const form = useContext(FormContext);
  if (!form) throw new Error('A field was rendered without a form.');
  return form;
}
