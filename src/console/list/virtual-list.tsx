import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useReducer, useRef } from 'preact/hooks';
import { Scroller } from './scroller.ts';

/** A long list of which only what is looked at is in the page. */
export interface VirtualListProps<Item> {
  readonly items: readonly Item[];
  readonly keyOf: (item: Item) => string;
  readonly render: (item: Item, index: number) => ComponentChildren;
  /** How high an item is, in pixels, until it was measured. */
  readonly estimate: number;
  /** What the list is of, for whoever cannot see it. */
  readonly label: string;
  /** `log` for what is said one after the other. Default: `list`. */
  readonly role?: 'list' | 'log';
  /** Stays at the end while that is looked at. */
  readonly isFollowing?: boolean;
  /** The item that is to be seen: scrolled to when it becomes another one. */
  readonly shown?: string | undefined;
  /** Called when the last item comes near to what is seen, and for each other last one that does. */
  readonly onEnd?: (() => void) | undefined;
  /** Where this changes, it is another list, which is looked at from its beginning, or from its end when it is followed. */
  readonly name?: string | undefined;
}

/** How far beyond what is seen items are there, in pixels. */
const margin = 600;

/** Items of any height. */
export function VirtualList<Item>(props: VirtualListProps<Item>): JSX.Element {
  const { items, keyOf, render, estimate, label, role = 'list', isFollowing = false, shown, name, onEnd } = props;
  const box = useRef<HTMLDivElement>(null);
  const [, onChange] = useReducer((count: number) => count + 1, 0);
  const scroller = useMemo(
    () => new Scroller({ estimate, isFollowing, onChange: () => onChange(undefined as never) }),
    [estimate, isFollowing, name],
  );
  useLayoutEffect(() => (box.current ? scroller.attach(box.current) : undefined), [scroller]);
  const { top, height } = scroller.seen;
  const offsets = scroller.offsets(items.map(keyOf));
  const { first, last } = offsets.between(top - margin, top + height + margin);
  useLayoutEffect(() => scroller.stay(), [scroller, items]);
  useLayoutEffect(() => {
    const index = shown === undefined ? -1 : items.findIndex((item) => keyOf(item) === shown);
    if (index !== -1) scroller.show(offsets.at(index), offsets.at(index + 1));
  }, [shown]);
  const isEnd = last === items.length;
  useEffect(() => (isEnd ? onEnd?.() : undefined), [isEnd, items.length]);
  const style = { paddingTop: `${offsets.at(first)}px`, paddingBottom: `${offsets.total - offsets.at(last)}px` };
  return (
    <div class="virtual-frame">
      <div ref={box} class="virtual" tabIndex={0} role="region" aria-label={label}>
        <div role={role} aria-label={label} style={style}>
          {items.slice(first, last).map((item, at) => (
            <Row key={keyOf(item)} name={keyOf(item)} scroller={scroller} {...placed(role, first + at, items.length)}>
              {render(item, first + at)}
            </Row>
          ))}
        </div>
      </div>
      {isFollowing && !scroller.isAtEnd && (
        <button type="button" class="to-end" onClick={() => scroller.toEnd()}>
          <span class="icon icon-down" aria-hidden="true" /> Newest
        </button>
      )}
    </div>
  );
}

interface RowProps extends Placed {
  readonly name: string;
  readonly scroller: Scroller;
  readonly children: ComponentChildren;
}

function Row({ name, scroller, children, ...placed }: RowProps): JSX.Element {
  const row = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => (row.current ? scroller.observe(row.current) : undefined), [scroller]);
  return (
    <div ref={row} data-key={name} class="row" {...placed}>
      {children}
    </div>
  );
}

/** Which item of how many it is: those around it may not be in the page. */
interface Placed {
  readonly role?: 'listitem';
  readonly 'aria-posinset'?: number;
  readonly 'aria-setsize'?: number;
}

function placed(role: 'list' | 'log', index: number, count: number): Placed {
  return role === 'list' ? { role: 'listitem', 'aria-posinset': index + 1, 'aria-setsize': count } : {};
}
