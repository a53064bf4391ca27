/** A file of the console. */
export interface ConsoleFile {
  readonly type: string;
  readonly text: string;
}

/** The files of the console by their names; the build puts them here (`scripts/build.js`), so that they run anywhere. */
export const files: Readonly<Record<string, ConsoleFile>> = {};
