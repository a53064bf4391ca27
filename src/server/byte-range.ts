/** Bytes from the first to behind the last of them. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/**
 * The bytes that a `range` header asks for of so many (RFC 9110, 14.2): `all` where it asks for something that is none, in
 * another unit, or for several pieces, as whoever is asked may answer; `outside` where it asks for what is not there.
 */
export function byteRange(header: string | null, size: number): ByteRange | 'all' | 'outside' {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/i.exec(header?.trim() ?? '') ?? [];
  if (first === '' && last === '') return 'all';
  if (first === '') {
    const length = Math.min(size, Number(last));
    return length === 0 ? 'outside' : { from: size - length, to: size };
  }
  const from = Number(first);
  const to = last === '' ? size : Math.min(size, Number(last) + 1);
  if (last !== '' && Number(last) < from) return 'all';
  return from < size ? { from, to } : 'outside';
}
