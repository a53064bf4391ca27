import { useEffect } from 'preact/hooks';

/** How much waits, in the title and on the icon of the page. */
export function useTitle(count: number): void {
  useEffect(() => {
    document.title = count > 0 ? `(${count}) yourcall` : 'yourcall';
    const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (icon) icon.href = `data:image/svg+xml,${encodeURIComponent(drawing(count > 0))}`;
  }, [count]);
}

/** A raised hand, and a dot when somebody is waited for. */
function drawing(isWaiting: boolean): string {
  const dot = isWaiting ? '<circle cx="25" cy="7" r="7" fill="#d9480f"/>' : '';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#2f5bd7"/><path d="M9 17l5 5 9-11" fill="none" stroke="#fff" stroke-width="3.5" stroke-linecap="round" stroke-linejoin="round"/>${dot}</svg>`;
}
