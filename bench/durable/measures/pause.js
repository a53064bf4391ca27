/** What a pause on SQLite takes, and what follows on it; beside the floor, the least that any program would take. */
export async function run(stage, setup) {
  const { milliseconds: ms, ...figures } = await played('cycles');
  const floor = await played('least');
  return { ms, ...figures, ratio: ms / floor.milliseconds };

  async function played(role) {
    const actor = await stage.start(role, setup);
    return actor.hear('figures');
  }
}
