// Mutants that nobody can tell from the code: why is said of each. They are tried like all others, and count as survivors;
// one that a test notices after all, or that is no mutant any more, does not belong here and is told.

/** `code` is the line as it stands, `kind` and `was` what the mutant changes in it. */
const known = [];

/** Why this mutant changes nothing that can be seen, if it is known. */
export function reasonOf(mutant) {
  return known.find((one) => isSame(one, mutant))?.because;
}

/** Those of the list that are no mutants of these. */
export function unknownOf(mutants) {
  return known.filter((one) => !mutants.some((mutant) => isSame(one, mutant)));
}

function isSame({ file, code, kind, was }, mutant) {
  return file === mutant.file && code === mutant.code && kind === mutant.kind && (was ?? mutant.was) === mutant.was;
}
