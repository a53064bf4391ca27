import { spawn } from 'node:child_process';

/** Where the console is. The token stands in the fragment, which no browser sends to a server. */
export function consoleAddress(url: string, token: string): string {
  return `${url}/console#token=${encodeURIComponent(token)}`;
}

/** Opens an address in the browser of this machine; where there is none it is said, and nothing else happens. */
export function openInBrowser(address: string, report: (sentence: string) => void): void {
  const [command, ...before] = commands[process.platform] ?? ['xdg-open'];
  const failed = (): void =>
    report(`There is no browser to open here (${command}): follow the address of the console.`);
  const opener = spawn(command, [...before, address], { stdio: 'ignore', detached: true });
  opener.on('error', failed).on('exit', (code) => code && failed());
  opener.unref();
}

const commands: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ['open'],
  // Without a shell between, which would take the address apart.
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};
