import { readFileSync } from 'node:fs';

/** CPU that some work takes, user and system, in microseconds. */
export async function cpuOf(work) {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** The most memory that was in use since this process began, in MB. */
export function peakMemory() {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024;
}
