import { userInfo } from 'node:os';

/** Who sits here, as the system knows it. */
export function userName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}
