/** Whether one of the patterns (`image/*`, `application/pdf`, `*`) takes files of a media type. */
export function covers(patterns: readonly string[], mediaType: string): boolean {
  const [kind, detail] = halves(mediaType);
  return patterns.some((pattern) => {
    const [ofKind, ofDetail] = halves(pattern);
    // An image of an unknown kind may be one that is taken.
    return (ofKind === '*' || ofKind === kind) && (ofDetail === '*' || detail === '*' || ofDetail === detail);
  });
}

/** The patterns of what both lists take: of two that meet, the narrower. */
export function shared(some: readonly string[], others: readonly string[]): readonly string[] {
  const within = (inner: string, outer: readonly string[]): boolean => outer.some((pattern) => holds(pattern, inner));
  return [
    ...some.filter((pattern) => within(pattern, others)),
    ...others.filter((pattern) => within(pattern, some) && !some.includes(pattern)),
  ];
}

/** Whether everything that the inner pattern takes is taken by the outer one. */
function holds(outer: string, inner: string): boolean {
  const [outerKind, outerDetail] = halves(outer);
  const [kind, detail] = halves(inner);
  return (outerKind === '*' || outerKind === kind) && (outerDetail === '*' || outerDetail === detail);
}

/** Without parameters, in small letters; `image` and `image/*` are the same. */
function halves(type: string): readonly [kind: string, detail: string] {
  const [kind = '', detail = '*'] = type.split(';', 1)[0]!.trim().toLowerCase().split('/');
  return [kind, detail];
}
