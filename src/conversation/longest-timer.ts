/** The longest time that a timer holds, in milliseconds; what is told to wait longer, or for ever, goes off at once. */
export const longestTimer: number = 2 ** 31 - 1;
