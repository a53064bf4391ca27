import { Component, h } from 'preact';
import type { ComponentChildren, ComponentType, FunctionComponent } from 'preact';

/** A component that is rendered anew only when one of its properties is another one. */
export function memo<Props extends object>(inner: FunctionComponent<Props>): ComponentType<Props> {
  return class Remembered extends Component<Props> {
    override shouldComponentUpdate(next: Readonly<Props>): boolean {
      const names = new Set([...Object.keys(this.props), ...Object.keys(next)]) as Set<keyof Props>;
      return [...names].some((name) => this.props[name] !== next[name]);
    }

    override render(): ComponentChildren {
      return h(inner, this.props);
    }
  };
}
