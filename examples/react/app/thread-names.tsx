import { useThreads } from 'yourcall/react';

interface ThreadNamesProps {
  readonly chosen: string | undefined;
  readonly onOpen: (thread: string) => void;
}

export function ThreadNames({ chosen, onOpen }: ThreadNamesProps) {
  const { threads = [], create } = useThreads();
  const begin = async () => {
    const { id } = await create({ title: `Talk ${threads.length + 1}` });
    onOpen(id);
  };
  return (
    <nav>
      <button onClick={() => void begin()}>New thread</button>
      <ul>
        {threads.map(({ id, title }) => (
          <li key={id}>
            <button aria-current={id === chosen} onClick={() => onOpen(id)}>
              {title}
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}
