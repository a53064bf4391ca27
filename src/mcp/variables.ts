/** Variables of an environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** `${NAME}` and `${NAME:-otherwise}` filled in. Throws with the name of a variable that is not set. */
export function withVariables(text: string, environment: Environment): string {
  return text.replaceAll(/\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}/g, (_, name: string, otherwise: string | undefined) => {
    const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
    // As in a shell, an empty one is as good as none where something else is given.
    const given = value === '' && otherwise !== undefined ? undefined : value;
    const filled = given ?? otherwise;
    if (filled === undefined) throw new Error(`the variable ${name} is not set`);
    return filled;
  });
}
