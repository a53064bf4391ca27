/** How long a grant is kept that has expired, for lists; in milliseconds. */
export const keptExpired: number = 7 * 24 * 60 * 60 * 1_000;
