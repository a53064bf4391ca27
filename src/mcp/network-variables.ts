import type { Environment } from './variables.ts';

/** Where certificates are that a network of a company needs. Names of files, which are no secret. */
const certificates = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR'];
const proxies = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'];

/** Variables without which `npx -y …` reaches nothing where a proxy stands before the network; none that hold a password. */
export function networkVariables(environment: Environment): Readonly<Record<string, string>> {
  const names = [...certificates, ...proxies, ...proxies.map((name) => name.toLowerCase())];
  const given = names.flatMap((name) => {
    const value = environment[name];
    return value === undefined || value.includes('@') ? [] : [[name, value] as const];
  });
  return Object.fromEntries(given);
}
