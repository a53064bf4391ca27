/** How long after its decision each call started, in milliseconds. Throws when one did not, or more than once. */
export function delaysOf(decided, started) {
  const known = new Set(decided.map(({ call }) => call));
  const stray = started.find(({ call }) => !known.has(call));
  if (stray) throw new Error(`Call ${stray.call} ran, and nobody had decided so.`);
  return decided.map(({ call, at }) => {
    const starts = started.filter((one) => one.call === call);
    if (starts.length !== 1) throw new Error(`Call ${call} ran ${starts.length} times, not once.`);
    return starts[0].at - at;
  });
}
