/** What a pause on SQLite takes, and what follows on it. */
export async function run(stage, setup) {
  const actor = await stage.start('cycles', setup);
  const { milliseconds, ...figures } = await actor.hear('figures');
  return { ms: milliseconds, ...figures };
}
