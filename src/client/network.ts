/** Calls it when the browser says that its network is back or gone, and gives what ends that. Elsewhere nobody says so. */
export function onNetwork(event: 'online' | 'offline', listener: () => void): () => void {
  if (typeof addEventListener !== 'function') return () => {};
  addEventListener(event, listener);
  return () => removeEventListener(event, listener);
}
